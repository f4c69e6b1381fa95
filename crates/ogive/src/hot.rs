//! Hand-tuned f32 kernels of the hottest functions: twice as many lanes as f64 gives. These are of the
//! forward; [`slopes`] has those of the backward.
//!
//! Each is "an exact leading term and a small correction", so that the last rounding decides; the
//! stated bounds of these here are those over all 2^32 inputs (`ogive check --exhaustive`).

mod elu;
pub(crate) mod kernels;
pub(crate) mod periodic;
pub(crate) mod scaled;
mod segments;
pub(crate) mod slopes;
mod squareplus;
mod tables;
mod tanh_rest;

use std::ops::RangeInclusive;

use crate::lanes::{Arithmetic, ROUND_SINGLE as ROUND, Singles};
use crate::math;
use crate::pairs::two_sum;
use periodic::Periodic;
use scaled::Scaled;
use segments::SOFTPLUS;
use slopes::Slope;
use tables::{
    FALLING, LN2_16_HIGH, LN2_16_LOW, RISING, TAIL, TAIL_END, TAIL_SCALE, TAIL_SHIFT, TAIL_TURN,
    TANH, TANH_LAST,
};

/// A hand-tuned kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByHand {
    /// Of a function of x.
    Hot(Hot),
    /// Of a derivative at x, times the gradient of the output.
    Slope(Slope),
    /// Of a function of x times a factor, which is a sum of two.
    Scaled(Scaled),
    /// The same with the reciprocal of the factor, another sum of two.
    Periodic(Periodic),
}

impl ByHand {
    /// What it takes besides its ports for a value of its only parameter, nothing if it has none; none if it does not
    /// take the value.
    pub(crate) fn parameters(self, value: f64) -> Option<Vec<f32>> {
        let parts = |value: f64| [value as f32, (value - f64::from(value as f32)) as f32];
        match self {
            ByHand::Hot(_) | ByHand::Slope(_) => Some(Vec::new()),
            ByHand::Scaled(_) => Scaled::takes(value).then(|| parts(value).to_vec()),
            ByHand::Periodic(_) => {
                Periodic::takes(value).then(|| [parts(value), parts(value.recip())].concat())
            }
        }
    }
}

/// A function that has a kernel here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hot {
    Exp,
    Sigmoid,
    Silu,
    Tanh,
    Gelu,
    GeluTanh,
    QuickGelu,
    Softplus,
    LogSigmoid,
    HardSigmoid,
    HardSwish,
    Elu,
    Selu,
    Squareplus,
    TanhRest,
}

impl Hot {
    #[inline(always)]
    pub(crate) fn evaluate<L: Singles>(self, l: L, x: L::V) -> L::V {
        match self {
            Hot::Exp => exp(l, x),
            Hot::Sigmoid => sigmoid(l, x),
            Hot::Silu => silu(l, x),
            Hot::Tanh => tanh(l, x),
            Hot::Gelu => gelu(l, x),
            Hot::GeluTanh => gelu_tanh(l, x),
            Hot::QuickGelu => quick_gelu(l, x),
            Hot::Softplus => softplus(l, x),
            Hot::LogSigmoid => l.neg(softplus(l, l.neg(x))),
            Hot::Elu => elu::elu(l, x),
            Hot::Selu => elu::selu(l, x),
            Hot::Squareplus => squareplus::squareplus(l, x),
            Hot::TanhRest => tanh_rest::tanh_rest(l, x),
            Hot::HardSigmoid => {
                let [near, rest] = hard_sigmoid(l, x);
                l.add(near, rest)
            }
            Hot::HardSwish => {
                let x = l.at_least(l.splat(-3.0), x);
                let [near, rest] = hard_sigmoid(l, x);
                // Infinity times the rest could be NaN.
                l.mul_add(x, near, l.mul(l.at_most(l.splat(1e30), x), rest))
            }
        }
    }
}

/// Factors of moderate size, 2^-78 to 2^78: what a smaller one lacks in f32, or the reciprocal of a larger one, may be
/// subnormal.
const MODERATE: RangeInclusive<f64> = 3.308722450212111e-24..=3.022314549036573e23;
/// A smaller result may have lost digits on the way, 2^-115.
const LEAST: f32 = 2.4074124e-35;

