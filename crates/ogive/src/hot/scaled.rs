//! Hand-tuned f32 kernels of the values of functions of a·x, for a learned a of each channel or of all.
//!
//! The product is a sum of two f32, so that its rounding does not count as many times as it is large.

use super::{MODERATE, gated, reduced_sum, sigmoid_in_parts, tanh_of_sum};
use crate::lanes::{Arithmetic, Lanes, Singles};
use crate::math;

/// A function that has a kernel here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scaled {
    /// 1/(1 + e^-ax)
    Sigmoid,
    /// x/(1 + e^-ax)
    Silu,
    /// tanh(ax)
    Tanh,
    /// tanh(ax/2)
    TanhOfHalf,
}

/// Beyond this the second part of a·x is left out: nothing depends on it.
const LONG: f32 = 128.0;
/// 2^59: up to here the product with x can be scaled.
const LARGEST: f32 = 5.7646075e17;
/// Beyond this an exponential is no f32.
const SHORT: f32 = 105.0;

impl Scaled {
    /// Whether a factor is 0, or so large that infinity is as far out as the largest number.
    pub(crate) fn takes(factor: f64) -> bool {
        factor == 0.0 || MODERATE.contains(&factor.abs())
    }

    /// The value within 0.9 ulp, NaN where x is. The factor is 0 or [of moderate size](Scaled::takes), and
    /// `rest` is what it lacks.
    #[inline(always)]
    pub(crate) fn evaluate<L: Singles>(self, l: L, x: L::V, factor: L::V, rest: L::V) -> L::V {
        // 0 times infinity would be NaN.
        let near = l.clamp(x, f32::MIN, f32::MAX);
        let z = l.mul(factor, near);
        let is_long = l.less_equal(l.splat(LONG), l.abs(z));
        let lost = l.mul_add(rest, near, l.mul_sub(factor, near, z));
        let lost = l.select(is_long, l.splat(0.0), lost);
        match self {
            Scaled::Sigmoid => {
                let z = l.clamp(z, -SHORT, 17.5);
                let [first, rest, steps] = sigmoid_in_parts(l, reduced_sum(l, [z, lost]));
                l.scale_near(l.add(first, rest), steps)
            }
            Scaled::Silu => silu(l, x, [factor, rest], [z, lost]),
            Scaled::Tanh => tanh_of_sum(l, [z, lost]),
            Scaled::TanhOfHalf => {
                let half = l.splat(0.5);
                tanh_of_sum(l, [l.mul(z, half), l.mul(lost, half)])
            }
        }
    }
}

/// x/(1 + e^-z) for z = a·x, a sum of two.
#[inline(always)]
fn silu<L: Singles>(l: L, x: L::V, factor: [L::V; 2], [z, lost]: [L::V; 2]) -> L::V {
    let y = gated(l, x, reduced_sum(l, [l.clamp(z, -SHORT, 17.5), lost]));
    let has_room = l.less_equal(l.abs(x), l.splat(LARGEST));
    let is_near = l.both(has_room, l.less_equal(l.splat(-SHORT), z));
    if l.some_fails(is_near) {
        // Of what vanishes a large x may leave something.
        let d = l.doubles();
        let halves = (l.widen(x), l.widen(factor[0]), l.widen(factor[1]));
        let ([a, b], [near_a, near_b], [rest_a, rest_b]) = halves;
        let far = [far_silu(d, a, d.add(near_a, rest_a)), far_silu(d, b, d.add(near_b, rest_b))];
        return l.select(is_near, y, l.narrow(far));
    }
    y
}

/// x/(1 + e^(-a·x)) in f64 lanes.
#[inline(always)]
fn far_silu<L: Lanes>(l: L, x: L::V, factor: L::V) -> L::V {
    let near = l.clamp(x, f64::from(f32::MIN), f64::from(f32::MAX));
    let gate = math::sigmoid(l, l.mul(factor, near));
    // What vanishes does so faster than x grows.
    l.select(l.equal(gate, l.splat(0.0)), l.with_sign(gate, x), l.mul(gate, x))
}
