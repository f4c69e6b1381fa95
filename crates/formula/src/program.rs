//! Straight-line code: what the engines run.
//!
//! A program has two parts. Its *uniforms* depend on parameters and statistics alone and are
//! computed once per channel; its *steps* depend on the input and run for every element, over
//! registers that are reused as soon as their value is dead.

mod allocate;
mod checks;
mod fuse;
mod lower;
mod nan;
mod reciprocals;

use std::fmt;

use crate::Formula;
use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use checks::Checks;
pub use checks::Spare;
pub(crate) use checks::leaf_range;

/// Straight-line code for one or more outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Values that are the same for all elements of a channel, in order of evaluation.
    pub uniforms: Vec<Uniform>,
    /// What runs for every element.
    pub steps: Vec<Step>,
    /// How many registers the steps use.
    pub registers: usize,
    /// Where each output is found after the last step.
    pub outputs: Vec<Output>,
}

/// A value per channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Uniform {
    /// A parameter, by its place in the formula's list.
    Parameter(usize),
    /// The mean of the channel.
    Mean,
    /// The biased variance of the channel.
    Variance,
    /// A number.
    Constant(f64),
    /// A primitive on earlier uniforms, by their places; unused ones repeat the first.
    Apply(Op, [usize; 3]),
}

/// One operation on every element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// What it computes.
    pub code: Code,
    /// Its arguments; unused ones repeat the first.
    pub args: [Source; 4],
    /// The registers that take the results; both are the same where there is one result. They may
    /// be among the arguments.
    pub into: [usize; 2],
}

/// What a step computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A primitive.
    Op(Op),
    /// `a*b + c` with one rounding.
    MulAdd,
    /// `a*b - c` with one rounding.
    MulSub,
    /// `c - a*b` with one rounding.
    NegMulAdd,
    /// `c` where the comparison of `a` and `b` holds, else `d`.
    SelectIf(Op),
    /// `min(max(a, b), c)`.
    Clamp,
    /// Two results at once.
    Pair(Pair),
    /// `a`, but NaN where the check of `a` by `b` fails.
    Check(Check),
    /// `a`, but `b` where that is NaN.
    KeepNan,
}

/// What is asked of a value of a formula that nobody has judged. Where it fails, the element is for a
/// slower and exact evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// Whether |a| is at least 2^-bits·|b|: of a sum with a term b no more than so many bits have
    /// cancelled.
    Uncancelled(Spare),
    /// Whether |a| is in [1/[`Check::HUGE`], [`Check::HUGE`]]: neither overflow nor underflow has touched it.
    InRange,
    /// Whether the factor that b has multiplied in a had not underflowed, or too little to be seen: |a| is
    /// at least |b|/[`HUGE`](Check::HUGE), or |b| at most [`RESTORES`](Check::RESTORES).
    Restored,
    /// Whether a is finite.
    Finite,
}

impl Check {
    /// What overflow has not touched is no larger: 2^960, with some room to the end of f64.
    pub const HUGE: f64 = checks::HUGE;
    /// A factor that may bring what has underflowed back into sight: 2^130. Of what is below 2^-960 even
    /// several smaller ones, every input of f32 among them, leave nothing that f32 could hold.
    pub const RESTORES: f64 = checks::RESTORES;
}

/// Two functions of one argument that share most of their work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pair {
    /// sigmoid(a) and sigmoid(-a).
    Sigmoids,
    /// exp(a) and expm1(a).
    Exponentials,
    /// The normal distribution function and its density.
    Normal,
    /// tanh(softplus(a)) and its derivative.
    TanhSoftplus,
    /// sin(a) and cos(a).
    Waves,
}

impl Pair {
    /// The pairs of two different primitives of the same argument.
    const TABLE: &[(Pair, [Op; 2])] = &[
        (Pair::Exponentials, [Op::Exp, Op::Expm1]),
        (Pair::Normal, [Op::Phi, Op::Density]),
        (Pair::TanhSoftplus, [Op::TanhSoftplus, Op::TanhSoftplusSlope]),
        (Pair::Waves, [Op::Sin, Op::Cos]),
    ];
}

impl Code {
    /// How many arguments it takes.
    pub fn arity(self) -> usize {
        match self {
            Code::Op(op) => op.info().arity,
            Code::MulAdd | Code::MulSub | Code::NegMulAdd | Code::Clamp => 3,
            Code::SelectIf(_) => 4,
            Code::Check(Check::Uncancelled(_) | Check::Restored) | Code::KeepNan => 2,
            Code::Pair(_) | Code::Check(Check::InRange | Check::Finite) => 1,
        }
    }
}

/// Where a step finds an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// The input.
    X,
    /// The second input.
    Gate,
    /// A value per channel.
    Uniform(usize),
    /// A number.
    Constant(f64),
    /// A register.
    Register(usize),
}

