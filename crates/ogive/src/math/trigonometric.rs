//! Sine, cosine and tangent: less a whole number of quarter turns, then polynomials.
//!
//! The remainder is kept in two parts, so that the results are right relative to themselves also
//! next to the multiples of π/2, where they are small.

use super::sum::{self, Sum, alone};
use super::{ROUND, polynomial};
use crate::lanes::{Block, Lanes};

/// π/2 in three parts, the first of which is its f64.
const HALF_PI_1: f64 = std::f64::consts::FRAC_PI_2;
pub(super) const HALF_PI_2: f64 = 6.123233995736766e-17;
const HALF_PI_3: f64 = -1.4973849048591698e-33;
/// sin(r) = r + r³·S(r²) on |r| ≤ π/4.
const SIN: [f64; 6] = [
    -0.16666666666666632,
    0.00833333333332237,
    -0.0001984126982977089,
    2.7557313678537936e-06,
    -2.5050755938695605e-08,
    1.5896665104453952e-10,
];
/// cos(r) = 1 - r²/2 + r⁴·C(r²) on |r| ≤ π/4.
const COS: [f64; 6] = [
    0.0416666666666666,
    -0.001388888888887407,
    2.480158728944594e-05,
    -2.755731434118115e-07,
    2.0875721678030302e-09,
    -1.1359561569718096e-11,
];

/// Up to here three parts of π/2 are enough, and the number of quarter turns is right.
const FAST: f64 = 1073741824.0;
/// Below, sin x = tan x = x.
const TINY: f64 = 1e-9;

/// x less its quarter turns.
struct Reduced<V> {
    /// How many quarter turns, in the lowest bits.
    turns: V,
    high: V,
    low: V,
}

/// Right where |x| ≤ [`FAST`]; elsewhere of no use.
#[inline(always)]
fn reduced<L: Lanes>(l: L, x: L::V) -> Reduced<L::V> {
    let round = l.splat(ROUND);
    let turns = l.mul_add(x, l.splat(std::f64::consts::FRAC_2_PI), round);
    let n = l.neg(l.sub(turns, round));
    // Exact: what is left has no more digits than x.
    let rest = l.mul_add(n, l.splat(HALF_PI_1), x);
    let second = l.mul(n, l.splat(HALF_PI_2));
    let second_lost = l.mul_sub(n, l.splat(HALF_PI_2), second);
    // Either may be the larger one.
    let high = l.add(rest, second);
    let taken = l.sub(high, rest);
    let lost = l.add(l.sub(rest, l.sub(high, taken)), l.sub(second, taken));
    let low = l.mul_add(n, l.splat(HALF_PI_3), l.add(lost, second_lost));
    Reduced { turns, high, low }
}

/// The sine of the remainder, as the remainder and what to add.
#[inline(always)]
fn sine<L: Lanes>(l: L, r: &Reduced<L::V>, square: L::V) -> (L::V, L::V) {
    let cube = l.mul(r.high, square);
    // low·(1 - r²/2)
    let low = l.neg_mul_add(l.mul(square, l.splat(0.5)), r.low, r.low);
    (r.high, l.mul_add(cube, polynomial(l, &SIN, square), low))
}

/// The cosine of the remainder, as 1 - r²/2 and what to add.
#[inline(always)]
fn cosine<L: Lanes>(l: L, r: &Reduced<L::V>, square: L::V) -> (L::V, L::V) {
    let half = l.mul(r.high, l.splat(-0.5));
    let one = l.splat(1.0);
    let head = l.mul_add(half, r.high, one);
    let lost = l.mul_add(half, r.high, l.sub(one, head));
    let low = l.neg_mul_add(r.high, r.low, lost);
    (head, l.mul_add(l.mul(square, square), polynomial(l, &COS, square), low))
}

/// Whether the number in the lowest bits is odd.
#[inline(always)]
fn odd<L: Lanes>(l: L, turns: L::V) -> L::M {
    l.less(l.or(l.shift_left::<63>(turns), l.splat(1.0)), l.splat(0.0))
}

/// `a`, negated where the second lowest bit of `turns` is set.
#[inline(always)]
fn turned<L: Lanes>(l: L, a: L::V, turns: L::V) -> L::V {
    l.xor(a, l.and(l.shift_left::<62>(turns), l.splat(-0.0)))
}

#[inline(always)]
fn both_turned<L: Lanes>(l: L, of: &Sum<L::V>, turns: L::V) -> Sum<L::V> {
    Sum { high: turned(l, of.high, turns), low: turned(l, of.low, turns) }
}

/// sin x within 1 ulp on all of f64; NaN at ±∞.
#[inline(always)]
pub(crate) fn sin<L: Lanes>(l: L, x: L::V) -> L::V {
    far(l, x, l.abs(x), near(l, x)[0], libm::sin)
}

