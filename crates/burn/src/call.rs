//! The operation on Burn's own tensors.

use burn::backend::Dispatch;
use burn::tensor::{Tensor, TensorData};

use crate::operation::{ActivationBackend, Operand, Operands};
use ogive_layer::Site;

/// The activation of `x`; see [`Operands`] for the shapes.
pub(crate) fn activation<const D: usize>(
    x: Tensor<D>,
    gate: Option<Tensor<D>>,
    parameters: Option<Tensor<1>>,
    statistics: Option<Tensor<2>>,
    site: Site,
) -> Tensor<D> {
    let operands = Operands {
        x: x.into_dispatch(),
        gate: Operand::from_option(gate.map(Tensor::into_dispatch)),
        parameters: Operand::from_option(parameters.map(Tensor::into_dispatch)),
        statistics: Operand::from_option(statistics.map(Tensor::into_dispatch)),
    };
    Tensor::from_dispatch(Dispatch::activation(operands, site))
}

/// Mean and biased variance of each channel of `x`, `[2, channels]`, outside the graph.
pub(crate) fn statistics<const D: usize>(x: Tensor<D>, site: Site) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::activation_statistics(x.into_dispatch(), site))
}

/// The elements of a small tensor that was read.
pub(crate) fn numbers(data: TensorData) -> Vec<f64> {
    data.convert::<f64>().try_into_vec().expect("what was converted to f64 is f64")
}
