//! Activations with layers of their own around a formula. Their parameters lie in the `VarBuilder` under the
//! names of the fields.

mod dy_relu;
mod funnel_relu;
mod maxout;
mod meta_acon;

use candle_core::{DType, ModuleT, Result, Tensor};
use candle_nn::{BatchNorm, BatchNormConfig, VarBuilder, batch_norm};
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

/// The mean of each channel of each sample, `[samples, channels]`: global average pooling of any rank. Candle
/// sums in the type of the elements, and a sum of ones in f16 stops growing at 2048.
fn pooled(x: &Tensor) -> Result<Tensor> {
    let (samples, channels) = (x.dim(0)?, x.dim(1)?);
    widened(x)?.reshape((samples, channels, ()))?.mean(2)?.to_dtype(x.dtype())
}

/// Halves in f32.
fn widened(x: &Tensor) -> Result<Tensor> {
    match x.dtype() {
        DType::BF16 | DType::F16 => x.to_dtype(DType::F32),
        _ => Ok(x.clone()),
    }
}

/// What a normalisation makes of `x`; its own parameters and statistics are of f32 where `x` is of halves.
fn normalized(of: &BatchNorm, x: &Tensor, train: bool) -> Result<Tensor> {
    of.forward_t(&widened(x)?, train)?.contiguous()?.to_dtype(x.dtype())
}

/// A normalisation that [`normalized`] takes.
fn normalization(channels: usize, vb: VarBuilder) -> Result<BatchNorm> {
    batch_norm(channels, BatchNormConfig::default(), not_of_halves(vb))
}

/// The same builder, of f32 where it is of halves.
fn not_of_halves(vb: VarBuilder) -> VarBuilder {
    match vb.dtype() {
        DType::BF16 | DType::F16 => vb.to_dtype(DType::F32),
        _ => vb,
    }
}
