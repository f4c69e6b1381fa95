//! One division instead of several by the same number: results in f32 do not see the second rounding.

use std::collections::{HashMap, HashSet};

use crate::expr::{Graph, Id};
use crate::op::Op;

/// The expressions at `roots` with one reciprocal for every denominator that divides more than one
/// numerator and is computed for each element; and these denominators.
pub(super) fn shared(graph: &mut Graph, roots: &[Id]) -> (Vec<Id>, HashSet<Id>) {
    let mut divides: HashMap<Id, usize> = HashMap::new();
    for id in graph.reachable(roots) {
        if let Some([_, by, _]) = graph.matches(id, Op::Div)
            && graph.varies(by)
            && graph.operation(by).is_some()
        {
            *divides.entry(by).or_default() += 1;
        }
    }
    let one = graph.constant(1.0);
    let mut inverted = HashSet::new();
    let mut make = |graph: &mut Graph, id: Id, made: Option<(Op, &[Id])>| {
        let Some((op, args)) = made else { return id };
        match graph.matches(id, Op::Div) {
            Some([_, by, _]) if divides.get(&by).is_some_and(|times| *times > 1) => {
                inverted.insert(args[1]);
                let reciprocal = graph.apply(Op::Div, &[one, args[1]]);
                if args[0] == one {
                    reciprocal
                } else {
                    graph.apply(Op::Mul, &[args[0], reciprocal])
                }
            }
            _ => graph.apply(op, args),
        }
    };
    let roots = roots.iter().map(|root| graph.remade(*root, &mut make)).collect();
    (roots, inverted)
}
