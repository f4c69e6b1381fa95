//! A transformer block with different activations in its feed-forward half, a gated one among them.
//!
//! ```text
//! cargo run -p ogive-burn --release --example transformer
//! ```
//!
//! The task: random digits come one after the other; say after each the last digit of its sum with the one
//! before. Attention has to find the digit before, the feed-forward half has to add without carrying. By
//! chance one answer in ten is right; every activation gets beyond nine in ten. SwiGLU has two thirds of the
//! width of the others, so that all networks have about as many weights; xIELU learns two numbers of its
//! own, from which the curvature of either side follows.

#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

#[path = "../common/random.rs"]
mod random;

mod network;

use burn::tensor::Device;
use network::train;

const STEPS: usize = 400;

fn main() -> Result<(), ogive_burn::Error> {
    let device = Device::flex().autodiff();
    println!(
        "{:<12}{:>10}{:>30}{:>10}  learned",
        "feed-forward", "numbers", "loss at 0, 50 and 100 %", "right"
    );
    for activation in ["relu", "gelu", "swiglu", "xielu"] {
        let outcome = train(activation, STEPS, &device)?;
        let [first, middle, last] = outcome.losses;
        let learned = outcome.learned.iter();
        let learned = learned.map(|(name, from, to)| format!("{name} {from:.2} → {to:.2}"));
        println!(
            "{activation:<12}{:>10}{first:>10.3}{middle:>10.3}{last:>10.3}{:>8.1} %  {}",
            outcome.parameters,
            outcome.accuracy * 100.0,
            learned.collect::<Vec<_>>().join(", ")
        );
    }
    Ok(())
}
