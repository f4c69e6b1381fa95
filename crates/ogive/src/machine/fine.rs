//! The tile engine where results stay in f64: every register is a [sum](crate::math::sum) of two, so
//! that what one step rounds off is there for the next.
//!
//! The sources come twice, first all as they are and then what each lacks, and so do the targets.

use ogive_formula::{Check, Code as P, Op};

use super::{Code, Machine, Step};
use crate::doubts;
use crate::lanes::{Lanes, Target, View};
use crate::math::sum::{self, Sum, alone, whole};

/// Sets every block of the step's result, in both parts, to an expression of its arguments' blocks.
macro_rules! map {
    ($machine:ident, $step:ident, $($arg:ident)+ => $value:expr) => {{
        let into = $machine.targets_of($step.into[0]);
        let mut args = $step.args.iter();
        $(let $arg = $machine.sources_of(args.next());)+
        for block in 0..$machine.blocks {
            $(let $arg = loaded!($machine, $arg, block);)+
            let value: Sum<L::V> = $value;
            stored!($machine, value, into, block);
        }
    }};
}

/// The same for two results of one argument.
macro_rules! map_pair {
    ($machine:ident, $step:ident, $arg:ident => $value:expr) => {{
        let [first, second] = $step.into.map(|into| $machine.targets_of(into));
        let $arg = $machine.sources_of($step.args.first());
        for block in 0..$machine.blocks {
            let $arg = loaded!($machine, $arg, block);
            let [a, b]: [Sum<L::V>; 2] = $value;
            stored!($machine, a, first, block);
            stored!($machine, b, second, block);
        }
    }};
}

macro_rules! loaded {
    ($machine:ident, $arg:ident, $block:ident) => {{
        let [high, low] = &$arg;
        // SAFETY: `sources_of` has checked that there are as many blocks.
        let (high, low) = unsafe { (high.at($block), low.at($block)) };
        Sum { high: $machine.l.load(high), low: $machine.l.load(low) }
    }};
}

macro_rules! stored {
    ($machine:ident, $value:ident, $into:ident, $block:ident) => {{
        // SAFETY: `targets_of` has checked that there are as many blocks; the arguments are loaded.
        $machine.l.store_to($value.high, unsafe { $into[0].at($block) });
        // SAFETY: the same.
        $machine.l.store_to($value.low, unsafe { $into[1].at($block) });
    }};
}

// Behind the macros, which it uses.
mod functions;

impl<'a, L: Lanes> Machine<'a, L> {
    #[inline(always)]
    fn sources_of(&self, arg: Option<&usize>) -> [View<'a, L::Block>; 2] {
        let place = arg.copied().unwrap_or_default();
        [self.source(Some(&place)), self.source(Some(&(place + self.sources.len() / 2)))]
    }

    #[inline(always)]
    fn targets_of(&self, place: usize) -> [Target<'a, L::Block>; 2] {
        [self.target(place), self.target(place + self.targets.len() / 2)]
    }

