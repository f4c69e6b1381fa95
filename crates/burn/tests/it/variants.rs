//! Dice as the paper and three libraries have it, against their definitions in plain f64.

use burn::module::Module;
use burn::tensor::{DType, Tensor};
use ogive_burn::{ActivationConfig, DiceVariant};

use crate::support::{assert_near, flex, vector, wave};

const CHANNELS: usize = 3;

/// What a source says, in its own words: how it normalises and what its moving averages do.
struct Definition {
    variant: DiceVariant,
    epsilon: f64,
    /// The moving average after a batch, from the one before and the batch's.
    moved: fn(f64, f64) -> f64,
    /// What of the sum of squared deviations of n elements goes into the moving variance.
    kept: fn(f64, f64) -> f64,
}

const DEFINITIONS: [Definition; 4] = [
    Definition {
        variant: DiceVariant::Paper,
        epsilon: 1e-8,
        moved: |old, new| 0.99 * old + 0.01 * new,
        kept: |squares, n| squares / n,
    },
    // Keras: moving*momentum + new*(1 - momentum), momentum = 0.99.
    Definition {
        variant: DiceVariant::DeepCtr,
        epsilon: 1e-9,
        moved: |old, new| old * 0.99 + new * (1.0 - 0.99),
        kept: |squares, n| squares / n,
    },
    // PyTorch: (1 - momentum)*running + momentum*new, the variance with n - 1.
    Definition {
        variant: DiceVariant::FuxiCtr,
        epsilon: 1e-9,
        moved: |old, new| (1.0 - 0.01) * old + 0.01 * new,
        kept: |squares, n| squares / (n - 1.0),
    },
    Definition {
        variant: DiceVariant::TorchEasyRec,
        epsilon: 1e-5,
        moved: |old, new| (1.0 - 0.1) * old + 0.1 * new,
        kept: |squares, n| squares / (n - 1.0),
    },
];

/// Values and moving averages of three batches of training and one of evaluation.
#[test]
fn each_variant_computes_what_its_source_says() {
    let device = flex().autodiff();
    assert_eq!(DEFINITIONS.map(|definition| definition.variant), DiceVariant::ALL);
    for Definition { variant, epsilon, moved, kept } in DEFINITIONS {
        let module = ActivationConfig::dice(variant, CHANNELS).init(&device).unwrap();
        let mut running = [[0.0, 1.0]; CHANNELS];
        for step in 0..3 {
            let x = wave([7, CHANNELS], f64::from(step), &device).cast(DType::F64) * 0.01;
            let y = vector(module.forward(x.clone()));
            let x = vector(x);
            for channel in 0..CHANNELS {
                let mine: Vec<f64> = x.iter().skip(channel).step_by(CHANNELS).copied().collect();
                let mean = mine.iter().sum::<f64>() / 7.0;
                let squares: f64 = mine.iter().map(|x| (x - mean).powi(2)).sum();
                for (row, x) in mine.iter().enumerate() {
                    // alpha = 0; a scale of 1 and a shift of 0 say nothing before training.
                    let p = 1.0 / (1.0 + (-(x - mean) / (squares / 7.0 + epsilon).sqrt()).exp());
                    assert_near(y[row * CHANNELS + channel], p * x, 1e-12, 1e-3, "training");
                }
                let [old_mean, old_variance] = running[channel];
                running[channel] = [moved(old_mean, mean), moved(old_variance, kept(squares, 7.0))];
            }
        }
        let [mean, variance] = module.running_statistics().unwrap().map(vector);
        for channel in 0..CHANNELS {
            assert_near(mean[channel], running[channel][0], 1e-6, 0.0, "mean");
            assert_near(variance[channel], running[channel][1], 1e-6, 0.0, "variance");
        }
        let x = wave([4, CHANNELS], 0.9, &flex());
        let y = vector(module.valid().forward(x.clone()));
        for (i, (y, x)) in y.iter().zip(vector(x)).enumerate() {
            let [mean, variance] = running[i % CHANNELS];
            let p = 1.0 / (1.0 + (-(x - mean) / (variance + epsilon).sqrt()).exp());
            assert_near(*y, p * x, 1e-6, 1.0, "evaluation");
        }
    }
}

#[test]
fn channels_are_where_each_library_has_them() {
    let device = flex().autodiff();
    for variant in [DiceVariant::DeepCtr, DiceVariant::TorchEasyRec] {
        let module = ActivationConfig::dice(variant, CHANNELS).init(&device).unwrap();
        assert!(module.try_forward(Tensor::<3>::zeros([2, 5, CHANNELS], &device)).is_ok());
    }
    let module = ActivationConfig::dice(DiceVariant::FuxiCtr, CHANNELS).init(&device).unwrap();
    assert!(module.try_forward(Tensor::<3>::zeros([2, 5, CHANNELS], &device)).is_err());
}

#[test]
fn torch_easy_rec_learns_a_scale_and_a_shift() {
    let device = flex().autodiff();
    let module = ActivationConfig::dice(DiceVariant::TorchEasyRec, CHANNELS).init(&device).unwrap();
    let gradients = module.forward(wave([7, CHANNELS], 0.4, &device)).sum().backward();
    for name in ["alpha", "gamma", "beta"] {
        let gradient = module.parameter(name).unwrap().grad(&gradients).unwrap();
        assert!(vector(gradient).iter().all(|value| value.abs() > 1e-3), "{name}");
    }
}
