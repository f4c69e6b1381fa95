//! Maxout: the largest of several affine maps.

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use ogive_layer::checks;

use super::parts::larger;
use crate::Error;

/// Configuration of a [`Maxout`] layer.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::MaxoutConfig;
///
/// let device = Device::flex();
/// let maxout = MaxoutConfig::new(16, 8).with_pieces(3).init(&device)?;
/// let y = maxout.try_forward(Tensor::<2>::zeros([4, 16], &device))?;
/// assert_eq!(y.dims(), [4, 8]);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct MaxoutConfig {
    /// How many numbers an input has.
    pub inputs: usize,
    /// How many numbers a result has.
    pub features: usize,
    /// Of how many affine maps each is the largest. Default: 2.
    #[config(default = 2)]
    pub pieces: usize,
    /// Whether the maps have an offset. Default: true.
    #[config(default = true)]
    pub bias: bool,
    /// How the weights start. Default: as those of Burn's `Linear`.
    #[config(default = "LinearConfig::new(1, 1).initializer")]
    pub initializer: Initializer,
}

impl MaxoutConfig {
    /// Builds the module.
    ///
    /// # Errors
    /// If there is no input, feature or piece.
    pub fn init(&self, device: &Device) -> Result<Maxout, Error> {
        let settings =
            [("inputs", self.inputs), ("features", self.features), ("pieces", self.pieces)];
        for (setting, value) in settings {
            checks::at_least_one(Maxout::NAME, setting, value)?;
        }
        let linear = LinearConfig::new(self.inputs, self.pieces * self.features)
            .with_bias(self.bias)
            .with_initializer(self.initializer.clone())
            .init(device);
        Ok(Maxout { linear, features: self.features })
    }
}

/// The largest of k affine maps of the whole input, `max_k (x·W_k + b_k)`: a layer, in whose place any
/// convex function can come. It takes k times the weights of a linear layer.
///
/// Goodfellow et al. 2013, arXiv:1302.4389. Built by [`MaxoutConfig`].
///
/// * **Input**: `[..., inputs]`, of any rank from 1 and any float dtype; **result**: `[..., features]`.
/// * **Parameters**: those of `linear`, whose outputs are the features of the first piece, then those of
///   the second, and so on.
/// * Where pieces are equal the gradient is that of the last of them.
#[derive(Module, Debug)]
pub struct Maxout {
    /// All pieces, `inputs` to `pieces * features`.
    pub linear: Linear,
    features: usize,
}

impl Maxout {
    /// The name in the catalogue.
    pub const NAME: &'static str = "maxout";

    /// The largest of the affine maps of the last axis.
    ///
    /// # Panics
    /// Where [`try_forward`](Self::try_forward) gives an error, with its message.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.try_forward(x).unwrap_or_else(|error| panic!("{}: {error}", Self::NAME))
    }

    /// The same as [`forward`](Self::forward).
    ///
    /// # Errors
    /// If the last axis of `x` has another number of elements than the layer has inputs.
    pub fn try_forward<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, Error> {
        let [inputs, outputs] = self.linear.weight.dims();
        checks::width(Self::NAME, D - 1, inputs, &x.dims())?;
        let all = self.linear.forward(x);
        let piece = |first| all.clone().narrow(D - 1, first, self.features);
        let others = (self.features..outputs).step_by(self.features);
        Ok(others.fold(piece(0), |y, first| larger(y, piece(first))))
    }
}
