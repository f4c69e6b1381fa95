//! The only loops: map and map-reduce over chunks, with tails, threads and infinities.

use std::cell::RefCell;

use rayon::prelude::*;

use crate::dispatch::Kernels;
use crate::layout::Layout;
use crate::plan::{DY, GATE, Plan, X};
use crate::reduce::{Sums, chunk_size, combine};
use crate::tiles::{TILE, Tile};
use crate::{Element, Error};

/// Fewer elements than this stay on the caller's thread.
const PARALLEL: usize = 64 * 1024;

/// What stands for infinity where infinity itself gives no answer: beyond every f32, and so small
/// that its sixth power is still a finite f64.
const HUGE: f64 = 1.461501637330903e48; // 2^160
/// A result beyond this, for a huge argument, grows without bound; one below its reciprocal vanishes.
const BEYOND: f64 = 3.402823669209385e38; // 2^128

thread_local! {
    static TILES: RefCell<Vec<Tile>> = const { RefCell::new(Vec::new()) };
}

/// Everything that the tiles of one pass share.
pub(crate) struct Pass<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) kernels: Kernels,
    pub(crate) layout: Layout,
}

/// Where one chunk reads its input or its gradient.
#[derive(Clone, Copy)]
pub(crate) enum Read<'a, T> {
    /// Another slice, whole: indexed by the element's place.
    From(&'a [T]),
    /// The slice that the chunk writes.
    InPlace,
}

/// One chunk of a backward pass.
struct Chunk<'a, T> {
    origin: usize,
    length: usize,
    dx: Option<&'a mut [T]>,
    dgate: Option<&'a mut [T]>,
}

