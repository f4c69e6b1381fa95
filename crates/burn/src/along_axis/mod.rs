//! What is a function of all elements along an axis: softmax, its logarithm and softmin.

mod composed;
mod differentiable;
mod native;
mod operation;

use burn::backend::Dispatch;
use burn::module::Module;
use burn::tensor::Tensor;
use ogive_layer::counted_from_first;

use crate::Error;
pub use operation::{AlongAxis, AxisBackend, AxisFunction};

/// From rows of page, type, name in the catalogue and function.
macro_rules! modules {
    ($($(#[doc = $page:literal])+ $type:ident $name:literal $slices:literal;)+) => {$(
        $(#[doc = $page])+
        ///
        /// * **Input**: any rank from 1, any float dtype; the result has the shape and dtype of the input.
        ///   An axis without elements gives an empty result.
        /// * **Numbers**: on the CPU backend `Flex` these are Ogive's own functions of slices,
        #[doc = concat!("  [`ogive::", $slices, "`] and its backward function, computed in f64 and rounded")]
        ///   once. Elsewhere they are composed of the backend's own operations.
        /// * **Infinities**: elements that are -∞ (those that a mask takes out) have the share 0 and no
        ///   gradient, where not the whole line is. A line with NaN or +∞, or of nothing but -∞, is NaN; for
        ///   `Softmin` the other way round.
        #[derive(Module, Debug)]
        pub struct $type {
            axis: isize,
        }

        impl $type {
            /// The name in the catalogue.
            pub const NAME: &'static str = $name;

            /// Along this axis; negative ones count from the end, -1 is the last.
            pub fn new(axis: isize) -> Self {
                $type { axis }
            }

            /// The result, of the shape of `x`.
            ///
            /// # Panics
            /// Where [`try_forward`](Self::try_forward) gives an error, with its message.
            pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
                self.try_forward(x).unwrap_or_else(|error| panic!("{}: {error}", Self::NAME))
            }

            /// The same as [`forward`](Self::forward).
            ///
            /// # Errors
            /// If `x` has no such axis.
            pub fn try_forward<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, Error> {
                let shape = x.dims();
                let Some(axis) = counted_from_first(self.axis, D) else {
                    let (function, axis, shape) = (Self::NAME, self.axis, shape.to_vec());
                    return Err(ogive_layer::Error::AlongAxis { function, axis, shape }.into());
                };
                if shape.contains(&0) {
                    return Ok(x);
                }
                let along = AlongAxis { function: AxisFunction::$type, axis };
                Ok(Tensor::from_dispatch(Dispatch::along_axis(x.into_dispatch(), along)))
            }
        }

        impl Default for $type {
            /// Along the last axis.
            fn default() -> Self {
                $type::new(-1)
            }
        }
    )+};
}

modules! {
    /// Numbers to probabilities along an axis, `e^x / Σ e^x`: positive, of sum 1, the order kept. The
    /// largest is subtracted first, so nothing overflows.
    ///
    /// Bridle 1990, Neurocomputing (NATO ASI F 68).
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use ogive_burn::Softmax;
    ///
    /// let scores = Tensor::<2>::from_floats([[0.0, 0.0], [1e30, 0.0]], &Device::flex());
    /// let shares = Softmax::new(-1).forward(scores).to_data();
    /// assert_eq!(shares.try_into_vec::<f32>().unwrap(), [0.5, 0.5, 1.0, 0.0]);
    /// ```
    Softmax "softmax" "softmax";

    /// The logarithm of [`Softmax`] along an axis, `x - log Σ e^x`, for losses: it keeps the digits that the
    /// logarithm of a probability near 1 would lose, and probabilities that a float does not hold.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use ogive_burn::LogSoftmax;
    ///
    /// let scores = Tensor::<1>::from_floats([0.0, -1000.0], &Device::flex());
    /// let logarithms = LogSoftmax::new(0).forward(scores).to_data();
    /// assert_eq!(logarithms.try_into_vec::<f32>().unwrap(), [0.0, -1000.0]);
    /// ```
    LogSoftmax "log_softmax" "log_softmax";

    /// [`Softmax`] of -x along an axis: the smallest number gets the largest probability.
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use ogive_burn::Softmin;
    ///
    /// let distances = Tensor::<1>::from_floats([0.0, 1000.0], &Device::flex());
    /// let shares = Softmin::default().forward(distances).to_data();
    /// assert_eq!(shares.try_into_vec::<f32>().unwrap(), [1.0, 0.0]);
    /// ```
    Softmin "softmin" "softmin";
}
