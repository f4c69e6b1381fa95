//! What is trained; the example and a test share this file.

use burn::tensor::Device;
use ogive_burn::{ActivationConfig, Error};

use crate::curve::{Perceptron, Points, median};

/// Smooth, with a peak that is narrow beside its range.
fn curve(x: f64) -> f64 {
    (3.0 * x).sin() / (1.0 + 10.0 * x * x) + 0.3 * (-x * x).exp()
}

/// The median error over seeds, between the points that were trained on.
pub(crate) fn error(
    activation: &str,
    seeds: u64,
    steps: usize,
    device: &Device,
) -> Result<f64, Error> {
    let points = Points::of(curve, [-3.0, 3.0], 128, device);
    let between = Points::of(curve, [-3.0, 3.0], 1000, device);
    let config = ActivationConfig::new(activation);
    let errors: Result<Vec<f64>, Error> = (0..seeds)
        .map(|seed| {
            let network = Perceptron::new(&config, 10, seed, device)?;
            Ok(network.trained(&points, steps, 0.01).error(&between))
        })
        .collect();
    Ok(median(errors?))
}
