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

/// A program and what becomes of its outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What runs.
    pub program: Program,
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
        let derivatives = formula.derivatives();
        let learnable: Vec<Id> = formula
            .parameters()
            .iter()
            .zip(&derivatives.parameters)
            .filter(|(parameter, _)| parameter.learnable)
            .map(|(_, derivative)| *derivative)
            .collect();
        let mut inputs = vec![derivatives.x];
        if formula.has_gate() {
            inputs.push(derivatives.gate);
        }
        let statistics = [derivatives.mean, derivatives.variance];
        let mut graph = formula.graph().clone();
        let correction = correction(&mut graph, formula.parameters().len() as u32);
        let task = |program, results, stored| Task { program, results, stored };
        let backward = formula.program(&[inputs.as_slice(), &learnable].concat());
        let reduce = formula.program(&[learnable.as_slice(), &statistics].concat());
        let map = Program::compile(&graph, &[inputs.as_slice(), &[correction]].concat());
        Programs {
            forward: task(formula.program(&[formula.stable()]), Results::Values, 1),
            backward: task(backward, Results::Derivatives, inputs.len()),
            reduce: task(reduce, Results::Derivatives, 0),
            map: task(map, Results::Corrected, inputs.len()),
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
