//! Constraints on tensors.

use burn::tensor::{DType, Tensor};
use ogive::formula::Constraint;
use ogive_layer::inward;

/// How many binary digits a number of this type has.
pub(crate) fn digits(dtype: DType) -> u32 {
    if dtype == DType::F64 { f64::MANTISSA_DIGITS } else { f32::MANTISSA_DIGITS }
}

/// The values of `tensor`, each moved to the nearest one that the constraint allows.
pub(crate) fn project(tensor: Tensor<1>, constraint: Constraint) -> Tensor<1> {
    let (low, high) = inward(constraint, digits(tensor.dtype())).bounds();
    let tensor = if low > f64::NEG_INFINITY { tensor.clamp_min(low) } else { tensor };
    if high < f64::INFINITY { tensor.clamp_max(high) } else { tensor }
}
