//! `Meta-ACON`, as the authors' code has it.

use burn::module::Module;
use burn::tensor::{DType, Tensor};
use ogive_burn::{MetaAcon, MetaAconConfig, Penalty, activation_group};

use super::{
    Numbers, Parameter, backward, cast, check, of_linear, of_normalization, plain, running,
    waved_linear, waved_normalization,
};
use crate::support::{flex, vector, wave};

const CHANNELS: usize = 3;
const SHAPE: [usize; 4] = [4, CHANNELS, 2, 3];
const POSITIONS: usize = 6;

/// (p1·x - p2·x)·σ(β·(p1·x - p2·x)) + p2·x.
fn definition(at: &Numbers, statistics: Option<&[[Vec<f64>; 2]; 2]>) -> Vec<f64> {
    let [x, p_1, p_2, w_1, b_1, gamma_1, beta_1, w_2, b_2, gamma_2, beta_2] = &at[..] else {
        panic!("eleven tensors")
    };
    let of = |place: usize| statistics.map(|both| &both[place]);
    let small = plain::affine(&plain::pooled(x, POSITIONS), w_1, b_1);
    let small = plain::normalized(&small, gamma_1, beta_1, 1, of(0));
    let all = plain::affine(&small, w_2, b_2);
    let all = plain::normalized(&all, gamma_2, beta_2, 1, of(1));
    let mut y = Vec::new();
    for (place, x) in x.iter().enumerate() {
        let cell = place / POSITIONS;
        let (p_1, p_2) = (p_1[cell % CHANNELS], p_2[cell % CHANNELS]);
        let beta = plain::sigmoid(all[cell]);
        y.push((p_1 * x - p_2 * x) * plain::sigmoid(beta * (p_1 * x - p_2 * x)) + p_2 * x);
    }
    y
}

fn layer(dtype: DType) -> MetaAcon {
    let config = MetaAconConfig::new(CHANNELS).with_reduction(2).with_p_1(1.3).with_p_2(-0.2);
    let mut layer = cast(config.init(&flex().autodiff()).unwrap(), dtype);
    layer.inward = waved_linear(layer.inward, 0.3);
    layer.inward_normalization = waved_normalization(layer.inward_normalization, 0.7);
    layer.outward = waved_linear(layer.outward, 1.1);
    layer.outward_normalization = waved_normalization(layer.outward_normalization, 1.9);
    layer
}

fn parameters(layer: &MetaAcon) -> Vec<Parameter> {
    let slopes = layer.parameters().into_iter();
    let mut all: Vec<Parameter> = slopes.map(|(_, slope)| Parameter::Row(slope)).collect();
    all.extend(of_linear(&layer.inward));
    all.extend(of_normalization(&layer.inward_normalization));
    all.extend(of_linear(&layer.outward));
    all.extend(of_normalization(&layer.outward_normalization));
    all
}

/// x, and all parameters.
fn numbers(layer: &MetaAcon, x: &Tensor<4>) -> Numbers {
    let mut numbers = vec![vector(x.clone())];
    numbers.extend(parameters(layer).iter().map(Parameter::numbers));
    numbers
}

fn statistics(layer: &MetaAcon) -> [[Vec<f64>; 2]; 2] {
    [running(&layer.inward_normalization), running(&layer.outward_normalization)]
}

#[test]
fn in_training_values_and_gradients_are_those_of_the_definition() {
    for dtype in [DType::F64, DType::F32] {
        let layer = layer(dtype);
        let x = wave(SHAPE, 0.1, &flex().autodiff()).cast(dtype).require_grad();
        let dy = wave(SHAPE, 0.9, &x.device()).cast(dtype);
        let found = backward(layer.forward(x.clone()), &dy, &x, &parameters(&layer));
        // Offsets in front of a normalisation, one of them behind another, have no effect and no gradient.
        let numbers = numbers(&layer, &x);
        let seen = [0, 1, 2, 3, 5, 7, 9, 10];
        let found =
            super::Found { gradients: seen.map(|of| found.gradients[of].clone()).into(), ..found };
        let kept: Numbers = seen.map(|of| numbers[of].clone()).into();
        check(&found, &kept, &vector(dy), dtype, |kept| {
            let mut at = numbers.clone();
            for (of, values) in seen.into_iter().zip(kept) {
                at[of].clone_from(values);
            }
            definition(&at, None)
        });
    }
}

