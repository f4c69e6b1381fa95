//! What is a function of all elements along an axis: softmax, its logarithm and softmin.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp1, DType, Layout as Strides, Module, Result, Shape, Tensor};
use ogive::{Element, Layout};
use ogive_layer::{Error, counted_from_first};

use crate::error::wrapped;
use crate::operands::{Lane, by_type, contiguous, read, slice};

/// One of the functions, along an axis that is counted from the first.
#[derive(Clone, Copy, Debug)]
struct AlongAxis {
    function: Function,
    axis: usize,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Softmax,
    LogSoftmax,
    Softmin,
}

impl AlongAxis {
    fn layout(self, shape: &[usize]) -> Result<Layout> {
        Layout::of_shape(shape, self.axis).map_err(wrapped)
    }

    fn forward<T: Lane>(self, x: &CpuStorage, strides: &Strides) -> Result<(CpuStorage, Shape)> {
        let x = slice::<T>(x, strides)?;
        let layout = self.layout(strides.dims())?;
        let mut y = T::zeros(x.len());
        let done = match self.function {
            Function::Softmax => ogive::softmax(layout, x, &mut y),
            Function::LogSoftmax => ogive::log_softmax(layout, x, &mut y),
            Function::Softmin => ogive::softmin(layout, x, &mut y),
        };
        done.map_err(wrapped)?;
        Ok((T::to_cpu_storage_owned(y), strides.shape().clone()))
    }

    /// From the result of softmax or softmin.
    fn backward<T: Lane>(self, y: &Tensor, dy: &Tensor) -> Result<Tensor> {
        let layout = self.layout(y.dims())?;
        let mut dx = T::zeros(y.elem_count());
        let function = match self.function {
            Function::Softmin => ogive::softmin_backward::<T>,
            _ => ogive::softmax_backward::<T>,
        };
        read(y, |y: &[T]| read(dy, |dy: &[T]| function(layout, y, dy, &mut dx).map_err(wrapped)))?;
        Tensor::from_vec(dx, y.shape(), y.device())
    }

    /// From the input of the logarithm, whose result is computed again, in f64: rounded to less it lacks
    /// the digits of small shares.
    fn backward_of_logarithm(self, x: &Tensor, dy: &Tensor) -> Result<Tensor> {
        let layout = self.layout(x.dims())?;
        let (wide_x, wide_dy) = (x.to_dtype(DType::F64)?, dy.to_dtype(DType::F64)?);
        let mut y = f64::zeros(x.elem_count());
        read(&wide_x, |x| ogive::log_softmax(layout, x, &mut y).map_err(wrapped))?;
        let mut dx = f64::zeros(y.len());
        read(&wide_dy, |dy| ogive::log_softmax_backward(layout, &y, dy, &mut dx).map_err(wrapped))?;
        Tensor::from_vec(dx, x.shape(), x.device())?.to_dtype(x.dtype())
    }
}

impl CustomOp1 for AlongAxis {
    fn name(&self) -> &'static str {
        "ogive-along-axis"
    }

    fn cpu_fwd(&self, x: &CpuStorage, strides: &Strides) -> Result<(CpuStorage, Shape)> {
        by_type!(x.dtype(), "the input", T => self.forward::<T>(x, strides))
    }

    fn bwd(&self, x: &Tensor, y: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        let dy = dy.contiguous()?;
        if let Function::LogSoftmax = self.function {
            return self.backward_of_logarithm(x, &dy).map(Some);
        }
        by_type!(y.dtype(), "the input", T => self.backward::<T>(y, &dy)).map(Some)
    }
}

/// From rows of page, type and function.
macro_rules! modules {
    ($($(#[doc = $page:literal])+ $type:ident $name:literal;)+) => {$(
        $(#[doc = $page])+
        ///
        /// * **Input**: any rank from 1, f32, f64, bf16 or f16 on the CPU; the result has the shape and dtype
        ///   of the input. An axis without elements gives an empty result.
        /// * **Infinities**: elements that are -∞ (those that a mask takes out) have the share 0 and no
        ///   gradient, where not the whole line is. A line with NaN or +∞, or of nothing but -∞, is NaN; for
        ///   `Softmin` the other way round.
        #[derive(Clone, Copy, Debug)]
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
        }

        impl Default for $type {
            /// Along the last axis.
            fn default() -> Self {
                $type::new(-1)
            }
        }

        impl Module for $type {
            /// The result, of the shape of `x`; an error if `x` has no such axis, is on another device than
            /// the CPU or not of floating-point numbers.
            fn forward(&self, x: &Tensor) -> Result<Tensor> {
                let Some(axis) = counted_from_first(self.axis, x.rank()) else {
                    let (axis, shape) = (self.axis, x.dims().to_vec());
                    return Err(wrapped(Error::AlongAxis { function: $name, axis, shape }));
                };
                if x.elem_count() == 0 {
                    return Ok(x.clone());
                }
                contiguous(x)?.apply_op1(AlongAxis { function: Function::$type, axis })
            }
        }
    )+};
}

modules! {
    /// Numbers to probabilities along an axis, `e^x / Σ e^x`: positive, of sum 1, the order kept. The
    /// largest is subtracted first, so nothing overflows. Computed in f64 and rounded once.
    ///
    /// Bridle 1990, Neurocomputing (NATO ASI F 68).
    ///
    /// ```
    /// use candle_core::{Device, Module, Tensor};
    /// use ogive_candle::Softmax;
    ///
    /// let scores = Tensor::new(&[[0.0f32, 0.0], [1e30, 0.0]], &Device::Cpu)?;
    /// let shares = Softmax::new(-1).forward(&scores)?;
    /// assert_eq!(shares.to_vec2::<f32>()?, [[0.5, 0.5], [1.0, 0.0]]);
    /// # Ok::<(), candle_core::Error>(())
    /// ```
    Softmax "softmax";

    /// The logarithm of [`Softmax`] along an axis, `x - log Σ e^x`, for losses: it keeps the digits that the
    /// logarithm of a probability near 1 would lose, and probabilities that a float does not hold.
    ///
    /// ```
    /// use candle_core::{Device, Module, Tensor};
    /// use ogive_candle::LogSoftmax;
    ///
    /// let scores = Tensor::new(&[0.0f32, -1000.0], &Device::Cpu)?;
    /// assert_eq!(LogSoftmax::new(0).forward(&scores)?.to_vec1::<f32>()?, [0.0, -1000.0]);
    /// # Ok::<(), candle_core::Error>(())
    /// ```
    LogSoftmax "log_softmax";

    /// [`Softmax`] of -x along an axis: the smallest number gets the largest probability.
    ///
    /// ```
    /// use candle_core::{Device, Module, Tensor};
    /// use ogive_candle::Softmin;
    ///
    /// let distances = Tensor::new(&[0.0f32, 1000.0], &Device::Cpu)?;
    /// assert_eq!(Softmin::default().forward(&distances)?.to_vec1::<f32>()?, [1.0, 0.0]);
    /// # Ok::<(), candle_core::Error>(())
    /// ```
    Softmin "softmin";
}
