//! The programs of the catalogue as kernels of their own: compiled from the formulas when the crate is
//! built, without tiles between the operations.
//!
//! They do the operations of the tile engine in its order, so they give its bits; the tile engine
//! stands behind them wherever a result is NaN.

#![allow(unsafe_code, reason = "reads of views whose length is checked once")]

mod single;

pub(crate) use single::{FusedSingle, IoSingle, run_single};

use crate::lanes::{Block, LANES, Lanes, Singles, Target, View};
use crate::math;
use crate::tiles::TILE;

/// A block of f32 as f64 lanes see it.
pub(crate) type Half = [f32; LANES];

/// One compiled program: `INPUTS` uniforms, `OUTPUTS` results.
pub(crate) trait Fused<const INPUTS: usize, const OUTPUTS: usize> {
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

    fn evaluate<L: Lanes>(l: L, x: L::V, gate: L::V, uniforms: [L::V; INPUTS]) -> [L::V; OUTPUTS];
}

/// What a kernel works on: one tile at most.
pub(crate) struct Io<'a> {
    pub(crate) length: usize,
    pub(crate) x: View<'a, Half>,
    pub(crate) gate: View<'a, Half>,
    pub(crate) dy: View<'a, Half>,
    pub(crate) uniforms: &'a [View<'a, Block>],
    pub(crate) stores: &'a [Target<'a, Half>],
    /// Whether to store past the caches, which the stores must be aligned for.
    pub(crate) stream: bool,
    /// The sum of each summed result; its values instead, where they are of many channels.
    pub(crate) sums: &'a mut [f64],
    pub(crate) rows: Option<&'a mut [[f64; TILE]]>,
}

/// A kernel compiled for one instruction set; true if a result is NaN, and nothing is settled.
#[derive(Clone, Copy)]
pub(crate) enum Kernel {
    Doubles(unsafe fn(&mut Io) -> bool),
    Singles(unsafe fn(&mut IoSingle) -> bool),
}

/// Runs a program over one tile, whose length is a whole number of blocks.
#[inline(always)]
pub(crate) fn run<L, K, const INPUTS: usize, const OUTPUTS: usize>(l: L, io: &mut Io) -> bool
where
    L: Lanes,
    K: Fused<INPUTS, OUTPUTS>,
{
    let blocks = io.length / LANES;
    assert!(io.length.is_multiple_of(LANES) && io.length <= TILE, "not whole blocks of one tile");
    let views = [io.x, if K::GATE { io.gate } else { io.x }, if K::SCALED { io.dy } else { io.x }];
    assert!(views.iter().all(|view| view.has(blocks)), "an input is shorter than its tile");
    let stores_fit = io.stores.len() == K::STORED && io.stores.iter().all(|it| it.has(blocks));
    assert!(stores_fit, "a store is shorter than its tile, or missing");
    assert!(!io.stream || io.stores.iter().all(Target::is_aligned), "only what is aligned streams");
    let uniforms: [View<Block>; INPUTS] = std::array::from_fn(|place| io.uniforms[place]);
    assert!(uniforms.iter().all(|view| view.has(blocks)), "a uniform is shorter than its tile");

    let mut seen = l.splat(0.0);
    let mut sums = [[l.splat(0.0); 2]; OUTPUTS];
    for block in 0..blocks {
        let mut constants = [l.splat(0.0); INPUTS];
        for (constant, view) in constants.iter_mut().zip(&uniforms) {
            // SAFETY: every uniform has `blocks` places, of which this is one.
            *constant = l.load(unsafe { view.at(block) });
        }
        // SAFETY: every input has `blocks` places, of which this is one.
        let [x, gate, dy] = unsafe {
            [
                l.load_f32(views[0].at(block)),
                if K::GATE { l.load_f32(views[1].at(block)) } else { l.splat(0.0) },
                if K::SCALED { l.load_f32(views[2].at(block)) } else { l.splat(1.0) },
            ]
        };
        let mut results = K::evaluate(l, x, gate, constants);
        for (place, result) in results.iter_mut().enumerate() {
            if K::GUARDS[place] {
                *result = l.select(l.equal(x, x), *result, x);
            }
            if K::GATE_GUARDS[place] {
                *result = l.select(l.equal(gate, gate), *result, gate);
            }
            if K::SCALED && !(K::CORRECTED && place + 1 == OUTPUTS) {
                *result = l.mul(*result, dy);
            }
        }
        if K::CORRECTED {
            results[0] = l.add(results[0], results[OUTPUTS - 1]);
        }
        for (place, result) in results.iter().enumerate() {
            if place < K::STORED {
                seen = l.select(l.equal(*result, *result), seen, *result);
                // SAFETY: every store has `blocks` places; the inputs that it may share are loaded.
                let into = unsafe { io.stores[place].at(block) };
                if io.stream {
                    l.stream_f32(*result, into);
                } else {
                    *into = l.store_f32(*result);
                }
            } else if K::CORRECTED {
                // It is a part of the first result.
            } else if let Some(rows) = &mut io.rows {
                seen = l.select(l.equal(*result, *result), seen, *result);
                rows[place - K::STORED].as_chunks_mut().0[block] = l.store(*result).0;
            } else {
                let sum = &mut sums[place][block % 2];
                *sum = l.add(*sum, *result);
            }
        }
    }
    let mut failed = l.some_fails(l.equal(seen, seen));
    for (sum, [even, odd]) in io.sums.iter_mut().zip(&sums[K::STORED..]) {
        *sum = crate::outcome::by_halves(l.store(l.add(*even, *odd)).0);
        failed |= sum.is_nan();
    }
    failed
}

include!(concat!(env!("OUT_DIR"), "/fused.rs"));
