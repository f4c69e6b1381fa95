//! Mean and biased variance of each channel.

use rayon::prelude::*;

use crate::dispatch::{Engine, Kernels};
use crate::drive::deserves_threads;
use crate::lanes::View;
use crate::layout::Layout;
use crate::reduce::{Sums, chunk_size, slots};
use crate::segment::{Cut, spread};
use crate::tiles::{DoubleTile, TILE};
use crate::workspace::Workspace;
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

/// Count, mean and sum of squared deviations from the mean of some elements of one channel: what parts of
/// a batch, or replicas of a network, need to know of each other to have statistics in common.
///
/// ```
/// use ogive::{Layout, SampleMoments};
///
/// let parts = [&[1.0, 5.0][..], &[3.0, 7.0, 4.0]]
///     .map(|x: &[f64]| SampleMoments::of(Layout::flat(x.len()), x).unwrap()[0]);
/// let both = parts[0].merged(parts[1]);
/// assert_eq!((both.count, both.mean, both.squares), (5.0, 4.0, 20.0));
/// assert_eq!(both.variance(), 4.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SampleMoments {
    /// How many elements there are.
    pub count: f64,
    /// Their mean, 0 where there are none.
    pub mean: f64,
    /// The sum of their squared deviations from the mean.
    pub squares: f64,
}

impl SampleMoments {
    /// The moments of each channel, in f64 and in an order that does not depend on threads.
    ///
    /// # Errors
    /// If the layout does not have as many elements as the slice.
    pub fn of<T: Element>(layout: Layout, x: &[T]) -> Result<Vec<SampleMoments>, Error> {
        let length = layout.length()?;
        if length != x.len() {
            return Err(Error::new(format!(
                "x has {} elements, but {layout:?} has {length}",
                x.len()
            )));
        }
        let mut channels = vec![SampleMoments::default(); layout.channels];
        if length == 0 {
            return Ok(channels);
        }
        let chunk = chunk_size(layout);
        let kernels = Engine::chosen()?.kernels()?;
        let run = |(place, part): (usize, &[T])| {
            (place * chunk, moments(kernels, layout, place * chunk, part))
        };
        let parts: Vec<_> = if deserves_threads(length) {
            x.par_chunks(chunk).enumerate().map(run).collect()
        } else {
            x.chunks(chunk).enumerate().map(run).collect()
        };
        for (origin, parts) in parts {
            for (slot, part) in parts.into_iter().enumerate() {
                let channel = &mut channels[(origin / layout.inner + slot) % layout.channels];
                *channel = channel.merged(part);
            }
        }
        Ok(channels)
    }

    /// Both together (Chan, Golub & `LeVeque` 1983).
    #[must_use]
    pub fn merged(self, other: SampleMoments) -> SampleMoments {
        if self.count == 0.0 || other.count == 0.0 {
            return if self.count == 0.0 { other } else { self };
        }
        let count = self.count + other.count;
        let difference = other.mean - self.mean;
        SampleMoments {
            count,
            mean: self.mean + difference * (other.count / count),
            squares: self.squares
                + other.squares
                + difference * difference * (self.count * other.count / count),
        }
    }

    /// The biased variance, 0 where there are no elements.
    pub fn variance(&self) -> f64 {
        self.squares / self.count.max(1.0)
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
        Ok(Statistics::of_moments(&SampleMoments::of(layout, x)?))
    }

    /// The statistics of a batch of which the moments of each channel are known.
    pub fn of_moments(channels: &[SampleMoments]) -> Statistics {
        Statistics {
            mean: channels.iter().map(|channel| channel.mean).collect(),
            variance: channels.iter().map(SampleMoments::variance).collect(),
            of_batch: true,
        }
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

/// The moments of one chunk, by slot, in one walk over memory.
fn moments<T: Element>(
    kernels: Kernels,
    layout: Layout,
    origin: usize,
    x: &[T],
) -> Vec<SampleMoments> {
    let mut found = vec![SampleMoments::default(); slots(layout, origin, x.len())];
    let of_one_channel = layout.channels == 1 || Cut::of(layout, true) == Cut::ByChannel;
    Workspace::lend(|workspace| {
        let [tile, means_tile] = workspace.doubles(2) else { unreachable!("two were asked for") };
        if of_one_channel {
            for range in Cut::of(layout, true).tiles(layout, origin, x.len(), TILE) {
                let slot = (range.start / layout.inner - origin / layout.inner) % layout.channels;
                T::load(kernels, &x[range.start - origin..range.end - origin], tile);
                let part = of_tile(kernels, tile, range.len());
                found[slot] = found[slot].merged(part);
            }
        } else {
            by_rows(kernels, layout, origin, x, [tile, means_tile], &mut found);
        }
    });
    found
}

/// The moments of a tile: the mean first, then the squares around it.
fn of_tile(kernels: Kernels, tile: &DoubleTile, length: usize) -> SampleMoments {
    let count = length as f64;
    let view = View::of_cells(&tile.0);
    let mean = kernels.total(view, length) / count;
    SampleMoments { count, mean, squares: kernels.squares(view, mean, length) }
}

/// The moments of a chunk whose tiles are of many channels: two walks while it is in the cache.
fn by_rows<T: Element>(
    kernels: Kernels,
    layout: Layout,
    origin: usize,
    x: &[T],
    [tile, means_tile]: [&DoubleTile; 2],
    found: &mut [SampleMoments],
) {
    let cut = Cut::of(layout, true);
    // Every tile begins a row, and so do the places of the sums.
    let is_aligned = cut.has_whole_rows(layout, TILE);
    let [view, means_view] = [tile, means_tile].map(|tile| View::of_cells(&tile.0));
    let mut buffer = [0.0; TILE];
    let mut sums = Sums::new(layout, false, origin, x.len());
    for range in cut.tiles(layout, origin, x.len(), TILE) {
        T::load(kernels, &x[range.start - origin..range.end - origin], tile);
        if is_aligned {
            kernels.add_tile(&mut sums.places_mut()[..range.len()], view);
            continue;
        }
        let values = &mut buffer[..range.len()];
        tile.read(values);
        sums.add(kernels, layout, false, range.start, values);
    }
    let counts = counts(layout, origin, x.len());
    let means: Vec<f64> =
        sums.settled().iter().zip(&counts).map(|(sum, count)| sum / count).collect();
    let mut squares = Sums::new(layout, false, origin, x.len());
    let mut around = [0.0; TILE];
    for range in cut.tiles(layout, origin, x.len(), TILE) {
        T::load(kernels, &x[range.start - origin..range.end - origin], tile);
        let around = &mut around[..range.len()];
        if range.start == origin || !cut.repeats(layout, TILE) {
            spread(layout, origin, range.start, &means, around);
            if is_aligned {
                means_tile.write(around);
            }
        }
        if is_aligned {
            kernels.add_tile_squares(&mut squares.places_mut()[..range.len()], view, means_view);
            continue;
        }
        let values = &mut buffer[..range.len()];
        tile.read(values);
        kernels.square_distances(values, around);
        squares.add(kernels, layout, false, range.start, values);
    }
    let squares = squares.settled();
    for (slot, moments) in found.iter_mut().enumerate() {
        *moments = SampleMoments { count: counts[slot], mean: means[slot], squares: squares[slot] };
    }
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
