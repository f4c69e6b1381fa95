//! The only loops over memory: chunks on threads, segments of a chunk, and the outputs of each.

use rayon::prelude::*;

use crate::dispatch::Kernels;
use crate::doubles::{Doubles, constants_of, tiles_of};
use crate::lanes::fence;
use crate::layout::Layout;
use crate::plan::Plan;
use crate::precision::Single;
use crate::reduce::{CHUNK, Sums, chunk_size, combine};
use crate::segment::Cut;
use crate::singles::Singles;
use crate::tiles::TILE;
use crate::workspace::Workspace;
use crate::{Element, Error};

/// Fewer elements than this stay on the caller's thread: handing work over costs as much as it saves.
const PARALLEL: usize = 128 * 1024;

/// Outputs of at least so many bytes are stored past the caches: they would be gone from there before
/// anyone reads them, and a store that fills a cache line reads it first.
const STREAM: usize = 32 << 20;

/// Whether so many elements are worth more than one thread of the pool that the caller is in.
pub(crate) fn deserves_threads(length: usize) -> bool {
    length >= PARALLEL && rayon::current_num_threads() > 1
}

/// Everything that the chunks of one pass share.
#[derive(Clone, Copy)]
pub(crate) struct Pass<'a> {
    pub(crate) plan: &'a Plan,
    /// The same plan in f32 lanes, where they are as good.
    pub(crate) single: Option<&'a Single>,
    pub(crate) kernels: Kernels,
    pub(crate) layout: Layout,
    /// Whether outputs are large enough to be stored past the caches.
    pub(crate) stream: bool,
}

/// Where a pass reads its input or its gradient.
#[derive(Clone, Copy)]
pub(crate) enum Read<'a, T> {
    /// A slice of its own, as long as the output.
    From(&'a [T]),
    /// The first stored output.
    InPlace,
    /// Nowhere: it is not needed.
    Nothing,
}

/// What a pass reads: the input, the gate and the gradient of the output.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a, T> {
    pub(crate) x: Read<'a, T>,
    pub(crate) gate: Read<'a, T>,
    pub(crate) dy: Read<'a, T>,
}

impl<T> Inputs<'_, T> {
    fn any_in_place(&self) -> bool {
        [&self.x, &self.gate, &self.dy].iter().any(|read| matches!(read, Read::InPlace))
    }
}

/// One chunk of a pass.
pub(crate) struct Chunk<'a, T> {
    pub(crate) origin: usize,
    pub(crate) length: usize,
    /// The stored outputs, in the plan's order.
    pub(crate) stores: Vec<&'a mut [T]>,
}

impl Pass<'_> {
    /// Stores the plan's first outputs, one for each of `stores`, and sums the others: one for each of
    /// `shared`, in all where that is true, per channel where it is false.
    pub(crate) fn run<T: Element>(
        &self,
        length: usize,
        inputs: Inputs<T>,
        stores: Vec<&mut [T]>,
        shared: &[bool],
    ) -> Vec<Vec<f64>> {
        let size = if shared.is_empty() { free_chunk(length) } else { chunk_size(self.layout) };
        let stream = length * size_of::<T>() >= STREAM && !inputs.any_in_place();
        let pass = Pass { stream, ..*self };
        let chunks = chunks(length, size, stores);
        let run = |chunk| pass.chunk(inputs, chunk, shared);
        let sums: Vec<Vec<Sums>> = if deserves_threads(length) {
            chunks.into_par_iter().map(run).collect()
        } else {
            chunks.into_iter().map(run).collect()
        };
        let of_place = |(place, shared): (usize, &bool)| {
            let of_place: Vec<&Sums> = sums.iter().map(|sums| &sums[place]).collect();
            combine(self.layout, *shared, &of_place)
        };
        shared.iter().enumerate().map(of_place).collect()
    }

    /// How to cut it into tiles.
    pub(crate) fn cut(&self, shared: &[bool]) -> Cut {
        Cut::of(self.layout, !self.plan.channelled.is_empty() || shared.contains(&false))
    }

    /// Whether a tile's results are of many channels, and so added one by one.
    pub(crate) fn sums_by_rows(&self, shared: &[bool]) -> bool {
        self.cut(shared) != Cut::ByChannel && shared.contains(&false) && self.layout.channels > 1
    }

    fn chunk<T: Element>(&self, inputs: Inputs<T>, chunk: Chunk<T>, shared: &[bool]) -> Vec<Sums> {
        let new = |shared: &bool| Sums::new(self.layout, *shared, chunk.origin, chunk.length);
        let mut sums: Vec<Sums> = shared.iter().map(new).collect();
        Workspace::lend(|workspace| {
            if let Some(singles) = self.in_singles(inputs, shared) {
                let Chunk { origin, length, stores } = chunk;
                let stores = stores.into_iter().filter_map(T::singles_mut).collect();
                singles.run(workspace, Chunk { origin, length, stores }, &mut sums);
            } else {
                let tiles = workspace.doubles(tiles_of(self.plan));
                let constants = constants_of(self.plan);
                Doubles::new(self, shared, tiles, &constants).run(inputs, chunk, &mut sums);
            }
        });
        if self.stream {
            fence();
        }
        sums
    }

    /// The same pass in f32 lanes, where they are as good.
    fn in_singles<'a, T: Element>(
        &'a self,
        inputs: Inputs<'a, T>,
        shared: &'a [bool],
    ) -> Option<Singles<'a>> {
        let ports = [inputs.x.singles()?, inputs.gate.singles()?, inputs.dy.singles()?];
        Some(Singles { pass: self, single: self.single?, ports, shared })
    }
}

/// How many elements a chunk has where nothing is summed: to begin one costs something, and many threads want
/// many. It depends on the length alone, as results do not on threads.
fn free_chunk(length: usize) -> usize {
    const LONGEST: usize = 4 * CHUNK;
    if length < PARALLEL {
        LONGEST
    } else {
        (length / 64).clamp(CHUNK, LONGEST).next_multiple_of(TILE)
    }
}

fn chunks<T>(length: usize, size: usize, stores: Vec<&mut [T]>) -> Vec<Chunk<'_, T>> {
    let mut stores: Vec<_> = stores.into_iter().map(|store| store.chunks_mut(size)).collect();
    (0..length)
        .step_by(size)
        .map(|origin| Chunk {
            origin,
            length: size.min(length - origin),
            stores: stores.iter_mut().filter_map(Iterator::next).collect(),
        })
        .collect()
}

/// Refuses a slice of another length than the layout's.
pub(crate) fn expect_length(name: &str, found: usize, layout: Layout) -> Result<(), Error> {
    let wanted = layout.length()?;
    if found == wanted {
        return Ok(());
    }
    Err(Error::new(format!("`{name}` has {found} elements, but {layout:?} has {wanted}")))
}
