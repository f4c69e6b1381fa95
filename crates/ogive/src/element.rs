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
        /// Whether the whole range of f64 is needed.
        const WIDE: bool;
        #[allow(private_interfaces, reason = "the trait is sealed")]
        fn load(kernels: Kernels, from: &[Self], into: &Tile);
        #[allow(private_interfaces, reason = "the trait is sealed")]
        fn store(kernels: Kernels, from: &Tile, into: &mut [Self]);
        /// Whether all are finite and none is beyond `bound`, which is beyond every f32.
        fn moderate(values: &[Self], bound: f64) -> bool;
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
    const WIDE: bool = false;

    fn load(kernels: Kernels, from: &[Self], into: &Tile) {
        kernels.load_f32(from, into);
    }

    fn store(kernels: Kernels, from: &Tile, into: &mut [Self]) {
        kernels.store_f32(from, into);
    }

    fn moderate(values: &[Self], _: f64) -> bool {
        // 0·x is 0 for a finite x and NaN else; sums of these vectorise, `all` does not.
        let mut sums = [0.0f32; 16];
        let (whole, rest) = values.as_chunks::<16>();
        for part in whole {
            for (sum, x) in sums.iter_mut().zip(part) {
                *sum += 0.0 * x;
            }
        }
        sums.iter().chain(rest).all(|x| x.is_finite())
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
    const WIDE: bool = true;

    fn load(_: Kernels, from: &[Self], into: &Tile) {
        into.write(from);
    }

    fn store(_: Kernels, from: &Tile, into: &mut [Self]) {
        from.read(into);
    }

    fn moderate(values: &[Self], bound: f64) -> bool {
        values.iter().all(|x| x.abs() <= bound)
    }
}
