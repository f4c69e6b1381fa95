//! The primitives of the formula language from backend operations, stable ones.
//!
//! Only operations that every backend computes well are used. `tanh`, `sigmoid` and the like are
//! built here from `exp` of something that is never positive, which cannot overflow.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use burn::backend::tensor::{BoolTensor, Device, FloatTensor};
use burn::backend::{Backend, TensorMetadata, get_or_init_device_settings};
use burn::tensor::{BoolDType, DType, Shape};
use ogive::formula::Op;

use super::normal;
use super::value::Value;
use ogive_layer::Reach;

/// Whole exponents up to this one are multiplications, as in the native kernels.
const LARGEST_WHOLE_POWER: f64 = 64.0;

/// What is needed to make a tensor that fits the others.
pub(super) struct Ops<B: Backend> {
    pub(super) truth: BoolDType,
    dtype: DType,
    rank: usize,
    device: Device<B>,
    zero_wins: bool,
}

impl<B: Backend> Ops<B> {
    /// Operations on tensors like `x`.
    pub(super) fn of(x: &FloatTensor<B>, reach: Reach) -> Self {
        let device = x.device();
        let truth = get_or_init_device_settings::<B>(&device).bool_dtype;
        Ops {
            truth,
            dtype: x.dtype(),
            rank: x.shape().num_dims(),
            device,
            zero_wins: reach.zero_wins,
        }
    }

    /// `op` on arguments that are not all numbers.
    pub(super) fn apply(&self, op: Op, mut args: Vec<Value<B>>) -> Value<B> {
        if op == Op::Select {
            let otherwise = args.pop();
            let then = args.pop();
            return match (args.pop(), then, otherwise) {
                (Some(test), Some(then), Some(otherwise)) => {
                    let (then, otherwise) = (self.tensor(then), self.tensor(otherwise));
                    Value::Tensor(self.choice(self.test(test), then, otherwise))
                }
                _ => unreachable!("a choice has three arguments"),
            };
        }
        let second = if op.info().arity == 2 { args.pop() } else { None };
        let first = args.pop().expect("every operation has an argument");
        match second {
            Some(second) => self.binary(op, first, second),
            None => Value::Tensor(self.unary(op, self.tensor(first))),
        }
    }

    /// A value as a tensor that broadcasts.
    pub(super) fn tensor(&self, value: Value<B>) -> FloatTensor<B> {
        match value {
            Value::Tensor(tensor) => tensor,
            Value::Number(number) => self.full(number),
            Value::Truth(truth) => {
                let shape = truth.shape();
                let zeros = B::float_zeros(shape, &self.device, self.dtype.into());
                B::float_mask_fill(zeros, truth, 1.0.into())
            }
        }
    }

    /// `a * b`; where the formula needs it, a factor of 0 wins over an infinite one.
    pub(super) fn product(&self, a: FloatTensor<B>, b: FloatTensor<B>) -> FloatTensor<B> {
        if !self.zero_wins {
            return B::float_mul(a, b);
        }
        let product = B::float_mul(a.clone(), b.clone());
        let shape = product.shape();
        [a, b].into_iter().fold(product, |product, factor| {
            let zero = B::float_equal_elem(factor.clone(), 0.0.into(), self.truth);
            let zero = B::bool_expand(zero, shape.clone());
            B::float_mask_where(product, zero, B::float_expand(factor, shape.clone()))
        })
    }

    fn full(&self, number: f64) -> FloatTensor<B> {
        let shape = Shape::from(vec![1; self.rank]);
        B::float_full(shape, number.into(), &self.device, self.dtype.into())
    }

    fn test(&self, value: Value<B>) -> BoolTensor<B> {
        match value {
            Value::Truth(truth) => truth,
            value => {
                let tensor = self.tensor(value);
                B::float_not_equal_elem(tensor, 0.0.into(), self.truth)
            }
        }
    }

    fn choice(
        &self,
        test: BoolTensor<B>,
        then: FloatTensor<B>,
        otherwise: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let shapes = [test.shape(), then.shape(), otherwise.shape()];
        let shape: Vec<usize> = (0..self.rank)
            .map(|axis| {
                // An axis of size 1 broadcasts, to 0 as well.
                let sizes = shapes.each_ref().map(|shape| shape[axis]);
                sizes.into_iter().find(|size| *size != 1).unwrap_or(1)
            })
            .collect();
        let shape = Shape::from(shape);
        let test = B::bool_expand(test, shape.clone());
        let then = B::float_expand(then, shape.clone());
        B::float_mask_where(B::float_expand(otherwise, shape), test, then)
    }

