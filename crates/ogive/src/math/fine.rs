//! The functions where results stay in f64: what rounding takes from a sum, a product or a quotient on
//! the way is kept in a second number, so that one rounding is left, the last.
//!
//! Near the root of a derivative two terms cancel that are some times as large as what one rounding of
//! the input does to the result; with these functions they are right to the last place each.

use super::exponential::{EXPM1_REST, Raised, exp_in_parts};
use super::{EXP, POWERS, POWERS_REST, Reduced, TAIL, polynomial, reduced};
use crate::lanes::Lanes;

/// A number as the sum of two: the nearest f64 and what that lacks.
struct Sum<V> {
    high: V,
    low: V,
}

/// `a + b` where |a| ≥ |b| or `a` is 0.
#[inline(always)]
fn sum<L: Lanes>(l: L, a: L::V, b: L::V) -> Sum<L::V> {
    let high = l.add(a, b);
    Sum { high, low: l.sub(b, l.sub(high, a)) }
}

/// `a + b`, whichever is larger.
#[inline(always)]
fn any_sum<L: Lanes>(l: L, a: L::V, b: L::V) -> Sum<L::V> {
    let high = l.add(a, b);
    let of_b = l.sub(high, a);
    let low = l.add(l.sub(a, l.sub(high, of_b)), l.sub(b, of_b));
    Sum { high, low }
}

/// `a + b` where |a| ≥ |b|.
#[inline(always)]
fn plus<L: Lanes>(l: L, a: L::V, b: &Sum<L::V>) -> Sum<L::V> {
    let Sum { high, low } = sum(l, a, b.high);
    Sum { high, low: l.add(low, b.low) }
}

/// `a·b` for a power of two `a`.
#[inline(always)]
fn times<L: Lanes>(l: L, a: f64, b: &Sum<L::V>) -> Sum<L::V> {
    let a = l.splat(a);
    Sum { high: l.mul(b.high, a), low: l.mul(b.low, a) }
}

/// `a·b`.
#[inline(always)]
fn product<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    let high = l.mul(a.high, b.high);
    let low = l.mul_sub(a.high, b.high, high);
    Sum { high, low: l.mul_add(a.high, b.low, l.mul_add(a.low, b.high, low)) }
}

/// `top/bottom`.
#[inline(always)]
fn quotient<L: Lanes>(l: L, top: &Sum<L::V>, bottom: &Sum<L::V>) -> Sum<L::V> {
    let inverse = l.div(l.splat(1.0), bottom.high);
    let high = l.mul(top.high, inverse);
    let lack = l.add(l.neg_mul_add(high, bottom.high, top.high), top.low);
    Sum { high, low: l.mul(l.neg_mul_add(high, bottom.low, lack), inverse) }
}

/// The f64 nearest to it.
#[inline(always)]
fn whole<L: Lanes>(l: L, of: &Sum<L::V>) -> L::V {
    l.add(of.high, of.low)
}

/// The one or the other.
#[inline(always)]
fn select<L: Lanes>(l: L, test: L::M, then: &Sum<L::V>, otherwise: &Sum<L::V>) -> Sum<L::V> {
    Sum {
        high: l.select(test, then.high, otherwise.high),
        low: l.select(test, then.low, otherwise.low),
    }
}

/// e^-|x|, before its power of two is multiplied in, and that power; and as it is, the larger part
/// rounded where it is subnormal.
#[inline(always)]
fn decay<L: Lanes>(l: L, x: L::V) -> (Sum<L::V>, L::V, Sum<L::V>) {
    let x = l.at_least(l.splat(-750.0), l.or(x, l.splat(-0.0)));
    let Raised { fraction, rest, steps } = exp_in_parts(l, x, l.splat(0.0));
    let parts = sum(l, fraction, rest);
    let e = Sum { high: l.scale(parts.high, steps), low: l.scale(parts.low, steps) };
    (parts, steps, e)
}

/// e^x within 0.6 ulp, 0.7 ulp where it is subnormal.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(l: L, x: L::V) -> L::V {
    let x = held(l, x);
    let Raised { fraction, rest, steps } = exp_in_parts(l, x, l.splat(0.0));
    l.scale(l.add(fraction, rest), steps)
}

