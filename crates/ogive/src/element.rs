//! The types of data that activations run on.

use half::slice::HalfFloatSliceExt;
use half::vec::HalfBitsVecExt;
use half::{bf16, f16};

use crate::dispatch::Kernels;
use crate::outcome::Outcome;
use crate::pages::in_large_pages;
use crate::tiles::{DoubleTile, TILE};

/// A type of tensor element: `f32`, `f64`, `bf16` or `f16` (the last two of the crate `half`). All
/// are computed in f64, or for f32 in nearly as many digits, and rounded once; the hottest f32
/// functions have kernels of their own within 1 ulp. What is f64 itself is computed in numbers that are sums of
/// two.
pub trait Element: Copy + Default + Send + Sync + sealed::Tiled + 'static {
    /// Its name: `f32`.
    const NAME: &'static str;
    /// The value as f64, exactly.
    fn to_f64(self) -> f64;
    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// Zeros to write a result to. Where they are many, Linux is asked to clear them by the large page, which
    /// saves a new result half of its time and more.
    fn zeros(length: usize) -> Vec<Self> {
        in_large_pages(vec![Self::default(); length])
    }
}

/// How elements get into tiles and out of them; not for other crates to implement.
#[allow(private_interfaces, reason = "the trait is sealed")]
pub(crate) mod sealed {
    use super::{DoubleTile, Kernels, Outcome};

    pub trait Tiled: Sized {
        /// Whether nothing wider than f64 is left to compute in, so that every number has two parts.
        const IS_FINE: bool = false;
        /// How many bits of a result must be right before it is rounded.
        const BITS_ASKED: i32 = 27;
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
    const IS_FINE: bool = true;
    const BITS_ASKED: i32 = crate::exact::MOST_BITS;

    fn load(_: Kernels, from: &[Self], into: &DoubleTile) {
        into.write(from);
    }

    fn store(kernels: Kernels, from: Outcome, into: &mut [Self]) -> bool {
        kernels.store_f64(from, into)
    }
}

macro_rules! half_wide {
    ($type:ident) => {
        impl Element for $type {
            const NAME: &'static str = stringify!($type);

            fn to_f64(self) -> f64 {
                $type::to_f64(self)
            }

            fn from_f64(value: f64) -> Self {
                $type::from_f32(rounded_to_odd(value))
            }

            fn zeros(length: usize) -> Vec<Self> {
                // Of integers the system's zeros are taken as they are.
                in_large_pages(vec![0u16; length]).reinterpret_into()
            }
        }

        #[allow(private_interfaces, reason = "the trait is sealed")]
        impl sealed::Tiled for $type {
            fn load(kernels: Kernels, from: &[Self], into: &DoubleTile) {
                let mut wide = [0.0; TILE];
                let wide = &mut wide[..from.len()];
                from.convert_to_f32_slice(wide);
                kernels.load_f32(wide, &into.0);
            }

            fn store(kernels: Kernels, from: Outcome, into: &mut [Self]) -> bool {
                let mut wide = [0.0; TILE];
                let wide = &mut wide[..into.len()];
                let has_nan = kernels.store_odd(from, wide);
                if wide.iter().any(|value| value.is_subnormal()) {
                    // There f32 has too few digits for a first rounding.
                    let mut exact = [0.0; TILE];
                    kernels.store_f64(from, &mut exact[..into.len()]);
                    for (value, exact) in into.iter_mut().zip(exact) {
                        *value = Element::from_f64(exact);
                    }
                } else {
                    into.convert_from_f32_slice(wide);
                }
                has_nan
            }
        }
    };
}

half_wide!(bf16);
half_wide!(f16);

/// The f32 towards zero of `value`, with its last bit set where anything is lost. A further rounding
/// to 22 bits or fewer then sees on which side of a tie the value was: both together round once.
fn rounded_to_odd(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) == value || near.is_nan() {
        return near;
    }
    let too_far = f64::from(near).abs() > value.abs();
    f32::from_bits((near.to_bits() - u32::from(too_far)) | 1)
}

#[cfg(test)]
mod tests {
    use half::{bf16, f16};

    use super::Element;

    /// Every number of the type, the middle between it and the next, and what lies beside both.
    fn rounds_to_nearest<T: Element>(of_bits: fn(u16) -> T, bits: fn(T) -> u16) {
        for low in 0..0x7fff {
            let (here, above) = (of_bits(low).to_f64(), of_bits(low + 1).to_f64());
            if !here.is_finite() || above.is_nan() {
                continue;
            }
            // The number after the largest one, were there one.
            let above =
                if above.is_finite() { above } else { 2.0 * here - of_bits(low - 1).to_f64() };
            let middle = here + (above - here) / 2.0;
            let even = low + (low & 1);
            for (value, wanted) in [
                (here, low),
                (here.next_up(), low),
                (middle.next_down(), low),
                (middle, even),
                (middle.next_up(), low + 1),
                (above.next_down(), low + 1),
            ] {
                for (value, wanted) in [(value, wanted), (-value, wanted | 0x8000)] {
                    let found = bits(T::from_f64(value));
                    assert_eq!(found, wanted, "{} of {value:e}", T::NAME);
                }
            }
        }
        assert!(T::from_f64(f64::NAN).to_f64().is_nan());
        for (huge, sign) in [(f64::MAX, 1.0), (f64::INFINITY, 1.0), (f64::MIN, -1.0)] {
            assert_eq!(T::from_f64(huge).to_f64(), sign * f64::INFINITY);
        }
        assert_eq!(bits(T::from_f64(-1e-300)), 0x8000);
    }

    #[test]
    fn halves_round_once() {
        rounds_to_nearest(bf16::from_bits, bf16::to_bits);
        rounds_to_nearest(f16::from_bits, f16::to_bits);
    }
}