/// One result of a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Output {
    /// Where it is found.
    pub source: Source,
    /// Whether NaN in `x` might not reach it by itself, because a choice or a constant hides it.
    pub guard: bool,
    /// The same for NaN in `gate`, where there is one.
    pub guard_gate: bool,
}

impl Source {
    /// Whether it may differ between the elements of a channel.
    pub fn varies(&self) -> bool {
        matches!(self, Source::X | Source::Gate | Source::Register(_))
    }
}

impl Program {
    /// Compiles `outputs`; equal sub-expressions are computed once.
    pub fn compile(graph: &Graph, outputs: &[Id]) -> Program {
        Program::compile_with(graph, outputs, None)
    }

    /// The same for expressions that nobody has judged: where a value may have lost more bits than a
    /// result in f32 can spare, a step asks whether it has, and the results that need it become NaN.
    /// `formula` is that of the expressions.
    pub fn compile_checked(graph: &Graph, outputs: &[Id], formula: &Formula) -> Program {
        Program::compile_with(graph, outputs, Some(formula))
    }

    fn compile_with(graph: &Graph, outputs: &[Id], checked_for: Option<&Formula>) -> Program {
        let (mut graph, mut outputs) = lower::lowered(graph, outputs);
        let gated = outputs.iter().any(|output| graph.contains(*output, Node::Gate));
        let checks = checked_for.map(|formula| {
            let (divided, inverted) = reciprocals::shared(&mut graph, &outputs);
            outputs = divided;
            Checks::new(&mut graph, &outputs, inverted, formula)
        });
        let (mut program, mut places) = lower::lower(&graph, &outputs, checks.as_ref());
        fuse::fuse(&mut program.steps, &places);
        let carries_x = nan::carry_nan(&program.steps, &places, Source::X);
        let carries_gate = nan::carry_nan(&program.steps, &places, Source::Gate);
        program.registers = allocate::allocate(&mut program.steps, &mut places);
        program.outputs = places
            .into_iter()
            .zip(carries_x.into_iter().zip(carries_gate))
            .map(|(source, (x, gate))| Output { source, guard: !x, guard_gate: gated && !gate })
            .collect();
        program
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, uniform) in self.uniforms.iter().enumerate() {
            write!(f, "u{place} = ")?;
            match uniform {
                Uniform::Parameter(place) => writeln!(f, "parameter {place}")?,
                Uniform::Mean => writeln!(f, "mean(x)")?,
                Uniform::Variance => writeln!(f, "var(x)")?,
                Uniform::Constant(value) => writeln!(f, "{}", crate::print::number(*value))?,
                Uniform::Apply(op, args) => {
                    let args: Vec<String> =
                        args[..op.info().arity].iter().map(|arg| format!("u{arg}")).collect();
                    writeln!(f, "{} {}", op.info().name, args.join(" "))?;
                }
            }
        }
        for step in &self.steps {
            let args: Vec<String> =
                step.args[..step.code.arity()].iter().map(Source::to_string).collect();
            match step.into {
                [one, other] if one == other => write!(f, "r{one}")?,
                [one, other] => write!(f, "r{one}, r{other}")?,
            }
            writeln!(f, " = {} {}", step.code, args.join(" "))?;
        }
        for (place, output) in self.outputs.iter().enumerate() {
            let guard = if output.guard { "  (NaN of x kept)" } else { "" };
            writeln!(f, "out{place} = {}{guard}", output.source)?;
        }
        Ok(())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::X => write!(f, "x"),
            Source::Gate => write!(f, "gate"),
            Source::Uniform(place) => write!(f, "u{place}"),
            Source::Constant(value) => write!(f, "{}", crate::print::number(*value)),
            Source::Register(place) => write!(f, "r{place}"),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Code::Op(op) => f.write_str(op.info().name),
            Code::MulAdd => f.write_str("a*b+c"),
            Code::MulSub => f.write_str("a*b-c"),
            Code::NegMulAdd => f.write_str("c-a*b"),
            Code::SelectIf(op) => write!(f, "if{}", op.info().name),
            Code::Clamp => f.write_str("clamp"),
            Code::Pair(Pair::Sigmoids) => f.write_str("sigmoids"),
            Code::Pair(Pair::Exponentials) => f.write_str("exp,expm1"),
            Code::Pair(Pair::Normal) => f.write_str("Phi,phi"),
            Code::Pair(Pair::TanhSoftplus) => f.write_str("tanh_softplus,slope"),
            Code::Pair(Pair::Waves) => f.write_str("sin,cos"),
            Code::Check(Check::Uncancelled(bits)) => write!(f, "uncancelled:{}", bits.single),
            Code::Check(Check::InRange) => f.write_str("in_range"),
            Code::Check(Check::Restored) => f.write_str("restored"),
            Code::Check(Check::Finite) => f.write_str("finite"),
            Code::KeepNan => f.write_str("keep_nan"),
        }
    }
}
