//! How an activation is configured.

use std::sync::Arc;

use burn::config::Config;
use burn::module::{Param, RunningState};
use burn::tensor::{Device, Tensor};
use ogive::formula::{Constraint, Granularity, Parameter};
use serde::{Deserialize, Serialize};

use crate::constraint::inward;
use crate::module::Activation;
use crate::parameters::Parameters;
use crate::plan::{Plan, differs_by_channel};
use crate::settings::{Choice, Following, Momentum, RunningVariance};
use crate::split::Split;
use crate::{Error, reparametrise};

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
pub struct ActivationConfig {
    formula: String,
    // What a file does not say is as in `new`, so that files of earlier versions are read.
    #[serde(default)]
    channels: Option<usize>,
    #[serde(default = "second_axis")]
    channel_axis: isize,
    #[serde(default)]
    sample: Option<Vec<usize>>,
    #[serde(default)]
    parameters: Vec<(String, f64)>,
    #[serde(default)]
    granularity: Vec<Choice>,
    #[serde(default)]
    following: Following,
    #[serde(default)]
    reparametrised: bool,
    #[serde(default)]
    pub(crate) split: Split,
}

fn second_axis() -> isize {
    1
}

impl Config for ActivationConfig {}

impl ActivationConfig {
    /// The activation of that name, or of that formula.
    pub fn new(name_or_formula: impl Into<String>) -> Self {
        ActivationConfig {
            formula: name_or_formula.into(),
            channels: None,
            channel_axis: second_axis(),
            sample: None,
            parameters: Vec::new(),
            granularity: Vec::new(),
            following: Following::default(),
            reparametrised: false,
            split: Split::default(),
        }
    }

    /// How many channels the input has: needed where a parameter is per channel or in groups, or the
    /// formula uses statistics, of no account elsewhere.
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

    /// The shape of a sample, which is the input's without its first axis: needed where a parameter is
    /// per element, of no account elsewhere. Default: `[channels]`.
    #[must_use]
    pub fn with_sample(mut self, shape: impl Into<Vec<usize>>) -> Self {
        self.sample = Some(shape.into());
        self
    }

