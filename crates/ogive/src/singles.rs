//! One chunk in f32 lanes: the caller's slices are read and written directly.

mod whole;

use std::cell::Cell;
use std::ops::Range as Places;

use crate::doubles::{Doubles, constants_of, tiles_of};
use crate::drive::{Chunk, Pass, Read};
use crate::element::Element;
use crate::fused::{SinglesIo, TileSums};
use crate::hot::kernels::Work;
use crate::lanes::{SINGLES, Target, View, fence};
use crate::plan::{DY, FIRST, GATE, X};
use crate::precision::Single;
use crate::reduce::Sums;
use crate::rows::{RowSums, period, whole_periods};
use crate::segment::{Cut, spread};
use crate::tiles::{DoubleTile, LONG_TILE, SINGLE_TILE, SingleTile, TILE, sources};
use crate::workspace::Workspace;

type Block = [f32; SINGLES];

/// The ports of a pass over f32: the input, the gate and the gradient of the output.
pub(crate) type Ports<'a> = [Read<'a, f32>; FIRST];

/// A pass in f32 lanes.
pub(crate) struct Singles<'a> {
    pub(crate) pass: &'a Pass<'a>,
    pub(crate) single: &'a Single,
    pub(crate) ports: Ports<'a>,
    pub(crate) shared: &'a [bool],
}

/// A part of a tile: whole blocks in place, or one block that is not full, in a tile of its own.
struct Part<'a> {
    range: Places<usize>,
    /// The chunk's first element.
    origin: usize,
    /// The stored outputs of the chunk.
    stores: &'a [&'a [Cell<f32>]],
    in_place: bool,
}

impl<'a> Part<'a> {
    /// Its range in pieces of so many elements.
    fn pieces(&self, length: usize) -> impl Iterator<Item = Places<usize>> {
        let end = self.range.end;
        let piece = move |start: usize| start..(start + length).min(end);
        self.range.clone().step_by(length).map(piece)
    }

    /// The elements of a stored output.
    fn store(&self, place: usize) -> &'a [Cell<f32>] {
        &self.stores[place][self.range.start - self.origin..self.range.end - self.origin]
    }
}

impl Singles<'_> {
    /// Runs a chunk.
    pub(crate) fn run(&self, workspace: &mut Workspace, chunk: Chunk<f32>, sums: &mut [Sums]) {
        let Single { numbers, channelled, registers, .. } = self.single;
        if let (Some((kernel, args)), []) = (self.single.by_hand, &channelled[..]) {
            return self.whole(kernel, args, chunk);
        }
        let stored = chunk.stores.len();
        let constants: Vec<Cell<Block>> = numbers
            .iter()
            .chain(std::iter::repeat_n(&0.0, channelled.len()))
            .map(|value| Cell::new([*value; SINGLES]))
            .collect();
        let count = FIRST + stored + channelled.len() + registers;
        let (tiles, doubles) = workspace.singles_and_doubles(count, tiles_of(self.pass.plan));
        let layout = self.pass.layout;
        let cut = self.pass.cut(self.shared);
        let stores: Vec<&[Cell<f32>]> = chunk
            .stores
            .into_iter()
            .map(|store| Cell::from_mut(store).as_slice_of_cells())
            .collect();
        let mut run = Run::new(self, cut, tiles, &constants, stored);
        // Without steps and sums a tile need not hold what it works on.
        let in_place = self.ports.iter().any(|port| matches!(port, Read::InPlace));
        let in_tiles = cut != Cut::ByChannel && !channelled.is_empty();
        let fused = self.single.fused.as_ref().map(|(kernel, _)| *kernel);
        let period = run.period;
        let is_long = fused.is_some_and(|kernel| self.pass.kernels.has_fused(kernel))
            && (self.shared.is_empty() || (run.by_rows && period.is_some()))
            && !in_place
            && (!in_tiles || period.is_some());
        let of = |longest| period.map_or(longest, |period| whole_periods(period, longest));
        let short = of(SINGLE_TILE);
        // A hand-tuned kernel never fails: without uniforms in tiles nothing keeps it from taking all.
        let long = if self.single.by_hand.is_some() && !in_tiles {
            chunk.length
        } else if is_long {
            short * (LONG_TILE / short)
        } else {
            short
        };
        for tile in cut.tiles(layout, chunk.origin, chunk.length, long) {
            let middle = tile.end - tile.len() % SINGLES;
            for (range, in_place) in [(tile.start..middle, true), (middle..tile.end, false)] {
                if !range.is_empty() {
                    let part = Part { range, origin: chunk.origin, stores: &stores, in_place };
                    if !run.part(&part, sums) {
                        continue;
                    }
                    // The same memory is written again.
                    if self.pass.stream {
                        fence();
                    }
                    if part.range.len() <= short {
                        run.second_look(&part, doubles, sums);
                        continue;
                    }
                    // As if the tile had not been long; nothing is in place then.
                    for range in part.pieces(short) {
                        let part = Part { range, ..part };
                        if run.part(&part, sums) {
                            run.second_look(&part, doubles, sums);
                        }
                    }
                }
            }
        }
    }
}

