//! How an activation is configured.

use std::sync::Arc;

use burn::config::Config;
use burn::module::{Param, RunningState};
use burn::tensor::{Device, Tensor};
use ogive_layer::Settings;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::module::Activation;
use crate::parameters::Parameters;

/// Configuration of an [`Activation`].
///
/// ```
/// use burn::tensor::Device;
/// use ogive_burn::ActivationConfig;
///
/// let device = Device::flex();
/// let prelu = ActivationConfig::new("prelu").with_channels(64).init(&device)?;
/// assert_eq!(prelu.parameter("alpha").unwrap().dims(), [64]);
///
/// // Any formula will do, and what it declares can be overruled.
/// let swish = ActivationConfig::new("x*sigmoid(beta*x) | beta = 1 per channel, >= 0.1")
///     .with_parameter("beta", 1.5)
///     .shared()
///     .init(&device)?;
/// assert_eq!(swish.parameter("beta").unwrap().into_scalar::<f32>(), 1.5);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
///
/// Each parameter may have values of its own for parts of the input:
///
/// ```
/// use burn::tensor::Device;
/// use ogive_burn::ActivationConfig;
/// use ogive_burn::ogive::formula::Granularity;
///
/// // Inputs are [batch, 64, 8, 8].
/// let formula = "a*x*sigmoid(b*x) + c | a = 1, b = 1 per channel, c = 0 in 4 groups";
/// let own = ActivationConfig::new(formula)
///     .with_channels(64)
///     .with_sample([64, 8, 8])
///     .with_granularity("a", Granularity::PerElement)
///     .init(&Device::flex())?;
/// let widths = own.parameters().into_iter().map(|(name, value)| (name, value.dims()[0]));
/// assert_eq!(widths.collect::<Vec<_>>(), [("a", 4096), ("b", 64), ("c", 4)]);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActivationConfig {
    settings: Settings,
}

ogive_layer::configuration!(ActivationConfig);

impl Config for ActivationConfig {}

impl ActivationConfig {
    /// Builds the module.
    ///
    /// # Errors
    /// If there is no such activation or its formula is wrong; a named parameter is not known, is fixed
    /// where a granularity is given, or its constraint excludes the value; the number of channels or the
    /// shape of a sample is needed and missing (or 0), or the two contradict each other; groups do not
    /// divide the channels; or the momentum is out of range.
    pub fn init(&self, device: &Device) -> Result<Activation, Error> {
        let plan = self.settings.plan()?;
        let starts = plan.starts(f32::MANTISSA_DIGITS)?.into_iter();
        let learned = starts.map(|(name, width, start)| {
            (name, Param::from_tensor(Tensor::full([width], start, device)))
        });
        let learned = Parameters::new(plan.activation(), learned.collect(), device);
        let running = [0.0, 1.0].map(|start: f64| {
            plan.activation()
                .has_statistics()
                .then(|| RunningState::new(Tensor::full([plan.channels()], start, device)))
        });
        Ok(Activation::assemble(Arc::new(plan), learned, running))
    }
}
