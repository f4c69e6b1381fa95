//! What to ask of the values of a program that nobody has judged.
//!
//! A result in f32 can spare nearly half of the 53 bits of f64. A sum whose terms cancel may lose more, and so
//! may what leaves the range of f64 on the way. Interval arithmetic and exactness prove most values
//! safe; the others are asked on the run.

mod spare;
mod terms;

use std::collections::{HashMap, HashSet};

pub use spare::Spare;
use spare::Spares;
use terms::Terms;

use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::rounding::{Traits, is_exact, magnifies};
use crate::{Constraint, Formula, Interval, Parameter, interval};

/// How many a function may lose that multiplies the error of its argument.
pub(super) const MAGNIFIED: u8 = 20;
/// How near two computed numbers may come before their order is in doubt, in bits.
pub(super) const DECIDED: u8 = 40;
/// The largest f32; numbers beyond it overflow soonest where formulas are meant for f32.
const LARGEST: f64 = f32::MAX as f64;
/// No parameter is expected beyond.
const LARGEST_PARAMETER: f64 = 18446744073709551616.0; // 2^64
/// What neither overflow nor underflow has touched is in [1/HUGE, HUGE], 2^960: with some room to the
/// end of f64.
pub(super) const HUGE: f64 = 9.7453140114e288;
/// A factor that brings what has underflowed back into sight.
pub(super) const RESTORES: f64 = 1.361129467683754e39; // 2^130

/// One question, in the order of the steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Asked {
    /// That no more than so many bits cancelled against this term.
    Uncancelled { bits: Spare, against: Id },
    /// The same against a number.
    UncancelledBy { bits: Spare, number: f64 },
    /// That it is in the range of f64, with some room.
    InRange,
    /// That this large factor has not brought another back that had underflowed.
    Restored { by: Id },
    /// That this value, which only decides, was found good.
    KeepNan { of: Id },
    /// That these two, which decide by their order, are not both infinite.
    Ordered { a: Id, b: Id },
    /// That these two, which decide by their order, differ by more than rounding.
    Decided { a: Id, b: Id },
    /// That this, whose sign decides, is more than rounding has left of terms of this size.
    Signed { a: Id, size: Id, bits: Spare },
    /// That 1 + a, which is not computed, has not cancelled.
    AboveMinusOne { a: Id },
    /// That a is no larger than what multiplies the error of the value by too much.
    Moderate { a: Id },
    /// That the value times a is no larger.
    ModerateProduct { a: Id },
}

/// The questions of one program, by node.
pub(super) struct Checks {
    asked: HashMap<Id, Vec<Asked>>,
    known: HashMap<Id, Traits>,
    terms: Terms,
    /// Denominators whose reciprocals are computed.
    inverted: HashSet<Id>,
    spare: Spares,
}

impl Checks {
    /// The sizes that sums are held against become nodes of the graph. `inverted` are the denominators
    /// whose reciprocals are computed in it.
    pub(super) fn new(
        graph: &mut Graph,
        outputs: &[Id],
        inverted: HashSet<Id>,
        formula: &Formula,
    ) -> Checks {
        let mut checks = Checks {
            asked: HashMap::new(),
            known: HashMap::new(),
            terms: Terms::default(),
            inverted,
            spare: Spares::default(),
        };
        let nodes = graph.reachable(outputs);
        for id in &nodes {
            let known = match graph.operation(*id) {
                None => {
                    let number = graph.value(*id);
                    let range = leaf_range(graph.node(*id), formula.parameters());
                    let is_exact = !number.is_some_and(|number| formula.is_rounded(number));
                    Traits { number, range, is_exact }
                }
                Some((op, args)) => {
                    let traits = checks.all(args);
                    let ranges: Vec<Interval> = traits.iter().map(|arg| arg.range).collect();
                    let mut range = interval(op, &ranges);
                    if op == Op::Mul && args[0] == args[1] {
                        range.low = range.low.max(0.0);
                    }
                    Traits { number: None, range, is_exact: is_exact(op, &traits) }
                }
            };
            checks.known.insert(*id, known);
        }
        checks.terms = terms::terms(graph, &nodes, outputs, &checks.known);
        checks.spare = spare::spares(graph, &nodes, &checks.terms, |args| checks.all(args));
        for id in &nodes {
            checks.ask_of_range(graph, *id);
        }
        // Values that a question may have made NaN.
        let mut doubted: HashSet<Id> = HashSet::new();
        for id in &nodes {
            let Some((_, args)) = graph.operation(*id) else { continue };
            if graph.varies(*id) {
                checks.ask_of_bits(graph, *id);
                checks.ask_of_hidden(graph, *id, &doubted);
            }
            if checks.asked.contains_key(id) || args.iter().any(|arg| doubted.contains(arg)) {
                doubted.insert(*id);
            }
        }
        checks
    }

