//! One chunk in f64 lanes: load, run, store and sum, tile by tile.

use std::cell::Cell;
use std::ops::Range as Places;

use crate::Element;
use crate::drive::{Chunk, Inputs, Pass, Read};
use crate::fused::{Io, TileSums};
use crate::lanes::{Block, LANES, SINGLES, Target, View};
use crate::math::Mode;
use crate::outcome::Outcome;
use crate::plan::{FIRST, GATE, Output, Plan, X};
use crate::reduce::Sums;
use crate::segment::{Cut, spread};
use crate::tiles::{DoubleTile, LONG_TILE, SINGLE_TILE, TILE, sources};

/// What stands for infinity where infinity itself gives no answer, 2^160 and 2^140: beyond every
/// f32, and so small that the sixth power is still a finite f64.
const HUGE: [f64; 2] = [1.461501637330903e48, 1.393796574908164e42];
/// The share of a too large exponent that counts in the second run.
const SHARE: f64 = 1.0 / 1024.0;
/// A result beyond this, 2^128, grows without bound; one below its reciprocal vanishes.
const BEYOND: f64 = 3.402823669209385e38;

/// The most outputs that a program stores: the gradients of its two inputs.
const MOST_STORES: usize = 2;

/// The memory of one chunk in f64 lanes.
pub(crate) struct Doubles<'a> {
    pass: &'a Pass<'a>,
    shared: &'a [bool],
    cut: Cut,
    /// Whether a tile's results are of many channels, and so added one by one.
    by_rows: bool,
    /// The ports, the uniforms that differ between channels, the registers.
    tiles: &'a [DoubleTile],
    /// The numbers, and the uniforms of the channel that the tile is of.
    constants: &'a [Cell<Block>],
    sources: Vec<View<'a, Block>>,
    targets: Vec<Target<'a, Block>>,
}

/// How many tiles a plan needs.
pub(crate) fn tiles_of(plan: &Plan) -> usize {
    FIRST + plan.channelled.len() + plan.registers
}

/// The numbers of a plan, then room for the uniforms of one channel.
pub(crate) fn constants_of(plan: &Plan) -> Vec<Cell<Block>> {
    let room = std::iter::repeat_n(&0.0, plan.channelled.len());
    plan.numbers.iter().chain(room).map(|value| Cell::new(Block([*value; LANES]))).collect()
}

impl<'a> Doubles<'a> {
    /// `tiles` and `constants` are those that [`tiles_of`] and [`constants_of`] ask for.
    pub(crate) fn new(
        pass: &'a Pass,
        shared: &'a [bool],
        tiles: &'a [DoubleTile],
        constants: &'a [Cell<Block>],
    ) -> Self {
        let plan = pass.plan;
        let cut = pass.cut(shared);
        let (ports, tiles_after) = tiles.split_at(FIRST);
        let (channelled, registers) = tiles_after.split_at(plan.channelled.len());
        let (numbers, of_channel) = constants.split_at(plan.numbers.len());
        let sources = sources(cut, ports, [numbers, of_channel], channelled, registers);
        let targets = registers.iter().map(|tile| Target::of_cells(&tile.0)).collect();
        let by_rows = pass.sums_by_rows(shared);
        Doubles { pass, shared, cut, by_rows, tiles, constants, sources, targets }
    }

