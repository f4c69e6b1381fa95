//! What can be wrong with an activation's configuration or with its input.

use std::fmt;

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
    /// The momentum of the running statistics is not between 0 and 1.
    Momentum(f64),
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
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Activation(error) => write!(f, "{error}"),
            Error::ChannelsMissing { activation, reason } => write!(
                f,
                "`{activation}` needs the number of channels, because {reason}\n  help: give it \
                 with `with_channels`, or share one value with `shared`",
            ),
            Error::Momentum(momentum) => {
                write!(f, "the momentum is {momentum}\n  help: it lies between 0 and 1")
            }
            Error::Axis { axis, shape } => write!(
                f,
                "the channels are on axis {axis}, and the input of shape {shape:?} has no such \
                 axis\n  help: choose the axis with `with_channel_axis`; -1 is the last one",
            ),
            Error::Channels { axis, expected, shape } => write!(
                f,
                "expected {expected} channels on axis {axis}, and the input of shape {shape:?} has \
                 {}",
                shape.get(*axis).copied().unwrap_or(0),
            ),
            Error::GateMissing { activation } => write!(
                f,
                "`{activation}` takes a second input\n  help: call `forward_gated(x, gate)`",
            ),
            Error::GateUnused { activation } => {
                write!(f, "`{activation}` takes no second input\n  help: call `forward(x)`")
            }
            Error::GateShape { input, gate } => {
                write!(f, "the gate has the shape {gate:?}, and the input {input:?}: give them one")
            }
        }
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
