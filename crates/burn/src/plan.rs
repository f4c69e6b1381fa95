//! What an operation must know beside its tensors.

use std::sync::{Arc, OnceLock};

use burn::tensor::Shape;
use ogive::Layout;
use ogive::formula::{Granularity, Parameter};

use crate::composed::reach::Reach;

/// One activation of a network, without its learned values: shared by all its calls.
#[derive(Debug)]
pub struct Plan {
    activation: ogive::Activation,
    parameters: Vec<Parameter>,
    channels: usize,
    // Only the composed form asks.
    reach: OnceLock<Reach>,
}

impl Plan {
    /// A plan whose parameters are those of `activation`, perhaps with another initial value or
    /// granularity. `channels` is 1 where nothing is per channel.
    pub(crate) fn new(
        activation: ogive::Activation,
        parameters: Vec<Parameter>,
        channels: usize,
    ) -> Self {
        Plan { activation, parameters, channels, reach: OnceLock::new() }
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

    /// Whether some value differs from channel to channel.
    pub fn sees_channels(&self) -> bool {
        self.activation.has_statistics() || self.learnable().any(|(_, known)| is_per_channel(known))
    }

    /// The learnable parameters with their places in the formula's list.
    pub fn learnable(&self) -> impl Iterator<Item = (usize, &Parameter)> {
        self.parameters.iter().enumerate().filter(|(_, known)| known.learnable)
    }

    /// How many values a learnable parameter has.
    pub fn width(&self, parameter: &Parameter) -> usize {
        if is_per_channel(parameter) { self.channels } else { 1 }
    }

    /// How many values all learnable parameters have together.
    pub fn packed_width(&self) -> usize {
        self.learnable().map(|(_, known)| self.width(known)).sum()
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
                    let (mine, rest) = packed.split_at(self.width(known));
                    packed = rest;
                    mine.to_vec()
                } else {
                    vec![known.initial]
                }
            })
            .collect()
    }
}

/// Whether there is one value for each channel.
pub(crate) fn is_per_channel(parameter: &Parameter) -> bool {
    parameter.granularity == Granularity::PerChannel
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
}

impl Site {
    /// How the channels lie in a contiguous tensor of this shape.
    pub fn layout(&self, shape: &Shape) -> Layout {
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
}
