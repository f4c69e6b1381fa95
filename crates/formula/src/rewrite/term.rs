//! Expressions as e-graph nodes, with what interval arithmetic knows of each class.

use egg::{Analysis, DidMerge, EGraph, Id, Language};

use crate::expr::Node;
use crate::op::Op;
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

    fn number(&self) -> Option<f64> {
        match self.head {
            Head::Leaf(Node::Constant(bits)) => Some(f64::from_bits(bits)),
            _ => None,
        }
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

/// What is known of every member of a class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Known {
    /// Its number, if it is one.
    pub(super) number: Option<f64>,
    /// Where it lies.
    pub(super) range: Interval,
    /// Whether rounding has not touched it.
    pub(super) is_exact: bool,
}

/// Interval arithmetic, with the ranges of the leaves.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    /// Of a leaf.
    pub(super) of: Vec<(Node, Interval)>,
}

impl Ranges {
    fn leaf(&self, node: Node) -> Interval {
        let known = self.of.iter().find(|(leaf, _)| *leaf == node);
        known.map_or(Interval::ENTIRE, |(_, range)| *range)
    }
}

impl Analysis<Term> for Ranges {
    type Data = Known;

    fn make(egraph: &mut EGraph<Term, Self>, term: &Term, _: Id) -> Known {
        if let Some(number) = term.number() {
            return Known { number: Some(number), range: Interval::point(number), is_exact: true };
        }
        let op = match term.head {
            Head::Leaf(node) => {
                return Known { number: None, range: egraph.analysis.leaf(node), is_exact: true };
            }
            Head::Apply(op) => op,
        };
        let args: Vec<Known> = term.children().iter().map(|arg| egraph[*arg].data).collect();
        let ranges: Vec<Interval> = args.iter().map(|arg| arg.range).collect();
        let mut range = interval(op, &ranges);
        if matches!(op, Op::Mul) && term.children()[0] == term.children()[1] {
            range = interval(Op::Pow, &[ranges[0], Interval::point(2.0)]);
        }
        Known {
            number: folded(op, &args),
            range,
            is_exact: matches!(op, Op::Neg) && args[0].is_exact,
        }
    }

    fn merge(&mut self, a: &mut Known, b: Known) -> DidMerge {
        let before = *a;
        a.number = a.number.or(b.number);
        let both = a.range.meet(b.range);
        // Enclosures of one value always meet; of a function that is defined nowhere there are none.
        if !both.is_empty() {
            a.range = both;
        }
        a.is_exact |= b.is_exact;
        DidMerge(*a != before, *a != b)
    }

    fn modify(egraph: &mut EGraph<Term, Self>, id: Id) {
        if let Some(number) = egraph[id].data.number {
            let leaf = egraph.add(Term::leaf(Node::Constant(number.to_bits())));
            egraph.union(id, leaf);
        }
    }
}

/// Arithmetic on numbers is a number, where rounding does not touch it or little.
fn folded(op: Op, args: &[Known]) -> Option<f64> {
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
