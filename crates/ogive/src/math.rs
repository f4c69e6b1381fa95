//! Elementary functions, once, over any [`Lanes`].
//!
//! Each states its error as f64; the engine rounds to the output type once, so for f32 all are
//! correct to 0.5000001 ulp. The coefficients come from `tools/coefficients.py`.
//!
//! The exponential covers the whole of f64. It also has a *saturating* form, for the second look at
//! what came out NaN because e^x left f64 (0·∞, ∞/∞): beyond e^177 it grows no more, or almost no
//! more, so that products and ratios of it stay finite.

mod arctangent;
mod error;
mod exponential;
mod hyperbolic;
mod power;
#[cfg(test)]
mod tests;
mod trigonometric;

pub(crate) use arctangent::atan;
pub(crate) use error::{erf, erfc};
pub(crate) use hyperbolic::{cosh, sinh};
pub(crate) use power::pow;
pub(crate) use trigonometric::{cos, sin, tan};

use crate::lanes::Lanes;

/// 2^(j/16).
const POWERS: [f64; 16] = [
    1.0,
    1.0442737824274138,
    1.0905077326652577,
    1.1387886347566916,
    1.189207115002721,
    1.241857812073484,
    1.2968395546510096,
    1.3542555469368927,
    std::f64::consts::SQRT_2,
    1.4768261459394993,
    1.5422108254079407,
    1.6104903319492543,
    1.681792830507429,
    1.7562521603732995,
    1.8340080864093424,
    1.9152065613971474,
];
/// What rounding took from each power, as a share of it.
const POWERS_REST: [f64; 16] = [
    0.0,
    8.189317638195515e-17,
    -2.7939114859515733e-17,
    7.826573258636076e-17,
    3.3484623336251524e-17,
    3.750854201303127e-17,
    1.9572585293112036e-17,
    5.68648095791174e-17,
    -6.835808657661922e-17,
    -2.3591094770850053e-17,
    5.1548301170786783e-17,
    1.5341410053603723e-17,
    4.875160526227062e-17,
    1.685487290628973e-17,
    1.790126907604513e-17,
    -5.545065618639427e-17,
];
const LN2_16_HIGH: f64 = 0.04332169878495051;
const LN2_16_LOW: f64 = 4.606876603229874e-14;
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
/// expm1(r) = r + r²·E(r) on |r| ≤ ln2/32.
const EXP: [f64; 6] = [
    0.5000000000000001,
    0.16666666666666669,
    0.041666666663595475,
    0.00833333333299209,
    0.0013889063440655327,
    0.0001984146378747018,
];
/// log((1+s)/(1-s)) = 2s + s³·L(s²) on m = (1+s)/(1-s) in [√½, √2].
const LOG: [f64; 9] = [
    0.6666666666666666,
    0.3999999999999999,
    0.2857142857143536,
    0.22222222219858734,
    0.18181818593656762,
    0.15384575132330097,
    0.13335638669839822,
    0.1168812364286311,
    0.11881997202961458,
];
/// The upper tail of the normal distribution is exp(-t²/2)·R(u)/(1+t), u = (t-4)/(t+4).
const TAIL: [f64; 25] = [
    0.47205320650984467,
    -0.09670347732652608,
    0.013999634724424467,
    0.028600364053578804,
    -0.0321978374280282,
    0.017936097478834515,
    -0.005002378592400097,
    -0.0002856230864018645,
    0.0006948971208651091,
    -9.443034215049712e-05,
    -8.78532981753416e-05,
    2.1250457860811776e-05,
    1.3627374958716244e-05,
    -3.4334009324152583e-06,
    -2.61436294231482e-06,
    4.0676642733334854e-07,
    5.547606949893862e-07,
    -1.2919579985812394e-09,
    -1.1439312867331685e-07,
    -1.789372651986133e-08,
    2.0208468930264034e-08,
    5.459373698638991e-09,
    -2.599563802271586e-09,
    -6.736634571009946e-10,
    1.7569787339538164e-10,
];

