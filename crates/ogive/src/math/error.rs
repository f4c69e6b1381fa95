//! The error function and its complement.

use super::exponential::{Raised, exp_in_parts};
use super::{Parts, parts, polynomial};
use crate::lanes::Lanes;

/// erf(x) = x + x·E(x² - ½) on |x| ≤ 1.
const ERF: [f64; 12] = [
    -0.0345312613301327,
    -0.2810721780454342,
    0.07940998675593687,
    -0.018283884489153128,
    0.0034802744965701455,
    -0.0005611894221110106,
    7.829649688393104e-05,
    -9.614808732422962e-06,
    1.0536323834830127e-06,
    -1.0420351198717242e-07,
    9.432321116979298e-09,
    -7.801196952527682e-10,
];
/// erfc(t) = exp(-F(t - 1)) on [1, 5.95], right relative to 1 and not to itself.
const ERF_FAR: [f64; 18] = [
    1.8496055099332482,
    2.6389675142347757,
    0.8431072563594123,
    0.04156109802508589,
    -0.010033825179165151,
    0.001977901215999895,
    -0.00023731643535427775,
    -2.6296325843126027e-05,
    2.719897164493875e-05,
    -9.671377093376172e-06,
    2.1319415026911605e-06,
    -2.048142344855476e-07,
    -5.8009843237553746e-08,
    3.339040922847559e-08,
    -8.518503070319455e-09,
    1.3190488763106982e-09,
    -1.1931962453714656e-10,
    4.864702371709107e-12,
];
/// erfc(t) = exp(-t²)·C(u)/(1.5t + 0.75), u = (t-4)/(t+4) in [-0.67, 0.75]; C is a little less than 1.
const ERFC: [f64; 21] = [
    0.9247463389691644,
    -0.1047158376304218,
    0.011534739076966498,
    0.05107279069100727,
    -0.07577929952734962,
    0.07029962624931185,
    -0.049747774355799655,
    0.027875636641655873,
    -0.012148300590475917,
    0.003773977616302643,
    -0.0005683295893083425,
    -0.00014944345742059223,
    0.00011296443531135864,
    -1.8295221778655177e-05,
    -8.41115887471026e-06,
    4.270307716475636e-06,
    2.1110856085529153e-07,
    -5.976634815999117e-07,
    6.405781396878414e-08,
    6.05333156645219e-08,
    -1.5135353449826025e-08,
];

/// erf x within 1.2 ulp.
#[inline(always)]
pub(crate) fn erf<L: Lanes>(l: L, x: L::V) -> L::V {
    let one = l.splat(1.0);
    let t = l.abs(x);
    let near = l.mul_add(t, series(l, t), t);
    // Beyond 5.95 it is 1.
    let beyond = l.sub(l.clamp(t, 1.0, 5.95), one);
    let Parts { fraction, p, steps, .. } = parts(l, l.neg(polynomial(l, &ERF_FAR, beyond)));
    let scale = l.neg(l.raised(fraction, steps));
    let far = l.add(one, l.mul_add(scale, p, scale));
    l.with_sign(l.select(l.less(one, t), far, near), x)
}

/// erfc x within 2 ulp, down to the smallest subnormal number.
#[inline(always)]
pub(crate) fn erfc<L: Lanes>(l: L, x: L::V) -> L::V {
    let (zero, one) = (l.splat(0.0), l.splat(1.0));
    let size = l.abs(x);
    // 1 - x - x·E, with what the first difference loses.
    let head = l.sub(one, x);
    let lost = l.sub(l.sub(one, head), x);
    let near = l.add(head, l.neg_mul_add(x, series(l, x), lost));
    let tail = tail(l, l.clamp(size, 0.8, 28.0));
    let far = l.select(l.less(x, zero), l.sub(l.splat(2.0), tail), tail);
    l.select(l.less(l.splat(0.8), size), far, near)
}

/// E of x.
#[inline(always)]
fn series<L: Lanes>(l: L, x: L::V) -> L::V {
    polynomial(l, &ERF, l.mul_add(x, x, l.splat(-0.5)))
}

/// erfc t for t in [0.8, 28].
#[inline(always)]
fn tail<L: Lanes>(l: L, t: L::V) -> L::V {
    let (one, four) = (l.splat(1.0), l.splat(4.0));
    let u = l.div(l.sub(t, four), l.add(t, four));
    let series = polynomial(l, &ERFC, u);
    let (slope, start) = (l.splat(1.5), l.splat(0.75));
    let bottom = l.mul_add(t, slope, start);
    let bottom_lost = l.mul_add(t, slope, l.sub(start, bottom));
    let inverse = l.div(one, bottom);
    let ratio = l.mul(series, inverse);
    // What the ratio, multiplied back, lacks; kept apart from it.
    let lack = l.neg_mul_add(ratio, bottom_lost, l.neg_mul_add(ratio, bottom, series));
    let ratio_lost = l.mul(lack, inverse);
    // exp(-t²), with what the rounding of the square took.
    let square = l.mul(t, t);
    let lost = l.neg_mul_add(t, t, square);
    let Raised { fraction, rest, steps } = exp_in_parts(l, l.neg(square), lost);
    let low = l.mul_add(fraction, ratio_lost, l.mul(rest, ratio));
    l.scale(l.mul_add(fraction, ratio, low), steps)
}
