//! The tile engine: runs any program over tiles, in f64 lanes, or in f32 lanes where that is as good.
//!
//! Each step walks its tiles once, so the cost of choosing the operation is paid once per tile. No
//! call is left in the loops but one for the trigonometric functions of huge arguments and those of
//! failed checks: `cargo rustc --release -p ogive --lib -- --emit asm -C codegen-units=1` writes what
//! to look at, `dispatch::avx512::run` and its like in `target/release/deps/ogive-*.s`.

#![allow(unsafe_code, reason = "reads of views whose length is checked once per step")]

mod fine;

pub(crate) use fine::{join, run_fine};
use ogive_formula::{Check, Op, Pair};

use crate::doubts::{self, doubted};
use crate::lanes::{Arithmetic, Lanes, Singles, Target, View};
use crate::math::{self, Mode};

/// What a step computes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Code {
    /// A primitive, a fusion or a pair of the formula compiler.
    Program(ogive_formula::Code),
    /// The larger of `a`, a number of the plan, and `b`; of two zeros `b`.
    AtLeast,
    /// The larger of 0 and `b`, where 0 is larger than -0.
    AtLeastZero,
    /// The smaller of `a`, a number of the plan, and `b`; of two zeros `b`.
    AtMost,
    /// `b` held between `a` and `c`, numbers of the plan; `a` is not 0.
    Within,
    /// `b` held between 0 and `c`, where 0 is larger than -0.
    WithinZero,
    /// `a` times the sum of `b` and `c`, numbers of the plan: one that f32 alone does not hold.
    MulParts,
    /// `a` as it is.
    Copy,
}

impl Code {
    /// How many arguments it takes.
    pub(crate) fn arity(self) -> usize {
        match self {
            Code::Program(code) => code.arity(),
            Code::AtLeast | Code::AtLeastZero | Code::AtMost => 2,
            Code::Within | Code::WithinZero | Code::MulParts => 3,
            Code::Copy => 1,
        }
    }
}

/// One step with its places resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) code: Code,
    /// Places among the sources.
    pub(crate) args: [usize; 4],
    /// Places among the targets.
    pub(crate) into: [usize; 2],
}

/// The memory that steps work on.
pub(crate) struct Machine<'a, L: Arithmetic> {
    pub(crate) l: L,
    pub(crate) sources: &'a [View<'a, L::Block>],
    pub(crate) targets: &'a [Target<'a, L::Block>],
    /// How many blocks of each to work on.
    pub(crate) blocks: usize,
}

// The loops are macros and not functions of a closure: a closure is compiled without the features of
// the instruction set, so its intrinsics would stay calls.

/// Sets every block of the step's result to an expression of its arguments' blocks.
macro_rules! map {
    ($machine:ident, $step:ident, $($arg:ident)+ => $value:expr) => {{
        let into = $machine.target($step.into[0]);
        let mut args = $step.args.iter();
        $(let $arg = $machine.source(args.next());)+
        for block in 0..$machine.blocks {
            // SAFETY: `source` and `target` have checked that there are as many blocks.
            $(let $arg = $machine.l.load(unsafe { $arg.at(block) });)+
            let value = $value;
            // SAFETY: `target` has checked that there are as many blocks; the arguments are loaded.
            $machine.l.store_to(value, unsafe { into.at(block) });
        }
    }};
}

/// The same for two results of one argument.
macro_rules! map_pair {
    ($machine:ident, $step:ident, $arg:ident => $value:expr) => {{
        let [first, second] = $step.into.map(|into| $machine.target(into));
        let $arg = $machine.source($step.args.first());
        for block in 0..$machine.blocks {
            // SAFETY: `source` has checked that there are as many blocks.
            let $arg = $machine.l.load(unsafe { $arg.at(block) });
            let [a, b] = $value;
            // SAFETY: `target` has checked that there are as many blocks; the argument is loaded.
            $machine.l.store_to(a, unsafe { first.at(block) });
            // SAFETY: the same; the reference to the first target's block is gone.
            $machine.l.store_to(b, unsafe { second.at(block) });
        }
    }};
}

