//! The types of data that activations run on.

use crate::dispatch::Kernels;
use crate::outcome::Outcome;
use crate::tiles::DoubleTile;

/// A type of tensor element: `f32` or `f64`. Either is computed in f64 and rounded once.
pub trait Element: Copy + Default + Send + Sync + sealed::Tiled + 'static {
    /// Its name: `f32`.
    const NAME: &'static str;
    /// The value as f64, exactly.
    fn to_f64(self) -> f64;
    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
}

/// How elements get into tiles and out of them; not for other crates to implement.
#[allow(private_interfaces, reason = "the trait is sealed")]
pub(crate) mod sealed {
    use super::{DoubleTile, Kernels, Outcome};

    pub trait Tiled: Sized {
        /// Fills a tile; the rest of the last block repeats the last element.
        fn load(kernels: Kernels, from: &[Self], into: &DoubleTile);
        /// Rounds once; true if one is NaN.
        fn store(kernels: Kernels, from: Outcome, into: &mut [Self]) -> bool;
        /// The same elements, where they are f32.
        fn singles(_: &[Self]) -> Option<&[f32]> {
            None
        }
        /// The same elements, where they are f32.
        fn singles_mut(_: &mut [Self]) -> Option<&mut [f32]> {
            None
        }
    }
}

impl Element for f32 {
    const NAME: &'static str = "f32";

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    fn from_f64(value: f64) -> Self {
        value as f32
    }
}

#[allow(private_interfaces, reason = "the trait is sealed")]
impl sealed::Tiled for f32 {
    fn load(kernels: Kernels, from: &[Self], into: &DoubleTile) {
        kernels.load_f32(from, &into.0);
    }

    fn store(kernels: Kernels, from: Outcome, into: &mut [Self]) -> bool {
        kernels.store_f32(from, into)
    }

    fn singles(elements: &[f32]) -> Option<&[f32]> {
        Some(elements)
    }

    fn singles_mut(elements: &mut [f32]) -> Option<&mut [f32]> {
        Some(elements)
    }
}

impl Element for f64 {
    const NAME: &'static str = "f64";

    fn to_f64(self) -> f64 {
        self
    }

    fn from_f64(value: f64) -> Self {
        value
    }
}

#[allow(private_interfaces, reason = "the trait is sealed")]
impl sealed::Tiled for f64 {
    fn load(_: Kernels, from: &[Self], into: &DoubleTile) {
        into.write(from);
    }

    fn store(kernels: Kernels, from: Outcome, into: &mut [Self]) -> bool {
        kernels.store_f64(from, into)
    }
}
