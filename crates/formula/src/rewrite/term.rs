//! Expressions as e-graph nodes, with what interval arithmetic and a few samples know of each class.

use egg::{Analysis, DidMerge, EGraph, Id, Language};

use crate::expr::Node;
use crate::op::Op;
use crate::rounding::{Traits, is_exact};
use crate::{Interval, interval};

/// What a node does, without its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Head {
    /// A number or an input.
    Leaf(Node),
    Apply(Op),
}

/// A node of the e-graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) head: Head,
    args: [Id; 3],
    count: usize,
}

impl Term {
    pub(super) fn leaf(node: Node) -> Term {
        Term { head: Head::Leaf(node), args: [Id::from(0); 3], count: 0 }
    }

    pub(super) fn apply(op: Op, given: &[Id]) -> Term {
        let mut args = [Id::from(0); 3];
        args[..given.len()].copy_from_slice(given);
        Term { head: Head::Apply(op), args, count: given.len() }
    }
}

impl Language for Term {
    type Discriminant = Head;

    fn discriminant(&self) -> Head {
        self.head
    }

    fn matches(&self, other: &Self) -> bool {
        self.head == other.head
    }

    fn children(&self) -> &[Id] {
        &self.args[..self.count]
    }

    fn children_mut(&mut self) -> &mut [Id] {
        &mut self.args[..self.count]
    }
}

/// The inputs at which every class is evaluated.
pub(super) const INPUTS: [f64; 16] = [
    1e-6, -1e-6, 1e-3, -1e-3, 0.07, -0.07, 0.6, -0.6, 1.7, -1.7, 5.3, -5.3, 40.0, -40.0, 2e4, -2e4,
];

/// A value at each of [`INPUTS`].
pub(super) type Samples = [f64; INPUTS.len()];

/// What is known of every member of a class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) traits: Traits,
    /// Its values, as the first of its members that has one gives them.
    pub(super) samples: Samples,
}

/// What the leaves are.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaves {
    pub(super) of: Vec<(Node, Interval, Samples)>,
}

impl Analysis<Term> for Leaves {
    type Data = Known;

    fn make(egraph: &mut EGraph<Term, Self>, term: &Term, _: Id) -> Known {
        let op = match term.head {
            Head::Leaf(Node::Constant(bits)) => {
                let number = f64::from_bits(bits);
                let range = Interval::point(number);
                let traits = Traits { number: Some(number), range, is_exact: true };
                return Known { traits, samples: [number; INPUTS.len()] };
            }
            Head::Leaf(node) => {
                let known = egraph.analysis.of.iter().find(|(leaf, ..)| *leaf == node);
                let (range, samples) = known
                    .map_or((Interval::ENTIRE, [f64::NAN; INPUTS.len()]), |known| {
                        (known.1, known.2)
                    });
                return Known { traits: Traits { number: None, range, is_exact: true }, samples };
            }
            Head::Apply(op) => op,
        };
        let samples = std::array::from_fn(|at| {
            let of = |place: usize| {
                term.children().get(place).map_or(0.0, |arg| egraph[*arg].data.samples[at])
            };
            (op.info().value)(of(0), of(1), of(2))
        });
        let args: Vec<Traits> =
            term.children().iter().map(|arg| egraph[*arg].data.traits).collect();
        let ranges: Vec<Interval> = args.iter().map(|arg| arg.range).collect();
        let mut range = interval(op, &ranges);
        if matches!(op, Op::Mul) && term.children()[0] == term.children()[1] {
            range = interval(Op::Pow, &[ranges[0], Interval::point(2.0)]);
        }
        let traits = Traits { number: folded(op, &args), range, is_exact: is_exact(op, &args) };
        Known { traits, samples }
    }

    fn merge(&mut self, a: &mut Known, b: Known) -> DidMerge {
        let mut changed = [false; 2];
        let mut differ = |to_a: bool, to_b: bool| {
            changed[0] |= to_a;
            changed[1] |= to_b;
        };
        let (known, other) = (&mut a.traits, b.traits);
        differ(
            known.number.is_none() && other.number.is_some(),
            other.number.is_none() && known.number.is_some(),
        );
        known.number = known.number.or(other.number);
        let both = narrowed(known.range, known.range.meet(other.range));
        // Enclosures of one value always meet; of a function that is defined nowhere there are none.
        if !both.is_empty() {
            differ(both != known.range, both != other.range);
            known.range = both;
        }
        differ(other.is_exact && !known.is_exact, known.is_exact && !other.is_exact);
        known.is_exact |= other.is_exact;
        for (a, b) in a.samples.iter_mut().zip(b.samples) {
            if !a.is_finite() && b.is_finite() {
                *a = b;
                differ(true, false);
            } else {
                differ(false, a.to_bits() != b.to_bits());
            }
        }
        DidMerge(changed[0], changed[1])
    }

    fn modify(egraph: &mut EGraph<Term, Self>, id: Id) {
        if let Some(number) = egraph[id].data.traits.number {
            let leaf = egraph.add(Term::leaf(Node::Constant(number.to_bits())));
            egraph.union(id, leaf);
        }
    }
}

/// `range` as far as it is worth it. In a class that has itself for an argument, as rules may make them,
/// every pass narrows the range a little more, for ever.
fn narrowed(known: Interval, range: Interval) -> Interval {
    if range.is_empty() {
        return range;
    }
    let much = 0.25 * known.width();
    let sign = |end: f64| end.partial_cmp(&0.0);
    let is_worth = |old: f64, new: f64| {
        sign(old) != sign(new)
            || (old.is_infinite() && new.is_finite())
            || (new - old).abs() >= much
    };
    Interval {
        low: if is_worth(known.low, range.low) { range.low } else { known.low },
        high: if is_worth(known.high, range.high) { range.high } else { known.high },
        ..range
    }
}

/// Arithmetic on numbers is a number, where rounding does not touch it or little.
fn folded(op: Op, args: &[Traits]) -> Option<f64> {
    if !matches!(op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Neg | Op::Pow | Op::Sqrt) {
        return None;
    }
    let mut values = [0.0; 3];
    for (value, arg) in values.iter_mut().zip(args) {
        *value = arg.number?;
    }
    let result = (op.info().value)(values[0], values[1], values[2]);
    // A product that has underflowed is not 0.
    let is_zero =
        result == 0.0 && (matches!(op, Op::Add | Op::Sub) || values[..args.len()].contains(&0.0));
    (is_zero || result.is_normal()).then_some(result)
}
