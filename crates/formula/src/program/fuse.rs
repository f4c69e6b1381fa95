//! Fewer, fatter steps: each walks memory once, so two operations in one cost little more than one.
//!
//! Every step still writes a register of its own here; [`allocate`](super::allocate) shares them.

use super::{Code, Pair, Source, Step};
use crate::op::Op;

/// Fuses what can be fused and drops what is no longer read.
pub(super) fn fuse(steps: &mut Vec<Step>, outputs: &[Source]) {
    let passes: [fn(&mut Fuser); 5] = [pairs, selections, extremes, clamps, products];
    for pass in passes {
        let mut fuser = Fuser::new(std::mem::take(steps), outputs);
        pass(&mut fuser);
        *steps = fuser.finished();
    }
}

/// The steps with what is known of each value.
struct Fuser {
    steps: Vec<Step>,
    /// The step that writes each value.
    definition: Vec<usize>,
    /// How often each value is read, by a step or as an output.
    reads: Vec<usize>,
    is_output: Vec<bool>,
}

impl Fuser {
    fn new(steps: Vec<Step>, outputs: &[Source]) -> Fuser {
        let values = steps.iter().flat_map(|step| step.into).max().map_or(0, |last| last + 1);
        let mut fuser = Fuser {
            definition: vec![0; values],
            reads: vec![0; values],
            is_output: vec![false; values],
            steps,
        };
        for (place, step) in fuser.steps.iter().enumerate() {
            for value in step.into {
                fuser.definition[value] = place;
            }
            for arg in &step.args[..step.code.arity()] {
                if let Source::Register(value) = arg {
                    fuser.reads[*value] += 1;
                }
            }
        }
        for output in outputs {
            if let Source::Register(value) = output {
                fuser.reads[*value] += 1;
                fuser.is_output[*value] = true;
            }
        }
        fuser
    }

    /// The step that writes `source`, if one does.
    fn definition(&self, source: Source) -> Option<&Step> {
        let Source::Register(value) = source else { return None };
        Some(&self.steps[self.definition[value]])
    }

    /// The arguments of the step that writes `source`, if that does `op` for one reader only.
    fn sole(&self, op: Op, source: Source) -> Option<[Source; 4]> {
        let Source::Register(value) = source else { return None };
        let step = &self.steps[self.definition[value]];
        (step.code == Code::Op(op) && self.reads[value] == 1).then_some(step.args)
    }

    /// The steps that are still read, in order.
    fn finished(self) -> Vec<Step> {
        let mut wanted = self.is_output;
        let mut kept: Vec<Step> = Vec::new();
        for (place, step) in self.steps.iter().enumerate().rev() {
            // A step that became a part of another no longer defines its value.
            if step.into.iter().any(|value| wanted[*value] && self.definition[*value] == place) {
                for arg in &step.args[..step.code.arity()] {
                    if let Source::Register(value) = arg {
                        wanted[*value] = true;
                    }
                }
                kept.push(*step);
            }
        }
        kept.reverse();
        kept
    }
}

/// Two functions that share most of their work become one step with two results, at the place of the
/// first.
fn pairs(fuser: &mut Fuser) {
    let halves = |step: &Step| match step.code {
        Code::Op(op) => op == Op::Sigmoid || Pair::TABLE.iter().any(|row| row.1.contains(&op)),
        _ => false,
    };
    let mut open: Vec<usize> =
        (0..fuser.steps.len()).filter(|place| halves(&fuser.steps[*place])).collect();
    while !open.is_empty() {
        let at = open.remove(0);
        let found = open.iter().enumerate().find_map(|(index, other)| {
            Some((index, *other, pair_of(fuser, &fuser.steps[at], &fuser.steps[*other])?))
        });
        if let Some((index, other, (pair, turned))) = found {
            open.remove(index);
            let (first, second) = (fuser.steps[at].into[0], fuser.steps[other].into[0]);
            // Of sigmoid(-a) and sigmoid(a) the step takes a, and the sign is not computed.
            let arg = fuser.steps[other].args[0];
            let sign = fuser.definition(fuser.steps[at].args[0]);
            let turned = turned
                || sign.is_some_and(|sign| sign.code == Code::Op(Op::Neg) && sign.args[0] == arg);
            if turned {
                fuser.steps[at].args = fuser.steps[other].args;
            }
            let into = if turned { [second, first] } else { [first, second] };
            fuser.steps[at].code = Code::Pair(pair);
            fuser.steps[at].into = into;
            fuser.definition[second] = at;
        }
    }
}

/// The pair that two steps make, and whether the second is its first half.
fn pair_of(fuser: &Fuser, first: &Step, second: &Step) -> Option<(Pair, bool)> {
    let (Code::Op(a), Code::Op(b)) = (first.code, second.code) else { return None };
    let (x, y) = (first.args[0], second.args[0]);
    if (a, b) == (Op::Sigmoid, Op::Sigmoid) {
        return opposite(fuser, x, y).then_some((Pair::Sigmoids, false));
    }
    Pair::TABLE.iter().filter(|_| x == y).find_map(|(pair, halves)| match *halves {
        [p, q] if [a, b] == [p, q] => Some((*pair, false)),
        [p, q] if [b, a] == [p, q] => Some((*pair, true)),
        _ => None,
    })
}

