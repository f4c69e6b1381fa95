//! Functions of what is beyond every exponent, or whose value is.

use ogive_formula::Op;

use super::{Number, Numbers, nan};

impl Numbers {
    pub(super) fn far_function(&mut self, op: Op, a: &Number) -> Number {
        let is_tiny = matches!(a, Number::Far { log, .. } if log.is_negative());
        let is_huge = matches!(a, Number::Far { .. }) && !is_tiny;
        let sign = if a.is_negative() { -1.0 } else { 1.0 };
        match op {
            Op::Sqrt | Op::Log if a.is_negative() => nan(),
            Op::Sqrt => {
                let log = self.log(a);
                let log = self.mul(&log, 0.5);
                self.power_of_e(false, log)
            }
            Op::Log => self.log(a),
            Op::Log1p if is_huge => self.far_function(Op::Log, a),
            // Its pole at -1, which is the only one that is not at 0.
            Op::Log1p if !is_tiny => self.of(f64::NEG_INFINITY),
            // Of what is so small they are the number itself.
            Op::Log1p => a.clone(),
            Op::Expm1 | Op::Sin | Op::Tan | Op::Atan | Op::Sinh | Op::Tanh if is_tiny => a.clone(),
            Op::Exp | Op::Cos | Op::Cosh | Op::Erfc if is_tiny => self.of(1.0),
            Op::Expm1 if sign < 0.0 => self.of(-1.0),
            Op::Exp | Op::Expm1 => self.power_of_e(false, a.clone()),
            Op::Sin | Op::Cos | Op::Tan => self.unknown(),
            Op::Atan => self.pi_times(0.5 * sign),
            Op::Sinh | Op::Cosh => {
                let size = self.unary(Op::Abs, a);
                let power = self.unary(Op::Exp, &size);
                self.mul(&power, if op == Op::Sinh { 0.5 * sign } else { 0.5 })
            }
            Op::Erf if is_tiny => {
                let quarter = self.pi_times(0.25);
                let root = self.unary(Op::Sqrt, &quarter);
                self.binary(Op::Div, a, &root)
            }
            Op::Sign | Op::Tanh | Op::Erf => self.of(sign),
            Op::Erfc if sign < 0.0 => self.of(2.0),
            Op::Erfc => self.far_erfc(a),
            _ => self.composed(op, a),
        }
    }

    /// e^(-a²) times what is left of Laplace's fraction.
    fn far_erfc(&mut self, a: &Number) -> Number {
        let scaled = match a {
            Number::Near(near) => Number::Near(self.erfc_scaled(near)),
            Number::Far { .. } => {
                let pi = self.pi_times(1.0);
                let root = self.unary(Op::Sqrt, &pi);
                let under = self.binary(Op::Mul, a, &root);
                let one = self.of(1.0);
                self.binary(Op::Div, &one, &under)
            }
        };
        let square = self.binary(Op::Mul, a, a);
        let power = self.unary(Op::Neg, &square);
        let decay = self.unary(Op::Exp, &power);
        self.binary(Op::Mul, &scaled, &decay)
    }

    /// Functions that are made of others.
    fn composed(&mut self, op: Op, a: &Number) -> Number {
        match op {
            // 1/(1 + e^-a)
            Op::Sigmoid => {
                let power = self.unary(Op::Neg, a);
                let power = self.unary(Op::Exp, &power);
                let one = self.of(1.0);
                let under = self.binary(Op::Add, &one, &power);
                self.binary(Op::Div, &one, &under)
            }
            // max(a, 0) + log(1 + e^-|a|)
            Op::Softplus => {
                let size = self.unary(Op::Abs, a);
                let power = self.unary(Op::Neg, &size);
                let decay = self.unary(Op::Exp, &power);
                let rest = self.unary(Op::Log1p, &decay);
                if a.is_negative() { rest } else { self.binary(Op::Add, a, &rest) }
            }
            // erfc(-a/√2)/2
            Op::Phi => {
                let half = self.of(0.5);
                let root = self.unary(Op::Sqrt, &half);
                let scaled = self.binary(Op::Mul, a, &root);
                let scaled = self.unary(Op::Neg, &scaled);
                let tail = self.unary(Op::Erfc, &scaled);
                self.mul(&tail, 0.5)
            }
            // e^(-a²/2)/√(2π)
            Op::Density => {
                let square = self.binary(Op::Mul, a, a);
                let power = self.mul(&square, -0.5);
                let decay = self.unary(Op::Exp, &power);
                let circle = self.pi_times(2.0);
                let root = self.unary(Op::Sqrt, &circle);
                self.binary(Op::Div, &decay, &root)
            }
            Op::TanhSoftplus => {
                let softplus = self.unary(Op::Softplus, a);
                self.unary(Op::Tanh, &softplus)
            }
            // sigmoid(a)/cosh(softplus(a))²
            Op::TanhSoftplusSlope => {
                let softplus = self.unary(Op::Softplus, a);
                let size = self.unary(Op::Cosh, &softplus);
                let square = self.binary(Op::Mul, &size, &size);
                let sigmoid = self.unary(Op::Sigmoid, a);
                self.binary(Op::Div, &sigmoid, &square)
            }
            // a - tanh(a), which is a³/3 where a is small
            Op::TanhRest if matches!(a, Number::Far { log, .. } if log.is_negative()) => {
                let square = self.binary(Op::Mul, a, a);
                let cube = self.binary(Op::Mul, &square, a);
                let three = self.of(3.0);
                self.binary(Op::Div, &cube, &three)
            }
            Op::TanhRest => {
                let tanh = self.unary(Op::Tanh, a);
                self.binary(Op::Sub, a, &tanh)
            }
            // e^a - 1 - a, which is a²/2 where a is small
            Op::Expm1Rest if matches!(a, Number::Far { log, .. } if log.is_negative()) => {
                let square = self.binary(Op::Mul, a, a);
                self.mul(&square, 0.5)
            }
            Op::Expm1Rest => {
                let power = self.unary(Op::Expm1, a);
                self.binary(Op::Sub, &power, a)
            }
            _ => unreachable!("{op:?} is no function of one number that is made of others"),
        }
    }
}