    /// What is asked of a node.
    pub(super) fn of(&self, id: Id) -> &[Asked] {
        self.asked.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether its magnitude may leave f64 though the input is a number of f32.
    pub(super) fn may_overflow(&self, id: Id) -> bool {
        self.largest(id) > HUGE
    }

    fn largest(&self, id: Id) -> f64 {
        self.known[&id].range.largest()
    }

    fn is_exact(&self, id: Id) -> bool {
        self.known[&id].is_exact
    }

    fn all(&self, ids: &[Id]) -> Vec<Traits> {
        ids.iter().map(|id| self.known[id]).collect()
    }

    fn push(&mut self, id: Id, asked: Asked) {
        let known = self.asked.entry(id).or_default();
        if !known.contains(&asked) {
            known.push(asked);
        }
    }

    /// The questions about overflow and underflow: a quotient hides those of its denominator, a product
    /// by something huge those of its other factor.
    fn ask_of_range(&mut self, graph: &Graph, id: Id) {
        let underflows = |checks: &Checks, id: Id| {
            checks.known[&id].range.contains(0.0) && underflows(graph, id)
        };
        let is_computed = |id: Id| graph.operation(id).is_some() && graph.varies(id);
        match graph.operation(id) {
            Some((Op::Div, &[a, b])) if is_computed(b) => {
                let is_factor = self.inverted.contains(&b);
                let is_hidden = self.may_overflow(b) && (is_factor || self.largest(a) > RESTORES);
                if is_hidden || underflows(self, b) {
                    self.push(b, Asked::InRange);
                }
            }
            Some((Op::Mul, &[a, b])) => {
                for (factor, by) in [(a, b), (b, a)] {
                    let is_restored = self.largest(by) > RESTORES && underflows(self, factor);
                    if is_restored && is_computed(factor) {
                        self.push(id, Asked::Restored { by });
                    }
                }
            }
            _ => {}
        }
    }

    /// The questions about lost bits.
    fn ask_of_bits(&mut self, graph: &Graph, id: Id) {
        let Some((op, args)) = graph.operation(id) else { return };
        let known = self.all(args);
        match (op, args) {
            (Op::Add | Op::Sub, _) => {
                if let Some(&against) = self.terms.of_sums.get(&id) {
                    self.push(id, Asked::Uncancelled { bits: self.spare.of_sums[&id], against });
                }
            }
            (Op::Sign, &[a]) => {
                if let Some(&size) = self.terms.of_signs.get(&id) {
                    let bits = self.spare.of_signs[&id];
                    self.push(id, Asked::Signed { a, size, bits });
                }
            }
            (Op::Log, _) if magnifies(op, &known) => {
                self.push(id, Asked::UncancelledBy { bits: Spare::alike(MAGNIFIED), number: 1.0 });
            }
            (Op::Log1p, &[a]) if magnifies(op, &known) => {
                self.push(id, Asked::AboveMinusOne { a });
            }
            (Op::Sin | Op::Cos | Op::Tan, &[a]) if !self.is_exact(a) => {
                self.push(id, Asked::Uncancelled { bits: Spare::alike(MAGNIFIED), against: a });
                if op == Op::Tan {
                    self.push(id, Asked::ModerateProduct { a });
                }
            }
            (Op::Pow, &[a, b])
                if !self.is_exact(a) && self.largest(b) > f64::from(MAGNIFIED).exp2() =>
            {
                self.push(id, Asked::Moderate { a: b });
            }
            _ => {}
        }
    }

    /// Arguments whose NaN the operation would hide: those that only decide.
    fn ask_of_hidden(&mut self, graph: &Graph, id: Id, doubted: &HashSet<Id>) {
        if let Some((Op::Select, args)) = graph.operation(id)
            && let Some((_, &[a, b])) = graph.operation(args[0])
        {
            if [a, b].iter().all(|side| graph.varies(*side)) {
                self.push(id, Asked::Ordered { a, b });
            }
            let is_known = |side: Id, other: Id| {
                self.is_exact(side) || (is_zero(graph, other) && self.has_exact_sign(graph, side))
            };
            if !(is_known(a, b) && is_known(b, a)) {
                // Of 0 no difference is a share.
                let (a, b) = if is_zero(graph, b) { (b, a) } else { (a, b) };
                self.push(id, Asked::Decided { a, b });
            }
        }
        let deciding: Vec<Id> = match graph.operation(id) {
            Some((Op::Select, args)) => {
                graph.operation(args[0]).map_or(vec![args[0]], |(_, compared)| compared.to_vec())
            }
            Some((Op::Pow, args)) => args.to_vec(),
            _ => return,
        };
        for of in deciding.into_iter().filter(|of| doubted.contains(of)) {
            self.push(id, Asked::KeepNan { of });
        }
    }

    /// Whether rounding cannot have changed the sign: of a sum or a product of what it has not touched, and of
    /// what has the sign of its argument.
    fn has_exact_sign(&self, graph: &Graph, id: Id) -> bool {
        match graph.operation(id) {
            None => true,
            Some((Op::Add | Op::Sub, args)) => args.iter().all(|arg| self.is_exact(*arg)),
            Some((Op::Mul | Op::Div | Op::Max | Op::Min, args)) => {
                args.iter().all(|arg| self.has_exact_sign(graph, *arg))
            }
            Some((
                Op::Neg
                | Op::Abs
                | Op::Sqrt
                | Op::Exp
                | Op::Expm1
                | Op::Sigmoid
                | Op::Softplus
                | Op::Tanh
                | Op::Sinh
                | Op::Cosh
                | Op::TanhRest
                | Op::Atan
                | Op::Erf
                | Op::Phi
                | Op::Log1p,
                args,
            )) => self.has_exact_sign(graph, args[0]),
            _ => self.is_exact(id),
        }
    }
}

/// Where a leaf may be.
pub(crate) fn leaf_range(node: Node, parameters: &[Parameter]) -> Interval {
    match node {
        Node::Constant(bits) => Interval::point(f64::from_bits(bits)),
        Node::Variance => Interval::new(0.0, LARGEST_PARAMETER),
        Node::Parameter(place) => {
            let all = Interval::new(-LARGEST_PARAMETER, LARGEST_PARAMETER);
            match parameters.get(place as usize).map(|parameter| parameter.constraint) {
                Some(Constraint::AtLeast(low)) => Interval::new(low, LARGEST_PARAMETER.max(low)),
                // Projection stops there.
                Some(Constraint::Positive) => {
                    Interval::new(f64::from(f32::MIN_POSITIVE), LARGEST_PARAMETER)
                }
                Some(Constraint::Between(low, high)) => Interval::new(low, high),
                _ => all,
            }
        }
        _ => Interval::new(-LARGEST, LARGEST),
    }
}

fn is_zero(graph: &Graph, id: Id) -> bool {
    graph.value(id) == Some(0.0)
}

/// Whether a value may be lost below the range of f64 where the input is a number of f32: products of
/// a few inputs are not, exponentials are.
fn underflows(graph: &Graph, id: Id) -> bool {
    graph.reachable(&[id]).iter().any(|below| {
        matches!(
            graph.operation(*below),
            Some((
                Op::Exp
                    | Op::Density
                    | Op::Phi
                    | Op::Erfc
                    | Op::Pow
                    | Op::Sigmoid
                    | Op::Softplus
                    | Op::TanhSoftplus
                    | Op::TanhSoftplusSlope,
                _
            ))
        )
    })
}
