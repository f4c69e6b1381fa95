//! The programs of one formula: forward, and backward in one pass or two.

use crate::expr::{Graph, Id, Node};
use crate::formula::Formula;
use crate::op::Op;
use crate::program::Program;

/// What an engine runs for one formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Programs {
    /// y
    pub forward: Program,
    /// ∂x, ∂gate if there is one, ∂θ of each learnable parameter
    pub backward: Program,
    /// ∂θ of each learnable parameter, ∂mean, ∂variance
    pub reduce: Program,
    /// ∂x, ∂gate if there is one, and what the statistics add to dx: `a + b*(x - mean(x))`, where a
    /// and b are two parameters behind the formula's own.
    pub map: Program,
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
        Programs {
            forward: formula.program(&[formula.stable()]),
            backward: formula.program(&[inputs.as_slice(), &learnable].concat()),
            reduce: formula.program(&[learnable.as_slice(), &statistics].concat()),
            map: Program::compile(&graph, &[inputs.as_slice(), &[correction]].concat()),
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