    /// The initial value of a parameter.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, initial: f64) -> Self {
        self.parameters.push((name.into(), initial));
        self
    }

    /// How many values a learnable parameter has, whatever the formula declares.
    #[must_use]
    pub fn with_granularity(mut self, name: impl Into<String>, granularity: Granularity) -> Self {
        self.granularity.push(Choice { parameter: Some(name.into()), granularity });
        self
    }

    fn with_all(mut self, granularity: Granularity) -> Self {
        self.granularity.push(Choice { parameter: None, granularity });
        self
    }

    /// One value of each learnable parameter for all elements, whatever the formula declares.
    #[must_use]
    pub fn shared(self) -> Self {
        self.with_all(Granularity::Shared)
    }

    /// One value of each learnable parameter for each channel, whatever the formula declares.
    #[must_use]
    pub fn per_channel(self) -> Self {
        self.with_all(Granularity::PerChannel)
    }

    /// One value of each learnable parameter for each of so many equal groups of neighbouring
    /// channels, whatever the formula declares.
    #[must_use]
    pub fn in_groups(self, groups: usize) -> Self {
        self.with_all(Granularity::InGroups(groups))
    }

    /// One value of each learnable parameter for each element of a sample, whatever the formula
    /// declares.
    #[must_use]
    pub fn per_element(self) -> Self {
        self.with_all(Granularity::PerElement)
    }

    /// How fast the running statistics follow. Default: a new value has the weight 0.01.
    #[must_use]
    pub fn with_momentum(mut self, momentum: Momentum) -> Self {
        self.following.momentum = momentum;
        self
    }

    /// Which estimate the running variance follows. Default: the biased one.
    #[must_use]
    pub fn with_running_variance(mut self, variance: RunningVariance) -> Self {
        self.following.variance = variance;
        self
    }

    /// Statistics of the batch are constants to the gradient: cheaper, and not the derivative of what is
    /// computed.
    #[must_use]
    pub fn with_constant_statistics(mut self) -> Self {
        self.following.constant = true;
        self
    }

    /// Constraints hold by the way values are computed, instead of by
    /// [`constrained`](Activation::constrained): `>= m` and `> 0` as m + softplus(raw), `in [low, high]`
    /// as low + (high - low)·sigmoid(raw), where raw is any number and what the optimizer moves. Bounds
    /// are never reached, near them a parameter moves slowly, a record holds the raw numbers, and weight
    /// decay and [`Penalty`](crate::Penalty) act on those.
    #[must_use]
    pub fn reparametrised(mut self) -> Self {
        self.reparametrised = true;
        self
    }

    /// Builds the module.
    ///
    /// # Errors
    /// If there is no such activation or its formula is wrong; a named parameter is not known, is fixed
    /// where a granularity is given, or its constraint excludes the value; the number of channels or the
    /// shape of a sample is needed and missing (or 0), or the two contradict each other; groups do not
    /// divide the channels; or the momentum is out of range.
    pub fn init(&self, device: &Device) -> Result<Activation, Error> {
        let momentum = self.following.momentum.of_new();
        if !(0.0..=1.0).contains(&momentum) {
            return Err(Error::Momentum(self.following.momentum));
        }
        let mut activation = ogive::Activation::new(&self.formula)?;
        for (name, initial) in &self.parameters {
            activation.set_parameter(name, *initial)?;
        }
        let parameters = self.parameters_of(&mut activation)?;
        let channels = self.channels_for(&activation, &parameters)?;
        let sample = self.sample_for(&activation, &parameters, channels)?;
        for known in parameters.iter().filter(|known| known.learnable) {
            if let Granularity::InGroups(groups) = known.granularity
                && (groups == 0 || channels % groups != 0)
            {
                let parameter = known.name.clone();
                return Err(Error::Groups { parameter, groups, channels });
            }
        }
        let plan = Plan::new(activation, parameters, channels, sample);
        let plan = plan.reparametrised(self.reparametrised);

        let mut learned = Vec::new();
        for (_, known) in plan.learnable() {
            let form = plan.form(known);
            let initial = if form == Constraint::Free {
                inward(known.constraint, f32::MANTISSA_DIGITS).project(known.initial)
            } else {
                let on_bound = || Error::on_bound(known, known.initial);
                reparametrise::raw(known.initial, form).ok_or_else(on_bound)?
            };
            let values = Tensor::full([plan.width(known)], initial, device);
            learned.push((reparametrise::name(&known.name, form), Param::from_tensor(values)));
        }
        let learned = Parameters::new(plan.activation(), learned, device);
        let running = [0.0, 1.0].map(|start: f64| {
            plan.activation()
                .has_statistics()
                .then(|| RunningState::new(Tensor::full([channels], start, device)))
        });
        let plan = Arc::new(plan);
        let module =
            Activation::assemble(plan, self.channel_axis, learned, running, self.following);
        Ok(module.splitting(self.split))
    }

    /// The parameters with the granularity that is chosen for each.
    fn parameters_of(&self, activation: &mut ogive::Activation) -> Result<Vec<Parameter>, Error> {
        let mut parameters = activation.parameters().to_vec();
        for Choice { parameter: name, granularity } in &self.granularity {
            let Some(name) = name else {
                let learnable = parameters.iter_mut().filter(|known| known.learnable);
                learnable.for_each(|known| known.granularity = *granularity);
                continue;
            };
            let Some(known) = parameters.iter_mut().find(|known| known.name == *name) else {
                // Setting it tells what is wrong with the name.
                activation.set_parameter(name, 0.0)?;
                continue;
            };
            if !known.learnable {
                return Err(Error::Fixed { parameter: name.clone(), granularity: *granularity });
            }
            known.granularity = *granularity;
        }
        Ok(parameters)
    }

    /// The number of channels, if it is of account, else 1.
    fn channels_for(
        &self,
        activation: &ogive::Activation,
        parameters: &[Parameter],
    ) -> Result<usize, Error> {
        let by_channel = parameters
            .iter()
            .find(|known| known.learnable && differs_by_channel(known.granularity));
        let reason = match by_channel {
            _ if activation.has_statistics() => "it uses statistics of each channel".to_owned(),
            Some(known) => format!("`{}` has one value {}", known.name, known.granularity),
            None => return Ok(1),
        };
        let missing =
            || Error::ChannelsMissing { activation: activation.name().to_owned(), reason };
        self.channels.filter(|channels| *channels > 0).ok_or_else(missing)
    }

    /// The shape of a sample, where it is of account.
    fn sample_for(
        &self,
        activation: &ogive::Activation,
        parameters: &[Parameter],
        channels: usize,
    ) -> Result<Option<Vec<usize>>, Error> {
        let by_element =
            |known: &&Parameter| known.learnable && known.granularity == Granularity::PerElement;
        let Some(known) = parameters.iter().find(by_element) else { return Ok(None) };
        let sample = match (&self.sample, self.channels) {
            (Some(sample), _) => sample.clone(),
            (None, Some(channels)) => vec![channels],
            (None, None) => Vec::new(),
        };
        if sample.is_empty() || sample.contains(&0) {
            let (activation, parameter) = (activation.name().to_owned(), known.name.clone());
            return Err(Error::SampleMissing { activation, parameter });
        }
        let sees_channels = activation.has_statistics()
            || parameters.iter().any(|p| p.learnable && differs_by_channel(p.granularity));
        if sees_channels {
            let rank = sample.len() as isize + 1;
            let axis = self.channel_axis;
            let counted = if axis < 0 { rank + axis } else { axis };
            if !(1..rank).contains(&counted) {
                return Err(Error::SampleAxis { axis, sample });
            }
            if sample[counted as usize - 1] != channels {
                return Err(Error::SampleChannels { axis: counted as usize, channels, sample });
            }
        }
        Ok(Some(sample))
    }
}
