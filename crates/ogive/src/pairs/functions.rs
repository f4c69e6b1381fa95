//! Elementary functions on pairs, right to 2^-35 of the result, 2^-32 where the exponent is beyond 4.

#![allow(dead_code, reason = "the catalogue decides which are called")]

use super::tables::{
    EXP, EXP_FINE, INVERSES, LN2_32_HIGH, LN2_32_LOW, LOG, LOGS, LOGS_REST, POWERS, POWERS_REST,
};
use super::{Pair, Pairs, fast_two_sum, two_sum};
use crate::lanes::{ROUND_SINGLE as ROUND, Singles};

/// Exponents beyond this, and the squares of their exponentials, leave too little room.
const FURTHEST: f32 = 40.0;

/// e^a as power·e^r·(1 + rest).
struct Reduced<V> {
    /// 2^(n/32), rounded, for a whole n.
    power: V,
    /// a - n·ln2/32, of size 0.011 at most.
    r: V,
    /// What rounding took from both.
    rest: V,
}

#[inline(always)]
fn reduced<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Reduced<L::V> {
    let s = p.s;
    p.expect(s.less_equal(s.abs(a.high), s.splat(FURTHEST)));
    let round = s.splat(ROUND);
    let steps = s.mul_add(a.high, s.splat(32.0 * std::f32::consts::LOG2_E), round);
    let n = s.sub(steps, round);
    // Exact: the difference is a small multiple of the last bit of either.
    let r = s.neg_mul_add(n, s.splat(LN2_32_HIGH), a.high);
    let r_rest = match a.low {
        Some(low) => s.neg_mul_add(n, s.splat(LN2_32_LOW), low),
        None => s.mul(n, s.splat(-LN2_32_LOW)),
    };
    // The bits above the five of the fraction, moved to the exponent's place.
    let exponent = s.shift_left::<18>(s.and(steps, s.splat(f32::from_bits(!31))));
    let power = s.add_bits(s.lookup_long(&POWERS, steps), exponent);
    Reduced { power, r, rest: s.add(r_rest, s.lookup_long(&POWERS_REST, steps)) }
}

/// power·(1 + high + low), |high| ≤ 0.011.
#[inline(always)]
fn raised<L: Singles>(p: &Pairs<L>, power: L::V, high: L::V, low: L::V) -> Pair<L::V> {
    let s = p.s;
    let product = s.mul(power, high);
    let lost = s.mul_sub(power, high, product);
    let [sum, rest] = fast_two_sum(s, power, product);
    Pair { high: sum, low: Some(s.add(s.mul_add(power, low, rest), lost)) }
}

/// e^a.
#[inline(always)]
pub(crate) fn exp<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Pair<L::V> {
    let s = p.s;
    let Reduced { power, r, rest } = reduced(p, a);
    let square = s.mul(r, r);
    let series = s.mul_add(s.mul_add(r, s.splat(EXP[2]), s.splat(EXP[1])), r, s.splat(EXP[0]));
    let low = s.mul_add(square, series, s.mul_add(rest, r, rest));
    // The square belongs to the high part.
    let Pair { high, low } = raised(p, power, r, low);
    let [high, low] = fast_two_sum(s, high, if let Some(low) = low { low } else { s.splat(0.0) });
    Pair { high, low: Some(low) }
}

/// expm1 r as `[high, low]`, right to 2^-45.
#[inline(always)]
fn fine<L: Singles>(s: L, r: L::V) -> [L::V; 2] {
    let half = s.splat(0.5);
    let square = s.mul(r, r);
    let square_rest = s.mul_sub(r, r, square);
    let series = s.mul_add(r, s.splat(EXP_FINE[2]), s.splat(EXP_FINE[1]));
    let series = s.mul_add(series, r, s.splat(EXP_FINE[0]));
    let low = s.mul_add(s.mul(square, r), series, s.mul(half, square_rest));
    let high = s.mul_add(half, square, r);
    [high, s.add(low, s.mul_add(half, square, s.sub(r, high)))]
}

