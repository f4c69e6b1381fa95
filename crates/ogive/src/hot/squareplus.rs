//! squareplus at its usual b = 4: (x + √(x² + 4))/2, whose value at -x is the reciprocal of that at x.

use crate::lanes::Singles;
use crate::pairs::two_sum;

/// 2^60: beyond this (x + √(x² + 4))/2 is x, and x² is a number up to here.
const FAR: f32 = 1.1529215e18;
/// An f32 from these bits less half of those of w is 1/√w but for 4 percent.
const MAGIC: u32 = 0x5f37_5a86;

/// For t = |x|, up to [`FAR`], each as a sum of two: (t + √(t² + 4))/2 and 1/√(t² + 4).
#[inline(always)]
fn parts<L: Singles>(l: L, size: L::V) -> [[L::V; 2]; 2] {
    let half = l.splat(0.5);
    let t = l.at_most(l.splat(FAR), size);
    let square = l.mul(t, t);
    let [sum, lost] = two_sum(l, l.splat(4.0), square);
    let lost = l.add(lost, l.mul_sub(t, t, square));
    // Newton's method for 1/√sum, from the bits: within 5e-6 after two steps, which all machines do alike.
    let halved = l.shift_right::<1>(sum);
    let negated = l.xor(halved, l.splat(f32::from_bits(!0)));
    let mut inverse = l.add_bits(negated, l.splat(f32::from_bits(MAGIC + 1)));
    let minus_half = l.mul(l.splat(-0.5), sum);
    for _ in 0..2 {
        let step = l.mul_add(l.mul(minus_half, inverse), inverse, l.splat(1.5));
        inverse = l.mul(inverse, step);
    }
    let root = l.mul(sum, inverse);
    let half_inverse = l.mul(half, inverse);
    let root_rest = l.mul(l.add(l.neg_mul_add(root, root, sum), lost), half_inverse);
    // 1 - sum·inverse² is small: the square root's series ends after its second term.
    let product_lost = l.mul_sub(sum, inverse, root);
    let error = l.neg_mul_add(root, inverse, l.splat(1.0));
    let error = l.neg_mul_add(l.mul_add(lost, inverse, product_lost), inverse, error);
    let inverse_rest = l.mul(half_inverse, error);
    let [near, rest] = two_sum(l, l.mul(half, root), l.mul(half, t));
    [[near, l.mul_add(half, root_rest, rest)], [inverse, inverse_rest]]
}

/// The reciprocal of a sum of two as another.
#[inline(always)]
fn reciprocal<L: Singles>(l: L, [near, rest]: [L::V; 2]) -> [L::V; 2] {
    let one = l.splat(1.0);
    let first = l.div(one, near);
    let error = l.neg_mul_add(rest, first, l.neg_mul_add(near, first, one));
    [first, l.mul(first, error)]
}

/// (x + √(x² + 4))/2 within 0.6 ulp.
#[inline(always)]
pub(super) fn squareplus<L: Singles>(l: L, x: L::V) -> L::V {
    let size = l.abs(x);
    let [[near, rest], _] = parts(l, size);
    let is_far = l.less(l.splat(FAR), size);
    let (near, rest) = (l.select(is_far, size, near), l.select(is_far, l.splat(0.0), rest));
    let [first, correction] = reciprocal(l, [near, rest]);
    // 1/∞ has no rest.
    let falling = l.select(is_far, first, l.add(first, correction));
    l.select(l.less(x, l.splat(0.0)), falling, l.add(near, rest))
}

/// Its derivative as a sum of two, for x from -[`FAR`] on.
#[inline(always)]
pub(super) fn slope<L: Singles>(l: L, x: L::V) -> [L::V; 2] {
    let [rising, [inverse, inverse_rest]] = parts(l, l.abs(x));
    let falling = reciprocal(l, rising);
    let is_negative = l.less(x, l.splat(0.0));
    let [near, rest] = [0, 1].map(|part| l.select(is_negative, falling[part], rising[part]));
    // The value over the root.
    let high = l.mul(near, inverse);
    let lost = l.mul_sub(near, inverse, high);
    [high, l.mul_add(rest, inverse, l.mul_add(near, inverse_rest, lost))]
}