    fn binary(&self, op: Op, a: Value<B>, b: Value<B>) -> Value<B> {
        Value::Tensor(match (op, a, b) {
            (Op::Add, Value::Number(n), Value::Tensor(t))
            | (Op::Add, Value::Tensor(t), Value::Number(n)) => B::float_add_scalar(t, n.into()),
            (Op::Sub, Value::Tensor(t), Value::Number(n)) => B::float_sub_scalar(t, n.into()),
            (Op::Mul, Value::Number(n), Value::Tensor(t))
            | (Op::Mul, Value::Tensor(t), Value::Number(n)) => B::float_mul_scalar(t, n.into()),
            (Op::Div, Value::Tensor(t), Value::Number(n)) => B::float_div_scalar(t, n.into()),
            (Op::Pow, Value::Tensor(t), Value::Number(n)) => self.power(t, n),
            (op, a, b) => {
                let (a, b) = (self.tensor(a), self.tensor(b));
                match op {
                    Op::Less => return Value::Truth(B::float_lower(a, b, self.truth)),
                    Op::LessEqual => return Value::Truth(B::float_lower_equal(a, b, self.truth)),
                    Op::Equal => return Value::Truth(B::float_equal(a, b, self.truth)),
                    Op::Add => B::float_add(a, b),
                    Op::Sub => B::float_sub(a, b),
                    Op::Mul => self.product(a, b),
                    Op::Div => B::float_div(a, b),
                    Op::Pow => {
                        let whole =
                            B::float_equal(b.clone(), B::float_floor(b.clone()), self.truth);
                        let found = B::float_powf(a.clone(), b);
                        B::float_mask_where(
                            self.nan_at_negative_infinity(found.clone(), a),
                            whole,
                            found,
                        )
                    }
                    Op::Min => {
                        let below = B::float_lower(a.clone(), b.clone(), self.truth);
                        self.choice(below, a, b)
                    }
                    Op::Max => {
                        let above = B::float_greater(a.clone(), b.clone(), self.truth);
                        self.choice(above, a, b)
                    }
                    other => unreachable!("`{}` does not take two arguments", other.info().name),
                }
            }
        })
    }

    fn unary(&self, op: Op, a: FloatTensor<B>) -> FloatTensor<B> {
        match op {
            Op::Neg => B::float_neg(a),
            Op::Abs => B::float_abs(a),
            Op::Sign => B::float_sign(a),
            Op::Sqrt => B::float_sqrt(a),
            Op::Exp => B::float_exp(a),
            Op::Expm1 => self.expm1(a),
            Op::Log => B::float_log(a),
            Op::Log1p => B::float_log1p(a),
            Op::Sin => B::float_sin(a),
            Op::Cos => B::float_cos(a),
            Op::Tan => B::float_tan(a),
            Op::Atan => B::float_atan(a),
            Op::Sinh => self.sinh(a),
            Op::Cosh => {
                let half = B::float_exp(scaled::<B>(B::float_abs(a), 0.5));
                let square = B::float_mul(scaled::<B>(half.clone(), 0.5), half.clone());
                let small = B::float_recip(half);
                B::float_add(square, scaled::<B>(B::float_mul(small.clone(), small), 0.5))
            }
            Op::Tanh => self.tanh(a),
            Op::Sigmoid => self.sigmoid(a),
            Op::Softplus => {
                let tail = B::float_log1p(decay::<B>(&a));
                B::float_add(B::float_clamp_min(a, 0.0.into()), tail)
            }
            Op::Erf => B::float_erf(a),
            Op::Erfc => normal::upper_tail::<B>(a, 2.0, self.truth),
            Op::Phi => normal::upper_tail::<B>(scaled::<B>(a, -FRAC_1_SQRT_2), 1.0, self.truth),
            Op::Density => {
                let square = normal::exp_of_minus_square::<B>(scaled::<B>(a, FRAC_1_SQRT_2));
                scaled::<B>(square, TAU.sqrt().recip())
            }
            Op::Expm1Rest => B::float_sub(self.unary(Op::Expm1, a.clone()), a),
            Op::TanhRest => self.tanh_rest(a),
            Op::TanhSoftplus => self.tanh(self.unary(Op::Softplus, a)),
            Op::TanhSoftplusSlope => {
                // tanh' = 4·sigmoid(2s)·sigmoid(-2s) at s = softplus(a), times the sigmoid of a.
                let twice = scaled::<B>(self.unary(Op::Softplus, a.clone()), 2.0);
                let falling = self.sigmoid(B::float_neg(twice.clone()));
                let product = B::float_mul(self.sigmoid(twice), falling);
                scaled::<B>(B::float_mul(product, self.sigmoid(a)), 4.0)
            }
            other => unreachable!("`{}` does not take one argument", other.info().name),
        }
    }

    fn sigmoid(&self, a: FloatTensor<B>) -> FloatTensor<B> {
        let small = decay::<B>(&a);
        let below = B::float_lower_elem(a, 0.0.into(), self.truth);
        let ones = B::float_ones(small.shape(), &self.device, self.dtype.into());
        let top = B::float_mask_where(ones, below, small.clone());
        B::float_div(top, B::float_add_scalar(small, 1.0.into()))
    }

