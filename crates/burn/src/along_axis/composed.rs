//! The operation from the backend's own tensor operations, for every backend without functions of its own.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata, get_or_init_device_settings};

use super::operation::{AlongAxis, AxisFunction};
use crate::composed::{cast, working_dtype};

pub(super) fn forward<B: Backend>(x: FloatTensor<B>, along: AlongAxis) -> FloatTensor<B> {
    let dtype = x.dtype();
    let x = cast::<B>(x, working_dtype(dtype));
    let y = match along.function {
        AxisFunction::Softmax => B::softmax(x, along.axis),
        AxisFunction::Softmin => B::softmax(B::float_neg(x), along.axis),
        AxisFunction::LogSoftmax => log_softmax::<B>(x, along.axis),
    };
    cast::<B>(y, dtype)
}

/// The largest elements count 1 each. One of them is left to log1p, so that the logarithm keeps the digits
/// of a small rest.
fn log_softmax<B: Backend>(x: FloatTensor<B>, axis: usize) -> FloatTensor<B> {
    let booleans = get_or_init_device_settings::<B>(&x.device()).bool_dtype;
    let largest = B::float_max_dim(x.clone(), axis);
    let shifted = B::float_sub(x.clone(), largest.clone());
    let is_largest = B::float_equal(x, B::float_expand(largest, shifted.shape()), booleans);
    let exponentials = B::float_exp(shifted.clone());
    let rest = B::float_mask_fill(exponentials.clone(), is_largest.clone(), 0.0.into());
    let ties = B::float_sub(exponentials, rest.clone());
    // Exactly 0 where one alone is largest; NaN stays in both.
    let others = B::float_sub_scalar(B::float_sum_dim(ties, axis), 1.0.into());
    let total = B::float_add(others, B::float_sum_dim(rest, axis));
    B::float_sub(shifted, B::float_log1p(total))
}

pub(super) fn backward<B: Backend>(
    kept: FloatTensor<B>,
    dy: FloatTensor<B>,
    along: AlongAxis,
) -> FloatTensor<B> {
    let dtype = kept.dtype();
    let [kept, dy] = [kept, dy].map(|tensor| cast::<B>(tensor, working_dtype(dtype)));
    let of_shares = |y: FloatTensor<B>| {
        let mean = B::float_sum_dim(B::float_mul(y.clone(), dy.clone()), along.axis);
        B::float_mul(y, B::float_sub(dy.clone(), mean))
    };
    let dx = match along.function {
        AxisFunction::Softmax => of_shares(kept),
        AxisFunction::Softmin => B::float_neg(of_shares(kept)),
        AxisFunction::LogSoftmax => {
            let total = B::float_sum_dim(dy.clone(), along.axis);
            B::float_sub(dy.clone(), B::float_mul(B::softmax(kept, along.axis), total))
        }
    };
    cast::<B>(dx, dtype)
}
