//! What the errors say.

use std::fmt;

use super::Error;
use crate::following::Momentum;

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
                 select the positions that are no padding, and call `forward_gated` with them",
            ),
            Error::PaddingRank { shape } => write!(
                f,
                "the input of shape {shape:?} is one position, and takes no padding\n  help: give it an \
                 axis for the batch",
            ),
            Error::Gain { activation } => write!(
                f,
                "`{activation}` has no gain, because its outputs for normal inputs have the second \
                 moment 0 or none\n  help: choose an initialiser by hand",
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
                "`{activation}` takes a second input\n  help: call `forward_gated`, or \
                 `forward_split` if one tensor holds both halves",
            ),
            Error::GateUnused { activation } => {
                write!(f, "`{activation}` takes no second input\n  help: call `forward`")
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
                     {shape:?} has no such axis\n  help: give the input an axis for the batch",
                ),
            },
        }
    }
}
