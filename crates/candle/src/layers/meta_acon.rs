//! `Meta-ACON`: `acon_c` whose beta is computed from its own input.

use std::sync::Arc;

use candle_core::{Module, ModuleT, Result, Tensor};
use candle_nn::{BatchNorm, Init, Linear, VarBuilder, linear, ops::sigmoid};
use ogive_layer::{BySample, checks};

use super::{by_sample, normalization, normalized, not_of_halves, pooled};
use crate::error::{Error, wrapped};

/// Configuration of a [`MetaAcon`] layer.
///
/// ```
/// use candle_core::{DType, Device, ModuleT, Tensor};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::MetaAconConfig;
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let meta_acon = MetaAconConfig::new(8).init(vb.pp("meta_acon"))?;
/// let x = Tensor::ones((2, 8, 5, 5), DType::F32, &Device::Cpu)?;
/// assert_eq!(meta_acon.forward_t(&x, true)?.dims(), [2, 8, 5, 5]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetaAconConfig {
    /// How many channels the input has.
    pub channels: usize,
    /// The small layers in between have a number of channels that is this times smaller, but no fewer than
    /// this. Default: 16.
    pub reduction: usize,
    /// Where the slopes on the right and on the left start. Default: 1 and 0, as in `acon_c`; the authors'
    /// code draws both from N(0, 1).
    pub slopes: [f64; 2],
}

impl MetaAconConfig {
    /// With the defaults.
    pub fn new(channels: usize) -> Self {
        MetaAconConfig { channels, reduction: 16, slopes: [1.0, 0.0] }
    }

    /// Builds the module.
    ///
    /// # Errors
    /// If there is no channel, the reduction is 0, or a slope is not finite.
    pub fn init(&self, vb: VarBuilder) -> Result<MetaAcon> {
        let (name, channels) = (MetaAcon::NAME, self.channels);
        checks::at_least_one(name, "channels", channels).map_err(wrapped)?;
        checks::at_least_one(name, "reduction", self.reduction).map_err(wrapped)?;
        let [p_1, p_2] = self.slopes;
        for (setting, slope) in [("p_1", p_1), ("p_2", p_2)] {
            checks::finite(name, setting, slope).map_err(wrapped)?;
        }
        let between = self.reduction.max(channels / self.reduction);
        let slope = |name, initial| {
            not_of_halves(vb.clone()).get_with_hints(channels, name, Init::Const(initial))
        };
        Ok(MetaAcon {
            slopes: [slope("p_1", p_1)?, slope("p_2", p_2)?],
            inward: linear(channels, between, vb.pp("inward"))?,
            inward_normalization: normalization(between, vb.pp("inward_normalization"))?,
            outward: linear(between, channels, vb.pp("outward"))?,
            outward_normalization: normalization(channels, vb.pp("outward_normalization"))?,
            formula: Arc::new(BySample::new("acon_c").map_err(wrapped)?),
        })
    }
}

/// `acon_c(x) = (p_1 - p_2)·x·σ(β·(p_1 - p_2)·x) + p_2·x` with a β of each channel of each sample that the
/// layer computes from its own input: `β = σ(BN(W_2 BN(W_1 mean(x))))`, the mean over all positions.
///
/// Ma, Zhang, Liu & Sun 2021, arXiv:2009.04759; the layers are those of the authors' code, `acon.py` of
/// nmaac/acon, commit 4d669b9. Built by [`MetaAconConfig`].
///
/// * **Input**: `[batch, channels, ...]`, of any rank from 2 and of the dtype of the weights; the result has
///   its shape. An empty batch gives an empty result. In a model of halves the slopes and the
///   normalisations are of f32.
/// * **Training and evaluation** are those of Candle's `BatchNorm`, which here sees one number of each
///   channel of a sample, and needs two samples or more to train.
#[derive(Clone, Debug)]
pub struct MetaAcon {
    /// The slopes of each channel, on the right and on the left.
    pub slopes: [Tensor; 2],
    /// To the smaller number of channels.
    pub inward: Linear,
    /// The normalisation behind it.
    pub inward_normalization: BatchNorm,
    /// Back to all channels.
    pub outward: Linear,
    /// The normalisation behind that.
    pub outward_normalization: BatchNorm,
    formula: Arc<BySample>,
}

impl MetaAcon {
    /// The name in the catalogue.
    pub const NAME: &'static str = "meta_acon";

    /// β of each channel of each sample, `[batch, channels]`.
    fn beta(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let small = self.inward.forward(&pooled(x)?)?;
        let small = normalized(&self.inward_normalization, &small, train)?;
        let all = self.outward.forward(&small)?;
        sigmoid(&normalized(&self.outward_normalization, &all, train)?)
    }
}

impl ModuleT for MetaAcon {
    /// The activation of every element of `x`; an error if it has no axis of channels or another number of
    /// them, or is a single sample in training.
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let channels = self.slopes[0].elem_count();
        checks::width(Self::NAME, 1, channels, x.dims()).map_err(wrapped)?;
        if x.elem_count() == 0 {
            return Ok(x.clone());
        }
        let samples = x.dim(0)?;
        Error::refuse_single(Self::NAME, samples, train)?;
        let cells = samples * channels;
        let of_cells = |slopes: &Tensor| {
            slopes.unsqueeze(0)?.broadcast_as((samples, channels))?.reshape(cells)
        };
        let [p_1, p_2] = &self.slopes;
        let beta = self.beta(x, train)?.reshape(cells)?.to_dtype(p_1.dtype())?;
        by_sample(&self.formula, x, &[of_cells(p_1)?, of_cells(p_2)?, beta])
    }
}