impl<'a, L: Arithmetic> Machine<'a, L> {
    /// The view of an argument, which has as many blocks as are worked on.
    #[inline(always)]
    fn source(&self, arg: Option<&usize>) -> View<'a, L::Block> {
        let view = self.sources[arg.copied().unwrap_or_default()];
        assert!(view.has(self.blocks), "a source is shorter than the tile");
        view
    }

    #[inline(always)]
    fn target(&self, place: usize) -> Target<'a, L::Block> {
        let target = self.targets[place];
        assert!(target.has(self.blocks), "a target is shorter than the tile");
        target
    }

    /// Runs one step that any lanes can; false if it is not one.
    #[inline(always)]
    fn simple(&self, step: &Step) -> bool {
        use ogive_formula::Code as P;
        let l = self.l;
        match step.code {
            Code::AtLeast => map!(self, step, a b => l.at_least(a, b)),
            // -0 + 0 is 0.
            Code::AtLeastZero => map!(self, step, a b => l.add(l.at_least(a, b), a)),
            Code::AtMost => map!(self, step, a b => l.at_most(a, b)),
            Code::Within => map!(self, step, a b c => l.at_most(c, l.at_least(a, b))),
            Code::WithinZero => {
                map!(self, step, a b c => l.at_most(c, l.add(l.at_least(a, b), a)));
            }
            Code::MulParts => map!(self, step, a b c => l.mul_parts(a, b, c)),
            Code::Copy => map!(self, step, a => a),
            Code::Program(code) => match code {
                P::MulAdd => map!(self, step, a b c => l.mul_add(a, b, c)),
                P::MulSub => map!(self, step, a b c => l.mul_sub(a, b, c)),
                P::NegMulAdd => map!(self, step, a b c => l.neg_mul_add(a, b, c)),
                P::Clamp => map!(self, step, a b c => l.minimum(l.maximum(a, b), c)),
                P::SelectIf(Op::Less) => {
                    map!(self, step, a b c d => l.select(l.less(a, b), c, d));
                }
                P::SelectIf(Op::LessEqual) => {
                    map!(self, step, a b c d => l.select(l.less_equal(a, b), c, d));
                }
                P::SelectIf(_) => map!(self, step, a b c d => l.select(l.equal(a, b), c, d)),
                P::Op(op) => match op {
                    Op::Add => map!(self, step, a b => l.add(a, b)),
                    Op::Sub => map!(self, step, a b => l.sub(a, b)),
                    Op::Mul => map!(self, step, a b => l.mul(a, b)),
                    Op::Min => map!(self, step, a b => l.minimum(a, b)),
                    Op::Max => map!(self, step, a b => l.maximum(a, b)),
                    Op::Less => map!(self, step, a b => l.truth(l.less(a, b))),
                    Op::LessEqual => map!(self, step, a b => l.truth(l.less_equal(a, b))),
                    Op::Equal => map!(self, step, a b => l.truth(l.equal(a, b))),
                    Op::Select => {
                        map!(self, step, a b c => l.select(l.equal(a, l.xor(a, a)), c, b));
                    }
                    Op::Neg => map!(self, step, a => l.neg(a)),
                    Op::Abs => map!(self, step, a => l.abs(a)),
                    Op::Sign => map!(self, step, a => l.sign(a)),
                    _ => return false,
                },
                P::KeepNan => map!(self, step, a b => l.select(l.equal(b, b), a, b)),
                P::Pair(_) | P::Check(_) => return false,
            },
        }
        true
    }
}

