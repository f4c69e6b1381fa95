//! Activations with layers of their own around a formula. Their parameters lie in the `VarBuilder` under the
//! names of the fields.

mod dy_relu;
mod funnel_relu;
mod maxout;
mod meta_acon;

use candle_core::{Result, Tensor};
use ogive_layer::BySample;

use crate::operation::{Operation, apply};

pub use dy_relu::{DyRelu, DyReluConfig, DyReluVariant};
pub use funnel_relu::{FunnelRelu, FunnelReluConfig};
pub use maxout::{Maxout, MaxoutConfig};
pub use meta_acon::{MetaAcon, MetaAconConfig};

/// The formula of `x`, which is not empty. `parameters`, in the formula's order, have as many values as there
/// are cells: equal stretches of `x` in the order of memory.
fn by_sample(formula: &BySample, x: &Tensor, parameters: &[Tensor]) -> Result<Tensor> {
    let cells = parameters[0].elem_count();
    let rows = x.reshape((1, cells, x.elem_count() / cells))?;
    let operation = Operation { site: formula.site(cells), statistics: None };
    apply(operation, &rows, None, Some(&Tensor::cat(parameters, 0)?))?.reshape(x.shape())
}

/// The larger of `a` and `b`, which have one shape, element by element; NaN where one is. Where they are
/// equal the gradient is that of `b`.
fn larger(a: &Tensor, b: &Tensor) -> Result<Tensor> {
    apply(Operation { site: ogive_layer::larger(), statistics: None }, a, Some(b), None)
}

/// The mean of each channel of each sample, `[samples, channels]`: global average pooling of any rank.
fn pooled(x: &Tensor) -> Result<Tensor> {
    let (samples, channels) = (x.dim(0)?, x.dim(1)?);
    x.reshape((samples, channels, ()))?.mean(2)
}
