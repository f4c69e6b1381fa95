//! Large pages for large results.

#![allow(unsafe_code, reason = "advice to the system")]

/// Smaller memory stays with the C library, which hands it out again.
#[cfg(target_os = "linux")]
const LARGE: usize = 4 << 20;

/// Advice begins with a page of the system's: a multiple of every size that these have.
#[cfg(target_os = "linux")]
const PAGE: usize = 64 << 10;

/// The same memory; where there is much of it, Linux is asked to clear it by the large page. By pages of
/// 4 KiB that takes longer than most activations do. It may be set up to do so unasked, or never.
pub(crate) fn in_large_pages<T>(memory: Vec<T>) -> Vec<T> {
    #[cfg(target_os = "linux")]
    if let Some(pages) = pages_of(&memory) {
        let at = memory.as_ptr().with_addr(pages.start).cast_mut().cast();
        // SAFETY: the pages lie in the vector's memory, and the advice changes nothing that is in them.
        // Where it is refused everything stays as it was.
        unsafe { libc::madvise(at, pages.len(), libc::MADV_HUGEPAGE) };
    }
    memory
}

/// The addresses of the whole pages of a vector, if it is a large one.
#[cfg(target_os = "linux")]
fn pages_of<T>(memory: &Vec<T>) -> Option<std::ops::Range<usize>> {
    let (at, bytes) = (memory.as_ptr().addr(), memory.capacity() * size_of::<T>());
    (bytes >= LARGE).then(|| at.next_multiple_of(PAGE)..(at + bytes) / PAGE * PAGE)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{LARGE, PAGE, in_large_pages, pages_of};

    #[test]
    fn advice_is_about_the_vector_alone() {
        for bytes in [0, 1, LARGE - 1] {
            assert_eq!(pages_of(&vec![0u8; bytes]), None);
        }
        for bytes in [LARGE, LARGE + 1, LARGE + PAGE - 1, 3 * LARGE] {
            let memory = in_large_pages(vec![7u8; bytes]);
            let (at, pages) = (memory.as_ptr().addr(), pages_of(&memory).unwrap());
            assert!(at <= pages.start && pages.end <= at + memory.capacity(), "{pages:?}");
            assert!(pages.start.is_multiple_of(PAGE) && pages.end.is_multiple_of(PAGE));
            assert!(pages.len() + 2 * PAGE > bytes, "{pages:?} of {bytes}");
            assert!(memory.iter().all(|byte| *byte == 7));
        }
    }
}
