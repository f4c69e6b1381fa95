//! Where the channels lie.

use burn::tensor::{Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig};

use crate::support::{flex, vector, wave, with_values};

const SLOPES: [f64; 3] = [0.5, -0.25, 2.0];

/// A PReLU over three channels with different slopes.
fn prelu(axis: isize) -> Activation {
    let device = flex().autodiff();
    let module = ActivationConfig::new("prelu")
        .with_channels(3)
        .with_channel_axis(axis)
        .init(&device)
        .unwrap();
    with_values(module, &SLOPES)
}

/// Compares with the definition, element by element; `channel` tells the channel of an index.
fn check<const D: usize>(module: &Activation, x: Tensor<D>, channel: impl Fn(usize) -> usize) {
    let x = x.require_grad();
    let dy = wave(x.dims(), 0.77, &x.device());
    let y = module.forward(x.clone());
    let gradients = (y.clone() * dy.clone()).sum().backward();
    let (dy, inputs) = (vector(dy), vector(x.clone()));
    let (y, dx) = (vector(y), vector(x.grad(&gradients).unwrap()));
    let mut dslopes = [0.0; 3];
    for (place, input) in inputs.iter().enumerate() {
        let slope = if *input > 0.0 { 1.0 } else { SLOPES[channel(place)] };
        assert_eq!(y[place], f64::from((input * slope) as f32), "y[{place}]");
        assert_eq!(dx[place], f64::from((dy[place] * slope) as f32), "dx[{place}]");
        dslopes[channel(place)] += dy[place] * input.min(0.0);
    }
    let found = vector(module.parameter("alpha").unwrap().grad(&gradients).unwrap());
    for (found, wanted) in found.iter().zip(dslopes) {
        assert!((found - wanted).abs() <= 1e-5 * wanted.abs().max(1.0), "{found} {wanted}");
    }
}

#[test]
fn channels_are_on_axis_one() {
    let device = flex().autodiff();
    check(&prelu(1), wave([5, 3], 0.2, &device), |place| place % 3);
    check(&prelu(1), wave([2, 3, 4], 0.2, &device), |place| place / 4 % 3);
    check(&prelu(1), wave([2, 3, 4, 5], 0.2, &device), |place| place / 20 % 3);
    check(&prelu(1), wave([2, 3, 2, 3, 2], 0.2, &device), |place| place / 12 % 3);
    check(&prelu(1), wave([1, 3, 2, 2, 2, 2], 0.2, &device), |place| place / 16 % 3);
}

#[test]
fn channels_are_last() {
    let device = flex().autodiff();
    check(&prelu(-1), wave([2, 4, 3], 0.2, &device), |place| place % 3);
    check(&prelu(3), wave([2, 4, 2, 3], 0.2, &device), |place| place % 3);
    check(&prelu(0), wave([3, 4], 0.2, &device), |place| place / 4);
}

#[test]
fn the_only_axis_of_rank_one_is_that_of_the_channels() {
    check(&prelu(1), wave([3], 0.2, &flex().autodiff()), |place| place);
}

#[test]
fn shared_parameters_take_any_shape() {
    let device = flex().autodiff();
    let module = ActivationConfig::new("prelu").shared().init(&device).unwrap();
    let x = Tensor::<1>::from_data(TensorData::from([-2.0f32, 3.0]), &device);
    assert_eq!(vector(module.forward(x)), [-0.5, 3.0]);
    let y = module.forward(wave([2, 7, 3], 0.0, &device));
    let gradients = y.sum().backward();
    assert_eq!(module.parameter("alpha").unwrap().grad(&gradients).unwrap().dims(), [1]);
}

#[test]
fn granularity_can_be_overruled() {
    let module =
        ActivationConfig::new("swish").per_channel().with_channels(4).init(&flex()).unwrap();
    assert_eq!(module.parameter("beta").unwrap().dims(), [4]);
    let module = ActivationConfig::new("dice").shared().with_channels(4).init(&flex()).unwrap();
    assert_eq!(module.parameter("alpha").unwrap().dims(), [1]);
    assert_eq!(module.forward(wave([2, 4], 0.0, &flex())).dims(), [2, 4]);
}

#[test]
fn several_parameters_keep_their_own_gradients() {
    let device = flex().autodiff();
    let text = "a*x + b*x^2 + c | a = 1 per channel, b = 2, c = 3 per channel";
    let module = Activation::parse(text, 2, &device).unwrap();
    let x = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &device);
    let gradients = module.forward(x).sum().backward();
    let gradient = |name: &str| vector(module.parameter(name).unwrap().grad(&gradients).unwrap());
    assert_eq!(gradient("a"), [4.0, 6.0]);
    assert_eq!(gradient("b"), [30.0]);
    assert_eq!(gradient("c"), [2.0, 2.0]);
}
