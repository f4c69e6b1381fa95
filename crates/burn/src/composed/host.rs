//! Small tensors to numbers and back, for what leaves the device.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{Thread, current, park};

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::TensorData;

use crate::call;

/// The elements of a tensor.
pub(super) fn numbers<B: Backend>(tensor: FloatTensor<B>) -> Vec<f64> {
    let data = wait(B::float_into_data(tensor));
    let data = data.unwrap_or_else(|error| panic!("a tensor that cannot be read: {error:?}"));
    call::numbers(data)
}

/// A tensor of these elements, of the shape, dtype and device of another.
pub(super) fn tensor<B: Backend>(elements: Vec<f64>, like: &FloatTensor<B>) -> FloatTensor<B> {
    let data = TensorData::new(elements, like.shape()).convert_dtype(like.dtype());
    B::float_from_data(data, &like.device())
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The outcome of what a device is still busy with.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(found) => return found,
            Poll::Pending => park(),
        }
    }
}
