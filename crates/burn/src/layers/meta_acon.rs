//! `Meta-ACON`: `acon_c` whose beta is computed from its own input.

use std::sync::Arc;

use burn::config::Config;
use burn::module::{Module, Param};
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};
use ogive_layer::{BySample, checks};

use super::parts::{by_sample, normalized, pooled};
use crate::Error;
use crate::parameters::Parameters;

/// In the order of the formula of `acon_c`.
const LEARNED: [&str; 2] = ["p_1", "p_2"];

/// Configuration of a [`MetaAcon`] layer.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::MetaAconConfig;
///
/// let device = Device::flex().autodiff();
/// let meta_acon = MetaAconConfig::new(8).init(&device)?;
/// let y = meta_acon.try_forward(Tensor::<4>::ones([2, 8, 5, 5], &device))?;
/// assert_eq!(y.dims(), [2, 8, 5, 5]);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct MetaAconConfig {
    /// How many channels the input has.
    pub channels: usize,
    /// The small layers in between have a number of channels that is this times smaller, but no fewer than
    /// this. Default: 16.
    #[config(default = 16)]
    pub reduction: usize,
    /// Where the slope on the right starts. Default: 1, as in `acon_c`; the authors' code draws it from
    /// N(0, 1).
    #[config(default = 1.0)]
    pub p_1: f64,
    /// Where the slope on the left starts. Default: 0, as in `acon_c`; the authors' code draws it from
    /// N(0, 1).
    #[config(default = 0.0)]
    pub p_2: f64,
}

impl MetaAconConfig {
    /// Builds the module.
    ///
    /// # Errors
    /// If there is no channel, the reduction is 0, or a slope is not finite.
    pub fn init(&self, device: &Device) -> Result<MetaAcon, Error> {
        checks::at_least_one(MetaAcon::NAME, "channels", self.channels)?;
        checks::at_least_one(MetaAcon::NAME, "reduction", self.reduction)?;
        let formula = BySample::new("acon_c")?;
        let mut checked = formula.activation().clone();
        let slopes = LEARNED.into_iter().zip([self.p_1, self.p_2]).map(|(name, initial)| {
            checked.set_parameter(name, initial)?;
            let values = Tensor::full([self.channels], initial, device);
            Ok((name.to_owned(), Param::from_tensor(values)))
        });
        let slopes = slopes.collect::<Result<Vec<_>, Error>>()?;
        let between = self.reduction.max(self.channels / self.reduction);
        Ok(MetaAcon {
            parameters: Parameters::new(formula.activation(), slopes, device),
            inward: LinearConfig::new(self.channels, between).init(device),
            inward_normalization: BatchNormConfig::new(between).init(device),
            outward: LinearConfig::new(between, self.channels).init(device),
            outward_normalization: BatchNormConfig::new(self.channels).init(device),
            formula: Arc::new(formula),
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
///   its shape. An empty batch gives an empty result.
/// * **Training and evaluation** are those of Burn's `BatchNorm`, which here sees one number of each channel
///   of a sample: in a batch of one sample each is its own mean, and β is that of an offset alone.
/// * **Parameters**: `p_1` and `p_2` of each channel, which [`decay_groups`](crate::decay_groups) and
///   [`Penalty`](crate::Penalty) count among those of activations, and those of the small layers.
#[derive(Module, Debug)]
pub struct MetaAcon {
    parameters: Parameters,
    /// To the smaller number of channels.
    pub inward: Linear,
    /// The normalisation behind it.
    pub inward_normalization: BatchNorm,
    /// Back to all channels.
    pub outward: Linear,
    /// The normalisation behind that.
    pub outward_normalization: BatchNorm,
    #[module(skip)]
    formula: Arc<BySample>,
}

impl MetaAcon {
    /// The name in the catalogue.
    pub const NAME: &'static str = "meta_acon";

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
        let [channels] = self.outward_normalization.gamma.dims();
        checks::width(Self::NAME, 1, channels, &shape)?;
        if shape.contains(&0) {
            return Ok(x);
        }
        let cells = shape[0] * channels;
        let beta = self.beta(x.clone()).reshape([cells]);
        let mut parameters: Vec<Tensor<1>> = self
            .parameters
            .tensors()
            .map(|slopes| {
                let row: Tensor<2> = slopes.reshape([1, channels]);
                row.expand([shape[0], channels]).reshape([cells])
            })
            .collect();
        parameters.push(beta);
        Ok(by_sample(&self.formula, x, parameters))
    }

    /// β of each channel of each sample, `[batch, channels]`.
    fn beta<const D: usize>(&self, x: Tensor<D>) -> Tensor<2> {
        let small = self.inward.forward(pooled(x));
        let small = normalized(&self.inward_normalization, small);
        let all = self.outward.forward(small);
        sigmoid(normalized(&self.outward_normalization, all))
    }

    /// The present values of `p_1` or `p_2`, one for each channel.
    pub fn parameter(&self, name: &str) -> Option<Tensor<1>> {
        self.parameters().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and present values of both slopes.
    pub fn parameters(&self) -> Vec<(&str, Tensor<1>)> {
        LEARNED.into_iter().zip(self.parameters.tensors()).collect()
    }
}
