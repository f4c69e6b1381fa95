//! What is trained; the example and a test share this file.

use burn::tensor::Device;
use ogive_burn::{ActivationConfig, Error};

use crate::curve::{Perceptron, Points, median};

/// A wave on a slope.
fn signal(x: f64) -> f64 {
    x.sin() + 0.1 * x
}

/// The median errors over seeds: where the signal was seen, and two periods further on either side.
pub(crate) fn errors(
    activation: &str,
    seeds: u64,
    steps: usize,
    device: &Device,
) -> Result<[f64; 2], Error> {
    let seen = Points::of(signal, [-12.0, 12.0], 256, device);
    let beyond = [[-24.0, -12.0], [12.0, 24.0]].map(|range| Points::of(signal, range, 256, device));
    let config = ActivationConfig::new(activation);
    let mut errors = [Vec::new(), Vec::new()];
    for seed in 0..seeds {
        let network = Perceptron::new(&config, 32, seed, device)?.trained(&seen, steps, 0.01);
        errors[0].push(network.error(&seen));
        let [left, right] = beyond.each_ref().map(|points| network.error(points));
        errors[1].push(f64::midpoint(left * left, right * right).sqrt());
    }
    Ok(errors.map(median))
}
