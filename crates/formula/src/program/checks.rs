//! What to ask of the values of a program that nobody has judged.
//!
//! A result in f32 can spare 28 of the 53 bits of f64. A sum whose terms cancel may lose more, and so
//! may what leaves the range of f64 on the way. Interval arithmetic and exactness prove most values
//! safe; the others are asked on the run.

use std::collections::{HashMap, HashSet};

use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::{Constraint, Interval, Parameter, interval};

/// How many bits a sum may lose: of two such sums, one in the other, results in f32 stay good.
const CANCELLED: u8 = 10;
/// How many a function may lose that multiplies the error of its argument.
const MAGNIFIED: u8 = 20;
/// The largest f32; numbers beyond it overflow soonest where formulas are meant for f32.
const LARGEST: f64 = f32::MAX as f64;
/// No parameter is expected beyond.
const LARGEST_PARAMETER: f64 = 18446744073709551616.0; // 2^64
/// A magnitude near the end of f64.
const HUGE: f64 = 9.745314011399999e288; // 2^960
/// A factor that brings what has underflowed back into sight.
const RESTORES: f64 = 1.6069380442589903e60; // 2^200

/// One question, in the order of the steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Asked {
    /// That no more than so many bits cancelled against this term.
    Uncancelled { bits: u8, against: Id },
    /// The same against a number.
    UncancelledBy { bits: u8, number: f64 },
    /// That it is in the range of f64, with some room.
    InRange,
    /// That this value, which only decides, was found good.
    KeepNan { of: Id },
}

/// The questions of one program, by node.
pub(super) struct Checks {
    asked: HashMap<Id, Vec<Asked>>,
    intervals: HashMap<Id, Interval>,
}

impl Checks {
    pub(super) fn new(graph: &Graph, outputs: &[Id], parameters: &[Parameter]) -> Checks {
        let mut checks = Checks { asked: HashMap::new(), intervals: HashMap::new() };
        let mut exact: HashSet<Id> = HashSet::new();
        // Values that a check may have made NaN.
        let mut doubted: HashSet<Id> = HashSet::new();
        for id in graph.reachable(outputs) {
            let range = match graph.operation(id) {
                None => leaf(graph.node(id), parameters),
                Some((op, args)) => {
                    let ranges: Vec<Interval> =
                        args.iter().map(|arg| checks.intervals[arg]).collect();
                    interval(op, &ranges)
                }
            };
            checks.intervals.insert(id, range);
            let Some((op, args)) = graph.operation(id) else {
                exact.insert(id);
                continue;
            };
            if is_exact(graph, op, args, &exact) {
                exact.insert(id);
            }
            let mut asked = Vec::new();
            if graph.varies(id) {
                checks.ask(graph, op, args, &exact, &mut asked);
                hidden(graph, op, args, &doubted, &mut asked);
            }
            if !asked.is_empty() || args.iter().any(|arg| doubted.contains(arg)) {
                doubted.insert(id);
            }
            if !asked.is_empty() {
                checks.asked.insert(id, asked);
            }
        }
        checks.ask_of_ranges(graph, outputs);
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
        let range = self.intervals[&id];
        range.low.abs().max(range.high.abs())
    }

    /// The questions about lost bits.
    fn ask(
        &self,
        graph: &Graph,
        op: Op,
        args: &[Id],
        exact: &HashSet<Id>,
        asked: &mut Vec<Asked>,
    ) {
        let range = |id: Id| self.intervals[&id];
        match (op, args) {
            (Op::Add | Op::Sub, &[a, b]) => {
                if exact.contains(&a) && exact.contains(&b) {
                    return;
                }
                let (p, q) = (range(a), range(b));
                if cancels(p, if op == Op::Add { q } else { negated(q) }) {
                    // Where much cancels the terms are alike; a product goes on into the sum's step.
                    let product = graph.matches(b, Op::Mul).is_some();
                    let against = if product { a } else { b };
                    asked.push(Asked::Uncancelled { bits: CANCELLED, against });
                }
            }
            (Op::Log, &[a]) if !exact.contains(&a) => {
                let near_one = range(a).low < 1.5 && range(a).high > 0.5;
                if near_one {
                    asked.push(Asked::UncancelledBy { bits: MAGNIFIED, number: 1.0 });
                }
            }
            (Op::Sin | Op::Cos | Op::Tan, &[a]) if !exact.contains(&a) => {
                asked.push(Asked::Uncancelled { bits: MAGNIFIED, against: a });
            }
            _ => {}
        }
    }

