//! The operation on the CPU backend `Flex`: Ogive's own functions of slices.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata, ops::FloatTensorOps};
use burn::tensor::{DType, FloatDType};
use ogive::Element;

use super::operation::{AlongAxis, AxisBackend, AxisFunction};
use crate::native::{Lane, contiguous, fits};

type FlexTensor = FloatTensor<Flex>;

impl AxisBackend for Flex {
    fn along_axis(x: FlexTensor, along: AlongAxis) -> FlexTensor {
        match x.dtype() {
            DType::F32 => forward::<f32>(x, along),
            DType::F64 => forward::<f64>(x, along),
            half => {
                let y = forward::<f32>(Flex::float_cast(x, FloatDType::F32), along);
                Flex::float_cast(y, half.into())
            }
        }
    }

    fn along_axis_backward(kept: FlexTensor, dy: FlexTensor, along: AlongAxis) -> FlexTensor {
        let dtype = kept.dtype();
        match (along.function, dtype) {
            (AxisFunction::LogSoftmax, _) => {
                let [x, dy] = [kept, dy].map(|of| Flex::float_cast(of, FloatDType::F64));
                Flex::float_cast(of_logarithm(x, dy, along), dtype.into())
            }
            (_, DType::F32) => of_shares::<f32>(kept, dy, along),
            (_, DType::F64) => of_shares::<f64>(kept, dy, along),
            (_, half) => {
                let [y, dy] = [kept, dy].map(|of| Flex::float_cast(of, FloatDType::F32));
                Flex::float_cast(of_shares::<f32>(y, dy, along), half.into())
            }
        }
    }
}

fn forward<T: Lane>(x: FlexTensor, along: AlongAxis) -> FlexTensor {
    let shape = x.shape();
    let function = match along.function {
        AxisFunction::Softmax => ogive::softmax::<T>,
        AxisFunction::LogSoftmax => ogive::log_softmax::<T>,
        AxisFunction::Softmin => ogive::softmin::<T>,
    };
    let x = contiguous(x);
    let mut y = T::zeros(T::slice(&x).len());
    fits(function(along.layout(&shape), T::slice(&x), &mut y));
    T::tensor(y, shape)
}

/// From the result of softmax or softmin.
fn of_shares<T: Lane>(y: FlexTensor, dy: FlexTensor, along: AlongAxis) -> FlexTensor {
    let shape = y.shape();
    let function = match along.function {
        AxisFunction::Softmin => ogive::softmin_backward::<T>,
        _ => ogive::softmax_backward::<T>,
    };
    let [y, dy] = [y, dy].map(contiguous);
    let mut dx = T::zeros(T::slice(&y).len());
    fits(function(along.layout(&shape), T::slice(&y), T::slice(&dy), &mut dx));
    T::tensor(dx, shape)
}

/// From the input of the logarithm, whose result is computed again, in f64.
fn of_logarithm(x: FlexTensor, dy: FlexTensor, along: AlongAxis) -> FlexTensor {
    let shape = x.shape();
    let layout = along.layout(&shape);
    let [x, dy] = [x, dy].map(contiguous);
    let mut y = f64::zeros(f64::slice(&x).len());
    fits(ogive::log_softmax(layout, f64::slice(&x), &mut y));
    let mut dx = f64::zeros(y.len());
    fits(ogive::log_softmax_backward(layout, &y, f64::slice(&dy), &mut dx));
    f64::tensor(dx, shape)
}
