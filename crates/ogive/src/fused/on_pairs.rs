//! A compiled program on pairs of f32, a block with a doubt in f64 lanes.

use super::{DoublesIo, PairsIo, Shape, TileSums, add_to};
use crate::lanes::{Arithmetic, Block, LANES, SINGLES, Singles, Target, View};
use crate::outcome::{by_halves, with_products};
use crate::pairs::{Pair, Pairs};
use crate::tiles::{SINGLE_TILE, TILE};

/// Blocks of a stretch with a sum of its own.
const STRETCH: usize = TILE / SINGLES;

/// What it computes of one block.
pub(crate) trait OnPairs<const INPUTS: usize, const OUTPUTS: usize>: Shape<OUTPUTS> {
    fn evaluate<L: Singles>(
        l: &Pairs<L>,
        x: Pair<L::V>,
        gate: Pair<L::V>,
        uniforms: [Pair<L::V>; INPUTS],
    ) -> [Pair<L::V>; OUTPUTS];
}

/// Runs a program over one tile, whose length is a whole number of blocks. `doubles` is the same
/// program in f64 lanes.
///
/// # Safety
/// The machine must have the instructions that `doubles` is compiled for.
#[inline(always)]
pub(crate) unsafe fn run_pairs<L, K, const INPUTS: usize, const OUTPUTS: usize>(
    s: L,
    io: &mut PairsIo,
    doubles: unsafe fn(&mut DoublesIo) -> bool,
) -> bool
where
    L: Singles,
    K: OnPairs<INPUTS, OUTPUTS>,
{
    assert!(!K::CORRECTED, "no kernel on pairs corrects");
    let (views, uniforms, blocks) = io.checked::<K, INPUTS, OUTPUTS>(SINGLES, LANES);
    let d = s.doubles();
    let zero = Pair { high: s.splat(0.0), low: None };
    let mut constants = [Pair { high: s.splat(0.0), low: Some(s.splat(0.0)) }; INPUTS];
    let is_fixed = uniforms.iter().all(View::is_everywhere);
    let mut highs = [[d.splat(0.0); 2]; OUTPUTS];
    let mut lows = [s.splat(0.0); OUTPUTS];
    let mut rest = [0.0; OUTPUTS];
    let by_rows = io.rows.is_some();
    let mut failed = false;
    let mut turn = 0;
    for block in 0..blocks {
        if !is_fixed || block == 0 {
            for (constant, view) in constants.iter_mut().zip(&uniforms) {
                // SAFETY: the turn is below the number of blocks and the period; every uniform has twice
                // as many.
                let [a, b] = unsafe { [d.load(view.at(2 * turn)), d.load(view.at(2 * turn + 1))] };
                let high = s.narrow([a, b]);
                let [c, d_high] = s.widen(high);
                let low = s.narrow([d.sub(a, c), d.sub(b, d_high)]);
                *constant = Pair { high, low: Some(low) };
            }
        }
        io.prefetch::<K, OUTPUTS>(block);
        // SAFETY: every input has `blocks` places, of which this is one.
        let [x, gate, dy] = unsafe {
            [s.load(views[0].at(block)), s.load(views[1].at(block)), s.load(views[2].at(block))]
        };
        let pairs = Pairs::new(s);
        let gate = if K::GATE { pairs.input(gate) } else { zero };
        let results = K::evaluate(&pairs, pairs.input(x), gate, constants);
        let mut stored = [s.splat(0.0); OUTPUTS];
        for (place, result) in results.iter().enumerate().take(K::STORED) {
            let scaled =
                if K::SCALED { pairs.mul(*result, Pair { high: dy, low: None }) } else { *result };
            stored[place] = pairs.rounded(scaled);
            pairs.result(stored[place]);
        }
        if pairs.doubtful() {
            // SAFETY: the caller knows that the machine has the instructions.
            if unsafe { again::<K, INPUTS, OUTPUTS>(io, [block, turn], doubles, &mut rest) } {
                return true;
            }
        } else {
            for (place, result) in results.iter().enumerate() {
                if place < K::STORED {
                    // SAFETY: every store has `blocks` places; the inputs that it may share are loaded.
                    let into = unsafe { io.stores[place].at(block) };
                    if io.stream {
                        s.stream_to(stored[place], into);
                    } else {
                        s.store_to(stored[place], into);
                    }
                } else if let Some(rows) = &mut io.rows {
                    let row = &mut rows[place - K::STORED].as_chunks_mut::<SINGLES>().0[turn];
                    let mut products = with_products(s, [d.splat(0.0); 2], result.high, dy);
                    if let Some(low) = result.low {
                        products = with_products(s, products, low, dy);
                    }
                    add_to(d, row, products);
                    // To see whether one is NaN.
                    let both = d.add(products[0], products[1]);
                    highs[place][0] = d.add(highs[place][0], both);
                } else {
                    highs[place] = with_products(s, highs[place], result.high, dy);
                    if let Some(low) = result.low {
                        lows[place] = s.mul_add(low, dy, lows[place]);
                    }
                }
            }
        }
        turn = io.after(turn);
        if (block + 1) % STRETCH == 0 || block + 1 == blocks {
            for (place, into) in io.sums.iter_mut().enumerate() {
                let place = K::STORED + place;
                let [a, b] = s.widen(lows[place]);
                let total = d.add(d.add(highs[place][0], a), d.add(highs[place][1], b));
                let sum = by_halves(d.store(total).0) + rest[place];
                // A low part may have left f32 where the sum is finite.
                failed |= !sum.is_finite();
                if !by_rows {
                    into[block / STRETCH] = sum;
                }
                (highs[place], lows[place], rest[place]) = ([d.splat(0.0); 2], s.splat(0.0), 0.0);
            }
        }
    }
    failed
}

