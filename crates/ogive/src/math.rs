//! Elementary functions, once, over any [`Lanes`].
//!
//! Each states its error as f64; the engine rounds to the output type once, so for f32 all are correct
//! to 0.5001 ulp, most to 0.5000001. The coefficients come from `tools/coefficients.py`.
//!
//! The exponential covers the whole of f64. It also has a *saturating* form, for the second look at
//! what came out NaN because e^x left f64 (0·∞, ∞/∞): beyond e^177 it grows no more, or almost no
//! more, so that products and ratios of it stay finite.

mod arctangent;
mod error;
mod exponential;
pub(crate) mod fine;
mod hyperbolic;
mod power;
pub(crate) mod sum;
#[cfg(test)]
mod tests;
mod trigonometric;

pub(crate) use arctangent::atan;
pub(crate) use error::{erf, erfc};
pub(crate) use exponential::{expm1_rest, expm1_rest_saturating};
pub(crate) use hyperbolic::{cosh, sinh, tanh_rest};
pub(crate) use power::pow;
pub(crate) use trigonometric::{cos, sin, sin_and_cos, sines, tan};

use crate::lanes::{Lanes, ROUND_DOUBLE as ROUND};

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

/// A polynomial, constant coefficient first, in two interleaved halves (even and odd powers).
#[inline(always)]
fn polynomial<L: Lanes, const N: usize>(l: L, coefficients: &[f64; N], x: L::V) -> L::V {
    let square = l.mul(x, x);
    let (pairs, last) = coefficients.as_chunks::<2>();
    let (rest, [a, b]) = (&pairs[..pairs.len() - 1], pairs[pairs.len() - 1]);
    let (mut even, mut odd) = (l.splat(a), l.splat(b));
    if let [top] = last {
        even = l.mul_add(l.splat(*top), square, even);
    }
    for [a, b] in rest.iter().rev() {
        even = l.mul_add(even, square, l.splat(*a));
        odd = l.mul_add(odd, square, l.splat(*b));
    }
    l.mul_add(odd, x, even)
}

/// e^x as `scale·(1 + p)`: the scale's exponent is kept apart so that it may leave f64's range.
#[derive(Clone, Copy)]
struct Parts<V> {
    /// 2^(j/16), in [1, 2).
    fraction: V,
    /// expm1 of the reduced argument.
    p: V,
    /// The same less the reduced argument.
    rest: V,
    /// 16 times the exponent plus j, as bits.
    steps: V,
}

/// x less the nearest multiple of ln2/16.
struct Reduced<V> {
    r: V,
    /// What rounding took from it.
    lost: V,
    /// The multiple, as bits.
    steps: V,
}

#[inline(always)]
fn reduced<L: Lanes>(l: L, x: L::V) -> Reduced<L::V> {
    let (round, low) = (l.splat(ROUND), l.splat(LN2_16_LOW));
    let steps = l.mul_add(x, l.splat(16.0 * std::f64::consts::LOG2_E), round);
    let n = l.sub(steps, round);
    let near = l.neg_mul_add(n, l.splat(LN2_16_HIGH), x);
    let r = l.neg_mul_add(n, low, near);
    Reduced { r, lost: l.neg_mul_add(n, low, l.sub(near, r)), steps }
}

#[inline(always)]
fn parts<L: Lanes>(l: L, x: L::V) -> Parts<L::V> {
    let Reduced { r, steps, .. } = reduced(l, x);
    let (square, series) = (l.mul(r, r), polynomial(l, &EXP, r));
    let (p, rest) = (l.mul_add(square, series, r), l.mul(square, series));
    Parts { fraction: l.lookup(&POWERS, steps), p, rest, steps }
}

/// How functions are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// For results that are rounded to fewer digits.
    Plain,
    /// As plain, but no value is asked whether it can be trusted, and beyond e^177 the argument of an
    /// exponential counts for this share only; no result is 0.
    Saturating(f64),
}

/// Where saturation begins: the fourth power of e^177 is still finite.
const SATURATION: f64 = 177.0;

/// x, as far as e^x changes in f64: it is 0 at the one end, and infinite at the other.
#[inline(always)]
fn exponential_range<L: Lanes>(l: L, x: L::V) -> L::V {
    l.clamp(x, -750.0, 709.79)
}

/// e^x within 1 ulp, most of it the rounding of the table.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(l: L, x: L::V) -> L::V {
    let Parts { fraction, p, steps, .. } = parts(l, exponential_range(l, x));
    l.scale_near(l.mul_add(fraction, p, fraction), steps)
}

/// e^x within 1 ulp for x <= 0.
#[inline(always)]
fn falling<L: Lanes>(l: L, x: L::V) -> L::V {
    let Parts { fraction, p, steps, .. } = parts(l, l.at_least(l.splat(-750.0), x));
    l.scale_down(l.mul_add(fraction, p, fraction), steps)
}

