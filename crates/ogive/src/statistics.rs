//! Mean and biased variance of each channel.

use rayon::prelude::*;

use crate::dispatch::{Engine, Kernels};
use crate::layout::Layout;
use crate::reduce::{Sums, chunk_size, slots};
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
            let kernels = Engine::chosen()?.kernels()?;
            let parts: Vec<_> = x
                .par_chunks(chunk)
                .enumerate()
                .with_min_len(4)
                .map(|(place, part)| (place * chunk, moments(kernels, layout, place * chunk, part)))
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
fn moments<T: Element>(kernels: Kernels, layout: Layout, origin: usize, x: &[T]) -> Vec<Moments> {
    let values: Vec<f64> = x.iter().map(|x| x.to_f64()).collect();
    let mut total = Sums::new(layout, false, origin, values.len());
    total.add(kernels, layout, false, origin, &values);
    let mut found: Vec<Moments> = total
        .slots()
        .iter()
        .zip(counts(layout, origin, values.len()))
        .map(|(sum, count)| Moments { count, mean: sum / count, squares: 0.0 })
        .collect();
    let mut squares = values;
    if layout.inner == 1 {
        // Slots follow each other from the chunk's first element on.
        for row in squares.chunks_mut(layout.channels) {
            for (value, moments) in row.iter_mut().zip(&found) {
                *value = (*value - moments.mean) * (*value - moments.mean);
            }
        }
    } else {
        let length = squares.len();
        layout.stretches(origin, origin, length, |slot, range| {
            let mean = found[slot].mean;
            for value in &mut squares[range] {
                *value = (*value - mean) * (*value - mean);
            }
        });
    }
    let mut total = Sums::new(layout, false, origin, squares.len());
    total.add(kernels, layout, false, origin, &squares);
    for (moments, squares) in found.iter_mut().zip(total.slots()) {
        moments.squares = *squares;
    }
    found
}

/// How many elements each slot has.
fn counts(layout: Layout, origin: usize, length: usize) -> Vec<f64> {
    let mut counts = vec![0.0; slots(layout, origin, length)];
    if layout.inner == 1 {
        for (slot, count) in counts.iter_mut().enumerate() {
            *count = (length - slot).div_ceil(layout.channels) as f64;
        }
    } else {
        layout.stretches(origin, origin, length, |slot, range| counts[slot] += range.len() as f64);
    }
    counts
}
