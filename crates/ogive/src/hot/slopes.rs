//! Hand-tuned f32 kernels of the backward of functions without learned parameters: the gradient of the
//! output times the derivative.
//!
//! A derivative comes as two f32, which the gradient is multiplied into before the one rounding that
//! decides. Where that is no way to a result within 1 ulp, in the tails and for gradients that f32
//! hardly holds, a block is done again in f64.

use super::elu::{DEPTH, SCALE, exp_in_parts, exponential};
use super::segments::{GELU, GELU_TANH, QUICK_GELU, SILU};
use super::{LEAST, reduced, sigmoid_in_parts, sixth, squareplus, tanh_rest};
use crate::lanes::{Arithmetic, Lanes, Singles};
use crate::math;

/// A function whose backward has a kernel here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slope {
    Gelu,
    GeluTanh,
    Silu,
    QuickGelu,
    Sigmoid,
    Tanh,
    Softplus,
    LogSigmoid,
    Elu,
    Selu,
    HardSwish,
    Squareplus,
    TanhRest,
}

/// Further out the rest of an exponential may be too small for f32.
const LAST: f32 = 60.0;

impl Slope {
    /// dy·f'(x) within 0.9 ulp.
    #[inline(always)]
    pub(crate) fn evaluate<L: Singles>(self, l: L, x: L::V, dy: L::V) -> L::V {
        let [near, rest] = match self {
            Slope::Gelu => GELU.of_gate(l, x),
            Slope::GeluTanh => GELU_TANH.of_gate(l, x),
            Slope::Silu => SILU.of_gate(l, x),
            Slope::QuickGelu => QUICK_GELU.of_gate(l, x),
            Slope::Sigmoid => bell(l, x),
            Slope::Tanh => {
                // 4·σ'(2x)
                let [near, rest] = bell(l, l.add(x, x));
                [l.mul(near, l.splat(4.0)), l.mul(rest, l.splat(4.0))]
            }
            Slope::Softplus => logistic(l, x),
            Slope::LogSigmoid => logistic(l, l.neg(x)),
            Slope::Elu => exp_in_parts(l, l.clamp(x, -LAST, 0.0)),
            Slope::Selu => {
                let [near, rest] = exp_in_parts(l, l.clamp(x, -LAST, 0.0));
                let positive = l.less(l.splat(0.0), x);
                let factor = l.select(positive, l.splat(SCALE[0]), l.splat(DEPTH[0]));
                let factor_rest = l.select(positive, l.splat(SCALE[1]), l.splat(DEPTH[1]));
                let high = l.mul(near, factor);
                let lost = l.mul_add(near, factor_rest, l.mul_sub(near, factor, high));
                [high, l.mul_add(rest, factor, lost)]
            }
            Slope::HardSwish => hard_swish(l, x),
            Slope::Squareplus => squareplus::slope(l, x),
            Slope::TanhRest => tanh_rest::slope(l, x),
        };
        let zero = l.splat(0.0);
        let is_zero = l.equal(dy, zero);
        // Added to 0 of either sign, -0 leaves it alone.
        let correction = l.select(is_zero, l.splat(-0.0), l.mul(dy, rest));
        let dx = l.mul_add(dy, near, correction);
        // The test of `dx` finds NaN and an infinite or a tiny `dy` too.
        let shown = match self {
            // At the root itself all is in the rest, which has been rounded; and near 0 a square lacks digits that
            // a large `dy` would bring into sight.
            Slope::Gelu | Slope::GeluTanh | Slope::Silu | Slope::QuickGelu | Slope::TanhRest => {
                l.at_most(l.abs(near), l.abs(dx))
            }
            _ => l.abs(dx),
        };
        let is_shown = l.less_equal(l.splat(LEAST), shown);
        let mut is_near = l.either(is_zero, is_shown);
        // 0 has no rest.
        match self {
            Slope::HardSwish => is_near = l.either(is_near, l.equal(near, zero)),
            Slope::TanhRest => is_near = l.either(is_near, l.equal(x, zero)),
            _ => {}
        }
        let place = match self {
            Slope::Sigmoid | Slope::Tanh => l.neg(l.abs(x)),
            _ => x,
        };
        let [low, high] = self.bounds();
        if low > f32::NEG_INFINITY {
            is_near = l.both(is_near, l.less_equal(l.splat(low), place));
        }
        if high < f32::MAX {
            is_near = l.both(is_near, l.less_equal(x, l.splat(high)));
        }
        if l.some_fails(is_near) {
            let d = l.doubles();
            let ([a, b], dy) = (l.widen(x), l.widen(dy));
            let halves = [d.mul(dy[0], self.exact(d, a)), d.mul(dy[1], self.exact(d, b))];
            return l.select(is_near, dx, l.narrow(halves));
        }
        dx
    }

    /// From where to where two f32 are good.
    fn bounds(self) -> [f32; 2] {
        match self {
            Slope::Gelu => [-GELU.end, f32::MAX],
            Slope::GeluTanh => [-GELU_TANH.end, f32::MAX],
            Slope::Silu => [-SILU.end, SILU.end],
            Slope::QuickGelu => [-QUICK_GELU.end, QUICK_GELU.end],
            // The bell curves' are of the smaller of x and -x.
            Slope::Sigmoid | Slope::Softplus | Slope::Elu | Slope::Selu => [-LAST, f32::MAX],
            Slope::Tanh => [-LAST / 2.0, f32::MAX],
            Slope::LogSigmoid => [f32::NEG_INFINITY, LAST],
            Slope::HardSwish | Slope::TanhRest => [f32::NEG_INFINITY, f32::MAX],
            // Farther out the derivative, 1/x², leaves no room for its rest.
            Slope::Squareplus => [-1e12, f32::MAX],
        }
    }