/// e^-|x| within 1 ulp.
#[inline(always)]
fn decay<L: Lanes>(l: L, x: L::V) -> L::V {
    falling(l, l.or(x, l.splat(-0.0)))
}

/// The argument of an exponential that may grow large.
#[inline(always)]
pub(crate) fn exponent<L: Lanes>(l: L, x: L::V, mode: Mode) -> L::V {
    let Mode::Saturating(share) = mode else { return x };
    let bound = l.splat(SATURATION);
    let beyond = l.clamp(l.mul_add(l.sub(x, bound), l.splat(share), bound), 0.0, 300.0);
    let x = l.select(l.less(bound, x), beyond, x);
    l.clamp(x, -700.0, 300.0)
}

/// e^x - 1 within 3 ulp, but for subnormal x, of which half may be rounded.
#[inline(always)]
pub(crate) fn expm1<L: Lanes>(l: L, x: L::V) -> L::V {
    exponentials(l, x)[1]
}

/// e^x - 1 within 3 ulp for |x| <= 64.
#[inline(always)]
fn expm1_below_64<L: Lanes>(l: L, x: L::V) -> L::V {
    let Parts { fraction, p, steps, .. } = parts(l, x);
    let scale = l.raised(fraction, steps);
    l.mul_add(scale, refined(l, p, steps), l.sub(scale, l.splat(1.0)))
}

/// `p` with what rounding took from the power: near 0 the power less 1 is small, and that would show.
#[inline(always)]
fn refined<L: Lanes>(l: L, p: L::V, steps: L::V) -> L::V {
    l.add(p, l.lookup(&POWERS_REST, steps))
}

/// e^x - 1 from the parts of e^x; where that is 0, its sign is +.
#[inline(always)]
fn less_one<L: Lanes>(l: L, x: L::V, Parts { fraction, p, steps, .. }: Parts<L::V>) -> L::V {
    let p = refined(l, p, steps);
    // Half of it: f64 holds no power as large as the largest e^x.
    let half = l.splat(0.5);
    let scale = l.raised(l.mul(fraction, half), steps);
    let result = l.mul_add(scale, p, l.sub(scale, half));
    // Far below, the power is no normal number.
    l.select(l.less(x, l.splat(-64.0)), l.splat(-1.0), l.add(result, result))
}

/// e^x and e^x - 1, each as alone.
#[inline(always)]
pub(crate) fn exponentials<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let parts = parts(l, exponential_range(l, x));
    let Parts { fraction, p, steps, .. } = parts;
    let whole = l.scale_near(l.mul_add(fraction, p, fraction), steps);
    // The sign is that of x, and so for 0.
    [whole, l.or(less_one(l, x, parts), l.and(x, l.splat(-0.0)))]
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
    let rest = log_rest(l, f, s, l.mul_add(k, l.splat(LN2_LOW), low));
    l.sub(l.mul(k, l.splat(LN2_HIGH)), rest)
}

/// -(log(1 + f) + low) for 1 + f in [√½, √2) and s = f/(2 + f).
#[inline(always)]
fn log_rest<L: Lanes>(l: L, f: L::V, s: L::V, low: L::V) -> L::V {
    // log(1 + f) = f - (f²/2 - s·(f²/2 + s²·L)), which keeps f exact.
    let z = l.mul(s, s);
    let half = l.mul(l.mul(f, f), l.splat(0.5));
    let series = l.mul(z, polynomial(l, &LOG, z));
    let tail = l.mul_add(s, l.add(half, series), low);
    l.sub(l.sub(half, tail), f)
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
    let e = decay(l, x);
    let one = l.splat(1.0);
    let top = l.select(l.less(x, l.splat(0.0)), e, one);
    l.div(top, l.add(one, e))
}

/// 1/(1 + e^-x) and 1/(1 + e^x), within 3 ulp.
#[inline(always)]
pub(crate) fn sigmoids<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let e = decay(l, x);
    let one = l.splat(1.0);
    let large = l.div(one, l.add(one, e));
    let small = l.mul(e, large);
    let negative = l.less(x, l.splat(0.0));
    [l.select(negative, small, large), l.select(negative, large, small)]
}

/// tanh x within 4 ulp.
#[inline(always)]
pub(crate) fn tanh<L: Lanes>(l: L, x: L::V) -> L::V {
    let twice = l.mul(l.or(x, l.splat(-0.0)), l.splat(2.0));
    let e = expm1_below_64(l, l.at_least(l.splat(-64.0), twice));
    let t = l.div(l.neg(e), l.add(e, l.splat(2.0)));
    // At 0 the sign of the quotient is lost, and comes back here.
    l.with_sign(l.abs(t), x)
}

/// log(1 + e^x) within 2 ulp.
#[inline(always)]
pub(crate) fn softplus<L: Lanes>(l: L, x: L::V) -> L::V {
    let zero = l.splat(0.0);
    l.add(l.at_least(zero, x), log1p_of_share(l, decay(l, x)))
}

