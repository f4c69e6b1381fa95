//! Gated activations of one tensor that holds both halves.

use candle_core::{Result, Tensor};
use ogive_layer::GateHalf;

use crate::error::wrapped;
use crate::module::Activation;

impl Activation {
    /// The activation of a formula with a second input, such as `swiglu`, of one tensor that holds both: the
    /// result has half the width along the axis of `with_split_axis`, by default the last, and
    /// `with_gate_half` says which half is the gate. Where the formula has parameters per channel, the
    /// channels are those of a half.
    ///
    /// ```
    /// use candle_core::{DType, Device, Tensor};
    /// use candle_nn::VarBuilder;
    /// use ogive_candle::{GateHalf, Reglu};
    ///
    /// let vb = VarBuilder::zeros(DType::F32, &Device::Cpu);
    /// let x = Tensor::new(&[[1.0f32, 2.0, -3.0, 4.0]], &Device::Cpu)?;
    /// let second = Reglu::new().init(vb.clone())?;
    /// assert_eq!(second.forward_split(&x, false)?.to_vec2::<f32>()?, [[0.0, 8.0]]);
    ///
    /// let first = Reglu::new().config().with_gate_half(GateHalf::First).init(vb)?;
    /// assert_eq!(first.forward_split(&x, false)?.to_vec2::<f32>()?, [[-3.0, 8.0]]);
    /// # Ok::<(), candle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the formula does not use `gate`; if `x` has no such axis, or an odd number of elements along it;
    /// and as [`forward`](Self::forward) of a half.
    pub fn forward_split(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let (axis, width, gate) = self.plan.halves(x.dims()).map_err(wrapped)?;
        let (first, second) = (x.narrow(axis, 0, width)?, x.narrow(axis, width, width)?);
        match gate {
            GateHalf::First => self.forward_gated(&second, &first, train),
            GateHalf::Second => self.forward_gated(&first, &second, train),
        }
    }
}
