//! Snake on a periodic signal: it goes on where others stop.
//!
//! ```text
//! cargo run -p ogive-burn --release --example periodic
//! ```
//!
//! The signal is a wave on a slope, seen between -12 and 12. Beyond, `relu` goes on as a straight line and
//! `tanh` becomes constant, whatever was learned; `snake`, x + sin²(ax)/a with a learned frequency for each
//! unit, goes on as a wave on a slope (Ziyin, Hartwig & Ueda 2020, arXiv:2006.08195).

#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

#[path = "../common/curve.rs"]
mod curve;
mod errors;

use burn::tensor::Device;
use errors::errors;

const SEEDS: u64 = 3;
const STEPS: usize = 3000;

fn main() -> Result<(), ogive_burn::Error> {
    let device = Device::flex().autodiff();
    println!("{:<10}{:>14}{:>14}   median of {SEEDS} seeds", "", "error, seen", "beyond");
    for activation in ["relu", "tanh", "snake"] {
        let [seen, beyond] = errors(activation, SEEDS, STEPS, &device)?;
        println!("{activation:<10}{seen:>14.4}{beyond:>14.4}");
    }
    Ok(())
}
