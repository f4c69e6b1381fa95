//! Constructors that keep an expression in one canonical form.
//!
//! Constants fold and move to the front of products, signs move outwards, `x*x` becomes `x^2`, like
//! terms meet. Recognition and differentiation build with these, so that one rule of
//! [`crate::rules`] covers every way to write the same thing. Each identity holds for every finite
//! input. None makes a result less accurate by more than the rounding of a constant.

mod sums;

use crate::expr::{Graph, Id, Node};
use crate::op::Op;

/// Their results never underflow.
#[rustfmt::skip]
const NEVER_VANISH: [Op; 12] = [
    Op::Add, Op::Sub, Op::Neg, Op::Abs, Op::Sign, Op::Min, Op::Max, Op::Log, Op::Select,
    Op::Less, Op::LessEqual, Op::Equal,
];

impl Graph {
    /// `op` on `args` in canonical form.
    pub fn simplified(&mut self, op: Op, args: &[Id]) -> Id {
        if let Some(folded) = self.fold(op, args) {
            return folded;
        }
        match (op, args) {
            (Op::Neg, &[a]) => self.negated(a),
            (Op::Add, &[a, b]) => self.sum(a, b),
            (Op::Sub, &[a, b]) => {
                let b = self.negated(b);
                self.sum(a, b)
            }
            (Op::Mul, &[a, b]) => self.product(a, b),
            (Op::Div, &[a, b]) => self.quotient(a, b),
            (Op::Pow, &[a, b]) => self.power(a, b),
            (Op::Select, &[test, a, b]) => self.choice(test, a, b),
            (Op::Abs | Op::Cos | Op::Cosh | Op::Density, &[a]) => {
                let (a, _) = self.positive_part(a);
                self.apply(op, &[a])
            }
            (
                Op::Sign
                | Op::Sin
                | Op::Tan
                | Op::Atan
                | Op::Sinh
                | Op::Tanh
                | Op::TanhRest
                | Op::Erf,
                &[a],
            ) => {
                let (a, minus) = self.positive_part(a);
                let value = self.apply(op, &[a]);
                if minus { self.negated(value) } else { value }
            }
            _ => self.apply(op, args),
        }
    }

    /// An operation on constants is a constant, where that is a finite number and no digits are lost below the
    /// smallest: `1e200*(1e200*(1e-200*1e-200))` is not 0.
    fn fold(&mut self, op: Op, args: &[Id]) -> Option<Id> {
        let mut values = [0.0; 3];
        for (value, arg) in values.iter_mut().zip(args) {
            *value = self.value(*arg)?;
        }
        let result = (op.info().value)(values[0], values[1], values[2]);
        let is_zero = |place: usize| values[place] == 0.0;
        let can_vanish = match op {
            _ if NEVER_VANISH.contains(&op) => false,
            Op::Mul => !is_zero(0) && !is_zero(1),
            _ => !is_zero(0),
        };
        let is_whole = result.is_normal() || (result.is_finite() && !can_vanish);
        is_whole.then(|| self.constant(result))
    }

    fn negated(&mut self, a: Id) -> Id {
        if let Some(value) = self.value(a) {
            return self.constant(-value);
        }
        match self.operation(a) {
            Some((Op::Neg, &[inner])) => inner,
            Some((Op::Sub, &[left, right])) => match self.operation(left) {
                Some((Op::Neg, &[left])) => self.sum_of(right, left, false),
                _ => self.sum_of(right, left, true),
            },
            Some((Op::Mul, &[c, inner])) if self.value(c).is_some() => {
                let c = self.negated(c);
                self.scaled(c, inner)
            }
            Some((Op::Div, &[c, inner])) if self.value(c).is_some() => {
                let c = self.negated(c);
                self.apply(Op::Div, &[c, inner])
            }
            _ => self.apply(Op::Neg, &[a]),
        }
    }

    fn product(&mut self, a: Id, b: Id) -> Id {
        if self.value(a).is_some() {
            return self.scaled(a, b);
        }
        if self.value(b).is_some() {
            return self.scaled(b, a);
        }
        if a == b {
            let two = self.constant(2.0);
            return self.power(a, two);
        }
        for (one, other) in [(a, b), (b, a)] {
            match self.operation(one) {
                Some((Op::Neg, &[inner])) => {
                    let product = self.product(inner, other);
                    return self.negated(product);
                }
                Some((Op::Mul, &[c, inner])) if self.value(c).is_some() => {
                    let product = self.product(inner, other);
                    return self.scaled(c, product);
                }
                Some((Op::Div, &[top, bottom])) => {
                    let top = self.product(top, other);
                    return self.quotient(top, bottom);
                }
                Some((Op::Sign, &[inner])) if inner == other => {
                    return self.simplified(Op::Abs, &[inner]);
                }
                Some((Op::Pow, &[base, exponent])) if base == other => {
                    if let Some(n) = self.value(exponent).filter(|n| *n >= 1.0 && n.fract() == 0.0)
                    {
                        let exponent = self.constant(n + 1.0);
                        return self.power(base, exponent);
                    }
                }
                _ => {}
            }
        }
        self.apply(Op::Mul, &[a, b])
    }

