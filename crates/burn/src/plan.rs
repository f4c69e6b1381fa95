//! What an operation must know beside its tensors.

use std::sync::{Arc, OnceLock};

use burn::tensor::Shape;
use ogive::Layout;
use ogive::formula::{Constraint, Granularity, Parameter};

use crate::composed::reach::Reach;
use crate::replicas::Shared;

/// One activation of a network, without its learned values: shared by all its calls.
#[derive(Debug)]
pub struct Plan {
    activation: ogive::Activation,
    parameters: Vec<Parameter>,
    channels: usize,
    sample: Option<Vec<usize>>,
    reparametrised: bool,
    // Only the composed form asks.
    reach: OnceLock<Reach>,
}

impl Plan {
    /// A plan whose parameters are those of `activation`, perhaps with another initial value or
    /// granularity. `channels` is 1 where nothing is per channel; `sample` is the shape of a sample
    /// where something is per element.
    pub(crate) fn new(
        activation: ogive::Activation,
        parameters: Vec<Parameter>,
        channels: usize,
        sample: Option<Vec<usize>>,
    ) -> Self {
        let reach = OnceLock::new();
        Plan { activation, parameters, channels, sample, reparametrised: false, reach }
    }

    /// The same with constraints that hold by the way values are computed.
    pub(crate) fn reparametrised(self, reparametrised: bool) -> Self {
        Plan { reparametrised, ..self }
    }

    /// How the values of a parameter follow from what the module keeps; free where they are that.
    pub(crate) fn form(&self, parameter: &Parameter) -> Constraint {
        if self.reparametrised { parameter.constraint } else { Constraint::Free }
    }

    /// The activation.
    pub fn activation(&self) -> &ogive::Activation {
        &self.activation
    }

    /// Its parameters as this network uses them.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many channels the input has; 1 where that is of no account.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The shape of a sample, that is, of an input without its first axis, where some parameter has a
    /// value for each element of it.
    pub fn sample(&self) -> Option<&[usize]> {
        self.sample.as_deref()
    }

    /// Whether some value differs from channel to channel.
    pub fn sees_channels(&self) -> bool {
        self.activation.has_statistics()
            || self.learnable().any(|(_, known)| differs_by_channel(known.granularity))
    }

    /// The learnable parameters with their places in the formula's list.
    pub fn learnable(&self) -> impl Iterator<Item = (usize, &Parameter)> {
        self.parameters.iter().enumerate().filter(|(_, known)| known.learnable)
    }

    /// How many values the module keeps of a learnable parameter.
    pub fn width(&self, parameter: &Parameter) -> usize {
        match parameter.granularity {
            Granularity::Shared => 1,
            Granularity::PerChannel => self.channels,
            Granularity::InGroups(groups) => groups,
            Granularity::PerElement => self.cells(),
        }
    }

    /// How many values the operation takes of a learnable parameter: one, or one for each cell.
    pub fn operand_width(&self, parameter: &Parameter) -> usize {
        if parameter.granularity == Granularity::Shared { 1 } else { self.cells() }
    }

    /// How many values all learnable parameters have together as the operation takes them.
    pub fn packed_width(&self) -> usize {
        self.learnable().map(|(_, known)| self.operand_width(known)).sum()
    }

    /// How many parts of an input may have values of their own: the elements of a sample where some
    /// parameter has a value for each, else the channels.
    pub fn cells(&self) -> usize {
        self.sample.as_ref().map_or(self.channels, |sample| sample.iter().product())
    }

    pub(crate) fn reach(&self) -> Reach {
        *self.reach.get_or_init(|| Reach::of(self.activation.formula(), &self.parameters))
    }

    /// The values of every parameter, fixed ones included, from the packed learnable ones.
    pub(crate) fn unpack(&self, mut packed: &[f64]) -> Vec<Vec<f64>> {
        self.parameters
            .iter()
            .map(|known| {
                if known.learnable {
                    let (mine, rest) = packed.split_at(self.operand_width(known));
                    packed = rest;
                    mine.to_vec()
                } else {
                    vec![known.initial]
                }
            })
            .collect()
    }
}

/// Whether the place of a value follows from the channel.
pub(crate) fn differs_by_channel(granularity: Granularity) -> bool {
    matches!(granularity, Granularity::PerChannel | Granularity::InGroups(_))
}

/// One call of a [`Plan`]: which axis of this input the channels are on, and what the statistics
/// are statistics of.
#[derive(Clone, Debug)]
pub struct Site {
    /// What is computed.
    pub plan: Arc<Plan>,
    /// The axis of the channels; `None` where nothing is per channel.
    pub axis: Option<usize>,
    /// Whether the statistics are those of this very input, so that the gradient flows through
    /// them; running statistics are constants.
    pub of_batch: bool,
    /// With whom the statistics are shared, where they are of more than this input.
    pub shared: Option<Shared>,
}

impl Site {
    /// How the cells of the plan lie in a contiguous tensor of this shape: its channels, or the
    /// elements of a sample.
    pub fn layout(&self, shape: &Shape) -> Layout {
        if self.plan.sample().is_some() {
            return Layout { outer: shape[0], channels: self.plan.cells(), inner: 1 };
        }
        self.channel_layout(shape)
    }

    /// How the channels lie in a contiguous tensor of this shape.
    pub fn channel_layout(&self, shape: &Shape) -> Layout {
        let size = |axes: std::ops::Range<usize>| axes.map(|axis| shape[axis]).product();
        let rank = shape.num_dims();
        match self.axis {
            Some(axis) => {
                Layout { outer: size(0..axis), channels: shape[axis], inner: size(axis + 1..rank) }
            }
            None => Layout { outer: 1, channels: 1, inner: size(0..rank) },
        }
    }

    /// The shape in which one value per channel meets a tensor of `rank` axes.
    pub(crate) fn channel_shape(&self, rank: usize, width: usize) -> Shape {
        Shape::from(
            (0..rank)
                .map(|axis| if Some(axis) == self.axis { width } else { 1 })
                .collect::<Vec<usize>>(),
        )
    }

    /// The shape in which the values of a parameter meet a tensor of `rank` axes.
    pub(crate) fn parameter_shape(&self, rank: usize, width: usize) -> Shape {
        match self.plan.sample() {
            Some(sample) if width == self.plan.cells() => Shape::from([&[1], sample].concat()),
            Some(_) => Shape::from(vec![1; rank]),
            None => self.channel_shape(rank, width),
        }
    }
}
