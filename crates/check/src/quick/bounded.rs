//! The first stage: an f64 with a bound on its absolute error.
//!
//! Elementary functions are those of CORE-MATH, which are correctly rounded: off by half a unit of
//! the last place, 2^-53 of the result. What the error of an argument does to the result is bounded
//! by the mean value theorem: |f(a + δ) - f(a)| ≤ δ·max |f'| over the interval.

#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "where NaN stands, nothing is known")]

use std::cmp::Ordering;

use super::number::Number;

/// A real number within `error` of `value`. An error that is infinite or NaN says nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounded {
    pub(crate) value: f64,
    pub(crate) error: f64,
}

/// One correct rounding, as a share of the rounded result.
const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
/// The bounds are themselves computed with roundings, a few units of 2^-53: this covers them.
const GROW: f64 = 1.0 + 1.0 / (1u64 << 30) as f64;
/// And this, 2^-500, what underflow takes from a result or from a bound. It is so much larger than
/// that because processors take a hundred times as long where a product of bounds is subnormal.
pub(crate) const TINY: f64 = 3.054936363499605e-151;
/// Arguments whose error is larger than this are not followed through functions that grow: below it
/// max |f'| over the interval is hardly more than |f'| at its middle.
const NARROW: f64 = 1.0 / 1024.0;
/// e^(2·NARROW), rounded up: the growth that is "hardly more".
const HARDLY: f64 = 1.002;
/// 2^-100.
const SATURATED: f64 = 7.888609052210118e-31;
/// 2/√π = 1.12837…, rounded up.
const TWO_OVER_ROOT_PI: f64 = 1.13;
/// √2, rounded up.
const ROOT_TWO: f64 = 1.414213562373096;

impl Bounded {
    /// A correctly rounded result whose argument's error costs `slope_times_error`.
    #[inline]
    fn of(value: f64, carried: f64) -> Self {
        Bounded { value, error: (carried + value.abs() * UNIT) * GROW + TINY }
    }

    #[inline]
    pub(crate) fn is_exact(self) -> bool {
        self.error == 0.0
    }

    #[inline]
    pub(crate) fn is_zero(self) -> bool {
        self.value == 0.0 && self.error == 0.0
    }

    /// Whether it is some number at all.
    pub(crate) fn is_known(self) -> bool {
        self.value.is_finite() && self.error.is_finite()
    }

    /// The least and the largest magnitude that it may have.
    pub(crate) fn magnitudes(self) -> (f64, f64) {
        let size = self.value.abs();
        // One unit further out covers the rounding of the sum.
        ((size - self.error).next_down().max(0.0), (size + self.error).next_up())
    }

    /// `function` at an argument that is known to be 0 exactly has this exact result.
    #[inline]
    fn at_zero(self, result: f64, otherwise: impl FnOnce() -> Self) -> Self {
        if self.is_zero() { Bounded::exactly(result) } else { otherwise() }
    }

    /// The product with its rounding error measured instead of bounded, so that exact products are
    /// known as exact.
    pub(crate) fn mul_tight(self, other: Self) -> Self {
        let value = self.value * other.value;
        if self.is_zero() || other.is_zero() {
            return Bounded::exactly(0.0);
        }
        if value.abs() < SAFE {
            return self.mul(other);
        }
        let rounding = self.value.mul_add(other.value, -value).abs();
        let carried = self.error * other.value.abs()
            + self.value.abs() * other.error
            + self.error * other.error;
        Bounded { value, error: (carried + rounding) * GROW }
    }

    /// The quotient likewise.
    pub(crate) fn div_tight(self, other: Self) -> Self {
        let least = other.value.abs() - other.error;
        let value = self.value / other.value;
        if self.is_zero() && least > 0.0 {
            return Bounded::exactly(0.0);
        }
        if value.abs() < SAFE || !(least > 0.0) || self.value.abs() < SAFE {
            return self.div(other);
        }
        let rest = value.mul_add(-other.value, self.value).abs();
        let carried = self.error + value.abs() * other.error;
        Bounded { value, error: (carried + rest) / least * GROW }
    }
}

/// Products above this, 2^-900, have a rounding error that f64 can express.
const SAFE: f64 = 1.1830521861667747e-271;