    /// `c * a` for a constant `c`.
    fn scaled(&mut self, c: Id, a: Id) -> Id {
        let Some(factor) = self.value(c) else { return self.apply(Op::Mul, &[c, a]) };
        match (factor, self.operation(a)) {
            _ if self.value(a).is_some() => {
                match folded_product(factor, self.value(a).unwrap_or(1.0)) {
                    Some(product) => self.constant(product),
                    None => self.apply(Op::Mul, &[c, a]),
                }
            }
            (0.0, _) => self.constant(0.0),
            (1.0, _) => a,
            (-1.0, _) => self.negated(a),
            (_, Some((Op::Neg, &[inner]))) => {
                let c = self.constant(-factor);
                self.scaled(c, inner)
            }
            (_, Some((inner_op @ (Op::Mul | Op::Div), &[d, inner]))) if self.value(d).is_some() => {
                match folded_product(factor, self.value(d).unwrap_or(1.0)) {
                    Some(product) if inner_op == Op::Mul => {
                        let c = self.constant(product);
                        self.scaled(c, inner)
                    }
                    Some(product) => {
                        let c = self.constant(product);
                        self.apply(Op::Div, &[c, inner])
                    }
                    None => self.apply(Op::Mul, &[c, a]),
                }
            }
            (_, Some((Op::Select, &[test, then, otherwise])))
                if self.value(then).is_some() || self.value(otherwise).is_some() =>
            {
                let (then, otherwise) = (self.scaled(c, then), self.scaled(c, otherwise));
                self.choice(test, then, otherwise)
            }
            _ => self.apply(Op::Mul, &[c, a]),
        }
    }

    fn quotient(&mut self, a: Id, b: Id) -> Id {
        if self.value(a) == Some(0.0) {
            return a;
        }
        // A constant divisor becomes a factor, unless its reciprocal leaves the normal numbers.
        if let Some(reciprocal) = self.value(b).map(f64::recip).filter(|r| r.is_normal()) {
            let c = self.constant(reciprocal);
            return self.scaled(c, a);
        }
        for (side, other, below) in [(a, b, false), (b, a, true)] {
            match self.operation(side) {
                Some((Op::Neg, &[inner])) => {
                    let quotient = if below {
                        self.quotient(other, inner)
                    } else {
                        self.quotient(inner, other)
                    };
                    return self.negated(quotient);
                }
                Some((Op::Mul, &[c, inner])) if self.value(c).is_some() => {
                    let factor = self.value(c).unwrap_or(1.0);
                    let factor = if below { factor.recip() } else { factor };
                    if !factor.is_normal() {
                        continue;
                    }
                    let quotient = if below {
                        self.quotient(other, inner)
                    } else {
                        self.quotient(inner, other)
                    };
                    let c = self.constant(factor);
                    return self.scaled(c, quotient);
                }
                Some((Op::Div, &[top, bottom])) if !below && bottom == b => {
                    let square = self.product(bottom, b);
                    return self.quotient(top, square);
                }
                _ => {}
            }
        }
        self.apply(Op::Div, &[a, b])
    }

    fn power(&mut self, a: Id, b: Id) -> Id {
        match self.value(b) {
            Some(0.0) => self.constant(1.0),
            Some(1.0) => a,
            Some(0.5) => self.simplified(Op::Sqrt, &[a]),
            Some(2.0) if self.matches(a, Op::Abs).is_some() => {
                let [inner, ..] = self.matches(a, Op::Abs).unwrap_or([a; 3]);
                self.power(inner, b)
            }
            Some(n) if n % 2.0 == 0.0 && self.matches(a, Op::Neg).is_some() => {
                let [inner, ..] = self.matches(a, Op::Neg).unwrap_or([a; 3]);
                self.power(inner, b)
            }
            _ => self.apply(Op::Pow, &[a, b]),
        }
    }

    fn choice(&mut self, test: Id, then: Id, otherwise: Id) -> Id {
        if then == otherwise {
            return then;
        }
        if let Some(value) = self.value(test) {
            return if value == 0.0 { otherwise } else { then };
        }
        // The same question is not asked twice.
        let inner = |graph: &Graph, id: Id, place: usize| match graph.matches(id, Op::Select) {
            Some(args) if args[0] == test => args[place],
            _ => id,
        };
        let (then, otherwise) = (inner(self, then, 1), inner(self, otherwise, 2));
        self.apply(Op::Select, &[test, then, otherwise])
    }

    /// Whether `x`, `gate` or a statistic of `x` occurs below `id`.
    pub fn varies(&self, id: Id) -> bool {
        let leaves = [Node::X, Node::Gate, Node::Mean, Node::Variance];
        leaves.into_iter().any(|leaf| self.contains(id, leaf))
    }
}

/// The product of two constants, unless it leaves the normal numbers: `1e200*(1e200*x)` may be finite
/// where `inf*x` is not. One that misses 1 by rounding is 1: `sqrt(2) * (1/sqrt(2))`.
fn folded_product(a: f64, b: f64) -> Option<f64> {
    let product = a * b;
    let near_one = (product.abs() - 1.0).abs() <= 2.0 * f64::EPSILON;
    let whole = product.is_normal() || a == 0.0 || b == 0.0;
    whole.then_some(if near_one { product.signum() } else { product })
}