/// Adding this leaves the nearest whole number in the lowest bits.
const ROUND: f64 = 6755399441055744.0; // 1.5·2^52

/// A polynomial, constant coefficient first, in two interleaved halves (even and odd powers).
#[inline(always)]
fn polynomial<L: Lanes, const N: usize>(l: L, coefficients: &[f64; N], x: L::V) -> L::V {
    let square = l.mul(x, x);
    let mut sums = [l.splat(0.0); 2];
    for (place, coefficient) in coefficients.iter().enumerate().rev() {
        let half = &mut sums[place % 2];
        *half = l.mul_add(*half, square, l.splat(*coefficient));
    }
    l.mul_add(sums[1], x, sums[0])
}

/// e^x as `scale·(1 + p)`: the scale's exponent is kept apart so that it may leave f64's range.
struct Parts<V> {
    /// 2^(j/16), in [1, 2).
    fraction: V,
    /// expm1 of the reduced argument.
    p: V,
    /// 16 times the exponent plus j, as bits.
    steps: V,
}

#[inline(always)]
fn parts<L: Lanes>(l: L, x: L::V) -> Parts<L::V> {
    let round = l.splat(ROUND);
    let steps = l.mul_add(x, l.splat(16.0 * std::f64::consts::LOG2_E), round);
    let n = l.sub(steps, round);
    let r = l.neg_mul_add(n, l.splat(LN2_16_HIGH), x);
    let r = l.neg_mul_add(n, l.splat(LN2_16_LOW), r);
    let p = l.mul_add(l.mul(r, r), polynomial(l, &EXP, r), r);
    Parts { fraction: l.lookup(&POWERS, steps), p, steps }
}

/// `a · 2^floor(steps/16)` where the result and the power are normal.
#[inline(always)]
fn scaled<L: Lanes>(l: L, a: L::V, steps: L::V) -> L::V {
    // The bits above the four of j, moved to the exponent's place.
    let exponent = l.and(steps, l.splat_bits(!15));
    l.add_bits(a, l.shift_left::<48>(exponent))
}

/// How an exponential treats arguments whose result leaves f64.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Range {
    /// As f64 does: infinity, 0.
    Whole,
    /// Beyond e^177 the argument counts for this share only; no result is 0.
    Saturating(f64),
}

/// Where saturation begins: the fourth power of e^177 is still finite.
const SATURATION: f64 = 177.0;

/// e^x within 0.51 ulp, 1 ulp where the result is subnormal.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(l: L, x: L::V) -> L::V {
    let x = l.clamp(x, -750.0, 715.0);
    let Parts { fraction, p, steps } = parts(l, x);
    let whole = l.mul_add(fraction, p, fraction);
    // Half of the exponent at a time, so that subnormal results round once and large ones reach
    // infinity.
    let half = l.add(l.mul(l.sub(steps, l.splat(ROUND)), l.splat(1.0 / 32.0)), l.splat(ROUND));
    let half_steps = l.shift_left::<4>(half);
    let first = scaled(l, l.splat(1.0), half_steps);
    // steps - 16·half, as bits; j stays in the lowest four.
    let rest = l.add_bits(steps, l.add_bits(l.xor(half_steps, l.splat_bits(!0)), l.splat_bits(1)));
    let result = l.mul(l.mul(whole, scaled(l, l.splat(1.0), rest)), first);
    l.select(l.equal(x, x), result, x)
}

/// The argument of an exponential that may grow large, in this range.
#[inline(always)]
pub(crate) fn exponent<L: Lanes>(l: L, x: L::V, range: Range) -> L::V {
    let Range::Saturating(share) = range else { return x };
    let bound = l.splat(SATURATION);
    let beyond = l.clamp(l.mul_add(l.sub(x, bound), l.splat(share), bound), 0.0, 300.0);
    let x = l.select(l.less(bound, x), beyond, x);
    l.clamp(x, -700.0, 300.0)
}