/// e^a and e^a - 1.
#[inline(always)]
pub(crate) fn exponentials<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> [Pair<L::V>; 2] {
    let s = p.s;
    let Reduced { power, r, rest } = reduced(p, a);
    let [high, low] = fine(s, r);
    let low = s.add(low, s.mul_add(rest, high, rest));
    let whole = raised(p, power, high, low);
    let [lead, lead_rest] = two_sum(s, power, s.splat(-1.0));
    let product = s.mul(power, high);
    let lost = s.mul_sub(power, high, product);
    let [sum, sum_rest] = fast_two_sum(s, lead, product);
    let lost = s.add(s.add(sum_rest, lead_rest), lost);
    // The sign of 0 is that of the argument.
    let sum = s.select(s.equal(a.high, s.splat(0.0)), a.high, sum);
    [whole, Pair { high: sum, low: Some(s.mul_add(power, low, lost)) }]
}

/// e^a - 1.
#[inline(always)]
pub(crate) fn expm1<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Pair<L::V> {
    exponentials(p, a)[1]
}

/// e^a - 1 - a; near 0 it leaves a doubt.
#[inline(always)]
pub(crate) fn expm1_rest<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Pair<L::V> {
    p.sub(expm1(p, a), a)
}

/// 1/(1 + e^-a).
#[inline(always)]
pub(crate) fn sigmoid<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Pair<L::V> {
    let one = Pair { high: p.s.splat(1.0), low: None };
    p.div(one, p.sum(one, exp(p, p.neg(a))))
}

/// 1/(1 + e^-a) and 1/(1 + e^a).
#[inline(always)]
pub(crate) fn sigmoids<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> [Pair<L::V>; 2] {
    let one = Pair { high: p.s.splat(1.0), low: None };
    let e = exp(p, p.neg(a));
    let first = p.div(one, p.sum(one, e));
    [first, p.mul(e, first)]
}

/// tanh a.
#[inline(always)]
pub(crate) fn tanh<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Pair<L::V> {
    let e = expm1(p, p.times(a, 2.0));
    p.div(e, p.sum(Pair { high: p.s.splat(2.0), low: None }, e))
}

/// log(1 + e^a).
#[inline(always)]
pub(crate) fn softplus<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Pair<L::V> {
    let s = p.s;
    let zero = Pair { high: s.splat(0.0), low: None };
    let positive = s.less(zero.high, a.high);
    let decay = p.select(positive, p.neg(a), a);
    p.sum(p.select(positive, a, zero), log1p_of_share(p, exp(p, decay)))
}

/// log(1 + e) for e in (0, 1].
#[inline(always)]
fn log1p_of_share<L: Singles>(p: &Pairs<L>, e: Pair<L::V>) -> Pair<L::V> {
    let s = p.s;
    let round = s.splat(ROUND);
    let step = s.at_most(s.splat(ROUND + 31.0), s.mul_add(e.high, s.splat(32.0), round));
    let inverse = s.lookup_long(&INVERSES, step);
    // (1 + e)·inverse - 1, whose first part is exact: the terms are nearly opposite.
    let product = p.mul(e, Pair { high: inverse, low: None });
    let f = s.add(product.high, s.sub(inverse, s.splat(1.0)));
    let f_rest = p.low(product);
    let half = s.splat(-0.5);
    let square = s.mul(f, f);
    let square_rest = s.mul_sub(f, f, square);
    let series = s.mul_add(f, s.splat(LOG[3]), s.splat(LOG[2]));
    let series = s.mul_add(series, f, s.splat(LOG[1]));
    let series = s.mul_add(series, f, s.splat(LOG[0]));
    let low = s.mul_add(s.mul(square, f), series, s.neg_mul_add(f, f_rest, f_rest));
    let low = s.mul_add(half, square_rest, low);
    let high = s.mul_add(half, square, f);
    let low = s.add(low, s.mul_add(half, square, s.sub(f, high)));
    let [sum, rest] = fast_two_sum(s, s.lookup_long(&LOGS, step), high);
    let rest = s.add(rest, s.lookup_long(&LOGS_REST, step));
    Pair { high: sum, low: Some(s.add(rest, low)) }
}

/// tanh(softplus(a)).
#[inline(always)]
pub(crate) fn tanh_softplus<L: Singles>(p: &Pairs<L>, a: Pair<L::V>) -> Pair<L::V> {
    let two = Pair { high: p.s.splat(2.0), low: None };
    let e = exp(p, a);
    let top = p.mul(e, p.sum(two, e));
    p.div(top, p.sum(two, top))
}