    /// f'(x) in f64 lanes.
    #[inline(always)]
    fn exact<L: Lanes>(self, l: L, x: L::V) -> L::V {
        // Beyond it is what it is there, but for one that does not fall as fast as an exponential.
        let farthest = if self == Slope::Squareplus { 1e150 } else { 1e4 };
        let x = l.clamp(x, -farthest, farthest);
        match self {
            Slope::Gelu => {
                let x = l.clamp(x, -40.0, 40.0);
                let [phi, density] = math::normal(l, x);
                l.mul_add(x, density, phi)
            }
            Slope::GeluTanh => {
                let root = l.splat(1.5957691216057308);
                let square = l.mul(l.splat(0.044715), l.mul(x, x));
                let z = l.mul(l.mul(root, x), l.add(square, l.splat(1.0)));
                gated(l, x, z, l.mul(root, l.mul_add(l.splat(3.0), square, l.splat(1.0))))
            }
            Slope::Silu => gated(l, x, x, l.splat(1.0)),
            Slope::QuickGelu => gated(l, x, l.mul(l.splat(1.702), x), l.splat(1.702)),
            Slope::Sigmoid => {
                let [rising, falling] = math::sigmoids(l, x);
                l.mul(rising, falling)
            }
            Slope::Tanh => {
                let [rising, falling] = math::sigmoids(l, l.mul(l.splat(2.0), x));
                l.mul(l.splat(4.0), l.mul(rising, falling))
            }
            Slope::TanhRest => {
                let tanh = math::tanh(l, x);
                l.mul(tanh, tanh)
            }
            Slope::Softplus => math::sigmoid(l, x),
            Slope::LogSigmoid => math::sigmoid(l, l.neg(x)),
            Slope::Elu => falling(l, x),
            Slope::Selu => {
                let [scale, depth] = [1.0507009873554805, 1.7580993408473766];
                let positive = l.less(l.splat(0.0), x);
                let factor = l.select(positive, l.splat(scale), l.splat(depth));
                l.mul(factor, falling(l, x))
            }
            Slope::HardSwish => {
                let inner = l.mul_add(l.splat(2.0), x, l.splat(3.0));
                let inner = l.mul(inner, l.splat(1.0 / 6.0));
                let is_left = l.less_equal(x, l.splat(-3.0));
                let left = l.select(is_left, l.splat(0.0), inner);
                l.select(l.less_equal(l.splat(3.0), x), l.splat(1.0), left)
            }
            Slope::Squareplus => {
                let root = l.sqrt(l.mul_add(x, x, l.splat(4.0)));
                let sum = l.add(root, l.abs(x));
                let falling = l.div(l.splat(4.0), sum);
                let value = l.select(l.less(x, l.splat(0.0)), falling, sum);
                l.div(l.mul(l.splat(0.5), value), root)
            }
        }
    }
}

/// 1/(1 + e^-x) as a sum of two, for x from -[`LAST`] on.
#[inline(always)]
fn logistic<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let [first, rest, steps] = sigmoid_in_parts(l, reduced(l, l.clamp(x, -LAST, 30.0)));
    [l.scale_near(first, steps), l.scale_near(rest, steps)]
}

/// Its derivative, for |x| up to [`LAST`]: e^-|x|/(1 + e^-|x|)².
#[inline(always)]
fn bell<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let one = l.splat(1.0);
    let [power, r, rest] = exponential(l, l.at_least(l.splat(-LAST), l.neg(l.abs(x))));
    let low = l.mul(power, l.add(r, rest));
    // The gate at |x|, 1/(1 + power + low), by one correction of the rounded quotient.
    let sum = l.add(one, power);
    let lost = l.add(l.sub(power, l.sub(sum, one)), low);
    let gate = l.div(one, l.add(sum, lost));
    let error = l.neg_mul_add(lost, gate, l.neg_mul_add(sum, gate, one));
    let gate_rest = l.mul(gate, error);
    // Times the exponential it is the gate at -|x|; and once more.
    let small = l.mul(power, gate);
    let small_rest = l.mul_add(low, gate, l.mul_sub(power, gate, small));
    let small_rest = l.mul_add(power, gate_rest, small_rest);
    let high = l.mul(small, gate);
    let lost = l.mul_add(small_rest, gate, l.mul_sub(small, gate, high));
    [high, l.mul_add(small, gate_rest, lost)]
}

/// (2x + 3)/6 between -3 and 3, 0 to their left and 1 to their right, as a sum of two.
#[inline(always)]
fn hard_swish<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let (two, three) = (l.splat(2.0), l.splat(3.0));
    let near = l.clamp(x, -3.0, 3.0);
    let sum = l.mul_add(two, near, three);
    // 3 - sum is exact here: where the sum was rounded at all, it is no less than 1.5.
    let inner = sixth(l, [sum, l.mul_add(two, near, l.sub(three, sum))]);
    let is_inside = l.less(l.abs(x), three);
    let outside = [l.clamp(x, 0.0, 1.0), l.splat(0.0)];
    [0, 1].map(|part| l.select(is_inside, inner[part], outside[part]))
}

/// e^x below 0, and 1 above; never 0, so that an infinite gradient stays one.
#[inline(always)]
fn falling<L: Lanes>(l: L, x: L::V) -> L::V {
    math::exp(l, l.clamp(x, -700.0, 0.0))
}

/// The derivative of x·σ(z(x)), from z and its derivative.
#[inline(always)]
fn gated<L: Lanes>(l: L, x: L::V, z: L::V, slope: L::V) -> L::V {
    let [rising, falling] = math::sigmoids(l, z);
    l.mul_add(l.mul(x, slope), l.mul(rising, falling), rising)
}
