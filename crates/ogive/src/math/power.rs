//! The power function, by a logarithm with twice the digits of f64.

use super::exponential::{Raised, exp_in_parts};
use super::{LN2_HIGH, LN2_LOW, polynomial};
use crate::lanes::Lanes;

/// log(1+r) = r - r²/2 + r³·P(r) on |r| ≤ 0.0301.
const LOG1P: [f64; 9] = [
    0.3333333333333333,
    -0.24999999999999176,
    0.19999999999997017,
    -0.1666666667323525,
    0.14285714298716168,
    -0.12499982020701388,
    0.11111085822256342,
    -0.10020500035443405,
    0.09113629756846245,
];
/// The reciprocals of the middles of sixteen parts of [0.698, 1.396); the one that holds 1 has 1.
const INVERSE: [f64; 16] = [
    1.401460166198322,
    1.3426576291934202,
    1.288590867950822,
    1.2387099213059793,
    1.1925468098983878,
    1.1497008088987082,
    1.1098267853712465,
    1.0726258811952185,
    1.037838009039473,
    1.0,
    0.9504953367011455,
    0.8971965175725684,
    0.8495577515614606,
    0.8067228959599075,
    0.7680001875000457,
    0.732824598198717,
];
/// The logarithms of the middles, in 32 binary places…
const LOG_HIGH: [f64; 16] = [
    -0.33751466893590987,
    -0.2946509551256895,
    -0.2535492707975209,
    -0.21407045191153884,
    -0.17609119648113847,
    -0.13950174232013524,
    -0.10420395387336612,
    -0.0701097366400063,
    -0.037139711901545525,
    0.0,
    0.05077202315442264,
    0.1084803577978164,
    0.16303935716859996,
    0.2147750451695174,
    0.26396530168130994,
    0.3108488987199962,
];
/// …and what they lack.
const LOG_LOW: [f64; 16] = [
    -1.9816242989104573e-11,
    -5.184477485562179e-11,
    -1.0078304994185934e-10,
    -8.461628068900786e-11,
    -1.1237271768250329e-10,
    -3.089672867344742e-11,
    -5.883778732364192e-11,
    -3.6297972534824074e-11,
    -7.806465376066326e-12,
    0.0,
    6.471605981479474e-11,
    -1.479759813357399e-11,
    8.804887639253646e-12,
    2.3906580370830346e-11,
    1.250020772080061e-11,
    5.4680270501206504e-11,
];
/// The bits where the first part begins: two thirds of the part that holds 1 are below 1 in bits,
/// and half of it in value.
pub(super) const FIRST: u64 = 0x3fe6_5555_0000_0000;

/// A number in two parts of which the second is lost in the first.
struct Double<V> {
    high: V,
    low: V,
}

/// log a for a positive, finite number, to 64 binary digits.
#[inline(always)]
fn log<L: Lanes>(l: L, a: L::V) -> Double<L::V> {
    let one = l.splat(1.0);
    let tiny = l.less(a, l.splat(f64::MIN_POSITIVE));
    let a = l.select(tiny, l.mul(a, l.splat(18014398509481984.0)), a);
    let moved = l.add_bits(a, l.splat_bits(0x3ff0_0000_0000_0000 - FIRST));
    // The exponent as a number: bits below 2^52 read as 2^52 + bits.
    let whole = l.splat(4503599627370496.0);
    let bias = l.select(tiny, l.splat(1023.0 + 54.0), l.splat(1023.0));
    let k = l.sub(l.sub(l.or(l.shift_right::<52>(moved), whole), whole), bias);
    let fraction = l.and(moved, l.splat_bits(0x000f_ffff_ffff_ffff));
    let m = l.add_bits(fraction, l.splat_bits(FIRST));
    let part = l.shift_right::<48>(fraction);
    // m times the reciprocal is 1 + r + r_low, exactly.
    let inverse = l.lookup(&INVERSE, part);
    let product = l.mul(m, inverse);
    let r_low = l.mul_sub(m, inverse, product);
    let r = l.sub(product, one);
    // The sums of k·log 2, the part's logarithm, r and -r²/2, each with what it loses.
    let base = l.mul_add(k, l.splat(LN2_HIGH), l.lookup(&LOG_HIGH, part));
    let base_low = l.mul_add(k, l.splat(LN2_LOW), l.lookup(&LOG_LOW, part));
    let first = l.add(base, r);
    let first_lost = l.add(l.sub(base, first), r);
    let half = l.mul(r, l.splat(-0.5));
    let square = l.mul(half, r);
    let square_lost = l.mul_sub(half, r, square);
    let second = l.add(first, square);
    let second_lost = l.add(l.sub(first, second), square);
    let product = l.mul(r, r);
    let cube = l.mul(r, product);
    let low = l.add(l.add(base_low, first_lost), l.add(square_lost, second_lost));
    // r_low/(1+r)
    let share = l.neg_mul_add(r, r_low, r_low);
    let low = l.add(low, l.mul_add(share, product, share));
    let low = l.mul_add(cube, polynomial(l, &LOG1P, r), low);
    let high = l.add(second, low);
    Double { high, low: l.add(l.sub(second, high), low) }
}

/// `then` where a number, which is not negative, is whole, as infinity is; else `otherwise`.
#[inline(always)]
fn whole<L: Lanes>(l: L, a: L::V, then: L::V, otherwise: L::V) -> L::V {
    let unit = l.splat(4503599627370496.0);
    let small = l.select(l.equal(l.sub(l.add(a, unit), unit), a), then, otherwise);
    l.select(l.less_equal(unit, a), then, small)
}

/// x^y within 1 ulp, with the special cases of IEEE 754, but that -∞ has no power that a negative number has
/// not.
#[inline(always)]
pub(crate) fn pow<L: Lanes>(l: L, x: L::V, y: L::V) -> L::V {
    let (zero, one, infinity) = (l.splat(0.0), l.splat(1.0), l.splat(f64::INFINITY));
    let (a, size) = (l.abs(x), l.abs(y));
    let Double { high, low } = log(l, a);
    let high = l.select(l.equal(a, zero), l.splat(f64::NEG_INFINITY), high);
    let high = l.select(l.less(a, infinity), high, a);
    let product = l.mul(y, high);
    let product_low = l.mul_add(y, low, l.mul_sub(y, high, product));
    // Outside, the result has left f64, and the low part is of infinities.
    let inside = l.less(l.abs(product), l.splat(800.0));
    let product_low = l.select(inside, product_low, zero);
    let Raised { fraction, rest, steps } =
        exp_in_parts(l, l.clamp(product, -800.0, 800.0), product_low);
    let magnitude = l.scale(l.add(fraction, rest), steps);
    let magnitude = l.select(l.equal(product, product), magnitude, product);
    // A negative base: the sign of an odd power, no value for a fraction's.
    let negative = l.splat(-0.0);
    let odd = whole(l, size, whole(l, l.mul(size, l.splat(0.5)), zero, negative), zero);
    let signed = l.or(magnitude, l.and(x, odd));
    let fractional = whole(l, size, signed, l.splat(f64::NAN));
    let result = l.select(l.less(x, zero), fractional, signed);
    // 1 to any power and any number to the power 0, NaN included; and (-1)^±∞.
    let result = l.select(l.equal(y, zero), one, result);
    let result = l.select(l.equal(x, one), one, result);
    let endless = l.equal(l.mul(a, size), infinity);
    l.select(endless, l.select(l.equal(a, one), one, result), result)
}