/// cos x within 1 ulp on all of f64; NaN at ±∞.
#[inline(always)]
pub(crate) fn cos<L: Lanes>(l: L, x: L::V) -> L::V {
    far(l, x, l.abs(x), near(l, x)[1], libm::cos)
}

/// sin x and cos x, each within 1 ulp on all of f64; NaN at ±∞.
#[inline(always)]
pub(crate) fn sin_and_cos<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let ([sine, cosine], size) = (near(l, x), l.abs(x));
    [far(l, x, size, sine, libm::sin), far(l, x, size, cosine, libm::cos)]
}

/// Both up to [`FAST`].
#[inline(always)]
fn near<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let r = reduced(l, x);
    let square = l.mul(r.high, r.high);
    let ((s, s_rest), (c, c_rest)) = (sine(l, &r, square), cosine(l, &r, square));
    let (s, c, is_odd) = (l.add(s, s_rest), l.add(c, c_rest), odd(l, r.turns));
    let sine = turned(l, l.select(is_odd, c, s), r.turns);
    // Keeps the sign of zero.
    let sine = l.select(l.less(l.abs(x), l.splat(TINY)), x, sine);
    // The cosine is the sine a quarter turn later.
    let next = l.add_bits(r.turns, l.splat_bits(1));
    [sine, turned(l, l.select(is_odd, s, c), next)]
}

/// sin x and cos x; beyond [`FAST`] without what rounding takes from them.
#[inline(always)]
pub(crate) fn sines<L: Lanes>(l: L, x: L::V) -> [Sum<L::V>; 2] {
    let r = reduced(l, x);
    let square = l.mul(r.high, r.high);
    let ((s, s_rest), (c, c_rest)) = (sine(l, &r, square), cosine(l, &r, square));
    let (s, c) = (sum::sum(l, s, s_rest), sum::sum(l, c, c_rest));
    let is_odd = odd(l, r.turns);
    let next = l.add_bits(r.turns, l.splat_bits(1));
    let size = l.abs(x);
    let sine = both_turned(l, &sum::select(l, is_odd, &c, &s), r.turns);
    let cosine = both_turned(l, &sum::select(l, is_odd, &s, &c), next);
    let sine = sum::select(l, l.less(size, l.splat(TINY)), &alone(l, x), &sine);
    let is_near = l.less_equal(size, l.splat(FAST));
    let zero = l.splat(0.0);
    [
        Sum { high: far(l, x, size, sine.high, libm::sin), low: l.select(is_near, sine.low, zero) },
        Sum {
            high: far(l, x, size, cosine.high, libm::cos),
            low: l.select(is_near, cosine.low, zero),
        },
    ]
}

/// tan x within 1 ulp on all of f64; NaN at ±∞.
#[inline(always)]
pub(crate) fn tan<L: Lanes>(l: L, x: L::V) -> L::V {
    let r = reduced(l, x);
    let square = l.mul(r.high, r.high);
    let ((s, s_rest), (c, c_rest)) = (sine(l, &r, square), cosine(l, &r, square));
    let (sine, cosine) = (l.add(s, s_rest), l.add(c, c_rest));
    let sine_lost = l.add(l.sub(s, sine), s_rest);
    let cosine_lost = l.add(l.sub(c, cosine), c_rest);
    // In odd quarters -cos/sin.
    let odd = odd(l, r.turns);
    let (top, top_lost) = (l.select(odd, cosine, sine), l.select(odd, cosine_lost, sine_lost));
    let bottom = l.select(odd, sine, cosine);
    let bottom_lost = l.select(odd, sine_lost, cosine_lost);
    let inverse = l.div(l.splat(1.0), bottom);
    let ratio = l.mul(top, inverse);
    // What the ratio, multiplied back, lacks of the top.
    let lack = l.neg_mul_add(ratio, bottom, top);
    let lack = l.neg_mul_add(ratio, bottom_lost, l.add(lack, top_lost));
    let magnitude = l.mul_add(lack, inverse, ratio);
    let sign = l.shift_left::<63>(r.turns);
    let size = l.abs(x);
    let result = l.select(l.less(size, l.splat(TINY)), x, l.xor(magnitude, sign));
    far(l, x, size, result, libm::tan)
}

/// Puts in the values of arguments beyond [`FAST`]. No formula asks for them often.
#[inline(always)]
fn far<L: Lanes>(l: L, x: L::V, size: L::V, near: L::V, f: fn(f64) -> f64) -> L::V {
    if l.some_fails(l.less_equal(size, l.splat(FAST))) {
        return l.load(&one_by_one(&l.store(x), l.store(near), f));
    }
    near
}

/// The scalar library's reduction knows π to as many digits as the largest f64 needs.
#[cold]
#[inline(never)]
fn one_by_one(x: &Block, mut near: Block, f: fn(f64) -> f64) -> Block {
    for (value, x) in near.0.iter_mut().zip(x.0) {
        if x.abs() > FAST {
            *value = f(x);
        }
    }
    near
}
