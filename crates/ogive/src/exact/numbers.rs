//! Every primitive on numbers of any length (crate `astro-float`).

use std::cell::RefCell;
use std::cmp::Ordering;

use astro_float_num::{BigFloat, Consts};
use ogive_formula::Op;

use super::number::{AGREED, NEAREST, Number, from_f64, to_f64};

/// Bits beyond those that a function of a small argument loses.
const MOST_EXTRA: i64 = 2400;

/// Whole powers below this one are products.
const MOST_FACTORS: f64 = 4096.0;

/// What may be too small for an exponent of 32 bits where its arguments are not.
const VANISHES: [Op; 11] = [
    Op::Exp,
    Op::Mul,
    Op::Div,
    Op::Pow,
    Op::Sigmoid,
    Op::Softplus,
    Op::Erfc,
    Op::Phi,
    Op::Density,
    Op::TanhSoftplus,
    Op::TanhSoftplusSlope,
];

/// Arithmetic in `precision` bits.
pub(crate) struct Numbers {
    pub(crate) precision: usize,
    /// Whether something was seen that more bits would change: a term that is lost in a sum, an angle
    /// without a place on the circle.
    pub(crate) is_short: bool,
    /// How many bits have cancelled so far, all together: one sum may cancel what another has left.
    pub(super) cancelled: i64,
    /// What all evaluations have cost.
    pub(super) effort: u64,
    constants: Consts,
}

thread_local! {
    static NUMBERS: RefCell<Option<Numbers>> = const { RefCell::new(None) };
}

impl Numbers {
    /// Lends this thread's numbers, whose constants are kept.
    pub(crate) fn lend<R>(work: impl FnOnce(&mut Numbers) -> R) -> R {
        NUMBERS.with_borrow_mut(|numbers| {
            work(numbers.get_or_insert_with(|| {
                let constants = Consts::new().expect("there is memory for a few constants");
                Numbers { precision: 128, is_short: false, cancelled: 0, effort: 0, constants }
            }))
        })
    }

    pub(crate) fn of(&self, value: f64) -> Number {
        Number::Near(self.number(value))
    }

    /// `op` on numbers; unused ones are ignored.
    pub(crate) fn apply(&mut self, op: Op, a: &Number, b: &Number, c: &Number) -> Number {
        let arity = op.info().arity;
        if let (Op::Select, Number::Near(test)) = (op, a) {
            return chosen(test, b, c);
        }
        let (Number::Near(near_a), Number::Near(near_b)) = (a, if arity == 1 { a } else { b })
        else {
            return self.far(op, a, b);
        };
        let value = self.near(op, near_a, near_b);
        let is_an_end = |number: &BigFloat| number.is_zero() || number.is_inf();
        // What ends at 0 by subtraction or as a logarithm is 0.
        let left = value.is_inf() || (value.is_zero() && VANISHES.contains(&op));
        if left && !is_an_end(near_a) && !(arity > 1 && is_an_end(near_b)) {
            return self.far(op, a, b);
        }
        Number::Near(value)
    }

