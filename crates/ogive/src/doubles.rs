//! One chunk in f64 lanes: load, run, store and sum, tile by tile.

mod compiled;
mod limits;

use std::cell::Cell;
use std::ops::Range as Places;

use crate::Element;
use crate::drive::{Chunk, Inputs, Pass, Read};
use crate::lanes::{Block, LANES, Target, View};
use crate::math::Mode;
use crate::outcome::Outcome;
use crate::plan::{FIRST, Output, Plan};
use crate::reduce::Sums;
use crate::segment::{Cut, spread};
use crate::tiles::{DoubleTile, LONG_TILE, SINGLE_TILE, TILE, sources};

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
        let mut compiled = self.compiled_run(reads);
        // What no tile holds a part of may be cut longer.
        let is_long = compiled.is_some() && !self.has_tiles() && !self.by_rows && !in_place;
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
            // Where the program finds NaN in a long tile, the parts go on alone, and only the one that
            // has it is for the tile engine: as if the tile had been short.
            let mut step = tile.len();
            let mut at = tile.start;
            while at < tile.end {
                let part = at..(at + step).min(tile.end);
                let settled = match &mut compiled {
                    Some(run) => self.compiled(run, &part, origin, &mut stores, sums),
                    None => at,
                };
                if settled == at && part.len() > TILE {
                    step = TILE;
                    continue;
                }
                if settled < part.end {
                    let rest = settled..part.end;
                    let place = rest.start - origin..rest.end - origin;
                    for (port, read) in reads.iter().enumerate() {
                        match read {
                            Read::From(slice) => self.load(port, &slice[rest.clone()]),
                            // It is as it was where the program settled what is before it.
                            Read::InPlace if rest.start > tile.start => {
                                self.load(port, &stores[0][place.clone()]);
                            }
                            Read::InPlace | Read::Nothing => {}
                        }
                    }
                    let mut stores: Vec<&mut [T]> =
                        stores.iter_mut().map(|store| &mut store[place.clone()]).collect();
                    self.tile(rest, &mut stores, sums);
                }
                at = part.end;
            }
        }
    }

    /// Whether uniforms that differ between channels are in tiles.
    fn has_tiles(&self) -> bool {
        self.cut != Cut::ByChannel && !self.pass.plan.channelled.is_empty()
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
        for (place, values) in doubtful.iter().zip(self.second_look::<T>(&doubtful, &range)) {
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
}
