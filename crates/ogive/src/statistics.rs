//! Mean and biased variance of each channel.

use rayon::prelude::*;

use crate::layout::Layout;
use crate::reduce::{chunk_size, slots, sum};
use crate::{Element, Error};

/// Mean and biased variance of each channel: what `mean(x)` and `var(x)` stand for in a formula.
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// The mean of each channel.
    pub mean: Vec<f64>,
    /// The biased variance of each channel.
    pub variance: Vec<f64>,
    /// Whether they are the statistics of the very batch that is run: then the gradient with
    /// respect to the input flows through them.
    pub of_batch: bool,
}

/// Count, mean and sum of squared deviations of some elements of one channel.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Both together (Chan, Golub & `LeVeque` 1983).
    fn merged(self, other: Moments) -> Moments {
        if self.count == 0.0 || other.count == 0.0 {
            return if self.count == 0.0 { other } else { self };
        }
        let count = self.count + other.count;
        let difference = other.mean - self.mean;
        Moments {
            count,
            mean: self.mean + difference * (other.count / count),
            squares: self.squares
                + other.squares
                + difference * difference * (self.count * other.count / count),
        }
    }
}

impl Statistics {
    /// Mean 0 and variance 1 in every channel: where moving averages start.
    pub fn standard(channels: usize) -> Self {
        Statistics { mean: vec![0.0; channels], variance: vec![1.0; channels], of_batch: false }
    }

    /// The statistics of a batch, in f64 and in an order that does not depend on threads. A channel
    /// without elements has mean 0 and variance 0.
    ///
    /// # Errors
    /// If the layout does not have as many elements as the slice.
    pub fn of<T: Element>(layout: Layout, x: &[T]) -> Result<Statistics, Error> {
        let length = layout.length()?;
        if length != x.len() {
            return Err(Error::new(format!(
                "x has {} elements, but {layout:?} has {length}",
                x.len()
            )));
        }
        let mut channels = vec![Moments::default(); layout.channels];
        if length > 0 {
            let chunk = chunk_size(layout);
            let parts: Vec<_> = x
                .par_chunks(chunk)
                .enumerate()
                .with_min_len(4)
                .map(|(place, part)| (place * chunk, moments(layout, place * chunk, part)))
                .collect();
            for (origin, parts) in parts {
                for (slot, part) in parts.into_iter().enumerate() {
                    let channel = &mut channels[(origin / layout.inner + slot) % layout.channels];
                    *channel = channel.merged(part);
                }
            }
        }
        Ok(Statistics {
            mean: channels.iter().map(|channel| channel.mean).collect(),
            variance: channels.iter().map(|m| m.squares / m.count.max(1.0)).collect(),
            of_batch: true,
        })
    }

    /// Moves running statistics towards those of a batch: `momentum` is the share of the new ones.
    ///
    /// # Panics
    /// If the two have different numbers of channels.
    pub fn follow(&mut self, batch: &Statistics, momentum: f64) {
        assert_eq!(self.mean.len(), batch.mean.len(), "statistics of other channels");
        let towards = |running: &mut [f64], new: &[f64]| {
            for (running, new) in running.iter_mut().zip(new) {
                *running += momentum * (new - *running);
            }
        };
        towards(&mut self.mean, &batch.mean);
        towards(&mut self.variance, &batch.variance);
    }
}

/// The moments of one chunk, by slot: the mean first, then the squares around it.
fn moments<T: Element>(layout: Layout, origin: usize, x: &[T]) -> Vec<Moments> {
    let values: Vec<f64> = x.iter().map(|x| x.to_f64()).collect();
    let mut found = vec![Moments::default(); slots(layout, origin, x.len())];
    let each = |visit: &mut dyn FnMut(usize, &[f64])| {
        layout.stretches(origin, origin, values.len(), |slot, range| visit(slot, &values[range]));
    };
    each(&mut |slot, stretch| {
        found[slot].count += stretch.len() as f64;
        found[slot].mean += sum(stretch);
    });
    for moments in &mut found {
        moments.mean /= moments.count;
    }
    let mut squares = vec![0.0; values.len().min(crate::reduce::CHUNK)];
    each(&mut |slot, stretch| {
        let mean = found[slot].mean;
        let squares = &mut squares[..stretch.len().min(crate::reduce::CHUNK)];
        for part in stretch.chunks(crate::reduce::CHUNK) {
            for (square, value) in squares.iter_mut().zip(part) {
                *square = (value - mean) * (value - mean);
            }
            found[slot].squares += sum(&squares[..part.len()]);
        }
    });
    found
}