    /// The questions about overflow and underflow: a quotient hides those of its denominator, a product
    /// by something huge those of its other factor.
    fn ask_of_ranges(&mut self, graph: &Graph, outputs: &[Id]) {
        for id in graph.reachable(outputs) {
            let suspects = match graph.operation(id) {
                Some((Op::Div, &[_, b])) => vec![b],
                Some((Op::Mul, &[a, b])) => {
                    let restored =
                        [(a, b), (b, a)].into_iter().filter(|(_, by)| self.largest(*by) > RESTORES);
                    restored.map(|(factor, _)| factor).collect()
                }
                _ => continue,
            };
            for suspect in suspects {
                let range = self.intervals[&suspect];
                let leaves = graph.operation(suspect).is_some() && graph.varies(suspect);
                let is_tiny = range.low <= 0.0 && range.high >= 0.0 && underflows(graph, suspect);
                if leaves && (is_tiny || self.may_overflow(suspect)) {
                    let asked = self.asked.entry(suspect).or_default();
                    if !asked.contains(&Asked::InRange) {
                        asked.push(Asked::InRange);
                    }
                }
            }
        }
    }
}

/// Where a leaf may be.
fn leaf(node: Node, parameters: &[Parameter]) -> Interval {
    match node {
        Node::Constant(bits) => Interval::point(f64::from_bits(bits)),
        Node::Variance => Interval::new(0.0, LARGEST_PARAMETER),
        Node::Parameter(place) => {
            let all = Interval::new(-LARGEST_PARAMETER, LARGEST_PARAMETER);
            match parameters.get(place as usize).map(|parameter| parameter.constraint) {
                Some(Constraint::AtLeast(low)) => Interval::new(low, LARGEST_PARAMETER.max(low)),
                Some(Constraint::Positive) => Interval::new(0.0, LARGEST_PARAMETER),
                Some(Constraint::Between(low, high)) => Interval::new(low, high),
                _ => all,
            }
        }
        _ => Interval::new(-LARGEST, LARGEST),
    }
}

/// Whether rounding has not touched a value whose arguments' values it has not.
fn is_exact(graph: &Graph, op: Op, args: &[Id], exact: &HashSet<Id>) -> bool {
    let all = args.iter().all(|arg| exact.contains(arg));
    match op {
        Op::Neg | Op::Abs | Op::Sign | Op::Min | Op::Max => all,
        Op::Less | Op::LessEqual | Op::Equal => true,
        Op::Select => exact.contains(&args[1]) && exact.contains(&args[2]),
        Op::Mul => {
            let power_of_two = |id: Id| {
                graph.value(id).is_some_and(|v| v.to_bits() & ((1 << 52) - 1) == 0 && v != 0.0)
            };
            all && args.iter().any(|arg| power_of_two(*arg))
        }
        _ => false,
    }
}

fn negated(a: Interval) -> Interval {
    Interval { low: -a.high, high: -a.low, ..a }
}

/// Whether a sum of such terms may lose more than a bit or two.
fn cancels(a: Interval, b: Interval) -> bool {
    if (a.low >= 0.0 && b.low >= 0.0) || (a.high <= 0.0 && b.high <= 0.0) {
        return false;
    }
    let least = |a: Interval| {
        if a.low > 0.0 { a.low } else if a.high < 0.0 { -a.high } else { 0.0 }
    };
    let most = |a: Interval| a.low.abs().max(a.high.abs());
    least(a) < 1.5 * most(b) && least(b) < 1.5 * most(a)
}

/// Whether a value may be lost below the range of f64 where the input is a number of f32: products of
/// a few inputs are not, exponentials are.
fn underflows(graph: &Graph, id: Id) -> bool {
    graph.reachable(&[id]).iter().any(|below| {
        matches!(
            graph.operation(*below),
            Some((Op::Exp | Op::Density | Op::Phi | Op::Erfc | Op::Pow | Op::Sigmoid, _))
                | Some((Op::Softplus | Op::TanhSoftplus | Op::TanhSoftplusSlope, _))
        )
    })
}

/// Arguments whose NaN the operation would hide.
fn hidden(graph: &Graph, op: Op, args: &[Id], doubted: &HashSet<Id>, asked: &mut Vec<Asked>) {
    let deciding: Vec<Id> = match op {
        Op::Select => match graph.operation(args[0]) {
            Some((_, compared)) => compared.to_vec(),
            None => vec![args[0]],
        },
        Op::Pow => args.to_vec(),
        _ => return,
    };
    let doubted = deciding.into_iter().filter(|id| doubted.contains(id));
    asked.extend(doubted.map(|of| Asked::KeepNan { of }));
}
