//! One element at a time and exact: for what f64 lanes cannot tell.
//!
//! A formula that nobody has judged asks questions of its values on the way
//! ([`Program::compile_checked`](ogive_formula::Program::compile_checked)). An element that fails one is
//! evaluated here: in interval arithmetic first, which clears most suspicions, and then as typed, with
//! more and more digits, until two evaluations agree. That costs microseconds and milliseconds; the
//! stable forms see to it that it is rare.

mod number;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ogive_formula::{Formula, Interval, Node, Op, Point, Quantity, Results, interval};

use crate::statistics::Statistics;
use number::{Number, Numbers};

/// Bits of the evaluations, one after the other; numbers of f64 may be so small that they take more.
const PRECISIONS: [usize; 6] = [128, 256, 512, 1024, 2048, 4096];
const IN_SINGLES: usize = 4;
/// As many bits as f64 has, all but the last.
pub(crate) const MOST_BITS: i32 = 52;

/// What evaluates the quantities of one program exactly.
#[derive(Debug)]
pub(crate) struct Exact {
    /// As computed: in intervals it clears what only looked doubtful.
    stable: Tape,
    /// As typed, with the derivatives of the textbook.
    textbook: Tape,
}

impl Exact {
    pub(crate) fn new(formula: &Formula, quantities: &[Quantity]) -> Exact {
        let literals: HashSet<u64> = formula
            .graph()
            .reachable(&[formula.typed()])
            .into_iter()
            .filter_map(|id| formula.graph().value(id))
            .map(|value| value.abs().to_bits())
            .collect();
        let tape = |of: fn(&Formula, Quantity) -> Option<ogive_formula::Id>| {
            Tape::new(formula, &quantities.iter().map(|q| of(formula, *q)).collect::<Vec<_>>())
        };
        let mut stable = tape(Formula::stable_quantity);
        for entry in &mut stable.entries {
            if let Entry::Constant { value, is_exact } = entry {
                // The compiler has folded the others, and rounded them.
                *is_exact = value.fract() == 0.0 || literals.contains(&value.abs().to_bits());
            }
        }
        Exact { stable, textbook: tape(Formula::textbook_quantity) }
    }

    /// The value of each output at `point` to at least `bits`; NaN where it is undefined, and where
    /// there is no such quantity.
    #[cold]
    pub(crate) fn at(&self, point: &Point, bits: i32) -> Vec<f64> {
        let width = (-f64::from(bits)).exp2();
        let known = self.stable.in_intervals(point);
        let settled = |range: &Option<Interval>| match range {
            None => Some(f64::NAN),
            // To intervals 1/0 is no number; as IEEE 754 has it, `1/(1 + 1/x)` is 0 at 0.
            Some(range) if range.is_empty() => None,
            Some(range) => {
                let middle = 0.5 * range.low + 0.5 * range.high;
                let is_narrow = range.width() <= width * middle.abs();
                (is_narrow && middle.is_finite()).then_some(middle)
            }
        };
        let mut values: Vec<Option<f64>> = known.iter().map(settled).collect();
        if values.iter().all(Option::is_some) {
            return values.into_iter().flatten().collect();
        }
        let count = if bits <= 32 { IN_SINGLES } else { PRECISIONS.len() };
        // Where the form as typed leaves even this range, e^(e^x), the stable one may not.
        let mut open: Vec<bool> = values.iter().map(Option::is_none).collect();
        for tape in [&self.textbook, &self.stable] {
            if !open.contains(&true) {
                break;
            }
            let found = tape.exactly(point, &PRECISIONS[..count]);
            for (place, found) in found.into_iter().enumerate().filter(|(_, f)| !f.value.is_nan()) {
                if open[place] {
                    values[place] = Some(found.value);
                    open[place] = found.is_out_of_range || found.value.is_infinite();
                }
            }
        }
        values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect()
    }
}

/// The exact evaluation with what one call gives to all elements.
#[derive(Clone, Debug)]
pub(crate) struct InCall {
    exact: Arc<Exact>,
    results: Results,
    parameters: Vec<Vec<f64>>,
    statistics: Option<[Vec<f64>; 2]>,
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) channel: usize,
    pub(crate) x: f64,
    pub(crate) gate: f64,
    pub(crate) dy: f64,
}

impl InCall {
    pub(crate) fn new(
        exact: Arc<Exact>,
        results: Results,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
    ) -> InCall {
        let statistics = statistics.map(|known| [known.mean.clone(), known.variance.clone()]);
        InCall { exact, results, parameters: parameters.to_vec(), statistics }
    }

    /// What leaves the program for one element, scaled and corrected.
    pub(crate) fn at(&self, place: Place, bits: i32) -> Vec<f64> {
        let of_channel = |values: &Vec<f64>| match values[..] {
            [] => f64::NAN,
            [value] => value,
            _ => values[place.channel],
        };
        let parameters: Vec<f64> = self.parameters.iter().map(of_channel).collect();
        let [mean, variance] = match &self.statistics {
            Some(statistics) => statistics.each_ref().map(of_channel),
            None => [f64::NAN; 2],
        };
        let Place { x, gate, dy, .. } = place;
        let point = Point { x, gate, parameters: &parameters, mean, variance };
        let mut values = self.exact.at(&point, bits);
        if self.results != Results::Values {
            values.iter_mut().for_each(|value| *value *= dy);
        }
        if self.results == Results::Corrected
            && let [.., a, b] = parameters[..]
        {
            values.pop();
            values[0] += a + b * (x - mean);
        }
        values
    }
}

/// Values that elements of one chunk have in common, such as that of 0.
#[derive(Debug, Default)]
pub(crate) struct Memory(RefCell<HashMap<[u64; 4], Vec<f64>>>);

