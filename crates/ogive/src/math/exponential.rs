//! The exponential in pieces: what functions that end in one build on.

use super::{POWERS_REST, Parts, parts};
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

/// The negative of bits as a whole number.
#[inline(always)]
pub(super) fn negative<L: Lanes>(l: L, bits: L::V) -> L::V {
    l.add_bits(l.xor(bits, l.splat_bits(!0)), l.splat_bits(1))
}
