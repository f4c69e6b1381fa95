//! Formulas with `mean(x)` and `var(x)`: the gradient through the batch, and what is chosen about it. What
//! others got wrong is in `traps.rs`.

use burn::backend::Flex;
use burn::module::Module;
use burn::tensor::{DType, Tensor};
use ogive_burn::{Activation, ActivationConfig, Momentum, RunningVariance, composed};

use crate::support::{assert_near, flex, operands, primitive, values, vector, wave, with_values};

const DICE: &str = "p = sigmoid((x - mean(x)) / sqrt(var(x) + 1e-8)); p*x + (1 - p)*alpha*x | alpha = 0.3 per channel";

/// Mean and biased variance of each of `channels` channels in a `[rows, channels]` layout.
pub(crate) fn moments(x: &[f64], channels: usize) -> Vec<[f64; 2]> {
    (0..channels)
        .map(|channel| {
            let mine: Vec<f64> = x.iter().skip(channel).step_by(channels).copied().collect();
            let mean = mine.iter().sum::<f64>() / mine.len() as f64;
            let squares: f64 = mine.iter().map(|x| (x - mean).powi(2)).sum();
            [mean, squares / mine.len() as f64]
        })
        .collect()
}

pub(crate) fn dice(x: f64, [mean, variance]: [f64; 2], alpha: f64) -> f64 {
    let p = 1.0 / (1.0 + (-(x - mean) / (variance + 1e-8).sqrt()).exp());
    p * x + (1.0 - p) * alpha * x
}

/// Dice of a whole `[rows, 2]` batch, statistics included, weighted and summed.
fn objective(x: &[f64], weights: &[f64], alpha: [f64; 2]) -> f64 {
    let moments = moments(x, 2);
    x.iter()
        .zip(weights)
        .enumerate()
        .map(|(i, (x, weight))| weight * dice(*x, moments[i % 2], alpha[i % 2]))
        .sum()
}

#[test]
fn in_training_the_gradient_flows_through_the_batch() {
    let device = flex().autodiff();
    let alpha = [0.3, -0.2];
    let module = with_values(Activation::parse(DICE, 2, &device).unwrap(), &alpha);
    let x = wave([6, 2], 0.4, &device).cast(DType::F64).detach().require_grad();
    let weights = wave([6, 2], 1.9, &device).cast(DType::F64);
    let y = module.forward(x.clone());
    let gradients = (y.clone() * weights.clone()).sum().backward();
    let found = vector(x.grad(&gradients).unwrap());
    let (x, weights) = (vector(x), vector(weights));
    let alpha = alpha.map(|slope| f64::from(slope as f32));

    for (i, (y, x_i)) in vector(y).iter().zip(&x).enumerate() {
        assert_near(*y, dice(*x_i, moments(&x, 2)[i % 2], alpha[i % 2]), 1e-14, 1.0, "y");
    }
    let step = 1e-6;
    for (i, found) in found.iter().enumerate() {
        let at = |shift: f64| {
            let mut moved = x.clone();
            moved[i] += shift;
            objective(&moved, &weights, alpha)
        };
        let wanted = (at(step) - at(-step)) / (2.0 * step);
        assert_near(*found, wanted, 1e-8, 1.0, &format!("dx[{i}]"));
    }
    let found = vector(module.parameter("alpha").unwrap().grad(&gradients).unwrap());
    for (channel, found) in found.iter().enumerate() {
        let at = |shift: f64| {
            let mut moved = alpha;
            moved[channel] += shift;
            objective(&x, &weights, moved)
        };
        assert_near(*found, (at(step) - at(-step)) / (2.0 * step), 1e-6, 1.0, "dalpha");
    }
}

#[test]
fn the_composed_form_agrees_on_the_gradient_through_the_batch() {
    for dtype in [DType::F64, DType::F32] {
        let module = Activation::parse(DICE, 3, &flex()).unwrap();
        let x = wave([4, 3, 5], 0.4, &flex()).cast(dtype);
        let site = module.site(&x.dims(), true).unwrap();
        let statistics = composed::statistics::<Flex>(primitive(x.clone()), &site);
        let statistics = Tensor::<2>::from_primitive::<Flex>(statistics);
        let dy = primitive(wave([4, 3, 5], 2.2, &flex()).cast(dtype));
        let operands = operands(&module, x, None, Some(statistics));
        let (dx, _, dalpha) = composed::backward::<Flex>(operands.clone(), dy.clone(), &site);
        let native =
            <Flex as ogive_burn::ActivationBackend>::activation_backward(operands, dy, site);
        let tolerance = if dtype == DType::F64 { 1e-13 } else { 4e-6 };
        for (found, wanted) in values(dx).iter().zip(values(native.0)) {
            assert_near(*found, wanted, tolerance, 1.0, "dx");
        }
        for (found, wanted) in values(dalpha.unwrap()).iter().zip(values(native.2.unwrap())) {
            assert_near(*found, wanted, 1e-5, 1.0, "dalpha");
        }
    }
}

