//! Maxout.

use burn::tensor::{DType, Tensor};
use ogive_burn::{Maxout, MaxoutConfig};

use super::{Numbers, backward, cast, check, of_linear, plain, waved_linear};
use crate::support::{flex, vector, wave};

const INPUTS: usize = 4;
const FEATURES: usize = 3;

/// `max_k (x·W_k + b_k)`, a feature of every piece after the other.
fn definition(numbers: &Numbers, pieces: usize) -> Vec<f64> {
    let all = plain::affine(&numbers[0], &numbers[1], &numbers[2]);
    let mut y = Vec::new();
    for row in all.chunks(pieces * FEATURES) {
        for feature in 0..FEATURES {
            let of_pieces = (0..pieces).map(|piece| row[piece * FEATURES + feature]);
            y.push(of_pieces.fold(f64::NEG_INFINITY, f64::max));
        }
    }
    y
}

fn layer(pieces: usize, dtype: DType) -> Maxout {
    let config = MaxoutConfig::new(INPUTS, FEATURES).with_pieces(pieces);
    let mut layer = cast(config.init(&flex().autodiff()).unwrap(), dtype);
    layer.linear = waved_linear(layer.linear, 0.3);
    layer
}

#[test]
fn values_and_gradients_are_those_of_the_definition() {
    for dtype in [DType::F64, DType::F32] {
        for pieces in [1, 2, 5] {
            let layer = layer(pieces, dtype);
            let x = wave([2, 3, 2, INPUTS], 0.1, &flex().autodiff()).cast(dtype).require_grad();
            let dy = wave([2, 3, 2, FEATURES], 0.9, &x.device()).cast(dtype);
            let parameters = of_linear(&layer.linear);
            let mut numbers = vec![vector(x.clone())];
            numbers.extend(parameters.iter().map(super::Parameter::numbers));
            let found = backward(layer.forward(x.clone()), &dy, &x, &parameters);
            check(&found, &numbers, &vector(dy), dtype, |at| definition(at, pieces));
        }
    }
}

#[test]
fn nan_goes_through_and_nothing_gives_nothing() {
    let layer = layer(3, DType::F32);
    let x = Tensor::<1>::from_floats([1.0, f32::NAN, 0.0, 2.0], &flex().autodiff());
    assert!(vector(layer.forward(x)).iter().all(|y| y.is_nan()));
    assert_eq!(layer.forward(wave([0, INPUTS], 0.0, &flex().autodiff())).dims(), [0, FEATURES]);
}

/// Any convex function can come: here |x|, of a slope of each sign.
#[test]
fn pieces_are_one_after_the_other() {
    let mut layer = MaxoutConfig::new(1, 1).with_bias(false).init(&flex()).unwrap();
    layer.linear.weight =
        layer.linear.weight.map(|old| Tensor::from_floats([[1.0, -1.0]], &old.device()));
    let y = layer.forward(Tensor::<2>::from_floats([[-2.0], [3.0]], &flex()));
    assert_eq!(vector(y), [2.0, 3.0]);
}

/// At x = 0 all pieces without an offset are equal.
#[test]
fn where_pieces_are_equal_the_last_has_the_gradient() {
    let device = flex().autodiff();
    let config = MaxoutConfig::new(1, 1).with_pieces(3).with_bias(false);
    let mut layer = config.init(&device).unwrap();
    layer.linear.weight = layer
        .linear
        .weight
        .map(|old| Tensor::from_floats([[3.0, 5.0, 4.0]], &old.device()).require_grad());
    let x = Tensor::<2>::zeros([1, 1], &device).require_grad();
    let gradients = layer.forward(x.clone()).sum().backward();
    assert_eq!(vector(x.grad(&gradients).unwrap()), [4.0]);
}
