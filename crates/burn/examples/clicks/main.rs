//! Dice in a small model of clicks: which item will a user click who has looked at these before?
//!
//! ```text
//! cargo run -p ogive-burn --release --example clicks
//! ```
//!
//! A Deep Interest Network weights each item of a history by what the candidate makes of it. Histories have
//! 3 to 12 items and are filled up to a common length with padding. The table shows the area under the
//! curve on users that were not trained on, with histories filled up to 12 steps and to 48.
//!
//! * Attention finds what the mean over a history hides.
//! * With `forward_padded` Dice does not see padding: filled up to four times the length, the first loss and
//!   all that follows from it are the same but for rounding.
//! * Where the statistics count padding, the network is another one for every length, and in evaluation it
//!   depends on how far histories happened to be filled up in training.

#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

#[path = "../common/random.rs"]
mod random;

mod network;

use burn::tensor::Device;
use network::{Clicks, Network, Pooling, auc, loss, train};

const EPOCHS: usize = 6;

fn main() -> Result<(), ogive_burn::Error> {
    let device = Device::flex().autodiff();
    let (clicks, others) = (Clicks::new(20_000, 1), Clicks::new(4_000, 2));
    println!("{:<24}{:>8}{:>14}{:>10}", "pooling", "steps", "first loss", "AUC");
    for pooling in [Pooling::Mean, Pooling::Attention, Pooling::AttentionOverPadding] {
        for time in [12, 48] {
            let first = loss(&Network::new(pooling, &device)?, &clicks.all(time, &device));
            let first = first.into_scalar::<f32>();
            let network = train(pooling, &clicks, [EPOCHS, time], &device)?;
            let name = format!("{pooling:?}");
            println!("{name:<24}{time:>8}{first:>14.6}{:>10.4}", auc(&network, &others, time));
        }
    }
    Ok(())
}
