//! How large the numbers of an interval are where f64 ends: bounds of ln|v|.
//!
//! e^1000 is no f64, and to an interval it is any number above the largest one; so of e^x·e^(-e^x) it
//! knows nothing for large x, which is what the slope of 1 - e^(-e^x) is. Its logarithm is as good a
//! number as any: x - e^x. Where a value or one of its arguments leaves f64, the bounds of its logarithm
//! go along with it.

use std::f64::consts::LN_2;

use super::Interval;
use crate::op::Op;

/// ln|v| of every number v of an interval lies between these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Magnitude {
    low: f64,
    high: f64,
}

const INF: f64 = f64::INFINITY;
/// ln √(2π), from above.
const LN_ROOT_TAU: f64 = 0.918_938_533_204_673;
/// Magnitudes within e^±690 are as well known by f64 numbers.
const LARGE: f64 = 1e300;
const SMALL: f64 = 1e-300;

/// Whether f64 numbers do not say of what size the numbers of `a` are.
fn leaves_doubles(a: Interval) -> bool {
    let largest = a.largest();
    !a.is_empty() && (largest >= LARGE || (0.0 < largest && largest <= SMALL))
}

/// A bound that was computed, moved outwards by more than it can be off.
fn down(bound: f64) -> f64 {
    if bound.is_nan() {
        -INF
    } else {
        (bound - 1e-14 * bound.abs().min(1.0)).next_down().next_down()
    }
}

fn up(bound: f64) -> f64 {
    if bound.is_nan() { INF } else { (bound + 1e-14 * bound.abs().min(1.0)).next_up().next_up() }
}

impl Magnitude {
    fn new(low: f64, high: f64) -> Magnitude {
        Magnitude { low: down(low), high: up(high) }
    }

    /// By the bounds alone.
    fn of(a: Interval) -> Magnitude {
        let largest = a.largest();
        let smallest = if a.contains(0.0) { 0.0 } else { a.low.abs().min(a.high.abs()) };
        Magnitude::new(libm::log(smallest), libm::log(largest))
    }

    fn times(self, factor: f64) -> Magnitude {
        let (a, b) = (self.low * factor, self.high * factor);
        if factor == 0.0 { Magnitude::new(0.0, 0.0) } else { Magnitude::new(a.min(b), a.max(b)) }
    }