#[test]
fn a_frozen_module_on_an_autodiff_device_evaluates() {
    let device = flex().autodiff();
    let module = Activation::parse("dice", 2, &device).unwrap().freeze();
    let x = wave([3, 2], 0.8, &device);
    let found = vector(module.forward(x.clone()));
    for (found, x) in found.iter().zip(vector(x)) {
        assert_near(*found, dice(x, [0.0, 1.0], 0.0), 1e-6, 1.0, "frozen");
    }
    assert_eq!(vector(module.running_statistics().unwrap()[0].clone()), [0.0, 0.0]);
}

#[test]
fn a_checkpointed_graph_has_the_same_gradient() {
    let found = [flex().autodiff(), flex().autodiff().gradient_checkpointing()].map(|device| {
        let module = Activation::parse(DICE, 2, &device).unwrap();
        let x = wave([6, 2], 0.4, &device).require_grad();
        let y = module.forward(x.clone() * 1.5).tanh();
        let gradients = (y.clone() * y).sum().backward();
        vector(x.grad(&gradients).unwrap())
    });
    assert_eq!(found[0], found[1]);
}

#[test]
fn momentum_counts_from_either_end() {
    let device = flex().autodiff();
    let x = wave([8, 2], 0.3, &device);
    let found = [Momentum::OfNew(0.25), Momentum::OfOld(0.75)].map(|momentum| {
        let config = ActivationConfig::new("dice").with_channels(2).with_momentum(momentum);
        let module = config.init(&device).unwrap();
        module.forward(x.clone());
        module.running_statistics().unwrap().map(vector)
    });
    assert_eq!(found[0], found[1]);
    for (channel, [mean, variance]) in moments(&vector(x), 2).into_iter().enumerate() {
        assert_near(found[0][0][channel], 0.25 * mean, 1e-6, 1.0, "mean");
        assert_near(found[0][1][channel], 0.75 + 0.25 * variance, 1e-6, 1.0, "variance");
    }
}

#[test]
fn statistics_may_be_constants_to_the_gradient() {
    let device = flex().autodiff();
    let config = ActivationConfig::new("dice").with_channels(2).with_parameter("alpha", 0.3);
    let x = wave([6, 2], 0.4, &device).require_grad();
    let module = config.with_constant_statistics().init(&device).unwrap();
    let gradients = module.forward(x.clone()).sum().backward();
    let found = vector(x.grad(&gradients).unwrap());
    let x = vector(x);
    let moments = moments(&x, 2);
    for (i, (found, x)) in found.iter().zip(&x).enumerate() {
        let [mean, variance] = moments[i % 2];
        let deviation = (variance + 1e-8).sqrt();
        let alpha = f64::from(0.3f32);
        let p = 1.0 / (1.0 + (-(x - mean) / deviation).exp());
        let wanted = p + (1.0 - p) * alpha + (1.0 - alpha) * x * p * (1.0 - p) / deviation;
        assert_near(*found, wanted, 1e-6, 1.0, &format!("dx[{i}]"));
    }
}

#[test]
fn a_batch_of_one_is_defined() {
    let device = flex().autodiff();
    for variance in [RunningVariance::Biased, RunningVariance::Unbiased] {
        let module = ActivationConfig::new("dice")
            .with_channels(3)
            .with_parameter("alpha", 0.25)
            .with_momentum(Momentum::OfNew(0.5))
            .with_running_variance(variance)
            .init(&device)
            .unwrap();
        let x = Tensor::<2>::from_floats([[2.0, -3.0, 0.0]], &device).require_grad();
        let y = module.forward(x.clone());
        let gradients = y.clone().sum().backward();
        // The gate stands half open: (1 + alpha)/2 of x, and that is the slope, because what flows
        // through mean and variance cancels the slope of the gate.
        assert_eq!(vector(y), [1.25, -1.875, 0.0]);
        for dx in vector(x.grad(&gradients).unwrap()) {
            assert_near(dx, 0.625, 1e-6, 1.0, "dx");
        }
        let [mean, running] = module.running_statistics().unwrap().map(vector);
        assert_eq!(mean, [1.0, -1.5, 0.0]);
        let kept = if variance == RunningVariance::Biased { 0.5 } else { 1.0 };
        assert_eq!(running, [kept; 3]);
    }
}

#[test]
fn epsilon_is_a_setting() {
    let device = flex().autodiff();
    let config = ActivationConfig::new("dice").with_channels(1).with_parameter("epsilon", 2.0);
    let module = config.clone().init(&device).unwrap();
    let x = Tensor::<2>::from_floats([[1.0], [-1.0]], &device);
    let y = vector(module.forward(x));
    let p = |z: f64| 1.0 / (1.0 + (-z / 3f64.sqrt()).exp());
    assert_near(y[0], p(1.0), 1e-6, 1.0, "y");
    assert_near(y[1], -p(-1.0), 1e-6, 1.0, "y");
    assert!(module.parameters().iter().all(|(name, _)| *name != "epsilon"));
    let error = config.with_parameter("epsilon", 0.0).init(&device).unwrap_err();
    assert!(error.to_string().contains("> 0"), "{error}");
}