/// Does one block again in f64 lanes and adds its sums to `rest`; true if a result is NaN.
///
/// # Safety
/// As [`run_pairs`].
#[cold]
#[inline(never)]
unsafe fn again<K: Shape<OUTPUTS>, const INPUTS: usize, const OUTPUTS: usize>(
    io: &mut PairsIo,
    [block, turn]: [usize; 2],
    doubles: unsafe fn(&mut DoublesIo) -> bool,
    rest: &mut [f64; OUTPUTS],
) -> bool {
    let uniforms: [View<Block>; INPUTS] =
        std::array::from_fn(|place| io.uniforms[place].after(2 * turn));
    let mut stores = [Target::of_cells(&[]); OUTPUTS];
    for (store, whole) in stores.iter_mut().zip(io.stores) {
        *store = whole.halves(block);
    }
    let mut rows = vec![[0.0; SINGLE_TILE]; if io.rows.is_some() { io.sums.len() } else { 0 }];
    let mut sums = [TileSums::default(); OUTPUTS];
    let mut part = DoublesIo {
        length: SINGLES,
        x: io.x.halves(block),
        gate: if K::GATE { io.gate.halves(block) } else { View::of_slice(&[]) },
        dy: if K::SCALED { io.dy.halves(block) } else { View::of_slice(&[]) },
        uniforms: &uniforms,
        stores: &stores[..K::STORED],
        stream: false,
        period: SINGLES / LANES,
        sums: &mut sums[..io.sums.len()],
        rows: if io.rows.is_some() { Some(&mut rows) } else { None },
    };
    // SAFETY: the caller knows that the machine has the instructions.
    let failed = unsafe { doubles(&mut part) };
    for (rest, sum) in rest[K::STORED..].iter_mut().zip(sums) {
        *rest += sum[0];
    }
    if let Some(all) = &mut io.rows {
        for (row, part) in all.iter_mut().zip(&rows) {
            let row = &mut row.as_chunks_mut::<SINGLES>().0[turn];
            row.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
        }
    }
    failed
}
