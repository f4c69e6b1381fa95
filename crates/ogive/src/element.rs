//! The types of data that activations run on.

use crate::dispatch::Kernels;
use crate::tiles::Tile;

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
pub(crate) mod sealed {
    use super::{Kernels, Tile};

    pub trait Tiled: Sized {
        #[allow(private_interfaces, reason = "the trait is sealed")]
        fn load(kernels: Kernels, from: &[Self], into: &Tile);
        #[allow(private_interfaces, reason = "the trait is sealed")]
        fn store(kernels: Kernels, from: &Tile, into: &mut [Self]);
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
    fn load(kernels: Kernels, from: &[Self], into: &Tile) {
        kernels.load_f32(from, into);
    }

    fn store(kernels: Kernels, from: &Tile, into: &mut [Self]) {
        kernels.store_f32(from, into);
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
    fn load(_: Kernels, from: &[Self], into: &Tile) {
        into.write(from);
    }

    fn store(_: Kernels, from: &Tile, into: &mut [Self]) {
        from.read(into);
    }
}