struct Run<'a> {
    pass: &'a Singles<'a>,
    cut: Cut,
    /// The ports, the stored outputs, the uniforms that differ between channels, the registers.
    tiles: &'a [SingleTile],
    /// The numbers, and the uniforms of the channel that the tile is of.
    constants: &'a [Cell<Block>],
    /// Whether the tiles of the uniforms hold nothing yet.
    fresh: bool,
    /// Whether a tile's results are of many channels, and so added one by one.
    by_rows: bool,
    /// The sum of each summed result in one part.
    sums: Vec<TileSums>,
    /// What the values of each summed result are added to, where they are.
    rows: RowSums,
    /// After how many elements uniforms and sums repeat.
    period: Option<usize>,
    sources: Vec<View<'a, Block>>,
    targets: Vec<Target<'a, Block>>,
    /// The sources of the compiled program's uniforms.
    uniforms: Vec<View<'a, Block>>,
}

impl<'a> Run<'a> {
    fn new(
        pass: &'a Singles,
        cut: Cut,
        tiles: &'a [SingleTile],
        constants: &'a [Cell<Block>],
        stored: usize,
    ) -> Self {
        let single = pass.single;
        let (ports, after) = tiles.split_at(FIRST);
        let (staged, after) = after.split_at(stored);
        let (channelled, registers) = after.split_at(single.channelled.len());
        let (numbers, of_channel) = constants.split_at(single.numbers.len());
        let sources = sources(cut, ports, [numbers, of_channel], channelled, registers);
        let targets =
            staged.iter().chain(registers).map(|tile| Target::of_cells(&tile.0)).collect();
        let by_rows = pass.pass.sums_by_rows(pass.shared);
        let period = period(pass.pass, pass.shared, SINGLES);
        let rows = RowSums::new(if by_rows { pass.shared.len() } else { 0 }, period);
        let sums = vec![TileSums::default(); single.summed.len()];
        let uniforms = single.fused.iter().flat_map(|(_, uniforms)| uniforms);
        Run {
            uniforms: uniforms.map(|source| sources[*source]).collect(),
            pass,
            cut,
            tiles,
            constants,
            fresh: true,
            by_rows,
            sums,
            rows,
            period,
            sources,
            targets,
        }
    }

