//! Trains the networks of introductory texts, each with another activation function.
//!
//! ```text
//! cargo run -p ogive-burn --release --example introductory
//! ```

#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

mod networks;

use std::error::Error;

use burn::tensor::Device;
use networks::{Outcome, classification, pushed_to_the_floor, regression};

/// PReLU as a common recipe has it: its slope stays at 0.01 or above.
const FLOORED: &str = "max(0,x)+alpha*min(0,x) | alpha = 0.25 per channel, >= 0.01";

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    println!("{:<12}{:<16}{:>8}{:>8}  learned", "network", "activation", "before", "after");
    let names = ["dice_bipolar", "dice", "sigmoid", "tanh", "relu", "leaky_relu", "prelu"];
    for name in names {
        line("10 → 5 → 1", name, &regression(name, 500, &device)?);
    }
    line("10 → 5 → 1", "prelu >= 0.01", &pushed_to_the_floor(FLOORED, 500, &device)?);
    line("10 → 20 → 2", "gelu", &classification("gelu", 300, &device)?);
    Ok(())
}

fn line(network: &str, activation: &str, outcome: &Outcome) {
    let learned: Vec<String> = outcome
        .parameters
        .iter()
        .map(|(name, before, after)| {
            let start = before.first().copied().unwrap_or(f64::NAN);
            let after: Vec<String> = after.iter().map(|value| format!("{value:.2}")).collect();
            format!("{name} {start:.2} → {}", after.join(" "))
        })
        .collect();
    let Outcome { before, after, lowest, .. } = outcome;
    let learned = learned.join(", ");
    let floor = if activation == "prelu >= 0.01" {
        format!("  (never below {lowest:.6})")
    } else {
        String::new()
    };
    println!("{network:<12}{activation:<16}{before:>8.4}{after:>8.4}  {learned}{floor}");
}
