//! Dynamic ReLU: the largest of lines that are computed from the input.

use std::sync::{Arc, LazyLock};

use candle_core::{Module, Result, Tensor};
use candle_nn::{Linear, VarBuilder, linear};
use ogive_layer::{BySample, Plan, checks, largest_line};

use super::{by_sample, pooled};
use crate::error::wrapped;
use crate::reparametrise::{applied, plan};

static RELU: LazyLock<Arc<Plan>> = LazyLock::new(|| plan("relu"));

/// Whose lines there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DyReluVariant {
    /// DY-ReLU-A: the same lines for all channels of a sample.
    A,
    /// DY-ReLU-B: lines of its own for each channel of a sample.
    B,
}

/// Configuration of a [`DyRelu`] layer.
///
/// ```
/// use candle_core::{DType, Device, Module, Tensor};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::DyReluConfig;
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let dy_relu = DyReluConfig::new(8).init(vb.pp("dy_relu"))?;
/// let x = Tensor::ones((2, 8, 5, 5), DType::F32, &Device::Cpu)?;
/// assert_eq!(dy_relu.forward(&x)?.dims(), [2, 8, 5, 5]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DyReluConfig {
    /// How many channels the input has.
    pub channels: usize,
    /// Whose lines there are. Default: each channel's.
    pub variant: DyReluVariant,
    /// How many lines there are. Default: 2.
    pub pieces: usize,
    /// The small layer in between has a number of channels that is this times smaller. Default: 4.
    pub reduction: usize,
    /// How far a slope may be from where it starts. Default: 1.
    pub lambda_a: f64,
    /// How far an offset may be from 0. Default: 0.5.
    pub lambda_b: f64,
}

impl DyReluConfig {
    /// With the defaults.
    pub fn new(channels: usize) -> Self {
        let (variant, pieces, reduction) = (DyReluVariant::B, 2, 4);
        DyReluConfig { channels, variant, pieces, reduction, lambda_a: 1.0, lambda_b: 0.5 }
    }

    /// Builds the module.
    ///
    /// # Errors
    /// If there is no channel or line, the reduction is 0, or a lambda is not finite.
    pub fn init(&self, vb: VarBuilder) -> Result<DyRelu> {
        let name = DyRelu::NAME;
        let settings =
            [("channels", self.channels), ("pieces", self.pieces), ("reduction", self.reduction)];
        for (setting, value) in settings {
            checks::at_least_one(name, setting, value).map_err(wrapped)?;
        }
        for (setting, value) in [("lambda_a", self.lambda_a), ("lambda_b", self.lambda_b)] {
            checks::finite(name, setting, value).map_err(wrapped)?;
        }
        let between = (self.channels / self.reduction).max(1);
        let owners = match self.variant {
            DyReluVariant::A => 1,
            DyReluVariant::B => self.channels,
        };
        Ok(DyRelu {
            inward: linear(self.channels, between, vb.pp("inward"))?,
            outward: linear(between, 2 * self.pieces * owners, vb.pp("outward"))?,
            config: *self,
            owners,
            formula: Arc::new(largest_line(self.pieces).map_err(wrapped)?),
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
#[derive(Clone, Debug)]
pub struct DyRelu {
    /// To the smaller number of channels.
    pub inward: Linear,
    /// To the slopes and offsets of all lines.
    pub outward: Linear,
    config: DyReluConfig,
    owners: usize,
    formula: Arc<BySample>,
}

impl DyRelu {
    /// The name in the catalogue.
    pub const NAME: &'static str = "dy_relu";

    /// Slopes, then offsets, of each cell: of the samples, or of the channels of all samples.
    fn lines(&self, x: &Tensor) -> Result<Vec<Tensor>> {
        let DyReluConfig { pieces, lambda_a, lambda_b, .. } = self.config;
        // Candle's own relu has the slope 1 at 0.
        let hidden = applied(&RELU, &self.inward.forward(&pooled(x)?)?)?;
        let excited = self.outward.forward(&hidden)?;
        // 2σ(z) - 1 is tanh(z/2), which does not cancel near 0.
        let delta = (excited * 0.5)?.tanh()?;
        let line = |place: usize| {
            let lambda = if place < pieces { lambda_a } else { lambda_b };
            let start = if place == 0 { 1.0 } else { 0.0 };
            let of_place = delta.narrow(1, place * self.owners, self.owners)?;
            of_place.contiguous()?.flatten_all()?.affine(lambda, start)
        };
        (0..2 * pieces).map(line).collect()
    }
}

impl Module for DyRelu {
    /// The activation of every element of `x`; an error if it has no axis of channels, or another number of
    /// them.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        checks::width(Self::NAME, 1, self.config.channels, x.dims()).map_err(wrapped)?;
        if x.elem_count() == 0 {
            return Ok(x.clone());
        }
        by_sample(&self.formula, x, &self.lines(x)?)
    }
}