    /// The same of numbers that have their digits, where the value has them too.
    fn near(&mut self, op: Op, a: &BigFloat, b: &BigFloat) -> BigFloat {
        let p = self.precision;
        let truth = |holds: bool| BigFloat::from_f64(f64::from(u8::from(holds)), p);
        let unknown = || BigFloat::nan(None);
        // With what is no number nothing compares; with what is not known yet it may.
        let (order, is_short) = (a.cmp(b).map(|sign| sign.cmp(&0)), self.is_short);
        let compared = |holds: fn(Ordering) -> bool| match order {
            None if is_short => unknown(),
            order => truth(order.is_some_and(holds)),
        };
        match op {
            Op::Add => {
                let sum = a.add(b, p, NEAREST);
                self.see_sum(a, b, &sum);
                sum
            }
            Op::Sub => {
                let difference = a.sub(b, p, NEAREST);
                self.see_sum(a, &b.neg(), &difference);
                difference
            }
            Op::Mul => a.mul(b, p, NEAREST),
            Op::Div => a.div(b, p, NEAREST),
            Op::Pow => self.power(a, b),
            Op::Neg => a.neg(),
            Op::Min | Op::Max => match order {
                None => unknown(),
                Some(order) if order.is_lt() == (op == Op::Min) => a.clone(),
                Some(_) => b.clone(),
            },
            Op::Less => compared(Ordering::is_lt),
            Op::LessEqual => compared(Ordering::is_le),
            Op::Equal => compared(Ordering::is_eq),
            Op::Select => unreachable!("a choice is one of its arguments"),
            Op::Abs => a.abs(),
            Op::Sign if a.is_zero() => a.clone(),
            Op::Sign => a.signum(),
            Op::Sqrt => a.sqrt(p, NEAREST),
            Op::Exp => self.exp(a),
            Op::Expm1 => self.expm1(a),
            Op::Log => a.ln(p, NEAREST, &mut self.constants),
            Op::Log1p => self.log1p(a),
            Op::Sin | Op::Cos | Op::Tan if self.is_far(a) => {
                self.is_short = true;
                unknown()
            }
            Op::Sin => a.sin(p, NEAREST, &mut self.constants),
            Op::Cos => a.cos(p, NEAREST, &mut self.constants),
            Op::Tan => a.tan(p, NEAREST, &mut self.constants),
            Op::Atan => a.atan(p, NEAREST, &mut self.constants),
            Op::Sinh => a.sinh(p, NEAREST, &mut self.constants),
            Op::Cosh => a.cosh(p, NEAREST, &mut self.constants),
            Op::Tanh => a.tanh(p, NEAREST, &mut self.constants),
            Op::Sigmoid => {
                let under = self.exp(&a.neg()).add(&self.one(), p, NEAREST);
                self.one().div(&under, p, NEAREST)
            }
            Op::Softplus => {
                let decay = self.exp(&a.abs().neg());
                let rest = self.log1p(&decay);
                if a.is_positive() { rest.add(a, p, NEAREST) } else { rest }
            }
            Op::Erf => self.erf(a),
            Op::Erfc => self.erfc(a),
            Op::Phi => {
                let root = self.number(2.0).sqrt(p, NEAREST);
                let tail = self.erfc(&a.neg().div(&root, p, NEAREST));
                tail.mul(&self.number(0.5), p, NEAREST)
            }
            Op::Density => {
                let square = a.mul(a, p, NEAREST).mul(&self.number(-0.5), p, NEAREST);
                let circle = self.pi().mul(&self.number(2.0), p, NEAREST);
                self.exp(&square).div(&circle.sqrt(p, NEAREST), p, NEAREST)
            }
            Op::TanhSoftplus => self.gate(a)[0].clone(),
            Op::TanhSoftplusSlope => self.gate(a)[1].clone(),
            Op::TanhRest => self.widened(a, 3, |numbers| {
                let tanh = numbers.near(Op::Tanh, a, a);
                a.sub(&tanh, numbers.precision, NEAREST)
            }),
            Op::Expm1Rest => {
                self.widened(a, 2, |numbers| numbers.expm1(a).sub(a, numbers.precision, NEAREST))
            }
        }
    }

    /// Whether no digit of an angle says where on the circle it is.
    fn is_far(&self, angle: &BigFloat) -> bool {
        let digits = self.precision as i64 - i64::from(AGREED);
        angle.exponent().is_some_and(|exponent| i64::from(exponent) > digits)
    }

    pub(super) fn number(&self, value: f64) -> BigFloat {
        from_f64(value, self.precision)
    }

    pub(super) fn one(&self) -> BigFloat {
        self.number(1.0)
    }

    pub(super) fn pi(&mut self) -> BigFloat {
        self.constants.pi(self.precision, NEAREST)
    }

    pub(super) fn exp(&mut self, a: &BigFloat) -> BigFloat {
        a.exp(self.precision, NEAREST, &mut self.constants)
    }

