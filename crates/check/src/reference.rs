//! The exact value and derivatives of a formula at a point.

use ogive_formula::{Formula, Graph, Id, Point};
use rug::Float;

use crate::dual::Dual;
use crate::limits::agree;
use crate::tape::{GATE, Leaves, MEAN, Outcome, PARAMETERS, Tape, VARIANCE, X};
use crate::ulp::no_value;

/// Bits of the first attempt; each further one has twice as many.
const FIRST: u32 = 192;
/// Bits of the last attempt. What is not settled by then has no value here.
const LAST: u32 = 12288;
/// Bits from which a term that has left nothing beside another is taken to be nothing: of e^-x beside 1
/// they hold something up to 2000.
const LOST: u32 = 3072;
/// Two attempts agree if they share this many bits.
const SHARED: i32 = 90;
/// Bits that a result keeps.
pub(crate) const KEPT: u32 = 160;
/// Evaluates a formula, and its derivatives, to any accuracy.
///
/// It runs the formula *as typed* on dual numbers in multiprecision arithmetic, where every
/// primitive has a rule of its own, independent of the compiler's rewriting and differentiation.
/// Constants of the text and parameters are the f64 numbers that they are, but for the one next to π,
/// which is π.
///
/// * **Cancellation**: precision doubles until two attempts share 90 bits, or are both far below
///   the smallest number of the type that is judged; where terms have left nothing at all it goes on to
///   3072 bits; a term that is smaller than its neighbour by more counts as 0. Where 12288 bits do not
///   settle it, the result is NaN: no value is known.
/// * **Choices**: the side that the test takes decides value and derivative. `min` and `max` are
///   choices too: on a tie the side that does not depend on the input wins, so `max(0, x)` has
///   derivative 0 at 0. The derivatives of `abs` and `sign` at 0 are 0.
/// * **Overflow**: where an intermediate value of the typed form is too large even for
///   multiprecision (e^(10^30) in `exp(x)/(1 + exp(x))`), the compiler's stable form is run instead.
/// * **Far out**: where even that leaves a derivative unknown (e^(10^30)/cosh(e^(10^30))²), and at three
///   smaller inputs it follows one power of x to 60 bits, it is that power.
/// * **Gaps**: where the formula has no value, as sin(x)/x at 0, it is the limit from both sides, or from the
///   one where it is defined.
/// * **Tests without a value**: a comparison with NaN does not hold, as log(x) > 0 at -1. But in a gap of
///   the test, as x/x > 0 at 0, a simpler form of it has a value: where that leads to another result there is
///   none here.
/// * **Infinite input**: the limit, if there is one, found with the stable form at two very large
///   arguments; NaN where they disagree, as for `sin`.
/// * **NaN** gives NaN.
pub struct Reference {
    typed: Tape,
    pub(crate) stable: Tape,
    pub(crate) leaves: usize,
    pub(crate) floor: i32,
}

/// The exact results at one point, to at least 90 bits. NaN means that there is none.
#[derive(Clone, Debug)]
pub struct Exact {
    /// The value.
    pub y: Float,
    /// ∂/∂x with the statistics held fixed.
    pub dx: Float,
    /// ∂/∂gate.
    pub dgate: Float,
    /// ∂/∂θ for each parameter, in the formula's order.
    pub dparameters: Vec<Float>,
    /// ∂/∂mean(x).
    pub dmean: Float,
    /// ∂/∂var(x).
    pub dvariance: Float,
}

impl Reference {
    /// The reference of a formula, for results of type f64 or narrower.
    pub fn new(formula: &Formula) -> Self {
        let leaves = PARAMETERS + formula.parameters().len();
        let tape = |root| Tape::new(formula.graph(), root);
        let (typed, stable) = (tape(formula.typed()), tape(formula.stable()));
        Reference { typed, stable, leaves, floor: -1150 }
    }

    /// The reference of one expression over `parameters` parameters, for example of a derivative
    /// that the compiler found. It has no other form to fall back on.
    pub fn of(graph: &Graph, root: Id, parameters: usize) -> Self {
        let (typed, stable) = (Tape::new(graph, root), Tape::new(graph, root));
        Reference { typed, stable, leaves: PARAMETERS + parameters, floor: -1150 }
    }

    /// Results below 2^`exponent` count as zero: fewer bits settle them.
    #[must_use]
    pub fn with_floor(self, exponent: i32) -> Self {
        Reference { floor: exponent, ..self }
    }

    /// The exact results at `point`.
    ///
    /// # Panics
    /// If `point` has another number of parameters than the formula.
    pub fn at(&self, point: &Point) -> Exact {
        assert_eq!(PARAMETERS + point.parameters.len(), self.leaves, "one value per parameter");
        let exactly = |value: f64| Float::with_val(53, value);
        let mut leaves = vec![Float::new(53); self.leaves];
        leaves[X] = exactly(point.x);
        leaves[GATE] = exactly(point.gate);
        leaves[MEAN] = exactly(point.mean);
        leaves[VARIANCE] = exactly(point.variance);
        for (leaf, value) in leaves[PARAMETERS..].iter_mut().zip(point.parameters) {
            *leaf = exactly(*value);
        }
        let leaves = Leaves(leaves);
        if leaves.0.iter().any(Float::is_nan) {
            Exact::from(vec![no_value(); self.leaves + 1])
        } else if leaves.0[X].is_infinite() {
            Exact::from(self.infinite(&leaves))
        } else {
            Exact::from(self.finite(&leaves))
        }
    }

