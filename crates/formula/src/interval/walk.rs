//! An expression over intervals: its operations in order of evaluation.

use std::collections::HashMap;

use super::{Interval, enclose};
use crate::expr::{Graph, Id, Node};
use crate::op::Op;

/// The intervals that the leaves of an expression run through.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// Of `x`.
    pub x: Interval,
    /// Of `gate`.
    pub gate: Interval,
    /// Of the parameters, in the formula's order.
    pub parameters: &'a [Interval],
    /// Of `mean(x)`.
    pub mean: Interval,
    /// Of `var(x)`.
    pub variance: Interval,
}

/// An expression, made ready for being enclosed many times.
///
/// ```
/// use ogive_formula::{Bounds, Enclosure, Formula, Interval};
///
/// let silu = Formula::parse("x*sigmoid(x)")?;
/// let one = Interval::point(1.0);
/// let x = Interval::new(1.0, 2.0);
/// let bounds = Bounds { x, gate: one, parameters: &[], mean: Interval::point(0.0), variance: one };
/// let y = Enclosure::new(silu.graph(), silu.stable()).over(&bounds);
/// assert!(y.contains(1.5 / (1.0 + (-1.5f64).exp())));
/// # Ok::<(), ogive_formula::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Enclosure {
    steps: Vec<Step>,
}

/// A node with its arguments as places among the steps before it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Constant(f64),
    Leaf(Node),
    Apply(Op, [usize; 3]),
}

impl Enclosure {
    /// The expression at `root`.
    pub fn new(graph: &Graph, root: Id) -> Self {
        let mut places: HashMap<Id, usize> = HashMap::new();
        let mut steps = Vec::new();
        for id in graph.reachable(&[root]) {
            let step = match graph.node(id) {
                Node::Constant(bits) => Step::Constant(f64::from_bits(bits)),
                Node::Apply(op, args) => Step::Apply(op, args.map(|arg| places[&arg])),
                leaf => Step::Leaf(leaf),
            };
            places.insert(id, steps.len());
            steps.push(step);
        }
        Enclosure { steps }
    }

    /// How many leaves and operations an evaluation takes.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Every value that the expression takes within `bounds`, and perhaps more.
    ///
    /// # Panics
    /// If the bounds have fewer parameters than the expression.
    pub fn over(&self, bounds: &Bounds) -> Interval {
        let mut values: Vec<Interval> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let value = match *step {
                Step::Constant(value) => Interval::point(value),
                Step::Leaf(Node::X) => bounds.x,
                Step::Leaf(Node::Gate) => bounds.gate,
                Step::Leaf(Node::Mean) => bounds.mean,
                Step::Leaf(Node::Variance) => bounds.variance,
                Step::Leaf(Node::Parameter(place)) => bounds.parameters[place as usize],
                Step::Leaf(Node::Constant(_) | Node::Apply(..)) => Interval::EMPTY,
                Step::Apply(op, args) => enclose(op, args.map(|arg| values[arg])),
            };
            values.push(value);
        }
        values.last().copied().unwrap_or(Interval::EMPTY)
    }
}
