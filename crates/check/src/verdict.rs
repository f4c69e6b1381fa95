//! The distance between a result and a reference that has an error bound.

use crate::Element;
use crate::quick::Bounded;

/// How much of a unit the reference may leave open.
const OPEN: f64 = 1e-4;

/// A result this many units off is wrong; by how much to the last digit is of no account.
const HOPELESS: f64 = 1024.0;

/// Whether the bound of a reference is so small, 10^-4 units of `T`, that almost any result can be
/// judged by it.
#[inline]
pub(crate) fn settled<T: Element>(known: Bounded) -> bool {
    let size = known.value.abs();
    if size >= power_of_two(T::OVERFLOW) {
        // Infinity is right, and nothing else comes near.
        return known.is_exact()
            || (known.is_known() && known.magnitudes().0 >= power_of_two(T::OVERFLOW));
    }
    // Wherever the exact value lies, at least half of it is left in the smaller unit. NaN fails.
    known.error <= 0.25 * OPEN * power_of_two(unit::<T>(size))
}

/// The distance of the result `got` in units of `T`, never too small, and too large by 10^-4 of a
/// unit at most, unless it is hopeless. None where the bound leaves more than that open:
/// multiprecision has to decide.
///
/// The conventions are those of [`crate::distance`]; `got` is not NaN.
#[inline]
pub(crate) fn measured<T: Element>(got: f64, known: Bounded) -> Option<f64> {
    if !settled::<T>(known) {
        return None;
    }
    let size = known.value.abs();
    if got.is_infinite() || size >= power_of_two(T::OVERFLOW) {
        return beyond::<T>(got, known);
    }
    // The exact value may lie on either side of a power of two, where the unit doubles.
    let (least, most) = if known.error == 0.0 { (size, size) } else { known.magnitudes() };
    let (low, high) = (unit::<T>(least), unit::<T>(most));
    let difference = (got - known.value).abs();
    // The difference of two f64 is rounded once, and not at all between x/2 and 2x (Sterbenz).
    let exact = 2.0 * difference <= size;
    let doubt = known.error + if exact { 0.0 } else { difference * f64::EPSILON };
    let farthest = (difference + doubt) * power_of_two(-low);
    let nearest = (difference - doubt) * power_of_two(-high);
    let certain = farthest - nearest <= OPEN * farthest.max(1.0) || nearest > HOPELESS;
    // Half a unit is what correct rounding allows: which side of it counts.
    let decided = T::BITS != 16 || (nearest > 0.5) == (farthest > 0.5);
    (certain && decided).then_some(farthest)
}

/// The distance where the result is infinite, or the exact value beyond all numbers of the type.
#[cold]
fn beyond<T: Element>(got: f64, known: Bounded) -> Option<f64> {
    let overflow = power_of_two(T::OVERFLOW);
    let (least, most) =
        if known.is_exact() { (known.value.abs(), known.value.abs()) } else { known.magnitudes() };
    let same_side = got.is_sign_negative() == known.value.is_sign_negative();
    if got.is_infinite() {
        let largest = overflow - power_of_two(T::OVERFLOW - T::DIGITS as i32);
        return match same_side {
            true if least >= overflow => Some(0.0),
            true if most > largest => None,
            _ => Some(f64::INFINITY),
        };
    }
    // A number where infinity is right.
    let difference = (got - known.value).abs() + known.error;
    Some(difference * power_of_two(T::DIGITS as i32 - T::OVERFLOW))
}

/// The exponent of the unit in the last place of `T` at a magnitude.
#[inline]
fn unit<T: Element>(magnitude: f64) -> i32 {
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1022;
    (exponent - T::DIGITS as i32).clamp(T::LOWEST, T::OVERFLOW - T::DIGITS as i32)
}

/// 2^exponent, for exponents of normal numbers.
#[inline]
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use rug::Float;

    use super::*;
    use crate::distance;
    use crate::inputs::Random;
    use half::{bf16, f16};

    fn agrees_with_multiprecision<T: Element>() {
        let mut random = Random::new(6);
        for _ in 0..20_000 {
            let near = T::from_bits(random.next());
            let value = near.widen() * (1.0 + (random.unit() - 0.5) / 1000.0);
            if !value.is_finite() {
                continue;
            }
            let known = Bounded { value, error: value.abs() * 1e-16 };
            for got in [near, near.up(), near.down()] {
                let exact = distance(got, &Float::with_val(53, value));
                let Some(found) = measured::<T>(got.widen(), known) else { continue };
                let same = found >= exact && found <= exact + OPEN * exact.max(1.0);
                assert!(same || found == exact, "{got:?} for {value:e}: {found}, not {exact}");
            }
        }
    }

    #[test]
    fn distances_are_those_of_multiprecision() {
        agrees_with_multiprecision::<f32>();
        agrees_with_multiprecision::<bf16>();
        agrees_with_multiprecision::<f16>();
    }

    #[test]
    fn what_is_open_stays_open() {
        let known = |value, error| Bounded { value, error };
        assert_eq!(measured::<f32>(1.0, known(1.0, 1e-9)), None);
        assert_eq!(measured::<f32>(1.0, known(f64::NAN, 0.0)), None);
        assert_eq!(measured::<f32>(0.0, known(0.0, 1e-48)), None);
        // Beyond the largest f32 by less than the bound.
        let edge = known(power_of_two(128), 1e20);
        assert_eq!(measured::<f32>(f64::INFINITY, edge), None);
        // The middle of two f16.
        assert_eq!(measured::<f16>(1.0, known(1.0 + 1.0 / 2048.0, 1e-16)), None);
        assert!(measured::<f32>(1.0, known(1.0 + 1.0 / 16777216.0, 1e-16)).unwrap() > 0.49);
        let beyond = known(f64::INFINITY, 0.0);
        assert_eq!(measured::<f32>(f64::INFINITY, beyond), Some(0.0));
        assert_eq!(measured::<f32>(1.0, beyond), Some(f64::INFINITY));
        assert!(measured::<f32>(0.0, known(1.0, 1e-17)).unwrap() > 8e6);
    }
}
