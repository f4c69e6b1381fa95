//! When a form that the compiler has found agrees with the form as typed, both in multiprecision.

use std::collections::{HashMap, HashSet};

use ogive_check::Reference;
use ogive_formula::{Formula, Graph, Id, Node, Op, Point, Quantity};
use rug::Float;

/// Two results in multiprecision agree to this share, in bits, where nothing was rounded.
const SHARED: i32 = 60;
/// What counts as zero: below the smallest number of f64.
const FLOOR: i32 = -1100;
/// How far constants that the compiler has folded are moved, in bits, to see what their rounding costs.
const MOVED: i32 = -48;
/// Whole numbers from here on may be rounded, 2^53.
const WHOLE: f64 = 9007199254740992.0;
/// How often they are moved, and how much more than that may be lost.
const TRIALS: u64 = 4;
const SLACK: u32 = 64;

/// Value, derivatives by every leaf: all that a formula gives for one element.
pub fn quantities(formula: &Formula) -> Vec<Quantity> {
    let parameters = (0..formula.parameters().len()).map(Quantity::Parameter);
    let leaves = [Quantity::Value, Quantity::X, Quantity::Gate, Quantity::Mean, Quantity::Variance];
    leaves.into_iter().chain(parameters).collect()
}

/// One expression of a formula, to be compared with what it should be.
pub struct Candidate {
    reference: Reference,
    moved: Vec<Reference>,
}

impl Candidate {
    /// The expression `id`, and variants of it in which the constants that the text does not have are
    /// moved a little.
    pub fn new(formula: &Formula, id: Id) -> Candidate {
        let (graph, count) = (formula.graph(), formula.parameters().len());
        let typed = graph.reachable(&[formula.typed()]);
        let literals: HashSet<u64> =
            typed.into_iter().filter_map(|id| graph.value(id)).map(|v| v.abs().to_bits()).collect();
        let moved = (0..TRIALS).filter_map(|trial| {
            let (graph, root) = moved(graph, id, &literals, trial)?;
            Some(Reference::of(&graph, root, count))
        });
        Candidate { reference: Reference::of(graph, id, count), moved: moved.collect() }
    }

    /// The value, to at least 90 bits of what its constants give; NaN where there is none.
    pub fn value(&self, point: &Point) -> Float {
        self.reference.at(point).y
    }

    /// Whether it agrees with `wanted`: to the last bits, or to what the rounding of its constants
    /// explains. Where one of the two has no value, or `wanted` is infinite, there is nothing to
    /// compare: the sign of an infinite slope may hang on that of a zero.
    ///
    /// # Errors
    /// The value that does not agree.
    pub fn agrees(&self, wanted: &Float, point: &Point) -> Result<(), Float> {
        let got = self.value(point);
        if !wanted.is_finite() || got.is_nan() || near(wanted, &got, &Float::new(64)) {
            return Ok(());
        }
        let mut most = Float::new(64);
        for moved in &self.moved {
            let value = moved.at(point).y;
            if !value.is_finite() {
                // A constant more or less decides whether there is a value.
                return Ok(());
            }
            most.max_mut(&Float::with_val(64, &value - &got).abs());
        }
        if near(wanted, &got, &(most * SLACK)) { Ok(()) } else { Err(got) }
    }
}

/// Whether the two differ by rounding alone, or by no more than `slack`.
pub fn near(wanted: &Float, got: &Float, slack: &Float) -> bool {
    if !wanted.is_finite() || !got.is_finite() {
        return wanted == got;
    }
    let share = Float::with_val(64, wanted.abs_ref()) >> SHARED;
    let floor = Float::with_val(64, Float::i_exp(1, FLOOR));
    Float::with_val(64, wanted - got).abs() <= share.max(&floor).max(slack)
}

/// The expression with every constant moved up or down that neither the text has nor is whole; none if
/// it has no such constant.
fn moved(graph: &Graph, root: Id, literals: &HashSet<u64>, trial: u64) -> Option<(Graph, Id)> {
    let mut copy = Graph::default();
    let mut places: HashMap<Id, Id> = HashMap::new();
    let mut count = 0;
    for id in graph.reachable(&[root]) {
        let new = match graph.node(id) {
            Node::Constant(bits) => {
                let value = f64::from_bits(bits);
                let is_whole = value.fract() == 0.0 && value.abs() < WHOLE;
                let is_exact = is_whole || literals.contains(&value.abs().to_bits());
                let is_up = (trial >> (count % 3)) & 1 == 1;
                let step = if is_exact { 0.0 } else { f64::exp2(f64::from(MOVED)) };
                count += u64::from(!is_exact);
                copy.constant(value * (1.0 + if is_up { step } else { -step }))
            }
            Node::Apply(op, args) => {
                let args = args.map(|arg| places[&arg]);
                copy.apply(op, &args[..op.info().arity])
            }
            leaf => copy.intern(leaf),
        };
        places.insert(id, new);
    }
    (count > 0).then(|| (copy, places[&root]))
}

/// Whether forms that are equal elsewhere may differ at a point: the form as typed or a derivative of it has no
/// value there or a part of it is infinite (it may leave even multiprecision), something that is compared or the base of a
/// power has no value, or two computed numbers that are compared are equal but for their rounding.
pub fn is_undecided(formula: &Formula, point: &Point) -> bool {
    let (graph, count) = (formula.graph(), formula.parameters().len());
    let value = |id: Id| Reference::of(graph, id, count).at(point).y;
    // Where the rules of the textbook meet 0·∞ there is a limit at best, in which a kink may have a part.
    let is_gap = |quantity: Quantity| {
        let id = formula.textbook_quantity(quantity);
        id.is_some_and(|id| formula.evaluate(id, point).is_nan())
    };
    let has_no_value = value(formula.typed()).is_nan();
    has_no_value
        || quantities(formula).into_iter().any(is_gap)
        || graph.reachable(&[formula.typed()]).into_iter().any(|id| {
            if value(id).is_infinite() {
                return true;
            }
            let Some((op, &[a, b])) = graph.operation(id) else { return false };
            let compares = op.is_comparison() || matches!(op, Op::Min | Op::Max);
            if !compares && op != Op::Pow {
                return false;
            }
            // In a gap a part has a limit, but what is typed compares with no number.
            if [a, b].iter().any(|side| formula.evaluate(*side, point).is_nan()) {
                return true;
            }
            let is_computed = [a, b].iter().any(|side| graph.operation(*side).is_some());
            let [a, b] = [a, b].map(value);
            // An extreme of equal sides takes the one that sees the input, which `x - x` does until it is 0.
            let is_tie = is_computed && near(&a, &b, &Float::new(64));
            a.is_nan() || b.is_nan() || (compares && is_tie)
        })
}
