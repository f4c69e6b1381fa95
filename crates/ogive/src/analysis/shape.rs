//! Monotone, odd, even.

use ogive_formula::{Interval, Symmetry};

use super::breaks::Breaks;
use super::cell::{Next, explore};
use super::subject::{Subject, places};
use super::{Evidence, Finding};

/// How many cells are looked at.
const MOST_CELLS: usize = 12_000;

/// The direction of a monotone function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monotone {
    /// It never falls.
    Increasing,
    /// It never rises.
    Decreasing,
    /// It does neither.
    Constant,
}

/// Whether the derivative has one sign: proved where its interval over each cell has, disproved by
/// one place with either sign. Jumps count with theirs.
pub(super) fn monotone(subject: &Subject, breaks: &Breaks) -> Finding<Option<Monotone>> {
    let mut seen = [false; 2];
    for jump in breaks.jumps() {
        // Past a place with a value of its own the function goes both ways.
        let [left, right] = jump.sides;
        let steps = jump.point.map_or([right - left, 0.0], |point| [point - left, right - point]);
        seen[0] |= steps.iter().any(|step| *step > 0.0);
        seen[1] |= steps.iter().any(|step| *step < 0.0);
    }
    let mut missing = false;
    // One place with either sign disproves it, wherever the search would come to it.
    for x in places() {
        if seen[0] && seen[1] {
            break;
        }
        let x = Interval::point(x);
        let slope = subject.over(1, x);
        if !slope.is_empty() && !subject.over(0, x).is_empty() {
            seen[0] |= slope.low > 0.0;
            seen[1] |= slope.high < 0.0;
        }
    }
    let complete = explore(subject.budget(MOST_CELLS), |cell| {
        if (seen[0] && seen[1]) || subject.over(0, cell.interval()).is_empty() {
            return Next::Settled;
        }
        if subject.may_be_undefined(cell.interval()) && !cell.is_narrow() {
            return Next::Split;
        }
        let slope = subject.narrowed(1, cell.interval());
        if !slope.is_empty() && (slope.low >= 0.0 || slope.high <= 0.0) {
            seen[0] |= slope.low > 0.0 || (slope.low == 0.0 && slope.high > 0.0);
            seen[1] |= slope.high < 0.0 || (slope.high == 0.0 && slope.low < 0.0);
            return Next::Settled;
        }
        let middle = Interval::point(cell.middle());
        let at_middle = subject.over(1, middle);
        if !at_middle.is_empty() && !subject.over(0, middle).is_empty() {
            seen[0] |= at_middle.low > 0.0;
            seen[1] |= at_middle.high < 0.0;
        }
        if cell.is_atomic() {
            // A kink: both sides are cells of their own.
            missing |= !breaks.list.iter().any(|b| cell.interval().contains(b.x));
            return Next::Settled;
        }
        Next::Split
    });
    let found = match seen {
        [true, true] => None,
        [true, false] => Some(Monotone::Increasing),
        [false, true] => Some(Monotone::Decreasing),
        [false, false] => Some(Monotone::Constant),
    };
    // What is defined on both sides of a gap might fall across it.
    let gap = breaks.undefined.iter().any(|[low, high]| low.is_finite() && high.is_finite());
    let whole = !gap && breaks.evidence == Evidence::Proven;
    let proven = found.is_none() || (complete && whole && !missing);
    Finding { found, evidence: if proven { Evidence::Proven } else { Evidence::Search } }
}

/// By the canonical form of f(-x), for all parameters; else by samples at the initial ones.
pub(super) fn symmetry(subject: &Subject) -> Finding<Option<Symmetry>> {
    let mut graph = subject.formula.graph().clone();
    if let Some(found) = graph.symmetry(subject.formula.stable()) {
        return Finding { found: Some(found), evidence: Evidence::Proven };
    }
    // Where enclosures of both sides have no number in common it is neither; agreement is no proof.
    let apart = |a: Interval, b: Interval| a.low > b.high || b.low > a.high;
    let (mut even, mut odd) = (true, true);
    for x in std::iter::once(0.0).chain((1..=400).map(|k| f64::from(k) * 0.0317 + 1e-3)) {
        let [right, left] = [x, -x].map(|x| subject.over(0, Interval::point(x)));
        if right.is_empty() && x == 0.0 {
            // A hole in the middle says nothing.
            continue;
        }
        if right.is_empty() || left.is_empty() {
            // Defined on one side only, or on none.
            let both = right.is_empty() && left.is_empty();
            (even, odd) = (even && both, odd && both);
            continue;
        }
        even &= !apart(right, left);
        odd &= !apart(right, Interval { low: -left.high, high: -left.low, ..left });
    }
    let found = match (even, odd) {
        (true, false) => Some(Symmetry::Even),
        (false, true) => Some(Symmetry::Odd),
        _ => None,
    };
    let evidence = if even || odd { Evidence::Search } else { Evidence::Proven };
    Finding { found, evidence }
}
