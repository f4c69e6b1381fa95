//! The differentiable operation along an axis, on any backend.

#![cfg_attr(
    feature = "ndarray",
    allow(deprecated, reason = "Burn's oldest CPU backend is the cheapest second one to build")
)]

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, backend_extension};
use burn::tensor::Shape;
use ogive::Layout;

use super::composed;

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AxisFunction {
    /// `e^x / Σ e^x`.
    Softmax,
    /// `x - log Σ e^x`.
    LogSoftmax,
    /// `e^-x / Σ e^-x`.
    Softmin,
}

impl AxisFunction {
    /// Whether the gradient is computed from the input. From the result of the logarithm small shares would
    /// lose digits: e^y is off by the rounding of y, which is large where the share is small.
    pub(super) fn keeps_input(self) -> bool {
        self == AxisFunction::LogSoftmax
    }
}

/// A function along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlongAxis {
    /// The function.
    pub function: AxisFunction,
    /// The axis, counted from the first. A tensor must have it, with one element or more.
    pub axis: usize,
}

impl AlongAxis {
    /// How the lines lie in a contiguous tensor of this shape.
    pub(super) fn layout(&self, shape: &Shape) -> Layout {
        let size = |axes: std::ops::Range<usize>| axes.map(|axis| shape[axis]).product();
        let (outer, inner) = (size(0..self.axis), size(self.axis + 1..shape.num_dims()));
        Layout { outer, channels: shape[self.axis], inner }
    }
}

/// A backend that computes functions along an axis.
///
/// As with [`ActivationBackend`](crate::ActivationBackend) the default bodies are composed of the
/// backend's own operations, `Flex` has native functions, and `Autodiff` makes one differentiable
/// operation of either. [`Softmax`](crate::Softmax) and its kin check that a tensor has the axis; these
/// functions do not, and panic where it has not.
#[backend_extension(
    Flex,
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm")),
    Autodiff
)]
pub trait AxisBackend: Backend {
    /// The function of `x`, of its shape and dtype.
    fn along_axis(x: FloatTensor<Self>, along: AlongAxis) -> FloatTensor<Self> {
        composed::forward::<Self>(x, along)
    }

    /// The gradient, given `dy`, that of the result. `kept` is the input for the logarithm, and the result
    /// for the others.
    fn along_axis_backward(
        kept: FloatTensor<Self>,
        dy: FloatTensor<Self>,
        along: AlongAxis,
    ) -> FloatTensor<Self> {
        composed::backward::<Self>(kept, dy, along)
    }
}

// Backends without functions of their own: the default bodies compose their operations.
#[cfg(feature = "ndarray")]
impl AxisBackend for burn::backend::NdArray {}

#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm"))]
impl AxisBackend for burn::backend::Cube {}
