//! Gated activations of one tensor that holds both halves.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::module::{Activation, counted_from_first};
use crate::{ActivationConfig, Error};

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
    axis: isize,
    gate: GateHalf,
}

impl Default for Split {
    fn default() -> Self {
        Split { axis: -1, gate: GateHalf::default() }
    }
}

impl ActivationConfig {
    /// Along which axis [`forward_split`](Activation::forward_split) halves its input. Default: -1, the
    /// last; negative axes count from the end.
    #[must_use]
    pub fn with_split_axis(mut self, axis: isize) -> Self {
        self.split.axis = axis;
        self
    }

    /// Which half is the gate in [`forward_split`](Activation::forward_split). Default: the second.
    #[must_use]
    pub fn with_gate_half(mut self, half: GateHalf) -> Self {
        self.split.gate = half;
        self
    }
}

impl Activation {
    /// The same as [`try_forward_split`](Self::try_forward_split).
    ///
    /// # Panics
    /// Where that gives an error, with its message.
    pub fn forward_split<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.try_forward_split(x).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    /// The activation of a formula with a second input, such as `swiglu`, of one tensor that holds both: the
    /// result has half the width along the axis of [`with_split_axis`](ActivationConfig::with_split_axis),
    /// by default the last, and [`with_gate_half`](ActivationConfig::with_gate_half) says which half is the
    /// gate. Where the formula has parameters per channel, the channels are those of a half.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use ogive_burn::{GateHalf, Reglu};
    ///
    /// let device = Device::flex();
    /// let x = Tensor::<2>::from_floats([[1.0, 2.0, -3.0, 4.0]], &device);
    /// let second = Reglu::new().init(&device)?;
    /// let y = second.try_forward_split(x.clone())?.to_data();
    /// assert_eq!(y.try_into_vec::<f32>().unwrap(), [0.0, 8.0]);
    ///
    /// let first = Reglu::new().config().with_gate_half(GateHalf::First).init(&device)?;
    /// let y = first.try_forward_split(x)?.to_data();
    /// assert_eq!(y.try_into_vec::<f32>().unwrap(), [-3.0, 8.0]);
    /// # Ok::<(), ogive_burn::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the formula does not use `gate`; if `x` has no such axis, or an odd number of elements along it;
    /// and as [`try_forward`](Self::try_forward) of a half.
    pub fn try_forward_split<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, Error> {
        let name = || self.name().to_owned();
        if !self.plan().activation().has_gate() {
            return Err(Error::GateUnused { activation: name() });
        }
        let (shape, given) = (x.dims(), self.split.axis);
        let Some(axis) = counted_from_first(given, D) else {
            let shape = shape.to_vec();
            return Err(Error::SplitAxis { activation: name(), axis: given, shape });
        };
        if !shape[axis].is_multiple_of(2) {
            return Err(Error::SplitWidth { activation: name(), axis, shape: shape.to_vec() });
        }
        let width = shape[axis] / 2;
        // Nothing can be cut from an axis without elements, and both halves are empty too.
        let [first, second] = match width {
            0 => [x.clone(), x],
            _ => [x.clone().narrow(axis, 0, width), x.narrow(axis, width, width)],
        };
        match self.split.gate {
            GateHalf::First => self.try_forward_gated(second, first),
            GateHalf::Second => self.try_forward_gated(first, second),
        }
    }
}
