//! Funnel ReLU: a rectifier whose other side is a spatial condition.

use candle_core::{Module, ModuleT, Result, Tensor};
use candle_nn::{BatchNorm, Conv2d, Conv2dConfig, VarBuilder, conv2d};
use ogive_layer::checks;

use super::{larger, normalization, normalized};
use crate::error::{Error, wrapped};

/// Configuration of a [`FunnelRelu`] layer.
///
/// ```
/// use candle_core::{DType, Device, ModuleT, Tensor};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::FunnelReluConfig;
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let funnel = FunnelReluConfig::new(8).init(vb.pp("funnel"))?;
/// let x = Tensor::ones((2, 8, 5, 5), DType::F32, &Device::Cpu)?;
/// assert_eq!(funnel.forward_t(&x, true)?.dims(), [2, 8, 5, 5]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunnelReluConfig {
    /// How many channels the input has.
    pub channels: usize,
    /// The width and height of the window, an odd number. Default: 3.
    pub kernel_size: usize,
}

impl FunnelReluConfig {
    /// With the defaults.
    pub fn new(channels: usize) -> Self {
        FunnelReluConfig { channels, kernel_size: 3 }
    }

    /// Builds the module.
    ///
    /// # Errors
    /// If there is no channel, or the window is even.
    pub fn init(&self, vb: VarBuilder) -> Result<FunnelRelu> {
        let (channels, size) = (self.channels, self.kernel_size);
        checks::at_least_one(FunnelRelu::NAME, "channels", channels).map_err(wrapped)?;
        checks::odd(FunnelRelu::NAME, "kernel_size", size).map_err(wrapped)?;
        let around =
            Conv2dConfig { padding: size / 2, groups: channels, ..Conv2dConfig::default() };
        Ok(FunnelRelu {
            convolution: conv2d(channels, channels, size, around, vb.pp("convolution"))?,
            normalization: normalization(channels, vb.pp("normalization"))?,
            channels,
        })
    }
}

/// `max(x, BN(conv(x)))`: a rectifier whose other side is not 0 but what a convolution of each channel by
/// itself, with batch normalisation, makes of the neighbourhood. Others mean `flexible_relu` by `FReLU`.
///
/// Ma, Zhang & Sun 2020, arXiv:2007.11824. Built by [`FunnelReluConfig`].
///
/// * **Input**: `[batch, channels, height, width]`; the result has its shape. Beyond the edges of an image
///   there are zeros. An empty batch gives an empty result. In a model of halves the normalisation is of f32.
/// * **Training and evaluation** are those of Candle's `BatchNorm`.
/// * Where both sides are equal the gradient is that of the convolution.
#[derive(Clone, Debug)]
pub struct FunnelRelu {
    /// The window of each channel, with an offset.
    pub convolution: Conv2d,
    /// The normalisation of what it gives.
    pub normalization: BatchNorm,
    channels: usize,
}

impl FunnelRelu {
    /// The name in the catalogue.
    pub const NAME: &'static str = "funnel_relu";
}

impl ModuleT for FunnelRelu {
    /// The larger of each element and its condition; an error if `x` has another number of channels or is
    /// not of four axes, or one position alone is trained on, of which there is no unbiased variance.
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        checks::width(Self::NAME, 1, self.channels, x.dims()).map_err(wrapped)?;
        if x.elem_count() == 0 {
            return Ok(x.clone());
        }
        Error::refuse_single(Self::NAME, x.elem_count() / self.channels, train)?;
        let condition = self.convolution.forward(x)?;
        larger(x, &normalized(&self.normalization, &condition, train)?)
    }
}
