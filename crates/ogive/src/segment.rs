//! How a chunk divides into tiles, and what is the same all over a tile.

use std::ops::Range;

use crate::layout::Layout;

/// Rows of one channel that are at least this long are cut at their ends, so that a tile is of one
/// channel.
const LONG_ROW: usize = 128;

/// How a pass is cut into tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing depends on channels, or they change in the middle of a tile.
    Anywhere,
    /// A tile is of one channel.
    ByChannel,
    /// Neighbours are of neighbouring channels, and a tile is of whole rows of all channels, or of a
    /// part of one row.
    ByRow,
}

impl Cut {
    /// How to cut a pass in which something depends on channels, or nothing does.
    pub(crate) fn of(layout: Layout, channelled: bool) -> Cut {
        match channelled && layout.channels > 1 {
            true if layout.inner >= LONG_ROW => Cut::ByChannel,
            true if layout.inner == 1 => Cut::ByRow,
            _ => Cut::Anywhere,
        }
    }

    /// The tiles of the elements `origin..origin+length`, counted from the first element of all. Cut
    /// by rows, the origin begins one.
    pub(crate) fn tiles(
        self,
        layout: Layout,
        origin: usize,
        length: usize,
        tile: usize,
    ) -> impl Iterator<Item = Range<usize>> {
        let end = origin + length;
        let mut at = origin;
        std::iter::from_fn(move || {
            let start = at;
            at = match self {
                Cut::Anywhere => start + tile,
                Cut::ByChannel => (start + tile).min((start / layout.inner + 1) * layout.inner),
                Cut::ByRow if self.has_whole_rows(layout, tile) => start + rows_of(layout, tile),
                Cut::ByRow => (start + tile).min((start / layout.channels + 1) * layout.channels),
            }
            .min(end);
            (start < end).then_some(start..at)
        })
    }

    /// Whether a tile is of whole rows of all channels.
    pub(crate) fn has_whole_rows(self, layout: Layout, tile: usize) -> bool {
        self == Cut::ByRow && layout.channels <= tile
    }

    /// Whether the tiles of one chunk hold the same channels at the same places.
    pub(crate) fn repeats(self, layout: Layout, tile: usize) -> bool {
        match self {
            Cut::ByRow => self.has_whole_rows(layout, tile),
            _ => tile.is_multiple_of(layout.inner * layout.channels),
        }
    }
}

/// The elements of as many rows of all channels as a tile takes, in whole blocks if that is possible.
pub(crate) fn rows_of(layout: Layout, tile: usize) -> usize {
    let rows = tile / layout.channels;
    let in_blocks =
        |block: usize| (1..=rows).rev().find(|n| (n * layout.channels).is_multiple_of(block));
    in_blocks(16).or_else(|| in_blocks(8)).unwrap_or(rows) * layout.channels
}

/// Gives the elements from `start` on the values of their channels, which are counted from that of the
/// element `origin`.
pub(crate) fn spread<N: Copy>(
    layout: Layout,
    origin: usize,
    start: usize,
    values: &[N],
    into: &mut [N],
) {
    if layout.inner == 1 {
        let mut slot = (start - origin) % layout.channels;
        let mut rest = into;
        while !rest.is_empty() {
            let count = (layout.channels - slot).min(rest.len());
            let (row, after) = rest.split_at_mut(count);
            row.copy_from_slice(&values[slot..slot + count]);
            (rest, slot) = (after, 0);
        }
    } else {
        layout.stretches(origin, start, into.len(), |slot, part| into[part].fill(values[slot]));
    }
}