/// e^x - 1 within 3 ulp.
#[inline(always)]
pub(crate) fn expm1<L: Lanes>(l: L, x: L::V) -> L::V {
    // Beyond 64 in absolute value the 1 is lost.
    let inner = l.clamp(x, -64.0, 64.0);
    let Parts { fraction, p, steps } = parts(l, inner);
    // Near 0 the power less 1 is small and the power's own rounding would show.
    let p = l.add(p, l.lookup(&POWERS_REST, steps));
    let scale = scaled(l, fraction, steps);
    let near = l.mul_add(scale, p, l.sub(scale, l.splat(1.0)));
    let far = exp(l, x);
    let result = l.select(l.less(l.splat(64.0), x), far, near);
    // Keeps NaN and the sign of zero.
    l.select(l.less(l.splat(0.0), l.abs(x)), result, x)
}

/// log(m·2^k) for the bits of a normal, positive number, plus `low`.
#[inline(always)]
fn log_normal<L: Lanes>(l: L, x: L::V, shift: L::V, low: L::V) -> L::V {
    // Move the split between exponent and fraction so that m lies in [√½, √2).
    let offset = l.splat_bits(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd);
    let moved = l.add_bits(x, offset);
    let exponent = l.shift_right::<52>(moved);
    // The exponent as a number: bits below 2^52 read as 2^52 + bits.
    let k =
        l.sub(l.or(exponent, l.splat(4503599627370496.0)), l.splat(4503599627370496.0 + 1023.0));
    let k = l.add(k, shift);
    let fraction = l.and(moved, l.splat_bits(0x000f_ffff_ffff_ffff));
    let m = l.add_bits(fraction, l.splat_bits(0x3fe6_a09e_667f_3bcd));
    let f = l.sub(m, l.splat(1.0));
    let s = l.div(f, l.add(m, l.splat(1.0)));
    let z = l.mul(s, s);
    // log(m) = f - (f²/2 - s·(f²/2 + z·L)), which keeps f exact.
    let half = l.mul(l.mul(f, f), l.splat(0.5));
    let series = l.mul(z, polynomial(l, &LOG, z));
    let tail = l.mul_add(s, l.add(half, series), l.mul_add(k, l.splat(LN2_LOW), low));
    let rest = l.sub(l.sub(half, tail), f);
    l.sub(l.mul(k, l.splat(LN2_HIGH)), rest)
}

/// log x within 1 ulp; -inf at 0, NaN below.
#[inline(always)]
pub(crate) fn log<L: Lanes>(l: L, x: L::V) -> L::V {
    let zero = l.splat(0.0);
    let tiny = l.less(x, l.splat(f64::MIN_POSITIVE));
    let normal = l.select(tiny, l.mul(x, l.splat(18014398509481984.0)), x);
    let shift = l.select(tiny, l.splat(-54.0), zero);
    log_edges(l, x, log_normal(l, normal, shift, zero), zero)
}

/// Puts the values at 0, below 0, at infinity and at NaN in their places.
#[inline(always)]
fn log_edges<L: Lanes>(l: L, x: L::V, inside: L::V, pole: L::V) -> L::V {
    let infinity = l.splat(f64::INFINITY);
    let result = l.select(l.less(pole, x), inside, l.splat(f64::NAN));
    let result = l.select(l.equal(x, pole), l.splat(f64::NEG_INFINITY), result);
    l.select(l.equal(x, infinity), infinity, result)
}

/// log(1 + x) within 1 ulp; -inf at -1, NaN below.
#[inline(always)]
pub(crate) fn log1p<L: Lanes>(l: L, x: L::V) -> L::V {
    let one = l.splat(1.0);
    let u = l.add(one, x);
    // What the addition lost, relative to u.
    let lost = l.select(l.less(x, one), l.sub(x, l.sub(u, one)), l.sub(one, l.sub(u, x)));
    let low = l.div(lost, u);
    let result = log_edges(l, x, log_normal(l, u, l.splat(0.0), low), l.splat(-1.0));
    // Below 2^-54 the result is x; this keeps the sign of zero and subnormal numbers.
    l.select(l.less(l.abs(x), l.splat(5.5e-17)), x, result)
}

