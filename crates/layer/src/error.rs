//! What can be wrong with an activation's configuration or with its input.

mod message;

use ogive::formula::{Constraint, Granularity, Parameter};

use crate::following::Momentum;

/// Why an activation cannot be built, or cannot take an input.
///
/// ```
/// let error = ogive_layer::Settings::new("prelu").plan().unwrap_err();
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

impl Error {
    /// For a value that a reparametrised parameter cannot have.
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