/// 1/6, rounded, and the rest.
const SIXTH: [f32; 2] = [0.16666667, -4.967054e-9];
/// 1.702, rounded, and the rest.
const QUICK: [f32; 2] = [1.702, -2.193451e-8];
/// √(8/π), rounded, and the rest.
const ROOT: [f32; 2] = [1.5957692, -4.534068e-8];
/// √(8/π)·0.044715, rounded, and the rest.
const CUBIC: [f32; 2] = [0.071354814, 2.3988325e-9];

/// exp(r) = 1 + r·(1 + r·(SQUARE + r·CUBE)) on |r| ≤ ln2/32.
const SQUARE: f32 = 0.5000166;
const CUBE: f32 = 0.16666855;

/// `steps` as 1.5·2^23 + n for the nearest whole n to 16·x/ln2, and x - n·ln2/16.
#[inline(always)]
fn reduced<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let round = l.splat(ROUND);
    let steps = l.mul_add(x, l.splat(16.0 * std::f32::consts::LOG2_E), round);
    let n = l.sub(steps, round);
    let r = l.neg_mul_add(n, l.splat(LN2_16_HIGH), x);
    [steps, l.neg_mul_add(n, l.splat(LN2_16_LOW), r)]
}

/// e^x within 0.8 ulp.
#[inline(always)]
fn exp<L: Singles>(l: L, x: L::V) -> L::V {
    let [steps, r] = reduced(l, l.clamp(x, -105.0, 89.0));
    let power = l.lookup(&RISING[0], steps);
    let q = l.mul_add(r, l.mul_add(r, l.splat(CUBE), l.splat(SQUARE)), l.splat(1.0));
    let p = l.mul_add(r, q, l.lookup(&RISING[1], steps));
    l.scale_near(l.mul_add(power, p, power), steps)
}

/// 1/(1 + e^-x) of an x that is [`reduced`] as 2^floor(steps/16)·(first + rest): the first is rounded, the
/// rest makes good for it.
#[inline(always)]
fn sigmoid_in_parts<L: Singles>(l: L, [steps, r]: [L::V; 2]) -> [L::V; 3] {
    // e^-x is 2^-k·2^(-j/16)·e^-r, so 1 + e^-x is 2^-k·(2^k + 2^(-j/16)·e^-r).
    let power = l.lookup(&FALLING[0], steps);
    let q = l.mul_add(r, l.mul_add(r, l.splat(-CUBE), l.splat(SQUARE)), l.splat(-1.0));
    let p = l.mul_add(r, q, l.lookup(&FALLING[1], steps));
    let unit = l.scale_near(l.splat(1.0), steps);
    // Their sum in two parts.
    let unit_is_larger = l.less(power, unit);
    let larger = l.select(unit_is_larger, unit, power);
    let smaller = l.select(unit_is_larger, power, unit);
    let sum = l.add(larger, smaller);
    let low = l.mul_add(power, p, l.sub(smaller, l.sub(sum, larger)));
    // 1/(sum + low), by one correction of the rounded quotient.
    let first = l.div(l.splat(1.0), l.add(sum, low));
    let error = l.neg_mul_add(low, first, l.neg_mul_add(sum, first, l.splat(1.0)));
    [first, l.mul(first, error), steps]
}

/// 1/(1 + e^-x) within 0.8 ulp.
#[inline(always)]
fn sigmoid<L: Singles>(l: L, x: L::V) -> L::V {
    let [first, rest, steps] = sigmoid_in_parts(l, reduced(l, l.clamp(x, -105.0, 17.5)));
    l.scale_near(l.add(first, rest), steps)
}

/// x/(1 + e^-z) of a z that is [`reduced`].
#[inline(always)]
fn gated<L: Singles>(l: L, x: L::V, z: [L::V; 2]) -> L::V {
    let [first, rest, steps] = sigmoid_in_parts(l, z);
    // Infinity times the rest could be NaN.
    let correction = l.mul(l.at_most(l.splat(1e30), x), rest);
    l.scale_near(l.mul_add(x, first, correction), steps)
}

