//! How far f32 carries a formula.
//!
//! In `x*tanh(x + x^3)` the derivative multiplies a vanishing `1 - tanh^2` with a `3*x^2` that f32
//! cannot hold beyond 1e19. The native kernels compute in f64 and never meet that; backends without
//! f64 do. So each formula is tried once, as scalars rounded to f32 after every operation.

use std::collections::HashMap;

use ogive::formula::{Formula, Graph, Id, Node, Op, Parameter, Point};

/// The inputs that are tried, and their negatives.
const TRIED: [f64; 16] =
    [0.0, 1.0, 20.0, 89.0, 104.0, 1e3, 1e5, 1e6, 1e7, 1e9, 1e12, 1e15, 1e18, 1e20, 1e31, 3e38];

/// What the composed form must beware of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reach {
    /// Whether a factor of 0 must win over an infinite one: a term can reach its limit 0 while the
    /// factor beside it overflows, and the limit of the product is 0.
    pub zero_wins: bool,
    /// The largest |x| at which f32 computes the formula and its derivatives, if it does not
    /// everywhere. Beyond, the formula goes on as a straight line.
    pub bound: Option<f64>,
}

impl Reach {
    /// Tries the formula with its initial parameters, and with others nearby.
    pub(crate) fn of(formula: &Formula, parameters: &[Parameter]) -> Self {
        let derivatives = formula.derivatives();
        let mut roots = vec![formula.stable(), derivatives.x, derivatives.gate];
        roots.extend([derivatives.mean, derivatives.variance]);
        roots.extend(&derivatives.parameters);
        let graph = formula.graph();
        // A variance can be anything, and what flows through it overflows first.
        let mut reach = Reach { zero_wins: formula.has_statistics(), bound: None };
        for shift in [0.0, 0.5] {
            let values: Vec<f64> =
                parameters.iter().map(|p| p.constraint.project(p.initial + shift)).collect();
            let at =
                |x: f64| Point { x, gate: 1.5, parameters: &values, mean: 0.25, variance: 2.0 };
            for x in TRIED.into_iter().chain([f64::INFINITY]).flat_map(|x| [x, -x]) {
                let plain = trial(graph, &roots, &at(x), false);
                let careful = trial(graph, &roots, &at(x), true);
                let mended = |(a, b): (&f64, &f64)| a.is_nan() && !b.is_nan();
                reach.zero_wins |= plain.iter().zip(&careful).any(mended);
            }
            let is_carried = |x: f64| {
                let x = f64::from(x as f32);
                let found = trial(graph, &roots, &at(x), true);
                found.iter().zip(&roots).all(|(found, root)| {
                    let exact = formula.evaluate(*root, &at(x));
                    let lost = found.is_nan() && !exact.is_nan()
                        || found.is_infinite() && exact.abs() <= f64::from(f32::MAX)
                        || *found == 0.0 && exact.abs() > 1e-6;
                    !lost
                })
            };
            let lost = TRIED.iter().position(|x| !is_carried(*x) || !is_carried(-x));
            if let Some(place) = lost {
                let bound = TRIED[place.saturating_sub(1)].max(1.0);
                reach.bound = Some(reach.bound.map_or(bound, |known| known.min(bound)));
            }
        }
        reach
    }
}

/// The values of `roots` when every operation is rounded to f32.
fn trial(graph: &Graph, roots: &[Id], point: &Point, zero_wins: bool) -> Vec<f64> {
    let mut values: HashMap<Id, f64> = HashMap::new();
    for id in graph.reachable(roots) {
        let value = match graph.node(id) {
            Node::Apply(Op::Mul, [a, b, _])
                if zero_wins && (values[&a] == 0.0 || values[&b] == 0.0) =>
            {
                0.0
            }
            Node::Apply(op, [a, b, c]) => (op.info().value)(values[&a], values[&b], values[&c]),
            _ => graph.evaluate(id, point),
        };
        values.insert(id, f64::from(value as f32));
    }
    roots.iter().map(|root| values[root]).collect()
}
