//! How an activation is configured.

use ogive::formula::{Granularity, Parameter};
use serde::{Deserialize, Serialize};

use crate::following::{Choice, Following, Momentum, RunningVariance};
use crate::plan::{Plan, differs_by_channel};
use crate::split::Split;
use crate::{DiceVariant, Error, GateHalf};

/// All that is chosen about an activation in a network before it meets tensors. The configurations of
/// the framework crates wrap it, see [`configuration!`](crate::configuration).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
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
    split: Split,
}

fn second_axis() -> isize {
    1
}

impl Settings {
    /// The activation of that name, or of that formula.
    pub fn new(name_or_formula: impl Into<String>) -> Self {
        Settings {
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

    /// The Dice of a paper or of a library, for so many channels.
    pub fn dice(variant: DiceVariant, channels: usize) -> Self {
        variant.settings().with_channels(channels)
    }

    /// How many channels the input has.
    #[must_use]
    pub fn with_channels(mut self, channels: usize) -> Self {
        self.channels = Some(channels);
        self
    }

    /// Which axis of the input the channels are on; negative ones count from the end.
    #[must_use]
    pub fn with_channel_axis(mut self, axis: isize) -> Self {
        self.channel_axis = axis;
        self
    }

    /// The shape of a sample, which is the input's without its first axis.
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

    /// How many values a learnable parameter has.
    #[must_use]
    pub fn with_granularity(mut self, name: impl Into<String>, granularity: Granularity) -> Self {
        self.granularity.push(Choice { parameter: Some(name.into()), granularity });
        self
    }

    /// How many values every learnable parameter has.
    #[must_use]
    pub fn with_all(mut self, granularity: Granularity) -> Self {
        self.granularity.push(Choice { parameter: None, granularity });
        self
    }

    /// How fast the running statistics follow.
    #[must_use]
    pub fn with_momentum(mut self, momentum: Momentum) -> Self {
        self.following.momentum = momentum;
        self
    }

    /// Which estimate the running variance follows.
    #[must_use]
    pub fn with_running_variance(mut self, variance: RunningVariance) -> Self {
        self.following.variance = variance;
        self
    }

    /// Statistics of the batch are constants to the gradient.
    #[must_use]
    pub fn with_constant_statistics(mut self) -> Self {
        self.following.constant = true;
        self
    }

    /// Constraints hold by the way values are computed.
    #[must_use]
    pub fn reparametrised(mut self) -> Self {
        self.reparametrised = true;
        self
    }

    /// Along which axis an input that holds both halves is split; negative ones count from the end.
    #[must_use]
    pub fn with_split_axis(mut self, axis: isize) -> Self {
        self.split.axis = axis;
        self
    }

    /// Which half of such an input is the gate.
    #[must_use]
    pub fn with_gate_half(mut self, half: GateHalf) -> Self {
        self.split.gate = half;
        self
    }

    /// What these settings amount to.
    ///
    /// # Errors
    /// If there is no such activation or its formula is wrong; a named parameter is not known, is fixed
    /// where a granularity is given, or its constraint excludes the value; the number of channels or the
    /// shape of a sample is needed and missing (or 0), or the two contradict each other; groups do not
    /// divide the channels; or the momentum is out of range.
    pub fn plan(&self) -> Result<Plan, Error> {
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
        Ok(Plan {
            activation,
            parameters,
            channels,
            channel_axis: self.channel_axis,
            sample,
            following: self.following,
            reparametrised: self.reparametrised,
            split: self.split,
            reach: std::sync::OnceLock::new(),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_earlier_versions_are_read() {
        let read: Settings = serde_json::from_str(r#"{"formula": "prelu"}"#).expect("a file");
        assert_eq!(read, Settings::new("prelu"));
        let all = Settings::dice(DiceVariant::DeepCtr, 3)
            .with_all(Granularity::InGroups(3))
            .with_sample([3, 4])
            .reparametrised();
        let text = serde_json::to_string(&all).expect("settings are data");
        assert_eq!(serde_json::from_str::<Settings>(&text).expect("what was written"), all);
    }
}