/// More are not worth their memory.
const MOST_REMEMBERED: usize = 4096;

impl Memory {
    /// What `exact` says of a place, from memory where it was asked before.
    pub(crate) fn at(&self, exact: &InCall, place: Place, bits: i32) -> Vec<f64> {
        let Place { channel, x, gate, dy } = place;
        let key = [channel as u64, x.to_bits(), gate.to_bits(), dy.to_bits()];
        let mut known = self.0.borrow_mut();
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.entry(key).or_insert_with(|| exact.at(place, bits)).clone()
    }
}

/// A leaf or an operation on earlier entries.
#[derive(Clone, Copy, Debug)]
enum Entry {
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
struct Tape {
    entries: Vec<Entry>,
    /// Where each output is.
    outputs: Vec<Option<usize>>,
}

/// A number, and whether something on the way to it was too large or too small for numbers of any length.
#[derive(Clone, Debug)]
struct Digits {
    number: Number,
    is_out_of_range: bool,
}

/// A settled value, and the same of it.
#[derive(Clone, Copy, Debug)]
struct Found {
    value: f64,
    is_out_of_range: bool,
}

impl Tape {
    fn new(formula: &Formula, outputs: &[Option<ogive_formula::Id>]) -> Tape {
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
    fn in_intervals(&self, point: &Point) -> Vec<Option<Interval>> {
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

    /// Each output with more and more bits on the way, until two evaluations agree; 0 where it shrinks to
    /// the last, and NaN where nothing is known of it or there is no such output.
    fn exactly(&self, point: &Point, precisions: &[usize]) -> Vec<Found> {
        let unknown = Found { value: f64::NAN, is_out_of_range: false };
        let mut values: Vec<Option<Found>> =
            self.outputs.iter().map(|place| place.is_none().then_some(unknown)).collect();
        Numbers::lend(|numbers| {
            let (mut last, mut bits): (Vec<Option<Digits>>, usize) = (Vec::new(), 0);
            for precision in precisions {
                let next = self.in_digits(point, numbers, *precision);
                let added = precision - std::mem::replace(&mut bits, *precision);
                let is_last = Some(precision) == precisions.last();
                for (place, value) in values.iter_mut().enumerate().filter(|(_, v)| v.is_none()) {
                    let before = last.get(place).and_then(Option::as_ref);
                    let (Some(before), Some(now)) = (before, &next[place]) else { continue };
                    let is_out_of_range = now.is_out_of_range;
                    if numbers.agree(&before.number, &now.number) {
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
    fn in_digits(
        &self,
        point: &Point,
        numbers: &mut Numbers,
        precision: usize,
    ) -> Vec<Option<Digits>> {
        numbers.precision = precision;
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
        self.outputs.iter().map(|place| place.map(|place| values[place].clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, quantity: Quantity, x: f64) -> f64 {
        let formula = Formula::parse(text).unwrap();
        let parameters: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
        let point = Point { x, parameters: &parameters, ..Point::default() };
        Exact::new(&formula, &[quantity]).at(&point, 50)[0]
    }

    fn close(got: f64, known: f64) {
        assert!((got - known).abs() <= 2e-16 * known.abs(), "{got:e}, not {known:e}");
    }

    #[test]
    fn what_cancels_is_right_to_the_last_place() {
        let value = Quantity::Value;
        close(at("x - tanh(x)", value, 2f64.powi(-100)), 2f64.powi(-300) / 3.0);
        close(at("x - sin(x)", value, 1e-5), 1e-15 / 6.0 - 1e-25 / 120.0);
        close(at("(1 - cos(x))/x^2", value, 1e-8), 0.5 - 1e-16 / 24.0);
        close(at("log(x + sqrt(x^2 + 1))", value, 1e-20), 1e-20);
        close(at("exp(x)/(exp(x) + exp(-x))", value, 1e4), 1.0);
        close(at("exp(x)/(2 + exp(0.9*x))", value, 720.0), 72f64.exp());
        assert_eq!(at("erf(x) - tanh(x)", value, 0.0), 0.0);
        assert!(at("log(x)", value, -1.0).is_nan());
        // e^(10^10) is too large for numbers of any length, and must not become 1/∞.
        assert_eq!(at("1/(1 + log(1 + exp(x)) - x)", value, 1e10), 1.0);
        assert_eq!(at("1/(1 + log(1/exp(-x)) - x)", value, 1e10), 1.0);
        // The digits of e^(e^10) do not say where on the circle it is.
        assert!(at("sin(exp(exp(x)))", value, 10.0).is_nan());
        assert!(at("cos(exp(exp(x)))", value, 30.0).is_nan());
        assert_eq!(at("x/(x + 1/x)", value, 0.0), 0.0);
        assert_eq!(at("if 1/x > x { 3 - x } else { x }", value, 0.0), 3.0);
    }

    #[test]
    fn derivatives_are_of_the_form_as_typed() {
        close(at("x - tanh(x)", Quantity::X, 1e-20), 1e-40);
        close(at("log(1 + exp(b*x))/b | b = 2", Quantity::Parameter(0), 40.0), {
            // -(z·sigmoid(-z) + softplus(-z))/b² at z = 80, where both are e^-80 to the last place
            -(81.0 * (-80f64).exp()) / 4.0
        });
        close(at("x/sqrt(1 + x^2)", Quantity::X, 1e9), 1e-27 - 1.5e-45);
        close(at("erf(x)", Quantity::X, 3.0), 2.0 / std::f64::consts::PI.sqrt() * (-9f64).exp());
    }
}
