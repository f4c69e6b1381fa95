//! One call of an activation.

use std::sync::Arc;

use ogive::Layout;

use crate::Error;
use crate::plan::Plan;
use crate::replicas::Shared;

/// One call of a [`Plan`]: which axis of this input the channels are on, and what the statistics
/// are statistics of.
#[derive(Clone, Debug)]
#[non_exhaustive]
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

impl Plan {
    /// The call for an input of this shape.
    ///
    /// # Errors
    /// If the shape has no channel axis or another number of channels, or is not that of a batch of
    /// samples.
    pub fn site(self: &Arc<Self>, shape: &[usize], of_batch: bool) -> Result<Site, Error> {
        self.site_on(self.channel_axis, shape, of_batch)
    }

    /// The same for an input whose channels are on another axis than was configured.
    ///
    /// # Errors
    /// As [`site`](Self::site).
    pub fn site_on(
        self: &Arc<Self>,
        channel_axis: isize,
        shape: &[usize],
        of_batch: bool,
    ) -> Result<Site, Error> {
        if let Some(sample) = self.sample()
            && shape.get(1..) != Some(sample)
        {
            return Err(Error::Sample { sample: sample.to_vec(), shape: shape.to_vec() });
        }
        let axis = self.axis_in(channel_axis, shape)?;
        Ok(Site { plan: Arc::clone(self), axis, of_batch, shared: None })
    }

    /// The axis of the channels in an input of this shape, where there are such.
    fn axis_in(&self, axis: isize, shape: &[usize]) -> Result<Option<usize>, Error> {
        if !self.sees_channels() {
            return Ok(None);
        }
        let axis = axis_of(axis, shape)?;
        let expected = self.channels;
        if shape[axis] != expected {
            return Err(Error::Channels { axis, expected, shape: shape.to_vec() });
        }
        Ok(Some(axis))
    }

    /// Whether a gate is given where the formula takes one, and only there, and has the shape of the
    /// input.
    ///
    /// # Errors
    /// If not.
    pub fn check_gate(&self, shape: &[usize], gate: Option<&[usize]>) -> Result<(), Error> {
        let activation = || self.activation.name().to_owned();
        match gate {
            None if self.activation.has_gate() => {
                Err(Error::GateMissing { activation: activation() })
            }
            Some(_) if !self.activation.has_gate() => {
                Err(Error::GateUnused { activation: activation() })
            }
            Some(gate) if gate != shape => {
                Err(Error::GateShape { input: shape.to_vec(), gate: gate.to_vec() })
            }
            _ => Ok(()),
        }
    }

    /// The axis of the channels in an input that is given with padding of this shape.
    ///
    /// # Errors
    /// If the formula has a gate or a parameter per element; the input has rank 1, which is one position, or no
    /// such axis, or another number of channels; or the padding has not the shape of the input without
    /// that axis.
    pub fn check_padding(
        self: &Arc<Self>,
        shape: &[usize],
        padding: &[usize],
    ) -> Result<usize, Error> {
        let activation = || self.activation.name().to_owned();
        if self.activation.has_gate() {
            return Err(Error::PaddingGated { activation: activation() });
        }
        if self.sample.is_some() {
            return Err(Error::PaddingPerElement { activation: activation() });
        }
        if shape.len() == 1 {
            return Err(Error::PaddingRank { shape: shape.to_vec() });
        }
        let axis = axis_of(self.channel_axis, shape)?;
        let mut expected = shape.to_vec();
        expected.remove(axis);
        if padding != expected {
            let padding = padding.to_vec();
            return Err(Error::Padding { expected, padding, shape: shape.to_vec() });
        }
        self.site(shape, false)?;
        Ok(axis)
    }
}

/// An axis of a shape, counted from the first; 1 is the only one of rank 1.
///
/// # Errors
/// If there is no such axis.
pub fn axis_of(axis: isize, shape: &[usize]) -> Result<usize, Error> {
    let only = shape.len() == 1 && axis == 1;
    counted_from_first(if only { 0 } else { axis }, shape.len())
        .ok_or_else(|| Error::Axis { axis, shape: shape.to_vec() })
}

/// An axis of so many, counted from the first; negative ones are given from the end.
pub fn counted_from_first(axis: isize, rank: usize) -> Option<usize> {
    let counted = if axis < 0 { axis.checked_add_unsigned(rank)? } else { axis };
    usize::try_from(counted).ok().filter(|axis| *axis < rank)
}

impl Site {
    /// How the cells of the plan lie in a contiguous tensor of this shape: its channels, or the
    /// elements of a sample.
    pub fn layout(&self, shape: &[usize]) -> Layout {
        if self.plan.sample().is_some() {
            return Layout { outer: shape[0], channels: self.plan.cells(), inner: 1 };
        }
        self.channel_layout(shape)
    }

    /// How the channels lie in a contiguous tensor of this shape.
    pub fn channel_layout(&self, shape: &[usize]) -> Layout {
        match self.axis {
            Some(axis) => Layout {
                outer: shape[..axis].iter().product(),
                channels: shape[axis],
                inner: shape[axis + 1..].iter().product(),
            },
            None => Layout::flat(shape.iter().product()),
        }
    }

    /// The shape in which one value per channel meets a tensor of `rank` axes.
    pub fn channel_shape(&self, rank: usize, width: usize) -> Vec<usize> {
        (0..rank).map(|axis| if Some(axis) == self.axis { width } else { 1 }).collect()
    }

    /// The shape in which the values of a parameter meet a tensor of `rank` axes.
    pub fn parameter_shape(&self, rank: usize, width: usize) -> Vec<usize> {
        match self.plan.sample() {
            Some(sample) if width == self.plan.cells() => [&[1], sample].concat(),
            Some(_) => vec![1; rank],
            None => self.channel_shape(rank, width),
        }
    }
}
