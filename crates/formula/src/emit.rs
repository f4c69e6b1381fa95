//! A program as source text for another compiler.
//!
//! One table per target says how it spells each operation; the engine that walks a program is the
//! same for all.

mod singles;

use std::fmt::Write as _;

pub use singles::{Singles, StandIn, is_single, rust_singles};

use crate::op::Op;
use crate::program::{Check, Code, Pair, Program, Source};

/// How a language spells a program.
struct Target {
    /// One operation, with its arguments and how they are spelled.
    operation: fn(Code, &[Source], &[String]) -> Option<String>,
    number: fn(f64) -> String,
    /// A statement that names one result, or two.
    statement: fn(&[String], &str) -> String,
}

/// Rust over the lanes of the kernels: `l` stands for the lanes, `math` for the elementary functions, `doubts`
/// for the answers to what a program asks;
/// `x`, `gate`, `u0`, `u1` … for the inputs and uniforms, `r0`, `r1` … for the registers.
///
/// Gives the statements and the expression of each output; `None` if an operation has no spelling.
pub fn rust_lanes(program: &Program) -> Option<(String, Vec<String>)> {
    emit(program, &RUST_LANES)
}

/// The same on pairs of f32, whose functions are in `pairs`; `None` also if those lack one.
pub fn rust_pairs(program: &Program) -> Option<(String, Vec<String>)> {
    emit(program, &RUST_PAIRS)
}

fn emit(program: &Program, target: &Target) -> Option<(String, Vec<String>)> {
    let place = |source: &Source| as_text(source, target.number);
    let mut text = String::new();
    for step in &program.steps {
        let sources = &step.args[..step.code.arity()];
        let args: Vec<String> = sources.iter().map(place).collect();
        let value = (target.operation)(step.code, sources, &args)?;
        let count = if step.into[0] == step.into[1] { 1 } else { 2 };
        let names: Vec<String> =
            step.into[..count].iter().map(|register| format!("r{register}")).collect();
        let _ = writeln!(text, "{}", (target.statement)(&names, &value));
    }
    Some((text, program.outputs.iter().map(|output| place(&output.source)).collect()))
}

/// A source as the statements call it.
fn as_text(source: &Source, number: fn(f64) -> String) -> String {
    match source {
        Source::X => "x".to_owned(),
        Source::Gate => "gate".to_owned(),
        Source::Uniform(uniform) => format!("u{uniform}"),
        Source::Register(register) => format!("r{register}"),
        Source::Constant(value) => number(*value),
    }
}

const RUST_LANES: Target = Target {
    operation: rust_operation,
    number: |value| format!("l.splat(f64::from_bits({:#x}))", value.to_bits()),
    statement: |names, value| match names {
        [one] => format!("let {one} = {value};"),
        _ => format!("let [{}] = {value};", names.join(", ")),
    },
};

const RUST_SINGLES: Target = Target {
    operation: |code, sources, args| {
        // What f32 lanes do as well as f64 lanes: no division, no root, no elementary function.
        let spelled = rust_operation(code, sources, args)?;
        let is_simple = !spelled.contains("math::")
            && !matches!(code, Code::Op(Op::Div | Op::Sqrt) | Code::Check(_));
        is_simple.then_some(spelled)
    },
    number: |value| format!("l.splat(f32::from_bits({:#x}))", (value as f32).to_bits()),
    statement: RUST_LANES.statement,
};

const RUST_PAIRS: Target = Target {
    operation: |code, sources, args| {
        let spelled = rust_operation(code, sources, args)?;
        let lacks = ["l.maximum", "l.minimum", "l.sign", "l.less_equal", "l.equal"]
            .iter()
            .any(|name| spelled.contains(name));
        let spelled = match code {
            Code::Op(
                Op::Exp
                | Op::Expm1
                | Op::Expm1Rest
                | Op::Sigmoid
                | Op::Softplus
                | Op::Tanh
                | Op::TanhSoftplus,
            )
            | Code::Pair(Pair::Sigmoids | Pair::Exponentials) => {
                spelled.replace("math::", "pairs::")
            }
            _ => spelled,
        };
        let lacks = lacks || matches!(code, Code::Check(_) | Code::KeepNan);
        (!lacks && !spelled.contains("math::")).then_some(spelled)
    },
    ..RUST_LANES
};

