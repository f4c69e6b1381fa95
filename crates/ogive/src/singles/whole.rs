//! A chunk by a hand-tuned kernel that takes the same numbers everywhere: all of it at once.

use std::cell::Cell;
use std::ops::Range as Places;
use std::slice;

use super::{Block, Singles};
use crate::drive::{Chunk, Read};
use crate::hot::kernels::Work;
use crate::lanes::{SINGLES, Target, View};
use crate::plan::FIRST;
use crate::tiles::padded;

impl Singles<'_> {
    /// Runs a chunk by the kernel at a place, from sources that are ports or numbers.
    pub(super) fn whole(&self, kernel: usize, args: [usize; 3], chunk: Chunk<f32>) {
        let Chunk { origin, length, mut stores } = chunk;
        let Some(store) = stores.pop() else { return };
        let store = Cell::from_mut(store).as_slice_of_cells();
        let number = |source: usize| source.checked_sub(FIRST).map(|at| self.single.numbers[at]);
        let numbers = args.map(|source| Cell::new([number(source).unwrap_or(0.0); SINGLES]));
        let run = |args: [View<Block>; 3], into: Target<Block>, blocks: usize| {
            let stream = self.pass.stream && into.is_aligned();
            self.pass.kernels.by_hand(kernel, &Work { args, into, blocks, stream });
        };
        let middle = length - length % SINGLES;
        if middle > 0 {
            let of = |at: usize| match self.ports.get(args[at]) {
                Some(Read::From(slice)) => View::of_elements(&slice[origin..origin + middle]),
                // Each block is read before it is written.
                Some(Read::InPlace) => Target::of_elements(&store[..middle]).view(),
                Some(Read::Nothing) => View::of_slice(&[]),
                None => View::everywhere(&numbers[at]),
            };
            run([of(0), of(1), of(2)], Target::of_elements(&store[..middle]), middle / SINGLES);
        }
        if middle < length {
            let rest = middle..length;
            let blocks = [0, 1, 2].map(|at| match self.ports.get(args[at]) {
                Some(port) => Cell::new(self.last(port, &store[rest.clone()], origin, &rest)),
                None => numbers[at].clone(),
            });
            let found = Cell::new([0.0; SINGLES]);
            let into = Target::of_cells(slice::from_ref(&found));
            run(blocks.each_ref().map(View::everywhere), into, 1);
            for (cell, value) in store[rest].iter().zip(found.get()) {
                cell.set(value);
            }
        }
    }

    /// The last elements of a port, which are no whole block.
    fn last(
        &self,
        port: &Read<f32>,
        store: &[Cell<f32>],
        origin: usize,
        rest: &Places<usize>,
    ) -> Block {
        let mut values = [0.0; SINGLES];
        let values = &mut values[..rest.len()];
        match port {
            Read::From(slice) => {
                values.copy_from_slice(&slice[origin + rest.start..origin + rest.end]);
            }
            Read::InPlace => {
                values.iter_mut().zip(store).for_each(|(value, cell)| *value = cell.get());
            }
            Read::Nothing => {}
        }
        padded(values).unwrap_or([0.0; SINGLES])
    }
}
