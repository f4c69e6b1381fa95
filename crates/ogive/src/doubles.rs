//! One chunk in f64 lanes: load, run, store and sum, tile by tile.

mod compiled;
mod in_parts;
mod limits;

use std::cell::{Cell, OnceCell};
use std::ops::Range as Places;

use compiled::CompiledRun;
use in_parts::InParts;

use crate::Element;
use crate::drive::{Chunk, Inputs, Pass, Read};
use crate::lanes::{Block, LANES, Target, View, fence};
use crate::math::Mode;
use crate::outcome::Outcome;
use crate::plan::{FIRST, ONE, Output, Plan};
use crate::reduce::Sums;
use crate::rows::whole_periods;
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
    /// Where every number has two parts, and so all of the above comes twice: both parts of each register
    /// that is a result, and its factor.
    joins: Vec<([Target<'a, Block>; 2], View<'a, Block>)>,
    /// What looks again at elements in doubt.
    in_parts: OnceCell<InParts>,
}

/// How many tiles a plan needs for one part of its numbers.
fn tiles_of_part(plan: &Plan) -> usize {
    FIRST + plan.channelled.len() + plan.registers
}

/// How many tiles a plan needs.
pub(crate) fn tiles_of(plan: &Plan) -> usize {
    tiles_of_part(plan) * if plan.rests.is_some() { 2 } else { 1 }
}

/// How many constants a plan has for one part of its numbers.
fn constants_of_part(plan: &Plan) -> usize {
    plan.numbers.len() + plan.channelled.len()
}

