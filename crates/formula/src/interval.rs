//! Interval arithmetic: an enclosure of every primitive's values, rounded outwards.
//!
//! An [`Interval`] holds every real value that an expression takes while its leaves run through
//! theirs. So what it says is proved: a derivative whose interval has no negative number is nowhere
//! negative. It is decorated as IEEE 1788-2015 has it, so that it also says whether the expression is
//! defined and continuous there.
//!
//! The arithmetic is that of real numbers: exp(1000) is a number above the largest f64, and 0·∞ is 0,
//! as an infinite bound only says that there is none. What leaves f64 on the way to a number is bounded
//! by its logarithm: e^x·e^(-e^x) is next to 0 for x = 1000.
//!
//! ```
//! use ogive_formula::{Decoration, Interval, Op, interval};
//!
//! let e = interval(Op::Exp, &[Interval::new(0.0, 1.0)]);
//! assert!(e.low == 1.0 && e.high >= std::f64::consts::E);
//! assert_eq!(interval(Op::Log, &[Interval::new(-1.0, 1.0)]).decoration, Decoration::Trivial);
//! ```

mod arithmetic;
mod choice;
mod function;
mod magnitude;
mod walk;

pub use walk::{Bounds, Enclosure};

use crate::op::Op;
use function::Shape::{Falling, Hill, Rising, Valley};
use function::{Shape, enclosed};

/// What is known of a function on an interval beside its values (IEEE 1788-2015, 8.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decoration {
    /// Nothing: it may be undefined somewhere.
    Trivial,
    /// It is defined everywhere, and may jump.
    Defined,
    /// It is defined and continuous everywhere.
    Continuous,
}

/// All numbers from `low` to `high`; an infinite bound says that there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower bound, below +∞.
    pub low: f64,
    /// The upper bound, above -∞.
    pub high: f64,
    /// What is known of the function whose values these are.
    pub decoration: Decoration,
}

impl Interval {
    /// No value at all: of a function that is defined nowhere on its arguments.
    pub const EMPTY: Interval =
        Interval { low: f64::INFINITY, high: f64::NEG_INFINITY, decoration: Decoration::Trivial };

    /// All real numbers.
    pub const ENTIRE: Interval = Interval {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        decoration: Decoration::Continuous,
    };

    /// The numbers from `low` to `high`; empty if a bound is NaN or they are in the wrong order.
    pub fn new(low: f64, high: f64) -> Self {
        if low <= high && low < f64::INFINITY && high > f64::NEG_INFINITY {
            Interval { low, high, decoration: Decoration::Continuous }
        } else {
            Interval::EMPTY
        }
    }

    /// One number.
    pub fn point(value: f64) -> Self {
        Interval::new(value, value)
    }

    /// Whether it has no number.
    pub fn is_empty(&self) -> bool {
        self.low > self.high
    }

