//! Funnel ReLU: a rectifier whose other side is a spatial condition.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Initializer, PaddingConfig2d};
use burn::tensor::{Device, Tensor};
use ogive_layer::checks;

use super::parts::{larger, normalized};
use crate::Error;

/// Configuration of a [`FunnelRelu`] layer.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::FunnelReluConfig;
///
/// let device = Device::flex().autodiff();
/// let funnel = FunnelReluConfig::new(8).init(&device)?;
/// let y = funnel.try_forward(Tensor::<4>::ones([2, 8, 5, 5], &device))?;
/// assert_eq!(y.dims(), [2, 8, 5, 5]);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct FunnelReluConfig {
    /// How many channels the input has.
    pub channels: usize,
    /// The width and height of the window, an odd number. Default: 3.
    #[config(default = 3)]
    pub kernel_size: usize,
    /// How the weights of the window start. Default: as those of Burn's `Conv2d`.
    #[config(default = "Conv2dConfig::new([1, 1], [1, 1]).initializer")]
    pub initializer: Initializer,
}

impl FunnelReluConfig {
    /// Builds the module.
    ///
    /// # Errors
    /// If there is no channel, or the window is even.
    pub fn init(&self, device: &Device) -> Result<FunnelRelu, Error> {
        let layer = FunnelRelu::NAME;
        checks::at_least_one(layer, "channels", self.channels)?;
        let size = self.kernel_size;
        checks::odd(layer, "kernel_size", size)?;
        let around = size / 2;
        let convolution = Conv2dConfig::new([self.channels; 2], [size; 2])
            .with_groups(self.channels)
            .with_padding(PaddingConfig2d::Explicit(around, around, around, around))
            .with_initializer(self.initializer.clone())
            .init(device);
        let normalization = BatchNormConfig::new(self.channels).init(device);
        Ok(FunnelRelu { convolution, normalization })
    }
}

/// `max(x, BN(conv(x)))`: a rectifier whose other side is not 0 but what a convolution of each channel by
/// itself, with batch normalisation, makes of the neighbourhood. Others mean `flexible_relu` by `FReLU`.
///
/// Ma, Zhang & Sun 2020, arXiv:2007.11824. Built by [`FunnelReluConfig`].
///
/// * **Input**: `[batch, channels, height, width]`, of the dtype of the weights; the result has its shape.
///   Beyond the edges of an image there are zeros. An empty batch gives an empty result.
/// * **Training and evaluation** are those of Burn's `BatchNorm`.
/// * Where both sides are equal the gradient is that of the convolution.
#[derive(Module, Debug)]
pub struct FunnelRelu {
    /// The window of each channel, with an offset.
    pub convolution: Conv2d,
    /// The normalisation of what it gives.
    pub normalization: BatchNorm,
}

impl FunnelRelu {
    /// The name in the catalogue.
    pub const NAME: &'static str = "funnel_relu";

    /// The larger of each element and its condition.
    ///
    /// # Panics
    /// Where [`try_forward`](Self::try_forward) gives an error, with its message.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.try_forward(x).unwrap_or_else(|error| panic!("{}: {error}", Self::NAME))
    }

    /// The same as [`forward`](Self::forward).
    ///
    /// # Errors
    /// If `x` has another number of channels.
    pub fn try_forward(&self, x: Tensor<4>) -> Result<Tensor<4>, Error> {
        let shape = x.dims();
        let [channels] = self.normalization.gamma.dims();
        checks::width(Self::NAME, 1, channels, &shape)?;
        if shape.contains(&0) {
            return Ok(x);
        }
        let condition = self.convolution.forward(x.clone());
        Ok(larger(x, normalized(&self.normalization, condition)))
    }
}
