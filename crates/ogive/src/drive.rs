//! The only loops: map and map-reduce over chunks, with tails, threads and infinities.

use std::cell::RefCell;

use rayon::prelude::*;

use crate::dispatch::Kernels;
use crate::layout::Layout;
use crate::math::Range;
use crate::plan::{DY, GATE, Plan, X};
use crate::reduce::{Sums, chunk_size, combine};
use crate::tiles::{TILE, Tile};
use crate::{Element, Error};

/// Fewer elements than this stay on the caller's thread.
const PARALLEL: usize = 64 * 1024;

/// What stands for infinity where infinity itself gives no answer, 2^160 and 2^140: beyond every
/// f32, and so small that the sixth power is still a finite f64.
const HUGE: [f64; 2] = [1.461501637330903e48, 1.393796574908164e42];
/// The share of a too large exponent that counts in the second run.
const SHARE: f64 = 1.0 / 1024.0;
/// A result beyond this, 2^128, grows without bound; one below its reciprocal vanishes.
const BEYOND: f64 = 3.402823669209385e38;

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
        self.kernels.run(Range::Whole, &self.plan.steps, tiles, x.len());
        if self.plan.outputs.iter().any(|output| tiles[*output].has_nan(x.len())) {
            self.second_look(tiles, x.len());
        }
    }

    /// Looks again where a result is NaN: x or gate may be infinite, or an exponential have left f64,
    /// and the result be indeterminate (0·∞, ∞-∞) though it has a limit. Two runs with saturating
    /// exponentials and, for infinite inputs, two huge finite ones stand for the limit where they
    /// agree; where they do not, or the input is NaN, NaN is the answer.
    #[cold]
    fn second_look(&self, tiles: &[Tile], length: usize) {
        let read = |tile: usize| {
            let mut values = [0.0; TILE];
            tiles[tile].read(&mut values);
            values
        };
        let outputs =
            || -> Vec<[f64; TILE]> { self.plan.outputs.iter().map(|at| read(*at)).collect() };
        let inputs = [X, GATE].map(read);
        let run = |huge: f64, share: f64| {
            for (tile, values) in [X, GATE].into_iter().zip(&inputs) {
                // NaN stays NaN.
                tiles[tile].write(&values.map(|value| value.clamp(-huge, huge)));
            }
            self.kernels.run(Range::Saturating(share), &self.plan.steps, tiles, length);
            outputs()
        };
        let direct = outputs();
        let (first, second) = (run(HUGE[0], 0.0), run(HUGE[1], SHARE));
        for (place, tile) in self.plan.outputs.iter().enumerate() {
            let mut values = direct[place];
            for (at, value) in values[..length].iter_mut().enumerate().filter(|(_, v)| v.is_nan()) {
                let beyond = inputs.iter().any(|input| input[at].abs() > HUGE[0]);
                *value = agreed(first[place][at], second[place][at], beyond);
            }
            tiles[*tile].write(&values);
        }
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