fn rust_operation(code: Code, sources: &[Source], args: &[String]) -> Option<String> {
    let name = match (code, args) {
        (Code::MulAdd, _) => "l.mul_add",
        (Code::MulSub, _) => "l.mul_sub",
        (Code::NegMulAdd, _) => "l.neg_mul_add",
        (Code::Clamp, [a, b, c]) => {
            let low = at_least([sources[0], sources[1]], [a, b]);
            return Some(at_most([Source::Register(0), sources[2]], [&low, c]));
        }
        (Code::Op(Op::Max), [a, b]) => return Some(at_least([sources[0], sources[1]], [a, b])),
        (Code::Op(Op::Min), [a, b]) => return Some(at_most([sources[0], sources[1]], [a, b])),
        (Code::SelectIf(op), [a, b, c, d]) => {
            let test = rust_name(op)?;
            return Some(format!("l.select({test}({a}, {b}), {c}, {d})"));
        }
        (Code::Check(check), _) => return Some(doubted(check, args)),
        (Code::KeepNan, [a, b]) => return Some(format!("l.select(l.equal({b}, {b}), {a}, {b})")),
        (Code::Pair(Pair::Sigmoids), _) => "math::sigmoids",
        (Code::Pair(Pair::Exponentials), _) => "math::exponentials",
        (Code::Pair(Pair::Normal), _) => "math::normal",
        (Code::Pair(Pair::TanhSoftplus), _) => "math::tanh_softplus_and_slope",
        (Code::Pair(Pair::Waves), _) => "math::sin_and_cos",
        // A comparison that is not a choice's own, and such a choice, are rare.
        (Code::Op(op), _) if op.is_comparison() || op == Op::Select => return None,
        (Code::Op(op), _) => rust_name(op)?,
        _ => return None,
    };
    let lanes = if name.starts_with("math::") { "l, " } else { "" };
    Some(format!("{name}({lanes}{})", args.join(", ")))
}

/// A value that is NaN where an answer leaves it in doubt.
fn doubted(check: Check, args: &[String]) -> String {
    let asked = match check {
        Check::Uncancelled(spare) => {
            format!("cancelled(l, {}, {}, {})", args[0], args[1], spare.single)
        }
        Check::InRange => format!("out_of_range(l, {})", args[0]),
        Check::Restored => format!("restored(l, {}, {})", args[0], args[1]),
        Check::Finite => format!("infinite(l, {})", args[0]),
    };
    format!("doubts::doubted(l, doubts::{asked}, {})", args[0])
}

/// A maximum: with a number, which is cheaper, or of two values.
fn at_least([p, q]: [Source; 2], [a, b]: [&String; 2]) -> String {
    match [p, q] {
        [Source::Constant(low), _] if low.to_bits() == 0 => {
            format!("l.add(l.at_least({a}, {b}), {a})")
        }
        [_, Source::Constant(low)] if low.to_bits() == 0 => {
            format!("l.add(l.at_least({b}, {a}), {b})")
        }
        [Source::Constant(low), _] if !low.is_nan() => format!("l.at_least({a}, {b})"),
        [_, Source::Constant(low)] if !low.is_nan() => format!("l.at_least({b}, {a})"),
        _ => format!("l.maximum({a}, {b})"),
    }
}

/// A minimum, likewise.
fn at_most([p, q]: [Source; 2], [a, b]: [&String; 2]) -> String {
    let is_bound = |value: f64| !value.is_nan() && value.to_bits() != (-0.0f64).to_bits();
    match [p, q] {
        [Source::Constant(high), _] if is_bound(high) => format!("l.at_most({a}, {b})"),
        [_, Source::Constant(high)] if is_bound(high) => format!("l.at_most({b}, {a})"),
        _ => format!("l.minimum({a}, {b})"),
    }
}

/// What the kernels call a primitive.
#[rustfmt::skip]
fn rust_name(op: Op) -> Option<&'static str> {
    Some(match op {
        Op::Add => "l.add",       Op::Sub => "l.sub",              Op::Mul => "l.mul",
        Op::Div => "l.div",       Op::Neg => "l.neg",              Op::Min => "l.minimum",
        Op::Max => "l.maximum",   Op::Less => "l.less",            Op::LessEqual => "l.less_equal",
        Op::Equal => "l.equal",   Op::Abs => "l.abs",              Op::Sign => "l.sign",
        Op::Sqrt => "l.sqrt",     Op::Exp => "math::exp",          Op::Expm1 => "math::expm1",
        Op::Log => "math::log",   Op::Log1p => "math::log1p",      Op::Tanh => "math::tanh",
        Op::Phi => "math::phi",   Op::Sigmoid => "math::sigmoid",  Op::Softplus => "math::softplus",
        Op::Sin => "math::sin",   Op::Cos => "math::cos",          Op::Tan => "math::tan",
        Op::Atan => "math::atan", Op::Sinh => "math::sinh",        Op::Cosh => "math::cosh",
        Op::Erf => "math::erf",   Op::Erfc => "math::erfc",        Op::Pow => "math::pow",
        Op::Density => "math::density",
        Op::TanhSoftplus => "math::tanh_softplus",
        Op::TanhSoftplusSlope => "math::tanh_softplus_slope",
        Op::Expm1Rest => "math::expm1_rest",
        Op::TanhRest => "math::tanh_rest",
        Op::Select => return None,
    })
}
