//! Rational activations in the regression of a smooth curve.
//!
//! ```text
//! cargo run -p ogive-burn --release --example regression
//! ```
//!
//! A rational function is a quotient of polynomials whose coefficients are learned: `rational32` has seven,
//! `pau` ten, one set for each of the two hidden layers. At the start they are near to `relu` and
//! `leaky_relu`. A network of piecewise straight lines has to bend a smooth curve out of its kinks; with as
//! many units and some numbers more a rational one comes much nearer to it.

#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

#[path = "../common/curve.rs"]
mod curve;
mod errors;

use burn::tensor::Device;
use errors::error;

const SEEDS: u64 = 5;
const STEPS: usize = 3000;

fn main() -> Result<(), ogive_burn::Error> {
    let device = Device::flex().autodiff();
    println!("{:<14}error, median of {SEEDS} seeds", "");
    for activation in ["relu", "leaky_relu", "rational32", "pau"] {
        println!("{activation:<14}{:>10.5}", error(activation, SEEDS, STEPS, &device)?);
    }
    Ok(())
}
