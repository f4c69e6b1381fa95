//! The same for programs that f32 lanes run as well.

use crate::lanes::{Arithmetic, SINGLES, Singles, Target, View};
use crate::outcome::{by_halves, with_products};
use crate::tiles::SINGLE_TILE;

type Block = [f32; SINGLES];

/// One compiled program in f32 lanes; see [`Fused`](super::Fused).
pub(crate) trait FusedSingle<const INPUTS: usize, const OUTPUTS: usize> {
    const STORED: usize;
    const GATE: bool;
    const SCALED: bool;
    const CORRECTED: bool;
    const GUARDS: [bool; OUTPUTS];
    const GATE_GUARDS: [bool; OUTPUTS];

    fn evaluate<L: Singles>(l: L, x: L::V, gate: L::V, uniforms: [L::V; INPUTS])
    -> [L::V; OUTPUTS];
}

/// What a kernel works on: one tile at most.
pub(crate) struct IoSingle<'a> {
    pub(crate) length: usize,
    pub(crate) x: View<'a, Block>,
    pub(crate) gate: View<'a, Block>,
    pub(crate) dy: View<'a, Block>,
    pub(crate) uniforms: &'a [View<'a, Block>],
    pub(crate) stores: &'a [Target<'a, Block>],
    /// Whether to store past the caches, which the stores must be aligned for.
    pub(crate) stream: bool,
    /// The sum of each summed result; its values instead, where they are of many channels.
    pub(crate) sums: &'a mut [f64],
    pub(crate) rows: Option<&'a mut [[f64; SINGLE_TILE]]>,
}

/// Runs a program over one tile, whose length is a whole number of blocks.
#[inline(always)]
pub(crate) fn run_single<L, K, const INPUTS: usize, const OUTPUTS: usize>(
    l: L,
    io: &mut IoSingle,
) -> bool
where
    L: Singles,
    K: FusedSingle<INPUTS, OUTPUTS>,
{
    let blocks = io.length / SINGLES;
    let is_whole = io.length.is_multiple_of(SINGLES) && io.length <= SINGLE_TILE;
    assert!(is_whole && !K::CORRECTED, "not whole blocks of one tile");
    let views = [io.x, if K::GATE { io.gate } else { io.x }, if K::SCALED { io.dy } else { io.x }];
    assert!(views.iter().all(|view| view.has(blocks)), "an input is shorter than its tile");
    let stores_fit = io.stores.len() == K::STORED && io.stores.iter().all(|it| it.has(blocks));
    assert!(stores_fit, "a store is shorter than its tile, or missing");
    assert!(!io.stream || io.stores.iter().all(Target::is_aligned), "only what is aligned streams");
    let uniforms: [View<Block>; INPUTS] = std::array::from_fn(|place| io.uniforms[place]);
    assert!(uniforms.iter().all(|view| view.has(blocks)), "a uniform is shorter than its tile");

    let d = l.doubles();
    let mut seen = l.splat(0.0);
    let mut sums = [[[d.splat(0.0); 2]; 2]; OUTPUTS];
    for block in 0..blocks {
        let mut constants = [l.splat(0.0); INPUTS];
        for (constant, view) in constants.iter_mut().zip(&uniforms) {
            // SAFETY: every uniform has `blocks` places, of which this is one.
            *constant = l.load(unsafe { view.at(block) });
        }
        // SAFETY: every input has `blocks` places, of which this is one.
        let [x, gate, dy] = unsafe {
            [
                l.load(views[0].at(block)),
                if K::GATE { l.load(views[1].at(block)) } else { l.splat(0.0) },
                if K::SCALED { l.load(views[2].at(block)) } else { l.splat(1.0) },
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
            if place < K::STORED {
                let stored = if K::SCALED { l.mul(*result, dy) } else { *result };
                seen = l.select(l.equal(stored, stored), seen, stored);
                // SAFETY: every store has `blocks` places; the inputs that it may share are loaded.
                let into = unsafe { io.stores[place].at(block) };
                if io.stream {
                    l.stream_to(stored, into);
                } else {
                    l.store_to(stored, into);
                }
            } else if let Some(rows) = &mut io.rows {
                let row = &mut rows[place - K::STORED].as_chunks_mut::<SINGLES>().0[block];
                let zero = [d.splat(0.0); 2];
                let [low, high] = with_products(l, zero, *result, dy);
                let (first, last) = row.split_at_mut(SINGLES / 2);
                first.copy_from_slice(&d.store(low).0);
                last.copy_from_slice(&d.store(high).0);
                let both = d.add(low, high);
                sums[place][0][0] = d.add(sums[place][0][0], both);
            } else {
                let sum = &mut sums[place][block % 2];
                *sum = with_products(l, *sum, *result, dy);
            }
        }
    }
    let mut failed = l.some_fails(l.equal(seen, seen));
    for (sum, [even, odd]) in io.sums.iter_mut().zip(&sums[K::STORED..]) {
        let total = d.add(d.add(even[0], odd[0]), d.add(even[1], odd[1]));
        *sum = by_halves(d.store(total).0);
        failed |= sum.is_nan();
    }
    failed
}
