//! The programs of the catalogue's most used entries as kernels of their own: compiled from the formulas
//! when the crate is built, without tiles between the operations.
//!
//! In f64 lanes and in f32 lanes they do the operations of the tile engine in its order, so they give
//! its bits; on [pairs](crate::pairs) of f32 they are within 0.51 ulp, as it is. The tile engine
//! stands behind them wherever a result is NaN.

#![allow(unsafe_code, reason = "reads of views whose length is checked once")]

mod doubles;
mod on_pairs;
mod singles;

pub(crate) use doubles::{InDoubles, run_doubles};
pub(crate) use on_pairs::{OnPairs, run_pairs};
pub(crate) use singles::{InSingles, run_singles};

use crate::lanes::{Block, LANES, Lanes, SINGLES, Singles, Target, View};
use crate::pairs::{self, Pair, Pairs};
use crate::plan::Fused;
use crate::tiles::{SINGLE_TILE, TILE};
use crate::{doubts, math};

/// A block of f32 as f64 lanes see it.
pub(crate) type Half = [f32; LANES];
/// A block of f32 as f32 lanes see it.
pub(crate) type Full = [f32; SINGLES];

/// What is the same for a compiled program whatever lanes it runs in; `OUTPUTS` results.
pub(crate) trait Shape<const OUTPUTS: usize> {
    /// How many of the results are stored; the others are summed.
    const STORED: usize;
    /// Whether it reads the second input.
    const GATE: bool;
    /// Whether results are multiplied by the gradient of the output.
    const SCALED: bool;
    /// Whether the last result is added to the first as it is.
    const CORRECTED: bool;
    /// For each result, whether NaN in `x` must be carried over to it.
    const GUARDS: [bool; OUTPUTS];
    /// The same for NaN in the gate.
    const GATE_GUARDS: [bool; OUTPUTS];
}

/// The sums of the stretches of [`TILE`] elements that a longer tile has: as the tile engine has them.
/// In f32 lanes there is but one, in the first place.
pub(crate) type TileSums = [f64; SINGLE_TILE / TILE];

/// What a kernel works on, one tile at most (a long one where nothing is summed, or rows come again): blocks of elements `B` and of uniforms `U`.
pub(crate) struct Io<'a, B, U> {
    pub(crate) length: usize,
    pub(crate) x: View<'a, B>,
    pub(crate) gate: View<'a, B>,
    pub(crate) dy: View<'a, B>,
    pub(crate) uniforms: &'a [View<'a, U>],
    pub(crate) stores: &'a [Target<'a, B>],
    /// Whether to store past the caches, which the stores must be aligned for.
    pub(crate) stream: bool,
    /// Blocks after which the uniforms, and the places of `rows`, come again: all of them, if they do not.
    pub(crate) period: usize,
    /// The sum of each stretch of a tile, of each summed result; of no account where there are rows.
    pub(crate) sums: &'a mut [TileSums],
    /// What the values of each summed result are added to instead, where they are of many channels.
    pub(crate) rows: Option<&'a mut [Row]>,
}

/// A number for each place of a tile, or of the rows after which it repeats.
pub(crate) type Row = [f64; SINGLE_TILE];

pub(crate) type DoublesIo<'a> = Io<'a, Half, Block>;
pub(crate) type SinglesIo<'a> = Io<'a, Full, Full>;
pub(crate) type PairsIo<'a> = Io<'a, Full, Block>;

/// A kernel compiled for one instruction set; true if a result is NaN, and nothing is settled.
#[derive(Clone, Copy)]
pub(crate) enum Kernel {
    Doubles(unsafe fn(&mut DoublesIo) -> bool),
    Singles(unsafe fn(&mut SinglesIo) -> bool),
    Pairs(unsafe fn(&mut PairsIo) -> bool),
    /// There is none: the tile engine gives the same bits.
    Absent,
}

/// Adds a block of values in two halves.
#[inline(always)]
fn add_to<L: Lanes>(l: L, row: &mut [f64; SINGLES], values: [L::V; 2]) {
    for (part, value) in row.as_chunks_mut::<LANES>().0.iter_mut().zip(values) {
        *part = l.store(l.add(l.load(&Block(*part)), value)).0;
    }
}

impl<'a, B: Copy, U: Copy> Io<'a, B, U> {
    /// The inputs that a program reads, and its uniforms, once it is sure that every place of a block
    /// of `elements` can be read and written; then how many blocks there are.
    #[inline(always)]
    fn checked<K: Shape<OUTPUTS>, const INPUTS: usize, const OUTPUTS: usize>(
        &self,
        elements: usize,
        uniform_elements: usize,
    ) -> ([View<'a, B>; 3], [View<'a, U>; INPUTS], usize) {
        let blocks = self.length / elements;
        let sums_nothing = K::STORED == OUTPUTS || K::CORRECTED;
        // Rows that come again have a place for each element of a period.
        let has_places = self.rows.is_some() && self.period <= SINGLE_TILE / elements;
        let has_room = self.length <= SINGLE_TILE || sums_nothing || has_places;
        assert!(self.length.is_multiple_of(elements) && has_room, "not whole blocks of one tile");
        let views = [
            self.x,
            if K::GATE { self.gate } else { self.x },
            if K::SCALED { self.dy } else { self.x },
        ];
        assert!(views.iter().all(|view| view.has(blocks)), "an input is shorter than its tile");
        let fits = |store: &Target<B>| store.has(blocks) && (!self.stream || store.is_aligned());
        let stores_fit = self.stores.len() == K::STORED && self.stores.iter().all(fits);
        assert!(stores_fit, "a store is shorter than its tile, unaligned or missing");
        let uniforms: [View<U>; INPUTS] = std::array::from_fn(|place| self.uniforms[place]);
        assert!(self.period > 0, "nothing repeats after no blocks");
        let fits =
            |view: &View<U>| view.has(blocks.min(self.period) * (elements / uniform_elements));
        assert!(uniforms.iter().all(fits), "a uniform is shorter than its tile");
        (views, uniforms, blocks)
    }

    /// The place of the next block in a period.
    #[inline(always)]
    fn after(&self, turn: usize) -> usize {
        if turn + 1 == self.period { 0 } else { turn + 1 }
    }

    /// Asks for what the program will read soon after a block.
    #[inline(always)]
    fn prefetch<K: Shape<OUTPUTS>, const OUTPUTS: usize>(&self, block: usize) {
        self.x.prefetch(block);
        if K::GATE {
            self.gate.prefetch(block);
        }
        if K::SCALED {
            self.dy.prefetch(block);
        }
    }
}

#[cfg(not(test))]
include!(concat!(env!("OUT_DIR"), "/fused.rs"));
#[cfg(test)]
include!(concat!(env!("OUT_DIR"), "/none.rs"));
