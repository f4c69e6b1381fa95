//! Large pages for large results.

#![allow(unsafe_code, reason = "advice to the system")]

/// Smaller memory stays with the C library, which hands it out again.
#[cfg(target_os = "linux")]
const LARGE: usize = 4 << 20;

/// The same memory; where there is much of it, Linux is asked to clear it by the large page. By pages of
/// 4 KiB that takes longer than most activations do. It may be set up to do so unasked, or never.
pub(crate) fn in_large_pages<T>(memory: Vec<T>) -> Vec<T> {
    #[cfg(target_os = "linux")]
    {
        /// Of the smallest page; a larger one would leave out less than another page.
        const PAGE: usize = 4096;
        let bytes = memory.capacity() * size_of::<T>();
        let start = memory.as_ptr().addr().next_multiple_of(PAGE);
        let end = (memory.as_ptr().addr() + bytes) / PAGE * PAGE;
        if bytes >= LARGE {
            let at = memory.as_ptr().with_addr(start).cast_mut().cast();
            // SAFETY: the pages lie in the vector's memory, and the advice changes nothing that is in them.
            // Where it is refused everything stays as it was.
            unsafe { libc::madvise(at, end - start, libc::MADV_HUGEPAGE) };
        }
    }
    memory
}
