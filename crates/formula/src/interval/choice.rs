//! Comparisons, choices and extremes of intervals.

use super::{Decoration, Interval};

/// The truth of a comparison: 1, 0, or either.
fn truth(always: bool, never: bool) -> Interval {
    match (always, never) {
        (true, _) => Interval::point(1.0),
        (_, true) => Interval::point(0.0),
        _ => Interval::new(0.0, 1.0).at_most(Decoration::Defined),
    }
}

pub(super) fn less(a: Interval, b: Interval) -> Interval {
    truth(a.high < b.low, a.low >= b.high)
}

pub(super) fn less_equal(a: Interval, b: Interval) -> Interval {
    truth(a.high <= b.low, a.low > b.high)
}

pub(super) fn equal(a: Interval, b: Interval) -> Interval {
    let one = a.low == a.high && a.low == b.low && b.low == b.high;
    truth(one, a.high < b.low || b.high < a.low)
}

/// The side that is not taken is of no account, defined or not.
pub(super) fn select(test: Interval, then: Interval, otherwise: Interval) -> Interval {
    if test.is_empty() {
        Interval::EMPTY
    } else if !test.contains(0.0) {
        then.at_most(test.decoration)
    } else if test.low == 0.0 && test.high == 0.0 {
        otherwise.at_most(test.decoration)
    } else {
        then.hull(otherwise).at_most(Decoration::Defined.min(test.decoration))
    }
}

pub(super) fn minimum(a: Interval, b: Interval) -> Interval {
    Interval::new(a.low.min(b.low), a.high.min(b.high))
}

pub(super) fn maximum(a: Interval, b: Interval) -> Interval {
    Interval::new(a.low.max(b.low), a.high.max(b.high))
}

pub(super) fn sign(a: Interval) -> Interval {
    let of = |a: f64| if a == 0.0 { 0.0 } else { a.signum() };
    let found = Interval::new(of(a.low), of(a.high));
    if found.low == found.high { found } else { found.at_most(Decoration::Defined) }
}
