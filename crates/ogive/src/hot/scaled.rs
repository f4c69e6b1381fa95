//! Hand-tuned f32 kernels of the values of functions of a·x, for a learned a of each channel or of all.
//!
//! The product is a sum of two f32, so that its rounding does not count as many times as it is large.

use super::{reduced_sum, sigmoid_in_parts, tanh_of_sum};
use crate::lanes::{Arithmetic, Singles};
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
/// Further out on the left the rest of 1/(1 + e^-z) may be too small for f32.
const LAST: f32 = 60.0;
/// Up to here x has room for a few products.
const LARGEST: f32 = 1e30;
/// A smaller result may have lost digits on the way, 2^-115.
const LEAST: f32 = 2.4074124e-35;

impl Scaled {
    /// The value within 0.9 ulp; `rest` is what the factor lacks.
    #[inline(always)]
    pub(crate) fn evaluate<L: Singles>(self, l: L, x: L::V, factor: L::V, rest: L::V) -> L::V {
        let z = l.mul(factor, x);
        let is_long = l.less_equal(l.splat(LONG), l.abs(z));
        let lost = l.mul_add(rest, x, l.mul_sub(factor, x, z));
        let lost = l.select(is_long, l.splat(0.0), lost);
        match self {
            Scaled::Sigmoid => {
                let z = l.clamp(z, -105.0, 17.5);
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
    let (zero, size) = (l.splat(0.0), l.abs(x));
    let held = [l.clamp(z, -LAST, 30.0), lost];
    let [first, rest, steps] = sigmoid_in_parts(l, reduced_sum(l, held));
    let (high, rest) = (l.scale_near(first, steps), l.scale_near(rest, steps));
    let y = l.mul_add(x, high, l.mul(x, rest));
    let is_zero = l.equal(x, zero);
    let y = l.select(is_zero, x, y);
    let shown = l.select(is_zero, l.splat(1.0), l.abs(y));
    let shown = l.select(l.less_equal(l.splat(-LAST), z), shown, zero);
    let shown = l.select(l.less_equal(size, l.splat(LARGEST)), shown, zero);
    let is_near = l.less_equal(l.splat(LEAST), shown);
    if l.some_fails(is_near) {
        let d = l.doubles();
        let [a, b] = l.widen(x);
        let ([high_a, high_b], [low_a, low_b]) = (l.widen(factor[0]), l.widen(factor[1]));
        let gates = [
            math::sigmoid(d, d.mul(d.add(high_a, low_a), a)),
            math::sigmoid(d, d.mul(d.add(high_b, low_b), b)),
        ];
        let far = l.narrow([d.mul(a, gates[0]), d.mul(b, gates[1])]);
        return l.select(is_near, y, far);
    }
    y
}
