//! Dynamic `ReLU`.

use burn::module::Module;
use burn::tensor::{DType, Tensor};
use ogive_burn::{DyRelu, DyReluConfig, DyReluVariant};

use super::{Numbers, Parameter, backward, cast, check, of_linear, plain, waved_linear};
use crate::support::{flex, vector, wave};

const CHANNELS: usize = 4;
const SHAPE: [usize; 4] = [3, CHANNELS, 2, 3];
const POSITIONS: usize = 6;

/// `max_k (a_k·x + b_k)`, where `a_k = α_k + λ_a·(2σ(..) - 1)` and `b_k = λ_b·(2σ(..) - 1)`.
fn definition(at: &Numbers, variant: DyReluVariant, pieces: usize) -> Vec<f64> {
    let [x, w_1, b_1, w_2, b_2] = &at[..] else { panic!("five tensors") };
    let small = plain::affine(&plain::pooled(x, POSITIONS), w_1, b_1);
    let small: Vec<f64> = small.into_iter().map(|value| value.max(0.0)).collect();
    let theta = plain::affine(&small, w_2, b_2);
    let owners = if variant == DyReluVariant::A { 1 } else { CHANNELS };
    let mut y = Vec::new();
    for (place, x) in x.iter().enumerate() {
        let (sample, channel) = (place / POSITIONS / CHANNELS, place / POSITIONS % CHANNELS);
        let row = &theta[sample * 2 * pieces * owners..][..2 * pieces * owners];
        let delta = |of: usize| 2.0 * plain::sigmoid(row[of * owners + channel % owners]) - 1.0;
        let line = |piece: usize| {
            let slope = if piece == 0 { 1.0 } else { 0.0 } + 0.9 * delta(piece);
            slope * x + 0.4 * delta(pieces + piece)
        };
        y.push((0..pieces).map(line).fold(f64::NEG_INFINITY, f64::max));
    }
    y
}

fn layer(variant: DyReluVariant, pieces: usize, dtype: DType) -> DyRelu {
    let config = DyReluConfig::new(CHANNELS)
        .with_variant(variant)
        .with_pieces(pieces)
        .with_reduction(2)
        .with_lambda_a(0.9)
        .with_lambda_b(0.4);
    let mut layer = cast(config.init(&flex().autodiff()).unwrap(), dtype);
    layer.inward = waved_linear(layer.inward, 0.3);
    layer.outward = waved_linear(layer.outward, 1.1);
    layer
}

fn parameters(layer: &DyRelu) -> Vec<Parameter> {
    of_linear(&layer.inward).into_iter().chain(of_linear(&layer.outward)).collect()
}

#[test]
fn values_and_gradients_are_those_of_the_definition() {
    for dtype in [DType::F64, DType::F32] {
        for variant in [DyReluVariant::A, DyReluVariant::B] {
            for pieces in [1, 2, 3] {
                let layer = layer(variant, pieces, dtype);
                let x = wave(SHAPE, 0.1, &flex().autodiff()).cast(dtype).require_grad();
                let dy = wave(SHAPE, 0.9, &x.device()).cast(dtype);
                let y = layer.forward(x.clone());
                let all = parameters(&layer);
                let found = backward(y, &dy, &x, &all);
                let mut numbers = vec![vector(x.clone())];
                numbers.extend(all.iter().map(Parameter::numbers));
                check(&found, &numbers, &vector(dy), dtype, |at| definition(at, variant, pieces));
                // Nothing in it is another in evaluation.
                let plain = layer.valid().forward(x.without_autodiff());
                assert_eq!(vector(plain), found.y);
            }
        }
    }
}

/// Where the small layers give 0 it is `relu`, and batches of all sizes may follow each other.
#[test]
fn it_starts_from_relu() {
    let mut layer = layer(DyReluVariant::B, 2, DType::F32);
    layer.outward.weight = layer.outward.weight.map(|old| old.zeros_like());
    layer.outward.bias = layer.outward.bias.map(|bias| bias.map(|old| old.zeros_like()));
    for samples in [3, 1, 5, 3] {
        let x = wave([samples, CHANNELS, 2, 3], 0.1, &flex().autodiff());
        let wanted: Vec<f64> = vector(x.clone()).into_iter().map(|x| x.max(0.0)).collect();
        assert_eq!(vector(layer.forward(x)), wanted);
    }
    // Where lines meet the later one has the gradient, as in `relu`.
    let kink = Tensor::<2>::zeros([1, CHANNELS], &flex().autodiff()).require_grad();
    let gradients = layer.forward(kink.clone()).sum().backward();
    assert_eq!(vector(kink.grad(&gradients).unwrap()), [0.0; CHANNELS]);
    let none = Tensor::<3>::zeros([2, CHANNELS, 0], &flex().autodiff());
    assert_eq!(layer.forward(none).dims(), [2, CHANNELS, 0]);
}

#[test]
fn the_small_layer_has_a_channel_at_least() {
    for (channels, reduction, between) in [(64, 4, 16), (3, 8, 1)] {
        let config = DyReluConfig::new(channels).with_reduction(reduction);
        let layer = config.init(&flex()).unwrap();
        assert_eq!(layer.inward.weight.dims(), [channels, between]);
        assert_eq!(layer.outward.weight.dims(), [between, 4 * channels]);
    }
}
