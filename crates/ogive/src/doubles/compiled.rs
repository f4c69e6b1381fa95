//! The tiles of a chunk of f32 by the kernel that the program is compiled to.

use std::cell::Cell;
use std::ops::Range as Places;

use super::Doubles;
use crate::Element;
use crate::drive::{Pass, Read};
use crate::fused::{Io, TileSums};
use crate::lanes::{Block, LANES, SINGLES, Target, View};
use crate::plan::FIRST;
use crate::reduce::Sums;
use crate::rows::{RowSums, period};
use crate::tiles::TILE;

/// The most outputs that a program stores: the gradients of its two inputs.
const MOST_STORES: usize = 2;

/// What a compiled program reads and sums, for the tiles of one chunk.
pub(super) struct CompiledRun<'a> {
    reads: [Read<'a, f32>; FIRST],
    uniforms: Vec<View<'a, Block>>,
    sums: Vec<TileSums>,
    rows: RowSums,
    /// After how many elements uniforms and sums repeat.
    pub(super) period: Option<usize>,
}

impl CompiledRun<'_> {
    /// Hands over what a kernel works on in one tile, in blocks of `N` elements.
    fn with_io<const N: usize, R>(
        &mut self,
        doubles: &Doubles,
        range: &Places<usize>,
        cells: &[&[Cell<f32>]],
        sums: &[Sums],
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
            period: self.period.map_or(usize::MAX, |period| period / N),
            sums: &mut self.sums,
            rows: doubles.by_rows.then(|| self.rows.begin(sums, range.len())),
        })
    }
}

impl<'a> Doubles<'a> {
    /// What runs the compiled program over tiles of f32, if there is one.
    pub(super) fn compiled_run<T: Element>(
        &self,
        reads: [Read<'a, T>; FIRST],
    ) -> Option<CompiledRun<'a>> {
        let fused = &self.pass.plan.fused;
        let [x, gate, dy] = reads.map(Read::singles);
        let block = if fused.pairs.is_some() { SINGLES } else { LANES };
        let period = period(self.pass, self.shared, block);
        let rows = if self.by_rows { self.shared.len() } else { 0 };
        fused.doubles.or(fused.pairs).and(Some(CompiledRun {
            reads: [x?, gate?, dy?],
            uniforms: self.pass.plan.uniforms.iter().map(|place| self.sources[*place]).collect(),
            sums: vec![Default::default(); self.shared.len()],
            rows: RowSums::new(rows, period),
            period,
        }))
    }

    /// Runs the compiled program over a tile, as far as it goes; returns where it ends. That is the
    /// tile's start if the program finds NaN.
    pub(super) fn compiled<T: Element>(
        &self,
        run: &mut CompiledRun,
        tile: &Places<usize>,
        origin: usize,
        stores: &mut [&mut [T]],
        sums: &mut [Sums],
    ) -> usize {
        let Pass { plan, kernels, layout, .. } = *self.pass;
        let pairs = plan.fused.pairs.filter(|_| tile.len() >= SINGLES);
        let block = if pairs.is_some() { SINGLES } else { LANES };
        let rest = tile.len() % block;
        // The rest would find its uniforms at other places; and one sum of all channels is of whole tiles, on
        // instruction sets without kernels in f64 lanes too.
        let is_whole =
            self.has_tiles() || (self.by_rows && run.period.is_none() && pairs.is_none());
        if rest == tile.len() || (rest > 0 && is_whole) {
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
            Some(kernel) => {
                run.with_io(self, &range, cells, sums, |io| kernels.fused_pairs(kernel, io))
            }
            None => plan.fused.doubles.and_then(|kernel| {
                run.with_io(self, &range, cells, sums, |io| kernels.fused_doubles(kernel, io))
            }),
        };
        if found != Some(false) {
            return tile.start;
        }
        if self.by_rows {
            run.rows.end(self.pass, self.shared, &range, sums);
            return range.end;
        }
        for ((sums, shared), found) in sums.iter_mut().zip(self.shared).zip(&run.sums) {
            for (start, found) in range.clone().step_by(TILE).zip(found) {
                sums.add_to(layout, *shared, start, *found);
            }
        }
        range.end
    }
}
