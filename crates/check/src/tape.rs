//! An expression as a list of operations, to be run with dual numbers at any precision.

use std::collections::HashMap;
use std::f64::consts::PI;

use ogive_formula::{Graph, Id, Node, Op};
use rug::Float;
use rug::float::Constant;

use crate::dual::{Dual, apply};

/// One node of the expression; arguments are places in the list.
pub(crate) enum Step {
    Constant(f64),
    Leaf(usize),
    Apply { op: Op, args: [usize; 3], varies: [bool; 2] },
}

/// The values of the leaves: x, gate, mean, variance, then the parameters.
#[derive(Clone)]
pub(crate) struct Leaves(pub(crate) Vec<Float>);

/// The places of the leaves that every formula may have.
pub(crate) const X: usize = 0;
pub(crate) const GATE: usize = 1;
pub(crate) const MEAN: usize = 2;
pub(crate) const VARIANCE: usize = 3;
pub(crate) const PARAMETERS: usize = 4;

/// An expression, ready to run.
pub(crate) struct Tape {
    pub(crate) steps: Vec<Step>,
    /// Whether an oscillating function of the input occurs.
    pub(crate) oscillates: bool,
}

/// A value and its derivatives; no derivative where the leaf does not occur.
pub(crate) struct Outcome {
    pub(crate) dual: Dual,
    /// Whether no intermediate value has overflowed.
    pub(crate) finite: bool,
    /// Whether more bits might show what these do not.
    pub(crate) is_short: bool,
    /// Whether a choice was made by what is no number.
    pub(crate) is_undecided: bool,
}

impl Tape {
    pub(crate) fn new(graph: &Graph, root: Id) -> Self {
        let mut places: HashMap<Id, usize> = HashMap::new();
        let mut varying = Vec::new();
        let mut tape = Tape { steps: Vec::new(), oscillates: false };
        for id in graph.reachable(&[root]) {
            let (step, varies) = match graph.node(id) {
                Node::Constant(bits) => (Step::Constant(f64::from_bits(bits)), false),
                Node::X => (Step::Leaf(X), true),
                Node::Gate => (Step::Leaf(GATE), true),
                Node::Mean => (Step::Leaf(MEAN), true),
                Node::Variance => (Step::Leaf(VARIANCE), true),
                Node::Parameter(place) => (Step::Leaf(PARAMETERS + place as usize), false),
                Node::Apply(op, args) => {
                    let args = args.map(|arg| places[&arg]);
                    let varies = [varying[args[0]], varying[args[1]]];
                    let any = args[..op.info().arity].iter().any(|arg| varying[*arg]);
                    tape.oscillates |= any && matches!(op, Op::Sin | Op::Cos | Op::Tan);
                    (Step::Apply { op, args, varies }, any)
                }
            };
            places.insert(id, tape.steps.len());
            tape.steps.push(step);
            varying.push(varies);
        }
        tape
    }

    /// Runs with `precision` bits.
    pub(crate) fn run(&self, leaves: &Leaves, precision: u32) -> Outcome {
        let mut values: Vec<Dual> = Vec::with_capacity(self.steps.len());
        let (mut finite, mut is_short, mut is_undecided) = (true, false, false);
        for step in &self.steps {
            let value = match step {
                Step::Constant(value) if value.abs() == PI => {
                    let pi = Float::with_val(precision, Constant::Pi);
                    let pi = if *value < 0.0 { -pi } else { pi };
                    Dual::constant(pi, leaves.0.len())
                }
                Step::Constant(value) => {
                    Dual::constant(Float::with_val(precision, *value), leaves.0.len())
                }
                Step::Leaf(place) => {
                    let value = Float::with_val(precision, &leaves.0[*place]);
                    Dual::variable(value, *place, leaves.0.len())
                }
                Step::Apply { op, args, varies } => {
                    let args = args.map(|arg| &values[arg]);
                    let args = &args[..op.info().arity];
                    let compares = matches!(op, Op::Less | Op::LessEqual | Op::Equal);
                    is_undecided |= compares && args.iter().any(|arg| arg.value.is_nan());
                    apply(*op, args, *varies, precision)
                }
            };
            finite &= !value.value.is_infinite();
            is_short |= value.is_short;
            values.push(value);
        }
        let empty = || Dual::constant(Float::new(precision), leaves.0.len());
        Outcome { dual: values.pop().unwrap_or_else(empty), finite, is_short, is_undecided }
    }
}
