//! Random numbers that depend on their key and on nothing else.
//!
//! A comparison is paired only if two activations at one seed see the same weights and the same
//! order of examples. A shared generator cannot promise that: one more draw in one arm shifts
//! everything after it. So each use opens its own stream, named by (seed, purpose, epoch, step), and
//! nobody's draws can disturb anybody else's. The generator is `ChaCha8`: the same key gives the same
//! bits on every platform.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is for. The numbers are part of the format of the results: never reuse or change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Purpose {
    /// Which rows are for training, validation and test.
    Split = 1,
    /// The initial weights of a network; one step per layer.
    Weights = 2,
    /// The order of the training rows; one epoch per epoch.
    Order = 3,
    /// The Monte-Carlo sign-flip test.
    SignFlips = 7,
    /// Simulations in tests and checks of the lab itself.
    Simulation = 8,
}

/// A stream of random numbers, fully determined by its key.
#[derive(Clone, Debug)]
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// Opens the stream of a key. The same key always gives the same numbers.
    pub fn new(seed: u64, purpose: Purpose, epoch: u64, step: u64) -> Self {
        let mut key = [0; 32];
        for (bytes, word) in key.chunks_exact_mut(8).zip([seed, purpose as u64, epoch, step]) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self { generator: ChaCha8Rng::from_seed(key) }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// A number in `[0, 1)`: one of 2⁵³ equally likely, equally spaced values.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// An integer in `0..n`, each equally likely; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        // Lemire's method: the high word of bits × n is in 0..n; products whose low word falls into
        // the first 2⁶⁴ mod n are drawn again, because those make some results likelier than others.
        let reject_below = n.wrapping_neg().checked_rem(n).unwrap_or(0);
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            if product as u64 >= reject_below {
                return (product >> 64) as u64;
            }
        }
    }

    /// The numbers `0..n` in random order, each order equally likely (Fisher–Yates).
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            order.swap(last, self.below(last as u64 + 1) as usize);
        }
        order
    }
}
