//! Functions of one interval, from their values at its ends and at what turns between them.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::{Decoration, Interval};

/// How a function runs over its domain.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Rising,
    Falling,
    /// It falls down to this place and rises from there.
    Valley(f64),
    /// It rises up to this place and falls from there.
    Hill(f64),
}

/// An enclosure of the exact value at `a`, from the value in f64. The scalar functions are within a
/// few places of the exact values, where the argument of an inner exponential is rounded within a²
/// more.
fn around(value: fn(f64, f64, f64) -> f64, a: f64, range: [f64; 2]) -> (f64, f64) {
    const PLACES: f64 = 8.0;
    let y = value(a, 0.0, 0.0);
    // Round values at round places are exact: exp(0), log(1), tanh(∞).
    let round = (a == 0.0 || a == 1.0 || a.is_infinite()) && (2.0 * y).fract() == 0.0;
    if round || y.is_nan() {
        return (y.clamp(range[0], range[1]), y.clamp(range[0], range[1]));
    }
    let growth = if y.abs() < 0.5 { (a * a).min(1e6) } else { 0.0 };
    let margin = y.abs() * (PLACES + growth) * f64::EPSILON + PLACES * f64::from_bits(1);
    // What overflows is a number still; no number lies outside of the range.
    let low = if y == f64::INFINITY { f64::MAX } else { y - margin };
    let high = if y == f64::NEG_INFINITY { f64::MIN } else { y + margin };
    (low.clamp(range[0], range[1]), high.clamp(range[0], range[1]))
}

pub(super) fn enclosed(
    value: fn(f64, f64, f64) -> f64,
    shape: Shape,
    domain: [f64; 2],
    range: [f64; 2],
    a: Interval,
) -> Interval {
    let inside = a.meet(Interval::new(domain[0], domain[1]));
    if inside.is_empty() {
        return Interval::EMPTY;
    }
    let at = |a: f64| around(value, a, range);
    // A function without a bound at the end of its domain is not defined there.
    let end = domain[0];
    let open = end.is_finite() && value(end, 0.0, 0.0).is_infinite();
    if open && inside.high == end {
        return Interval::EMPTY;
    }
    let partial = a.low < end || (open && a.low == end);
    let decoration = if partial { Decoration::Trivial } else { Decoration::Continuous };
    let (left, right) = (at(inside.low), at(inside.high));
    let (low, high) = match shape {
        Shape::Rising => (left.0, right.1),
        Shape::Falling => (right.0, left.1),
        Shape::Valley(turn) => {
            let bottom = inside.contains(turn).then(|| at(turn).0);
            (bottom.unwrap_or(f64::INFINITY).min(left.0).min(right.0), left.1.max(right.1))
        }
        Shape::Hill(turn) => {
            let top = inside.contains(turn).then(|| at(turn).1);
            (left.0.min(right.0), top.unwrap_or(f64::NEG_INFINITY).max(left.1).max(right.1))
        }
    };
    // The low end of an open domain has no bound there, whatever f64 says.
    let low = if open && inside.low == end { f64::NEG_INFINITY } else { low };
    Interval { low, high, decoration }
}

/// Beyond this, where a period ends is not known well enough.
const FARTHEST: f64 = 1e9;

/// Whether `first + k·period` may lie in `a` for some whole k; in doubt it does.
fn meets(a: Interval, first: f64, period: f64) -> bool {
    if a.width() >= period || a.low < -FARTHEST || a.high > FARTHEST {
        return true;
    }
    let slack = 1e-15 * (1.0 + a.largest());
    let (from, to) = ((a.low - slack - first) / period, (a.high + slack - first) / period);
    from.ceil() <= to.floor()
}

fn wave(value: fn(f64, f64, f64) -> f64, crest: f64, trough: f64, a: Interval) -> Interval {
    let range = [-1.0, 1.0];
    let finite = a.low.is_finite() && a.high.is_finite();
    let (low, high) = if finite {
        let (left, right) = (around(value, a.low, range), around(value, a.high, range));
        (left.0.min(right.0), left.1.max(right.1))
    } else {
        (-1.0, 1.0)
    };
    let low = if meets(a, trough, TAU) { -1.0 } else { low };
    let high = if meets(a, crest, TAU) { 1.0 } else { high };
    Interval::new(low, high)
}

pub(super) fn sine(a: Interval) -> Interval {
    wave(|a, _, _| libm::sin(a), FRAC_PI_2, -FRAC_PI_2, a)
}

pub(super) fn cosine(a: Interval) -> Interval {
    wave(|a, _, _| libm::cos(a), 0.0, PI, a)
}

pub(super) fn tangent(a: Interval) -> Interval {
    if meets(a, FRAC_PI_2, PI) {
        return Interval::ENTIRE.at_most(Decoration::Trivial);
    }
    let range = [f64::NEG_INFINITY, f64::INFINITY];
    let at = |place| around(|a, _, _| libm::tan(a), place, range);
    Interval::new(at(a.low).0, at(a.high).1)
}