impl Number for Bounded {
    #[inline]
    fn exactly(value: f64) -> Self {
        Bounded { value, error: 0.0 }
    }

    #[inline]
    fn input(value: f64) -> Self {
        Bounded::exactly(value)
    }

    fn rounded(value: f64) -> Self {
        Bounded::of(value, 0.0)
    }

    fn finished(self) -> Bounded {
        if self.is_known() { self } else { Bounded::unknown() }
    }

    #[inline]
    fn unknown() -> Self {
        Bounded { value: f64::NAN, error: f64::INFINITY }
    }

    #[inline]
    fn order(self, other: Self) -> Option<Ordering> {
        if self.is_exact() && other.is_exact() {
            return self.value.partial_cmp(&other.value);
        }
        let difference = self.value - other.value;
        let doubt = (self.error + other.error) * GROW + TINY;
        if difference > doubt + difference.abs() * UNIT {
            Some(Ordering::Greater)
        } else if -difference > doubt + difference.abs() * UNIT {
            Some(Ordering::Less)
        } else {
            None
        }
    }

    #[inline]
    fn leans_below(self, place: f64) -> bool {
        self.value < place
    }

    #[inline]
    fn exact_value(self) -> Option<f64> {
        (self.error == 0.0).then_some(self.value)
    }

    #[inline]
    fn add(self, other: Self) -> Self {
        let (a, b) = (self.value, other.value);
        let value = a + b;
        // The rounding error of a sum is an f64 itself (Knuth's two-sum): exact sums stay exact.
        let part = value - a;
        let rounding = (a - (value - part)) + (b - part);
        Bounded { value, error: (self.error + other.error + rounding.abs()) * GROW }
    }

    #[inline]
    fn neg(self) -> Self {
        Bounded { value: -self.value, error: self.error }
    }

    #[inline]
    fn mul(self, other: Self) -> Self {
        let value = self.value * other.value;
        let carried = self.error * other.value.abs()
            + self.value.abs() * other.error
            + self.error * other.error;
        Bounded::of(value, carried)
    }

    #[inline]
    fn div(self, other: Self) -> Self {
        let least = other.value.abs() - other.error;
        let value = self.value / other.value;
        let carried = (self.error + (value.abs() * (1.0 + UNIT) + TINY) * other.error) / least;
        if least > other.error * UNIT { Bounded::of(value, carried) } else { Bounded::unknown() }
    }

    fn sqrt(self) -> Self {
        let value = self.value.sqrt();
        if self.is_exact() {
            // The rest of an exact root is 0.
            let exact = value == 0.0 || (value > SAFE && value.mul_add(value, -self.value) == 0.0);
            return if exact { Bounded::exactly(value) } else { Bounded::of(value, 0.0) };
        }
        let least = self.value - self.error;
        if least > 0.0 {
            // |√a - √b| = |a - b|/(√a + √b)
            Bounded::of(value, self.error / value)
        } else {
            Bounded::unknown()
        }
    }

    #[inline]
    fn exp(self, _place: u32) -> Self {
        if !(self.error <= NARROW) {
            // e^-760 is below everything that f64 has.
            let vanishes = self.value + self.error < -760.0;
            return if vanishes { Bounded::of(0.0, 0.0) } else { Bounded::unknown() };
        }
        self.at_zero(1.0, || {
            let value = core_math::exp(self.value);
            Bounded::of(value, value * (self.error * HARDLY))
        })
    }

    fn expm1(self, _place: u32) -> Self {
        if !(self.error <= NARROW) {
            return Bounded::unknown();
        }
        self.at_zero(0.0, || {
            let value = core_math::expm1(self.value);
            Bounded::of(value, (1.0 + value.max(0.0)) * (self.error * HARDLY))
        })
    }

    fn log(self) -> Self {
        let least = self.value - self.error;
        if !(least > 0.0) || !self.is_known() {
            return Bounded::unknown();
        }
        if self.is_exact() && self.value == 1.0 {
            return Bounded::exactly(0.0);
        }
        Bounded::of(core_math::log(self.value), self.error / least)
    }

