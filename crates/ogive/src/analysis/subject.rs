//! A formula at its initial parameters: numbers and intervals of its value and derivatives.

use ogive_formula::{Bounds, Enclosure, Formula, Graph, Id, Interval, Node, Point};

use crate::Error;
use crate::activation::{Activation, Call};
use crate::layout::Layout;
use crate::statistics::Statistics;

/// Derivatives up to this order say of which class a function is.
const ORDERS: usize = 4;
/// A derivative of more operations is not taken further.
const LARGEST: usize = 600;

pub(super) struct Subject<'a> {
    pub(super) formula: &'a Formula,
    graph: Graph,
    /// The value and its derivatives by x.
    orders: Vec<(Id, Enclosure)>,
    parameters: Vec<f64>,
    intervals: Vec<Interval>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(formula: &'a Formula) -> Self {
        let mut graph = formula.graph().clone();
        let mut roots = vec![formula.stable(), formula.derivatives().x];
        while roots.len() < ORDERS && graph.reachable(&roots[roots.len() - 1..]).len() <= LARGEST {
            let next = graph.derivative(roots[roots.len() - 1], Node::X);
            roots.push(next);
        }
        let orders = roots.into_iter().map(|id| (id, Enclosure::new(&graph, id))).collect();
        let parameters: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
        let intervals = parameters.iter().map(|value| Interval::point(*value)).collect();
        Subject { formula, graph, orders, parameters, intervals }
    }

    /// How many derivatives are known, the value included.
    pub(super) fn orders(&self) -> usize {
        self.orders.len()
    }

    /// How many cells a search may look at: `most` for a short formula, fewer for a long one, so that all
    /// take some moments.
    pub(super) fn budget(&self, most: usize) -> usize {
        const SHORT: usize = 100;
        let steps: usize = self.orders.iter().map(|(_, enclosure)| enclosure.steps()).sum();
        most * SHORT / steps.max(SHORT)
    }

    /// The derivative of this order at `x`, in scalar f64.
    pub(super) fn at(&self, order: usize, x: f64) -> f64 {
        let parameters = &self.parameters;
        let point = Point { x, gate: 1.0, parameters, mean: 0.0, variance: 1.0 };
        self.graph.evaluate(self.orders[order].0, &point)
    }

    /// Every value of the derivative of this order over `x`; if it is unknown, all numbers.
    pub(super) fn over(&self, order: usize, x: Interval) -> Interval {
        let (gate, mean, variance) =
            (Interval::point(1.0), Interval::point(0.0), Interval::point(1.0));
        let bounds = Bounds { x, gate, parameters: &self.intervals, mean, variance };
        self.orders.get(order).map_or(Interval::ENTIRE, |(_, enclosure)| enclosure.over(&bounds))
    }
}

fn call<'a>(
    activation: &Activation,
    x: &'a [f64],
    gate: &'a [f64],
    parameters: &'a [Vec<f64>],
    statistics: &'a Statistics,
) -> Call<'a, f64> {
    let gate = activation.has_gate().then_some(gate);
    Call { layout: Layout::flat(x.len()), x, gate, parameters, statistics: Some(statistics) }
}

/// What the engine gives at two places.
pub(super) fn values(activation: &Activation, x: [f64; 2]) -> Result<[f64; 2], Error> {
    let (gate, statistics) = ([1.0; 2], Statistics::standard(1));
    let parameters = activation.initial_parameters();
    let mut y = [0.0; 2];
    activation.forward(&call(activation, &x, &gate, &parameters, &statistics), &mut y)?;
    Ok(y)
}

/// The derivatives that the engine gives at two places.
pub(super) fn slopes(activation: &Activation, x: [f64; 2]) -> Result<[f64; 2], Error> {
    let (gate, statistics) = ([1.0; 2], Statistics::standard(1));
    let parameters = activation.initial_parameters();
    let mut dx = [0.0; 2];
    let call = call(activation, &x, &gate, &parameters, &statistics);
    let mut dgate = [0.0; 2];
    let dgate = activation.has_gate().then_some(&mut dgate[..]);
    activation.backward(&call, &[1.0; 2], &mut dx, dgate)?;
    Ok(dx)
}