    /// `expm1`, by its series where `exp(a) - 1` would cancel.
    fn expm1(&self, a: FloatTensor<B>) -> FloatTensor<B> {
        let terms = if self.dtype == DType::F64 { 18 } else { 10 };
        let small = B::float_clamp(a.clone(), (-0.5).into(), 0.5.into());
        // a*(1 + a/2*(1 + a/3*(…)))
        let mut series = B::float_ones(a.shape(), &self.device, self.dtype.into());
        for term in (2..=terms).rev() {
            let factor = scaled::<B>(small.clone(), 1.0 / f64::from(term));
            series = B::float_add_scalar(B::float_mul(series, factor), 1.0.into());
        }
        let series = B::float_mul(series, a.clone());
        let near = B::float_lower_elem(B::float_abs(a.clone()), 0.5.into(), self.truth);
        let far = B::float_sub_scalar(B::float_exp(a), 1.0.into());
        B::float_mask_where(far, near, series)
    }

    /// a - tanh(a); where that cancels by the continued fraction of tanh.
    fn tanh_rest(&self, a: FloatTensor<B>) -> FloatTensor<B> {
        let square = B::float_mul(a.clone(), a.clone());
        // tanh(a) = a/(1 + f), f = a²/(3 + a²/(5 + …)), so the difference is a·f/(1 + f).
        let mut f = scaled::<B>(square.clone(), 1.0 / 21.0);
        for odd in (3..=19).rev().step_by(2) {
            f = B::float_div(square.clone(), B::float_add_scalar(f, f64::from(odd).into()));
        }
        let near =
            B::float_mul(a.clone(), B::float_div(f.clone(), B::float_add_scalar(f, 1.0.into())));
        let is_near = B::float_lower_elem(B::float_abs(a.clone()), 1.0.into(), self.truth);
        B::float_mask_where(B::float_sub(a.clone(), self.tanh(a)), is_near, near)
    }

    fn tanh(&self, a: FloatTensor<B>) -> FloatTensor<B> {
        let below = B::float_lower_elem(a.clone(), 0.0.into(), self.truth);
        let minus = self.expm1(scaled::<B>(B::float_abs(a.clone()), -2.0));
        let bottom = B::float_add_scalar(minus.clone(), 2.0.into());
        let size = B::float_div(B::float_neg(minus), bottom);
        // Below the square root of the smallest number the doubling alone would round.
        let tiny = B::float_lower_elem(B::float_abs(a.clone()), 1e-18.into(), self.truth);
        let signed = B::float_mask_where(size.clone(), below, B::float_neg(size));
        B::float_mask_where(signed, tiny, a)
    }

    fn sinh(&self, a: FloatTensor<B>) -> FloatTensor<B> {
        let below = B::float_lower_elem(a.clone(), 0.0.into(), self.truth);
        let size = B::float_abs(a);
        // Half of exp as a product, so that it overflows no sooner than the result does.
        let half = B::float_exp(scaled::<B>(size.clone(), 0.5));
        let large = B::float_mul(scaled::<B>(half.clone(), 0.5), half);
        let far = B::float_greater_elem(size.clone(), 20.0.into(), self.truth);
        let grown = self.expm1(B::float_clamp_max(size, 20.0.into()));
        let quotient = B::float_div(grown.clone(), B::float_add_scalar(grown.clone(), 1.0.into()));
        let near = scaled::<B>(B::float_add(grown, quotient), 0.5);
        let size = B::float_mask_where(near, far, large);
        B::float_mask_where(size.clone(), below, B::float_neg(size))
    }

    /// Whole powers by multiplication.
    fn power(&self, base: FloatTensor<B>, exponent: f64) -> FloatTensor<B> {
        if exponent.fract() != 0.0 {
            let found = B::float_powf_scalar(base.clone(), exponent.into());
            return self.nan_at_negative_infinity(found, base);
        }
        if exponent == 0.0 || exponent.abs() > LARGEST_WHOLE_POWER {
            return B::float_powf_scalar(base, exponent.into());
        }
        let (mut result, mut square, mut left) = (None, base.clone(), exponent.abs() as u32);
        while left > 0 {
            if left & 1 == 1 {
                result = Some(match result {
                    Some(product) => B::float_mul(product, square.clone()),
                    None => square.clone(),
                });
            }
            left >>= 1;
            if left > 0 {
                square = B::float_mul(square.clone(), square);
            }
        }
        let power = result.unwrap_or(base);
        if exponent > 0.0 { power } else { B::float_recip(power) }
    }

    /// NaN where the base is -∞: it has no power that a negative number has not.
    fn nan_at_negative_infinity(
        &self,
        found: FloatTensor<B>,
        base: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let least = B::float_equal_elem(base, f64::NEG_INFINITY.into(), self.truth);
        B::float_mask_fill(found, least, f64::NAN.into())
    }
}

/// `exp(-|a|)`.
fn decay<B: Backend>(a: &FloatTensor<B>) -> FloatTensor<B> {
    B::float_exp(B::float_neg(B::float_abs(a.clone())))
}

pub(super) fn scaled<B: Backend>(a: FloatTensor<B>, factor: f64) -> FloatTensor<B> {
    B::float_mul_scalar(a, factor.into())
}
