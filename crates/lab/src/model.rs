//! The network that is trained: linear layers with an activation between them.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig};

use crate::Error;
use crate::random::{Purpose, Stream};

/// A multi-layer perceptron with one activation, instantiated once per hidden layer.
#[derive(Module, Debug)]
pub(crate) struct Perceptron {
    pub(crate) linears: Vec<Linear>,
    pub(crate) activations: Vec<Activation>,
}

impl Perceptron {
    /// A network of these widths, from the features to the output. The weights depend on the seed
    /// and the layer alone, so that all activations start from the same; they are drawn from
    /// U(-1/√inputs, 1/√inputs), the default of Burn and PyTorch.
    pub(crate) fn new(
        widths: &[usize],
        activation: &str,
        seed: u64,
        device: &Device,
    ) -> Result<Self, Error> {
        let linears = widths.windows(2).enumerate().map(|(layer, pair)| {
            let mut stream = Stream::new(seed, Purpose::Weights, 0, layer as u64);
            linear(pair[0], pair[1], &mut stream, device)
        });
        let hidden = &widths[1..widths.len() - 1];
        let activations = hidden.iter().map(|width| {
            ActivationConfig::new(activation).with_channels(*width).init(device).map_err(|error| {
                Error::input("activation", error.to_string(), "`ogive list` shows the names")
            })
        });
        Ok(Perceptron {
            linears: linears.collect(),
            activations: activations.collect::<Result<_, _>>()?,
        })
    }

    /// `[rows, features]` to `[rows, outputs]`.
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.forward_with(x, |_| {})
    }

    /// The same, with a look at what enters each activation.
    pub(crate) fn forward_with(
        &self,
        mut x: Tensor<2>,
        mut look: impl FnMut(&Tensor<2>),
    ) -> Tensor<2> {
        for (linear, activation) in self.linears.iter().zip(&self.activations) {
            x = linear.forward(x);
            look(&x);
            x = activation.forward(x);
        }
        match self.linears.last() {
            Some(last) => last.forward(x),
            None => x,
        }
    }

    /// The network with the activations' parameters inside their declared bounds.
    pub(crate) fn constrained(mut self) -> Self {
        self.activations = self.activations.into_iter().map(Activation::constrained).collect();
        self
    }
}

fn linear(inputs: usize, outputs: usize, stream: &mut Stream, device: &Device) -> Linear {
    let bound = (inputs as f64).sqrt().recip();
    let mut draw = |count: usize| -> Vec<f32> {
        (0..count).map(|_| (bound * (2.0 * stream.uniform() - 1.0)) as f32).collect()
    };
    let weight = TensorData::new(draw(inputs * outputs), [inputs, outputs]);
    let bias = TensorData::new(draw(outputs), [outputs]);
    Linear {
        weight: Param::from_tensor(Tensor::from_data(weight, device)),
        bias: Some(Param::from_tensor(Tensor::from_data(bias, device))),
    }
}

/// A tensor's elements in row-major order.
pub(crate) fn elements<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    // The networks here are f32 throughout.
    tensor.to_data().try_into_vec::<f32>().unwrap_or_default()
}