    /// Runs a step that selects or calculates.
    #[inline(always)]
    fn arithmetic(&self, step: &Step) -> bool {
        let l = self.l;
        let code = match step.code {
            Code::AtLeast | Code::AtLeastZero => P::Op(Op::Max),
            Code::AtMost => P::Op(Op::Min),
            Code::Within | Code::WithinZero => P::Clamp,
            Code::Program(code) => code,
            Code::Copy | Code::MulParts => {
                unreachable!("these are for f32 lanes")
            }
        };
        match code {
            P::MulAdd => map!(self, step, a b c => sum::mul_add(l, &a, &b, &c)),
            P::MulSub => map!(self, step, a b c => sum::mul_add(l, &a, &b, &sum::neg(l, &c))),
            P::NegMulAdd => map!(self, step, a b c => sum::mul_add(l, &sum::neg(l, &a), &b, &c)),
            P::Clamp => {
                map!(self, step, a b c => sum::minimum(l, &sum::maximum(l, &a, &b), &c));
            }
            P::SelectIf(Op::Less) => {
                map!(self, step, a b c d => sum::select(l, sum::less(l, &a, &b), &c, &d));
            }
            P::SelectIf(Op::LessEqual) => {
                map!(self, step, a b c d => sum::select(l, sum::less_equal(l, &a, &b), &c, &d));
            }
            P::SelectIf(_) => {
                map!(self, step, a b c d => sum::select(l, sum::equal(l, &a, &b), &c, &d));
            }
            P::KeepNan => {
                map!(self, step, a b => sum::select(l, l.equal(b.high, b.high), &a, &b));
            }
            P::Op(op) => match op {
                Op::Add => map!(self, step, a b => sum::add(l, &a, &b)),
                Op::Sub => map!(self, step, a b => sum::sub(l, &a, &b)),
                Op::Mul => map!(self, step, a b => sum::mul(l, &a, &b)),
                Op::Div => map!(self, step, a b => sum::div(l, &a, &b)),
                Op::Sqrt => map!(self, step, a => sum::sqrt(l, &a)),
                Op::Min => map!(self, step, a b => sum::minimum(l, &a, &b)),
                Op::Max => map!(self, step, a b => sum::maximum(l, &a, &b)),
                Op::Less => map!(self, step, a b => alone(l, l.truth(sum::less(l, &a, &b)))),
                Op::LessEqual => {
                    map!(self, step, a b => alone(l, l.truth(sum::less_equal(l, &a, &b))));
                }
                Op::Equal => map!(self, step, a b => alone(l, l.truth(sum::equal(l, &a, &b)))),
                Op::Select => map!(self, step, a b c => {
                    sum::select(l, l.equal(a.high, l.xor(a.high, a.high)), &c, &b)
                }),
                Op::Neg => map!(self, step, a => sum::neg(l, &a)),
                Op::Abs => map!(self, step, a => sum::abs(l, &a)),
                Op::Sign => map!(self, step, a => alone(l, l.sign(a.high))),
                _ => return false,
            },
            P::Pair(_) | P::Check(_) => return false,
        }
        true
    }

    /// Runs a step that asks whether a value can be trusted.
    #[inline(always)]
    fn check(&self, check: Check, step: &Step) {
        let l = self.l;
        match check {
            Check::Uncancelled(spare) => {
                let bits = spare.double;
                map!(self, step, a b => {
                    doubted(l, doubts::cancelled(l, a.high, b.high, bits), a)
                });
            }
            Check::InRange => {
                map!(self, step, a => doubted(l, doubts::out_of_range(l, a.high), a));
            }
            Check::Restored => {
                map!(self, step, a b => doubted(l, doubts::restored(l, a.high, b.high), a));
            }
            Check::Finite => {
                map!(self, step, a => doubted(l, doubts::infinite(l, a.high), a));
            }
        }
    }
}

/// NaN where there is a doubt.
#[inline(always)]
fn doubted<L: Lanes>(l: L, doubt: L::M, a: Sum<L::V>) -> Sum<L::V> {
    sum::select(l, doubt, &alone(l, l.splat(f64::NAN)), &a)
}

/// Runs steps in f64 lanes on numbers in two parts.
#[inline(always)]
pub(crate) fn run_fine<L: Lanes>(machine: &Machine<L>, steps: &[Step]) {
    for step in steps {
        if machine.arithmetic(step) {
            continue;
        }
        match step.code {
            Code::Program(P::Check(check)) => machine.check(check, step),
            Code::Program(P::Pair(pair)) => machine.pair(pair, step),
            Code::Program(P::Op(op)) => machine.function(op, step),
            _ => unreachable!("`arithmetic` runs these"),
        }
    }
}

/// Makes one number of both parts and a factor, in the place of the first part.
#[inline(always)]
pub(crate) fn join<L: Lanes>(
    l: L,
    [high, low]: [Target<L::Block>; 2],
    scale: View<L::Block>,
    blocks: usize,
) {
    assert!(high.has(blocks) && low.has(blocks), "a part is shorter than the tile");
    assert!(scale.has(blocks), "a factor is shorter than the tile");
    for block in 0..blocks {
        // SAFETY: all have so many blocks; no reference is left when the first part is written.
        let (parts, scale) = unsafe {
            let parts = Sum { high: l.load(high.at(block)), low: l.load(low.at(block)) };
            (parts, l.load(scale.at(block)))
        };
        let joined = whole(l, &sum::mul(l, &parts, &alone(l, scale)));
        // SAFETY: the same.
        l.store_to(joined, unsafe { high.at(block) });
    }
}
