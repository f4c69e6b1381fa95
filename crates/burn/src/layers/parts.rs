//! What several layers are made of: pooling, normalisation, the kernels with parameters of each sample.

use burn::nn::BatchNorm;
use burn::tensor::Tensor;
use ogive_layer::BySample;

use crate::call;

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

/// The formula of `x`, which is not empty. `parameters`, in the formula's order, have as many values as there
/// are cells: equal stretches of `x` in the order of memory.
pub(super) fn by_sample<const D: usize>(
    formula: &BySample,
    x: Tensor<D>,
    parameters: Vec<Tensor<1>>,
) -> Tensor<D> {
    let shape = x.dims();
    let [cells] = parameters[0].dims();
    let rows = x.reshape([1, cells, shape.iter().product::<usize>() / cells]);
    let packed = Tensor::cat(parameters, 0);
    call::activation(rows, None, Some(packed), None, formula.site(cells)).reshape(shape)
}

/// The larger of `a` and `b`, which have one shape, element by element; NaN where one is. Where they are
/// equal the gradient is that of `b`.
pub(super) fn larger<const D: usize>(a: Tensor<D>, b: Tensor<D>) -> Tensor<D> {
    call::activation(a, Some(b), None, None, ogive_layer::larger())
}