/// x/(1 + e^-x) within 0.8 ulp.
#[inline(always)]
fn silu<L: Singles>(l: L, x: L::V) -> L::V {
    let x = l.at_least(l.splat(-110.0), x);
    gated(l, x, reduced(l, l.at_most(l.splat(17.5), x)))
}

/// [`reduced`] of a sum of two, the second far smaller.
#[inline(always)]
fn reduced_sum<L: Singles>(l: L, [z, rest]: [L::V; 2]) -> [L::V; 2] {
    let [steps, r] = reduced(l, z);
    [steps, l.add(r, rest)]
}

/// x/(1 + e^(-1.702·x)) within 0.8 ulp.
#[inline(always)]
fn quick_gelu<L: Singles>(l: L, x: L::V) -> L::V {
    let x = l.at_least(l.splat(-65.0), x);
    let near = l.at_most(l.splat(10.3), x);
    let [factor, rest] = [l.splat(QUICK[0]), l.splat(QUICK[1])];
    let z = l.mul(factor, near);
    let lost = l.mul_add(rest, near, l.mul_sub(factor, near, z));
    gated(l, x, reduced_sum(l, [z, lost]))
}

/// x/(1 + e^-z), z = √(8/π)·(x + 0.044715·x³), within 0.8 ulp.
#[inline(always)]
fn gelu_tanh<L: Singles>(l: L, x: L::V) -> L::V {
    let x = l.at_least(l.splat(-11.0), x);
    let near = l.at_most(l.splat(5.2), x);
    let [root, root_rest] = [l.splat(ROOT[0]), l.splat(ROOT[1])];
    let [cube, cube_rest] = [l.splat(CUBIC[0]), l.splat(CUBIC[1])];
    // z is x times the sum of the root and this, either of which may be the larger.
    let square = l.mul(near, near);
    let square_lost = l.mul_sub(near, near, square);
    let more = l.mul(cube, square);
    let more_lost = l.mul_add(cube, square_lost, l.mul_sub(cube, square, more));
    let more_lost = l.mul_add(cube_rest, square, more_lost);
    let [factor, lost] = two_sum(l, root, more);
    let lost = l.add(lost, l.add(more_lost, root_rest));
    let z = l.mul(factor, near);
    let lost = l.mul_add(lost, near, l.mul_sub(factor, near, z));
    gated(l, x, reduced_sum(l, [z, lost]))
}

/// log(1 + e^x) within 0.7 ulp.
#[inline(always)]
fn softplus<L: Singles>(l: L, x: L::V) -> L::V {
    let zero = l.splat(0.0);
    let [near, rest] = SOFTPLUS.parts(l, l.abs(x));
    let [sum, lost] = two_sum(l, l.at_least(zero, x), near);
    let y = l.add(sum, l.add(lost, rest));
    // Infinity has left NaN.
    let is_near = l.less_equal(l.splat(-SOFTPLUS.end), x);
    let is_known = l.both(is_near, l.less_equal(zero, y));
    if l.some_fails(is_known) {
        let d = l.doubles();
        let [a, b] = l.widen(x);
        let exact = l.narrow([math::softplus(d, a), math::softplus(d, b)]);
        return l.select(is_known, y, exact);
    }
    y
}

/// The value at `d` of the polynomial whose coefficients stand in the rows of a table, from the second
/// on.
#[inline(always)]
fn segment<L: Singles, const ROWS: usize>(
    l: L,
    rows: &[[f32; 32]; ROWS],
    first: usize,
    index: L::V,
    d: L::V,
) -> L::V {
    let mut sum = l.lookup_long(&rows[ROWS - 1], index);
    for row in rows[first..ROWS - 1].iter().rev() {
        sum = l.mul_add(sum, d, l.lookup_long(row, index));
    }
    sum
}

/// tanh x within 0.7 ulp.
#[inline(always)]
fn tanh<L: Singles>(l: L, x: L::V) -> L::V {
    let [leading, correction] = tanh_in_parts(l, x);
    l.with_sign(l.add(leading, correction), x)
}

