//! Expressions in order of evaluation, over f64 and over numbers of any length.

use std::collections::HashMap;
use std::f64::consts::PI;

use ogive_formula::{Graph, Id, Node, Op, Point, Program, Uniform};

use super::number::Number;
use super::numbers::Numbers;

/// How far beside a point its limit is looked for, in shares of it, and the bits for that.
const STEPS: [f64; 2] = [7.888609052210118e-31, 7.006492321624085e-46]; // 2^-100, 2^-150
const BESIDE: [usize; 2] = [1024, 4096];
/// With so many bits and twice as many, a value that is far beyond f64 stays there.
const FAR_ENOUGH: usize = 256;

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

/// An expression in order of evaluation; its last entry is its value.
#[derive(Debug)]
pub(super) struct Tape(Vec<Entry>);

impl Tape {
    pub(super) fn new(graph: &Graph, root: Id) -> Tape {
        let mut places = HashMap::new();
        let mut entries = Vec::new();
        for id in graph.reachable(&[root]) {
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
        Tape(entries)
    }

    /// The same with the constants moved by their rounding that satisfy `is_rounded`; none if there are none.
    pub(super) fn moved(&self, is_rounded: impl Fn(f64) -> bool) -> Option<Tape> {
        let is_moved = |entry: &Entry| matches!(*entry, Entry::Constant(value) if value.abs() != PI && is_rounded(value));
        let moved = |entry: &Entry| match *entry {
            Entry::Constant(value) if is_moved(entry) => Entry::Constant(value.next_up()),
            other => other,
        };
        self.0.iter().any(is_moved).then(|| Tape(self.0.iter().map(moved).collect()))
    }

    /// The uniform of a program at this place.
    pub(super) fn of_uniform(program: &Program, place: usize) -> Tape {
        let entries = program.uniforms[..=place].iter().map(|uniform| match *uniform {
            Uniform::Constant(value) => Entry::Constant(value),
            Uniform::Parameter(place) => Entry::Parameter(place),
            Uniform::Mean => Entry::Mean,
            Uniform::Variance => Entry::Variance,
            Uniform::Apply(op, args) => Entry::Apply(op, args),
        });
        Tape(entries.collect())
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

    /// The value in f64, with whatever is lost on the way.
    pub(super) fn in_doubles(&self, point: &Point) -> f64 {
        let mut values: Vec<f64> = Vec::with_capacity(self.0.len());
        for entry in &self.0 {
            values.push(match *entry {
                Entry::Apply(op, [a, b, c]) => (op.info().value)(values[a], values[b], values[c]),
                leaf => Tape::leaf(leaf, point),
            });
        }
        values.last().copied().unwrap_or(f64::NAN)
    }

    /// The value, with more and more bits on the way until two evaluations agree; 0 where it shrinks to the
    /// last, and NaN where nothing is known of it.
    pub(super) fn exactly(&self, point: &Point, precisions: &[usize]) -> Found {
        Numbers::lend(|numbers| {
            let mut last: Option<(usize, Number)> = None;
            for precision in precisions {
                let now = self.in_digits(point, 0.0, numbers, *precision);
                let is_last = Some(precision) == precisions.last();
                // That two evaluations agree says nothing while both have lost the same term; the last
                // one stands alone if no term of it was lost.
                let is_whole = !numbers.is_short && !now.is_nan();
                if let Some((bits, before)) = &last
                    && *bits >= FAR_ENOUGH
                    && Number::are_as_far(before, &now)
                {
                    return Found::Settled(now.to_f64());
                }
                if let Some((bits, before)) = &last
                    && (is_last || !numbers.is_short)
                {
                    if (is_last && is_whole) || Number::agree(before, &now) {
                        let value = now.to_f64();
                        return if is_whole { Found::Settled(value) } else { Found::Short(value) };
                    }
                    if is_last && Number::shrinks(before, &now, precision - bits) {
                        return Found::Short(0.0);
                    }
                }
                last = Some((*precision, now));
            }
            Found::Short(f64::NAN)
        })
    }

    /// What an evaluation in so many words costs: functions are series, of more terms the more words.
    fn effort(&self, words: u64) -> u64 {
        let of_entry = |entry: &Entry| match entry {
            Entry::Apply(Op::Erf | Op::Erfc | Op::Phi, _) => 4 * words * words * words,
            Entry::Apply(op, _) if op.is_function() => words * words * words / 4,
            _ => words * words,
        };
        self.0.iter().map(of_entry).sum()
    }

    /// What the value tends to at a point where there is none, as for sin(x)/x at 0; NaN where the two sides
    /// tend to something else.
    pub(super) fn limit(&self, point: &Point) -> f64 {
        let near = |shift: f64| {
            let shift = shift * point.x.abs().max(1.0);
            Numbers::lend(|numbers| {
                let value = self.in_digits(point, shift, numbers, BESIDE[0]).to_f64();
                // Where terms have left nothing, more digits say whether there was something.
                let is_right = !numbers.is_short
                    || self.in_digits(point, shift, numbers, BESIDE[1]).to_f64() == value;
                if is_right { value } else { f64::NAN }
            })
        };
        let [right, left] = [1.0, -1.0].map(|side| {
            let [far, nearer] = STEPS.map(|step| near(side * step));
            tends(far, nearer)
        });
        if left.is_nan() || agrees(left, right) {
            right
        } else if right.is_nan() {
            left
        } else {
            f64::NAN
        }
    }

    /// The value with so many bits on the way, where x is moved by `shift`.
    fn in_digits(
        &self,
        point: &Point,
        shift: f64,
        numbers: &mut Numbers,
        precision: usize,
    ) -> Number {
        (numbers.precision, numbers.is_short, numbers.cancelled) = (precision, false, 0);
        numbers.effort += self.effort((precision / 64) as u64);
        let mut values: Vec<Number> = Vec::with_capacity(self.0.len());
        for entry in &self.0 {
            values.push(match *entry {
                Entry::Apply(op, [a, b, c]) => {
                    numbers.apply(op, &values[a], &values[b], &values[c])
                }
                Entry::X if shift != 0.0 => {
                    let (x, shift) = (numbers.of(point.x), numbers.of(shift));
                    numbers.apply(Op::Add, &x, &shift, &shift)
                }
                // Who writes the f64 that is next to π means π.
                Entry::Constant(value) if value.abs() == PI => {
                    let pi = numbers.pi();
                    Number::Near(if value < 0.0 { pi.neg() } else { pi })
                }
                leaf => numbers.of(Tape::leaf(leaf, point)),
            });
        }
        values.pop().unwrap_or_else(|| numbers.of(f64::NAN))
    }
}

/// What evaluations have found.
pub(super) enum Found {
    /// The value.
    Settled(f64),
    /// The best guess of evaluations that all have lost something: a term, or all digits.
    Short(f64),
}

impl Found {
    /// The value or the guess.
    pub(super) fn value(self) -> f64 {
        let (Found::Settled(value) | Found::Short(value)) = self;
        value
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