/// Whether one source is the other negated.
fn opposite(fuser: &Fuser, a: Source, b: Source) -> bool {
    let step = |source| fuser.definition(source);
    let negates = |a: Source, b: Source| {
        step(a).is_some_and(|step| step.code == Code::Op(Op::Neg) && step.args[0] == b)
    };
    if negates(a, b) || negates(b, a) {
        return true;
    }
    let (Some(a), Some(b)) = (step(a), step(b)) else { return false };
    let [p, q, ..] = a.args;
    let [r, s, ..] = b.args;
    let numbers = |p: Source, r: Source| match (p, r) {
        (Source::Constant(p), Source::Constant(r)) => p == -r,
        _ => false,
    };
    match (a.code, b.code) {
        (Code::Op(Op::Mul), Code::Op(Op::Mul)) => {
            (numbers(p, r) && q == s) || (numbers(q, s) && p == r)
        }
        (Code::Op(Op::Sub), Code::Op(Op::Sub)) => p == s && q == r,
        _ => false,
    }
}

/// A choice by a comparison becomes one step.
fn selections(fuser: &mut Fuser) {
    for at in 0..fuser.steps.len() {
        let Step { code: Code::Op(Op::Select), args: [test, then, otherwise, _], .. } =
            fuser.steps[at]
        else {
            continue;
        };
        if let Some(Step { code: Code::Op(comparison), args: [a, b, ..], .. }) =
            fuser.definition(test).copied()
            && comparison.is_comparison()
        {
            fuser.steps[at].code = Code::SelectIf(comparison);
            fuser.steps[at].args = [a, b, then, otherwise];
        }
    }
}

/// A choice between a value and the number that it is compared with becomes a maximum or a minimum,
/// which also lets NaN through; of two such choices, one within the other, a clamp.
fn extremes(fuser: &mut Fuser) {
    for at in 0..fuser.steps.len() {
        let Step { code: Code::SelectIf(Op::Less), args: [a, b, then, otherwise], .. } =
            fuser.steps[at]
        else {
            continue;
        };
        let number = |source: Source| match source {
            Source::Constant(value) => Some(value),
            _ => None,
        };
        let fused = match (number(a), number(b)) {
            // k < v ? v : k, but for the sign of zero where k is -0.
            (Some(low), None) if otherwise == a && low.to_bits() != (-0.0f64).to_bits() => {
                if then == b {
                    Some((Code::Op(Op::Max), [a, b, a, a]))
                } else {
                    // k < v ? min(v, h) : k
                    let inner = fuser.definition(then).filter(|s| s.code == Code::Op(Op::Min));
                    inner.and_then(|inner| {
                        let high = number(inner.args[1]).filter(|high| *high >= low)?;
                        let held = (inner.args[0] == b).then_some(Source::Constant(high))?;
                        Some((Code::Clamp, [a, b, held, a]))
                    })
                }
            }
            // v < k ? v : k, but for the sign of zero where k is 0.
            (None, Some(high)) if then == a && otherwise == b && high != 0.0 => {
                Some((Code::Op(Op::Min), [a, b, a, a]))
            }
            _ => None,
        };
        if let Some((code, args)) = fused {
            fuser.steps[at].code = code;
            fuser.steps[at].args = args;
        }
    }
}

/// The smaller of a bound and the larger of two others becomes one step.
fn clamps(fuser: &mut Fuser) {
    for at in 0..fuser.steps.len() {
        let Step { code: Code::Op(Op::Min), args: [a, b, ..], .. } = fuser.steps[at] else {
            continue;
        };
        let found = [(a, b), (b, a)]
            .into_iter()
            .find_map(|(inner, high)| Some((fuser.sole(Op::Max, inner)?, high)));
        if let Some(([p, q, ..], high)) = found {
            fuser.steps[at].code = Code::Clamp;
            fuser.steps[at].args = [p, q, high, p];
        }
    }
}

/// A product that is read once, by a sum or a difference, becomes one step with it: one rounding.
fn products(fuser: &mut Fuser) {
    for at in 0..fuser.steps.len() {
        let Step { code: Code::Op(op), args: [a, b, ..], .. } = fuser.steps[at] else { continue };
        let (left, right) = (fuser.sole(Op::Mul, a), fuser.sole(Op::Mul, b));
        let fused = match (op, left, right) {
            (Op::Add, Some([p, q, ..]), _) => (Code::MulAdd, [p, q, b, p]),
            (Op::Add, None, Some([p, q, ..])) => (Code::MulAdd, [p, q, a, p]),
            (Op::Sub, _, Some([p, q, ..])) => (Code::NegMulAdd, [p, q, a, p]),
            (Op::Sub, Some([p, q, ..]), None) => (Code::MulSub, [p, q, b, p]),
            _ => continue,
        };
        (fuser.steps[at].code, fuser.steps[at].args) = fused;
    }
}
