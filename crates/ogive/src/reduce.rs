//! Sums over channels in a fixed order: the same bits on any number of threads.
//!
//! The elements are cut into chunks whose size depends on the layout alone. Each chunk sums its own
//! elements in f64; the chunks' sums meet pairwise, in a tree whose shape depends on their number
//! alone.

use crate::dispatch::Kernels;
use crate::layout::Layout;
use crate::segment::rows_of;
use crate::tiles::TILE;

/// Elements of a chunk, where the layout does not ask for more.
pub(crate) const CHUNK: usize = 16 * 1024;

/// How many elements one chunk has: so many that its sums, one per channel, stay below a thirtieth
/// of its memory; and whole rows, where neighbours are of neighbouring channels.
pub(crate) fn chunk_size(layout: Layout) -> usize {
    let wanted = if layout.inner < 64 { 64 * layout.channels } else { 0 };
    let unit = if layout.inner == 1 { layout.channels.max(1) } else { TILE };
    wanted.max(CHUNK).next_multiple_of(unit)
}

/// The sums of one chunk.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    /// The chunk's first element.
    origin: usize,
    /// One sum for each channel that the chunk meets, in order of first meeting; or one in all. Where
    /// neighbours are of neighbouring channels, a sum for each place of some whole rows.
    slots: Vec<f64>,
    /// How many different channels the slots are of.
    channels: usize,
}

impl Sums {
    /// Zero sums for a chunk: per channel, or one in all.
    pub(crate) fn new(layout: Layout, shared: bool, origin: usize, length: usize) -> Sums {
        let channels = if shared { 1 } else { slots(layout, origin, length) };
        let by_rows = !shared && layout.inner == 1 && channels == layout.channels;
        let slots = if by_rows && channels <= TILE { rows_of(layout, TILE) } else { channels };
        Sums { origin, slots: vec![0.0; slots], channels }
    }

    /// The sums, in order of first meeting.
    pub(crate) fn settled(&self) -> Vec<f64> {
        let (first, rows) = self.slots.split_at(self.channels);
        let mut sums = first.to_vec();
        for row in rows.chunks(self.channels) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
        sums
    }

    /// The sum of each place of some whole rows, where neighbours are of neighbouring channels.
    pub(crate) fn places(&self) -> &[f64] {
        &self.slots
    }

    pub(crate) fn places_mut(&mut self) -> &mut [f64] {
        &mut self.slots
    }

    /// Adds a sum of elements from `start` on, which are all of one channel.
    pub(crate) fn add_to(&mut self, layout: Layout, shared: bool, start: usize, sum: f64) {
        let row = start / layout.inner - self.origin / layout.inner;
        let slot = if shared { 0 } else { row % layout.channels };
        self.slots[slot] += sum;
    }

    /// Adds the values of the elements from `start` on.
    pub(crate) fn add(
        &mut self,
        kernels: Kernels,
        layout: Layout,
        shared: bool,
        start: usize,
        values: &[f64],
    ) {
        if shared {
            self.slots[0] += sum(values);
        } else if layout.inner == 1 {
            let mut slot = (start - self.origin) % self.slots.len();
            let mut rest = values;
            while !rest.is_empty() {
                let (row, after) = rest.split_at(rest.len().min(self.slots.len() - slot));
                kernels.add_row(&mut self.slots[slot..slot + row.len()], row);
                (rest, slot) = (after, 0);
            }
        } else {
            layout.stretches(self.origin, start, values.len(), |slot, range| {
                self.slots[slot] += sum(&values[range]);
            });
        }
    }
}

/// How many channels the elements `origin..origin+length` meet.
pub(crate) fn slots(layout: Layout, origin: usize, length: usize) -> usize {
    let stretches = (origin + length - 1) / layout.inner - origin / layout.inner + 1;
    stretches.min(layout.channels)
}

/// The chunks' sums, in their order, to one sum per channel, or one in all.
pub(crate) fn combine(layout: Layout, shared: bool, chunks: &[&Sums]) -> Vec<f64> {
    if shared {
        let values: Vec<f64> = chunks.iter().map(|sums| sums.slots[0]).collect();
        return vec![tree(&values)];
    }
    // The sums of each channel side by side, in the order of the chunks.
    let settled: Vec<Vec<f64>> = chunks.iter().map(|sums| sums.settled()).collect();
    let met = || {
        chunks.iter().zip(&settled).flat_map(|(sums, settled)| {
            let first = sums.origin / layout.inner;
            settled
                .iter()
                .enumerate()
                .map(move |(slot, sum)| ((first + slot) % layout.channels, *sum))
        })
    };
    let mut ends = vec![0; layout.channels + 1];
    met().for_each(|(channel, _)| ends[channel + 1] += 1);
    for channel in 0..layout.channels {
        ends[channel + 1] += ends[channel];
    }
    let mut values = vec![0.0; ends[layout.channels]];
    let mut next = ends.clone();
    for (channel, sum) in met() {
        values[next[channel]] = sum;
        next[channel] += 1;
    }
    ends.windows(2).map(|range| tree(&values[range[0]..range[1]])).collect()
}

/// The sum by halves.
fn tree(values: &[f64]) -> f64 {
    match values {
        [] => 0.0,
        [one] => *one,
        _ => {
            let (left, right) = values.split_at(values.len().next_power_of_two() / 2);
            tree(left) + tree(right)
        }
    }
}

/// The sum of a stretch in eight interleaved parts.
pub(crate) fn sum(values: &[f64]) -> f64 {
    let mut parts = [0.0; 8];
    let (whole, rest) = values.as_chunks::<8>();
    for eight in whole {
        for (part, value) in parts.iter_mut().zip(eight) {
            *part += value;
        }
    }
    for (part, value) in parts.iter_mut().zip(rest) {
        *part += value;
    }
    tree(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::Engine;

    #[test]
    fn sums_per_channel_are_those_of_a_plain_loop() {
        for layout in [
            Layout { outer: 500, channels: 7, inner: 1 },
            Layout { outer: 40, channels: 3, inner: 49 },
            Layout { outer: 3, channels: 2, inner: 5000 },
        ] {
            let length = layout.length().unwrap();
            let values: Vec<f64> = (0..length).map(|i| ((i * 37) % 101) as f64 - 50.0).collect();
            let mut wanted = vec![0.0; layout.channels];
            for (i, value) in values.iter().enumerate() {
                wanted[(i / layout.inner) % layout.channels] += value;
            }
            // Whole numbers sum exactly in any order, so any wrong assignment shows.
            let kernels = Engine::Scalar.kernels().unwrap();
            for chunk in [256, 512, 1024] {
                let sums: Vec<Sums> = (0..length)
                    .step_by(chunk)
                    .map(|start| {
                        let end = (start + chunk).min(length);
                        let mut sums = Sums::new(layout, false, start, end - start);
                        for at in (start..end).step_by(100) {
                            let part = &values[at..(at + 100).min(end)];
                            sums.add(kernels, layout, false, at, part);
                        }
                        sums
                    })
                    .collect();
                let sums: Vec<&Sums> = sums.iter().collect();
                assert_eq!(combine(layout, false, &sums), wanted, "{layout:?} by {chunk}");
            }
        }
    }
}