#[test]
fn in_evaluation_they_are_too_with_running_statistics() {
    for dtype in [DType::F64, DType::F32] {
        let layer = layer(dtype);
        layer.forward(wave(SHAPE, 0.4, &flex().autodiff()).cast(dtype));
        let moved = statistics(&layer);
        let layer = layer.freeze();
        let x = wave(SHAPE, 0.1, &flex().autodiff()).cast(dtype).require_grad();
        let dy = wave(SHAPE, 0.9, &x.device()).cast(dtype);
        let found = backward(layer.forward(x.clone()), &dy, &x, &[]);
        let numbers = numbers(&layer, &x);
        let of_x = vec![numbers[0].clone()];
        check(&found, &of_x, &vector(dy), dtype, |x| {
            let mut at = numbers.clone();
            at[0].clone_from(&x[0]);
            definition(&at, Some(&moved))
        });
        assert_eq!(statistics(&layer), moved);
        let plain = layer.valid().forward(x.without_autodiff());
        assert_eq!(vector(plain), found.y);
    }
}

#[test]
fn any_rank_from_two_is_pooled() {
    let layer = layer(DType::F64);
    let x = wave(SHAPE, 0.1, &flex().autodiff()).cast(DType::F64);
    let wanted = vector(layer.forward(x.clone()));
    assert_eq!(vector(layer.forward(x.clone().reshape([4, CHANNELS, POSITIONS]))), wanted);
    let single: Tensor<2> = x.slice([0..4, 0..CHANNELS, 0..1, 0..1]).reshape([4, CHANNELS]);
    let wanted = vector(layer.forward(single.clone().reshape([4, CHANNELS, 1])));
    assert_eq!(vector(layer.forward(single)), wanted);
}

/// As its own mean every pooled number is normalised to 0: β is that of the last offset.
#[test]
fn a_batch_of_one_has_the_beta_of_an_offset_and_one_of_none_is_empty() {
    let layer = layer(DType::F64);
    let x = wave([1, CHANNELS, 2, 3], 0.1, &flex().autodiff()).cast(DType::F64);
    let y = vector(layer.forward(x.clone()));
    let offsets = vector(layer.outward_normalization.beta.val());
    let [p_1, p_2] = ["p_1", "p_2"].map(|name| vector(layer.parameter(name).unwrap()));
    for (place, x) in vector(x).iter().enumerate() {
        let channel = place / POSITIONS;
        let (rise, beta) = ((p_1[channel] - p_2[channel]) * x, plain::sigmoid(offsets[channel]));
        let wanted = rise * plain::sigmoid(beta * rise) + p_2[channel] * x;
        assert!((y[place] - wanted).abs() < 1e-12, "{} {wanted}", y[place]);
    }
    let before = statistics(&layer);
    let none = Tensor::<4>::zeros([0, CHANNELS, 2, 3], &flex().autodiff()).cast(DType::F64);
    assert_eq!(layer.forward(none.clone()).dims(), none.dims());
    assert_eq!(statistics(&layer), before);
}

#[test]
fn small_layers_have_no_fewer_channels_than_the_reduction() {
    for (channels, reduction, between) in [(64, 16, 16), (512, 16, 32), (8, 2, 4)] {
        let config = MetaAconConfig::new(channels).with_reduction(reduction);
        let layer = config.init(&flex()).unwrap();
        assert_eq!(layer.inward.weight.dims(), [channels, between]);
        assert_eq!(layer.outward.weight.dims(), [between, channels]);
    }
}

/// Optimizers find the slopes, and no weight of the small layers, among parameters of activations.
#[test]
fn the_slopes_are_parameters_of_an_activation() {
    let layer = MetaAconConfig::new(CHANNELS).init(&flex().autodiff()).unwrap();
    let frozen = layer.clone().freeze_group(activation_group(&layer));
    assert!(frozen.parameters().iter().all(|(_, slope)| !slope.is_require_grad()));
    assert!(frozen.inward.weight.val().is_require_grad());
    // (1² + 0²) of each channel.
    let penalty = Penalty::l2(1.0).added_to(Tensor::zeros([1], &flex().autodiff()), &layer);
    assert_eq!(vector(penalty), [CHANNELS as f64]);
}
