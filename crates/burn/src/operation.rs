//! The one operation: any formula, differentiable, on any backend.

#![cfg_attr(
    feature = "ndarray",
    allow(deprecated, reason = "Burn's oldest CPU backend is the cheapest second one to build")
)]

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, ExtensionType, backend_extension};

use crate::composed;
use ogive_layer::Site;

/// A tensor that some formulas have and others have not.
#[derive(Clone, Debug, ExtensionType)]
pub enum Operand<B: Backend> {
    /// The formula has no use for it.
    Absent,
    /// The tensor.
    Given(FloatTensor<B>),
}

impl<B: Backend> Operand<B> {
    /// The tensor, if there is one.
    pub fn tensor(self) -> Option<FloatTensor<B>> {
        match self {
            Operand::Absent => None,
            Operand::Given(tensor) => Some(tensor),
        }
    }

    /// The other direction.
    pub fn from_option(tensor: Option<FloatTensor<B>>) -> Self {
        tensor.map_or(Operand::Absent, Operand::Given)
    }
}

/// The tensors that a formula is computed from.
#[derive(Clone, Debug, ExtensionType)]
pub struct Operands<B: Backend> {
    /// The input, of any rank from 1.
    pub x: FloatTensor<B>,
    /// The second input, of the shape of `x`.
    #[extension_type]
    pub gate: Operand<B>,
    /// All learnable parameters, one behind the other, `[k]`: a shared one takes one value, any other
    /// as many as [`Plan::cells`](crate::Plan::cells) says, which is the number of channels, or of
    /// elements of a sample where some parameter is per element. One tensor instead of one per parameter keeps
    /// the number of parents of the differentiable operation fixed; whoever packs them with `cat`
    /// gets the gradient of each back from the framework.
    #[extension_type]
    pub parameters: Operand<B>,
    /// Mean and biased variance of each channel, `[2, channels]`, constants to the framework: where
    /// they are those of `x` itself, the backward operation adds what flows through them to ∂x. The
    /// dtype may be wider than that of `x`.
    #[extension_type]
    pub statistics: Operand<B>,
}

/// Gradients of the input, of the gate and of the packed parameters, where there are such.
pub type Gradients<B> = (FloatTensor<B>, Option<FloatTensor<B>>, Option<FloatTensor<B>>);

/// A backend that computes activations from their formulas.
///
/// The default bodies are composed of the backend's own tensor operations and serve everywhere.
/// `Flex` has native kernels, and `Autodiff` makes one differentiable operation of either.
///
/// The tensors must fit the [`Site`]: [`Activation`](crate::Activation) checks that, these functions
/// do not, and panic or compute nonsense on others.
#[backend_extension(
    Flex,
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm")),
    Autodiff
)]
pub trait ActivationBackend: Backend {
    /// The activation of `operands`, of the shape and dtype of `x`.
    fn activation(#[extension_type] operands: Operands<Self>, site: Site) -> FloatTensor<Self> {
        composed::forward::<Self>(operands, &site)
    }

    /// The gradients, given `dy`, the gradient of the result.
    fn activation_backward(
        #[extension_type] operands: Operands<Self>,
        dy: FloatTensor<Self>,
        site: Site,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>, Option<FloatTensor<Self>>) {
        composed::backward::<Self>(operands, dy, &site)
    }

    /// Mean and biased variance of each channel of `x`, `[2, channels]`, outside any graph.
    fn activation_statistics(x: FloatTensor<Self>, site: Site) -> FloatTensor<Self> {
        composed::statistics::<Self>(x, &site)
    }
}

// Backends without kernels of their own: the default bodies compose their operations.
#[cfg(feature = "ndarray")]
impl ActivationBackend for burn::backend::NdArray {}

#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm"))]
impl ActivationBackend for burn::backend::Cube {}
