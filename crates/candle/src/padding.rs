//! Padded positions, which count for nothing.

use candle_core::{DType, Result, Tensor};

use crate::error::wrapped;
use crate::module::Activation;

impl Activation {
    /// The activation of the positions that are not padding, and 0 at those that are.
    ///
    /// A position is all channels in one place: `padding` has the shape of `x` without its channel axis,
    /// and is not 0 (of any dtype, `u8` as comparisons give it) where `x` was filled up. For `x` of shape
    /// `[batch, channels]` that is `[batch]`; for `[batch, time, channels]`, with the channels on axis -1,
    /// it is `[batch, time]`. Padded positions, whatever they hold, count neither in the statistics nor in
    /// any gradient, do not move running statistics, and get the gradient 0. Where all is padding the
    /// batch is empty.
    ///
    /// ```
    /// use candle_core::{DType, Device, Tensor};
    /// use candle_nn::{VarBuilder, VarMap};
    /// use ogive_candle::ActivationConfig;
    ///
    /// let variables = VarMap::new();
    /// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    /// let dice = ActivationConfig::new("dice").with_channels(2).with_channel_axis(-1).init(vb)?;
    /// // Two sequences, of two steps and of one.
    /// let x = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [f32::NAN, 0.0]]];
    /// let x = Tensor::new(&x, &Device::Cpu)?;
    /// let padding = Tensor::new(&[[0u8, 0], [0, 1]], &Device::Cpu)?;
    /// let y = dice.forward_padded(&x, &padding, true)?;
    /// assert_eq!(y.to_vec3::<f32>()?[1][1], [0.0, 0.0]);
    /// # Ok::<(), candle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and if `padding` has another shape, `x` has rank 1 and so only one
    /// position, or a parameter has one value per element.
    pub fn forward_padded(&self, x: &Tensor, padding: &Tensor, train: bool) -> Result<Tensor> {
        let axis = self.plan.check_padding(x.dims(), padding.dims()).map_err(wrapped)?;
        let last = x.rank() - 1;
        let order: Vec<usize> = (0..=last).filter(|place| *place != axis).chain([axis]).collect();
        let moved = x.permute(order)?;
        let (channels, positions) = (x.dim(axis)?, padding.elem_count());
        let rows = moved.reshape((positions, channels))?;
        let is_padding: Vec<f64> = padding.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
        let kept: Vec<u32> =
            (0..positions as u32).filter(|place| is_padding[*place as usize] == 0.0).collect();
        let count = kept.len();
        let kept = Tensor::from_vec(kept, count, x.device())?;
        let y = if count == 0 {
            // The pass stays in the graph, so that replicas get their answer on the way back.
            let none = self.compute(&rows.narrow(0, 0, 0)?, None, 1, train)?;
            let zeros = Tensor::zeros((positions, channels), x.dtype(), x.device())?;
            zeros.broadcast_add(&none.sum_all()?)?
        } else {
            let kept_rows = rows.index_select(&kept, 0)?;
            let y = self.compute(&kept_rows, None, 1, train)?;
            let zeros = Tensor::zeros((positions, channels), x.dtype(), x.device())?;
            zeros.index_add(&kept, &y, 0)?
        };
        let mut back: Vec<usize> = (0..last).collect();
        back.insert(axis, last);
        y.reshape(moved.dims())?.permute(back)
    }
}
