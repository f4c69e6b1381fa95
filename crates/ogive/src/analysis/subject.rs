//! A formula at its initial parameters: numbers and intervals of its value and derivatives.

use std::cell;

use ogive_formula::{
    Bounds, Decoration, Enclosure, Formula, Graph, Id, Interval, Node, Op, Point, Quantity,
    interval,
};

use crate::Error;
use crate::activation::{Activation, Call};
use crate::exact::Exact;
use crate::layout::Layout;
use crate::statistics::Statistics;

/// Derivatives up to this order say of which class a function is.
const ORDERS: usize = 4;
/// A derivative of more operations is not taken further.
const LARGEST: usize = 600;
/// A number is known if its enclosure is no wider than this, as a share of it or by itself.
const KNOWN: f64 = 1e-9;
const NOTHING: f64 = 1e-12;
/// What evaluations with as many digits as they take may cost, of a short formula: a second or two.
const MOST_EFFORT: usize = 20_000_000;
const LEAST_EFFORT: u64 = 2_500;
/// Bits that such numbers have at least.
const BITS: i32 = 32;

pub(super) struct Subject<'a> {
    pub(super) formula: &'a Formula,
    graph: Graph,
    /// The value and its derivatives by x.
    orders: Vec<(Id, Enclosure)>,
    parameters: Vec<f64>,
    intervals: Vec<Interval>,
    /// The value and the slope with all digits they need, for what f64 and intervals do not know.
    exact: [Exact; 2],
    effort_left: cell::Cell<u64>,
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
        let exact = [Quantity::Value, Quantity::X].map(|quantity| Exact::new(formula, &[quantity]));
        let effort_left = cell::Cell::new(0);
        let subject = Subject { formula, graph, orders, parameters, intervals, exact, effort_left };
        subject.effort_left.set(subject.budget(MOST_EFFORT) as u64);
        subject
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

    /// The derivative of this order at `x`; NaN where it has no value, or where that is not known: more
    /// has cancelled or overflowed than can be told.
    pub(super) fn at(&self, order: usize, x: f64) -> f64 {
        let point = Point { x, gate: 1.0, parameters: &self.parameters, mean: 0.0, variance: 1.0 };
        let plain = self.graph.evaluate(self.orders[order].0, &point);
        // The derivative of log goes on where log has no value.
        if order > 0 && self.is_undefined(x) {
            return f64::NAN;
        }
        let range = self.over(order, Interval::point(x));
        if range.is_empty() {
            return plain;
        }
        // What overflows on the way has left the enclosure, or is NaN.
        let middle = 0.5 * range.low + 0.5 * range.high;
        let found = if range.contains(plain) { plain } else { middle };
        if range.width() <= KNOWN * found.abs() || range.width() <= NOTHING {
            return found;
        }
        let left = self.effort_left.get();
        match self.exact.get(order) {
            Some(exact) if left > 0 => {
                let (value, effort) = exact.with_effort(&point, BITS);
                // What intervals settle costs nothing, but some time all the same.
                self.effort_left.set(left.saturating_sub(effort.max(LEAST_EFFORT)));
                value
            }
            _ => f64::NAN,
        }
    }

    /// Whether the formula has no value at `x`.
    pub(super) fn is_undefined(&self, x: f64) -> bool {
        self.over(0, Interval::point(x)).is_empty() && {
            let parameters = &self.parameters;
            let point = Point { x, gate: 1.0, parameters, mean: 0.0, variance: 1.0 };
            self.graph.evaluate(self.orders[0].0, &point).is_nan()
        }
    }

    /// Whether the formula may have no value somewhere in `x`: what its derivative is there says nothing.
    pub(super) fn may_be_undefined(&self, x: Interval) -> bool {
        self.over(0, x).decoration <= Decoration::Trivial
    }

    /// Whether `value`, the derivative of this order at `x`, may be 0 but for rounding.
    pub(super) fn is_nothing(&self, order: usize, x: f64, value: f64) -> bool {
        value.abs() <= NOTHING && self.over(order, Interval::point(x)).contains(0.0)
    }

    /// As [`Subject::over`], and by the slopes, whichever says more: what counts x in several places is
    /// better known by its slopes.
    pub(super) fn narrowed(&self, order: usize, x: Interval) -> Interval {
        let found = self.over(order, x);
        if found.is_empty() || found.decoration != Decoration::Continuous {
            return found;
        }
        let slope = self.over(order + 1, x);
        if slope.is_empty() {
            return found;
        }
        let middle = Interval::point(f64::midpoint(x.low, x.high));
        let rise = interval(Op::Mul, &[slope, interval(Op::Sub, &[x, middle])]);
        let by_slope = found.meet(interval(Op::Add, &[self.over(order, middle), rise]));
        // Rounding may have put them beside each other.
        if by_slope.is_empty() { found } else { by_slope.at_most(found.decoration) }
    }

    /// Every value of the derivative of this order over `x`; if it is unknown, all numbers.
    pub(super) fn over(&self, order: usize, x: Interval) -> Interval {
        let (gate, mean, variance) =
            (Interval::point(1.0), Interval::point(0.0), Interval::point(1.0));
        let bounds = Bounds { x, gate, parameters: &self.intervals, mean, variance };
        self.orders.get(order).map_or(Interval::ENTIRE, |(_, enclosure)| enclosure.over(&bounds))
    }
}

/// Places of every size, from left to right: closer to each other where formulas turn.
pub(super) fn places() -> Vec<f64> {
    let size = |share: f64| move |k: i32| (f64::from(k) / share).exp2();
    let far = (-149 * 2..-12 * 2).map(size(2.0)).chain((12 * 2..128 * 2).map(size(2.0)));
    let sizes = far.chain((-12 * 16..12 * 16).map(size(16.0)));
    let even = (1..=320).map(|k| f64::from(k) / 16.0);
    let mut all: Vec<f64> = sizes.chain(even).flat_map(|size| [-size, size]).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
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
