//! Gated activations of one tensor that holds both halves.

use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::{Error, counted_from_first};

/// Which half of a split input is the gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum GateHalf {
    /// The first half: `y = act(first)·second`, as fused layers of language models have it.
    First,
    /// The second half: `y = first·act(second)`, as PyTorch's and JAX's `glu` have it.
    #[default]
    Second,
}

/// How an input is split: along which axis, and which half gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Split {
    pub(crate) axis: isize,
    pub(crate) gate: GateHalf,
}

impl Default for Split {
    fn default() -> Self {
        Split { axis: -1, gate: GateHalf::default() }
    }
}

impl Plan {
    /// The axis along which an input of this shape is halved, how many elements a half has along it, and
    /// which half is the gate.
    ///
    /// # Errors
    /// If the formula does not use `gate`, or the input has no such axis or an odd number of elements along
    /// it.
    pub fn halves(&self, shape: &[usize]) -> Result<(usize, usize, GateHalf), Error> {
        let activation = || self.activation().name().to_owned();
        if !self.activation().has_gate() {
            return Err(Error::GateUnused { activation: activation() });
        }
        let Some(axis) = counted_from_first(self.split.axis, shape.len()) else {
            let (axis, shape) = (self.split.axis, shape.to_vec());
            return Err(Error::SplitAxis { activation: activation(), axis, shape });
        };
        if !shape[axis].is_multiple_of(2) {
            return Err(Error::SplitWidth {
                activation: activation(),
                axis,
                shape: shape.to_vec(),
            });
        }
        Ok((axis, shape[axis] / 2, self.split.gate))
    }
}