impl<L: Lanes> Machine<'_, L> {
    /// Runs one step that needs f64.
    #[inline(always)]
    fn fat(&self, step: &Step, mode: Mode) {
        use ogive_formula::Code as P;
        let l = self.l;
        let whole = !matches!(mode, Mode::Saturating(_));
        let Code::Program(code) = step.code else { unreachable!("`simple` runs these") };
        match code {
            P::Check(_) if !whole => map!(self, step, a => a),
            P::Check(Check::Uncancelled(spare)) => {
                let bits = spare.single;
                map!(self, step, a b => doubted(l, doubts::cancelled(l, a, b, bits), a));
            }
            P::Check(Check::InRange) => {
                map!(self, step, a => doubted(l, doubts::out_of_range(l, a), a));
            }
            P::Check(Check::Restored) => {
                map!(self, step, a b => doubted(l, doubts::restored(l, a, b), a));
            }
            P::Check(Check::Finite) => {
                map!(self, step, a => doubted(l, doubts::infinite(l, a), a));
            }
            P::Pair(Pair::Sigmoids) => map_pair!(self, step, a => math::sigmoids(l, a)),
            P::Pair(Pair::Exponentials) if whole => {
                map_pair!(self, step, a => math::exponentials(l, a));
            }
            P::Pair(Pair::Exponentials) => {
                map_pair!(self, step, a => math::exponentials(l, math::exponent(l, a, mode)));
            }
            P::Pair(Pair::Normal) => map_pair!(self, step, a => math::normal(l, a)),
            P::Pair(Pair::TanhSoftplus) => {
                map_pair!(self, step, a => math::tanh_softplus_and_slope(l, a));
            }
            P::Pair(Pair::Waves) => map_pair!(self, step, a => math::sin_and_cos(l, a)),
            P::Op(op) => match op {
                Op::Div => map!(self, step, a b => l.div(a, b)),
                Op::Sqrt => map!(self, step, a => l.sqrt(a)),
                Op::Exp if whole => map!(self, step, a => math::exp(l, a)),
                Op::Exp => map!(self, step, a => math::exp(l, math::exponent(l, a, mode))),
                Op::Expm1 if whole => map!(self, step, a => math::expm1(l, a)),
                Op::Expm1 => map!(self, step, a => math::expm1(l, math::exponent(l, a, mode))),
                Op::Log => map!(self, step, a => math::log(l, a)),
                Op::Log1p => map!(self, step, a => math::log1p(l, a)),
                Op::Tanh => map!(self, step, a => math::tanh(l, a)),
                Op::TanhRest => map!(self, step, a => math::tanh_rest(l, a)),
                Op::Sigmoid => map!(self, step, a => math::sigmoid(l, a)),
                Op::Softplus => map!(self, step, a => math::softplus(l, a)),
                Op::Phi => map!(self, step, a => math::phi(l, a)),
                Op::Density => map!(self, step, a => math::density(l, a)),
                Op::TanhSoftplus => map!(self, step, a => math::tanh_softplus(l, a)),
                Op::TanhSoftplusSlope => map!(self, step, a => math::tanh_softplus_slope(l, a)),
                Op::Expm1Rest if !whole => {
                    map!(self, step, a => math::expm1_rest_saturating(l, a, mode));
                }
                Op::Expm1Rest => map!(self, step, a => math::expm1_rest(l, a)),
                Op::Sin => map!(self, step, a => math::sin(l, a)),
                Op::Cos => map!(self, step, a => math::cos(l, a)),
                Op::Tan => map!(self, step, a => math::tan(l, a)),
                Op::Atan => map!(self, step, a => math::atan(l, a)),
                Op::Sinh => map!(self, step, a => math::sinh(l, a)),
                Op::Cosh => map!(self, step, a => math::cosh(l, a)),
                Op::Erf => map!(self, step, a => math::erf(l, a)),
                Op::Erfc => map!(self, step, a => math::erfc(l, a)),
                Op::Pow => map!(self, step, a b => math::pow(l, a, b)),
                _ => unreachable!("`simple` runs these"),
            },
            _ => unreachable!("`simple` runs these"),
        }
    }
}

/// Runs steps in f64 lanes.
#[inline(always)]
pub(crate) fn run<L: Lanes>(machine: &Machine<L>, mode: Mode, steps: &[Step]) {
    for step in steps {
        if !machine.simple(step) {
            machine.fat(step, mode);
        }
    }
}

/// Runs steps in f32 lanes, which the plan has found to be enough for them.
#[inline(always)]
pub(crate) fn run_single<L: Singles>(machine: &Machine<L>, steps: &[Step]) {
    for step in steps {
        let known = machine.simple(step);
        debug_assert!(known, "{step:?} is not for f32 lanes");
    }
}
