//! Tiles: the registers of a program, small enough to stay in the first-level cache.

use std::cell::Cell;

use crate::lanes::{Block, LANES, SINGLES, View};
use crate::segment::Cut;

/// Blocks of a tile of f64: 2 KiB.
const DOUBLE_BLOCKS: usize = 32;
/// Blocks of a tile of f32: 4 KiB, because its steps are few and short.
const SINGLE_BLOCKS: usize = 64;
/// Elements of a tile of f64.
pub(crate) const TILE: usize = DOUBLE_BLOCKS * LANES;
/// Elements that a compiled program takes at once where no tile holds any of them, but uniforms and sums that
/// come again.
pub(crate) const LONG_TILE: usize = 16 * SINGLE_TILE;
/// Elements of a tile of f32.
pub(crate) const SINGLE_TILE: usize = SINGLE_BLOCKS * SINGLES;

/// One register. Cells, because a step may write where it reads.
#[repr(C, align(64))]
pub(crate) struct Tile<B, const BLOCKS: usize>(pub(crate) [Cell<B>; BLOCKS]);

pub(crate) type DoubleTile = Tile<Block, DOUBLE_BLOCKS>;
pub(crate) type SingleTile = Tile<[f32; SINGLES], SINGLE_BLOCKS>;

impl<B: Copy, const BLOCKS: usize> Tile<B, BLOCKS> {
    fn filled(block: B) -> Self {
        Tile(std::array::from_fn(|_| Cell::new(block)))
    }
}

/// What a plan's sources are, in its order: the ports, the numbers, the uniforms that differ between
/// channels, the registers. `constants` are the numbers, and those uniforms of one channel, where a
/// tile is of one; else they are in the tiles `channelled`.
pub(crate) fn sources<'a, B: Copy, const BLOCKS: usize>(
    cut: Cut,
    ports: &'a [Tile<B, BLOCKS>],
    constants: [&'a [Cell<B>]; 2],
    channelled: &'a [Tile<B, BLOCKS>],
    registers: &'a [Tile<B, BLOCKS>],
) -> Vec<View<'a, B>> {
    let of_tile = |tile: &'a Tile<B, BLOCKS>| View::of_cells(&tile.0);
    let [numbers, of_channel] = constants;
    let mut sources: Vec<View<B>> = ports.iter().map(of_tile).collect();
    sources.extend(numbers.iter().map(View::everywhere));
    match cut {
        Cut::ByChannel => sources.extend(of_channel.iter().map(View::everywhere)),
        Cut::Anywhere | Cut::ByRow => sources.extend(channelled.iter().map(of_tile)),
    }
    sources.extend(registers.iter().map(of_tile));
    sources
}

impl DoubleTile {
    pub(crate) fn new() -> Self {
        Tile::filled(Block::default())
    }

    /// The elements, copied out.
    pub(crate) fn read(&self, into: &mut [f64]) {
        let (whole, rest) = into.as_chunks_mut::<LANES>();
        for (part, block) in whole.iter_mut().zip(&self.0) {
            *part = block.get().0;
        }
        if !rest.is_empty() {
            let block = &self.0[whole.len()];
            rest.copy_from_slice(&block.get().0[..rest.len()]);
        }
    }

    /// Sets the first elements; the rest of the last block repeats the last of them.
    pub(crate) fn write(&self, from: &[f64]) {
        let (whole, rest) = from.as_chunks::<LANES>();
        for (part, block) in whole.iter().zip(&self.0) {
            block.set(Block(*part));
        }
        if let Some(full) = padded(rest) {
            self.0[whole.len()].set(Block(full));
        }
    }
}

impl SingleTile {
    pub(crate) fn new() -> Self {
        Tile::filled([0.0; SINGLES])
    }

    /// The elements, copied out.
    pub(crate) fn read(&self, into: &mut [f32]) {
        let (whole, rest) = into.as_chunks_mut::<SINGLES>();
        for (part, block) in whole.iter_mut().zip(&self.0) {
            *part = block.get();
        }
        if !rest.is_empty() {
            let block = &self.0[whole.len()];
            rest.copy_from_slice(&block.get()[..rest.len()]);
        }
    }

    /// Sets the first elements; the rest of the last block repeats the last of them.
    pub(crate) fn write(&self, from: &[f32]) {
        let (whole, rest) = from.as_chunks::<SINGLES>();
        for (part, block) in whole.iter().zip(&self.0) {
            block.set(*part);
        }
        if let Some(full) = padded(rest) {
            self.0[whole.len()].set(full);
        }
    }

    /// The same from cells.
    pub(crate) fn write_cells(&self, from: &[Cell<f32>]) {
        let (whole, rest) = from.as_chunks::<SINGLES>();
        for (part, block) in whole.iter().zip(&self.0) {
            block.set(part.each_ref().map(Cell::get));
        }
        let rest: Vec<f32> = rest.iter().map(Cell::get).collect();
        if let Some(full) = padded(&rest) {
            self.0[whole.len()].set(full);
        }
    }
}

/// A block that begins with some elements and repeats the last of them; none without any.
pub(crate) fn padded<N: Copy, const LENGTH: usize>(elements: &[N]) -> Option<[N; LENGTH]> {
    let mut full = [*elements.last()?; LENGTH];
    full[..elements.len()].copy_from_slice(elements);
    Some(full)
}
