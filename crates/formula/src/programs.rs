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
    /// What runs where the formula has been judged.
    pub program: Program,
    /// What runs where it has not: see [`Program::compile_checked`].
    pub checked: Program,
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
}

/// What an engine runs for one formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Programs {
    /// y
    pub forward: Task,
    /// ∂x, ∂gate if there is one, ∂θ of each learnable parameter
    pub backward: Task,
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
        let mut graph = formula.graph().clone();
        let correction = correction(&mut graph, formula.parameters().len() as u32);
        let task = |quantities: Vec<Quantity>, results, stored| {
            let outputs: Vec<Id> = quantities
                .iter()
                .map(|quantity| formula.stable_quantity(*quantity).unwrap_or(correction))
                .collect();
            let program = Program::compile(&graph, &outputs);
            let checked = Program::compile_checked(&graph, &outputs, formula.parameters());
            Task { program, checked, quantities, results, stored }
        };
        let with = |more: &[Quantity]| [inputs.as_slice(), more].concat();
        let statistics = [Quantity::Mean, Quantity::Variance];
        Programs {
            forward: task(vec![Quantity::Value], Results::Values, 1),
            backward: task(with(&learnable), Results::Derivatives, inputs.len()),
            reduce: task([learnable.as_slice(), &statistics].concat(), Results::Derivatives, 0),
            map: task(with(&[Quantity::Correction]), Results::Corrected, inputs.len()),
        }
    }
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
