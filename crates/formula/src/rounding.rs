//! What rounding does to the values of a formula: which it leaves alone, and where a little of it grows.
//!
//! The compiler's questions and the rewriter's costs both ask here.

use crate::Interval;
use crate::op::Op;

/// What is known of one value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Traits {
    /// Its number, if it is one.
    pub(crate) number: Option<f64>,
    /// Where it lies.
    pub(crate) range: Interval,
    /// Whether rounding has not touched it.
    pub(crate) is_exact: bool,
}

/// Whether rounding leaves the value of an operation alone.
pub(crate) fn is_exact(op: Op, args: &[Traits]) -> bool {
    let all = args.iter().all(|arg| arg.is_exact);
    match op {
        Op::Neg | Op::Abs | Op::Sign | Op::Min | Op::Max => all,
        Op::Less | Op::LessEqual | Op::Equal => true,
        Op::Select => args[1].is_exact && args[2].is_exact,
        Op::Mul => all && args.iter().any(|arg| arg.number.is_some_and(is_power_of_two)),
        _ => false,
    }
}

/// Whether a product by it rounds nothing.
pub(crate) fn is_power_of_two(number: f64) -> bool {
    number.is_normal() && number.to_bits() & ((1 << 52) - 1) == 0
}

/// Whether an operation may turn a little rounding in its arguments into much: a sum that cancels, a
/// logarithm near its zero or its pole.
pub(crate) fn magnifies(op: Op, args: &[Traits]) -> bool {
    if args.iter().all(|arg| arg.is_exact) {
        return false;
    }
    let range = args[0].range;
    match op {
        Op::Add => cancels(range, args[1].range),
        Op::Sub => cancels(range, negated(args[1].range)),
        Op::Log => range.low < 1.5 && range.high > 0.5,
        Op::Log1p => range.low < -0.5,
        _ => false,
    }
}

/// Whether a sum of such terms may lose more than a bit or two.
fn cancels(a: Interval, b: Interval) -> bool {
    if (a.low >= 0.0 && b.low >= 0.0) || (a.high <= 0.0 && b.high <= 0.0) {
        return false;
    }
    least(a) < 1.5 * b.largest() && least(b) < 1.5 * a.largest()
}

fn negated(a: Interval) -> Interval {
    Interval { low: -a.high, high: -a.low, ..a }
}

/// The least magnitude of an enclosure.
fn least(a: Interval) -> f64 {
    if a.low > 0.0 {
        a.low
    } else if a.high < 0.0 {
        -a.high
    } else {
        0.0
    }
}
