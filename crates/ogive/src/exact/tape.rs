//! Expressions in order of evaluation, over intervals and over numbers of any length.

use std::collections::HashMap;

use ogive_formula::{Formula, Interval, Node, Op, Point, interval};

use super::number::{Number, Numbers};

/// A leaf or an operation on earlier entries.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    Constant { value: f64, is_exact: bool },
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
    pub(super) entries: Vec<Entry>,
    /// Where each output is.
    outputs: Vec<Option<usize>>,
}

impl Tape {
    pub(super) fn new(formula: &Formula, outputs: &[Option<ogive_formula::Id>]) -> Tape {
        let graph = formula.graph();
        let roots: Vec<_> = outputs.iter().flatten().copied().collect();
        let mut places = HashMap::new();
        let mut entries = Vec::new();
        for id in graph.reachable(&roots) {
            places.insert(id, entries.len());
            entries.push(match graph.node(id) {
                Node::Constant(bits) => {
                    Entry::Constant { value: f64::from_bits(bits), is_exact: true }
                }
                Node::X => Entry::X,
                Node::Gate => Entry::Gate,
                Node::Parameter(place) => Entry::Parameter(place as usize),
                Node::Mean => Entry::Mean,
                Node::Variance => Entry::Variance,
                Node::Apply(op, args) => Entry::Apply(op, args.map(|arg| places[&arg])),
            });
        }
        let outputs = outputs.iter().map(|id| id.map(|id| places[&id])).collect();
        Tape { entries, outputs }
    }

    fn leaf(entry: Entry, point: &Point) -> f64 {
        match entry {
            Entry::Constant { value, .. } => value,
            Entry::X => point.x,
            Entry::Gate => point.gate,
            Entry::Parameter(place) => point.parameters[place],
            Entry::Mean => point.mean,
            Entry::Variance => point.variance,
            Entry::Apply(..) => unreachable!("an operation is no leaf"),
        }
    }

    /// An enclosure of each output; none where there is no such output.
    pub(super) fn in_intervals(&self, point: &Point) -> Vec<Option<Interval>> {
        let mut values: Vec<Interval> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            values.push(match *entry {
                Entry::Apply(op, args) => {
                    let args = args.map(|arg| values[arg]);
                    interval(op, &args[..op.info().arity])
                }
                Entry::Constant { value, is_exact: false } => {
                    Interval::new(value.next_down(), value.next_up())
                }
                leaf => Interval::point(Tape::leaf(leaf, point)),
            });
        }
        self.outputs.iter().map(|place| place.map(|place| values[place])).collect()
    }

    /// Each output with more and more bits on the way, until two evaluations agree; 0 where it is 0 to
    /// the last, and none where there is no such output.
    pub(super) fn exactly(&self, point: &Point, precisions: &[usize]) -> Vec<Option<f64>> {
        let mut values: Vec<Option<f64>> =
            self.outputs.iter().map(|place| place.is_none().then_some(f64::NAN)).collect();
        Numbers::lend(|numbers| {
            let mut last: Vec<Option<Number>> = Vec::new();
            for precision in precisions {
                let next = self.in_digits(point, numbers, *precision);
                for (place, value) in values.iter_mut().enumerate().filter(|(_, v)| v.is_none()) {
                    let before = last.get(place).and_then(Option::as_ref);
                    if let (Some(before), Some(now)) = (before, &next[place])
                        && Numbers::agree(before, now)
                    {
                        *value = Some(now.to_f64());
                    }
                }
                if values.iter().all(Option::is_some) {
                    return values;
                }
                last = next;
            }
            // What shrinks with every digit is 0.
            values.into_iter().map(|value| value.or(Some(0.0))).collect()
        })
    }

    /// Each output with so many bits on the way.
    fn in_digits(
        &self,
        point: &Point,
        numbers: &mut Numbers,
        precision: usize,
    ) -> Vec<Option<Number>> {
        numbers.precision = precision;
        let mut values: Vec<Number> = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            values.push(match *entry {
                Entry::Apply(op, [a, b, c]) => {
                    numbers.apply(op, &values[a], &values[b], &values[c])
                }
                leaf => numbers.of(Tape::leaf(leaf, point)),
            });
        }
        self.outputs.iter().map(|place| place.map(|place| values[place].clone())).collect()
    }
}