    /// Whether `value` is one of its numbers.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// `high - low`; negative if it is empty.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    /// The largest magnitude in it.
    pub fn largest(&self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// The smallest interval around both.
    #[must_use]
    pub fn hull(self, other: Interval) -> Interval {
        Interval {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            decoration: self.decoration.min(other.decoration),
        }
    }

    /// The numbers that are in both, with the better decoration of the two.
    #[must_use]
    pub fn meet(self, other: Interval) -> Interval {
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        Interval::new(low, high).at_most(self.decoration.max(other.decoration))
    }

    /// The same numbers with no better decoration than this.
    #[must_use]
    pub fn at_most(self, decoration: Decoration) -> Interval {
        Interval { decoration: self.decoration.min(decoration), ..self }
    }
}

/// An enclosure of `op` on all combinations of numbers in `args`.
///
/// # Panics
/// If the number of arguments is not the arity of `op`.
pub fn interval(op: Op, args: &[Interval]) -> Interval {
    assert_eq!(args.len(), op.info().arity, "`{}` takes another number", op.info().name);
    let at = |place: usize| *args.get(place).unwrap_or(&args[0]);
    enclose(op, [at(0), at(1), at(2)])
}

fn enclose(op: Op, [a, b, c]: [Interval; 3]) -> Interval {
    let row = &ROWS[op as usize];
    match row.kind {
        Kind::Choice => choice::select(a, b, c),
        // Where an argument has no value, neither has the result.
        _ if a.is_empty() || (op.info().arity > 1 && b.is_empty()) => Interval::EMPTY,
        Kind::Two(enclose) => enclose(a, b).at_most(a.decoration.min(b.decoration)),
        Kind::One(enclose) => enclose(a).at_most(a.decoration),
        Kind::Shaped(shape, domain, range) => {
            enclosed(op.info().value, shape, domain, range, a).at_most(a.decoration)
        }
    }
}

/// How a primitive is enclosed.
#[derive(Clone, Copy)]
enum Kind {
    One(fn(Interval) -> Interval),
    Two(fn(Interval, Interval) -> Interval),
    Choice,
    /// By its shape, on a domain, with a range that rounding must not leave.
    Shaped(Shape, [f64; 2], [f64; 2]),
}

struct Row {
    #[cfg_attr(not(test), expect(dead_code, reason = "names the row; a test compares the order"))]
    op: Op,
    kind: Kind,
}

const fn row(op: Op, kind: Kind) -> Row {
    Row { op, kind }
}

const fn shaped(op: Op, shape: Shape, domain: [f64; 2], range: [f64; 2]) -> Row {
    Row { op, kind: Kind::Shaped(shape, domain, range) }
}

const INF: f64 = f64::INFINITY;
const ALL: [f64; 2] = [-INF, INF];
/// Where the derivative of tanh(softplus(a)) is highest.
const STEEPEST: f64 = -0.117_400_987_9;

/// Every primitive, in the order of [`Op`].
#[rustfmt::skip]
static ROWS: &[Row] = &[
    row(Op::Add,       Kind::Two(arithmetic::add)),
    row(Op::Sub,       Kind::Two(arithmetic::subtract)),
    row(Op::Mul,       Kind::Two(arithmetic::multiply)),
    row(Op::Div,       Kind::Two(arithmetic::divide)),
    row(Op::Pow,       Kind::Two(arithmetic::power)),
    row(Op::Neg,       Kind::One(arithmetic::negate)),
    row(Op::Min,       Kind::Two(choice::minimum)),
    row(Op::Max,       Kind::Two(choice::maximum)),
    row(Op::Less,      Kind::Two(choice::less)),
    row(Op::LessEqual, Kind::Two(choice::less_equal)),
    row(Op::Equal,     Kind::Two(choice::equal)),
    row(Op::Select,    Kind::Choice),
    //     op                      shape             domain       range
    shaped(Op::Abs,                Valley(0.0),      ALL,         [0.0, INF]),
    row(Op::Sign,      Kind::One(choice::sign)),
    shaped(Op::Sqrt,               Rising,           [0.0, INF],  [0.0, INF]),
    shaped(Op::Exp,                Rising,           ALL,         [0.0, INF]),
    shaped(Op::Expm1,              Rising,           ALL,         [-1.0, INF]),
    shaped(Op::Log,                Rising,           [0.0, INF],  ALL),
    shaped(Op::Log1p,              Rising,           [-1.0, INF], ALL),
    row(Op::Sin,       Kind::One(function::sine)),
    row(Op::Cos,       Kind::One(function::cosine)),
    row(Op::Tan,       Kind::One(function::tangent)),
    shaped(Op::Atan,               Rising,           ALL,         [-1.570_796_326_794_896_8, 1.570_796_326_794_896_8]),
    shaped(Op::Sinh,               Rising,           ALL,         ALL),
    shaped(Op::Cosh,               Valley(0.0),      ALL,         [1.0, INF]),
    shaped(Op::Tanh,               Rising,           ALL,         [-1.0, 1.0]),
    shaped(Op::Sigmoid,            Rising,           ALL,         [0.0, 1.0]),
    shaped(Op::Softplus,           Rising,           ALL,         [0.0, INF]),
    shaped(Op::Erf,                Rising,           ALL,         [-1.0, 1.0]),
    shaped(Op::Erfc,               Falling,          ALL,         [0.0, 2.0]),
    shaped(Op::Phi,                Rising,           ALL,         [0.0, 1.0]),
    shaped(Op::Density,            Hill(0.0),        ALL,         [0.0, 0.5]),
    shaped(Op::TanhSoftplus,       Rising,           ALL,         [0.0, 1.0]),
    shaped(Op::TanhSoftplusSlope,  Hill(STEEPEST),   ALL,         [0.0, 1.0]),
    shaped(Op::Expm1Rest,          Valley(0.0),      ALL,         [0.0, INF]),
    shaped(Op::TanhRest,           Rising,           ALL,         ALL),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::op::TABLE;

    #[test]
    fn the_rows_are_in_the_order_of_the_enum() {
        assert_eq!(ROWS.len(), TABLE.len());
        for (row, known) in ROWS.iter().zip(TABLE) {
            assert_eq!(row.op, known.op);
        }
    }

    /// A shape that is not the function's would make an enclosure wrong without a sign.
    #[test]
    fn shapes_are_those_of_the_functions() {
        for row in ROWS {
            let Kind::Shaped(shape, domain, range) = row.kind else { continue };
            let value = |a: f64| (row.op.info().value)(a, 0.0, 0.0);
            let (low, high) = (domain[0].max(-30.0), domain[1].min(30.0));
            let mut last: Option<(f64, f64)> = None;
            for k in 1..6000 {
                let a = low + (high - low) * f64::from(k) / 6000.0;
                let y = value(a);
                assert!(range[0] <= y && y <= range[1], "{:?}({a}) = {y}", row.op);
                if let Some((before, old)) = last {
                    let slack = 1e-14 * y.abs().max(old.abs());
                    let rises = y >= old - slack;
                    let falls = y <= old + slack;
                    let (left, right) = match shape {
                        Rising => (rises, rises),
                        Falling => (falls, falls),
                        Valley(turn) => (falls || a > turn, rises || before < turn),
                        Hill(turn) => (rises || a > turn, falls || before < turn),
                    };
                    assert!(left && right, "{:?} from {before} to {a}", row.op);
                }
                last = Some((a, y));
            }
        }
    }
}
