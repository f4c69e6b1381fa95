//! Functions cut into segments, whose tables vector registers hold.

mod tables;

use super::segment;
use crate::lanes::{ROUND_SINGLE as ROUND, Singles};
pub(super) use tables::{GELU, GELU_TANH, QUICK_GELU, SILU, SOFTPLUS};

/// A function of t ≥ 0 in segments: the nearest whole number to `(t + shift)·t·scale` is the place in each
/// row. The rows are the segment's point, a and b of `a + b·d` at the distance `d` from it, and the
/// polynomial of `d` that is left.
pub(super) struct Segments {
    pub(super) end: f32,
    shift: f32,
    scale: f32,
    rows: [[f32; 32]; 10],
}

impl Segments {
    /// The value as a sum of two: one that is rounded, and a few percent of it at most.
    #[inline(always)]
    pub(super) fn parts<L: Singles>(&self, l: L, size: L::V) -> [L::V; 2] {
        let t = l.at_most(l.splat(self.end), size);
        let place = l.mul(l.add(t, l.splat(self.shift)), t);
        let index = l.mul_add(place, l.splat(self.scale), l.splat(ROUND));
        let d = l.sub(t, l.lookup_long(&self.rows[0], index));
        let (a, b) = (l.lookup_long(&self.rows[1], index), l.lookup_long(&self.rows[2], index));
        let line = l.mul_add(b, d, a);
        // The line is no less than half of `a`, or `a` is 0: so this is what was rounded off.
        let lost = l.mul_add(b, d, l.sub(a, line));
        let lost = l.add(l.lookup_long(&self.rows[3], index), lost);
        [line, l.mul_add(segment(l, &self.rows, 4, index, d), d, lost)]
    }

    /// The derivative f' of an f with f(x) - f(-x) = x, of which the segments have f'(-t).
    #[inline(always)]
    pub(super) fn of_gate<L: Singles>(&self, l: L, x: L::V) -> [L::V; 2] {
        let [near, rest] = self.parts(l, l.abs(x));
        let one = l.splat(1.0);
        let positive = l.less(l.splat(0.0), x);
        let high = l.select(positive, l.sub(one, near), near);
        let complement = l.sub(l.sub(l.sub(one, high), near), rest);
        [high, l.select(positive, complement, rest)]
    }
}
