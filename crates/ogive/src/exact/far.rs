//! Numbers beyond every exponent: ±e^log, where the logarithm may be such a number itself.
//!
//! `x*tanh(exp(x))` has the derivative tanh(e^x) + x·e^x/cosh(e^x)², which is 1 at 10^10 though e^x is too
//! large for any exponent and 1/cosh(e^x)² too small.

mod functions;

use std::cmp::Ordering;

use astro_float_num::BigFloat;
use ogive_formula::Op;

use super::number::{Number, to_f64};
use super::numbers::{Numbers, sign_of_power};

/// A number of this logarithm still has its digits.
const NEAR: f64 = 536_870_912.0; // 2^29

impl Numbers {
    /// `op` where an argument or the value is beyond; unused arguments are ignored.
    pub(super) fn far(&mut self, op: Op, a: &Number, b: &Number) -> Number {
        match op {
            Op::Neg | Op::Abs => match a {
                Number::Near(a) => Number::Near(if op == Op::Neg { a.neg() } else { a.abs() }),
                Number::Far { is_negative, log } => {
                    Number::Far { is_negative: op == Op::Neg && !is_negative, log: log.clone() }
                }
            },
            Op::Mul | Op::Div => self.product(a, b, op == Op::Div),
            Op::Add => self.sum(a, b),
            Op::Sub => {
                let b = self.unary(Op::Neg, b);
                self.sum(a, &b)
            }
            Op::Pow => self.far_power(a, b),
            Op::Min | Op::Max => match self.order(a, b) {
                None => self.unknown(),
                Some(order) if order.is_lt() == (op == Op::Min) => a.clone(),
                Some(_) => b.clone(),
            },
            Op::Less => self.truth(a, b, Ordering::is_lt),
            Op::LessEqual => self.truth(a, b, Ordering::is_le),
            Op::Equal => self.truth(a, b, Ordering::is_eq),
            // A test is 0 or 1, unless nothing is known of it.
            Op::Select => self.unknown(),
            _ => self.far_function(op, a),
        }
    }

    /// A function of one number.
    fn unary(&mut self, op: Op, a: &Number) -> Number {
        self.apply(op, a, a, a)
    }

    /// An operation on two.
    fn binary(&mut self, op: Op, a: &Number, b: &Number) -> Number {
        self.apply(op, a, b, b)
    }

    /// Times a number that has its digits.
    fn mul(&mut self, a: &Number, factor: f64) -> Number {
        let factor = self.of(factor);
        self.binary(Op::Mul, a, &factor)
    }

    /// π times a factor.
    fn pi_times(&mut self, factor: f64) -> Number {
        let pi = Number::Near(self.pi());
        self.mul(&pi, factor)
    }

    /// What more bits might tell.
    fn unknown(&mut self) -> Number {
        self.is_short = true;
        nan()
    }

    /// ±e^log.
    fn power_of_e(&mut self, is_negative: bool, log: Number) -> Number {
        match log {
            Number::Near(log) if log.is_nan() => nan(),
            Number::Near(log) if to_f64(&log).abs() < NEAR => {
                let power = self.exp(&log);
                Number::Near(if is_negative { power.neg() } else { power })
            }
            log => Number::Far { is_negative, log: Box::new(log) },
        }
    }

    /// log|a| of a number that is neither 0 nor infinite.
    fn log(&mut self, a: &Number) -> Number {
        match a {
            Number::Near(near) => self.unary(Op::Log, &Number::Near(near.abs())),
            Number::Far { log, .. } => (**log).clone(),
        }
    }

