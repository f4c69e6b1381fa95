//! Weights for the layer in front of an activation, so that signals keep their size.

use burn::nn::Initializer;

use crate::Error;
use crate::module::Activation;

/// A normal or a uniform distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// From the normal distribution.
    Normal,
    /// From the uniform distribution of the same variance.
    Uniform,
}

impl Activation {
    /// What weights must be multiplied by so that outputs keep the second moment of inputs: the gain
    /// of the formula at its initial parameters, see [`ogive::gain`].
    ///
    /// # Errors
    /// If there is no such number, as of a function that is 0 everywhere.
    pub fn gain(&self) -> Result<f64, Error> {
        let activation = self.plan().activation();
        let name = || self.name().to_owned();
        let gain = ogive::gain(activation.formula());
        gain.ok_or_else(|| ogive_layer::Error::Gain { activation: name() }.into())
    }

    /// He's initialisation with this activation's own gain: weights of variance gain²/inputs (He et al.
    /// 2015, arXiv:1502.01852, has it for `relu` and `prelu`).
    ///
    /// With it an input of second moment 1 has second moment 1 in every layer of a wide network, at the
    /// start of training; what small disturbances do, `ogive show` tells of each activation.
    ///
    /// ```
    /// use burn::nn::LinearConfig;
    /// use burn::tensor::Device;
    /// use ogive_burn::{Distribution, Mish};
    ///
    /// let device = Device::flex();
    /// let mish = Mish::new().init(&device)?;
    /// let weights = mish.he(Distribution::Normal)?;
    /// let linear = LinearConfig::new(64, 32).with_initializer(weights).init(&device);
    /// # Ok::<(), ogive_burn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`gain`](Self::gain).
    pub fn he(&self, distribution: Distribution) -> Result<Initializer, Error> {
        let (gain, fan_out_only) = (self.gain()?, false);
        Ok(match distribution {
            Distribution::Normal => Initializer::KaimingNormal { gain, fan_out_only },
            Distribution::Uniform => Initializer::KaimingUniform { gain, fan_out_only },
        })
    }

    /// Xavier's initialisation with this activation's own gain: weights of variance 2·gain²/(inputs +
    /// outputs) (Glorot & Bengio 2010, AISTATS).
    ///
    /// # Errors
    /// As [`gain`](Self::gain).
    pub fn xavier(&self, distribution: Distribution) -> Result<Initializer, Error> {
        let gain = self.gain()?;
        Ok(match distribution {
            Distribution::Normal => Initializer::XavierNormal { gain },
            Distribution::Uniform => Initializer::XavierUniform { gain },
        })
    }
}
