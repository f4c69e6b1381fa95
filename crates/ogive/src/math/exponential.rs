//! The exponential in pieces: what functions that end in one build on.

use super::{POWERS_REST, Parts, ROUND, parts, scaled};
use crate::lanes::Lanes;

/// A number as `(fraction + rest) · 2^floor(steps/16)`, whose power may leave f64.
pub(super) struct Raised<V> {
    /// 2^(j/16), rounded.
    pub(super) fraction: V,
    /// What to add: at most a fortieth of it.
    pub(super) rest: V,
    /// 16 times the exponent plus j, in the lowest bits of 1.5·2^52 and more.
    pub(super) steps: V,
}

/// e^(high + low) for |high| ≤ 1100 and a low that is lost in high. The sum of its fraction and its
/// rest is right to 0.03 ulp.
#[inline(always)]
pub(super) fn exp_in_parts<L: Lanes>(l: L, high: L::V, low: L::V) -> Raised<L::V> {
    let Parts { fraction, p, steps } = parts(l, high);
    // e^low = 1 + low; and what the table's rounding took.
    let low = l.add(low, l.lookup(&POWERS_REST, steps));
    let p = l.add(p, l.mul_add(p, low, low));
    Raised { fraction, rest: l.mul(fraction, p), steps }
}

/// `a · 2^floor(steps/16)` with one rounding: subnormal results and infinity included.
#[inline(always)]
pub(super) fn raise<L: Lanes>(l: L, a: L::V, steps: L::V) -> L::V {
    // Half of the exponent at a time: each half is a normal power.
    let half = l.add(l.mul(l.sub(steps, l.splat(ROUND)), l.splat(1.0 / 32.0)), l.splat(ROUND));
    let half_steps = l.shift_left::<4>(half);
    let first = scaled(l, l.splat(1.0), half_steps);
    let rest = l.add_bits(steps, negative(l, half_steps));
    l.mul(l.mul(a, scaled(l, l.splat(1.0), rest)), first)
}

/// The negative of bits as a whole number.
#[inline(always)]
pub(super) fn negative<L: Lanes>(l: L, bits: L::V) -> L::V {
    l.add_bits(l.xor(bits, l.splat_bits(!0)), l.splat_bits(1))
}
