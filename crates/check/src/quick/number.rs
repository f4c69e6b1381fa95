//! What the rules of the fast reference need of a number: arithmetic that keeps an error bound.

use std::cmp::Ordering;

use super::bounded::Bounded;

/// A real number that is known up to an error bound.
///
/// Every operation returns a number whose bound holds for *all* real numbers that its arguments may
/// stand for. Where an operation cannot say anything (a divisor that may be 0, overflow, a function
/// that an implementation does not know) the result is [`Number::unknown`], and stays unknown in
/// whatever is computed from it.
pub(crate) trait Number: Copy {
    /// This very f64.
    fn exactly(value: f64) -> Self;
    /// The input or the gate, which come as close to 0 as they please.
    fn input(value: f64) -> Self;
    /// A constant of which `value` is the f64 nearest to it.
    fn rounded(value: f64) -> Self;
    /// Nothing is known.
    fn unknown() -> Self;

    /// How it compares with `other`, if the bounds leave no doubt.
    fn order(self, other: Self) -> Option<Ordering>;
    /// Whether it is probably negative; only accuracy may depend on the answer, never truth.
    fn leans_below(self, place: f64) -> bool;

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self {
        self.add(other.neg())
    }
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn neg(self) -> Self;
    fn sqrt(self) -> Self;
    /// `place` names the step that asks: e^Z of one step is the same number wherever it appears.
    fn exp(self, place: u32) -> Self;
    fn expm1(self, place: u32) -> Self;
    fn log(self) -> Self;
    fn log1p(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tan(self) -> Self;
    fn atan(self) -> Self;
    fn sinh(self, place: u32) -> Self;
    fn cosh(self, place: u32) -> Self;
    fn erf(self) -> Self;
    fn erfc(self) -> Self;
    /// Any power but the small whole ones, which are products.
    fn pow(self, exponent: Self) -> Self;

    /// Value and bound as f64. An exact infinity stands for a number that is surely beyond every f32.
    fn finished(self) -> Bounded;

    /// The number if it is an f64 exactly.
    fn exact_value(self) -> Option<f64>;

    fn square(self) -> Self {
        self.mul(self)
    }

    /// The number with the sign that makes it not positive, as far as can be told.
    fn folded(self) -> Self {
        if self.leans_below(0.0) { self } else { self.neg() }
    }

    fn power(self, exponent: Self) -> Self {
        match exponent.exact_value() {
            Some(0.0) => Self::exactly(1.0),
            Some(1.0) => self,
            Some(2.0) => self.square(),
            Some(3.0) => self.square().mul(self),
            Some(4.0) => self.square().square(),
            _ => self.pow(exponent),
        }
    }
}
