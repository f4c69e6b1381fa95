//! What a node of the walked expression has become.

use burn::backend::Backend;
use burn::backend::tensor::{BoolTensor, FloatTensor};

/// The value of one node: a number as long as nothing makes a tensor of it.
#[derive(Clone, Debug)]
pub(super) enum Value<B: Backend> {
    /// The same number for all elements.
    Number(f64),
    /// A tensor that broadcasts to the shape of the input.
    Tensor(FloatTensor<B>),
    /// The outcome of a comparison.
    Truth(BoolTensor<B>),
}
