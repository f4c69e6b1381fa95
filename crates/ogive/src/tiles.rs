//! Tiles: the registers of a program, small enough to stay in the first-level cache.

use std::cell::Cell;

use crate::lanes::{Block, LANES, SINGLES};

/// Blocks of a tile.
pub(crate) const BLOCKS: usize = 32;
/// Elements of a tile of f64.
pub(crate) const TILE: usize = BLOCKS * LANES;
/// Elements of a tile of f32.
pub(crate) const SINGLE_TILE: usize = BLOCKS * SINGLES;

/// One register. Cells, because a step may write where it reads.
#[repr(C, align(64))]
pub(crate) struct Tile<B>(pub(crate) [Cell<B>; BLOCKS]);

impl<B: Copy> Tile<B> {
    pub(crate) fn filled(block: B) -> Self {
        Tile(std::array::from_fn(|_| Cell::new(block)))
    }
}

impl Tile<Block> {
    pub(crate) fn new() -> Self {
        Tile::filled(Block::default())
    }

    /// The elements, copied out.
    pub(crate) fn read(&self, into: &mut [f64]) {
        for (part, block) in into.chunks_mut(LANES).zip(&self.0) {
            part.copy_from_slice(&block.get().0[..part.len()]);
        }
    }

    /// Sets the first elements; the rest of the last block repeats the last of them.
    pub(crate) fn write(&self, from: &[f64]) {
        for (part, block) in from.chunks(LANES).zip(&self.0) {
            let mut full = [part[part.len() - 1]; LANES];
            full[..part.len()].copy_from_slice(part);
            block.set(Block(full));
        }
    }
}

impl Tile<[f32; SINGLES]> {
    pub(crate) fn new() -> Self {
        Tile::filled([0.0; SINGLES])
    }

    /// The elements, copied out.
    pub(crate) fn read(&self, into: &mut [f32]) {
        for (part, block) in into.chunks_mut(SINGLES).zip(&self.0) {
            part.copy_from_slice(&block.get()[..part.len()]);
        }
    }

    /// Sets the first elements; the rest of the last block repeats the last of them.
    pub(crate) fn write(&self, from: &[f32]) {
        for (part, block) in from.chunks(SINGLES).zip(&self.0) {
            let mut full = [part[part.len() - 1]; SINGLES];
            full[..part.len()].copy_from_slice(part);
            block.set(full);
        }
    }
}
