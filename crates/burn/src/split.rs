//! Gated activations of one tensor that holds both halves.

use burn::tensor::Tensor;
use ogive_layer::GateHalf;

use crate::Error;
use crate::module::Activation;

impl Activation {
    /// The same as [`try_forward_split`](Self::try_forward_split).
    ///
    /// # Panics
    /// Where that gives an error, with its message.
    pub fn forward_split<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.try_forward_split(x).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    /// The activation of a formula with a second input, such as `swiglu`, of one tensor that holds both: the
    /// result has half the width along the axis of [`with_split_axis`](crate::ActivationConfig::with_split_axis),
    /// by default the last, and [`with_gate_half`](crate::ActivationConfig::with_gate_half) says which half is the
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
        let (axis, width, gate) = self.plan.halves(&x.dims())?;
        // Nothing can be cut from an axis without elements, and both halves are empty too.
        let [first, second] = match width {
            0 => [x.clone(), x],
            _ => [x.clone().narrow(axis, 0, width), x.narrow(axis, width, width)],
        };
        match gate {
            GateHalf::First => self.try_forward_gated(second, first),
            GateHalf::Second => self.try_forward_gated(first, second),
        }
    }
}
