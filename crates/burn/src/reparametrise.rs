//! Constraints that hold by the way a value is computed: what an optimizer moves is any number.
//!
//! `>= m` and `> 0` are m + softplus(raw), `in [low, high]` is low + (high - low)·sigmoid(raw).

use burn::tensor::{Tensor, activation};
use ogive::formula::Constraint;
use ogive_layer::inward;

use crate::constraint::digits;

/// The values that these raw numbers stand for.
pub(crate) fn values(raw: Tensor<1>, constraint: Constraint) -> Tensor<1> {
    let (low, high) = inward(constraint, digits(raw.dtype())).bounds();
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
