//! Hand-tuned f32 kernels of the backward of functions without learned parameters: the gradient of the
//! output times the derivative.
//!
//! A derivative comes as two f32, which the gradient is multiplied into before the one rounding that
//! decides. Where that is no way to a result within 1 ulp, in the tails and for gradients that f32
//! hardly holds, a block is done again in f64.

use super::elu::{DEPTH, SCALE, exp_in_parts};
use super::segments::{GELU, GELU_TANH, QUICK_GELU, SILU};
use super::{LEAST, reduced, sigmoid_in_parts};
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
        };
        let zero = l.splat(0.0);
        let is_zero = l.equal(dy, zero);
        // Added to 0 of either sign, -0 leaves it alone.
        let correction = l.select(is_zero, l.splat(-0.0), l.mul(dy, rest));
        let dx = l.mul_add(dy, near, correction);
        // The test of `dx` finds NaN and an infinite or a tiny `dy` too.
        let [low, high] = self.bounds();
        let shown = match self {
            // At the root itself all is in the rest, which has been rounded.
            Slope::Gelu | Slope::GeluTanh | Slope::Silu | Slope::QuickGelu => {
                l.at_most(l.abs(near), l.abs(dx))
            }
            _ => l.abs(dx),
        };
        let shown = l.select(is_zero, l.splat(1.0), shown);
        let shown = l.select(l.less_equal(l.splat(low), x), shown, zero);
        let shown = match high {
            f32::MAX => shown,
            high => l.select(l.less_equal(x, l.splat(high)), shown, zero),
        };
        let is_near = l.less_equal(l.splat(LEAST), shown);
        if l.some_fails(is_near) {
            let d = l.doubles();
            let ([a, b], dy) = (l.widen(l.clamp(x, -1e4, 1e4)), l.widen(dy));
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
            Slope::Sigmoid => [-LAST, LAST],
            Slope::Tanh => [-LAST / 2.0, LAST / 2.0],
            Slope::Softplus | Slope::Elu | Slope::Selu => [-LAST, f32::MAX],
            Slope::LogSigmoid => [-f32::MAX, LAST],
        }
    }

    /// f'(x) in f64 lanes, for |x| up to 10^4: beyond it is what it is there.
    #[inline(always)]
    fn exact<L: Lanes>(self, l: L, x: L::V) -> L::V {
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
            Slope::Softplus => math::sigmoid(l, x),
            Slope::LogSigmoid => math::sigmoid(l, l.neg(x)),
            Slope::Elu => falling(l, x),
            Slope::Selu => {
                let [scale, depth] = [1.0507009873554805, 1.7580993408473766];
                let positive = l.less(l.splat(0.0), x);
                let factor = l.select(positive, l.splat(scale), l.splat(depth));
                l.mul(factor, falling(l, x))
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

/// Its derivative, for |x| up to [`LAST`].
#[inline(always)]
fn bell<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let [small, rest] = logistic(l, l.neg(l.abs(x)));
    let one = l.splat(1.0);
    let large = l.sub(one, small);
    let large_rest = l.sub(l.sub(l.sub(one, large), small), rest);
    let high = l.mul(small, large);
    let lost = l.mul_sub(small, large, high);
    [high, l.mul_add(small, large_rest, l.mul_add(rest, large, lost))]
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