    fn hull(self, other: Magnitude) -> Magnitude {
        Magnitude { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// That of a sum, whose terms may cancel unless they have one sign.
    fn sum(self, other: Magnitude, is_one_sign: bool) -> Magnitude {
        let (small, large) = if self.low < other.low { (self, other) } else { (other, self) };
        let low = match large.low - small.high {
            _ if is_one_sign => large.low,
            // Half of the larger term is left at least.
            gap if gap > 1.0 => large.low - LN_2,
            _ => -INF,
        };
        Magnitude::new(low, self.high.max(other.high) + LN_2)
    }

    /// Those numbers of `a` that are of this magnitude.
    pub(super) fn within(self, a: Interval) -> Interval {
        let largest = up(libm::exp(self.high));
        let smallest = down(libm::exp(self.low)).clamp(0.0, f64::MAX);
        let (mut low, mut high) = (a.low.max(-largest), a.high.min(largest));
        if a.low >= 0.0 {
            low = low.max(smallest);
        } else if a.high <= 0.0 {
            high = high.min(-smallest);
        }
        // What is known in two ways is never less than in one.
        if low <= high { Interval { low, high, ..a } } else { a }
    }
}

/// The value of an operation with what the magnitudes of its arguments say of it, and its own, if f64
/// numbers do not say it.
pub(super) fn refined(
    op: Op,
    args: [Interval; 3],
    known: [Option<Magnitude>; 3],
    value: Interval,
) -> (Interval, Option<Magnitude>) {
    let args_leave = known[..op.info().arity].iter().any(Option::is_some);
    if value.is_empty() || !(args_leave || leaves_doubles(value)) {
        return (value, None);
    }
    let of = |place: usize| known[place].unwrap_or_else(|| Magnitude::of(args[place]));
    let value = logarithm(op, args, || of(0)).map_or(value, |bounds| {
        let found = value.meet(bounds);
        if found.is_empty() { value } else { found.at_most(value.decoration) }
    });
    let Some(found) = of_operation(op, args, of) else { return (value, None) };
    let plain = Magnitude::of(value);
    let found = Magnitude { low: found.low.max(plain.low), high: found.high.min(plain.high) };
    let value = found.within(value);
    (value, Some(found))
}

/// A logarithm is a magnitude.
fn logarithm(op: Op, args: [Interval; 3], magnitude: impl Fn() -> Magnitude) -> Option<Interval> {
    match op {
        Op::Log if args[0].low > 0.0 => {
            let found = magnitude();
            Some(Interval::new(found.low, found.high))
        }
        Op::Log1p if args[0].low > 1.0 => {
            let found = magnitude();
            Some(Interval::new(found.low, up(found.high + LN_2)))
        }
        _ => None,
    }
}

fn of_operation(op: Op, args: [Interval; 3], of: impl Fn(usize) -> Magnitude) -> Option<Magnitude> {
    let a = args[0];
    let largest = a.largest();
    let smallest = if a.contains(0.0) { 0.0 } else { a.low.abs().min(a.high.abs()) };
    let half_square = |a: f64| 0.5 * a * a;
    let found = match op {
        Op::Neg | Op::Abs => of(0),
        Op::Add | Op::Sub => {
            let b = if op == Op::Sub { super::arithmetic::negate(args[1]) } else { args[1] };
            let is_one_sign = (a.low >= 0.0 && b.low >= 0.0) || (a.high <= 0.0 && b.high <= 0.0);
            of(0).sum(of(1), is_one_sign)
        }
        Op::Mul => Magnitude::new(of(0).low + of(1).low, of(0).high + of(1).high),
        Op::Div => Magnitude::new(of(0).low - of(1).high, of(0).high - of(1).low),
        Op::Pow if args[1].low == args[1].high => of(0).times(args[1].low),
        Op::Sqrt => of(0).times(0.5),
        Op::Exp => Magnitude::new(a.low, a.high),
        // (1 - 1/e)·e^a at least, which is more than e^a/2.
        Op::Expm1 if a.low >= 1.0 => Magnitude::new(a.low - LN_2, a.high),
        // Between e^a/2 and e^a below 0, and between 1/2 and 1 above.
        Op::Sigmoid => Magnitude::new(a.low.min(0.0) - LN_2, a.high.min(0.0)),
        // ln 2·e^a at least.
        Op::Softplus if a.high <= 0.0 => Magnitude::new(a.low - 0.367, a.high),
        Op::TanhSoftplus if a.high <= 0.0 => Magnitude::new(-INF, a.high),
        Op::TanhSoftplusSlope if a.high <= 0.0 => Magnitude::new(-INF, a.high + LN_2),
        Op::TanhSoftplusSlope if a.low >= 0.0 => Magnitude::new(-INF, 3.0 * LN_2 - 2.0 * a.low),
        Op::Density => {
            let at = |a: f64| -half_square(a) - LN_ROOT_TAU;
            Magnitude::new(at(largest), at(smallest))
        }
        Op::Phi if a.high <= 0.0 => Magnitude::new(-INF, -half_square(a.high) - LN_2),
        Op::Erfc if a.low >= 0.0 => Magnitude::new(-INF, -a.low * a.low),
        Op::Cosh => Magnitude::new(smallest - LN_2, largest),
        Op::Sinh => Magnitude::new(-INF, largest - LN_2),
        Op::Min | Op::Max => of(0).hull(of(1)),
        Op::Select if !a.contains(0.0) => of(1),
        Op::Select if a.low == 0.0 && a.high == 0.0 => of(2),
        Op::Select if args[1].is_empty() || args[2].is_empty() => return None,
        Op::Select => of(1).hull(of(2)),
        _ => return None,
    };
    Some(found)
}
