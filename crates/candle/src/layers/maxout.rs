//! Maxout: the largest of several affine maps.

use candle_core::{D, Module, Result, Tensor};
use candle_nn::{Linear, VarBuilder, linear_b};
use ogive_layer::checks;

use super::larger;
use crate::error::wrapped;

/// Configuration of a [`Maxout`] layer.
///
/// ```
/// use candle_core::{DType, Device, Module, Tensor};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::MaxoutConfig;
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let maxout = MaxoutConfig { pieces: 3, ..MaxoutConfig::new(16, 8) }.init(vb.pp("maxout"))?;
/// let y = maxout.forward(&Tensor::zeros((4, 16), DType::F32, &Device::Cpu)?)?;
/// assert_eq!(y.dims(), [4, 8]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxoutConfig {
    /// How many numbers an input has.
    pub inputs: usize,
    /// How many numbers a result has.
    pub features: usize,
    /// Of how many affine maps each is the largest. Default: 2.
    pub pieces: usize,
    /// Whether the maps have an offset. Default: true.
    pub bias: bool,
}

impl MaxoutConfig {
    /// With the defaults.
    pub fn new(inputs: usize, features: usize) -> Self {
        MaxoutConfig { inputs, features, pieces: 2, bias: true }
    }

    /// Builds the module.
    ///
    /// # Errors
    /// If there is no input, feature or piece.
    pub fn init(&self, vb: VarBuilder) -> Result<Maxout> {
        let settings =
            [("inputs", self.inputs), ("features", self.features), ("pieces", self.pieces)];
        for (setting, value) in settings {
            checks::at_least_one(Maxout::NAME, setting, value).map_err(wrapped)?;
        }
        let outputs = self.pieces * self.features;
        let linear = linear_b(self.inputs, outputs, self.bias, vb.pp("linear"))?;
        Ok(Maxout { linear, inputs: self.inputs, pieces: self.pieces, features: self.features })
    }
}

/// The largest of k affine maps of the whole input, `max_k (x·W_k + b_k)`: a layer, in whose place any
/// convex function can come. It takes k times the weights of a linear layer.
///
/// Goodfellow et al. 2013, arXiv:1302.4389. Built by [`MaxoutConfig`].
///
/// * **Input**: `[..., inputs]`; **result**: `[..., features]`.
/// * **Parameters**: those of `linear`, whose outputs are the features of the first piece, then those of
///   the second, and so on.
/// * Where pieces are equal the gradient is that of the last of them.
#[derive(Clone, Debug)]
pub struct Maxout {
    /// All pieces, `inputs` to `pieces * features`.
    pub linear: Linear,
    inputs: usize,
    pieces: usize,
    features: usize,
}

impl Maxout {
    /// The name in the catalogue.
    pub const NAME: &'static str = "maxout";
}

impl Module for Maxout {
    /// The largest of the affine maps of the last axis; an error if it has another number of elements than
    /// the layer has inputs.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let last = x.rank().saturating_sub(1);
        checks::width(Self::NAME, last, self.inputs, x.dims()).map_err(wrapped)?;
        // The layer takes matrices.
        let all = self.linear.forward(&x.reshape(((), self.inputs))?)?;
        let piece = |place: usize| all.narrow(D::Minus1, place * self.features, self.features);
        let largest = (1..self.pieces)
            .try_fold(piece(0)?, |largest, place| larger(&largest, &piece(place)?))?;
        let mut shape = x.dims().to_vec();
        shape[last] = self.features;
        largest.reshape(shape)
    }
}