    /// Their product, or their quotient.
    fn product(&mut self, a: &Number, b: &Number, divides: bool) -> Number {
        if a.is_nan() || b.is_nan() {
            return nan();
        }
        let is_infinite = |number: &Number| matches!(number, Number::Near(near) if near.is_inf());
        let is_negative = a.is_negative() != b.is_negative();
        let end = |value: f64| if is_negative { -value } else { value };
        let (vanishes, grows) = if divides {
            (a.is_zero() || is_infinite(b), b.is_zero() || is_infinite(a))
        } else {
            (a.is_zero() || b.is_zero(), is_infinite(a) || is_infinite(b))
        };
        match (vanishes, grows) {
            (true, true) => nan(),
            (true, false) => self.of(end(0.0)),
            (false, true) => self.of(end(f64::INFINITY)),
            (false, false) => {
                let (a, b) = (self.log(a), self.log(b));
                let log = self.binary(if divides { Op::Sub } else { Op::Add }, &a, &b);
                self.power_of_e(is_negative, log)
            }
        }
    }

    /// The sum of two numbers, one of which is beyond or their sum is.
    fn sum(&mut self, a: &Number, b: &Number) -> Number {
        let is_infinite = |number: &Number| matches!(number, Number::Near(near) if near.is_inf());
        match (a, b) {
            _ if a.is_nan() || b.is_nan() => return nan(),
            _ if b.is_zero() || is_infinite(a) => return a.clone(),
            _ if a.is_zero() || is_infinite(b) => return b.clone(),
            _ => {}
        }
        let (log_a, log_b) = (self.log(a), self.log(b));
        let gap = self.binary(Op::Sub, &log_b, &log_a);
        let (larger, smaller, gap) =
            if gap.is_negative() { (a, b, gap) } else { (b, a, self.mul(&gap, -1.0)) };
        let ratio = self.unary(Op::Exp, &gap);
        let Number::Near(share) = &ratio else {
            self.is_short = true;
            return larger.clone();
        };
        let share =
            if larger.is_negative() == smaller.is_negative() { share.clone() } else { share.neg() };
        let one = self.of(1.0);
        let factor = self.binary(Op::Add, &one, &Number::Near(share));
        self.product(larger, &factor, false)
    }

    /// a^b, real: of a negative number only whole powers.
    fn far_power(&mut self, a: &Number, b: &Number) -> Number {
        if a.is_zero() {
            return self.of(if b.is_negative() { f64::INFINITY } else { 0.0 });
        }
        if a.is_nan() || b.is_nan() {
            return nan();
        }
        let sign = if a.is_negative() { sign_of_power(b.to_f64()) } else { Some(false) };
        let Some(is_negative) = sign else { return nan() };
        let log = self.log(a);
        let log = self.binary(Op::Mul, &log, b);
        self.power_of_e(is_negative, log)
    }

    /// How two numbers of any size compare; none with what is no number.
    fn order(&mut self, a: &Number, b: &Number) -> Option<Ordering> {
        let sign = |number: &Number| match number {
            _ if number.is_zero() => 0,
            _ if number.is_negative() => -1,
            _ => 1,
        };
        let (of_a, of_b) = (sign(a), sign(b));
        match (a, b) {
            _ if a.is_nan() || b.is_nan() => None,
            _ if of_a != of_b => Some(of_a.cmp(&of_b)),
            (Number::Near(a), Number::Near(b)) => a.cmp(b).map(|sign| sign.cmp(&0)),
            (Number::Near(a), _) if a.is_inf() => Some(of_a.cmp(&0)),
            (_, Number::Near(b)) if b.is_inf() => Some(0.cmp(&of_b)),
            _ => {
                let (log_a, log_b) = (self.log(a), self.log(b));
                let order = self.order(&log_a, &log_b)?;
                Some(if of_a < 0 { order.reverse() } else { order })
            }
        }
    }

    fn truth(&mut self, a: &Number, b: &Number, holds: fn(Ordering) -> bool) -> Number {
        match self.order(a, b) {
            None if self.is_short => nan(),
            order => self.of(f64::from(u8::from(order.is_some_and(holds)))),
        }
    }
}

/// What is no number.
fn nan() -> Number {
    Number::Near(BigFloat::nan(None))
}
