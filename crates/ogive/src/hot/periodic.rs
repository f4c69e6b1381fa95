//! Hand-tuned f32 kernels of the values of functions with sin(a·x), for a learned a of each channel or of all.

use super::MODERATE;
use super::tables::SINES;
use crate::lanes::{Arithmetic, Lanes, ROUND_SINGLE as ROUND, Singles};
use crate::math;
use crate::pairs::{fast_two_sum, two_sum};

/// A function that has a kernel here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Periodic {
    /// x + sin(ax)²/a
    Snake,
}

/// Up to here a·x is reduced in f32, 2^18.
const NEAR: f32 = 262144.0;
/// Beyond this sin² is less than a quarter of an ulp of a·x, 2^26.
const FAR: f64 = 67108864.0;
/// π/32, rounded, and the rest.
const STEP: [f32; 2] = [0.09817477, -2.731962e-9];
/// sin(2r)/2 = r + r³·(…) for r² on |r| ≤ π/64, within 2^-41, and the factor of r⁴ in sin² r, within 2^-33. Where a·x
/// is large r may be half as large again, and an ulp of it is larger than all of this.
const HALF_SINE: [f32; 2] = [-0.6666666, 0.13328695];
const SQUARE: f32 = -0.33323678;

/// A number of each lane and what it lacks.
type Parts<V> = [V; 2];

impl Periodic {
    /// Whether a factor and its reciprocal are of moderate size.
    pub(crate) fn takes(factor: f64) -> bool {
        MODERATE.contains(&factor.abs())
    }

    /// The value within 0.9 ulp, for a [factor of moderate size](Periodic::takes) and its reciprocal.
    #[inline(always)]
    pub(crate) fn evaluate<L: Singles>(
        self,
        l: L,
        x: L::V,
        factor: L::V,
        factor_rest: L::V,
        inverse: L::V,
        inverse_rest: L::V,
    ) -> L::V {
        let Periodic::Snake = self;
        snake(l, x, [factor, factor_rest], [inverse, inverse_rest])
    }
}

/// sin²(z + rest) as a sum of two, right to 2^-27 of 1 and of z, for |z| up to [`NEAR`].
#[inline(always)]
fn square_of_sine<L: Singles>(l: L, [z, rest]: Parts<L::V>) -> Parts<L::V> {
    // The nearest multiple of π/32, p, whose first part leaves an exact difference.
    let steps = l.mul_add(z, l.splat(32.0 * std::f32::consts::FRAC_1_PI), l.splat(ROUND));
    let n = l.sub(steps, l.splat(ROUND));
    let first = l.neg_mul_add(n, l.splat(STEP[0]), z);
    let rest = l.neg_mul_add(n, l.splat(STEP[1]), rest);
    let r = l.add(first, rest);
    let (leading, leading_rest) =
        (l.lookup_long(&SINES[0], steps), l.lookup_long(&SINES[1], steps));
    let (sine, cosine) = (l.lookup_long(&SINES[2], steps), l.lookup_long(&SINES[3], steps));
    // sin² p + sin 2p·sin(2r)/2 + cos 2p·sin² r, the largest term last.
    let square = l.mul(r, r);
    let bend = l.mul_add(l.mul(square, square), l.splat(SQUARE), square);
    let cubic = l.mul_add(square, l.splat(HALF_SINE[1]), l.splat(HALF_SINE[0]));
    let cube = l.mul(l.mul(r, square), cubic);
    let low = l.mul_add(sine, cube, l.mul_add(cosine, bend, leading_rest));
    let low = l.mul_add(sine, first, l.mul_add(sine, rest, low));
    // It may be as large as what leads, and of the other sign.
    fast_two_sum(l, leading, low)
}

#[inline(always)]
fn snake<L: Singles>(l: L, x: L::V, factor: Parts<L::V>, inverse: Parts<L::V>) -> L::V {
    let z = l.mul(factor[0], x);
    let z_rest = l.mul_add(factor[1], x, l.mul_sub(factor[0], x, z));
    let [high, low] = square_of_sine(l, [z, z_rest]);
    let ripple = l.mul(high, inverse[0]);
    let ripple_rest = l.mul_sub(high, inverse[0], ripple);
    let ripple_rest = l.mul_add(high, inverse[1], ripple_rest);
    let [sum, lost] = two_sum(l, x, ripple);
    let y = l.add(sum, l.mul_add(low, inverse[0], l.add(lost, ripple_rest)));
    // The sign of 0 is that of the sum as typed.
    let y = l.select(l.equal(x, l.splat(0.0)), sum, y);
    let is_near = l.less_equal(l.abs(z), l.splat(NEAR));
    if l.some_fails(is_near) {
        let d = l.doubles();
        let halves = (l.widen(x), l.widen(factor[0]), l.widen(factor[1]));
        let ([a, b], [near_a, near_b], [rest_a, rest_b]) = halves;
        let far = [far_snake(d, a, d.add(near_a, rest_a)), far_snake(d, b, d.add(near_b, rest_b))];
        return l.select(is_near, y, l.narrow(far));
    }
    y
}

/// The same in f64 lanes.
#[inline(always)]
fn far_snake<L: Lanes>(l: L, x: L::V, factor: L::V) -> L::V {
    let z = l.mul(factor, x);
    let sine = math::sin(l, l.clamp(z, -FAR, FAR));
    let y = l.add(x, l.div(l.mul(sine, sine), factor));
    l.select(l.less(l.splat(FAR), l.abs(z)), x, y)
}