    /// The results where x is moved to `place`.
    pub(crate) fn moved(&self, leaves: &Leaves, place: Float) -> Settled {
        let mut leaves = leaves.clone();
        leaves.0[X] = place;
        self.settled(&self.typed, &leaves)
    }

    /// The value, then the derivative in each leaf.
    fn finite(&self, leaves: &Leaves) -> Vec<Float> {
        let Settled { results: mut found, finite, is_undecided } =
            self.settled(&self.typed, leaves);
        if is_undecided && let Some(limits) = self.beside_gap_of_test(leaves) {
            return found.into_iter().zip(limits).map(of_both_readings).collect();
        }
        if !finite {
            let stable = self.settled(&self.stable, leaves).results;
            for (value, stable) in found.iter_mut().zip(stable).filter(|(_, s)| !s.is_nan()) {
                *value = stable;
            }
        }
        for rule in [Reference::far_out, Reference::beside] {
            if found.iter().any(Float::is_nan) {
                let guessed = rule(self, leaves);
                // In a gap a choice was made by what is no number, and its slope is that of either side.
                let is_gap = found[0].is_nan() && !guessed[0].is_nan();
                for (value, guess) in found.iter_mut().zip(guessed) {
                    if value.is_nan() || (is_gap && !guess.is_nan()) {
                        *value = guess;
                    }
                }
            }
        }
        found
    }

    /// The same where x is infinite: the limits.
    fn infinite(&self, leaves: &Leaves) -> Vec<Float> {
        let limits = self.limit(leaves);
        let Settled { results: found, is_undecided, .. } = self.settled(&self.typed, leaves);
        if !is_undecided {
            return limits;
        }
        found.into_iter().zip(limits).map(of_both_readings).collect()
    }

    /// Doubles the precision until two attempts agree.
    pub(crate) fn settled(&self, tape: &Tape, leaves: &Leaves) -> Settled {
        let mut precision = FIRST;
        let mut last = tape.run(leaves, precision);
        loop {
            let next = tape.run(leaves, 2 * precision);
            let agreed = self.agreed(&last, &next, precision);
            precision *= 2;
            let is_short = next.is_short && precision < LOST;
            let is_settled = agreed.iter().all(|agreed| *agreed) && !is_short;
            if is_settled || precision >= LAST {
                let Outcome { dual, finite, is_undecided, .. } = next;
                let results =
                    results(dual).into_iter().zip(agreed).map(|(result, agreed)| match result {
                        None => Float::new(KEPT),
                        Some(result) if agreed => Float::with_val(KEPT, result),
                        Some(_) => no_value(),
                    });
                return Settled { results: results.collect(), finite, is_undecided };
            }
            last = next;
        }
    }

    fn agreed(&self, last: &Outcome, next: &Outcome, precision: u32) -> Vec<bool> {
        let value = self.same(&last.dual.value, &next.dual.value, precision);
        let tangents = last.dual.tangents.iter().zip(&next.dual.tangents);
        let tangents = tangents.map(|pair| match pair {
            (None, None) => true,
            (Some(last), Some(next)) => self.same(last, next, precision),
            _ => false,
        });
        std::iter::once(value).chain(tangents).collect()
    }

    fn same(&self, last: &Float, next: &Float, precision: u32) -> bool {
        if !last.is_finite() || !next.is_finite() {
            return (last.is_nan() && next.is_nan()) || last == next;
        }
        // A zero may be what cancellation left of a small number: it counts only at a precision
        // whose noise is itself below the floor.
        let tiny = |value: &Float| value.get_exp().is_none_or(|exponent| exponent < self.floor);
        if tiny(last) && tiny(next) {
            return precision as i32 >= 64 - self.floor;
        }
        let difference = Float::with_val(64, last - next);
        match (difference.get_exp(), next.get_exp()) {
            (None, _) => true,
            (Some(difference), Some(size)) => difference <= size - SHARED,
            (Some(_), None) => false,
        }
    }
}

/// What two attempts agree on.
pub(crate) struct Settled {
    /// The value, then the derivative in each leaf.
    pub(crate) results: Vec<Float>,
    /// Whether no intermediate value has overflowed.
    finite: bool,
    /// Whether a choice was made by what is no number.
    pub(crate) is_undecided: bool,
}

/// The result where a test that has no value does not hold and the one where it has its limit, if they are
/// one.
fn of_both_readings((found, limit): (Float, Float)) -> Float {
    if agree(&found, &limit) { found } else { no_value() }
}

fn results(dual: Dual) -> Vec<Option<Float>> {
    std::iter::once(Some(dual.value)).chain(dual.tangents).collect()
}

impl From<Vec<Float>> for Exact {
    /// From the value and the derivative in each leaf.
    fn from(results: Vec<Float>) -> Self {
        let mut results = results.into_iter();
        let mut next = || results.next().unwrap_or_else(no_value);
        let (y, dx, dgate, dmean, dvariance) = (next(), next(), next(), next(), next());
        Exact { y, dx, dgate, dparameters: results.collect(), dmean, dvariance }
    }
}
