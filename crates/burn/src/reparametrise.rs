//! Constraints that hold by the way a value is computed: what an optimizer moves is any number.
//!
//! `>= m` and `> 0` are m + softplus(raw), `in [low, high]` is low + (high - low)·sigmoid(raw).

use burn::tensor::{DType, Tensor, activation};
use ogive::formula::Constraint;

use crate::constraint::inward;

/// The values that these raw numbers stand for.
pub(crate) fn values(raw: Tensor<1>, constraint: Constraint) -> Tensor<1> {
    let digits =
        if raw.dtype() == DType::F64 { f64::MANTISSA_DIGITS } else { f32::MANTISSA_DIGITS };
    let (low, high) = inward(constraint, digits).bounds();
    match constraint {
        Constraint::Free => raw,
        // Far below, softplus is 0, and the floor of a positive number is above it.
        Constraint::AtLeast(_) => activation::softplus(raw, 1.0).add_scalar(low),
        Constraint::Positive => activation::softplus(raw, 1.0).clamp_min(low),
        Constraint::Between(..) => {
            let share = activation::sigmoid(raw);
            share.mul_scalar(high - low).add_scalar(low).clamp(low, high)
        }
    }
}

/// The raw number that stands for a value; `None` for one on a bound, which no number reaches.
pub(crate) fn raw(value: f64, constraint: Constraint) -> Option<f64> {
    let raw = match constraint {
        Constraint::Free => value,
        Constraint::AtLeast(low) => softplus_inverse(value - low),
        Constraint::Positive => softplus_inverse(value),
        Constraint::Between(low, high) => ((value - low) / (high - value)).ln(),
    };
    raw.is_finite().then_some(raw)
}

/// log(exp(y) - 1), without overflow.
fn softplus_inverse(y: f64) -> f64 {
    y + (-(-y).exp_m1()).ln()
}

/// How a parameter is called where its raw numbers are kept, so that a record of them is not taken for
/// one of values.
pub(crate) fn name(parameter: &str, constraint: Constraint) -> String {
    match constraint {
        Constraint::Free => parameter.to_owned(),
        Constraint::AtLeast(_) | Constraint::Positive => format!("{parameter} by softplus"),
        Constraint::Between(..) => format!("{parameter} by sigmoid"),
    }
}
