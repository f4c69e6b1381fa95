//! An expression over intervals: its operations in order of evaluation.

use std::collections::HashMap;
use std::f64::consts::SQRT_2;

use super::magnitude::{Magnitude, refined};
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
    /// The steps of the roots.
    roots: Vec<usize>,
}

/// √2·sin of any number.
const WAVE: Interval = Interval { low: -ROOT_2, high: ROOT_2, ..Interval::ENTIRE };
/// √2, from above.
const ROOT_2: f64 = SQRT_2.next_up();

/// A node with its arguments as places among the steps before it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Constant(Interval),
    Leaf(Node),
    Apply(Op, [usize; 3]),
}

impl Enclosure {
    /// The expression at `root`.
    pub fn new(graph: &Graph, root: Id) -> Self {
        Enclosure::of_all(graph, &[root])
    }

    /// Several expressions; what they share is evaluated once.
    pub fn of_all(graph: &Graph, roots: &[Id]) -> Self {
        let mut places: HashMap<Id, usize> = HashMap::new();
        let mut steps = Vec::new();
        for id in graph.reachable(roots) {
            let step = match graph.node(id) {
                Node::Constant(bits) => Step::Constant(Interval::point(f64::from_bits(bits))),
                Node::Apply(op, args) => Step::Apply(op, args.map(|arg| places[&arg])),
                leaf => Step::Leaf(leaf),
            };
            places.insert(id, steps.len());
            steps.push(step);
        }
        Enclosure { steps, roots: roots.iter().map(|root| places[root]).collect() }
    }

    /// The same where the constants of which `is_rounded` holds stand for any number that rounds to them.
    #[must_use]
    pub fn with_rounded(mut self, is_rounded: impl Fn(f64) -> bool) -> Self {
        for step in &mut self.steps {
            if let Step::Constant(constant) = step
                && is_rounded(constant.low)
            {
                *constant = Interval::new(constant.low.next_down(), constant.high.next_up());
            }
        }
        self
    }

    /// How many leaves and operations an evaluation takes.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Every value that the first expression takes within `bounds`, and perhaps more.
    ///
    /// # Panics
    /// If the bounds have fewer parameters than the expression.
    pub fn over(&self, bounds: &Bounds) -> Interval {
        self.all_over(bounds).first().copied().unwrap_or(Interval::EMPTY)
    }

    /// The same of each expression.
    ///
    /// # Panics
    /// As [`Enclosure::over`].
    pub fn all_over(&self, bounds: &Bounds) -> Vec<Interval> {
        let mut values: Vec<Interval> = Vec::with_capacity(self.steps.len());
        let mut magnitudes: Vec<Option<Magnitude>> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let mut magnitude = None;
            let value = match *step {
                Step::Constant(value) => value,
                Step::Leaf(Node::X) => bounds.x,
                Step::Leaf(Node::Gate) => bounds.gate,
                Step::Leaf(Node::Mean) => bounds.mean,
                Step::Leaf(Node::Variance) => bounds.variance,
                Step::Leaf(Node::Parameter(place)) => bounds.parameters[place as usize],
                Step::Leaf(Node::Constant(_) | Node::Apply(..)) => Interval::EMPTY,
                Step::Apply(op, places) => {
                    let args = places.map(|arg| values[arg]);
                    let known = places.map(|arg| magnitudes[arg]);
                    let value;
                    (value, magnitude) = refined(op, args, known, enclose(op, args));
                    if self.is_wave(op, places) {
                        value.meet(WAVE).at_most(value.decoration)
                    } else {
                        value
                    }
                }
            };
            values.push(value);
            magnitudes.push(magnitude);
        }
        self.roots.iter().map(|root| values[*root]).collect()
    }

    /// Whether it is sin a ± cos a or cos a ± sin a, which never are as far out together as alone.
    fn is_wave(&self, op: Op, places: [usize; 3]) -> bool {
        if !matches!(op, Op::Add | Op::Sub) {
            return false;
        }
        match [self.steps[places[0]], self.steps[places[1]]] {
            [Step::Apply(Op::Sin, a), Step::Apply(Op::Cos, b)]
            | [Step::Apply(Op::Cos, a), Step::Apply(Op::Sin, b)] => a[0] == b[0],
            _ => false,
        }
    }
}
