//! The exponential in pieces, what functions that end in one build on; and the rest of its series.

use super::{Mode, POWERS_REST, Parts, expm1, exponent, exponential_range, less_one, parts};
use crate::lanes::Lanes;

/// e^x - 1 - x = x²·E(x) on |x| ≤ 1.
pub(super) const EXPM1_REST: [f64; 14] = [
    0.5,
    0.16666666666666666,
    0.04166666666666609,
    0.008333333333333299,
    0.0013888888888981404,
    0.00019841269841324198,
    2.4801587246096818e-05,
    2.7557319191381816e-06,
    2.755733506893373e-07,
    2.5052117695907823e-08,
    2.0874435575864273e-09,
    1.6057679623801638e-10,
    1.1639194124150522e-11,
    7.746178593018827e-13,
];

/// A number as `(fraction + rest) · 2^floor(steps/16)`, whose power may leave f64.
pub(super) struct Raised<V> {
    /// 2^(j/16), rounded.
    pub(super) fraction: V,
    /// What to add: at most a fortieth of it.
    pub(super) rest: V,
    /// 16 times the exponent plus j, in the lowest bits of 1.5·2^52 and more.
    pub(super) steps: V,
}

/// The same where e^x may grow large; x itself counts whole.
#[inline(always)]
pub(crate) fn expm1_rest_saturating<L: Lanes>(l: L, x: L::V, mode: Mode) -> L::V {
    let far = l.sub(expm1(l, exponent(l, x, mode)), l.at_most(l.splat(1e300), x));
    l.select(l.less(l.abs(x), l.splat(1.0)), expm1_rest(l, x), far)
}

/// e^x - 1 - x within 2^-44 of it.
#[inline(always)]
pub(crate) fn expm1_rest<L: Lanes>(l: L, x: L::V) -> L::V {
    let parts = parts(l, exponential_range(l, x));
    // Up to here x is its own reduced argument.
    let (near, is_near) = (parts.rest, l.less(l.abs(x), l.splat(0.0216)));
    // Infinity less infinity would be NaN.
    let far = l.sub(less_one(l, x, parts), l.at_most(l.splat(1e300), x));
    l.select(is_near, near, far)
}

/// e^(high + low) for |high| ≤ 1100 and a low that is lost in high. The sum of its fraction and its
/// rest is right to 0.03 ulp.
#[inline(always)]
pub(super) fn exp_in_parts<L: Lanes>(l: L, high: L::V, low: L::V) -> Raised<L::V> {
    let Parts { fraction, p, steps, .. } = parts(l, high);
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
