//! Expressions in order of evaluation, over f64 and over numbers of any length.

use std::collections::HashMap;

use ogive_formula::{Graph, Id, Node, Op, Point, Program, Uniform};

use super::number::Number;
use super::numbers::Numbers;

/// How far beside a point its limit is looked for, in shares of it, and the bits for that.
const STEPS: [f64; 2] = [7.888609052210118e-31, 7.006492321624085e-46]; // 2^-100, 2^-150
const BESIDE: usize = 1024;

/// A leaf or an operation on earlier entries.
#[derive(Clone, Copy, Debug)]
enum Entry {
    Constant(f64),
    X,
    Gate,
    Parameter(usize),
    Mean,
    Variance,
    Apply(Op, [usize; 3]),
}

/// Expressions in order of evaluation.
#[derive(Debug)]
pub(super) struct Tape {
    entries: Vec<Entry>,
    /// Where each output is.
    outputs: Vec<usize>,
}

impl Tape {
    pub(super) fn new(graph: &Graph, roots: &[Id]) -> Tape {
        let mut places = HashMap::new();
        let mut entries = Vec::new();
        for id in graph.reachable(roots) {
            places.insert(id, entries.len());
            entries.push(match graph.node(id) {
                Node::Constant(bits) => Entry::Constant(f64::from_bits(bits)),
                Node::X => Entry::X,
                Node::Gate => Entry::Gate,
                Node::Parameter(place) => Entry::Parameter(place as usize),
                Node::Mean => Entry::Mean,
                Node::Variance => Entry::Variance,
                Node::Apply(op, args) => Entry::Apply(op, args.map(|arg| places[&arg])),
            });
        }
        let outputs = roots.iter().map(|root| places[root]).collect();
        Tape { entries, outputs }
    }

    /// The uniforms of a program at these places.
    pub(super) fn of_uniforms(program: &Program, outputs: &[usize]) -> Tape {
        let entries = program.uniforms.iter().map(|uniform| match *uniform {
            Uniform::Constant(value) => Entry::Constant(value),
            Uniform::Parameter(place) => Entry::Parameter(place),
            Uniform::Mean => Entry::Mean,
            Uniform::Variance => Entry::Variance,
            Uniform::Apply(op, args) => Entry::Apply(op, args),
        });
        Tape { entries: entries.collect(), outputs: outputs.to_vec() }
    }

    fn leaf(entry: Entry, point: &Point) -> f64 {
        match entry {
            Entry::Constant(value) => value,
            Entry::X => point.x,
            Entry::Gate => point.gate,
            Entry::Parameter(place) => point.parameters[place],
            Entry::Mean => point.mean,
            Entry::Variance => point.variance,
            Entry::Apply(..) => unreachable!("an operation is no leaf"),
        }
    }

    /// Each output in f64, with whatever is lost on the way.
    pub(super) fn in_doubles(&self, point: &Point) -> Vec<f64> {
        let mut values: Vec<f64> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            values.push(match *entry {
                Entry::Apply(op, [a, b, c]) => (op.info().value)(values[a], values[b], values[c]),
                leaf => Tape::leaf(leaf, point),
            });
        }
        self.outputs.iter().map(|place| values[*place]).collect()
    }

    /// Each output with more and more bits on the way, until two evaluations agree; 0 where it shrinks to
    /// the last, and NaN where nothing is known of it.
    pub(super) fn exactly(&self, point: &Point, precisions: &[usize]) -> Vec<f64> {
        let mut values: Vec<Option<f64>> = vec![None; self.outputs.len()];
        Numbers::lend(|numbers| {
            let (mut last, mut bits): (Vec<Number>, usize) = (Vec::new(), 0);
            for precision in precisions {
                let next = self.in_digits(point, 0.0, numbers, *precision);
                let added = precision - std::mem::replace(&mut bits, *precision);
                let is_last = Some(precision) == precisions.last();
                if numbers.is_short && !is_last {
                    // That two evaluations agree says nothing while both have lost the same term.
                    last = next;
                    continue;
                }
                for (place, value) in values.iter_mut().enumerate().filter(|(_, v)| v.is_none()) {
                    let (Some(before), now) = (last.get(place), &next[place]) else { continue };
                    // The last evaluation stands alone if no term of it was lost.
                    let is_whole = is_last && !numbers.is_short && !now.is_nan();
                    if is_whole || Number::agree(before, now) {
                        *value = Some(now.to_f64());
                    } else if is_last && Number::shrinks(before, now, added) {
                        *value = Some(0.0);
                    }
                }
                if values.iter().all(Option::is_some) {
                    break;
                }
                last = next;
            }
            values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect()
        })
    }

    /// What each output tends to at a point where it has no value itself, as sin(x)/x at 0; NaN where the
    /// two sides tend to something else.
    pub(super) fn limits(&self, point: &Point) -> Vec<f64> {
        let near = |shift: f64| {
            let shift = shift * point.x.abs().max(1.0);
            Numbers::lend(|numbers| {
                let values = self.in_digits(point, shift, numbers, BESIDE);
                let unknown = if numbers.is_short { f64::NAN } else { 0.0 };
                values.iter().map(|value| value.to_f64() + unknown).collect::<Vec<f64>>()
            })
        };
        let [right, left] = [1.0, -1.0].map(|side| STEPS.map(|step| near(side * step)));
        let limit = |place: usize| {
            let [right, left] = [&right, &left].map(|[far, near]| tends(far[place], near[place]));
            match (right, left) {
                (right, left) if left.is_nan() || agrees(left, right) => right,
                (right, left) if right.is_nan() => left,
                _ => f64::NAN,
            }
        };
        (0..self.outputs.len()).map(limit).collect()
    }

    /// Each output with so many bits on the way, where x is moved by `shift`.
    fn in_digits(
        &self,
        point: &Point,
        shift: f64,
        numbers: &mut Numbers,
        precision: usize,
    ) -> Vec<Number> {
        (numbers.precision, numbers.is_short) = (precision, false);
        let mut values: Vec<Number> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            values.push(match *entry {
                Entry::Apply(op, [a, b, c]) => {
                    numbers.apply(op, &values[a], &values[b], &values[c])
                }
                Entry::X if shift != 0.0 => {
                    let (x, shift) = (numbers.of(point.x), numbers.of(shift));
                    numbers.apply(Op::Add, &x, &shift, &shift)
                }
                leaf => numbers.of(Tape::leaf(leaf, point)),
            });
        }
        self.outputs.iter().map(|place| values[*place].clone()).collect()
    }
}

/// What two values tend to, the second much nearer to the point; NaN where that is not clear.
fn tends(far: f64, near: f64) -> f64 {
    const MUCH: f64 = 1_048_576.0; // 2^20
    if agrees(far, near) {
        near
    } else if near.abs() * MUCH < far.abs() {
        0.0
    } else {
        f64::NAN
    }
}

/// Whether two values are one but for what moving the point so little does.
fn agrees(a: f64, b: f64) -> bool {
    const LITTLE: f64 = 9.094947017729282e-13; // 2^-40
    a == b || (a - b).abs() <= LITTLE * b.abs()
}
