//! Dice as the paper and three libraries have it, against their definitions in plain f64.

use candle_core::{DType, ModuleT};
use ogive_candle::{ActivationConfig, DiceVariant};

use crate::support::{assert_near, built_in, vector, wave};

const CHANNELS: usize = 3;

/// The variant, its epsilon, the weight of a new value, and whether the variance that is followed divides
/// by n - 1.
const DEFINITIONS: [(DiceVariant, f64, f64, bool); 4] = [
    (DiceVariant::Paper, 1e-8, 0.01, false),
    (DiceVariant::DeepCtr, 1e-9, 0.01, false),
    (DiceVariant::FuxiCtr, 1e-9, 0.01, true),
    (DiceVariant::TorchEasyRec, 1e-5, 0.1, true),
];

#[test]
fn each_variant_computes_what_its_source_says() {
    assert_eq!(DEFINITIONS.map(|(variant, ..)| variant), DiceVariant::ALL);
    for (variant, epsilon, weight, corrected) in DEFINITIONS {
        let (module, _) = built_in(&ActivationConfig::dice(variant, CHANNELS), DType::F64);
        let mut running = [[0.0, 1.0]; CHANNELS];
        for step in 0..3 {
            let x = (wave(&[7, CHANNELS], f64::from(step)).as_tensor() * 0.01).unwrap();
            let y = vector(&module.forward_t(&x, true).unwrap());
            let x = vector(&x);
            for channel in 0..CHANNELS {
                let mine: Vec<f64> = x.iter().skip(channel).step_by(CHANNELS).copied().collect();
                let mean = mine.iter().sum::<f64>() / 7.0;
                let squares: f64 = mine.iter().map(|x| (x - mean).powi(2)).sum();
                for (row, x) in mine.iter().enumerate() {
                    let p = 1.0 / (1.0 + (-(x - mean) / (squares / 7.0 + epsilon).sqrt()).exp());
                    assert_near(y[row * CHANNELS + channel], p * x, 1e-12, 1e-3, "training");
                }
                let kept = squares / if corrected { 6.0 } else { 7.0 };
                let [old_mean, old_variance] = running[channel];
                let moved = |old: f64, new: f64| (1.0 - weight) * old + weight * new;
                running[channel] = [moved(old_mean, mean), moved(old_variance, kept)];
            }
        }
        let [mean, variance] = module.running_statistics().unwrap().map(vector);
        for channel in 0..CHANNELS {
            assert_near(mean[channel], running[channel][0], 1e-13, 0.0, "mean");
            assert_near(variance[channel], running[channel][1], 1e-13, 0.0, "variance");
        }
    }
}
