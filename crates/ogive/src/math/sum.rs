//! Numbers as sums of two f64: what rounding takes from one step is there for the next, so that one
//! rounding is left, the last.

use crate::lanes::Lanes;

/// A number as the sum of two: one near to it, and what that lacks. The second is finite.
#[derive(Clone, Copy)]
pub(crate) struct Sum<V> {
    pub(crate) high: V,
    pub(crate) low: V,
}

/// A number that lacks nothing.
#[inline(always)]
pub(crate) fn alone<L: Lanes>(l: L, high: L::V) -> Sum<L::V> {
    Sum { high, low: l.splat(0.0) }
}

/// `a + b` where |a| ≥ |b| or `a` is 0.
#[inline(always)]
pub(super) fn sum<L: Lanes>(l: L, a: L::V, b: L::V) -> Sum<L::V> {
    let high = l.add(a, b);
    Sum { high, low: l.sub(b, l.sub(high, a)) }
}

/// `a + b`, whichever is larger.
#[inline(always)]
pub(super) fn any_sum<L: Lanes>(l: L, a: L::V, b: L::V) -> Sum<L::V> {
    let high = l.add(a, b);
    let of_b = l.sub(high, a);
    let low = l.add(l.sub(a, l.sub(high, of_b)), l.sub(b, of_b));
    Sum { high, low }
}

/// `a + b` where |a| ≥ |b|.
#[inline(always)]
pub(super) fn plus<L: Lanes>(l: L, a: L::V, b: &Sum<L::V>) -> Sum<L::V> {
    let Sum { high, low } = sum(l, a, b.high);
    Sum { high, low: l.add(low, b.low) }
}

/// `a·b` for a power of two `a`.
#[inline(always)]
pub(super) fn times<L: Lanes>(l: L, a: f64, b: &Sum<L::V>) -> Sum<L::V> {
    let a = l.splat(a);
    Sum { high: l.mul(b.high, a), low: l.mul(b.low, a) }
}

/// `a·b`.
#[inline(always)]
pub(super) fn product<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    let high = l.mul(a.high, b.high);
    let low = l.mul_sub(a.high, b.high, high);
    Sum { high, low: l.mul_add(a.high, b.low, l.mul_add(a.low, b.high, low)) }
}

/// `top/bottom`, neither of them nor the quotient of extreme size.
#[inline(always)]
pub(super) fn quotient<L: Lanes>(l: L, top: &Sum<L::V>, bottom: &Sum<L::V>) -> Sum<L::V> {
    let inverse = l.div(l.splat(1.0), bottom.high);
    let high = l.mul(top.high, inverse);
    let lack = l.add(l.neg_mul_add(high, bottom.high, top.high), top.low);
    Sum { high, low: l.mul(l.neg_mul_add(high, bottom.low, lack), inverse) }
}

/// Both parts times the power of two of [`Lanes::scale`].
#[inline(always)]
pub(super) fn scaled<L: Lanes>(l: L, a: &Sum<L::V>, steps: L::V) -> Sum<L::V> {
    Sum { high: l.scale(a.high, steps), low: l.scale(a.low, steps) }
}

/// The f64 nearest to it; of 0 the sign that the first part has.
#[inline(always)]
pub(crate) fn whole<L: Lanes>(l: L, of: &Sum<L::V>) -> L::V {
    l.select(l.equal(of.low, l.splat(0.0)), of.high, l.add(of.high, of.low))
}

/// The one or the other.
#[inline(always)]
pub(crate) fn select<L: Lanes>(
    l: L,
    test: L::M,
    then: &Sum<L::V>,
    otherwise: &Sum<L::V>,
) -> Sum<L::V> {
    Sum {
        high: l.select(test, then.high, otherwise.high),
        low: l.select(test, then.low, otherwise.low),
    }
}

#[inline(always)]
pub(crate) fn neg<L: Lanes>(l: L, a: &Sum<L::V>) -> Sum<L::V> {
    Sum { high: l.neg(a.high), low: l.neg(a.low) }
}

/// A number, but 0 where it is infinite or NaN.
#[inline(always)]
fn finite<L: Lanes>(l: L, a: L::V) -> L::V {
    let zero = l.splat(0.0);
    l.select(l.less(l.abs(a), l.splat(f64::INFINITY)), a, zero)
}

