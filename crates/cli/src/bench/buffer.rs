//! Memory to measure on: aligned as tensors are, and filled with normal numbers.

use ogive::Element;
use rayon::prelude::*;

/// Bytes of a cache line, and of the longest vector.
const LINE: usize = 64;

/// Elements that begin with a cache line.
pub(crate) struct Buffer<T> {
    memory: Vec<T>,
    start: usize,
    length: usize,
}

impl<T: Element> Buffer<T> {
    /// Memory for a result, as the modules of the frameworks take it.
    pub(crate) fn zeros(length: usize) -> Self {
        Self::of(length, T::zeros)
    }

    /// Memory of some elements more than that, of which the first at the beginning of a line is the first here.
    fn of(length: usize, zeros: impl FnOnce(usize) -> Vec<T>) -> Self {
        let slack = LINE / size_of::<T>();
        let memory = zeros(length + slack);
        let start = memory.as_ptr().align_offset(LINE).min(slack);
        Buffer { memory, start, length }
    }

    /// Numbers from N(0, 1), the same ones for a stream every time, on any number of threads.
    pub(crate) fn normal(length: usize, stream: u64) -> Self {
        let mut buffer = Self::of(length, |length| vec![T::default(); length]);
        let chunk = 8192;
        buffer.slice_mut().par_chunks_mut(chunk).enumerate().for_each(|(place, elements)| {
            let first = (place * chunk) as u64;
            for (index, pair) in (first..).step_by(2).zip(elements.chunks_mut(2)) {
                for (element, value) in pair.iter_mut().zip(normals(stream, index)) {
                    *element = T::from_f64(value);
                }
            }
        });
        buffer
    }

    pub(crate) fn slice(&self) -> &[T] {
        &self.memory[self.start..self.start + self.length]
    }

    pub(crate) fn slice_mut(&mut self) -> &mut [T] {
        &mut self.memory[self.start..self.start + self.length]
    }
}

/// Two independent numbers from N(0, 1) (Box & Muller 1958).
fn normals(stream: u64, index: u64) -> [f64; 2] {
    let uniform = |index: u64| (bits(stream, index) >> 11) as f64 * (1.0 / (1_u64 << 53) as f64);
    let radius = (-2.0 * (1.0 - uniform(index)).ln()).sqrt();
    let (sin, cos) = (std::f64::consts::TAU * uniform(index + 1)).sin_cos();
    [radius * cos, radius * sin]
}

/// 64 random bits for a place (`SplitMix64`).
fn bits(stream: u64, index: u64) -> u64 {
    let mut z = (stream << 40).wrapping_add(index).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::*;

    fn begins_with_a_line<T: Element>() {
        for length in [0, 1, 1000, 100_000] {
            let mut buffer = Buffer::<T>::zeros(length);
            assert_eq!(buffer.slice().len(), length);
            assert_eq!(buffer.slice().as_ptr().align_offset(LINE), 0, "{} {length}", T::NAME);
            assert!(buffer.slice_mut().iter().all(|value| value.to_f64() == 0.0));
        }
    }

    #[test]
    fn buffers_begin_with_a_cache_line() {
        begins_with_a_line::<f32>();
        begins_with_a_line::<f64>();
        begins_with_a_line::<bf16>();
        begins_with_a_line::<f16>();
    }

    #[test]
    fn the_numbers_are_normal() {
        let [x, other] = [1, 2].map(|stream| Buffer::<f64>::normal(100_001, stream));
        let count = x.slice().len() as f64;
        let mean = |of: &dyn Fn((&f64, &f64)) -> f64| -> f64 {
            x.slice().iter().zip(other.slice()).map(of).sum::<f64>() / count
        };
        // Five standard errors of each.
        let error = 5.0 / count.sqrt();
        assert!(mean(&|(x, _)| *x).abs() < error);
        assert!((mean(&|(x, _)| x * x) - 1.0).abs() < error * 2f64.sqrt());
        assert!((mean(&|(x, _)| x.powi(4)) - 3.0).abs() < error * 96f64.sqrt());
        assert!(mean(&|(x, other)| x * other).abs() < error);
    }
}
