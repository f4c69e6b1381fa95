//! Hyperbolic sine and cosine: half of e^x and half of its reciprocal, from one exponential.

use super::exponential::{Raised, exp_in_parts, negative};
use super::{ROUND, polynomial, tanh};
use crate::lanes::Lanes;

/// sinh(x) = x + x³·S(x²) on |x| ≤ 1.
const SINH: [f64; 7] = [
    0.16666666666666669,
    0.008333333333333139,
    0.00019841269841437687,
    2.7557319155334618e-06,
    2.505212339893265e-08,
    1.6057240311300881e-10,
    7.759313117627598e-13,
];

/// x - tanh(x) = x³·T(x²) on |x| ≤ 1.
pub(super) const TANH_REST: [f64; 16] = [
    0.3333333333333333,
    -0.1333333333333309,
    0.05396825396804637,
    -0.02186948852912909,
    0.008863235404578283,
    -0.003592126679366341,
    0.0014558246920964941,
    -0.0005899792946300052,
    0.00023895705228738225,
    -9.646277743313181e-05,
    3.8389607893147334e-05,
    -1.4606131676715378e-05,
    4.987760317520347e-06,
    -1.3791814499083342e-06,
    2.6330772232959337e-07,
    -2.5155023659382105e-08,
];

/// e^a/2 as `high + low` and e^-a/2 as `mirror`, all three to be raised by `steps`.
struct Halves<V> {
    high: V,
    low: V,
    mirror: V,
    steps: V,
}

#[inline(always)]
fn halves<L: Lanes>(l: L, a: L::V) -> Halves<L::V> {
    let half = l.splat(0.5);
    // Beyond 712 even half of it leaves f64.
    let Raised { fraction, rest, steps } = exp_in_parts(l, l.clamp(a, 0.0, 712.0), l.splat(0.0));
    let inverse = l.div(half, l.add(fraction, rest));
    // 2^-k; from 2^64 on the reciprocal is lost in e^a.
    let last = l.splat(ROUND + 1024.0);
    let held = l.and(l.select(l.less(last, steps), last, steps), l.splat_bits(!15));
    let power = l.raised(l.splat(1.0), negative(l, held));
    let mirror = l.mul(inverse, l.mul(power, power));
    Halves { high: l.mul(fraction, half), low: l.mul(rest, half), mirror, steps }
}

/// cosh x within 1 ulp; infinite only where the result leaves f64.
#[inline(always)]
pub(crate) fn cosh<L: Lanes>(l: L, x: L::V) -> L::V {
    let Halves { high, low, mirror, steps } = halves(l, l.abs(x));
    l.scale(l.add(high, l.add(low, mirror)), steps)
}

/// sinh x within 1 ulp; infinite only where the result leaves f64.
#[inline(always)]
pub(crate) fn sinh<L: Lanes>(l: L, x: L::V) -> L::V {
    let a = l.abs(x);
    let Halves { high, low, mirror, steps } = halves(l, a);
    let far = l.scale(l.add(high, l.sub(low, mirror)), steps);
    let square = l.mul(a, a);
    let near = l.mul_add(l.mul(a, square), polynomial(l, &SINH, square), a);
    l.with_sign(l.select(l.less(a, l.splat(1.0)), near, far), x)
}

/// x - tanh x within 3 ulp.
#[inline(always)]
pub(crate) fn tanh_rest<L: Lanes>(l: L, x: L::V) -> L::V {
    let square = l.mul(x, x);
    let near = l.mul(x, l.mul(square, polynomial(l, &TANH_REST, square)));
    l.select(l.less(l.abs(x), l.splat(1.0)), near, l.sub(x, tanh(l, x)))
}
