//! A compiled program in f32 lanes, where they are as good as f64 lanes.

use super::{Shape, SinglesIo, add_to};
use crate::lanes::{Arithmetic, SINGLES, Singles, View};
use crate::outcome::{by_halves, with_products};

/// What it computes of one block.
pub(crate) trait InSingles<const INPUTS: usize, const OUTPUTS: usize>:
    Shape<OUTPUTS>
{
    /// Which results lack something, so that the product with the gradient of the output takes both parts.
    const RESTS: [bool; OUTPUTS];

    /// The results, and what they lack.
    fn evaluate<L: Singles>(
        l: L,
        x: L::V,
        gate: L::V,
        uniforms: [L::V; INPUTS],
    ) -> [[L::V; OUTPUTS]; 2];
}

/// Runs a program over one tile, whose length is a whole number of blocks.
#[inline(always)]
pub(crate) fn run_singles<L, K, const INPUTS: usize, const OUTPUTS: usize>(
    l: L,
    io: &mut SinglesIo,
) -> bool
where
    L: Singles,
    K: InSingles<INPUTS, OUTPUTS>,
{
    assert!(!K::CORRECTED, "a correction adds a rounding");
    let (views, uniforms, blocks) = io.checked::<K, INPUTS, OUTPUTS>(SINGLES, SINGLES);
    let d = l.doubles();
    let mut seen = l.splat(0.0);
    let mut sums = [[[d.splat(0.0); 2]; 2]; OUTPUTS];
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
                l.load(views[0].at(block)),
                if K::GATE { l.load(views[1].at(block)) } else { l.splat(0.0) },
                if K::SCALED { l.load(views[2].at(block)) } else { l.splat(1.0) },
            ]
        };
        let [mut results, rests] = K::evaluate(l, x, gate, constants);
        for (place, result) in results.iter_mut().enumerate() {
            if K::GUARDS[place] {
                *result = l.select(l.equal(x, x), *result, x);
            }
            if K::GATE_GUARDS[place] {
                *result = l.select(l.equal(gate, gate), *result, gate);
            }
            if place < K::STORED {
                let stored = match (K::SCALED, K::RESTS[place]) {
                    (true, true) => l.mul_parts(dy, *result, rests[place]),
                    (true, false) => l.mul(*result, dy),
                    (false, _) => *result,
                };
                seen = l.select(l.equal(stored, stored), seen, stored);
                // SAFETY: every store has `blocks` places; the inputs that it may share are loaded.
                let into = unsafe { io.stores[place].at(block) };
                if io.stream {
                    l.stream_to(stored, into);
                } else {
                    l.store_to(stored, into);
                }
            } else if let Some(rows) = &mut io.rows {
                let row = &mut rows[place - K::STORED].as_chunks_mut::<SINGLES>().0[turn];
                let products = with_products(l, [d.splat(0.0); 2], *result, dy);
                add_to(d, row, products);
                // To see whether one is NaN.
                let both = d.add(products[0], products[1]);
                sums[place][0][0] = d.add(sums[place][0][0], both);
            } else {
                let sum = &mut sums[place][block % 2];
                *sum = with_products(l, *sum, *result, dy);
            }
        }
        turn = io.after(turn);
    }
    let mut failed = l.some_fails(l.equal(seen, seen));
    for (sum, [even, odd]) in io.sums.iter_mut().zip(&sums[K::STORED..]) {
        let total = d.add(d.add(even[0], odd[0]), d.add(even[1], odd[1]));
        sum[0] = by_halves(d.store(total).0);
        failed |= sum[0].is_nan();
    }
    failed
}