    /// What a part reads of a port.
    fn port(&self, port: usize, part: &Part<'a>) -> View<'a, Block> {
        let tile = &self.tiles[port];
        match self.pass.ports[port] {
            Read::From(slice) if part.in_place => {
                return View::of_elements(&slice[part.range.clone()]);
            }
            Read::From(slice) => tile.write(&slice[part.range.clone()]),
            // Each block is read before it is written.
            Read::InPlace if part.in_place && self.pass.single.by_hand.is_some() => {
                return Target::of_elements(part.store(0)).view();
            }
            Read::InPlace => tile.write_cells(part.store(0)),
            Read::Nothing => {}
        }
        View::of_cells(&tile.0)
    }

    /// Runs a part, and adds to the sums unless a result may have failed, which NaN tells; true if one has.
    fn part(&mut self, part: &Part<'a>, sums: &mut [Sums]) -> bool {
        let Pass { kernels, layout, .. } = *self.pass.pass;
        let single = self.pass.single;
        let (length, stored) = (part.range.len(), part.stores.len());
        let blocks = length.div_ceil(SINGLES);
        for port in 0..FIRST {
            self.sources[port] = self.port(port, part);
        }
        for (place, target) in self.targets[..stored].iter_mut().enumerate() {
            *target = if part.in_place {
                Target::of_elements(part.store(place))
            } else {
                Target::of_cells(&self.tiles[FIRST + place].0)
            };
        }
        self.fill(part.range.start, stored, part.in_place);
        let by_rows = self.by_rows;
        let partial = &mut self.sums[..];
        let (sources, targets) = (&self.sources, &self.targets);
        let scale = sources[DY];
        let stream = self.pass.pass.stream
            && part.in_place
            && targets[..stored].iter().all(Target::is_aligned);
        let fused = match &single.fused {
            Some((kernel, _)) if part.in_place => {
                let mut io = SinglesIo {
                    length,
                    x: sources[X],
                    gate: sources[GATE],
                    dy: scale,
                    uniforms: &self.uniforms,
                    stores: &targets[..stored],
                    stream,
                    period: self.period.map_or(usize::MAX, |period| period / SINGLES),
                    sums: partial,
                    rows: by_rows.then(|| self.rows.begin(sums, length)),
                };
                kernels.fused_singles(*kernel, &mut io)
            }
            _ => None,
        };
        let failed = fused.unwrap_or_else(|| {
            if let Some((kernel, args)) = single.by_hand {
                let args = args.map(|source| sources[source]);
                kernels.by_hand(kernel, &Work { args, into: targets[0], blocks, stream });
                return false;
            }
            kernels.run_single(&single.steps, (sources, targets, blocks));
            let mut failed = single.can_fail
                && targets[..stored].iter().any(|it| kernels.has_nan(it.view(), blocks));
            for (place, (source, partial)) in single.summed.iter().zip(&mut *partial).enumerate() {
                let value = sources[*source];
                partial[0] = kernels.sum_singles(value, scale, length);
                failed |= partial[0].is_nan();
                if by_rows {
                    kernels.products(value, scale, &mut self.rows.values()[place][..length]);
                }
            }
            failed
        });
        if !part.in_place {
            for place in 0..stored {
                let last = self.tiles[FIRST + place].0[0].get();
                for (cell, value) in part.store(place).iter().zip(last) {
                    cell.set(value);
                }
            }
        }
        if failed {
            return true;
        }
        let shared = self.pass.shared;
        match (by_rows, fused) {
            (true, Some(_)) => self.rows.end(self.pass.pass, shared, &part.range, sums),
            (true, None) => self.rows.add_values(self.pass.pass, shared, &part.range, sums),
            (false, _) => {
                for ((sums, shared), sum) in sums.iter_mut().zip(shared).zip(partial) {
                    sums.add_to(layout, *shared, part.range.start, sum[0]);
                }
            }
        }
        false
    }

    /// Sets the uniforms that differ between channels.
    fn fill(&mut self, start: usize, stored: usize, in_place: bool) {
        let (single, layout) = (self.pass.single, self.pass.pass.layout);
        match self.cut {
            Cut::ByChannel => {
                let channel = (start / layout.inner) % layout.channels;
                let room = &self.constants[single.numbers.len()..];
                for (cell, values) in room.iter().zip(&single.channelled) {
                    cell.set([values[channel]; SINGLES]);
                }
            }
            Cut::Anywhere | Cut::ByRow => {
                if single.channelled.is_empty()
                    || (!self.fresh && in_place && self.cut.repeats(layout, SINGLE_TILE))
                {
                    return;
                }
                let mut buffer = [0.0; SINGLE_TILE];
                let tiles = &self.tiles[FIRST + stored..];
                for (tile, values) in tiles.iter().zip(&single.channelled) {
                    spread(layout, 0, start, values, &mut buffer);
                    tile.write(&buffer);
                }
                // The rest of a tile begins elsewhere.
                self.fresh = !in_place;
            }
        }
    }

    /// Does a part again in f64 lanes, where a result is NaN: they find limits at infinity. What is no NaN stays.
    #[cold]
    fn second_look(&self, part: &Part, tiles: &[DoubleTile], sums: &mut [Sums]) {
        let Singles { pass, ports, shared, .. } = *self.pass;
        let constants = constants_of(pass.plan);
        let doubles = Doubles::new(pass, shared, tiles, &constants);
        for start in part.range.clone().step_by(TILE) {
            let range = start..(start + TILE).min(part.range.end);
            let place = start - part.range.start..range.end - part.range.start;
            for (port, read) in ports.iter().enumerate() {
                match read {
                    Read::From(slice) => doubles.load(port, &slice[range.clone()]),
                    Read::InPlace => {
                        let mut values = [0.0; SINGLE_TILE];
                        self.tiles[port].read(&mut values);
                        doubles.load(port, &values[place.clone()]);
                    }
                    Read::Nothing => {}
                }
            }
            let mut buffers = vec![[0f32; TILE]; part.stores.len()];
            let mut stores: Vec<&mut [f32]> =
                buffers.iter_mut().map(|buffer| &mut buffer[..range.len()]).collect();
            doubles.fill(range.clone(), true);
            doubles.tile(range, &mut stores, sums);
            for (store, buffer) in buffers.iter().enumerate() {
                // The others are as good as they are, and f64 lanes may round them otherwise.
                let cells = part.store(store)[place.clone()].iter().zip(buffer);
                for (cell, value) in cells.filter(|(cell, _)| cell.get().is_nan()) {
                    cell.set(*value);
                }
            }
        }
    }
}

impl<'a, T: Element> Read<'a, T> {
    /// The same place, where the elements are f32.
    pub(crate) fn singles(self) -> Option<Read<'a, f32>> {
        Some(match self {
            Read::From(slice) => Read::From(T::singles(slice)?),
            // No slice says here of what type the elements are.
            Read::InPlace => T::singles(&[]).map(|_| Read::InPlace)?,
            Read::Nothing => Read::Nothing,
        })
    }
}
