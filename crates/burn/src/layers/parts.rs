//! What several layers are made of: checks of configurations and inputs, pooling, normalisation.

use burn::nn::BatchNorm;
use burn::tensor::Tensor;

use crate::Error;

/// A number that a configuration needs.
pub(super) fn at_least_one(
    layer: &'static str,
    setting: &'static str,
    value: usize,
) -> Result<(), Error> {
    if value == 0 {
        let expected = "1 or more";
        return Err(Error::LayerSetting { layer, setting, value, expected });
    }
    Ok(())
}

/// That so many numbers lie on an axis, counted from the first.
pub(super) fn width(
    layer: &'static str,
    axis: usize,
    expected: usize,
    shape: &[usize],
) -> Result<(), Error> {
    if shape.get(axis) == Some(&expected) {
        return Ok(());
    }
    Err(Error::LayerWidth { layer, axis, expected, shape: shape.to_vec() })
}

/// The mean of each channel of each sample, `[samples, channels]`: global average pooling of any rank.
pub(super) fn pooled<const D: usize>(x: Tensor<D>) -> Tensor<2> {
    let shape = x.dims();
    let (samples, channels) = (shape[0], shape[1]);
    let positions = shape[2..].iter().product();
    let rows: Tensor<3> = x.reshape([samples, channels, positions]);
    rows.mean_dim(2).reshape([samples, channels])
}

/// Batch normalisation whose running statistics have moved when it returns. Burn's leave that to the next
/// pass, and a record taken in between lacks it.
pub(super) fn normalized<const D: usize>(of: &BatchNorm, x: Tensor<D>) -> Tensor<D> {
    let y = of.forward(x);
    of.running_mean.value_sync();
    of.running_var.value_sync();
    y
}
