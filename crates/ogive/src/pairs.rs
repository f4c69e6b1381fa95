//! Numbers as sums of two f32: results within 0.51 ulp at twice the lanes that f64 has.
//!
//! A pair holds some 44 bits where its parts are normal numbers and nothing has cancelled. That is so
//! for almost every element of real arrays, and a *doubt* is noted where it may not be: a block with a
//! doubt in it is done again in f64 lanes. So nothing here needs to know about infinity, NaN, numbers
//! that f32 hardly holds, or the root of a derivative.

#![allow(clippy::manual_map, reason = "closures lack the features of the instruction set")]

mod functions;
mod tables;
#[cfg(test)]
mod tests;

use std::cell::Cell;

pub(crate) use functions::*;

use crate::lanes::Singles;

/// A sum of two f32 in each lane; the second is far smaller, and absent where it is 0 in every lane
/// of every block.
#[derive(Clone, Copy)]
pub(crate) struct Pair<V> {
    pub(crate) high: V,
    pub(crate) low: Option<V>,
}

/// Inputs and parameters of this size or 0 leave room for a few products.
pub(crate) const SMALLEST: f32 = 9.313226e-10; // 2^-30
pub(crate) const LARGEST: f32 = 1.0737418e9; // 2^30

/// A result with a low part is no smaller, or 0: the low part's own last bit is then far below it.
const LEAST: f32 = 7.888609e-31; // 2^-100

/// The least share of a term that a sum may be: the others' errors grow as much.
const LEAST_SHARE: f32 = 0.0009765625; // 2^-10

/// Arithmetic on pairs, and what it doubts: what the programs of the catalogue call, by the names that
/// lanes have for it.
pub(crate) struct Pairs<L: Singles> {
    s: L,
    /// Fails where there is a doubt.
    settled: Cell<L::M>,
}

#[allow(dead_code, reason = "the catalogue decides which are called")]
impl<L: Singles> Pairs<L> {
    #[inline(always)]
    pub(crate) fn new(s: L) -> Self {
        let zero = s.splat(0.0);
        Pairs { s, settled: Cell::new(s.equal(zero, zero)) }
    }

    /// Whether some lane has a doubt.
    #[inline(always)]
    pub(crate) fn doubtful(&self) -> bool {
        self.s.some_fails(self.settled.get())
    }

    /// Notes a doubt where the test fails.
    #[inline(always)]
    pub(crate) fn expect(&self, test: L::M) {
        self.settled.set(self.s.both(self.settled.get(), test));
    }

    /// An input, with a doubt where it is NaN, infinite, or of extreme size.
    #[inline(always)]
    pub(crate) fn input(&self, x: L::V) -> Pair<L::V> {
        let s = self.s;
        let size = s.abs(x);
        let is_large = s.less_equal(s.splat(SMALLEST), size);
        let fits = s.either(is_large, s.equal(size, s.splat(0.0)));
        self.expect(s.both(fits, s.less_equal(size, s.splat(LARGEST))));
        Pair { high: x, low: None }
    }

    #[inline(always)]
    pub(crate) fn splat(&self, value: f64) -> Pair<L::V> {
        let high = value as f32;
        let low = (value - f64::from(high)) as f32;
        Pair {
            high: self.s.splat(high),
            low: if low == 0.0 { None } else { Some(self.s.splat(low)) },
        }
    }

    #[inline(always)]
    pub(crate) fn neg(&self, a: Pair<L::V>) -> Pair<L::V> {
        let low = if let Some(low) = a.low { Some(self.s.neg(low)) } else { None };
        Pair { high: self.s.neg(a.high), low }
    }

    /// The low part, or 0.
    #[inline(always)]
    fn low(&self, a: Pair<L::V>) -> L::V {
        if let Some(low) = a.low { low } else { self.s.splat(0.0) }
    }

