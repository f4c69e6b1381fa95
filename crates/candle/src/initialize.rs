//! Weights for the layer in front of an activation, so that signals keep their size.

use candle_core::Result;
use candle_nn::Init;
use candle_nn::init::{FanInOut, NonLinearity, NormalOrUniform};

use crate::error::wrapped;
use crate::module::Activation;

impl Activation {
    /// What weights must be multiplied by so that outputs keep the second moment of inputs: the gain
    /// of the formula at its initial parameters, see [`ogive::gain`].
    ///
    /// # Errors
    /// If there is no such number, as of a function that is 0 everywhere.
    pub fn gain(&self) -> Result<f64> {
        let activation = || self.name().to_owned();
        ogive::gain(self.plan.activation().formula())
            .ok_or_else(|| wrapped(ogive_layer::Error::Gain { activation: activation() }))
    }

    /// He's initialisation with this activation's own gain: weights of variance gain²/inputs (He et al.
    /// 2015, arXiv:1502.01852, has it for `relu` and `prelu`).
    ///
    /// ```
    /// use candle_core::{DType, Device};
    /// use candle_nn::init::NormalOrUniform;
    /// use candle_nn::{Linear, VarBuilder, VarMap};
    /// use ogive_candle::Mish;
    ///
    /// let variables = VarMap::new();
    /// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    /// let mish = Mish::new().init(vb.pp("mish"))?;
    /// let weights = vb.get_with_hints((32, 64), "weight", mish.he(NormalOrUniform::Normal)?)?;
    /// let linear = Linear::new(weights, None);
    /// # Ok::<(), candle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`gain`](Self::gain).
    pub fn he(&self, dist: NormalOrUniform) -> Result<Init> {
        let non_linearity = NonLinearity::ExplicitGain(self.gain()?);
        Ok(Init::Kaiming { dist, fan: FanInOut::FanIn, non_linearity })
    }

    /// Xavier's initialisation with this activation's own gain, for a layer with so many inputs and
    /// outputs: weights of variance 2·gain²/(inputs + outputs) (Glorot & Bengio 2010, AISTATS).
    ///
    /// # Errors
    /// As [`gain`](Self::gain).
    pub fn xavier(&self, dist: NormalOrUniform, inputs: usize, outputs: usize) -> Result<Init> {
        let stdev = self.gain()? * (2.0 / (inputs + outputs) as f64).sqrt();
        Ok(match dist {
            NormalOrUniform::Normal => Init::Randn { mean: 0.0, stdev },
            NormalOrUniform::Uniform => {
                let bound = stdev * 3.0f64.sqrt();
                Init::Uniform { lo: -bound, up: bound }
            }
        })
    }
}
