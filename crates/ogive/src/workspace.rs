//! The tiles of a thread, kept from one pass to the next.

use std::cell::RefCell;

use crate::tiles::{DoubleTile, SingleTile};

/// Tiles, as many as any pass has needed so far.
#[derive(Default)]
pub(crate) struct Workspace {
    doubles: Vec<DoubleTile>,
    singles: Vec<SingleTile>,
}

thread_local! {
    static WORKSPACE: RefCell<Workspace> = RefCell::default();
}

impl Workspace {
    /// Lends this thread's tiles.
    pub(crate) fn lend<R>(work: impl FnOnce(&mut Workspace) -> R) -> R {
        WORKSPACE.with_borrow_mut(work)
    }

    pub(crate) fn doubles(&mut self, count: usize) -> &[DoubleTile] {
        if self.doubles.len() < count {
            self.doubles.resize_with(count, DoubleTile::new);
        }
        &self.doubles[..count]
    }

    pub(crate) fn singles_and_doubles(
        &mut self,
        singles: usize,
        doubles: usize,
    ) -> (&[SingleTile], &[DoubleTile]) {
        if self.singles.len() < singles {
            self.singles.resize_with(singles, SingleTile::new);
        }
        self.doubles(doubles);
        (&self.singles[..singles], &self.doubles[..doubles])
    }
}
