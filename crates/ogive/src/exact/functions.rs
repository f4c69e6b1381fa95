//! Functions that `astro-float` has not.

use astro_float_num::BigFloat;

use super::number::{NEAREST, to_f64};
use super::numbers::Numbers;

/// Beyond, erf is ±1 to 5000 bits.
const FAR: f64 = 60.0;
/// Below, Laplace's fraction for erfc takes too many levels.
const LEAST: f64 = 2.0;

/// How many levels of Laplace's fraction give `bits`, if it is fewer than `most`: each multiplies the error
/// by its numerator, k/2, over the last two quotients of the convergents' denominators.
fn levels(a: f64, bits: usize, most: u32) -> Option<u32> {
    let (mut quotient, mut missing) = (a, bits as f64);
    (1..most).find(|level| {
        let half = 0.5 * f64::from(*level);
        let next = a + half / quotient;
        missing -= next.log2() + quotient.log2() - half.log2();
        quotient = next;
        missing < 0.0
    })
}

/// How many terms of the series of erf do for 1 - erf, about.
fn terms(a: f64, bits: usize) -> u32 {
    (4.0 * a * a + 0.3 * bits as f64) as u32
}

impl Numbers {
    /// 2/√π·e^(-a²)·Σ 2^n·a^(2n+1)/(2n+1)!!: no term is negative.
    pub(super) fn erf(&mut self, a: &BigFloat) -> BigFloat {
        let size = to_f64(a);
        if size.is_nan() || size.abs() > FAR {
            return a.signum();
        }
        let p = self.precision;
        let square = a.mul(a, p, NEAREST);
        let twice = square.mul(&self.number(2.0), p, NEAREST);
        let (mut term, mut sum, mut odd) = (a.clone(), a.clone(), 1.0);
        while !term.is_zero()
            && term.exponent().unwrap_or(0) > sum.exponent().unwrap_or(0).saturating_sub(p as i32)
        {
            odd += 2.0;
            term = term.mul(&twice, p, NEAREST).div(&self.number(odd), p, NEAREST);
            sum = sum.add(&term, p, NEAREST);
        }
        let root = self.pi().sqrt(p, NEAREST);
        let factor = self.exp(&square.neg()).mul(&self.number(2.0), p, NEAREST);
        sum.mul(&factor.div(&root, p, NEAREST), p, NEAREST)
    }

    pub(super) fn erfc(&mut self, a: &BigFloat) -> BigFloat {
        let size = to_f64(a);
        if size.is_nan() {
            return BigFloat::nan(None);
        }
        let p = self.precision;
        if size >= LEAST
            && let Some(levels) = levels(size, p, terms(size, p))
        {
            // The rounding of a² counts as many times as a² is large.
            let extra = 2 * a.exponent().unwrap_or(0).clamp(0, 512) as usize;
            self.precision += extra.next_multiple_of(64);
            let square = a.mul(a, self.precision, NEAREST);
            let decay = self.exp(&square.neg());
            self.precision = p;
            return self.fraction(a, levels).mul(&decay, p, NEAREST);
        }
        // It is e^(-a²) at most, so many bits below 1.
        let extra = if size > 0.0 { (1.5 * size * size) as usize + 64 } else { 0 };
        self.precision += extra.next_multiple_of(64);
        let value = self.one().sub(&self.erf(a), self.precision, NEAREST);
        self.precision = p;
        value
    }

    /// erfc(a)·e^(a²) of a number that is too large for e^(a²).
    pub(super) fn erfc_scaled(&mut self, a: &BigFloat) -> BigFloat {
        let levels = levels(to_f64(a), self.precision, u32::MAX);
        self.fraction(a, levels.unwrap_or(1))
    }

    /// Laplace's fraction of so many levels, 1/√π·1/(a + ½/(a + 1/(a + 3/2/(a + …)))).
    fn fraction(&mut self, a: &BigFloat, levels: u32) -> BigFloat {
        let p = self.precision;
        let mut under = a.clone();
        for level in (1..=levels).rev() {
            let half = self.number(0.5 * f64::from(level));
            under = half.div(&under, p, NEAREST).add(a, p, NEAREST);
        }
        let root = self.pi().sqrt(p, NEAREST);
        self.one().div(&under.mul(&root, p, NEAREST), p, NEAREST)
    }

    /// tanh(softplus(a)) and its derivative, with e = e^-|a|.
    pub(super) fn gate(&mut self, a: &BigFloat) -> [BigFloat; 2] {
        let p = self.precision;
        let (one, two) = (self.one(), self.number(2.0));
        let e = self.exp(&a.abs().neg());
        let square = e.mul(&e, p, NEAREST);
        let twice = e.mul(&two, p, NEAREST);
        let (top, rest, share) = if a.is_positive() {
            (twice.add(&one, p, NEAREST), square.mul(&two, p, NEAREST), square)
        } else {
            (twice.add(&square, p, NEAREST), two, e.clone())
        };
        let bottom = top.add(&rest, p, NEAREST);
        let slope = one
            .add(&e, p, NEAREST)
            .mul(&share, p, NEAREST)
            .mul(&self.number(4.0), p, NEAREST)
            .div(&bottom.mul(&bottom, p, NEAREST), p, NEAREST);
        [top.div(&bottom, p, NEAREST), slope]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erfc_by_the_fraction_is_that_by_the_series() {
        let mut by_fraction = 0;
        Numbers::lend(|numbers| {
            for precision in [128, 512, 2048] {
                for a in [2.0, 2.5, 3.7, 6.0, 11.0, 27.3, 59.0] {
                    numbers.precision = precision;
                    by_fraction += u32::from(levels(a, precision, terms(a, precision)).is_some());
                    let number = numbers.number(a);
                    let found = numbers.erfc(&number);
                    numbers.precision = precision + (1.5 * a * a) as usize + 128;
                    let p = numbers.precision;
                    let series = numbers.one().sub(&numbers.erf(&number), p, NEAREST);
                    let error = series.sub(&found, precision, NEAREST);
                    let size = |number: &BigFloat| i64::from(number.exponent().unwrap_or(i32::MIN));
                    let bits = size(&series) - size(&error);
                    let is_close = error.is_zero() || bits >= precision as i64 - 12;
                    assert!(is_close, "erfc({a}) has {bits} of {precision} bits");
                }
            }
        });
        assert!((6..18).contains(&by_fraction), "{by_fraction} of 21");
    }
}
