//! How far a computed number is from the exact one, in units of the last place.

use rug::Float;
use rug::float::{Round, Special};

use crate::Element;

/// The distance of `got` from `exact`, in units of the last place of `T` at the exact value.
///
/// Below the normal range a unit is the smallest subnormal. Both zeros count as zero. Infinity
/// stands for the first power of two that is too large, and is accepted only where the exact value
/// is beyond the largest number of the type. Where one of the two is NaN or infinite and the other
/// is far from it, the distance is infinite; NaN is at distance 0 from NaN.
///
/// ```
/// use ogive_check::distance;
/// use rug::Float;
///
/// let third = Float::with_val(200, 1) / 3u32;
/// assert!(distance(1.0f32 / 3.0, &third) < 0.5);
/// assert_eq!(distance(f32::NAN, &third), f64::INFINITY);
/// ```
pub fn distance<T: Element>(got: T, exact: &Float) -> f64 {
    deviation(got, exact, last_place::<T>(exact))
}

/// The distance in units of 2 to the power `unit`.
pub(crate) fn deviation<T: Element>(got: T, exact: &Float, unit: i32) -> f64 {
    let value = got.widen();
    if exact.is_nan() || value.is_nan() {
        return if exact.is_nan() && value.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let overflow = Float::with_val(64, Float::i_exp(1, T::OVERFLOW));
    let same_side = value.is_sign_negative() == exact.is_sign_negative();
    if value.is_infinite() {
        let largest = overflow.clone() - Float::with_val(64, Float::i_exp(1, top::<T>()));
        let beyond = exact.cmp_abs(&largest).is_some_and(std::cmp::Ordering::is_gt);
        if !same_side || !beyond {
            return f64::INFINITY;
        }
        if exact.cmp_abs(&overflow).is_some_and(std::cmp::Ordering::is_ge) {
            return 0.0;
        }
        let short = overflow - Float::with_val(exact.prec(), exact.abs_ref());
        return (short >> unit).to_f64();
    }
    if exact.is_infinite() {
        return f64::INFINITY;
    }
    let difference = Float::with_val(exact.prec().max(64), exact - value);
    (difference.abs() >> unit).to_f64()
}

/// The exponent of the unit in the last place of `T` at `exact`.
pub(crate) fn last_place<T: Element>(exact: &Float) -> i32 {
    // `get_exp` is one more than the exponent of the leading digit; zero has none.
    let lowest = |exponent: i32| (exponent - T::DIGITS as i32).clamp(T::LOWEST, top::<T>());
    exact.get_exp().map_or(T::LOWEST, lowest)
}

/// The exponent of the unit in the last place of the largest numbers.
fn top<T: Element>() -> i32 {
    T::OVERFLOW - T::DIGITS as i32
}

/// The number of `T` nearest to `exact`, ties to even: subnormals and overflow included.
pub fn round<T: Element>(exact: &Float) -> T {
    let Some(exponent) = exact.get_exp() else { return T::narrow(exact.to_f64()) };
    let signed =
        |magnitude: f64| T::narrow(if exact.is_sign_negative() { -magnitude } else { magnitude });
    // The digits that the type has left at this exponent.
    let digits = (exponent - T::LOWEST).min(T::DIGITS as i32);
    if digits < 1 {
        let half = Float::with_val(64, Float::i_exp(1, T::LOWEST - 1));
        let up = exact.cmp_abs(&half).is_some_and(std::cmp::Ordering::is_gt);
        return signed(if up { f64::exp2(f64::from(T::LOWEST)) } else { 0.0 });
    }
    let rounded = Float::with_val_round(digits as u32, exact, Round::Nearest).0;
    if rounded.get_exp().is_some_and(|exponent| exponent > T::OVERFLOW) {
        return signed(f64::INFINITY);
    }
    // It has no more digits than the type now, so that both conversions are exact.
    T::narrow(rounded.to_f64())
}

/// The f32 nearest to `exact`, ties to even.
pub fn correctly_rounded_f32(exact: &Float) -> f32 {
    round(exact)
}

/// NaN: what stands where there is no exact value.
pub(crate) fn no_value() -> Float {
    Float::with_val(64, Special::Nan)
}
