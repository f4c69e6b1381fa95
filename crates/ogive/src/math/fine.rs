//! The functions where results stay in f64, as [sums](Sum) of two.
//!
//! Near the root of a derivative two terms cancel that are some times as large as what one rounding of
//! the input does to the result; so what rounding takes from a value goes along in a second part.

use super::exponential::{EXPM1_REST, Raised, exp_in_parts};
use super::hyperbolic::TANH_REST;
use super::sum::{Sum, alone, any_sum, neg, plus, product, quotient, scaled, select, sum, times};
use super::{EXP, POWERS, POWERS_REST, Reduced, TAIL, log1p_of_share, polynomial, reduced};
use crate::lanes::Lanes;

/// e^-|x|, before its power of two is multiplied in, and that power; and as it is, the larger part
/// rounded where it is subnormal.
#[inline(always)]
fn decay<L: Lanes>(l: L, x: L::V) -> (Sum<L::V>, L::V, Sum<L::V>) {
    let x = l.at_least(l.splat(-750.0), l.or(x, l.splat(-0.0)));
    let Raised { fraction, rest, steps } = exp_in_parts(l, x, l.splat(0.0));
    let parts = sum(l, fraction, rest);
    (parts, steps, scaled(l, &parts, steps))
}

/// e^x.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(l: L, x: L::V) -> Sum<L::V> {
    let x = held(l, x);
    let Raised { fraction, rest, steps } = exp_in_parts(l, x, l.splat(0.0));
    scaled(l, &sum(l, fraction, rest), steps)
}