    fn log1p(self) -> Self {
        let least = (1.0 + self.value) - self.error;
        if !(least > 2.0 * UNIT) || !self.is_known() {
            return Bounded::unknown();
        }
        // `least` may be off by a rounding of 1 + a.
        let least = least - 2.0 * UNIT * (1.0 + self.value);
        if !(least > 0.0) {
            return Bounded::unknown();
        }
        self.at_zero(0.0, || Bounded::of(core_math::log1p(self.value), self.error / least))
    }

    fn sin(self) -> Self {
        self.at_zero(0.0, || Bounded::of(core_math::sin(self.value), self.error))
    }

    fn cos(self) -> Self {
        self.at_zero(1.0, || Bounded::of(core_math::cos(self.value), self.error))
    }

    fn tan(self) -> Self {
        self.at_zero(0.0, || {
            let value = core_math::tan(self.value);
            let slope = 1.0 + value * value;
            // sec² grows by less than e^(2·|tan|·δ + …) over an interval this narrow.
            if self.error * (1.0 + value.abs()) <= NARROW {
                Bounded::of(value, slope * 1.01 * self.error)
            } else {
                Bounded::unknown()
            }
        })
    }

    fn atan(self) -> Self {
        self.at_zero(0.0, || {
            let nearest = (self.value.abs() - self.error).max(0.0);
            Bounded::of(core_math::atan(self.value), self.error / (1.0 + nearest * nearest * 0.999))
        })
    }

    fn sinh(self, _place: u32) -> Self {
        if !(self.error <= NARROW) {
            return Bounded::unknown();
        }
        self.at_zero(0.0, || {
            let value = core_math::sinh(self.value);
            Bounded::of(value, (value.abs() + 1.0) * (self.error * HARDLY))
        })
    }

    fn cosh(self, _place: u32) -> Self {
        if !(self.error <= NARROW) {
            return Bounded::unknown();
        }
        self.at_zero(1.0, || {
            let value = core_math::cosh(self.value);
            Bounded::of(value, value * (self.error * HARDLY))
        })
    }

    fn erf(self) -> Self {
        if self.value.abs() - self.error > 10.0 {
            // 1 - erf(10) is less than 2^-100.
            return Bounded { value: 1f64.copysign(self.value), error: SATURATED };
        }
        self.at_zero(0.0, || Bounded::of(core_math::erf(self.value), TWO_OVER_ROOT_PI * self.error))
    }

    fn erfc(self) -> Self {
        if self.value.abs() - self.error > 28.0 {
            // erfc(28) is below everything that f64 has.
            let below = self.value < 0.0;
            return Bounded { value: if below { 2.0 } else { 0.0 }, error: TINY };
        }
        self.at_zero(1.0, || {
            let value = core_math::erfc(self.value);
            // 2/√π·e^(-z²) ≤ erfc(z)·(2z + √2) for z ≥ 0; the logarithm of erfc falls no faster.
            let decay = 2.0 * self.value.max(0.0) + ROOT_TWO;
            if self.error * decay <= NARROW && self.error <= NARROW {
                Bounded::of(value, value * HARDLY * decay * self.error)
            } else {
                Bounded::unknown()
            }
        })
    }

    fn pow(self, exponent: Self) -> Self {
        let least = self.value.abs() - self.error;
        let whole = exponent.is_exact() && exponent.value.fract() == 0.0;
        let value = core_math::pow(self.value, exponent.value);
        if self.is_exact() && exponent.is_exact() && (self.value > 0.0 || whole) {
            return Bounded::of(value, 0.0);
        }
        if self.is_zero() && exponent.value - exponent.error > 0.0 {
            return Bounded::exactly(0.0);
        }
        if !(least > 0.0 && self.error <= least) || (self.value < 0.0 && !whole) {
            return Bounded::unknown();
        }
        // The logarithm of the result, and how far it moves.
        let largest = exponent.value.abs() + exponent.error;
        let logarithm = self.value.abs().ln().abs().max(least.ln().abs()) + 1.0;
        let moves = largest * (self.error / least) + logarithm * exponent.error;
        if moves <= NARROW {
            Bounded::of(value, value.abs() * HARDLY * moves * 1.001)
        } else {
            Bounded::unknown()
        }
    }
}
