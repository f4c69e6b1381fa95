//! A compiled program in f64 lanes.

use super::{DoublesIo, Shape};
use crate::lanes::{Block, LANES, Lanes, View};
use crate::tiles::TILE;

/// Blocks of a stretch with a sum of its own.
const STRETCH: usize = TILE / LANES;

/// What it computes of one block.
pub(crate) trait InDoubles<const INPUTS: usize, const OUTPUTS: usize>:
    Shape<OUTPUTS>
{
    fn evaluate<L: Lanes>(l: L, x: L::V, gate: L::V, uniforms: [L::V; INPUTS]) -> [L::V; OUTPUTS];
}

/// Runs a program over one tile, whose length is a whole number of blocks.
#[inline(always)]
pub(crate) fn run_doubles<L, K, const INPUTS: usize, const OUTPUTS: usize>(
    l: L,
    io: &mut DoublesIo,
) -> bool
where
    L: Lanes,
    K: InDoubles<INPUTS, OUTPUTS>,
{
    let (views, uniforms, blocks) = io.checked::<K, INPUTS, OUTPUTS>(LANES, LANES);
    let mut seen = l.splat(0.0);
    let mut sums = [[l.splat(0.0); 2]; OUTPUTS];
    let by_rows = io.rows.is_some();
    let mut failed = false;
    let mut turn = 0;
    let is_fixed = uniforms.iter().all(View::is_everywhere);
    let mut constants = [l.splat(0.0); INPUTS];
    for block in 0..blocks {
        if !is_fixed || block == 0 {
            for (constant, view) in constants.iter_mut().zip(&uniforms) {
                // SAFETY: the turn is below the number of blocks and the period; every uniform has so many.
                *constant = l.load(unsafe { view.at(turn) });
            }
        }
        io.prefetch::<K, OUTPUTS>(block);
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
                let sum = &mut rows[place - K::STORED].as_chunks_mut().0[turn];
                *sum = l.store(l.add(l.load(&Block(*sum)), *result)).0;
            } else {
                let sum = &mut sums[place][block % 2];
                *sum = l.add(*sum, *result);
            }
        }
        turn = io.after(turn);
        if !by_rows && ((block + 1) % STRETCH == 0 || block + 1 == blocks) {
            for (into, sum) in io.sums.iter_mut().zip(&mut sums[K::STORED..]) {
                let Block(lanes) = l.store(l.add(sum[0], sum[1]));
                *sum = [l.splat(0.0); 2];
                into[block / STRETCH] = crate::outcome::by_halves(lanes);
                failed |= into[block / STRETCH].is_nan();
            }
        }
    }
    failed |= l.some_fails(l.equal(seen, seen));
    failed
}