/// log(1 + e) within 1 ulp for e in [0, 1].
#[inline(always)]
fn log1p_of_share<L: Lanes>(l: L, e: L::V) -> L::V {
    // Above √2 - 1 the half of 1 + e, so that 1 + f lies in [√½, √2). Either f is exact, or its error
    // is lost in log 2.
    let one = l.splat(1.0);
    let large = l.less(l.splat(0.41421356237309503), e);
    let f = l.select(large, l.mul(l.sub(e, one), l.splat(0.5)), e);
    let zero = l.splat(0.0);
    let (high, low) = (l.splat(LN2_HIGH), l.splat(LN2_LOW));
    let s = l.div(f, l.add(l.splat(2.0), f));
    let rest = log_rest(l, f, s, l.select(large, low, zero));
    l.sub(l.select(large, high, zero), rest)
}

/// tanh(softplus(x)) within 3 ulp.
#[inline(always)]
pub(crate) fn tanh_softplus<L: Lanes>(l: L, x: L::V) -> L::V {
    let Gate { top, bottom, .. } = gate(l, x);
    l.div(top, bottom)
}

/// tanh(softplus(x)) and its derivative, within 3 and 7 ulp.
#[inline(always)]
pub(crate) fn tanh_softplus_and_slope<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let Gate { e, top, bottom } = gate(l, x);
    let under = l.div(l.splat(1.0), bottom);
    // 4·e·(1 + e)/bottom²
    let share = l.mul(e, l.splat(4.0));
    let slope = l.mul(l.mul(l.mul_add(share, e, share), under), under);
    let far = l.splat(GATE_END);
    let is_near = l.less_equal(x, far);
    if l.some_fails(is_near) {
        // Nothing but 4·e^-2x is left.
        let rest = l.mul(falling(l, l.mul(x, l.splat(-2.0))), l.splat(4.0));
        return [l.mul(top, under), l.select(l.less(far, x), rest, slope)];
    }
    [l.mul(top, under), slope]
}

/// The derivative of tanh(softplus(x)), within 7 ulp.
#[inline(always)]
pub(crate) fn tanh_softplus_slope<L: Lanes>(l: L, x: L::V) -> L::V {
    tanh_softplus_and_slope(l, x)[1]
}

/// With e = e^x, tanh(softplus(x)) is (e² + 2e)/(e² + 2e + 2): nothing cancels.
struct Gate<V> {
    e: V,
    top: V,
    bottom: V,
}

/// Far beyond this the square of e leaves f64. The slope goes on from here on its own: it has to vanish at
/// infinity, or a product with infinity would not be NaN, which asks for the limit.
const GATE_END: f64 = 170.0;

#[inline(always)]
fn gate<L: Lanes>(l: L, x: L::V) -> Gate<L::V> {
    // At the root of mish's derivative nothing but the last place of this is left.
    let Parts { fraction, p, steps, .. } = parts(l, l.clamp(x, -750.0, GATE_END));
    let p = refined(l, p, steps);
    let e = l.scale_near(l.mul_add(fraction, p, fraction), steps);
    let two = l.splat(2.0);
    let top = l.mul_add(e, e, l.mul(e, two));
    Gate { e, top, bottom: l.add(top, two) }
}

/// The normal distribution function within 3 ulp.
#[inline(always)]
pub(crate) fn phi<L: Lanes>(l: L, x: L::V) -> L::V {
    let t = l.at_most(l.splat(40.0), l.abs(x));
    upper_tail(l, x, t, gaussian(l, t))
}

/// The normal distribution function within 3 ulp, and its density within 2.
#[inline(always)]
pub(crate) fn normal<L: Lanes>(l: L, x: L::V) -> [L::V; 2] {
    let t = l.at_most(l.splat(40.0), l.abs(x));
    let e = gaussian(l, t);
    [upper_tail(l, x, t, e), l.mul(e, l.splat(0.3989422804014327))]
}

/// Φ(x) from t = |x| and e = exp(-t²/2).
#[inline(always)]
fn upper_tail<L: Lanes>(l: L, x: L::V, t: L::V, e: L::V) -> L::V {
    // Beyond 39 the tail is below the smallest f64.
    let t = l.at_most(l.splat(39.0), t);
    let (one, four) = (l.splat(1.0), l.splat(4.0));
    let (next, far) = (l.add(one, t), l.add(t, four));
    // One division for 1/(t + 4) and 1/(1 + t).
    let under = l.div(one, l.mul(next, far));
    let u = l.mul(l.mul(l.sub(t, four), next), under);
    let ratio = l.mul(polynomial(l, &TAIL, u), l.mul(far, under));
    let tail = l.mul(e, ratio);
    l.select(l.less(x, l.splat(0.0)), tail, l.sub(one, tail))
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
    let lost = l.mul(l.mul_sub(t, t, square), half);
    let e = falling(l, l.mul(square, half));
    l.mul_add(e, lost, e)
}