    /// Works with as many more bits as `times` the zeros that stand before the first digit of `a`.
    fn widened(
        &mut self,
        a: &BigFloat,
        times: i64,
        work: impl FnOnce(&mut Numbers) -> BigFloat,
    ) -> BigFloat {
        let zeros = a.exponent().map_or(0, |exponent| -i64::from(exponent));
        let extra = (times * zeros).clamp(0, MOST_EXTRA) as usize;
        let before = self.precision;
        self.precision += extra.next_multiple_of(64);
        let value = work(self);
        self.precision = before;
        value
    }

    fn expm1(&mut self, a: &BigFloat) -> BigFloat {
        if a.is_zero() {
            return a.clone();
        }
        if is_below(a, MOST_EXTRA) {
            return a.add(&self.half_square(a), self.precision, NEAREST);
        }
        self.widened(a, 1, |numbers| numbers.exp(a).sub(&numbers.one(), numbers.precision, NEAREST))
    }

    fn log1p(&mut self, a: &BigFloat) -> BigFloat {
        if a.is_zero() {
            return a.clone();
        }
        if is_below(a, MOST_EXTRA / 2) {
            return a.sub(&self.half_square(a), self.precision, NEAREST);
        }
        self.widened(a, 1, |numbers| {
            let p = numbers.precision;
            numbers.one().add(a, p, NEAREST).ln(p, NEAREST, &mut numbers.constants)
        })
    }

    /// a²/2, the second term of functions that begin with a.
    fn half_square(&self, a: &BigFloat) -> BigFloat {
        let half = BigFloat::from_f64(0.5, self.precision);
        a.mul(a, self.precision, NEAREST).mul(&half, self.precision, NEAREST)
    }

    /// Notes whether one of two terms has left no trace in their sum, or both have; or next to none: what they
    /// were rounded to may then be all there is.
    fn see_sum(&mut self, a: &BigFloat, b: &BigFloat, sum: &BigFloat) {
        let absorbed =
            |whole: &BigFloat, term: &BigFloat| !term.is_zero() && sum.cmp(whole) == Some(0);
        let lost = match (a.exponent(), sum.exponent()) {
            _ if sum.is_zero() && !a.is_zero() => i64::MAX,
            (Some(term), Some(sum)) => (i64::from(term) - i64::from(sum)).max(0),
            _ => 0,
        };
        self.cancelled = self.cancelled.saturating_add(lost);
        self.is_short |= self.cancelled > self.precision as i64 - i64::from(AGREED)
            || absorbed(a, b)
            || absorbed(b, a);
    }

    /// a^b, real: of a negative number only whole powers.
    fn power(&mut self, a: &BigFloat, b: &BigFloat) -> BigFloat {
        let p = self.precision;
        let exponent = to_f64(b);
        if b.is_int() && exponent.abs() < MOST_FACTORS {
            let power = a.powi(exponent.abs() as usize, p, NEAREST);
            return if exponent < 0.0 { self.one().div(&power, p, NEAREST) } else { power };
        }
        if a.is_zero() && b.is_positive() {
            return self.number(0.0);
        }
        if !a.is_negative() || a.is_zero() {
            return a.pow(b, p, NEAREST, &mut self.constants);
        }
        let Some(is_negative) = sign_of_power(exponent) else { return BigFloat::nan(None) };
        let power = a.neg().pow(b, p, NEAREST, &mut self.constants);
        if is_negative { power.neg() } else { power }
    }
}

/// Whether this power of a negative number is negative; none if it is no number.
pub(super) fn sign_of_power(exponent: f64) -> Option<bool> {
    (exponent.fract() == 0.0).then_some(exponent % 2.0 != 0.0)
}

/// The side that a test takes; none where the test is not known.
fn chosen(test: &BigFloat, then: &Number, otherwise: &Number) -> Number {
    match test {
        test if test.is_nan() => Number::Near(BigFloat::nan(None)),
        test if test.is_zero() => otherwise.clone(),
        _ => then.clone(),
    }
}

/// Whether so many zeros and more stand before the first digit of `a`.
fn is_below(a: &BigFloat, zeros: i64) -> bool {
    a.exponent().is_some_and(|exponent| i64::from(exponent) < -zeros)
}