/// The same number with a second part that is lost in the first, or 0 where the first is no finite number.
#[inline(always)]
fn normalised<L: Lanes>(l: L, a: &Sum<L::V>) -> Sum<L::V> {
    let low = finite(l, a.low);
    let Sum { high, low: rest } = any_sum(l, a.high, low);
    let is_whole = l.equal(low, l.splat(0.0));
    Sum { high: l.select(is_whole, a.high, high), low: finite(l, l.select(is_whole, low, rest)) }
}

#[inline(always)]
pub(crate) fn add<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    let Sum { high, low } = any_sum(l, a.high, b.high);
    normalised(l, &Sum { high, low: l.add(low, l.add(a.low, b.low)) })
}

#[inline(always)]
pub(crate) fn sub<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    add(l, a, &neg(l, b))
}

#[inline(always)]
pub(crate) fn mul<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    normalised(l, &product(l, a, b))
}

/// `a·b + c`; where a part of that is beyond f64, with one rounding.
#[inline(always)]
pub(crate) fn mul_add<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>, c: &Sum<L::V>) -> Sum<L::V> {
    let found = add(l, &mul(l, a, b), c);
    let is_finite = l.less(l.abs(found.high), l.splat(f64::INFINITY));
    select(l, is_finite, &found, &alone(l, l.mul_add(a.high, b.high, c.high)))
}

#[inline(always)]
pub(crate) fn div<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    let high = l.div(a.high, b.high);
    let lack = l.add(l.neg_mul_add(high, b.high, a.high), a.low);
    normalised(l, &Sum { high, low: l.div(l.neg_mul_add(high, b.low, lack), b.high) })
}

#[inline(always)]
pub(crate) fn sqrt<L: Lanes>(l: L, a: &Sum<L::V>) -> Sum<L::V> {
    let high = l.sqrt(a.high);
    let lack = l.add(l.neg_mul_add(high, high, a.high), a.low);
    normalised(l, &Sum { high, low: l.div(l.mul(lack, l.splat(0.5)), high) })
}

/// The parts that decide which of two numbers is larger.
#[inline(always)]
fn deciding<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> [L::V; 2] {
    let is_tie = l.equal(a.high, b.high);
    [l.select(is_tie, a.low, a.high), l.select(is_tie, b.low, b.high)]
}

#[inline(always)]
pub(crate) fn less<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> L::M {
    let [a, b] = deciding(l, a, b);
    l.less(a, b)
}

#[inline(always)]
pub(crate) fn less_equal<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> L::M {
    let [a, b] = deciding(l, a, b);
    l.less_equal(a, b)
}

#[inline(always)]
pub(crate) fn equal<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> L::M {
    let [a, b] = deciding(l, a, b);
    l.equal(a, b)
}

/// The larger; NaN if either is.
#[inline(always)]
pub(crate) fn maximum<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    let low = l.select(less(l, a, b), b.low, a.low);
    Sum { high: l.maximum(a.high, b.high), low }
}

/// The smaller; NaN if either is.
#[inline(always)]
pub(crate) fn minimum<L: Lanes>(l: L, a: &Sum<L::V>, b: &Sum<L::V>) -> Sum<L::V> {
    let low = l.select(less(l, b, a), b.low, a.low);
    Sum { high: l.minimum(a.high, b.high), low }
}

#[inline(always)]
pub(crate) fn abs<L: Lanes>(l: L, a: &Sum<L::V>) -> Sum<L::V> {
    let is_negative = l.less(a.high, l.splat(0.0));
    Sum { high: l.abs(a.high), low: l.select(is_negative, l.neg(a.low), a.low) }
}

/// What a function gives of the first part of its argument, and the second part of the argument times the
/// slope there: the square of that part is far below the last place. It is not where the function multiplies
/// what its argument lacks by 2^25 and more; there a program asks, or a caller has to.
#[inline(always)]
pub(crate) fn lifted<L: Lanes>(l: L, value: &Sum<L::V>, slope: L::V, low: L::V) -> Sum<L::V> {
    let moved = finite(l, l.mul(slope, low));
    normalised(l, &Sum { high: value.high, low: l.add(finite(l, value.low), moved) })
}
