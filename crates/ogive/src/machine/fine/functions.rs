//! Functions of numbers in two parts: each of the first part of its argument, and by the slope there of the
//! second.

use ogive_formula::{Op, Pair};

use super::super::{Machine, Step};
use super::doubted;
use crate::lanes::Lanes;
use crate::math::sum::{Sum, alone, lifted};
use crate::math::{self, fine};

/// The square of an angle below this is lost beside 1.
const SMALL_ANGLE: f64 = 7.450580596923828e-9; // 2^-27

impl<L: Lanes> Machine<'_, L> {
    /// Runs a step of two functions that share their work.
    #[inline(always)]
    pub(super) fn pair(&self, pair: Pair, step: &Step) {
        let l = self.l;
        match pair {
            Pair::Sigmoids => map_pair!(self, step, a => {
                let [large, small] = fine::sigmoids(l, a.high);
                let slope = l.mul(large.high, small.high);
                [lifted(l, &large, slope, a.low), lifted(l, &small, l.neg(slope), a.low)]
            }),
            Pair::Exponentials => map_pair!(self, step, a => {
                let [e, less_one] = fine::exponentials(l, a.high);
                [lifted(l, &e, e.high, a.low), lifted(l, &less_one, e.high, a.low)]
            }),
            Pair::Normal => map_pair!(self, step, a => {
                let [phi, density] = fine::normal(l, a.high);
                let slope = l.neg(l.mul(a.high, density.high));
                [lifted(l, &phi, density.high, a.low), lifted(l, &density, slope, a.low)]
            }),
            Pair::TanhSoftplus => {
                map_pair!(self, step, a => tanh_softplus_and_slope(l, &a));
            }
            Pair::Waves => map_pair!(self, step, a => {
                let [sine, cosine] = math::sines(l, a.high);
                let sine_of_sum = lifted(l, &sine, cosine.high, a.low);
                let cosine_of_sum = lifted(l, &cosine, l.neg(sine.high), a.low);
                [of_angle(l, sine_of_sum, a.low), of_angle(l, cosine_of_sum, a.low)]
            }),
        }
    }

    /// Runs a step of one function.
    #[inline(always)]
    pub(super) fn function(&self, op: Op, step: &Step) {
        let l = self.l;
        let one = l.splat(1.0);
        match op {
            Op::Exp => map!(self, step, a => {
                let e = fine::exp(l, a.high);
                lifted(l, &e, e.high, a.low)
            }),
            Op::Expm1 => map!(self, step, a => {
                let [e, less_one] = fine::exponentials(l, a.high);
                lifted(l, &less_one, e.high, a.low)
            }),
            Op::Expm1Rest => map!(self, step, a => {
                let rest = fine::expm1_rest(l, a.high);
                lifted(l, &rest, l.add(rest.high, a.high), a.low)
            }),
            Op::Tanh => map!(self, step, a => {
                let t = fine::tanh(l, a.high);
                lifted(l, &t, l.neg_mul_add(t.high, t.high, one), a.low)
            }),
            Op::TanhRest => map!(self, step, a => {
                let t = fine::tanh(l, a.high);
                let rest = fine::tanh_rest(l, a.high, &t);
                lifted(l, &rest, l.mul(t.high, t.high), a.low)
            }),
            Op::Sigmoid => map!(self, step, a => {
                let [large, small] = fine::sigmoids(l, a.high);
                lifted(l, &large, l.mul(large.high, small.high), a.low)
            }),
            Op::Phi => map!(self, step, a => {
                let [phi, density] = fine::normal(l, a.high);
                lifted(l, &phi, density.high, a.low)
            }),
            Op::Density => map!(self, step, a => {
                let [_, density] = fine::normal(l, a.high);
                lifted(l, &density, l.neg(l.mul(a.high, density.high)), a.low)
            }),
            Op::TanhSoftplus => map!(self, step, a => tanh_softplus_and_slope(l, &a)[0]),
            Op::TanhSoftplusSlope => map!(self, step, a => tanh_softplus_and_slope(l, &a)[1]),
            Op::Log => map!(self, step, a => {
                lifted(l, &alone(l, math::log(l, a.high)), l.div(one, a.high), a.low)
            }),
            Op::Log1p => map!(self, step, a => {
                let slope = l.div(one, l.add(one, a.high));
                lifted(l, &alone(l, math::log1p(l, a.high)), slope, a.low)
            }),
            Op::Softplus => map!(self, step, a => {
                let (value, slope) = fine::softplus_and_slope(l, a.high);
                lifted(l, &value, slope, a.low)
            }),
            Op::Sin => map!(self, step, a => {
                let [sine, cosine] = math::sines(l, a.high);
                of_angle(l, lifted(l, &sine, cosine.high, a.low), a.low)
            }),
            Op::Cos => map!(self, step, a => {
                let [sine, cosine] = math::sines(l, a.high);
                of_angle(l, lifted(l, &cosine, l.neg(sine.high), a.low), a.low)
            }),
            Op::Tan => map!(self, step, a => {
                let t = math::tan(l, a.high);
                of_angle(l, lifted(l, &alone(l, t), l.mul_add(t, t, one), a.low), a.low)
            }),
            Op::Atan => map!(self, step, a => {
                let slope = l.div(one, l.mul_add(a.high, a.high, one));
                lifted(l, &alone(l, math::atan(l, a.high)), slope, a.low)
            }),
            Op::Sinh => map!(self, step, a => {
                lifted(l, &alone(l, math::sinh(l, a.high)), math::cosh(l, a.high), a.low)
            }),
            Op::Cosh => map!(self, step, a => {
                lifted(l, &alone(l, math::cosh(l, a.high)), math::sinh(l, a.high), a.low)
            }),
            Op::Erf => map!(self, step, a => {
                lifted(l, &alone(l, math::erf(l, a.high)), bell(l, a.high), a.low)
            }),
            Op::Erfc => map!(self, step, a => {
                let slope = l.neg(bell(l, a.high));
                lifted(l, &alone(l, math::erfc(l, a.high)), slope, a.low)
            }),
            Op::Pow => map!(self, step, a b => {
                let power = math::pow(l, a.high, b.high);
                let of_base = l.mul(power, l.div(b.high, a.high));
                let of_exponent = l.mul(power, math::log(l, a.high));
                let base_lifted = lifted(l, &alone(l, power), of_base, a.low);
                lifted(l, &base_lifted, of_exponent, b.low)
            }),
            _ => unreachable!("`arithmetic` runs these"),
        }
    }
}

/// NaN where the second part of a huge angle is not small.
#[inline(always)]
fn of_angle<L: Lanes>(l: L, value: Sum<L::V>, low: L::V) -> Sum<L::V> {
    doubted(l, l.less(l.splat(SMALL_ANGLE), l.abs(low)), value)
}

/// The slope of erf.
#[inline(always)]
fn bell<L: Lanes>(l: L, a: L::V) -> L::V {
    let at = l.mul(a, l.splat(std::f64::consts::SQRT_2));
    l.mul(math::density(l, at), l.splat(2.0 * std::f64::consts::SQRT_2))
}

/// tanh(softplus(a)) and its derivative.
#[inline(always)]
fn tanh_softplus_and_slope<L: Lanes>(l: L, a: &Sum<L::V>) -> [Sum<L::V>; 2] {
    let [value, slope] = fine::tanh_softplus_and_slope(l, a.high);
    // Of the slope (1 - t²)·σ.
    let [large, small] = math::sigmoids(l, a.high);
    let twice = l.mul(l.splat(2.0), value.high);
    let second = l.mul(slope.high, l.neg_mul_add(twice, large, small));
    [lifted(l, &value, slope.high, a.low), lifted(l, &slope, second, a.low)]
}
