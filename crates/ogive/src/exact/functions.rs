//! Functions that `astro-float` has not.

use astro_float_num::BigFloat;

use super::number::{NEAREST, to_f64};
use super::numbers::Numbers;

/// Beyond, erf is ±1 to 5000 bits, and the terms of erfc's series in 1/a² shrink below as many.
const FAR: f64 = 60.0;

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
        if size > FAR {
            return self.erfc_far(a);
        }
        // It is e^(-a²) at most, so many bits below 1.
        let extra = if size > 0.0 { (1.5 * size * size) as usize + 64 } else { 0 };
        let before = self.precision;
        self.precision += extra.next_multiple_of(64);
        let value = self.one().sub(&self.erf(a), self.precision, NEAREST);
        self.precision = before;
        value
    }

    fn erfc_far(&mut self, a: &BigFloat) -> BigFloat {
        let p = self.precision;
        let square = a.mul(a, p, NEAREST);
        let decay = self.exp(&square.neg());
        self.erfc_scaled(a).mul(&decay, p, NEAREST)
    }

    /// erfc(a)·e^(a²) as 1/(a·√π)·(1 - 1/(2a²) + 1·3/(2a²)² - …), whose terms shrink for long where a is
    /// large.
    pub(super) fn erfc_scaled(&mut self, a: &BigFloat) -> BigFloat {
        let p = self.precision;
        let square = a.mul(a, p, NEAREST);
        let under = square.mul(&self.number(-2.0), p, NEAREST);
        let (mut term, mut sum, mut odd) = (self.one(), self.one(), -1.0);
        while !term.is_zero()
            && term.exponent().is_some_and(|exponent| i64::from(exponent) > -(p as i64))
        {
            odd += 2.0;
            term = term.mul(&self.number(odd), p, NEAREST).div(&under, p, NEAREST);
            sum = sum.add(&term, p, NEAREST);
        }
        let root = self.pi().sqrt(p, NEAREST).mul(a, p, NEAREST);
        sum.div(&root, p, NEAREST)
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
