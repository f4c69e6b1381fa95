//! Every primitive with its derivative, over any number with an error bound.
//!
//! The identities are those of `dual.rs`, where multiprecision runs them, rearranged only so that
//! f64 neither cancels nor overflows on the way; each line holds exactly in real numbers.

use std::cmp::Ordering;
use std::f64::consts::FRAC_1_SQRT_2;

use ogive_formula::Op;

use super::number::Number;

/// 2/√π.
const TWO_OVER_ROOT_PI: f64 = std::f64::consts::FRAC_2_SQRT_PI;
/// 1/√(2π).
const DENSITY_AT_ZERO: f64 = 0.398_942_280_401_432_7;

/// The value of a primitive of one argument, and its derivative there.
#[allow(clippy::inline_always, reason = "the primitive is known where it is called")]
#[inline(always)]
pub(crate) fn unary<N: Number>(op: Op, a: N, place: u32) -> (N, N) {
    let number = N::exactly;
    match op {
        Op::Neg => (a.neg(), number(-1.0)),
        Op::Abs => match a.order(number(0.0)) {
            Some(Ordering::Less) => (a.neg(), number(-1.0)),
            Some(Ordering::Greater) => (a, number(1.0)),
            Some(Ordering::Equal) => (number(0.0), number(0.0)),
            None => (N::unknown(), N::unknown()),
        },
        Op::Sign => match a.order(number(0.0)) {
            Some(Ordering::Less) => (number(-1.0), number(0.0)),
            Some(Ordering::Greater) => (number(1.0), number(0.0)),
            Some(Ordering::Equal) => (number(0.0), number(0.0)),
            None => (N::unknown(), N::unknown()),
        },
        Op::Sqrt => {
            let y = a.sqrt();
            (y, number(0.5).div(y))
        }
        Op::Exp => {
            let y = a.exp(place);
            (y, y)
        }
        Op::Expm1 => (a.expm1(place), a.exp(place)),
        Op::Log => (a.log(), number(1.0).div(a)),
        Op::Log1p => (a.log1p(), number(1.0).div(number(1.0).add(a))),
        Op::Sin => (a.sin(), a.cos()),
        Op::Cos => (a.cos(), a.sin().neg()),
        Op::Tan => {
            let y = a.tan();
            (y, number(1.0).add(y.square()))
        }
        Op::Atan => (a.atan(), number(1.0).div(number(1.0).add(a.square()))),
        Op::Sinh => (a.sinh(place), a.cosh(place)),
        Op::Cosh => (a.cosh(place), a.sinh(place)),
        Op::Tanh => tanh(a, place),
        Op::Sigmoid => sigmoid(a, place),
        Op::Softplus => {
            let (e, below) = (a.folded().exp(place), a.leans_below(0.0));
            let rest = e.log1p();
            let value = if below { rest } else { a.add(rest) };
            (value, logistic(e, below))
        }
        Op::Erf | Op::Erfc => {
            let slope = N::rounded(TWO_OVER_ROOT_PI).mul(a.square().neg().exp(place));
            if op == Op::Erf { (a.erf(), slope) } else { (a.erfc(), slope.neg()) }
        }
        Op::Phi => {
            let scaled = a.mul(N::rounded(FRAC_1_SQRT_2)).neg();
            (scaled.erfc().mul(number(0.5)), density(a, place))
        }
        Op::Density => {
            let y = density(a, place);
            (y, a.mul(y).neg())
        }
        _ => (N::unknown(), N::unknown()),
    }
}

/// One exponential gives both: with E = e^(-2|a|), tanh|a| = (1 - E)/(1 + E) and the slope is
/// 4E/(1 + E)²; near 0 the difference 1 - E comes from expm1.
#[inline]
fn tanh<N: Number>(a: N, place: u32) -> (N, N) {
    let number = N::exactly;
    let below = a.leans_below(0.0);
    let double = a.folded().mul(number(2.0));
    let (e, less) = if double.leans_below(-2.0) {
        let e = double.exp(place);
        (e, number(1.0).sub(e))
    } else {
        let less = double.expm1(place).neg();
        (number(1.0).sub(less), less)
    };
    let share = number(1.0).div(number(1.0).add(e));
    let size = less.mul(share);
    let slope = number(4.0).mul(e).mul(share.square());
    (if below { size.neg() } else { size }, slope)
}

#[inline]
fn sigmoid<N: Number>(a: N, place: u32) -> (N, N) {
    let (e, below) = (a.folded().exp(place), a.leans_below(0.0));
    let share = N::exactly(1.0).div(N::exactly(1.0).add(e));
    let small = e.mul(share);
    (if below { small } else { share }, small.mul(share))
}

/// The logistic function from e = e^(-|a|).
#[inline]
fn logistic<N: Number>(e: N, below: bool) -> N {
    let one = N::exactly(1.0);
    if below { e.div(one.add(e)) } else { one.div(one.add(e)) }
}

#[inline]
fn density<N: Number>(a: N, place: u32) -> N {
    let exponent = a.square().mul(N::exactly(-0.5));
    N::rounded(DENSITY_AT_ZERO).mul(exponent.exp(place))
}

/// ∂/∂a and ∂/∂b of a^b = y.
pub(crate) fn pow_slopes<N: Number>(a: N, b: N, y: N) -> [N; 2] {
    let zero = N::exactly(0.0);
    let (at_zero, exponent) = (a.order(zero), b.order(zero));
    let base = if exponent == Some(Ordering::Equal) {
        zero
    } else {
        b.mul(a.power(b.sub(N::exactly(1.0))))
    };
    let raised = match (at_zero, exponent) {
        // Its limit.
        (Some(Ordering::Equal), Some(Ordering::Greater)) => zero,
        (Some(Ordering::Greater), _) => a.log().mul(y),
        _ => N::unknown(),
    };
    [base, raised]
}

/// The truth of a comparison, where it is certain.
pub(crate) fn compare<N: Number>(op: Op, a: N, b: N) -> Option<bool> {
    let order = a.order(b)?;
    Some(match op {
        Op::Less => order == Ordering::Less,
        Op::LessEqual => order != Ordering::Greater,
        _ => order == Ordering::Equal,
    })
}

/// Which argument `min` or `max` takes, by the rule of `dual.rs`: the side that sees the input (the
/// first where both do or neither) has to be larger.
pub(crate) fn takes_second<N: Number>(op: Op, a: N, b: N, varies: [bool; 2]) -> Option<bool> {
    let second_sees = varies == [false, true];
    let (seeing, other) = if second_sees { (b, a) } else { (a, b) };
    let larger = seeing.order(other)? == Ordering::Greater;
    let takes_seeing = larger == (op == Op::Max);
    Some(takes_seeing == second_sees)
}
