//! Dynamic ReLU: the largest of lines that are computed from the input.

use std::sync::Arc;

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use ogive_layer::{BySample, checks, largest_line};
use serde::{Deserialize, Serialize};

use super::parts::{by_sample, pooled};
use crate::Error;

/// Whose lines there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DyReluVariant {
    /// DY-ReLU-A: the same lines for all channels of a sample.
    A,
    /// DY-ReLU-B: lines of its own for each channel of a sample.
    B,
}

/// Configuration of a [`DyRelu`] layer.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::DyReluConfig;
///
/// let device = Device::flex().autodiff();
/// let dy_relu = DyReluConfig::new(8).init(&device)?;
/// let y = dy_relu.try_forward(Tensor::<4>::ones([2, 8, 5, 5], &device))?;
/// assert_eq!(y.dims(), [2, 8, 5, 5]);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct DyReluConfig {
    /// How many channels the input has.
    pub channels: usize,
    /// Whose lines there are. Default: each channel's.
    #[config(default = "DyReluVariant::B")]
    pub variant: DyReluVariant,
    /// How many lines there are. Default: 2.
    #[config(default = 2)]
    pub pieces: usize,
    /// The small layer in between has a number of channels that is this times smaller. Default: 4.
    #[config(default = 4)]
    pub reduction: usize,
    /// How far a slope may be from where it starts. Default: 1.
    #[config(default = 1.0)]
    pub lambda_a: f64,
    /// How far an offset may be from 0. Default: 0.5.
    #[config(default = 0.5)]
    pub lambda_b: f64,
}

impl DyReluConfig {
    /// Builds the module.
    ///
    /// # Errors
    /// If there is no channel or line, the reduction is 0, or a lambda is not finite.
    pub fn init(&self, device: &Device) -> Result<DyRelu, Error> {
        let layer = DyRelu::NAME;
        let settings =
            [("channels", self.channels), ("pieces", self.pieces), ("reduction", self.reduction)];
        for (setting, value) in settings {
            checks::at_least_one(layer, setting, value)?;
        }
        for (setting, value) in [("lambda_a", self.lambda_a), ("lambda_b", self.lambda_b)] {
            checks::finite(layer, setting, value)?;
        }
        let between = (self.channels / self.reduction).max(1);
        let owners = match self.variant {
            DyReluVariant::A => 1,
            DyReluVariant::B => self.channels,
        };
        Ok(DyRelu {
            inward: LinearConfig::new(self.channels, between).init(device),
            outward: LinearConfig::new(between, 2 * self.pieces * owners).init(device),
            pieces: self.pieces,
            lambda_a: self.lambda_a,
            lambda_b: self.lambda_b,
            formula: Arc::new(largest_line(self.pieces)?),
        })
    }
}

/// `max_k (a_k·x + b_k)` with lines that the layer computes from its own input, as squeeze and excitation
/// do: they differ between samples. With `δ = 2σ(W_2 relu(W_1 mean(x))) - 1`, the mean over all positions,
/// `a_1` is `1 + λ_a·δ`, the other slopes are `λ_a·δ`, and offsets are `λ_b·δ`. Where δ = 0 that is `relu`,
/// for two lines or more.
///
/// Chen et al. 2020, arXiv:2003.10027. Built by [`DyReluConfig`].
///
/// * **Input**: `[batch, channels, ...]`, of any rank from 2 and of the dtype of the weights; the result has
///   its shape. An empty batch gives an empty result.
/// * **Parameters**: those of `inward` and `outward`. The outputs of `outward` are the slopes of the first
///   line (one, or one for each channel), then those of the second and so on, and the offsets behind them
///   likewise.
/// * Where two lines meet the gradient is that of the later one.
#[derive(Module, Debug)]
pub struct DyRelu {
    /// To the smaller number of channels.
    pub inward: Linear,
    /// To the slopes and offsets of all lines.
    pub outward: Linear,
    pieces: usize,
    lambda_a: f64,
    lambda_b: f64,
    #[module(skip)]
    formula: Arc<BySample>,
}

impl DyRelu {
    /// The name in the catalogue.
    pub const NAME: &'static str = "dy_relu";

    /// The activation of every element of `x`.
    ///
    /// # Panics
    /// Where [`try_forward`](Self::try_forward) gives an error, with its message.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.try_forward(x).unwrap_or_else(|error| panic!("{}: {error}", Self::NAME))
    }

    /// The same as [`forward`](Self::forward).
    ///
    /// # Errors
    /// If `x` has no axis of channels, or another number of channels on it.
    pub fn try_forward<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, Error> {
        let shape = x.dims();
        let [channels, _] = self.inward.weight.dims();
        checks::width(Self::NAME, 1, channels, &shape)?;
        if shape.contains(&0) {
            return Ok(x);
        }
        let lines = self.lines(x.clone());
        Ok(by_sample(&self.formula, x, lines))
    }

    /// Slopes, then offsets, of each cell: of the samples, or of the channels of all samples.
    fn lines<const D: usize>(&self, x: Tensor<D>) -> Vec<Tensor<1>> {
        let excited = self.outward.forward(relu(self.inward.forward(pooled(x))));
        let [samples, outputs] = excited.dims();
        // 2σ(z) - 1 is tanh(z/2), which does not cancel near 0.
        let delta = excited.mul_scalar(0.5).tanh();
        let owners = outputs / (2 * self.pieces);
        (0..2 * self.pieces)
            .map(|place| {
                let lambda = if place < self.pieces { self.lambda_a } else { self.lambda_b };
                // The first line starts as x, the others as 0.
                let start = if place == 0 { 1.0 } else { 0.0 };
                let of_place = delta.clone().narrow(1, place * owners, owners);
                of_place.reshape([samples * owners]).mul_scalar(lambda).add_scalar(start)
            })
            .collect()
    }
}