impl Pass<'_> {
    /// `y` from `x`.
    pub(crate) fn forward<T: Element>(&self, x: Read<T>, gate: Option<&[T]>, y: &mut [T]) {
        let chunk = chunk_size(Layout::flat(y.len()));
        let run = |(place, y): (usize, &mut [T])| {
            let origin = place * chunk;
            self.with_tiles(|tiles| {
                for at in (0..y.len()).step_by(TILE) {
                    let start = origin + at;
                    let end = (at + TILE).min(y.len());
                    let x = match x {
                        Read::From(x) => &x[start..origin + end],
                        Read::InPlace => &y[at..end],
                    };
                    let gate = gate.map(|gate| &gate[start..origin + end]);
                    self.tile(tiles, start, x, gate, None, at == 0);
                    T::store(self.kernels, &tiles[self.plan.outputs[0]], &mut y[at..end]);
                }
            });
        };
        if y.len() >= PARALLEL {
            y.par_chunks_mut(chunk).enumerate().for_each(run);
        } else {
            y.chunks_mut(chunk).enumerate().for_each(run);
        }
    }

    /// Runs backward and sums. The plan's outputs are `dx` and `dgate`, each if it is asked for, then
    /// one for each of `shared`: summed in all where that is true, per channel where it is false.
    pub(crate) fn backward<T: Element>(
        &self,
        x: &[T],
        gate: Option<&[T]>,
        dy: Read<T>,
        dx: Option<&mut [T]>,
        dgate: Option<&mut [T]>,
        shared: &[bool],
    ) -> Vec<Vec<f64>> {
        let chunk = chunk_size(self.layout);
        let chunks = chunks(x.len(), chunk, dx, dgate);
        let run = |chunk| self.backward_chunk(x, gate, dy, chunk, shared);
        let sums: Vec<Vec<Sums>> = if x.len() >= PARALLEL {
            chunks.into_par_iter().map(run).collect()
        } else {
            chunks.into_iter().map(run).collect()
        };
        shared
            .iter()
            .enumerate()
            .map(|(place, shared)| {
                let of_place: Vec<&Sums> = sums.iter().map(|sums| &sums[place]).collect();
                combine(self.layout, *shared, &of_place)
            })
            .collect()
    }

    fn backward_chunk<T: Element>(
        &self,
        x: &[T],
        gate: Option<&[T]>,
        dy: Read<T>,
        chunk: Chunk<T>,
        shared: &[bool],
    ) -> Vec<Sums> {
        let Chunk { origin, length, mut dx, mut dgate } = chunk;
        let mut sums: Vec<Sums> =
            shared.iter().map(|shared| Sums::new(self.layout, *shared, origin, length)).collect();
        self.with_tiles(|tiles| {
            for at in (0..length).step_by(TILE) {
                let (start, end) = (origin + at, (origin + at + TILE).min(origin + length));
                let gate = gate.map(|gate| &gate[start..end]);
                let part = at..end - origin;
                let of_dy = match (dy, &dx) {
                    (Read::InPlace, Some(dx)) => &dx[part.clone()],
                    (Read::From(dy), _) => &dy[start..end],
                    (Read::InPlace, None) => unreachable!("in place means that dx is asked for"),
                };
                self.tile(tiles, start, &x[start..end], gate, Some(of_dy), at == 0);
                let mut outputs = self.plan.outputs.iter().map(|tile| &tiles[*tile]);
                for wanted in [&mut dx, &mut dgate].into_iter().flatten() {
                    if let Some(tile) = outputs.next() {
                        T::store(self.kernels, tile, &mut wanted[part.clone()]);
                    }
                }
                let mut values = [0.0; TILE];
                for ((sums, shared), tile) in sums.iter_mut().zip(shared).zip(outputs) {
                    let values = &mut values[..end - start];
                    tile.read(values);
                    sums.add(self.layout, *shared, start, values);
                }
            }
        });
        sums
    }

    /// Lends this thread's tiles.
    fn with_tiles(&self, work: impl FnOnce(&[Tile])) {
        TILES.with_borrow_mut(|tiles| {
            if tiles.len() < self.plan.tiles {
                tiles.resize_with(self.plan.tiles, Tile::new);
            }
            work(tiles);
        });
    }

    /// Loads one tile and runs the plan on it.
    fn tile<T: Element>(
        &self,
        tiles: &[Tile],
        start: usize,
        x: &[T],
        gate: Option<&[T]>,
        dy: Option<&[T]>,
        fresh: bool,
    ) {
        T::load(self.kernels, x, &tiles[X]);
        if let Some(gate) = gate {
            T::load(self.kernels, gate, &tiles[GATE]);
        }
        if let Some(dy) = dy {
            T::load(self.kernels, dy, &tiles[DY]);
        }
        self.plan.fill(self.layout, start, x.len(), tiles, fresh);
        if T::moderate(x, HUGE) && gate.is_none_or(|gate| T::moderate(gate, HUGE)) {
            self.kernels.run(T::WIDE, &self.plan.steps, tiles, x.len());
        } else {
            self.with_limits(T::WIDE, tiles, x.len());
        }
    }

    /// Runs the plan where x or gate is infinite, NaN or, in f64, huge somewhere. Such an element is
    /// first run as it is, over the whole range of f64; where that is indeterminate (0·∞, ∞-∞), its
    /// value at a less huge argument stands for the limit.
    #[cold]
    fn with_limits(&self, wide: bool, tiles: &[Tile], length: usize) {
        let input = |tile: usize| {
            let mut values = [0.0; TILE];
            tiles[tile].read(&mut values);
            values
        };
        let inputs = [X, GATE].map(input);
        let beyond = |place: usize| inputs.iter().any(|values| values[place].abs() > HUGE);
        let outputs = |tiles: &[Tile]| -> Vec<[f64; TILE]> {
            self.plan
                .outputs
                .iter()
                .map(|tile| {
                    let mut values = [0.0; TILE];
                    tiles[*tile].read(&mut values);
                    values
                })
                .collect()
        };
        self.kernels.run(true, &self.plan.steps, tiles, length);
        let direct = outputs(tiles);
        for (tile, values) in [X, GATE].into_iter().zip(&inputs) {
            // NaN stays NaN.
            tiles[tile].write(&values.map(|value| value.clamp(-HUGE, HUGE)));
        }
        self.kernels.run(wide, &self.plan.steps, tiles, length);
        for ((tile, mut values), direct) in self.plan.outputs.iter().zip(outputs(tiles)).zip(direct)
        {
            for place in (0..length).filter(|place| beyond(*place)) {
                let value = &mut values[place];
                if !direct[place].is_nan() {
                    *value = direct[place];
                } else if value.abs() > BEYOND {
                    *value = f64::INFINITY.copysign(*value);
                } else if value.abs() < BEYOND.recip() {
                    *value = 0f64.copysign(*value);
                }
            }
            tiles[*tile].write(&values);
        }
    }
}

fn chunks<'a, T>(
    length: usize,
    chunk: usize,
    dx: Option<&'a mut [T]>,
    dgate: Option<&'a mut [T]>,
) -> Vec<Chunk<'a, T>> {
    let mut dx = dx.map(|dx| dx.chunks_mut(chunk));
    let mut dgate = dgate.map(|dgate| dgate.chunks_mut(chunk));
    (0..length)
        .step_by(chunk)
        .map(|origin| Chunk {
            origin,
            length: chunk.min(length - origin),
            dx: dx.as_mut().and_then(Iterator::next),
            dgate: dgate.as_mut().and_then(Iterator::next),
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
