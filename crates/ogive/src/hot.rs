//! Hand-tuned f32 kernels of the hottest functions: twice as many lanes as f64 gives. These are of the
//! forward; [`slopes`] has those of the backward.
//!
//! Each is "an exact leading term and a small correction", so that the last rounding decides; the
//! stated bounds are those over all 2^32 inputs (`ogive check --exhaustive`).

pub(crate) mod slopes;
mod tables;

use ogive_formula::{Code as Fusion, Op};

use crate::lanes::{Arithmetic, ROUND_SINGLE as ROUND, Singles};
use crate::machine::{Code, Step};
use crate::math;
use crate::plan::{FIRST, Plan, X};
use tables::{
    FALLING, LN2_16_HIGH, LN2_16_LOW, RISING, TAIL, TAIL_END, TAIL_SCALE, TAIL_SHIFT, TAIL_TURN,
    TANH, TANH_LAST,
};

/// A function that has a kernel here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hot {
    Exp,
    Sigmoid,
    Silu,
    Tanh,
    Gelu,
}

/// Programs of one input that have a kernel: one primitive, alone or times the input.
const PROGRAMS: &[(Op, bool, Hot)] = &[
    (Op::Exp, false, Hot::Exp),
    (Op::Sigmoid, false, Hot::Sigmoid),
    (Op::Sigmoid, true, Hot::Silu),
    (Op::Tanh, false, Hot::Tanh),
    (Op::Phi, true, Hot::Gelu),
];

impl Hot {
    /// The kernel of a plan's only output, if it has one.
    pub(crate) fn of(plan: &Plan) -> Option<Hot> {
        let is = |step: &Step, op: Op| step.code == Code::Program(Fusion::Op(op));
        let register = |step: &Step| plan.first_register() + step.into[0];
        let plain = |value: usize| {
            matches!(&plan.outputs[..], [out] if out.value == value
                && out.guard == FIRST + crate::plan::ZERO && out.scale != crate::plan::DY)
        };
        PROGRAMS.iter().find_map(|(op, gates, hot)| match &plan.steps[..] {
            [only] if !gates => {
                (is(only, *op) && only.args[0] == X && plain(register(only))).then_some(*hot)
            }
            [first, last] if *gates => {
                let factors = [last.args[0], last.args[1]];
                let gated = is(last, Op::Mul)
                    && (factors == [X, register(first)] || factors == [register(first), X]);
                (is(first, *op) && first.args[0] == X && gated && plain(register(last)))
                    .then_some(*hot)
            }
            _ => None,
        })
    }

    #[inline(always)]
    pub(crate) fn evaluate<L: Singles>(self, l: L, x: L::V) -> L::V {
        match self {
            Hot::Exp => exp(l, x),
            Hot::Sigmoid => sigmoid(l, x),
            Hot::Silu => silu(l, x),
            Hot::Tanh => tanh(l, x),
            Hot::Gelu => gelu(l, x),
        }
    }
}

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

/// 1/(1 + e^-x) as 2^floor(steps/16)·(first + rest): the first is rounded, the rest makes good for it.
#[inline(always)]
fn sigmoid_in_parts<L: Singles>(l: L, x: L::V) -> [L::V; 3] {
    let [steps, r] = reduced(l, x);
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
    let [first, rest, steps] = sigmoid_in_parts(l, l.clamp(x, -105.0, 17.5));
    l.scale_near(l.add(first, rest), steps)
}

/// x/(1 + e^-x) within 0.8 ulp.
#[inline(always)]
fn silu<L: Singles>(l: L, x: L::V) -> L::V {
    let x = l.at_least(l.splat(-110.0), x);
    let [first, rest, steps] = sigmoid_in_parts(l, l.at_most(l.splat(17.5), x));
    // Infinity times the rest could be NaN.
    let correction = l.mul(l.at_most(l.splat(1e30), x), rest);
    l.scale_near(l.mul_add(x, first, correction), steps)
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
    let leading = l.select(near, size, l.lookup_long(&TANH[0], index));
    l.with_sign(l.add(leading, correction), x)
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
