//! Signals keep their size through deep networks at the start of training.

use burn::nn::{Initializer, LinearConfig};
use burn::tensor::{self, Tensor};
use ogive::Analysis;
use ogive_burn::{Activation, ActivationConfig, Distribution};

use crate::support::{assert_near, flex, vector};

const WIDTH: usize = 512;
const LAYERS: usize = 50;

fn second_moment(x: &Tensor<2>) -> f64 {
    vector(x.clone().square().mean())[0]
}

/// Weights of variance 1/inputs for every layer; drawing them takes longer than all that is done with
/// them.
fn drawn() -> Vec<Tensor<2>> {
    let device = flex();
    device.seed(11);
    let plain = Initializer::KaimingNormal { gain: 1.0, fan_out_only: false };
    let config = LinearConfig::new(WIDTH, WIDTH).with_initializer(plain);
    (0..LAYERS).map(|_| config.init(&device).weight.val()).collect()
}

/// The second moment of what enters each activation of a network with He's initialisation, from 1 at
/// the first: its weights are those drawn times the gain.
fn moments(module: &Activation, drawn: &[Tensor<2>]) -> Vec<f64> {
    let Initializer::KaimingNormal { gain, fan_out_only: false } =
        module.he(Distribution::Normal).unwrap()
    else {
        panic!("He's initialisation")
    };
    let mut x = Tensor::<2>::random([32, WIDTH], tensor::Distribution::Normal(0.0, 1.0), &flex());
    let mut found = vec![second_moment(&x)];
    for weights in drawn {
        x = module.forward(x).matmul(weights.clone()).mul_scalar(gain);
        found.push(second_moment(&x));
    }
    found
}

/// Whether small disturbances of the second moment 1 die out, by the analysis, and fast enough for what 512
/// weights a unit add at random in each layer.
fn is_stable(activation: &ogive::Activation) -> bool {
    let moments = Analysis::of(activation).unwrap().moments;
    let returns = moments.signals.is_some_and(|of| of.returning[0] < 1.0 && 1.0 < of.returning[1]);
    returns && moments.second_moment_slope.is_some_and(|slope| slope.abs() < 0.9)
}

#[test]
fn signals_keep_their_size_through_fifty_layers() {
    let device = flex();
    let drawn = drawn();
    let mut stable = Vec::new();
    for entry in ogive::catalog::ALL.iter() {
        let config = ActivationConfig::new(entry.name).with_channels(WIDTH);
        let module = config.init(&device).unwrap();
        if module.plan().activation().has_gate() || !is_stable(module.plan().activation()) {
            continue;
        }
        stable.push(entry.name);
        let name = entry.name;
        for (layer, moment) in moments(&module, &drawn).iter().enumerate() {
            assert!((0.5..2.0).contains(moment), "{name}, layer {layer}: {moment}");
        }
    }
    // As the analysis knows of them.
    assert!(stable.contains(&"tanh") && stable.contains(&"selu"), "{stable:?}");
    assert!(!stable.contains(&"silu"), "{stable:?}");
}

#[test]
fn without_the_gain_they_do_not() {
    let module = Activation::parse("tanh", 1, &flex()).unwrap();
    let mut x = Tensor::<2>::random([32, WIDTH], tensor::Distribution::Normal(0.0, 1.0), &flex());
    for weights in drawn() {
        x = module.forward(x).matmul(weights);
    }
    assert!(second_moment(&x) < 0.5);
}

#[test]
fn weights_have_the_variance_that_is_said() {
    let device = flex();
    device.seed(5);
    let module = Activation::parse("relu", 1, &device).unwrap();
    for distribution in [Distribution::Normal, Distribution::Uniform] {
        let he = LinearConfig::new(400, 100).with_initializer(module.he(distribution).unwrap());
        let variance = second_moment(&he.init(&device).weight.val());
        assert_near(variance, 2.0 / 400.0, 0.03, 0.0, "he");
        let xavier =
            LinearConfig::new(400, 100).with_initializer(module.xavier(distribution).unwrap());
        let variance = second_moment(&xavier.init(&device).weight.val());
        assert_near(variance, 2.0 * 2.0 / 500.0, 0.03, 0.0, "xavier");
    }
}

#[test]
fn the_gain_follows_the_initial_parameters() {
    let gain = |alpha: f64| {
        let config = ActivationConfig::new("prelu").shared().with_parameter("alpha", alpha);
        config.init(&flex()).unwrap().gain().unwrap()
    };
    // E[f²] = (1 + alpha²)/2.
    for alpha in [0.25, 0.0, -1.0, 2.0] {
        assert_near(gain(alpha), (2.0 / (1.0 + alpha * alpha)).sqrt(), 1e-9, 0.0, "gain");
    }
    let zero = Activation::parse("0*x", 1, &flex()).unwrap();
    assert!(zero.gain().unwrap_err().to_string().contains("no gain"));
}