    /// Runs a chunk.
    pub(crate) fn run<T: Element>(&self, inputs: Inputs<T>, chunk: Chunk<T>, sums: &mut [Sums]) {
        let Chunk { origin, length, mut stores } = chunk;
        let reads = [inputs.x, inputs.gate, inputs.dy];
        let in_place = reads.iter().any(|read| matches!(read, Read::InPlace));
        let mut fused = self.fused_run(reads);
        // What no tile holds a part of may be cut longer.
        let is_long = fused.is_some() && !self.has_tiles() && !self.by_rows && !in_place;
        let longest = match (is_long, self.shared.is_empty()) {
            (false, _) => TILE,
            (true, false) => SINGLE_TILE,
            (true, true) => LONG_TILE,
        };
        for tile in self.cut.tiles(self.pass.layout, origin, length, longest) {
            for (port, read) in reads.iter().enumerate() {
                if let Read::InPlace = read {
                    self.load(port, &stores[0][tile.start - origin..tile.end - origin]);
                }
            }
            self.fill(tile.clone(), tile.start == origin);
            let settled = match &mut fused {
                Some(fused) => self.fused(fused, &tile, origin, &mut stores, sums),
                None => tile.start,
            };
            for start in (settled..tile.end).step_by(TILE) {
                let part = start..(start + TILE).min(tile.end);
                let place = part.start - origin..part.end - origin;
                for (port, read) in reads.iter().enumerate() {
                    match read {
                        Read::From(slice) => self.load(port, &slice[part.clone()]),
                        // The part is as it was where the program settled what is before it.
                        Read::InPlace if part.start > tile.start => {
                            self.load(port, &stores[0][place.clone()]);
                        }
                        Read::InPlace | Read::Nothing => {}
                    }
                }
                let mut stores: Vec<&mut [T]> =
                    stores.iter_mut().map(|store| &mut store[place.clone()]).collect();
                self.tile(part, &mut stores, sums);
            }
        }
    }

    /// Whether uniforms that differ between channels are in tiles.
    fn has_tiles(&self) -> bool {
        self.cut != Cut::ByChannel && !self.pass.plan.channelled.is_empty()
    }

