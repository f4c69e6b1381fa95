//! The programs of one formula: forward, and backward in one pass or two.

use crate::expr::{Graph, Id, Node};
use crate::formula::Formula;
use crate::op::Op;
use crate::program::Program;

/// What the outputs of a program are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Results {
    /// Results as they are.
    Values,
    /// Derivatives, to be multiplied by the gradient of the result.
    Derivatives,
    /// Derivatives, but the last output is added to the first as it is.
    Corrected,
}

/// What an output is, before it is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// The value of the formula.
    Value,
    /// ∂/∂x with the statistics held fixed.
    X,
    /// ∂/∂gate
    Gate,
    /// ∂/∂θ of a parameter, by its place.
    Parameter(usize),
    /// ∂/∂mean(x)
    Mean,
    /// ∂/∂var(x)
    Variance,
    /// What the statistics add to ∂/∂x.
    Correction,
}

/// A program and what becomes of its outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What runs.
    pub program: Program,
    /// What the outputs are of.
    pub quantities: Vec<Quantity>,
    /// What its outputs are.
    pub results: Results,
    /// How many of them are stored, from the first on; the others are summed.
    pub stored: usize,
}

impl Task {
    /// A text that is the same for equal tasks only.
    pub fn key(&self) -> String {
        format!("{:?}, {} stored\n{}", self.results, self.stored, self.program)
    }

    /// The same with a program that asks, for `formula`, whose task this is, where nobody has judged it: see
    /// [`Program::compile_checked`].
    #[must_use]
    pub fn checked(&self, formula: &Formula) -> Task {
        let (graph, outputs) = expressions(formula, &self.quantities);
        let program = Program::compile_checked(&graph, &outputs, formula);
        Task { program, quantities: self.quantities.clone(), ..*self }
    }
}

/// What an engine runs for one formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Programs {
    /// y
    pub forward: Task,
    /// ∂x, ∂gate if there is one, ∂θ of each learnable parameter
    pub backward: Task,
    /// Backward through the statistics of the batch, for a formula that has them.
    pub through: Option<Through>,
}

/// The two passes backward through statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct Through {
    /// ∂θ of each learnable parameter, ∂mean, ∂variance
    pub reduce: Task,
    /// ∂x, ∂gate if there is one, and what the statistics add to dx: `a + b*(x - mean(x))`, where a
    /// and b are two parameters behind the formula's own.
    pub map: Task,
}

impl Programs {
    /// Compiles the programs of a formula.
    pub fn of(formula: &Formula) -> Programs {
        let learnable = formula.parameters().iter().enumerate();
        let learnable = learnable.filter(|(_, parameter)| parameter.learnable);
        let learnable: Vec<Quantity> =
            learnable.map(|(place, _)| Quantity::Parameter(place)).collect();
        let mut inputs = vec![Quantity::X];
        if formula.has_gate() {
            inputs.push(Quantity::Gate);
        }
        let task = |quantities: Vec<Quantity>, results, stored| {
            let (graph, outputs) = expressions(formula, &quantities);
            Task { program: Program::compile(&graph, &outputs), quantities, results, stored }
        };
        let with = |more: &[Quantity]| [inputs.as_slice(), more].concat();
        let statistics = [Quantity::Mean, Quantity::Variance];
        Programs {
            forward: task(vec![Quantity::Value], Results::Values, 1),
            backward: task(with(&learnable), Results::Derivatives, inputs.len()),
            through: formula.has_statistics().then(|| Through {
                reduce: task([learnable.as_slice(), &statistics].concat(), Results::Derivatives, 0),
                map: task(with(&[Quantity::Correction]), Results::Corrected, inputs.len()),
            }),
        }
    }

    /// All of them.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        let through = self.through.iter().flat_map(|through| [&through.reduce, &through.map]);
        [&self.forward, &self.backward].into_iter().chain(through)
    }
}

/// The stable expressions of these quantities, in a graph that has them all.
fn expressions(formula: &Formula, quantities: &[Quantity]) -> (Graph, Vec<Id>) {
    let mut graph = formula.graph().clone();
    let correction = correction(&mut graph, formula.parameters().len() as u32);
    let of = |quantity: &Quantity| formula.stable_quantity(*quantity).unwrap_or(correction);
    let outputs = quantities.iter().map(of).collect();
    (graph, outputs)
}

/// `a + b*(x - mean(x))`, where a and b are two parameters behind the formula's own.
fn correction(graph: &mut Graph, parameters: u32) -> Id {
    let [a, b, x, mean] =
        [Node::Parameter(parameters), Node::Parameter(parameters + 1), Node::X, Node::Mean]
            .map(|leaf| graph.intern(leaf));
    let centred = graph.apply(Op::Sub, &[x, mean]);
    let sloped = graph.apply(Op::Mul, &[b, centred]);
    graph.apply(Op::Add, &[a, sloped])
}