/// tanh of a sum of two, the second far smaller, within 0.7 ulp.
#[inline(always)]
fn tanh_of_sum<L: Singles>(l: L, [x, rest]: [L::V; 2]) -> L::V {
    let [leading, correction] = tanh_in_parts(l, x);
    // Where x is negative the rest is turned with it.
    let rest = l.xor(rest, l.and(x, l.splat(-0.0)));
    let slope = l.neg_mul_add(leading, leading, l.splat(1.0));
    l.with_sign(l.add(leading, l.mul_add(slope, rest, correction)), x)
}

/// tanh |x| as a sum of two, of which the first is exact.
#[inline(always)]
fn tanh_in_parts<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let size = l.at_most(l.splat(TANH_LAST), l.abs(x));
    // The exponent and the highest two bits of the fraction are the segment.
    let from = l.at_least(l.splat(0.0546875), size);
    let index = l.shift_right::<21>(from);
    let index = l.add_bits(index, l.splat(f32::from_bits(0x1EBu32.wrapping_neg())));
    let above = l.and(size, l.splat(f32::from_bits(0xffe0_0000)));
    let middle = l.or(above, l.splat(f32::from_bits(0x0010_0000)));
    let near = l.less(size, l.splat(0.0625));
    let d = l.select(near, size, l.sub(size, middle));
    let correction = segment(l, &TANH, 1, index, d);
    [l.select(near, size, l.lookup_long(&TANH[0], index)), correction]
}

/// clamp(x + 3, 0, 6)/6 as a sum of two, so that it and its product with x are rounded once.
#[inline(always)]
fn hard_sigmoid<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let three = l.splat(3.0);
    let x = l.clamp(x, -3.0, 3.0);
    let sum = l.add(three, x);
    sixth(l, [sum, l.sub(x, l.sub(sum, three))])
}

/// A sixth of a sum of two, the second far smaller.
#[inline(always)]
fn sixth<L: Singles>(l: L, [sum, lost]: [L::V; 2]) -> [L::V; 2] {
    let [sixth, rest] = [l.splat(SIXTH[0]), l.splat(SIXTH[1])];
    let near = l.mul(sum, sixth);
    let rest = l.mul_add(sum, rest, l.mul(lost, sixth));
    [near, l.add(rest, l.mul_sub(sum, sixth, near))]
}

/// x·Φ(x) within 0.91 ulp.
#[inline(always)]
fn gelu<L: Singles>(l: L, x: L::V) -> L::V {
    let one = l.splat(1.0);
    let t = l.at_most(l.splat(TAIL_END), l.abs(x));
    let place = l.mul(l.add(t, l.splat(TAIL_SHIFT)), t);
    let index = l.mul_add(place, l.splat(TAIL_SCALE), l.splat(ROUND));
    let index = l.at_most(l.splat(ROUND + 31.0), index);
    let d = l.sub(t, l.lookup_long(&TAIL[0], index));
    let correction = l.mul(segment(l, &TAIL, 2, index, d), d);
    let leading = l.lookup_long(&TAIL[1], index);
    // For positive x one less the tail, in two parts.
    let positive = l.less(l.splat(0.0), x);
    let high = l.select(positive, l.sub(one, leading), leading);
    let complement = l.sub(l.sub(l.sub(one, high), leading), correction);
    let low = l.select(positive, complement, correction);
    let y = l.mul_add(x, high, l.mul(x, low));
    let y = l.select(l.less(l.splat(TAIL_END), x), x, y);
    if l.some_fails(l.less_equal(l.splat(-TAIL_TURN), x)) {
        // Far out on the left the tail has too few digits for its own size: rare, and in f64. NaN
        // comes here too, and stays.
        let d = l.doubles();
        let [a, b] = l.widen(l.at_least(l.splat(-40.0), x));
        let far = l.narrow([d.mul(a, math::phi(d, a)), d.mul(b, math::phi(d, b))]);
        return l.select(l.less_equal(l.splat(-TAIL_TURN), x), y, far);
    }
    y
}

include!(concat!(env!("OUT_DIR"), "/hot.rs"));
