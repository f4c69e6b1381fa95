//! elu and selu, whose exponential is of numbers below 0 only.

use super::reduced;
use super::tables::RISING;
use crate::lanes::Singles;

/// The factor of selu in two parts of one sign.
pub(super) const SCALE: [f32; 2] = [1.0507009, 8.441664e-8];
/// The factor of its exponential, rounded, and the rest.
pub(super) const DEPTH: [f32; 2] = [1.7580993, 2.3296717e-8];

/// e^x for x ≤ 0 as power·(1 + r + rest), where r and the rest are small, and the rest is much smaller.
#[inline(always)]
pub(super) fn exponential<L: Singles>(l: L, x: L::V) -> [L::V; 3] {
    let [steps, r] = reduced(l, x);
    let power = l.raised(l.lookup(&RISING[0], steps), steps);
    let cube = l.mul_add(r, l.splat(1.0 / 24.0), l.splat(1.0 / 6.0));
    let square = l.mul_add(r, cube, l.splat(0.5));
    [power, r, l.mul_add(l.mul(r, r), square, l.lookup(&RISING[1], steps))]
}

/// e^x for x from -60 to 0 as a sum of two.
#[inline(always)]
pub(super) fn exp_in_parts<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let [power, r, rest] = exponential(l, x);
    [power, l.mul(power, l.add(r, rest))]
}

/// e^x - 1 for x ≤ 0 as a sum of two, the second far smaller; of no account elsewhere.
#[inline(always)]
fn expm1_in_parts<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let one = l.splat(1.0);
    let [power, r, rest] = exponential(l, l.clamp(x, -18.5, 0.0));
    // The sum of power - 1, which is 0 or larger than all that follows, and power·r.
    let near = l.sub(power, one);
    let near_lost = l.sub(power, l.add(near, one));
    let step = l.mul(power, r);
    let step_lost = l.mul_sub(power, r, step);
    let sum = l.add(near, step);
    let lost = l.sub(step, l.sub(sum, near));
    [sum, l.mul_add(power, rest, l.add(lost, l.add(step_lost, near_lost)))]
}

/// x, or e^x - 1 below 0, within 0.6 ulp.
#[inline(always)]
pub(super) fn elu<L: Singles>(l: L, x: L::V) -> L::V {
    let [high, low] = expm1_in_parts(l, x);
    l.select(l.less(x, l.splat(0.0)), l.add(high, low), x)
}

/// x or e^x - 1 times a number of its own, within 0.7 ulp, or 1 where the result is subnormal.
#[inline(always)]
pub(super) fn selu<L: Singles>(l: L, x: L::V) -> L::V {
    let [high, low] = expm1_in_parts(l, x);
    let [depth, depth_rest] = [l.splat(DEPTH[0]), l.splat(DEPTH[1])];
    let below = l.mul(high, depth);
    let lost = l.mul_add(high, depth_rest, l.mul_sub(high, depth, below));
    let below = l.add(below, l.mul_add(low, depth, lost));
    let above = l.mul_parts(x, l.splat(SCALE[0]), l.splat(SCALE[1]));
    l.select(l.less(x, l.splat(0.0)), below, above)
}