    /// The sum of two low parts.
    #[inline(always)]
    fn lows(&self, a: Option<L::V>, b: Option<L::V>) -> Option<L::V> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.s.add(a, b)),
            (Some(one), None) | (None, Some(one)) => Some(one),
            (None, None) => None,
        }
    }

    /// Both parts times a power of two.
    #[inline(always)]
    fn times(&self, a: Pair<L::V>, power: f32) -> Pair<L::V> {
        let power = self.s.splat(power);
        let low = if let Some(low) = a.low { Some(self.s.mul(low, power)) } else { None };
        Pair { high: self.s.mul(a.high, power), low }
    }

    /// The sum, without a look at what cancels.
    #[inline(always)]
    fn sum(&self, a: Pair<L::V>, b: Pair<L::V>) -> Pair<L::V> {
        let [high, lost] = two_sum(self.s, a.high, b.high);
        Pair { high, low: self.lows(Some(lost), self.lows(a.low, b.low)) }
    }

    #[inline(always)]
    pub(crate) fn add(&self, a: Pair<L::V>, b: Pair<L::V>) -> Pair<L::V> {
        let s = self.s;
        let sum = self.sum(a, b);
        // What is exact can cancel without harm.
        if a.low.is_some() || b.low.is_some() {
            let term = if a.low.is_some() { a.high } else { b.high };
            let share = s.mul(s.abs(term), s.splat(LEAST_SHARE));
            self.expect(s.less_equal(share, s.abs(sum.high)));
        }
        sum
    }

    #[inline(always)]
    pub(crate) fn sub(&self, a: Pair<L::V>, b: Pair<L::V>) -> Pair<L::V> {
        self.add(a, self.neg(b))
    }

    #[inline(always)]
    pub(crate) fn mul(&self, a: Pair<L::V>, b: Pair<L::V>) -> Pair<L::V> {
        let s = self.s;
        let high = s.mul(a.high, b.high);
        let mut low = s.mul_sub(a.high, b.high, high);
        if let Some(rest) = b.low {
            low = s.mul_add(a.high, rest, low);
        }
        if let Some(rest) = a.low {
            low = s.mul_add(rest, b.high, low);
        }
        Pair { high, low: Some(low) }
    }

    #[inline(always)]
    pub(crate) fn mul_add(&self, a: Pair<L::V>, b: Pair<L::V>, c: Pair<L::V>) -> Pair<L::V> {
        self.add(c, self.mul(a, b))
    }

    #[inline(always)]
    pub(crate) fn mul_sub(&self, a: Pair<L::V>, b: Pair<L::V>, c: Pair<L::V>) -> Pair<L::V> {
        self.sub(self.mul(a, b), c)
    }

    #[inline(always)]
    pub(crate) fn neg_mul_add(&self, a: Pair<L::V>, b: Pair<L::V>, c: Pair<L::V>) -> Pair<L::V> {
        self.add(c, self.mul(self.neg(a), b))
    }

    #[inline(always)]
    pub(crate) fn div(&self, a: Pair<L::V>, b: Pair<L::V>) -> Pair<L::V> {
        let s = self.s;
        let inverse = s.div(s.splat(1.0), b.high);
        let high = s.mul(a.high, inverse);
        let mut lack = s.neg_mul_add(high, b.high, a.high);
        if let Some(rest) = a.low {
            lack = s.add(lack, rest);
        }
        if let Some(rest) = b.low {
            lack = s.neg_mul_add(high, rest, lack);
        }
        Pair { high, low: Some(s.mul(lack, inverse)) }
    }

    #[inline(always)]
    pub(crate) fn sqrt(&self, a: Pair<L::V>) -> Pair<L::V> {
        let s = self.s;
        // The root of 0 would divide by it.
        self.expect(s.less_equal(s.splat(SMALLEST), a.high));
        let high = s.sqrt(a.high);
        let mut lack = s.neg_mul_add(high, high, a.high);
        if let Some(rest) = a.low {
            lack = s.add(lack, rest);
        }
        let half = s.div(s.splat(0.5), high);
        Pair { high, low: Some(s.mul(lack, half)) }
    }

    #[inline(always)]
    pub(crate) fn select(&self, test: L::M, a: Pair<L::V>, b: Pair<L::V>) -> Pair<L::V> {
        let s = self.s;
        let low = if a.low.is_none() && b.low.is_none() {
            None
        } else {
            Some(s.select(test, self.low(a), self.low(b)))
        };
        Pair { high: s.select(test, a.high, b.high), low }
    }

    /// The sign of the difference decides.
    #[inline(always)]
    fn difference(&self, a: Pair<L::V>, b: Pair<L::V>) -> L::V {
        let high = self.s.sub(a.high, b.high);
        self.s.add(high, self.s.sub(self.low(a), self.low(b)))
    }

    #[inline(always)]
    pub(crate) fn less(&self, a: Pair<L::V>, b: Pair<L::V>) -> L::M {
        if a.low.is_none() && b.low.is_none() {
            self.s.less(a.high, b.high)
        } else {
            self.s.less(self.difference(a, b), self.s.splat(0.0))
        }
    }

    #[inline(always)]
    pub(crate) fn at_least(&self, bound: Pair<L::V>, a: Pair<L::V>) -> Pair<L::V> {
        self.select(self.less(a, bound), bound, a)
    }

    #[inline(always)]
    pub(crate) fn at_most(&self, bound: Pair<L::V>, a: Pair<L::V>) -> Pair<L::V> {
        self.select(self.less(bound, a), bound, a)
    }

    #[inline(always)]
    pub(crate) fn abs(&self, a: Pair<L::V>) -> Pair<L::V> {
        match a.low {
            None => Pair { high: self.s.abs(a.high), low: None },
            Some(_) => self.select(self.s.less(a.high, self.s.splat(0.0)), self.neg(a), a),
        }
    }

    /// The sum of both parts, rounded once; of 0 the sign that the high part has.
    #[inline(always)]
    pub(crate) fn rounded(&self, a: Pair<L::V>) -> L::V {
        match a.low {
            None => a.high,
            Some(low) => {
                let is_zero = self.s.equal(a.high, self.s.splat(0.0));
                self.s.select(is_zero, a.high, self.s.add(a.high, low))
            }
        }
    }

    /// Notes a doubt where a result is NaN, or so small that its low part may have lost digits.
    #[inline(always)]
    pub(crate) fn result(&self, value: L::V) {
        let s = self.s;
        let size = s.abs(value);
        let is_large = s.less_equal(s.splat(LEAST), size);
        self.expect(s.either(is_large, s.equal(size, s.splat(0.0))));
    }
}

/// The rounded sum, and what rounding took.
#[inline(always)]
pub(crate) fn two_sum<L: Singles>(s: L, a: L::V, b: L::V) -> [L::V; 2] {
    let sum = s.add(a, b);
    let second = s.sub(sum, a);
    [sum, s.add(s.sub(a, s.sub(sum, second)), s.sub(b, second))]
}

/// The same where `a` is 0 or at least as large as `b`.
#[inline(always)]
pub(crate) fn fast_two_sum<L: Singles>(s: L, a: L::V, b: L::V) -> [L::V; 2] {
    let sum = s.add(a, b);
    [sum, s.sub(b, s.sub(sum, a))]
}
