//! How an activation is configured.

use std::sync::Arc;

use burn::config::Config;
use burn::module::{Param, RunningState};
use burn::tensor::{Device, Tensor};
use ogive::formula::{Granularity, Parameter};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::constraint::inward;
use crate::module::Activation;
use crate::plan::{Plan, is_per_channel};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationConfig {
    formula: String,
    channels: Option<usize>,
    channel_axis: isize,
    parameters: Vec<(String, f64)>,
    per_channel: Option<bool>,
    momentum: f64,
}

impl Config for ActivationConfig {}

impl ActivationConfig {
    /// The activation of that name, or of that formula.
    pub fn new(name_or_formula: impl Into<String>) -> Self {
        ActivationConfig {
            formula: name_or_formula.into(),
            channels: None,
            channel_axis: 1,
            parameters: Vec::new(),
            per_channel: None,
            momentum: 0.01,
        }
    }

    /// How many channels the input has: needed where a parameter is per channel or the formula
    /// uses statistics, of no account elsewhere.
    #[must_use]
    pub fn with_channels(mut self, channels: usize) -> Self {
        self.channels = Some(channels);
        self
    }

    /// Which axis of the input the channels are on. Default: 1, and for inputs of rank 1 their
    /// only one. Negative axes count from the end: -1 for inputs whose channels come last.
    #[must_use]
    pub fn with_channel_axis(mut self, axis: isize) -> Self {
        self.channel_axis = axis;
        self
    }

    /// The initial value of a parameter.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, initial: f64) -> Self {
        self.parameters.push((name.into(), initial));
        self
    }

    /// One value of each learnable parameter for all channels, whatever the formula declares.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.per_channel = Some(false);
        self
    }

    /// One value of each learnable parameter for each channel, whatever the formula declares.
    #[must_use]
    pub fn per_channel(mut self) -> Self {
        self.per_channel = Some(true);
        self
    }

    /// The weight of the new value in the running statistics, between 0 and 1. Default: 0.01.
    #[must_use]
    pub fn with_momentum(mut self, momentum: f64) -> Self {
        self.momentum = momentum;
        self
    }

    /// Builds the module.
    ///
    /// # Errors
    /// If there is no such activation or its formula is wrong, a parameter of
    /// [`with_parameter`](Self::with_parameter) is not known or its constraint excludes the value,
    /// the number of channels is needed and missing (or 0), or the momentum is out of range.
    pub fn init(&self, device: &Device) -> Result<Activation, Error> {
        if !(0.0..=1.0).contains(&self.momentum) {
            return Err(Error::Momentum(self.momentum));
        }
        let mut activation = ogive::Activation::new(&self.formula)?;
        for (name, initial) in &self.parameters {
            activation.set_parameter(name, *initial)?;
        }
        let granularity = |parameter: &Parameter| match self.per_channel {
            Some(true) if parameter.learnable => Granularity::PerChannel,
            Some(false) if parameter.learnable => Granularity::Shared,
            _ => parameter.granularity,
        };
        let parameters: Vec<Parameter> = activation
            .parameters()
            .iter()
            .map(|known| Parameter { granularity: granularity(known), ..known.clone() })
            .collect();
        let channels = self.channels_for(&activation, &parameters)?;
        let plan = Plan::new(activation, parameters, channels);

        let learned = plan
            .learnable()
            .map(|(_, known)| {
                let initial = inward(known.constraint, f32::MANTISSA_DIGITS).project(known.initial);
                Param::from_tensor(Tensor::full([plan.width(known)], initial, device))
            })
            .collect();
        let running = |start: f64| {
            plan.activation()
                .has_statistics()
                .then(|| RunningState::new(Tensor::full([channels], start, device)))
        };
        let (mean, variance) = (running(0.0), running(1.0));
        let plan = Arc::new(plan);
        Ok(Activation::assemble(plan, self.channel_axis, learned, mean, variance, self.momentum))
    }

    /// The number of channels, if it is of account, else 1.
    fn channels_for(
        &self,
        activation: &ogive::Activation,
        parameters: &[Parameter],
    ) -> Result<usize, Error> {
        let per_channel = parameters.iter().find(|known| known.learnable && is_per_channel(known));
        let reason = match per_channel {
            _ if activation.has_statistics() => "it uses statistics of each channel".to_owned(),
            Some(known) => format!("`{}` has one value per channel", known.name),
            None => return Ok(1),
        };
        let missing =
            || Error::ChannelsMissing { activation: activation.name().to_owned(), reason };
        self.channels.filter(|channels| *channels > 0).ok_or_else(missing)
    }
}