/// 1/(1 + e^-x) and 1/(1 + e^x), within 0.7 ulp.
#[inline(always)]
pub(crate) fn sigmoids<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let (parts, steps, e) = decay(l, x);
    let one = l.splat(1.0);
    let large = quotient(l, &Sum { high: one, low: l.splat(0.0) }, &plus(l, one, &e));
    let small = l.scale(whole(l, &product(l, &parts, &large)), steps);
    let large = whole(l, &large);
    let negative = l.less(x, l.splat(0.0));
    [l.select(negative, small, large), l.select(negative, large, small)]
}

/// 1/(1 + e^-x) within 0.7 ulp.
#[inline(always)]
pub(crate) fn sigmoid<L: Lanes>(l: L, x: L::V) -> L::V {
    sigmoids(l, x)[0]
}

/// The argument of e^x, held where that is 0 or infinite.
#[inline(always)]
fn held<L: Lanes>(l: L, x: L::V) -> L::V {
    l.clamp(x, -750.0, 715.0)
}

/// e^x - 1 for |x| ≤ 64; beyond, for an argument that is [held], of no account.
#[inline(always)]
fn expm1_below_64<L: Lanes>(l: L, x: L::V) -> Sum<L::V> {
    let Reduced { r, lost, steps } = reduced(l, x);
    let p = sum(l, r, l.mul(l.mul(r, r), polynomial(l, &EXP, r)));
    // What the reduction took, and the rounding of the power: both are factors of e^x.
    let share = l.add(lost, l.lookup(&POWERS_REST, steps));
    let p = Sum { high: p.high, low: l.add(p.low, l.mul_add(p.high, share, share)) };
    let power = l.raised(l.lookup(&POWERS, steps), steps);
    let rest = product(l, &Sum { high: power, low: l.splat(0.0) }, &p);
    let less_one = any_sum(l, power, l.splat(-1.0));
    // Of a power that is not 1 this leaves more than a fortieth, and the rest is less.
    let raised = sum(l, less_one.high, rest.high);
    Sum { high: raised.high, low: l.add(raised.low, l.add(less_one.low, rest.low)) }
}

/// e^x - 1 within 0.6 ulp.
#[inline(always)]
pub(crate) fn expm1<L: Lanes>(l: L, x: L::V) -> L::V {
    exponentials(l, x)[1]
}

/// e^x and e^x - 1, within 0.7 and 0.6 ulp.
#[inline(always)]
pub(crate) fn exponentials<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    // Of one argument both reduce it once.
    let raised = exp(l, x);
    let near = whole(l, &expm1_below_64(l, held(l, x)));
    let bound = l.splat(64.0);
    let result = l.select(l.less(bound, x), raised, near);
    let result = l.select(l.less(x, l.neg(bound)), l.splat(-1.0), result);
    // The sign of 0 and subnormal numbers as they are.
    [raised, l.select(l.less(l.splat(0.0), l.abs(x)), result, x)]
}

/// tanh x within 0.6 ulp.
#[inline(always)]
pub(crate) fn tanh<L: Lanes>(l: L, x: L::V) -> L::V {
    let twice = l.mul(l.or(x, l.splat(-0.0)), l.splat(2.0));
    let e = expm1_below_64(l, l.at_least(l.splat(-64.0), twice));
    let t = whole(l, &quotient(l, &e, &plus(l, l.splat(2.0), &e)));
    // At 0 the sign of the quotient is lost, and comes back here.
    l.with_sign(l.abs(t), x)
}

/// tanh(softplus(x)) within 0.7 ulp.
#[inline(always)]
pub(crate) fn tanh_softplus<L: Lanes>(l: L, x: L::V) -> L::V {
    tanh_softplus_and_slope(l, x)[0]
}

/// The derivative of tanh(softplus(x)) within 0.7 ulp.
#[inline(always)]
pub(crate) fn tanh_softplus_slope<L: Lanes>(l: L, x: L::V) -> L::V {
    tanh_softplus_and_slope(l, x)[1]
}