/// 1/(1 + e^-x) and 1/(1 + e^x).
#[inline(always)]
pub(crate) fn sigmoids<L: Lanes>(l: L, x: L::V) -> [Sum<L::V>; 2] {
    let (parts, steps, e) = decay(l, x);
    let one = l.splat(1.0);
    let large = quotient(l, &alone(l, one), &plus(l, one, &e));
    let small = scaled(l, &product(l, &parts, &large), steps);
    let negative = l.less(x, l.splat(0.0));
    [select(l, negative, &small, &large), select(l, negative, &large, &small)]
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

/// e^x and e^x - 1.
#[inline(always)]
pub(crate) fn exponentials<L: Lanes>(l: L, x: L::V) -> [Sum<L::V>; 2] {
    // Of one argument both reduce it once.
    let raised = exp(l, x);
    let near = expm1_below_64(l, held(l, x));
    let bound = l.splat(64.0);
    let result = select(l, l.less(bound, x), &raised, &near);
    let result = select(l, l.less(x, l.neg(bound)), &alone(l, l.splat(-1.0)), &result);
    // The sign of 0 as it is.
    [raised, select(l, l.less(l.splat(0.0), l.abs(x)), &result, &alone(l, x))]
}

/// tanh x.
#[inline(always)]
pub(crate) fn tanh<L: Lanes>(l: L, x: L::V) -> Sum<L::V> {
    let twice = l.mul(l.or(x, l.splat(-0.0)), l.splat(2.0));
    let e = expm1_below_64(l, l.at_least(l.splat(-64.0), twice));
    let below = quotient(l, &e, &plus(l, l.splat(2.0), &e));
    let Sum { high, low } = select(l, l.less(x, l.splat(0.0)), &below, &neg(l, &below));
    // At 0 the sign of the quotient is lost, and comes back here.
    Sum { high: l.with_sign(l.abs(high), x), low }
}

/// log(1 + e^x), and its derivative in one part.
#[inline(always)]
pub(crate) fn softplus_and_slope<L: Lanes>(l: L, x: L::V) -> (Sum<L::V>, L::V) {
    let (_, _, e) = decay(l, x);
    // log(1 + e) by one more step: what is near to it, and what e^near lacks.
    let near = log1p_of_share(l, e.high);
    let Sum { high, low } = expm1_below_64(l, near);
    let lack = l.add(l.sub(e.high, high), l.sub(e.low, low));
    let zero = l.splat(0.0);
    let large = l.div(l.splat(1.0), l.add(l.splat(1.0), e.high));
    let Sum { high, low } = any_sum(l, l.at_least(zero, x), near);
    let slope = l.select(l.less(x, zero), l.mul(e.high, large), large);
    (Sum { high, low: l.mul_add(lack, large, low) }, slope)
}

/// tanh(softplus(x)) and its derivative.
///
/// With e = e^-|x| they are (e² + 2e)/b and 4(e² + e)/b², b = e² + 2e + 2, for negative x, and (1 + 2e)/b
/// and 4(e² + e³)/b², b = 1 + 2e + 2e², for others. For negative x one e is multiplied in last, with its
/// power of two.
#[inline(always)]
pub(crate) fn tanh_softplus_and_slope<L: Lanes>(l: L, x: L::V) -> [Sum<L::V>; 2] {
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
    let below = scaled(l, &product(l, &parts, &gate), steps);
    let value = select(l, negative, &below, &gate);
    // 4(1 + e)/b², times e below and e² above.
    let share = times(l, 4.0, &plus(l, one, &e));
    let share = quotient(l, &quotient(l, &share, &bottom), &bottom);
    let share = select(l, negative, &share, &product(l, &share, &e));
    [value, scaled(l, &product(l, &parts, &share), steps)]
}

/// 1/√(2π), and what its f64 lacks.
const DENSITY: [f64; 2] = [0.3989422804014327, -2.49232720227773e-17];
/// What the first coefficient of [`TAIL`] lacks.
const TAIL_REST: f64 = 1.3896179734395222e-17;

/// The normal distribution function and its density.
#[inline(always)]
pub(crate) fn normal<L: Lanes>(l: L, x: L::V) -> [Sum<L::V>; 2] {
    let t = l.at_most(l.splat(40.0), l.abs(x));
    // exp(-t²/2), with what the rounding of the square took.
    let half = l.splat(-0.5);
    let square = l.mul(t, t);
    let lost = l.mul(l.mul_sub(t, t, square), half);
    let Raised { fraction, rest, steps } = exp_in_parts(l, l.mul(square, half), lost);
    let e = sum(l, fraction, rest);
    let [high, low] = DENSITY.map(|part| l.splat(part));
    let density = scaled(l, &product(l, &e, &Sum { high, low }), steps);

    // Beyond 39 the tail is below the smallest f64.
    let t = l.at_most(l.splat(39.0), t);
    let (one, four) = (l.splat(1.0), l.splat(4.0));
    // Near 0 the last place of u would show.
    let u = quotient(l, &any_sum(l, t, l.neg(four)), &any_sum(l, t, four));
    let u = l.add(u.high, u.low);
    // The first coefficient, much larger than the others together, is added last and in two parts.
    let [first, others @ ..] = &TAIL;
    let others = l.mul(u, polynomial(l, others, u));
    let series = sum(l, l.splat(*first), others);
    let series = Sum { high: series.high, low: l.add(series.low, l.splat(TAIL_REST)) };
    let ratio = quotient(l, &series, &any_sum(l, one, t));
    let tail = scaled(l, &product(l, &e, &ratio), steps);
    let above = plus(l, one, &neg(l, &tail));
    [select(l, l.less(x, l.splat(0.0)), &tail, &above), density]
}

/// e^x - 1 - x.
#[inline(always)]
pub(crate) fn expm1_rest<L: Lanes>(l: L, x: L::V) -> Sum<L::V> {
    // x²/2 + x³·E: the half of the square, much larger, in two parts.
    let [_, others @ ..] = &EXPM1_REST;
    let (square, half) = (l.mul(x, x), l.splat(0.5));
    let lost = l.mul(l.mul_sub(x, x, square), half);
    let others = l.mul_add(l.mul(square, x), polynomial(l, others, x), lost);
    let near = sum(l, l.mul(square, half), others);
    let e = expm1_below_64(l, held(l, x));
    let Sum { high, low } = any_sum(l, e.high, l.neg(x));
    let middle = Sum { high, low: l.add(low, e.low) };
    // Infinity less infinity would be NaN.
    let most = l.at_most(l.splat(1e300), x);
    let far = select(l, l.less(x, l.splat(0.0)), &alone(l, l.splat(-1.0)), &exp(l, x));
    let Sum { high, low } = any_sum(l, far.high, l.neg(most));
    let far = Sum { high, low: l.add(low, far.low) };
    let size = l.abs(x);
    let result = select(l, l.less(size, l.splat(0.25)), &near, &middle);
    select(l, l.less(l.splat(64.0), size), &far, &result)
}

/// 1/3, and what its f64 lacks.
const THIRD: [f64; 2] = [0.3333333333333333, 1.850371707708594e-17];

/// x - tanh x, of which the second is known.
#[inline(always)]
pub(crate) fn tanh_rest<L: Lanes>(l: L, x: L::V, tanh: &Sum<L::V>) -> Sum<L::V> {
    // x³/3 + x⁵·T: the third of the cube, larger, in two parts.
    let [_, others @ ..] = &TANH_REST;
    let square = l.mul(x, x);
    let square = Sum { high: square, low: l.mul_sub(x, x, square) };
    let cube = product(l, &alone(l, x), &square);
    let [high, low] = THIRD.map(|part| l.splat(part));
    let third = product(l, &cube, &Sum { high, low });
    let others = l.mul(l.mul(cube.high, square.high), polynomial(l, others, square.high));
    let near = sum(l, third.high, l.add(third.low, others));
    // At 0 the sum has lost its sign.
    let near = Sum { high: l.with_sign(l.abs(near.high), x), ..near };
    let Sum { high, low } = any_sum(l, x, l.neg(tanh.high));
    let far = Sum { high, low: l.sub(low, tanh.low) };
    let size = l.abs(x);
    let result = select(l, l.less(size, l.splat(1.0)), &near, &far);
    // Infinity less a number would be NaN in the second part.
    select(l, l.less(l.splat(1e300), size), &alone(l, x), &result)
}
