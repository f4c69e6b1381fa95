//! Expressions in order of evaluation, over f64 and over numbers of any length.

use std::collections::HashMap;

use ogive_formula::{Graph, Id, Node, Op, Point, Program, Uniform};

use super::number::{Number, Numbers};

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

/// A number, and whether something on the way to it was too large or too small for numbers of any length.
#[derive(Clone, Debug)]
struct Digits {
    number: Number,
    is_out_of_range: bool,
}

/// A settled value, and the same of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) value: f64,
    pub(super) is_out_of_range: bool,
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
    pub(super) fn exactly(&self, point: &Point, precisions: &[usize]) -> Vec<Found> {
        let unknown = Found { value: f64::NAN, is_out_of_range: false };
        let mut values: Vec<Option<Found>> = vec![None; self.outputs.len()];
        Numbers::lend(|numbers| {
            let (mut last, mut bits): (Vec<Digits>, usize) = (Vec::new(), 0);
            for precision in precisions {
                let next = self.in_digits(point, numbers, *precision);
                let added = precision - std::mem::replace(&mut bits, *precision);
                let is_last = Some(precision) == precisions.last();
                if numbers.is_short && !is_last {
                    // That two evaluations agree says nothing while both have lost the same term.
                    last = next;
                    continue;
                }
                for (place, value) in values.iter_mut().enumerate().filter(|(_, v)| v.is_none()) {
                    let (Some(before), now) = (last.get(place), &next[place]) else { continue };
                    let is_out_of_range = now.is_out_of_range;
                    // The last evaluation stands alone if no term of it was lost.
                    let is_whole = is_last && !numbers.is_short && !now.number.is_nan();
                    if is_whole || Numbers::agree(&before.number, &now.number) {
                        *value = Some(Found { value: now.number.to_f64(), is_out_of_range });
                    } else if is_last && Numbers::shrinks(&before.number, &now.number, added) {
                        *value = Some(Found { value: 0.0, is_out_of_range });
                    }
                }
                if values.iter().all(Option::is_some) {
                    break;
                }
                last = next;
            }
            values.into_iter().map(|value| value.unwrap_or(unknown)).collect()
        })
    }

    /// Each output with so many bits on the way.
    fn in_digits(&self, point: &Point, numbers: &mut Numbers, precision: usize) -> Vec<Digits> {
        (numbers.precision, numbers.is_short) = (precision, false);
        let mut values: Vec<Digits> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            values.push(match *entry {
                Entry::Apply(op, places) => {
                    let args = places.map(|place| &values[place].number);
                    let number = numbers.apply(op, args[0], args[1], args[2]);
                    let of_args = || places.iter().any(|place| values[*place].is_out_of_range);
                    let is_out_of_range =
                        number.is_out_of_range(op, &args[..op.info().arity]) || of_args();
                    Digits { number, is_out_of_range }
                }
                leaf => {
                    let number = numbers.of(Tape::leaf(leaf, point));
                    Digits { number, is_out_of_range: false }
                }
            });
        }
        self.outputs.iter().map(|place| values[*place].clone()).collect()
    }
}