/// tanh(softplus(x)) and its derivative, within 0.7 ulp each.
///
/// With e = e^-|x| they are (e² + 2e)/b and 4(e² + e)/b², b = e² + 2e + 2, for negative x, and (1 + 2e)/b
/// and 4(e² + e³)/b², b = 1 + 2e + 2e², for others. For negative x one e is multiplied in last, with its
/// power of two.
#[inline(always)]
pub(crate) fn tanh_softplus_and_slope<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let (parts, steps, e) = decay(l, x);
    let (one, two) = (l.splat(1.0), l.splat(2.0));
    let negative = l.less(x, l.splat(0.0));
    // Either top without the last e: 2 + e, or 1 + 2e.
    let below = plus(l, two, &e);
    let top = select(l, negative, &below, &plus(l, one, &times(l, 2.0, &e)));
    let square = product(l, &e, &e);
    let bottom_below = plus(l, two, &product(l, &e, &below));
    let above = sum(l, top.high, l.mul(square.high, two));
    let above_low = l.add(l.mul_add(square.low, two, above.low), top.low);
    let bottom = select(l, negative, &bottom_below, &Sum { high: above.high, low: above_low });
    let gate = quotient(l, &top, &bottom);
    let below = l.scale(whole(l, &product(l, &parts, &gate)), steps);
    let value = l.select(negative, below, whole(l, &gate));
    // 4(1 + e)/b², times e below and e² above.
    let share = times(l, 4.0, &plus(l, one, &e));
    let share = quotient(l, &quotient(l, &share, &bottom), &bottom);
    let share = select(l, negative, &share, &product(l, &share, &e));
    let slope = l.scale(whole(l, &product(l, &parts, &share)), steps);
    [value, slope]
}

/// 1/√(2π), and what its f64 lacks.
const DENSITY: [f64; 2] = [0.3989422804014327, -2.49232720227773e-17];
/// What the first coefficient of [`TAIL`] lacks.
const TAIL_REST: f64 = 1.3896179734395222e-17;

/// The normal distribution function and its density, within 1.1 and 0.6 ulp.
#[inline(always)]
pub(crate) fn normal<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let t = l.at_most(l.splat(40.0), l.abs(x));
    // exp(-t²/2), with what the rounding of the square took.
    let half = l.splat(-0.5);
    let square = l.mul(t, t);
    let lost = l.mul(l.mul_sub(t, t, square), half);
    let Raised { fraction, rest, steps } = exp_in_parts(l, l.mul(square, half), lost);
    let e = sum(l, fraction, rest);
    let [high, low] = DENSITY.map(|part| l.splat(part));
    let density = l.scale(whole(l, &product(l, &e, &Sum { high, low })), steps);

    // Beyond 39 the tail is below the smallest f64.
    let t = l.at_most(l.splat(39.0), t);
    let (one, four) = (l.splat(1.0), l.splat(4.0));
    // Near 0 the last place of u would show.
    let u = quotient(l, &any_sum(l, t, l.neg(four)), &any_sum(l, t, four));
    let u = whole(l, &u);
    // The first coefficient, much larger than the others together, is added last and in two parts.
    let [first, others @ ..] = &TAIL;
    let others = l.mul(u, polynomial(l, others, u));
    let series = sum(l, l.splat(*first), others);
    let series = Sum { high: series.high, low: l.add(series.low, l.splat(TAIL_REST)) };
    let ratio = quotient(l, &series, &any_sum(l, one, t));
    let tail = l.scale(whole(l, &product(l, &e, &ratio)), steps);
    [l.select(l.less(x, l.splat(0.0)), tail, l.sub(one, tail)), density]
}

/// The normal distribution function within 1.1 ulp.
#[inline(always)]
pub(crate) fn phi<L: Lanes>(l: L, x: L::V) -> L::V {
    normal(l, x)[0]
}

/// The normal density within 0.6 ulp.
#[inline(always)]
pub(crate) fn density<L: Lanes>(l: L, x: L::V) -> L::V {
    normal(l, x)[1]
}

/// e^x - 1 - x within 0.8 ulp.
#[inline(always)]
pub(crate) fn expm1_rest<L: Lanes>(l: L, x: L::V) -> L::V {
    // x²/2 + x³·E: the half of the square, much larger, in two parts.
    let [_, others @ ..] = &EXPM1_REST;
    let (square, half) = (l.mul(x, x), l.splat(0.5));
    let lost = l.mul(l.mul_sub(x, x, square), half);
    let others = l.mul_add(l.mul(square, x), polynomial(l, others, x), lost);
    let near = l.mul_add(square, half, others);
    let e = expm1_below_64(l, held(l, x));
    let rest = any_sum(l, e.high, l.neg(x));
    let middle = l.add(rest.high, l.add(rest.low, e.low));
    // Infinity less infinity would be NaN.
    let most = l.at_most(l.splat(1e300), x);
    let far = l.select(l.less(x, l.splat(0.0)), l.splat(-1.0), exp(l, x));
    let far = l.sub(far, most);
    let size = l.abs(x);
    let result = l.select(l.less(size, l.splat(0.25)), near, middle);
    l.select(l.less(l.splat(64.0), size), far, result)
}
