//! The answers to the questions that programs nobody has judged ask: where is a value in doubt?

use ogive_formula::Check;

use crate::lanes::Lanes;

/// Whether more than so many bits have cancelled against terms of the size of `b`.
#[inline(always)]
pub(crate) fn cancelled<L: Lanes>(l: L, a: L::V, b: L::V, bits: u8) -> L::M {
    let share = f64::from_bits((1023 - u64::from(bits)) << 52);
    l.less(l.abs(a), l.mul(l.abs(b), l.splat(share)))
}

/// Whether overflow or underflow may have touched it.
#[inline(always)]
pub(crate) fn out_of_range<L: Lanes>(l: L, a: L::V) -> L::M {
    let size = l.abs(a);
    let [low, high] = [Check::HUGE.recip(), Check::HUGE].map(|bound| l.splat(bound));
    l.either(l.less(size, low), l.less(high, size))
}

/// Whether `by`, a factor of it, may have brought another back that had underflowed.
#[inline(always)]
pub(crate) fn restored<L: Lanes>(l: L, a: L::V, by: L::V) -> L::M {
    let by = l.abs(by);
    let [share, most] = [Check::HUGE.recip(), Check::RESTORES].map(|bound| l.splat(bound));
    l.both(l.less(most, by), l.less(l.abs(a), l.mul(by, share)))
}

#[inline(always)]
pub(crate) fn infinite<L: Lanes>(l: L, a: L::V) -> L::M {
    l.equal(l.abs(a), l.splat(f64::INFINITY))
}

/// The value, but NaN where it is in doubt.
#[inline(always)]
pub(crate) fn doubted<L: Lanes>(l: L, doubt: L::M, a: L::V) -> L::V {
    l.select(doubt, l.splat(f64::NAN), a)
}
