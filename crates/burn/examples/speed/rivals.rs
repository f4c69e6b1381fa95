//! What is measured: a layer of Ogive's beside the same function of Burn's own.

use burn::nn::{PRelu, PReluConfig};
use burn::tensor::{Device, Distribution, Tensor, activation};
use ogive_burn::{Activation, ActivationConfig, Error};

/// One training step of a layer: the result, and the gradients of the input and of the slopes.
pub(crate) type Step<const D: usize> = (Tensor<D>, Tensor<D>, Tensor<1>);

/// Forward and backward; the gradient that arrives is a tensor of its own, as from the next layer.
fn step<const D: usize>(x: &Tensor<D>, slopes: &Tensor<1>, y: Tensor<D>) -> Step<D> {
    let gradients = y.clone().backward();
    let missing = "an input and a parameter that require gradients have them";
    (y, x.grad(&gradients).expect(missing), slopes.grad(&gradients).expect(missing))
}

/// Ogive's layer.
pub(crate) fn ogive<const D: usize>(layer: &Activation, x: &Tensor<D>) -> Step<D> {
    let slopes = layer.parameter("alpha").expect("PReLU and Dice have an alpha");
    step(x, &slopes, layer.forward(x.clone()))
}

/// Burn's PReLU.
pub(crate) fn burn_prelu<const D: usize>(layer: &PRelu, x: &Tensor<D>) -> Step<D> {
    step(x, &layer.alpha.val(), layer.forward(x.clone()))
}

/// Dice of Burn's tensor operations, channels on axis 1, with the statistics of the batch. Two products
/// fewer than the paper's p·x + (1 - p)·α·x, which is x·(α + p·(1 - α)); no moving averages.
pub(crate) fn composed_dice<const D: usize>(slopes: &Tensor<1>, x: &Tensor<D>) -> Step<D> {
    let others: Vec<usize> = (0..D).filter(|axis| *axis != 1).collect();
    let mut per_channel = [1; D];
    per_channel[1] = x.dims()[1];
    let alpha: Tensor<D> = slopes.clone().reshape(per_channel);
    let centred = x.clone() - x.clone().mean_dims(&others);
    let variance = centred.clone().square().mean_dims(&others);
    let p = activation::sigmoid(centred / variance.add_scalar(1e-8).sqrt());
    let y = x.clone() * (alpha.clone() + p * (1.0 - alpha));
    step(x, slopes, y)
}

/// The layers, with the same slopes.
pub(crate) struct Layers {
    /// Ogive's PReLU.
    pub(crate) prelu: Activation,
    /// Burn's.
    pub(crate) burn_prelu: PRelu,
    /// Ogive's Dice.
    pub(crate) dice: Activation,
    /// The slopes of the composed Dice.
    pub(crate) slopes: Tensor<1>,
}

impl Layers {
    /// For so many channels.
    pub(crate) fn new(channels: usize, device: &Device) -> Result<Self, Error> {
        let config = |name| {
            ActivationConfig::new(name).with_channels(channels).with_parameter("alpha", 0.25)
        };
        Ok(Layers {
            prelu: config("prelu").init(device)?,
            burn_prelu: PReluConfig::new().with_num_parameters(channels).init(device),
            dice: config("dice").init(device)?,
            slopes: Tensor::full([channels], 0.25, device).require_grad(),
        })
    }
}

/// Standard normal numbers, the same every time.
pub(crate) fn input<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    device.seed(7);
    Tensor::random(shape, Distribution::Normal(0.0, 1.0), device).require_grad()
}
