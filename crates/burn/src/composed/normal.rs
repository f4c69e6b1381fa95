//! The tail of the normal distribution from backend operations.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{BoolDType, DType};

use super::primitives::scaled;

/// Chebyshev coefficients of `log(erfc(z)*exp(z^2)*(2 + z)/2)` in `8/(2 + z) - 2`, for z >= 0.
#[rustfmt::skip]
const COEFFICIENTS: [f64; 28] = [
    -1.3026537197817094, 0.641969792356490, 1.9476473204185836e-2, -9.56151478680863e-3,
    -9.46595344482036e-4, 3.66839497852761e-4, 4.2523324806907e-5, -2.0278578112534e-5,
    -1.624290004647e-6, 1.303655835580e-6, 1.5626441722e-8, -8.5238095915e-8,
    6.529054439e-9, 5.059343495e-9, -9.91364156e-10, -2.27365122e-10,
    9.6467911e-11, 2.394038e-12, -6.886027e-12, 8.94487e-13,
    3.13092e-13, -1.12708e-13, 3.81e-16, 7.106e-15,
    -1.523e-15, -9.4e-17, 1.21e-16, -2.8e-17,
];

/// How many of them reach beyond f32.
const ENOUGH_FOR_F32: usize = 16;

/// `whole/2 * erfc(z)`, with its tail on the right and without cancellation on the left.
pub(super) fn upper_tail<B: Backend>(
    z: FloatTensor<B>,
    whole: f64,
    truth: BoolDType,
) -> FloatTensor<B> {
    let left = B::float_lower_elem(z.clone(), 0.0.into(), truth);
    let tail = scaled::<B>(erfc_of_positive::<B>(B::float_abs(z)), whole / 2.0);
    let complement = B::float_add_scalar(B::float_neg(tail.clone()), whole.into());
    B::float_mask_where(tail, left, complement)
}

/// `erfc` for z >= 0, by Clenshaw's recurrence.
fn erfc_of_positive<B: Backend>(z: FloatTensor<B>) -> FloatTensor<B> {
    let terms = if z.dtype() == DType::F64 { COEFFICIENTS.len() } else { ENOUGH_FOR_F32 };
    let t = B::float_recip(B::float_add_scalar(scaled::<B>(z.clone(), 0.5), 1.0.into()));
    let twice = B::float_sub_scalar(scaled::<B>(t.clone(), 4.0), 2.0.into());
    let zeros = B::float_zeros(z.shape(), &z.device(), z.dtype().into());
    let (mut sum, mut before) = (zeros.clone(), zeros);
    for coefficient in COEFFICIENTS[1..terms].iter().rev() {
        let next = B::float_sub(B::float_mul(twice.clone(), sum.clone()), before);
        before = sum;
        sum = B::float_add_scalar(next, (*coefficient).into());
    }
    let half = scaled::<B>(B::float_mul(twice, sum), 0.5);
    let exponent = B::float_sub(half, before);
    let exponent = B::float_add_scalar(exponent, (0.5 * COEFFICIENTS[0]).into());
    let decay = B::float_mul(exp_of_minus_square::<B>(z), B::float_exp(exponent));
    B::float_mul(t, decay)
}

/// `exp(-z^2)` without the rounding of the square: `z` is split into sixteenths and a rest.
pub(super) fn exp_of_minus_square<B: Backend>(z: FloatTensor<B>) -> FloatTensor<B> {
    let z = B::float_clamp_max(B::float_abs(z), 64.0.into());
    let coarse = scaled::<B>(B::float_floor(scaled::<B>(z.clone(), 16.0)), 0.0625);
    let difference = B::float_sub(coarse.clone(), z.clone());
    let fine = B::float_mul(difference, B::float_add(coarse.clone(), z));
    let square = B::float_neg(B::float_mul(coarse.clone(), coarse));
    B::float_mul(B::float_exp(square), B::float_exp(fine))
}