/// 1/(1 + e^-x) within 2 ulp.
#[inline(always)]
pub(crate) fn sigmoid<L: Lanes>(l: L, x: L::V) -> L::V {
    let e = exp(l, l.neg(l.abs(x)));
    let one = l.splat(1.0);
    let top = l.select(l.less(x, l.splat(0.0)), e, one);
    l.div(top, l.add(one, e))
}

/// tanh x within 4 ulp.
#[inline(always)]
pub(crate) fn tanh<L: Lanes>(l: L, x: L::V) -> L::V {
    let magnitude = l.abs(x);
    let e = expm1(l, l.mul(magnitude, l.splat(-2.0)));
    let t = l.div(l.neg(e), l.add(e, l.splat(2.0)));
    l.with_sign(t, x)
}

/// log(1 + e^x) within 2 ulp.
#[inline(always)]
pub(crate) fn softplus<L: Lanes>(l: L, x: L::V) -> L::V {
    let e = exp(l, l.neg(l.abs(x)));
    let zero = l.splat(0.0);
    // e is in [0, 1] or NaN, so the edges of log1p are far.
    let u = l.add(l.splat(1.0), e);
    let low = l.div(l.sub(e, l.sub(u, l.splat(1.0))), u);
    let log = log_normal(l, u, zero, low);
    let tail = l.select(l.less(e, l.splat(5.5e-17)), e, log);
    l.select(l.equal(x, x), l.add(l.select(l.less(zero, x), x, zero), tail), x)
}

/// The normal distribution function within 3 ulp.
#[inline(always)]
pub(crate) fn phi<L: Lanes>(l: L, x: L::V) -> L::V {
    // Beyond 39 the tail is below the smallest f64.
    let t = l.clamp(l.abs(x), 0.0, 39.0);
    let four = l.splat(4.0);
    let u = l.div(l.sub(t, four), l.add(t, four));
    let ratio = l.div(polynomial(l, &TAIL, u), l.add(l.splat(1.0), t));
    let tail = l.mul(gaussian(l, t), ratio);
    l.select(l.less(x, l.splat(0.0)), tail, l.sub(l.splat(1.0), tail))
}

/// The normal density within 2 ulp.
#[inline(always)]
pub(crate) fn density<L: Lanes>(l: L, x: L::V) -> L::V {
    let t = l.clamp(x, -40.0, 40.0);
    l.mul(gaussian(l, t), l.splat(0.3989422804014327))
}

/// exp(-t²/2), with the rounding of the square made good.
#[inline(always)]
fn gaussian<L: Lanes>(l: L, t: L::V) -> L::V {
    let half = l.splat(-0.5);
    let square = l.mul(t, t);
    let lost = l.mul(l.mul_add(t, t, l.neg(square)), half);
    let e = exp(l, l.mul(square, half));
    l.mul_add(e, lost, e)
}

/// The larger; NaN if either is (IEEE 754-2019 maximum).
#[inline(always)]
pub(crate) fn maximum<L: Lanes>(l: L, a: L::V, b: L::V) -> L::V {
    // Of two zeros the positive one: `and` clears the sign bit unless both have it.
    let larger = l.select(l.less(b, a), a, b);
    let larger = l.select(l.equal(a, b), l.and(a, b), larger);
    l.select(l.equal(b, b), l.select(l.equal(a, a), larger, a), b)
}

/// The smaller; NaN if either is (IEEE 754-2019 minimum).
#[inline(always)]
pub(crate) fn minimum<L: Lanes>(l: L, a: L::V, b: L::V) -> L::V {
    let smaller = l.select(l.less(a, b), a, b);
    let smaller = l.select(l.equal(a, b), l.or(a, b), smaller);
    l.select(l.equal(b, b), l.select(l.equal(a, a), smaller, a), b)
}

/// -1, 0 or 1; keeps the sign of zero and NaN.
#[inline(always)]
pub(crate) fn sign<L: Lanes>(l: L, a: L::V) -> L::V {
    l.select(l.less(l.splat(0.0), l.abs(a)), l.with_sign(l.splat(1.0), a), a)
}
