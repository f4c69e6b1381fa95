//! What a step reads and writes: rows of blocks, in tiles or in the caller's slices.

#![allow(unsafe_code, reason = "one loop reads tiles, slices and constants alike")]

use std::cell::Cell;
use std::marker::PhantomData;

use super::{LANES, SINGLES};

/// How many bytes ahead of its work a loop asks for.
#[cfg(target_arch = "x86_64")]
const AHEAD: usize = 4096;

/// Every bit of a place.
const ALL: usize = usize::MAX;

/// A row of blocks that can be read, by place; or one block that stands at every place.
#[derive(Clone, Copy)]
pub(crate) struct View<'a, B> {
    base: *const B,
    /// All bits, or none where the one block is at every place: a machine takes longer to multiply.
    places: usize,
    blocks: usize,
    life: PhantomData<&'a [Cell<B>]>,
}

impl<'a, B: Copy> View<'a, B> {
    pub(crate) fn of_cells(cells: &'a [Cell<B>]) -> Self {
        View { base: cells.as_ptr().cast(), places: ALL, blocks: cells.len(), life: PhantomData }
    }

    pub(crate) fn of_slice(blocks: &'a [B]) -> Self {
        View { base: blocks.as_ptr(), places: ALL, blocks: blocks.len(), life: PhantomData }
    }

    /// The block at every place.
    pub(crate) fn everywhere(block: &'a Cell<B>) -> Self {
        View { base: block.as_ptr(), places: 0, blocks: usize::MAX, life: PhantomData }
    }

    /// Whether one block stands at every place.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.places == 0
    }

    /// The view from a place on.
    pub(crate) fn after(&self, place: usize) -> Self {
        assert!(self.has(place), "a view ends before its rest");
        // SAFETY: the place lies in the slice that the view was made of, or at its end.
        let base = unsafe { self.base.add(place & self.places) };
        View { base, blocks: self.blocks - place, ..*self }
    }

    /// Whether the places below `count` can be read.
    pub(crate) fn has(&self, count: usize) -> bool {
        count <= self.blocks
    }

    /// Asks for what will be read soon after this place, of a row of many blocks.
    #[inline(always)]
    pub(crate) fn prefetch(&self, place: usize) {
        prefetch(self.base.wrapping_add(place));
    }

    /// # Safety
    /// The view must [have](View::has) this place, and nobody may write it as long as the reference
    /// lives.
    #[inline(always)]
    pub(crate) unsafe fn at(&self, place: usize) -> &B {
        // SAFETY: the place lies in the slice that the view was made of, which lives as long as 'a:
        // a slice that nobody writes, or cells, which no other thread sees.
        unsafe { &*self.base.byte_add((place * size_of::<B>()) & self.places) }
    }
}

impl<'a, const N: usize> View<'a, [f32; N]> {
    /// The whole blocks of some elements.
    pub(crate) fn of_elements(elements: &'a [f32]) -> Self {
        View::of_slice(elements.as_chunks().0)
    }
}

impl<'a> View<'a, [f32; SINGLES]> {
    /// One block as two halves.
    pub(crate) fn halves(&self, place: usize) -> View<'a, [f32; LANES]> {
        assert!(self.has(place + 1), "a view ends before its block");
        // SAFETY: the place lies in the slice that the view was made of.
        let base = unsafe { self.base.add(place & self.places) };
        View { base: base.cast(), places: ALL, blocks: SINGLES / LANES, life: PhantomData }
    }
}

/// A row of blocks that can be written, by place.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a, B> {
    base: *mut B,
    blocks: usize,
    life: PhantomData<&'a [Cell<B>]>,
}

impl<'a, B: Copy> Target<'a, B> {
    pub(crate) fn of_cells(cells: &'a [Cell<B>]) -> Self {
        Target { base: cells.as_ptr().cast_mut().cast(), blocks: cells.len(), life: PhantomData }
    }

    /// What it holds, to be read.
    pub(crate) fn view(self) -> View<'a, B> {
        View { base: self.base, places: ALL, blocks: self.blocks, life: PhantomData }
    }

    /// Whether the blocks lie as their size asks for.
    pub(crate) fn is_aligned(&self) -> bool {
        self.base.addr().is_multiple_of(std::mem::size_of::<B>())
    }

    /// Whether the places below `count` can be written.
    pub(crate) fn has(&self, count: usize) -> bool {
        count <= self.blocks
    }

    /// # Safety
    /// The target must [have](Target::has) this place, and nobody may use it as long as the reference
    /// lives.
    #[inline(always)]
    #[allow(clippy::mut_from_ref, reason = "the target stands for cells")]
    pub(crate) unsafe fn at(&self, place: usize) -> &mut B {
        // SAFETY: the place lies in the cells that the target was made of, which live as long as 'a
        // and which no other thread sees.
        unsafe { &mut *self.base.add(place) }
    }
}

impl<'a, const N: usize> Target<'a, [f32; N]> {
    /// The whole blocks of some elements.
    pub(crate) fn of_elements(elements: &'a [Cell<f32>]) -> Self {
        // An array of cells lies in memory as a cell of the array does.
        let blocks: &[[Cell<f32>; N]] = elements.as_chunks().0;
        Target { base: blocks.as_ptr().cast_mut().cast(), blocks: blocks.len(), life: PhantomData }
    }
}

impl<'a> Target<'a, [f32; SINGLES]> {
    /// One block as two halves.
    pub(crate) fn halves(&self, place: usize) -> Target<'a, [f32; LANES]> {
        assert!(self.has(place + 1), "a target ends before its block");
        // SAFETY: the place lies in the cells that the target was made of.
        let base = unsafe { self.base.add(place) };
        Target { base: base.cast(), blocks: SINGLES / LANES, life: PhantomData }
    }
}

/// Asks for what lies some way behind an address. Tiles read several arrays in turns, each time from
/// where they stopped, and the machine's own prefetching begins anew each time.
#[inline(always)]
pub(crate) fn prefetch<T>(at: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: SSE is a part of the architecture; a hint may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast::<i8>().wrapping_add(AHEAD)) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

/// Makes what was stored past the caches visible before anything that is stored later.
#[inline]
pub(crate) fn fence() {
    // SAFETY: SSE is a part of the architecture.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        std::arch::x86_64::_mm_sfence();
    }
}
