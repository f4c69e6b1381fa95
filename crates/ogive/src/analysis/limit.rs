//! What a derivative comes to on one side of a place, from its values ever nearer to it.

use super::subject::Subject;

/// Each value is taken so many times nearer to the place than the one before.
const NEARER: f64 = 16.0;
const VALUES: i32 = 7;
/// Values of neighbouring f64 numbers that differ by a larger share than this are apart.
const APART: f64 = 1e-6;
/// What is larger than this on the way has no bound.
pub(super) const BEYOND: f64 = 1e30;
/// Steps that shrink at least so fast come to an end: those of the root of order 25.
const SHRINKING: f64 = 0.9;

/// What the values come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    Finite(f64),
    /// ±∞.
    Infinite(f64),
    /// They turn again and again.
    None,
    /// They cannot be computed.
    Unknown,
}

impl Limit {
    /// NaN where there is none.
    pub(super) fn value(self) -> f64 {
        match self {
            Limit::Finite(value) | Limit::Infinite(value) => value,
            Limit::None | Limit::Unknown => f64::NAN,
        }
    }
}

/// Whether two numbers are the same but for what lies between neighbours.
pub(super) fn is_same(a: f64, b: f64) -> bool {
    // An infinite one is as far from all numbers as its own share.
    a == b || (a - b).abs() < APART * (1.0 + a.abs().max(b.abs()))
}

/// The values on the way to a place; the last is at `nearest`.
fn values(subject: &Subject, order: usize, nearest: f64, step: f64) -> Vec<f64> {
    let places = (0..VALUES).rev().map(|k| nearest + step * (NEARER.powi(k) - 1.0));
    places.map(|x| subject.at(order, x)).collect()
}

/// How far the values on the way to a place lie from the last; NaN where one is not known.
pub(super) fn moved(subject: &Subject, order: usize, nearest: f64, step: f64) -> f64 {
    let values = values(subject, order, nearest, step);
    let last = values[values.len() - 1];
    let far = |most: f64, value: &f64| {
        let distance = (value - last).abs();
        if distance.is_nan() { distance } else { most.max(distance) }
    };
    if last.is_nan() { last } else { values.iter().fold(0.0, far) }
}

/// The limit of the derivative of this order where x comes to `nearest`, the last number before the
/// place, from the other side; `step` is the distance of neighbouring numbers, with the sign of the
/// way away from the place.
pub(super) fn limit(subject: &Subject, order: usize, nearest: f64, step: f64) -> Limit {
    let values = values(subject, order, nearest, step);
    let last = values[values.len() - 1];
    if values.iter().any(|value| value.is_nan()) {
        return Limit::Unknown;
    }
    if last.abs() > BEYOND && last.abs() >= values[0].abs() {
        return Limit::Infinite(f64::INFINITY.copysign(last));
    }
    if values.iter().all(|value| is_same(*value, last)) {
        // 0 but for rounding, or on the way to it.
        let shrinks = last.abs() <= 1e-12 && last.abs() <= 0.5 * values[0].abs();
        let is_zero = shrinks || subject.is_nothing(order, nearest, last);
        return Limit::Finite(if is_zero { 0.0 } else { last });
    }
    let steps: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (first, end) = (steps[0], steps[steps.len() - 1]);
    if steps.windows(2).all(|pair| pair[1].abs() <= SHRINKING * pair[0].abs()) {
        // As far again as steps that go on shrinking lead.
        let ratio = end / steps[steps.len() - 2];
        let rest = end * ratio / (1.0 - ratio);
        return Limit::Finite(if rest.is_finite() { last + rest } else { last });
    }
    let one_way = steps.iter().all(|step| step.signum() == end.signum());
    if one_way && end.abs() >= 0.95 * first.abs() {
        return Limit::Infinite(f64::INFINITY.copysign(end));
    }
    Limit::None
}
