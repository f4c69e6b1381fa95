//! Dual numbers: a value with its derivatives in every leaf, and each primitive on them.
//!
//! The rules stand here a second time on purpose, from the textbook and independent of the
//! compiler's table: what both agree on is not one mistake made once.

use ogive_formula::Op;
use rug::Float;
use rug::float::Constant;
use rug::ops::Pow as _;

use crate::ulp::no_value;

/// Angles are known below 2 to this power.
const FARTHEST: i32 = 12288;

/// A value and its derivative in each leaf; `None` is a zero that no rounding touches, for a leaf
/// that does not occur.
pub(crate) struct Dual {
    pub(crate) value: Float,
    pub(crate) tangents: Vec<Option<Float>>,
    /// Whether more bits might show what these do not: nothing is left of something, or two values are
    /// as good as equal where their order decides.
    pub(crate) is_short: bool,
    /// Whether the value is 0 for want of a smaller exponent.
    has_vanished: bool,
}

impl Dual {
    pub(crate) fn constant(value: Float, leaves: usize) -> Self {
        Dual { value, tangents: vec![None; leaves], is_short: false, has_vanished: false }
    }

    pub(crate) fn variable(value: Float, place: usize, leaves: usize) -> Self {
        let one = Float::with_val(value.prec(), 1);
        let mut dual = Dual::constant(value, leaves);
        dual.tangents[place] = Some(one);
        dual
    }

    fn copy(&self) -> Self {
        let (value, tangents) = (self.value.clone(), self.tangents.clone());
        Dual { value, tangents, is_short: false, has_vanished: self.has_vanished }
    }

    /// Nothing is known of the value, nor of its derivatives.
    fn unknown(of: &Dual) -> Dual {
        let unknown = |known: &Option<Float>| known.as_ref().map(|_| no_value());
        let tangents = of.tangents.iter().map(unknown).collect();
        Dual { value: no_value(), tangents, is_short: true, has_vanished: false }
    }
}

/// `op` on `args`; `varies` says which of the first two depend on the input.
pub(crate) fn apply(op: Op, args: &[&Dual], varies: [bool; 2], precision: u32) -> Dual {
    match op {
        Op::Select => return args[if args[0].value.is_zero() { 2 } else { 1 }].copy(),
        Op::Min | Op::Max => {
            let is_short = is_tie(args);
            let taken = Dual { is_short, ..extreme(op, args[0], args[1], varies).copy() };
            let unknown = args.iter().find(|arg| arg.value.is_nan());
            return match unknown {
                // As IEEE 754-2019 has it, the extreme of NaN is NaN; the test takes a side all the same.
                Some(nan) => Dual { value: nan.value.clone(), ..taken },
                None => taken,
            };
        }
        Op::Sin | Op::Cos | Op::Tan if is_lost(&args[0].value) => return Dual::unknown(args[0]),
        // log(Phi(-10^6)) is a number, though Phi(-10^6) is too small for one.
        Op::Log if args[0].has_vanished => return Dual::unknown(args[0]),
        _ => {}
    }
    let value = value(op, args, precision);
    let mut is_short = match op {
        Op::Add | Op::Sub | Op::Log => value.is_zero() && !args[0].value.is_zero(),
        Op::Less | Op::LessEqual | Op::Equal => is_tie(args),
        Op::Sin | Op::Cos | Op::Tan => is_blurred(&args[0].value, precision),
        Op::Pow => is_level(args),
        _ => false,
    };
    let mut tangents: Vec<Option<Float>> = vec![None; args[0].tangents.len()];
    for (place, arg) in args.iter().enumerate() {
        if arg.tangents.iter().all(Option::is_none) {
            continue;
        }
        let slope = slope(op, place, args, &value, precision);
        for (total, tangent) in tangents.iter_mut().zip(&arg.tangents) {
            let Some(tangent) = tangent else { continue };
            let share = Float::with_val(precision, &slope * tangent);
            *total = Some(match total.take() {
                Some(sum) => {
                    let had = !sum.is_zero();
                    let sum = sum + share;
                    is_short |= had && sum.is_zero();
                    sum
                }
                None => share,
            });
        }
    }
    let is_real_zero = |arg: &&Dual| arg.value.is_zero() && !arg.has_vanished;
    let has_vanished =
        value.is_zero() && !matches!(op, Op::Add | Op::Sub) && !args.iter().any(is_real_zero);
    Dual { value, tangents, is_short, has_vanished }
}

/// Whether two values of which the larger decides are equal and not 0.
fn is_tie(args: &[&Dual]) -> bool {
    args[0].value == args[1].value && !args[0].value.is_zero()
}

