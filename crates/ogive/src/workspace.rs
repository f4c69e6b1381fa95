//! The tiles of a thread, kept from one pass to the next.

use std::cell::RefCell;

use crate::lanes::{Block, SINGLES};
use crate::tiles::Tile;

/// Tiles, as many as any pass has needed so far.
#[derive(Default)]
pub(crate) struct Workspace {
    doubles: Vec<Tile<Block>>,
    singles: Vec<Tile<[f32; SINGLES]>>,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Workspace {
    /// Lends this thread's tiles.
    pub(crate) fn lend<R>(work: impl FnOnce(&mut Workspace) -> R) -> R {
        WORKSPACE.with_borrow_mut(work)
    }

    pub(crate) fn doubles(&mut self, count: usize) -> &[Tile<Block>] {
        if self.doubles.len() < count {
            self.doubles.resize_with(count, Tile::<Block>::new);
        }
        &self.doubles[..count]
    }

    pub(crate) fn singles_and_doubles(
        &mut self,
        singles: usize,
        doubles: usize,
    ) -> (&[Tile<[f32; SINGLES]>], &[Tile<Block>]) {
        if self.singles.len() < singles {
            self.singles.resize_with(singles, Tile::<[f32; SINGLES]>::new);
        }
        self.doubles(doubles);
        (&self.singles[..singles], &self.doubles[..doubles])
    }
}