    /// What runs the compiled program over tiles of f32, if there is one.
    fn fused_run<T: Element>(&self, reads: [Read<'a, T>; FIRST]) -> Option<FusedRun<'a>> {
        let fused = &self.pass.plan.fused;
        let [x, gate, dy] = reads.map(Read::singles);
        let rows = if self.by_rows { self.shared.len() } else { 0 };
        fused.doubles.or(fused.pairs).and(Some(FusedRun {
            reads: [x?, gate?, dy?],
            uniforms: self.pass.plan.uniforms.iter().map(|place| self.sources[*place]).collect(),
            sums: vec![Default::default(); self.shared.len()],
            rows: vec![[0.0; SINGLE_TILE]; rows],
        }))
    }

    /// Runs the compiled program over a tile, as far as it goes; returns where it ends. That is the
    /// tile's start if the program finds NaN.
    fn fused<T: Element>(
        &self,
        run: &mut FusedRun,
        tile: &Places<usize>,
        origin: usize,
        stores: &mut [&mut [T]],
        sums: &mut [Sums],
    ) -> usize {
        let Pass { plan, kernels, layout, .. } = *self.pass;
        let pairs = plan.fused.pairs.filter(|_| tile.len() >= SINGLES);
        let block = if pairs.is_some() { SINGLES } else { LANES };
        let mut rest = tile.len() % block;
        if rest > 0 && pairs.is_none() && !self.shared.is_empty() {
            // Not all instruction sets have kernels in f64 lanes, but all sum the same stretches.
            rest = tile.len() % TILE;
        }
        if rest == tile.len() || (rest > 0 && self.has_tiles()) {
            // The rest would find its uniforms at other places.
            return tile.start;
        }
        let range = tile.start..tile.end - rest;
        let place = range.start - origin..range.end - origin;
        let stored = stores.len();
        let mut cells: [&[Cell<f32>]; MOST_STORES] = [&[]; MOST_STORES];
        for (cells, store) in cells.iter_mut().zip(stores.iter_mut()) {
            let Some(singles) = T::singles_mut(&mut store[place.clone()]) else {
                return tile.start;
            };
            *cells = Cell::from_mut(singles).as_slice_of_cells();
        }
        let cells = &cells[..stored];
        let found = match pairs {
            Some(kernel) => run.with_io(self, &range, cells, |io| kernels.fused_pairs(kernel, io)),
            None => plan.fused.doubles.and_then(|kernel| {
                run.with_io(self, &range, cells, |io| kernels.fused_doubles(kernel, io))
            }),
        };
        if found != Some(false) {
            return tile.start;
        }
        for (place, (sums, found)) in sums.iter_mut().zip(&run.sums).enumerate() {
            let shared = self.shared[place];
            if self.by_rows {
                sums.add(kernels, layout, shared, range.start, &run.rows[place][..range.len()]);
            } else {
                for (start, found) in range.clone().step_by(TILE).zip(found) {
                    sums.add_to(layout, shared, start, *found);
                }
            }
        }
        range.end
    }

    /// Fills the tile of a port.
    pub(crate) fn load<T: Element>(&self, port: usize, elements: &[T]) {
        T::load(self.pass.kernels, elements, &self.tiles[port]);
    }

    /// Runs one tile, whose ports and uniforms are filled.
    pub(crate) fn tile<T: Element>(
        &self,
        range: Places<usize>,
        stores: &mut [&mut [T]],
        sums: &mut [Sums],
    ) {
        let Pass { plan, kernels, layout, .. } = *self.pass;
        self.execute(T::MODE, range.len());
        let mut doubtful = Vec::new();
        for (place, output) in plan.outputs.iter().enumerate() {
            let outcome = self.outcome(output);
            let Some(summed) = place.checked_sub(stores.len()) else {
                if T::store(kernels, outcome, stores[place]) {
                    doubtful.push(place);
                }
                continue;
            };
            if !self.by_rows {
                let sum = kernels.sum(outcome, range.len());
                if sum.is_nan() {
                    doubtful.push(place);
                } else {
                    sums[summed].add_to(layout, self.shared[summed], range.start, sum);
                }
            } else if !self.add_values(outcome, &range, self.shared[summed], &mut sums[summed]) {
                doubtful.push(place);
            }
        }
        if doubtful.is_empty() {
            return;
        }
        for (place, values) in doubtful.iter().zip(self.second_look(&doubtful, range.len())) {
            let values = &values[..range.len()];
            match place.checked_sub(stores.len()) {
                None => {
                    for (into, value) in stores[*place].iter_mut().zip(values) {
                        *into = T::from_f64(*value);
                    }
                }
                Some(summed) => {
                    let shared = self.shared[summed];
                    sums[summed].add(kernels, layout, shared, range.start, values);
                }
            }
        }
    }

    /// Adds the results to the sums one by one, unless one is NaN; false if one is.
    fn add_values(
        &self,
        outcome: Outcome,
        range: &Places<usize>,
        shared: bool,
        sums: &mut Sums,
    ) -> bool {
        let Pass { kernels, layout, .. } = *self.pass;
        let mut buffer = [0.0; TILE];
        let values = &mut buffer[..range.len()];
        let is_fine = !kernels.store_f64(outcome, values);
        if is_fine {
            sums.add(kernels, layout, shared, range.start, values);
        }
        is_fine
    }

    #[inline]
    fn outcome(&self, output: &Output) -> Outcome<'a> {
        let [value, guard, scale] =
            [output.value, output.guard, output.scale].map(|source| self.sources[source]);
        Outcome { value, guard, scale }
    }

    fn execute(&self, mode: Mode, length: usize) {
        let memory = (&self.sources[..], &self.targets[..], length.div_ceil(LANES));
        self.pass.kernels.run(mode, &self.pass.plan.steps, memory);
    }

    /// Sets the uniforms that differ between channels. `fresh` says that their tiles hold nothing yet.
    pub(crate) fn fill(&self, range: Places<usize>, fresh: bool) {
        let Pass { plan, layout, .. } = *self.pass;
        match self.cut {
            Cut::ByChannel => {
                let channel = (range.start / layout.inner) % layout.channels;
                let room = &self.constants[plan.numbers.len()..];
                for (cell, values) in room.iter().zip(&plan.channelled) {
                    cell.set(Block([values[channel]; LANES]));
                }
            }
            Cut::Anywhere | Cut::ByRow => {
                if plan.channelled.is_empty() || (!fresh && self.cut.repeats(layout, TILE)) {
                    return;
                }
                // A whole tile, for later ones that repeat it.
                let mut buffer = [0.0; TILE];
                for (tile, values) in self.tiles[FIRST..].iter().zip(&plan.channelled) {
                    spread(layout, 0, range.start, values, &mut buffer);
                    tile.write(&buffer);
                }
            }
        }
    }

    /// Looks again where a result is NaN: x or gate may be infinite, or an exponential have left f64,
    /// and the result be indeterminate (0·∞, ∞-∞) though it has a limit. Two runs with saturating
    /// exponentials and, for infinite inputs, two huge finite ones stand for the limit where they
    /// agree; where they do not, or the input is NaN, NaN is the answer.
    #[cold]
    fn second_look(&self, doubtful: &[usize], length: usize) -> Vec<[f64; TILE]> {
        let Pass { plan, kernels, .. } = *self.pass;
        let outcomes = || -> Vec<[f64; TILE]> {
            let of_place = |place: &usize| {
                let mut values = [0.0; TILE];
                kernels.store_f64(self.outcome(&plan.outputs[*place]), &mut values[..length]);
                values
            };
            doubtful.iter().map(of_place).collect()
        };
        let mut results = outcomes();
        let read = |port: usize| {
            let mut values = [0.0; TILE];
            self.tiles[port].read(&mut values);
            (port, values)
        };
        let ports = [X, GATE].into_iter().filter(|port| plan.reads(*port));
        let inputs: Vec<(usize, [f64; TILE])> = ports.map(read).collect();
        let run = |huge: f64, share: f64| {
            for (port, values) in &inputs {
                // NaN stays NaN.
                self.tiles[*port].write(&values.map(|value| value.clamp(-huge, huge)));
            }
            self.execute(Mode::Saturating(share), length);
            outcomes()
        };
        let (first, second) = (run(HUGE[0], 0.0), run(HUGE[1], SHARE));
        for (place, values) in results.iter_mut().enumerate() {
            for (at, value) in values[..length].iter_mut().enumerate().filter(|(_, v)| v.is_nan()) {
                let beyond = inputs.iter().any(|(_, input)| input[at].abs() > HUGE[0]);
                *value = agreed(first[place][at], second[place][at], beyond);
            }
        }
        results
    }
}

/// What a compiled program reads and sums, for the tiles of one chunk.
struct FusedRun<'a> {
    reads: [Read<'a, f32>; FIRST],
    uniforms: Vec<View<'a, Block>>,
    sums: Vec<TileSums>,
    rows: Vec<[f64; SINGLE_TILE]>,
}

impl FusedRun<'_> {
    /// Hands over what a kernel works on in one tile, in blocks of `N` elements.
    fn with_io<const N: usize, R>(
        &mut self,
        doubles: &Doubles,
        range: &Places<usize>,
        cells: &[&[Cell<f32>]],
        work: impl FnOnce(&mut Io<[f32; N], Block>) -> R,
    ) -> R {
        let mut stores = [Target::of_cells(&[]); MOST_STORES];
        for (store, cells) in stores.iter_mut().zip(cells) {
            *store = Target::of_elements(cells);
        }
        let stores = &stores[..cells.len()];
        let [x, gate, dy] = self.reads.map(|read| match read {
            Read::From(slice) => View::of_elements(&slice[range.clone()]),
            Read::InPlace => stores[0].view(),
            Read::Nothing => View::of_slice(&[]),
        });
        work(&mut Io {
            length: range.len(),
            x,
            gate,
            dy,
            uniforms: &self.uniforms,
            stores,
            stream: doubles.pass.stream && stores.iter().all(Target::is_aligned),
            sums: &mut self.sums,
            rows: doubles.by_rows.then_some(&mut *self.rows),
        })
    }
}

/// What two runs say of a limit; `beyond` if they are of different huge inputs.
fn agreed(a: f64, b: f64, beyond: bool) -> f64 {
    let same_sign = a.is_sign_negative() == b.is_sign_negative();
    if (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) {
        // Of one limit both come equally near; a huge number is no limit.
        if beyond && a.abs() > BEYOND { f64::INFINITY.copysign(a) } else { a }
    } else if beyond && same_sign && a.abs().min(b.abs()) > BEYOND {
        f64::INFINITY.copysign(a)
    } else if same_sign && a.abs().max(b.abs()) < BEYOND.recip() {
        0f64.copysign(a)
    } else {
        f64::NAN
    }
}