/// Whether a power may be 1 only because its base has lost a term: of (1 + x)^b nothing may be left of x, and
/// log(1) is 0.
fn is_level(args: &[&Dual]) -> bool {
    let depends = |arg: &Dual| arg.tangents.iter().any(Option::is_some);
    let is_large = args[1].value.get_exp().is_some_and(|exponent| exponent > 64);
    args[0].value == 1u32 && depends(args[0]) && (depends(args[1]) || is_large)
}

/// Whether an angle is so large that no digit says where on the circle it is. The circle itself to so many
/// digits would take all time and memory there is.
fn is_lost(angle: &Float) -> bool {
    angle.get_exp().is_some_and(|exponent| exponent > FARTHEST)
}

/// Whether the digits of an angle may end before its place on the circle: a term of it may be lost.
fn is_blurred(angle: &Float, precision: u32) -> bool {
    const PLACE: i32 = 64;
    angle.get_exp().is_some_and(|exponent| exponent > precision as i32 - PLACE)
}

/// The side that `min` or `max` takes, by the test whether the side that sees the input (the first
/// where both do or neither) is larger: `max(0, x)` has derivative 0 at 0, `min(0, x)` has 1.
fn extreme<'a>(op: Op, a: &'a Dual, b: &'a Dual, varies: [bool; 2]) -> &'a Dual {
    let (seeing, other) = if varies == [false, true] { (b, a) } else { (a, b) };
    let larger = seeing.value > other.value;
    if larger == (op == Op::Max) { seeing } else { other }
}

fn value(op: Op, args: &[&Dual], p: u32) -> Float {
    let a = &args[0].value;
    let b = &args[args.len().min(2) - 1].value;
    let truth = |holds: bool| Float::with_val(p, u8::from(holds));
    match op {
        Op::Add => Float::with_val(p, a + b),
        Op::Sub => Float::with_val(p, a - b),
        Op::Mul => Float::with_val(p, a * b),
        Op::Div => Float::with_val(p, a / b),
        Op::Pow => power(a, b, p),
        Op::Neg => Float::with_val(p, -a),
        Op::Less => truth(a < b),
        Op::LessEqual => truth(a <= b),
        Op::Equal => truth(a == b),
        Op::Abs => Float::with_val(p, a.abs_ref()),
        Op::Sign => sign(a, p),
        Op::Sqrt => Float::with_val(p, a.sqrt_ref()),
        Op::Exp => Float::with_val(p, a.exp_ref()),
        Op::Expm1 => Float::with_val(p, a.exp_m1_ref()),
        Op::Log => Float::with_val(p, a.ln_ref()),
        Op::Log1p => Float::with_val(p, a.ln_1p_ref()),
        Op::Sin => Float::with_val(p, a.sin_ref()),
        Op::Cos => Float::with_val(p, a.cos_ref()),
        Op::Tan => Float::with_val(p, a.tan_ref()),
        Op::Atan => Float::with_val(p, a.atan_ref()),
        Op::Sinh => Float::with_val(p, a.sinh_ref()),
        Op::Cosh => Float::with_val(p, a.cosh_ref()),
        Op::Tanh => Float::with_val(p, a.tanh_ref()),
        Op::Sigmoid => (Float::with_val(p, -a).exp() + 1u32).recip(),
        Op::Softplus => {
            // log(1 + e^a) = max(a, 0) + log(1 + e^-|a|): nothing overflows.
            let rest = (-Float::with_val(p, a.abs_ref())).exp().ln_1p();
            if a.is_sign_negative() { rest } else { rest + a }
        }
        Op::Erf => Float::with_val(p, a.erf_ref()),
        Op::Erfc => Float::with_val(p, a.erfc_ref()),
        Op::Phi => {
            let scaled = Float::with_val(p, -a) / Float::with_val(p, 2).sqrt();
            scaled.erfc() / 2u32
        }
        Op::Density => {
            let two_pi = Float::with_val(p, Constant::Pi) * 2u32;
            (-Float::with_val(p, a.square_ref()) / 2u32).exp() / two_pi.sqrt()
        }
        Op::TanhSoftplus => mish_gate(a, p)[0].clone(),
        Op::TanhSoftplusSlope => mish_gate(a, p)[1].clone(),
        // Digits that cancel are seen by the difference of two precisions.
        Op::Expm1Rest => Float::with_val(p, a.exp_m1_ref()) - a,
        Op::TanhRest => Float::with_val(p, a - Float::with_val(p, a.tanh_ref())),
        Op::Min | Op::Max | Op::Select => unreachable!("a choice is one of its arguments"),
    }
}

