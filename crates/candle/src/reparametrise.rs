//! Constraints that hold by the way a value is computed: what an optimizer moves is any number.
//!
//! `>= m` and `> 0` are m + softplus(raw), `in [low, high]` is low + (high - low)·sigmoid(raw).

use std::sync::{Arc, LazyLock};

use candle_core::{DType, Result, Tensor};
use ogive::formula::Constraint;
use ogive_layer::{Plan, Settings, inward};

use crate::error::wrapped;
use crate::operation::{Operation, apply};

static SOFTPLUS: LazyLock<Arc<Plan>> = LazyLock::new(|| plan("softplus"));
static SIGMOID: LazyLock<Arc<Plan>> = LazyLock::new(|| plan("sigmoid"));

pub(crate) fn plan(name: &str) -> Arc<Plan> {
    Arc::new(Settings::new(name).plan().expect("an entry without channels"))
}

/// An activation without parameters.
pub(crate) fn applied(plan: &Arc<Plan>, raw: &Tensor) -> Result<Tensor> {
    let site = plan.site(raw.dims(), false).map_err(wrapped)?;
    apply(Operation { site, statistics: None }, raw, None, None)
}

/// How many binary digits a number of this type has.
pub(crate) fn digits(dtype: DType) -> u32 {
    if dtype == DType::F64 { f64::MANTISSA_DIGITS } else { f32::MANTISSA_DIGITS }
}

/// The bounds of a constraint in numbers of this type.
pub(crate) fn bounds(constraint: Constraint, dtype: DType) -> (f64, f64) {
    inward(constraint, digits(dtype)).bounds()
}

/// The values that these raw numbers stand for.
pub(crate) fn values(raw: &Tensor, constraint: Constraint) -> Result<Tensor> {
    let (low, high) = bounds(constraint, raw.dtype());
    match constraint {
        Constraint::Free => Ok(raw.clone()),
        // Far below, softplus is 0, and the floor of a positive number is above it.
        Constraint::AtLeast(_) => applied(&SOFTPLUS, raw)?.affine(1.0, low),
        Constraint::Positive => applied(&SOFTPLUS, raw)?.maximum(low),
        Constraint::Between(..) => {
            applied(&SIGMOID, raw)?.affine(high - low, low)?.maximum(low)?.minimum(high)
        }
    }
}
