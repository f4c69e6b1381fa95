//! A chunk by a hand-tuned kernel that takes the same numbers everywhere: all of it at once.

use std::cell::Cell;
use std::slice;

use super::{Block, Singles};
use crate::drive::{Chunk, Read};
use crate::hot::kernels::{MOST_ARGS, Work};
use crate::lanes::{SINGLES, Target, View};
use crate::plan::FIRST;
use crate::tiles::padded;

impl Singles<'_> {
    /// Runs a chunk by the kernel at a place, from sources that are ports or numbers.
    pub(super) fn whole(&self, kernel: usize, args: [usize; MOST_ARGS], chunk: Chunk<f32>) {
        let Chunk { origin, length, mut stores } = chunk;
        let Some(store) = stores.pop() else { return };
        let store = Cell::from_mut(store).as_slice_of_cells();
        let number = |source: usize| source.checked_sub(FIRST).map(|at| self.single.numbers[at]);
        let numbers = args.map(|source| Cell::new([number(source).unwrap_or(0.0); SINGLES]));
        let run = |work: Work| self.pass.kernels.by_hand(kernel, &work);
        let middle = length - length % SINGLES;
        if middle > 0 {
            let of = |at: usize| match self.ports.get(args[at]) {
                Some(Read::From(slice)) => View::of_elements(&slice[origin..origin + middle]),
                // Each block is read before it is written.
                Some(Read::InPlace) => Target::of_elements(&store[..middle]).view(),
                Some(Read::Nothing) => View::of_slice(&[]),
                None => View::everywhere(&numbers[at]),
            };
            let into = Target::of_elements(&store[..middle]);
            let stream = self.pass.stream && into.is_aligned();
            let args = std::array::from_fn(of);
            run(Work { args, into, blocks: middle / SINGLES, stream });
        }
        if middle < length {
            let rest = middle..length;
            let blocks: [_; MOST_ARGS] = std::array::from_fn(|at| match self.ports.get(args[at]) {
                Some(Read::From(slice)) => last(&slice[origin + middle..origin + length]),
                Some(Read::InPlace) => {
                    last(&store[rest.clone()].iter().map(Cell::get).collect::<Vec<_>>())
                }
                Some(Read::Nothing) => last(&[]),
                None => numbers[at].clone(),
            });
            let found = Cell::new([0.0; SINGLES]);
            let into = Target::of_cells(slice::from_ref(&found));
            run(Work {
                args: blocks.each_ref().map(View::everywhere),
                into,
                blocks: 1,
                stream: false,
            });
            for (cell, value) in store[rest].iter().zip(found.get()) {
                cell.set(value);
            }
        }
    }
}

/// The last elements of a port, which are no whole block.
fn last(elements: &[f32]) -> Cell<Block> {
    Cell::new(padded(elements).unwrap_or([0.0; SINGLES]))
}
