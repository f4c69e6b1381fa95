//! How a chunk divides into tiles, and what is the same all over a tile.

use std::ops::Range;

use crate::layout::Layout;

/// Rows of one channel that are at least this long are cut at their ends, so that a tile is of one
/// channel.
const LONG_ROW: usize = 128;

/// What the elements of a tile have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing depends on channels, or the tile has many.
    Anywhere,
    /// A tile is of one channel.
    ByChannel,
}

impl Cut {
    /// How to cut a pass in which something depends on channels, or nothing does.
    pub(crate) fn of(layout: Layout, channelled: bool) -> Cut {
        let by_channel = channelled && layout.channels > 1 && layout.inner >= LONG_ROW;
        if by_channel { Cut::ByChannel } else { Cut::Anywhere }
    }

    /// The tiles of the elements `origin..origin+length`, counted from the first element of all.
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
            let row_end = match self {
                Cut::Anywhere => end,
                Cut::ByChannel => (start / layout.inner + 1) * layout.inner,
            };
            at = (start + tile).min(row_end).min(end);
            (start < end).then_some(start..at)
        })
    }
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

/// Whether every tile holds the same channels at the same places.
pub(crate) fn repeats(layout: Layout, tile: usize) -> bool {
    tile.is_multiple_of(layout.inner * layout.channels)
}