/// The numbers of a plan, then room for the uniforms of one channel; then what all these lack, where numbers
/// have two parts.
pub(crate) fn constants_of(plan: &Plan) -> Vec<Cell<Block>> {
    let room = || std::iter::repeat_n(&0.0, plan.channelled.len());
    let parts = std::iter::once(&plan.numbers).chain(plan.rests.as_ref().map(|it| &it.numbers));
    let values = parts.flat_map(|numbers| numbers.iter().chain(room()));
    values.map(|value| Cell::new(Block([*value; LANES]))).collect()
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
        let (mut all_sources, mut targets) = (Vec::new(), Vec::new());
        let constants_of_parts = constants.chunks(constants_of_part(plan));
        for (tiles, constants) in tiles.chunks(tiles_of_part(plan)).zip(constants_of_parts) {
            let (ports, tiles_after) = tiles.split_at(FIRST);
            let (channelled, registers) = tiles_after.split_at(plan.channelled.len());
            let numbers = constants.split_at(plan.numbers.len()).into();
            all_sources.extend(sources(cut, ports, numbers, channelled, registers));
            targets.extend(registers.iter().map(|tile| Target::of_cells(&tile.0)));
        }
        let sources = all_sources;
        let mut joins = Vec::new();
        if plan.rests.is_some() {
            // What is read lacks nothing.
            let ports = tiles[tiles_of_part(plan)..].iter().take(FIRST);
            ports.for_each(|tile| tile.write(&[0.0; TILE]));
            for (at, output) in plan.outputs.iter().enumerate() {
                let is_known = plan.outputs[..at].iter().any(|known| known.value == output.value);
                if let Some(register) = plan.register(output.value).filter(|_| !is_known) {
                    let parts = [register, plan.registers + register].map(|place| targets[place]);
                    joins.push((parts, sources[output.scale]));
                }
            }
        }
        let by_rows = pass.sums_by_rows(shared);
        let in_parts = OnceCell::new();
        Doubles { pass, shared, cut, by_rows, tiles, constants, sources, targets, joins, in_parts }
    }

    /// Runs a chunk.
    pub(crate) fn run<T: Element>(&self, inputs: Inputs<T>, chunk: Chunk<T>, sums: &mut [Sums]) {
        let Chunk { origin, length, mut stores } = chunk;
        let reads = [inputs.x, inputs.gate, inputs.dy];
        let in_place = reads.iter().any(|read| matches!(read, Read::InPlace));
        let mut compiled = self.compiled_run(reads);
        let (short, long) = self.lengths(compiled.as_ref(), in_place);
        // A program that finds NaN may have written over what it reads.
        let is_kept = in_place && compiled.is_some();
        let mut kept: Vec<T> = Vec::with_capacity(if is_kept { long } else { 0 });
        for tile in self.cut.tiles(self.pass.layout, origin, length, long) {
            if is_kept {
                kept.clear();
                kept.extend_from_slice(&stores[0][tile.start - origin..tile.end - origin]);
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
                // The same memory is written again.
                if settled == at && self.pass.stream {
                    fence();
                }
                if settled == at && is_kept {
                    let kept = &kept[part.start - tile.start..part.end - tile.start];
                    stores[0][part.start - origin..part.end - origin].copy_from_slice(kept);
                }
                if settled == at && part.len() > short {
                    step = short;
                    continue;
                }
                if settled < part.end {
                    let rest = settled..part.end;
                    let place = rest.start - origin..rest.end - origin;
                    for (port, read) in reads.iter().enumerate() {
                        match read {
                            Read::From(slice) => self.load(port, &slice[rest.clone()]),
                            Read::InPlace => self.load(port, &stores[0][place.clone()]),
                            Read::Nothing => {}
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

    /// How many elements the tile engine takes at once, and how many the compiled program.
    fn lengths(&self, compiled: Option<&CompiledRun>, in_place: bool) -> (usize, usize) {
        let period = compiled.and_then(|run| run.period);
        let short = period.unwrap_or(TILE);
        // Uniforms or sums of other elements than those of one tile would be in other places.
        let is_bound = period.is_none() && (self.has_tiles() || self.by_rows);
        // Sums of rows that come again are of any length.
        let is_free = self.shared.is_empty() || (self.by_rows && period.is_some());
        let longest = match (compiled.is_none() || is_bound, is_free && !in_place) {
            (true, _) => return (short, TILE),
            (false, true) => LONG_TILE,
            (false, false) => SINGLE_TILE,
        };
        (short, period.map_or(longest, |period| whole_periods(period, longest)))
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
        if plan.rests.is_some() {
            self.execute_fine(range.len());
        } else {
            self.execute(Mode::Plain, range.len());
        }
        let (all, whole) = (0..range.len(), range.len() - range.len() % LANES);
        let strays = self.strays(range.len());
        let has_strays = !strays.is_empty();
        let mut doubtful = Vec::new();
        for (place, output) in plan.outputs.iter().enumerate() {
            let outcome = self.left(output);
            let Some(summed) = place.checked_sub(stores.len()) else {
                if T::store(kernels, outcome, stores[place]) || has_strays {
                    doubtful.push((place, all.clone()));
                }
                continue;
            };
            if !self.by_rows {
                // Each for itself: a kernel may have settled the whole blocks of a tile.
                let parts = [0..whole, whole..range.len()];
                for (sum, part) in kernels.sum(outcome, range.len()).into_iter().zip(parts) {
                    if sum.is_nan() || has_strays {
                        doubtful.push((place, part));
                    } else {
                        sums[summed].add_to(layout, self.shared[summed], range.start, sum);
                    }
                }
            } else if has_strays
                || !self.add_values(outcome, &range, self.shared[summed], &mut sums[summed])
            {
                doubtful.push((place, all.clone()));
            }
        }
        if doubtful.is_empty() {
            return;
        }
        let places: Vec<usize> = doubtful.iter().map(|(place, _)| *place).collect();
        let looked_at = self.second_look::<T>(&places, &range, &strays);
        for ((place, part), values) in doubtful.iter().zip(looked_at) {
            let values = &values[part.clone()];
            match place.checked_sub(stores.len()) {
                None => {
                    for (into, value) in stores[*place].iter_mut().zip(values) {
                        *into = T::from_f64(*value);
                    }
                }
                Some(summed) => {
                    let shared = self.shared[summed];
                    sums[summed].add(kernels, layout, shared, range.start + part.start, values);
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
        let has_nan = kernels.store_f64(outcome, values);
        if !has_nan {
            sums.add(kernels, layout, shared, range.start, values);
        }
        !has_nan
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

    /// Runs the steps on numbers of two parts, of which the results become one.
    fn execute_fine(&self, length: usize) {
        let Pass { plan, kernels, .. } = *self.pass;
        let blocks = length.div_ceil(LANES);
        kernels.run_fine(&plan.steps, (&self.sources, &self.targets, blocks));
        for (parts, scale) in &self.joins {
            kernels.join(*parts, *scale, blocks);
        }
    }

    /// What the steps have left of a result.
    fn left(&self, output: &Output) -> Outcome<'a> {
        // Where there are two parts, a register is multiplied by its factor when it is made of them.
        let plan = self.pass.plan;
        let is_joined = plan.rests.is_some() && plan.register(output.value).is_some();
        let scale = if is_joined { FIRST + ONE } else { output.scale };
        self.outcome(&Output { scale, ..*output })
    }

    /// Sets the uniforms that differ between channels. `fresh` says that their tiles hold nothing yet.
    pub(crate) fn fill(&self, range: Places<usize>, fresh: bool) {
        let Pass { plan, layout, .. } = *self.pass;
        let rests = plan.rests.as_ref().map(|rests| &rests.channelled);
        for (part, uniforms) in std::iter::once(&plan.channelled).chain(rests).enumerate() {
            match self.cut {
                Cut::ByChannel => {
                    let channel = (range.start / layout.inner) % layout.channels;
                    let first = part * constants_of_part(plan) + plan.numbers.len();
                    let room = &self.constants[first..];
                    for (cell, values) in room.iter().zip(uniforms) {
                        cell.set(Block([values[channel]; LANES]));
                    }
                }
                Cut::Anywhere | Cut::ByRow => {
                    if uniforms.is_empty() || (!fresh && self.cut.repeats(layout, TILE)) {
                        continue;
                    }
                    // A whole tile, for later ones that repeat it.
                    let mut buffer = [0.0; TILE];
                    let tiles = &self.tiles[part * tiles_of_part(plan) + FIRST..];
                    for (tile, values) in tiles.iter().zip(uniforms) {
                        spread(layout, 0, range.start, values, &mut buffer);
                        tile.write(&buffer);
                    }
                }
            }
        }
    }
}
