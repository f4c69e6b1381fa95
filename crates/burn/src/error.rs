//! What can be wrong with an activation's configuration or with its input.

use std::fmt;

use ogive::formula::{Constraint, Granularity, Parameter};

use crate::settings::Momentum;

/// Why an activation cannot be built, or cannot take an input.
///
/// ```
/// use burn::tensor::Device;
/// use ogive_burn::ActivationConfig;
///
/// let error = ActivationConfig::new("prelu").init(&Device::flex()).unwrap_err();
/// assert!(error.to_string().contains("with_channels"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// No activation has that name, the formula is wrong, or a parameter may not have that value.
    Activation(ogive::Error),
    /// Something is per channel, and the number of channels is not known.
    ChannelsMissing {
        /// The activation.
        activation: String,
        /// What is per channel.
        reason: String,
    },
    /// A parameter is in groups that do not divide the channels.
    Groups {
        /// The parameter.
        parameter: String,
        /// How many groups there should be.
        groups: usize,
        /// How many channels there are.
        channels: usize,
    },
    /// A granularity is given for a parameter that is fixed.
    Fixed {
        /// The parameter.
        parameter: String,
        /// What was given.
        granularity: Granularity,
    },
    /// Something is per element, and the shape of a sample is not known.
    SampleMissing {
        /// The activation.
        activation: String,
        /// What is per element.
        parameter: String,
    },
    /// The channels are on no axis of a sample.
    SampleAxis {
        /// The axis of the channels in an input; negative ones count from the end.
        axis: isize,
        /// The shape of a sample.
        sample: Vec<usize>,
    },
    /// A sample has another number of channels.
    SampleChannels {
        /// The axis of the channels in an input.
        axis: usize,
        /// How many channels the activation is made for.
        channels: usize,
        /// The shape of a sample.
        sample: Vec<usize>,
    },
    /// The input is not a batch of samples of the shape that the activation was made for.
    Sample {
        /// The shape of a sample.
        sample: Vec<usize>,
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// The padding has another shape than the positions of the input.
    Padding {
        /// The shape of the positions.
        expected: Vec<usize>,
        /// The shape of the padding.
        padding: Vec<usize>,
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// Padding is given where a parameter is per element.
    PaddingPerElement {
        /// The activation.
        activation: String,
    },
    /// Padding is given to an activation with a second input.
    PaddingGated {
        /// The activation.
        activation: String,
    },
    /// Padding is given for an input of one axis, which is a single position.
    PaddingRank {
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// An activation has no gain.
    Gain {
        /// The activation.
        activation: String,
    },
    /// An activation of Burn has no formula here.
    NotConverted {
        /// The name of its kind.
        activation: String,
    },
    /// A parameter is given another number of values.
    Values {
        /// The parameter.
        parameter: String,
        /// How many values it has.
        expected: usize,
        /// How many were given.
        found: usize,
    },
    /// A parameter that is reparametrised is given a value on its bound, which it cannot reach.
    OnBound {
        /// The parameter.
        parameter: String,
        /// The value.
        value: f64,
        /// Where values must lie.
        constraint: Constraint,
    },
    /// An activation has no parameter of that name.
    Parameter {
        /// The activation.
        activation: String,
        /// The name.
        parameter: String,
        /// The names of its learnable parameters.
        known: Vec<String>,
    },
    /// Replicas returned something else than moments of each channel.
    Replicas {
        /// How many channels there are.
        channels: usize,
        /// How many moments were returned.
        found: usize,
    },
    /// Replicas returned moments of different numbers of elements for the channels of one tensor.
    ReplicaCounts {
        /// The count of the first channel, and another one.
        counts: [f64; 2],
    },
    /// A penalty was made of a module without this parameter.
    TargetMissing {
        /// The path of the parameter in the module that is penalised.
        parameter: String,
        /// The paths of those in the module that the penalty was made of.
        known: Vec<String>,
    },
    /// A penalty was made of a module in which this parameter has another number of values.
    TargetLength {
        /// The path of the parameter.
        parameter: String,
        /// How many values it has.
        expected: usize,
        /// How many it had there.
        found: usize,
    },
    /// The momentum of the running statistics is not between 0 and 1.
    Momentum(Momentum),
    /// The input has no such axis.
    Axis {
        /// The axis of the channels; negative ones count from the end.
        axis: isize,
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// The input has another number of channels.
    Channels {
        /// The axis of the channels in this input.
        axis: usize,
        /// How many channels the activation was made for.
        expected: usize,
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// The formula uses `gate`, and none was given.
    GateMissing {
        /// The activation.
        activation: String,
    },
    /// A gate was given to a formula that does not use one.
    GateUnused {
        /// The activation.
        activation: String,
    },
    /// The gate has another shape than the input.
    GateShape {
        /// The shape of the input.
        input: Vec<usize>,
        /// The shape of the gate.
        gate: Vec<usize>,
    },
    /// The input has no axis to be taken along.
    AlongAxis {
        /// What is taken along an axis.
        function: &'static str,
        /// The axis; negative ones count from the end.
        axis: isize,
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// The input has no axis to be split along.
    SplitAxis {
        /// The activation.
        activation: String,
        /// The axis; negative ones count from the end.
        axis: isize,
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// The input cannot be halved.
    SplitWidth {
        /// The activation.
        activation: String,
        /// The axis, counted from the first.
        axis: usize,
        /// The shape of the input.
        shape: Vec<usize>,
    },
    /// A layer cannot be built of such a number.
    LayerSetting {
        /// The layer.
        layer: &'static str,
        /// The name of the setting.
        setting: &'static str,
        /// What it was.
        value: usize,
        /// What it must be.
        expected: &'static str,
    },
    /// A layer cannot be built of a number that is not finite.
    LayerNumber {
        /// The layer.
        layer: &'static str,
        /// The name of the setting.
        setting: &'static str,
        /// What it was.
        value: f64,
    },
    /// The input of a layer has another width.
    LayerWidth {
        /// The layer.
        layer: &'static str,
        /// The axis on which its channels, or inputs, lie.
        axis: usize,
        /// How many the layer was made for.
        expected: usize,
        /// The shape of the input.
        shape: Vec<usize>,
    },
}

impl fmt::Display for Error {
    #[allow(clippy::too_many_lines, reason = "one message for each error")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Activation(error) => write!(f, "{error}"),
            Error::ChannelsMissing { activation, reason } => write!(
                f,
                "`{activation}` needs the number of channels, because {reason}\n  help: give it \
                 with `with_channels`, or share one value with `shared`",
            ),
            Error::Groups { parameter, groups, channels } => write!(
                f,
                "`{parameter}` has one value for each of {groups} groups, and {channels} channels \
                 cannot be split into so many equal ones\n  help: choose a number of groups that \
                 divides {channels}",
            ),
            Error::Fixed { parameter, granularity } => write!(
                f,
                "`{parameter}` is a setting and has one value, not one {granularity}\n  help: set it \
                 with `with_parameter`",
            ),
            Error::SampleMissing { activation, parameter } => write!(
                f,
                "`{activation}` needs the shape of a sample, because `{parameter}` has one value per \
                 element\n  help: give the input's shape without its first axis with `with_sample`",
            ),
            Error::SampleAxis { axis, sample } => write!(
                f,
                "the channels are on axis {axis} of the input, and samples of shape {sample:?} have \
                 axes 1 to {} of it\n  help: choose the axis with `with_channel_axis`; -1 is the last \
                 one",
                sample.len(),
            ),
            Error::SampleChannels { axis, channels, sample } => write!(
                f,
                "expected {channels} channels on axis {axis} of the input, and samples of shape \
                 {sample:?} have {}\n  help: make `with_channels` and `with_sample` agree",
                sample.get(axis.wrapping_sub(1)).copied().unwrap_or(0),
            ),
            Error::Sample { sample, shape } => write!(
                f,
                "expected a batch of samples of shape {sample:?}, because a parameter has one value \
                 per element, and the input has the shape {shape:?}",
            ),
            Error::Padding { expected, padding, shape } => write!(
                f,
                "expected a padding of shape {expected:?}, one for each position of the input of shape \
                 {shape:?}, and it has the shape {padding:?}\n  help: it has the input's shape without \
                 the axis of the channels; `with_channel_axis(-1)` if channels come last",
            ),
            Error::PaddingPerElement { activation } => write!(
                f,
                "`{activation}` takes no padding, because a parameter has one value per element\n  \
                 help: share its values, or give it one per channel",
            ),
            Error::PaddingGated { activation } => write!(
                f,
                "`{activation}` takes a second input, and padding is for activations of one\n  help: \
                 select the positions that are no padding, and call `forward_gated(x, gate)` with them",
            ),
            Error::PaddingRank { shape } => write!(
                f,
                "the input of shape {shape:?} is one position, and takes no padding\n  help: give it an \
                 axis for the batch, as `x.unsqueeze::<2>()` does",
            ),
            Error::Gain { activation } => write!(
                f,
                "`{activation}` has no gain, because its outputs for normal inputs have the second \
                 moment 0 or none\n  help: choose an initialiser by hand",
            ),
            Error::NotConverted { activation } if activation == "SwiGlu" => write!(
                f,
                "there is no formula for Burn's `SwiGlu`, which holds two layers\n  help: take `swiglu` \
                 behind two of your own: `forward_gated(outer, inner)`",
            ),
            Error::NotConverted { activation } => write!(
                f,
                "there is no formula for Burn's `{activation}`\n  help: write it as one, and give that \
                 to `ActivationConfig::new`",
            ),
            Error::Values { parameter, expected, found } => {
                write!(f, "`{parameter}` has {expected} values, and {found} were given")
            }
            Error::OnBound { parameter, value, constraint } => write!(
                f,
                "`{parameter}` cannot be {value}, because it is reparametrised and declared \
                 `{constraint}`\n  help: choose a value inside the bounds, or leave out \
                 `reparametrised`",
            ),
            Error::Parameter { activation, parameter, known } => {
                let known = known.join("`, `");
                write!(f, "`{activation}` has no learnable parameter `{parameter}`")?;
                if !known.is_empty() {
                    write!(f, "\n  help: it has `{known}`")?;
                }
                Ok(())
            }
            Error::Replicas { channels, found } => write!(
                f,
                "the replicas returned moments of {found} channels, and there are {channels}\n  help: \
                 `Replicas::merged` returns as many as it is given",
            ),
            Error::ReplicaCounts { counts: [first, other] } => write!(
                f,
                "the replicas returned moments of {first} elements for one channel and of {other} for \
                 another\n  help: the counts that `Replicas::merged` returns are all the same",
            ),
            Error::TargetMissing { parameter, known } => {
                write!(f, "the penalty has no target for `{parameter}`")?;
                if !known.is_empty() {
                    write!(f, ", but for `{}`", known.join("`, `"))?;
                }
                write!(
                    f,
                    "\n  help: give `Penalty::towards` a module of the same structure as the one that \
                     is penalised",
                )
            }
            Error::TargetLength { parameter, expected, found } => write!(
                f,
                "`{parameter}` has {expected} values, and its target in the penalty has {found}\n  help: \
                 give `Penalty::towards` a module of the same structure as the one that is penalised",
            ),
            Error::Momentum(momentum) => {
                let (weight, of) = match momentum {
                    Momentum::OfNew(weight) => (weight, "new"),
                    Momentum::OfOld(weight) => (weight, "old"),
                };
                write!(
                    f,
                    "the momentum, the weight of the {of} value, is {weight}\n  help: it lies \
                     between 0 and 1"
                )
            }
            Error::Axis { axis, shape } => write!(
                f,
                "the channels are on axis {axis}, and the input of shape {shape:?} has no such \
                 axis\n  help: choose the axis with `with_channel_axis`; -1 is the last one",
            ),
            Error::Channels { axis, expected, shape } => {
                write!(
                    f,
                    "expected {expected} channels on axis {axis}, and the input of shape {shape:?} has \
                     {}",
                    shape.get(*axis).copied().unwrap_or(0),
                )?;
                // Channels are last more often than first.
                match shape.iter().rposition(|size| size == expected) {
                    Some(other) => write!(
                        f,
                        "\n  help: axis {other} has {expected}: `with_channel_axis({other})`"
                    ),
                    None => Ok(()),
                }
            }
            Error::GateMissing { activation } => write!(
                f,
                "`{activation}` takes a second input\n  help: call `forward_gated(x, gate)`, or \
                 `forward_split(x)` if x holds both halves",
            ),
            Error::GateUnused { activation } => {
                write!(f, "`{activation}` takes no second input\n  help: call `forward(x)`")
            }
            Error::GateShape { input, gate } => {
                write!(f, "the gate has the shape {gate:?}, and the input {input:?}: give them one")
            }
            Error::AlongAxis { function, axis, shape } => write!(
                f,
                "`{function}` is taken along axis {axis}, and the input of shape {shape:?} has no such \
                 axis\n  help: its axes are 0 to {}, and -1 is the last",
                shape.len().saturating_sub(1),
            ),
            Error::SplitAxis { activation, axis, shape } => write!(
                f,
                "`{activation}` halves its input along axis {axis}, and the input of shape {shape:?} has \
                 no such axis\n  help: choose the axis with `with_split_axis`; -1 is the last one",
            ),
            Error::SplitWidth { activation, axis, shape } => write!(
                f,
                "`{activation}` halves its input along axis {axis}, where the input of shape {shape:?} has \
                 {} elements, an odd number\n  help: let the layer before it give twice the width that is \
                 wanted behind it, or choose another axis with `with_split_axis`",
                shape.get(*axis).copied().unwrap_or(0),
            ),
            Error::LayerSetting { layer, setting, value, expected } => {
                write!(f, "`{layer}` cannot have `{setting}` = {value}\n  help: give it {expected}")
            }
            Error::LayerNumber { layer, setting, value } => write!(
                f,
                "`{layer}` cannot have `{setting}` = {value}\n  help: give it a finite number",
            ),
            Error::LayerWidth { layer, axis, expected, shape } => match shape.get(*axis) {
                Some(found) => write!(
                    f,
                    "`{layer}` was made for {expected} elements along axis {axis}, and the input of shape \
                     {shape:?} has {found}\n  help: configure it for {found}, or move the axis that has \
                     {expected} there",
                ),
                None => write!(
                    f,
                    "`{layer}` was made for {expected} channels on axis {axis}, and the input of shape \
                     {shape:?} has no such axis\n  help: give the input an axis for the batch, as \
                     `x.unsqueeze::<2>()` does",
                ),
            },
        }
    }
}

impl Error {
    pub(crate) fn no_axis(function: &'static str, axis: isize, shape: &[usize]) -> Self {
        Error::AlongAxis { function, axis, shape: shape.to_vec() }
    }

    pub(crate) fn on_bound(known: &Parameter, value: f64) -> Self {
        Error::OnBound { parameter: known.name.clone(), value, constraint: known.constraint }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Activation(error) => Some(error),
            _ => None,
        }
    }
}

impl From<ogive::Error> for Error {
    fn from(error: ogive::Error) -> Self {
        Error::Activation(error)
    }
}
