//! PReLU with one slope per channel in a small convolutional network that reads handwritten digits.
//!
//! ```text
//! cargo run -p ogive-burn --release --example digits
//! ```
//!
//! 1,198 images of 8 by 8 pixels to train on, 599 to test. Every slope starts at 0.25 and ends somewhere
//! else: each channel of each layer finds its own. With so little data all activations come out alike; which
//! one is better is a question for `ogive compare`, which repeats and pairs.

#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

#[path = "../common/random.rs"]
mod random;

mod network;

use std::error::Error;

use burn::tensor::Device;
use network::train;

const EPOCHS: usize = 30;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    println!("{:<12}recognised after 1, 5 and {EPOCHS} epochs    slopes, from 0.25 to", "");
    for activation in ["relu", "leaky_relu", "prelu"] {
        let outcome = train(activation, EPOCHS, &device)?;
        let percent = [1, 5, EPOCHS].map(|epoch| outcome.accuracy[epoch - 1] * 100.0);
        let [first, fifth, last] = percent;
        print!("{activation:<12}{first:>12.1} %{fifth:>10.1} %{last:>10.1} %    ");
        let slopes = outcome.slopes.iter().map(|slopes| range(slopes));
        println!("{}", slopes.collect::<Vec<_>>().join("; "));
    }
    Ok(())
}

fn range(slopes: &[f64]) -> String {
    let low = slopes.iter().copied().fold(f64::INFINITY, f64::min);
    let high = slopes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    format!("{low:.2} … {high:.2}")
}
