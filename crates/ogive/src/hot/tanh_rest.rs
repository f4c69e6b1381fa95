//! What tanh leaves of x, and the derivative of that.

use super::tables::{REST, REST_END, REST_SCALE, REST_SHIFT};
use super::{ROUND, segment, tanh_in_parts};
use crate::lanes::Singles;
use crate::math;

/// 2^-33: the rests of a smaller number's cube may be subnormal.
const SMALLEST: f32 = 1.1641532e-10;
/// Beyond this tanh² is nearer to 1 than to the f32 below. From 9.1 to here it is that at 9.1, 0.35 ulp off at most.
const LAST: f32 = 9.36;

/// x - tanh x within 0.7 ulp: the cube, times its share of that.
#[inline(always)]
pub(super) fn tanh_rest<L: Singles>(l: L, x: L::V) -> L::V {
    let size = l.abs(x);
    let t = l.at_most(l.splat(REST_END), size);
    let place = l.mul(l.add(t, l.splat(REST_SHIFT)), t);
    let index = l.mul_add(place, l.splat(REST_SCALE), l.splat(ROUND));
    let d = l.sub(t, l.lookup_long(&REST[0], index));
    // The share is this, which f32 holds almost as it is, and a few percent of it.
    let share = l.lookup_long(&REST[1], index);
    let more = l.mul(segment(l, &REST, 2, index, d), d);
    let square = l.mul(t, t);
    let square_lost = l.mul_sub(t, t, square);
    let cube = l.mul(t, square);
    let cube_lost = l.mul_add(t, square_lost, l.mul_sub(t, square, cube));
    let near = l.mul(cube, share);
    let lost = l.mul_add(cube_lost, share, l.mul_sub(cube, share, near));
    let y = l.add(near, l.mul_add(cube, more, lost));
    let is_far = l.less(l.splat(REST_END), size);
    let y = l.with_sign(l.select(is_far, l.sub(size, l.splat(1.0)), y), x);
    let is_large = l.less_equal(l.splat(SMALLEST), size);
    let is_known = l.either(is_large, l.equal(size, l.splat(0.0)));
    if l.some_fails(is_known) {
        let d = l.doubles();
        let [a, b] = l.widen(x);
        let exact = l.narrow([math::tanh_rest(d, a), math::tanh_rest(d, b)]);
        return l.select(is_known, y, exact);
    }
    y
}

/// Its derivative, tanh² x, as a sum of two.
#[inline(always)]
pub(super) fn slope<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let [leading, correction] = tanh_in_parts(l, x);
    let near = l.add(leading, correction);
    let rest = l.sub(correction, l.sub(near, leading));
    let rest = l.select(l.less(l.splat(LAST), l.abs(x)), l.splat(0.0), rest);
    let square = l.mul(near, near);
    let lost = l.mul_sub(near, near, square);
    [square, l.mul_add(l.add(near, near), rest, lost)]
}