/// tanh(softplus(a)), and its first and second derivative, from softplus and its derivatives.
fn mish_gate(a: &Float, p: u32) -> [Float; 3] {
    let e = (-Float::with_val(p, a.abs_ref())).exp();
    let rest = Float::with_val(p, e.ln_1p_ref());
    let softplus = if a.is_sign_negative() { rest } else { rest + a };
    let one_and_e = Float::with_val(p, &e + 1u32);
    // softplus' is the sigmoid, softplus'' its derivative.
    let sigmoid = if a.is_sign_negative() { e.clone() } else { Float::with_val(p, 1) } / &one_and_e;
    let bend = e / one_and_e.square();
    let t = Float::with_val(p, softplus.tanh_ref());
    let falling = softplus.cosh().square().recip();
    let slope = Float::with_val(p, &falling * &sigmoid);
    let second = bend * &falling - Float::with_val(p, &slope * &sigmoid) * &t * 2u32;
    [t, slope, second]
}

/// ∂`op`/∂ the argument at `place`; `y` is the value.
fn slope(op: Op, place: usize, args: &[&Dual], y: &Float, p: u32) -> Float {
    let a = &args[0].value;
    let b = &args[args.len().min(2) - 1].value;
    let number = |value: i32| Float::with_val(p, value);
    let square = |value: &Float| Float::with_val(p, value.square_ref());
    match (op, place) {
        (Op::Add, _) | (Op::Sub, 0) => number(1),
        (Op::Sub | Op::Neg, _) => number(-1),
        (Op::Mul, 0) => Float::with_val(p, b),
        (Op::Mul, _) => Float::with_val(p, a),
        (Op::Div, 0) => Float::with_val(p, b.recip_ref()),
        (Op::Div, _) => -Float::with_val(p, y / b),
        (Op::Pow, 0) if b.is_zero() => number(0),
        (Op::Pow, 0) => {
            let less = Float::with_val(p, b - 1u32);
            power(a, &less, p) * b
        }
        // a^b·log(a), whose limit at a = 0 is 0 for a positive exponent.
        (Op::Pow, _) if a.is_zero() && b.is_sign_positive() && !b.is_zero() => number(0),
        (Op::Pow, _) => Float::with_val(p, a.ln_ref()) * y,
        (Op::Less | Op::LessEqual | Op::Equal | Op::Sign, _) => number(0),
        (Op::Abs, _) => sign(a, p),
        (Op::Sqrt, _) => Float::with_val(p, y.recip_ref()) / 2u32,
        (Op::Exp, _) => Float::with_val(p, y),
        (Op::Expm1, _) => Float::with_val(p, a.exp_ref()),
        (Op::Log, _) => Float::with_val(p, a.recip_ref()),
        (Op::Log1p, _) => Float::with_val(p, a + 1u32).recip(),
        (Op::Sin, _) => Float::with_val(p, a.cos_ref()),
        (Op::Cos, _) => -Float::with_val(p, a.sin_ref()),
        (Op::Tan, _) => Float::with_val(p, a.cos_ref()).square().recip(),
        (Op::Atan, _) => (square(a) + 1u32).recip(),
        (Op::Sinh, _) => Float::with_val(p, a.cosh_ref()),
        (Op::Cosh, _) => Float::with_val(p, a.sinh_ref()),
        (Op::Tanh, _) => Float::with_val(p, a.cosh_ref()).square().recip(),
        (Op::Sigmoid, _) => {
            // e^-a/(1 + e^-a)², which is even in a.
            let e = (-Float::with_val(p, a.abs_ref())).exp();
            let below = Float::with_val(p, &e + 1u32).square();
            e / below
        }
        (Op::Softplus, _) => (Float::with_val(p, -a).exp() + 1u32).recip(),
        (Op::Erf | Op::Erfc, _) => {
            let root = Float::with_val(p, Constant::Pi).sqrt();
            let slope = (-square(a)).exp() * 2u32 / root;
            if op == Op::Erf { slope } else { -slope }
        }
        (Op::Phi, _) => {
            let two_pi = Float::with_val(p, Constant::Pi) * 2u32;
            (-square(a) / 2u32).exp() / two_pi.sqrt()
        }
        (Op::Density, _) => -Float::with_val(p, a * y),
        (Op::TanhSoftplus, _) => mish_gate(a, p)[1].clone(),
        (Op::TanhSoftplusSlope, _) => mish_gate(a, p)[2].clone(),
        (Op::Expm1Rest, _) => Float::with_val(p, a.exp_m1_ref()),
        (Op::TanhRest, _) => square(&Float::with_val(p, a.tanh_ref())),
        (Op::Min | Op::Max | Op::Select, _) => unreachable!("a choice is one of its arguments"),
    }
}

/// MPFR's, but that -∞ has no power that a negative number has not.
fn power(a: &Float, b: &Float, p: u32) -> Float {
    let is_fraction = b.is_finite() && !b.is_integer();
    if is_fraction && a.is_infinite() && a.is_sign_negative() {
        return no_value();
    }
    Float::with_val(p, a.pow(b))
}

fn sign(a: &Float, p: u32) -> Float {
    if a.is_zero() { Float::new(p) } else { Float::with_val(p, a.signum_ref()) }
}
