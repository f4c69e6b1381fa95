//! One chunk in f64 lanes: load, run, store and sum, tile by tile.

use std::cell::Cell;
use std::ops::Range as Places;

use crate::Element;
use crate::drive::{Chunk, Inputs, Pass, Read};
use crate::fused::{Half, Io};
use crate::lanes::{Block, LANES, Target, View};
use crate::math::Range;
use crate::outcome::Outcome;
use crate::plan::{DY, GATE, Output, Plan, X};
use crate::reduce::Sums;
use crate::segment::{Cut, spread};
use crate::tiles::{DoubleTile, TILE};

/// What stands for infinity where infinity itself gives no answer, 2^160 and 2^140: beyond every
/// f32, and so small that the sixth power is still a finite f64.
const HUGE: [f64; 2] = [1.461501637330903e48, 1.393796574908164e42];
/// The share of a too large exponent that counts in the second run.
const SHARE: f64 = 1.0 / 1024.0;
/// A result beyond this, 2^128, grows without bound; one below its reciprocal vanishes.
const BEYOND: f64 = 3.402823669209385e38;

/// How many ports there are: the input, the gate and the gradient of the output.
const PORTS: usize = 3;

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
    PORTS + plan.channelled.len() + plan.registers
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
        let cut = Cut::of(pass.layout, pass.depends_on_channels(shared));
        let (ports, tiles_after) = tiles.split_at(PORTS);
        let (channelled, registers) = tiles_after.split_at(plan.channelled.len());
        let (numbers, of_channel) = constants.split_at(plan.numbers.len());
        let of_tile = |tile: &'a DoubleTile| View::of_cells(&tile.0);
        let mut sources: Vec<View<Block>> = ports.iter().map(of_tile).collect();
        sources.extend(numbers.iter().map(View::everywhere));
        match cut {
            Cut::ByChannel => sources.extend(of_channel.iter().map(View::everywhere)),
            Cut::Anywhere | Cut::ByRow => sources.extend(channelled.iter().map(of_tile)),
        }
        sources.extend(registers.iter().map(of_tile));
        let targets = registers.iter().map(|tile| Target::of_cells(&tile.0)).collect();
        let by_rows = cut != Cut::ByChannel && shared.contains(&false) && pass.layout.channels > 1;
        Doubles { pass, shared, cut, by_rows, tiles, constants, sources, targets }
    }

    /// Runs a chunk.
    pub(crate) fn run<T: Element>(&self, inputs: Inputs<T>, chunk: Chunk<T>, sums: &mut [Sums]) {
        let Chunk { origin, length, mut stores } = chunk;
        let mut rows = vec![[0.0; TILE]; if self.by_rows { self.shared.len() } else { 0 }];
        for tile in self.cut.tiles(self.pass.layout, origin, length, TILE) {
            let place = tile.start - origin..tile.end - origin;
            let mut stores: Vec<&mut [T]> =
                stores.iter_mut().map(|store| &mut store[place.clone()]).collect();
            let reads = [inputs.x, inputs.gate, inputs.dy];
            for (port, read) in reads.iter().enumerate() {
                if let Read::InPlace = read {
                    self.load(port, stores[0]);
                }
            }
            self.fill(tile.clone(), tile.start == origin);
            if self.fused(reads, &tile, &mut stores, &mut rows, sums) {
                continue;
            }
            for (port, read) in reads.iter().enumerate() {
                if let Read::From(slice) = read {
                    self.load(port, &slice[tile.clone()]);
                }
            }
            self.tile(tile, &mut stores, sums);
        }
    }

    /// Runs one tile of f32 by the kernel that the program is compiled to; false if there is none, or
    /// it found NaN.
    fn fused<T: Element>(
        &self,
        reads: [Read<T>; PORTS],
        range: &Places<usize>,
        stores: &mut [&mut [T]],
        rows: &mut [[f64; TILE]],
        sums: &mut [Sums],
    ) -> bool {
        let Pass { plan, kernels, layout, .. } = *self.pass;
        let Some(kernel) = plan.fused[0].filter(|_| range.len().is_multiple_of(LANES)) else {
            return false;
        };
        let stores: Option<Vec<&[Cell<f32>]>> = stores
            .iter_mut()
            .map(|store| T::singles_mut(store).map(|it| Cell::from_mut(it).as_slice_of_cells()))
            .collect();
        let Some(stores) = stores else { return false };
        let targets: Vec<Target<Half>> =
            stores.iter().map(|store| Target::of_elements(store)).collect();
        let mut ports = [View::of_slice(&[]); PORTS];
        for (port, read) in ports.iter_mut().zip(reads) {
            *port = match read {
                Read::From(slice) => match T::singles(slice) {
                    Some(slice) => View::of_elements(&slice[range.clone()]),
                    None => return false,
                },
                Read::InPlace => targets[0].view(),
                Read::Nothing => continue,
            };
        }
        let [x, gate, dy] = ports;
        let uniforms: Vec<View<Block>> =
            plan.uniforms.iter().map(|source| self.sources[*source]).collect();
        let mut found = vec![0.0; self.shared.len()];
        let mut io = Io {
            length: range.len(),
            x,
            gate,
            dy,
            uniforms: &uniforms,
            stores: &targets,
            sums: &mut found,
            rows: self.by_rows.then_some(&mut *rows),
        };
        if kernels.fused(kernel, &mut io) != Some(false) {
            return false;
        }
        for (place, (sums, found)) in sums.iter_mut().zip(found).enumerate() {
            let shared = self.shared[place];
            if self.by_rows {
                sums.add(kernels, layout, shared, range.start, &rows[place][..range.len()]);
            } else {
                sums.add_to(layout, shared, range.start, found);
            }
        }
        true
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
        self.execute(Range::Whole, range.len());
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

    fn execute(&self, range: Range, length: usize) {
        let memory = (&self.sources[..], &self.targets[..], length.div_ceil(LANES));
        self.pass.kernels.run(range, &self.pass.plan.steps, memory);
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
                for (tile, values) in self.tiles[PORTS..].iter().zip(&plan.channelled) {
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
            self.execute(Range::Saturating(share), length);
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

// `DY` has its tile like the other ports.
const _: () = assert!(DY < PORTS);
