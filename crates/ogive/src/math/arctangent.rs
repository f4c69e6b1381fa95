//! The arc tangent: a polynomial on [-1, 1], and π/2 less that of the reciprocal outside.

use super::polynomial;
use super::trigonometric::HALF_PI_2;
use crate::lanes::Lanes;

/// atan(t) = t + t³·A(t² - ½) on |t| ≤ 1. About the middle the terms fall fast, and so does what
/// their rounding takes.
const ATAN: [f64; 20] = [
    -0.2591604972657936,
    0.11081482513071447,
    -0.054814840604566296,
    0.02913586264512718,
    -0.016172974901809245,
    0.009243096232492509,
    -0.005394792656989017,
    0.0031991748771654552,
    -0.00192094074239913,
    0.0011650712749172042,
    -0.000712506744100964,
    0.0004386958392648232,
    -0.00027156252259918456,
    0.0001694825584457525,
    -0.00010713968427435791,
    6.557763997230593e-05,
    -3.6821152808156366e-05,
    2.697760031459724e-05,
    -2.664896849704499e-05,
    1.3489549666612686e-05,
];

/// atan x within 1.3 ulp; ±π/2 at ±∞.
#[inline(always)]
pub(crate) fn atan<L: Lanes>(l: L, x: L::V) -> L::V {
    let (zero, one) = (l.splat(0.0), l.splat(1.0));
    let magnitude = l.clamp(l.abs(x), 0.0, 1e300);
    let outside = l.less(one, magnitude);
    let inverse = l.div(one, magnitude);
    // The digits that the reciprocal lacks.
    let lost = l.mul(l.neg_mul_add(inverse, magnitude, one), inverse);
    let t = l.select(outside, l.neg(inverse), magnitude);
    let lost = l.select(outside, l.sub(l.splat(HALF_PI_2), lost), zero);
    let square = l.mul(t, t);
    let series = polynomial(l, &ATAN, l.sub(square, l.splat(0.5)));
    let rest = l.mul_add(l.mul(t, square), series, lost);
    // π/2 and t lose nothing where they are added: the larger comes first.
    let turn = l.select(outside, l.splat(std::f64::consts::FRAC_PI_2), zero);
    let sum = l.add(turn, t);
    let sum_lost = l.select(outside, l.sub(t, l.sub(sum, turn)), zero);
    l.with_sign(l.add(sum, l.add(rest, sum_lost)), x)
}
