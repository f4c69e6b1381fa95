//! Padded positions, which count for nothing.

use burn::tensor::{Bool, IndexingUpdateOp, Int, Tensor};

use crate::Error;
use crate::module::Activation;

impl Activation {
    /// The same as [`try_forward_padded`](Self::try_forward_padded).
    ///
    /// # Panics
    /// Where that gives an error, with its message.
    pub fn forward_padded<const D: usize, const P: usize>(
        &self,
        x: Tensor<D>,
        padding: Tensor<P, Bool>,
    ) -> Tensor<D> {
        self.try_forward_padded(x, padding)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    /// The activation of the positions that are not padding, and 0 at those that are.
    ///
    /// A position is all channels in one place: `padding` has the shape of `x` without its channel axis,
    /// and is true where `x` was filled up, as in Burn's `mask_pad`. For `x` of shape `[batch,
    /// channels]` that is `[batch]`; for `[batch, time, channels]`, with the channels on axis -1, it is
    /// `[batch, time]`. Padded positions, whatever they hold, count neither in the statistics nor in any
    /// gradient, do not move running statistics, and get the gradient 0. Where all is padding the batch
    /// is empty.
    ///
    /// ```
    /// use burn::tensor::{Bool, Device, Tensor};
    /// use ogive_burn::ActivationConfig;
    ///
    /// let device = Device::flex().autodiff();
    /// let dice = ActivationConfig::new("dice").with_channels(2).with_channel_axis(-1).init(&device)?;
    /// // Two sequences, of two steps and of one.
    /// let x = Tensor::<3>::from_floats(
    ///     [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [f32::NAN, 0.0]]],
    ///     &device,
    /// );
    /// let padding = Tensor::<2, Bool>::from_bool([[false, false], [false, true]], &device);
    /// let y = dice.try_forward_padded(x, padding)?;
    /// assert_eq!(y.slice([1..2, 1..2]).to_data().try_into_vec::<f32>().unwrap(), [0.0, 0.0]);
    /// # Ok::<(), ogive_burn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`try_forward`](Self::try_forward), and if `padding` has another shape, `x` has rank 1 and so
    /// only one position, or a parameter has one value per element.
    pub fn try_forward_padded<const D: usize, const P: usize>(
        &self,
        x: Tensor<D>,
        padding: Tensor<P, Bool>,
    ) -> Result<Tensor<D>, Error> {
        let shape = x.dims();
        // All checks of the shape before anything is computed.
        let axis = self.plan.check_padding(&shape, &padding.dims())?;

        let (channels, positions) = (shape[axis], padding.dims().iter().product::<usize>());
        let last = x.movedim(axis, D - 1);
        let moved = last.dims();
        let rows: Tensor<2> = last.reshape([positions, channels]);
        let kept: Tensor<1, Bool> = padding.reshape([positions]).bool_not();
        let places: Tensor<2, Int> = kept.argwhere();
        let [count, _] = places.dims();
        let places: Tensor<1, Int> = places.reshape([count]);
        let result = if count == 0 {
            // An empty selection is no index. The sum is 0; it keeps the pass in the graph, so that
            // replicas get their answer on the way back, and x its gradient 0.
            let none = self.compute(rows.clone().slice([0..0, 0..channels]), None, 1)?;
            let all = Tensor::full([positions, channels], true, &rows.device());
            rows.mask_fill(all, 0.0).add(none.sum().reshape([1, 1]))
        } else {
            let zeros = rows.zeros_like();
            let kept = self.compute(rows.select(0, places.clone()), None, 1)?;
            zeros.select_assign(0, places, kept, IndexingUpdateOp::Add)
        };
        Ok(result.reshape(moved).movedim(D - 1, axis))
    }
}
