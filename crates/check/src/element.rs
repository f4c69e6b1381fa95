//! The number types that engines compute with.

use std::fmt;

use half::{bf16, f16};

/// A binary floating-point type that can be judged: `f32`, `f64`, `bf16` or `f16`.
pub trait Element: Copy + PartialEq + fmt::Debug + Default + Send + Sync + 'static {
    /// Its name in a row: `f32`.
    const NAME: &'static str;
    /// How many bits a number takes.
    const BITS: u32;
    /// The digits of its significand, the leading one included.
    const DIGITS: u32;
    /// The exponent of its smallest subnormal: 2 to this power.
    const LOWEST: i32;
    /// The exponent of the first power of two that is too large for it.
    const OVERFLOW: i32;

    /// The same number as f64; this loses nothing.
    fn widen(self) -> f64;
    /// The nearest number of this type.
    fn narrow(value: f64) -> Self;
    /// The number with these bits; a narrow type takes the low ones.
    fn from_bits(bits: u64) -> Self;
    /// Its bits; those of every NaN are the same, since the payload of a NaN is of no account.
    fn to_bits(self) -> u64;
    /// The number next above it.
    #[must_use]
    fn up(self) -> Self;
    /// The number next below it.
    #[must_use]
    fn down(self) -> Self;
}

macro_rules! element {
    ($type:ident, $bits:ident) => {
        impl Element for $type {
            const NAME: &'static str = stringify!($type);
            const BITS: u32 = $bits::BITS;
            const DIGITS: u32 = $type::MANTISSA_DIGITS;
            const LOWEST: i32 = $type::MIN_EXP - $type::MANTISSA_DIGITS as i32;
            const OVERFLOW: i32 = $type::MAX_EXP;

            fn widen(self) -> f64 {
                f64::from(self)
            }

            fn narrow(value: f64) -> Self {
                value as $type
            }

            fn from_bits(bits: u64) -> Self {
                $type::from_bits(bits as $bits)
            }

            fn to_bits(self) -> u64 {
                u64::from(if self.is_nan() { $bits::MAX } else { $type::to_bits(self) })
            }

            fn up(self) -> Self {
                self.next_up()
            }

            fn down(self) -> Self {
                self.next_down()
            }
        }
    };
}

element!(f32, u32);
element!(f64, u64);

macro_rules! half_element {
    ($type:ident, $digits:literal, $lowest:literal, $overflow:literal) => {
        impl Element for $type {
            const NAME: &'static str = stringify!($type);
            const BITS: u32 = 16;
            const DIGITS: u32 = $digits;
            const LOWEST: i32 = $lowest;
            const OVERFLOW: i32 = $overflow;

            fn widen(self) -> f64 {
                self.to_f64()
            }

            fn narrow(value: f64) -> Self {
                $type::from_f32(rounded_to_odd(value))
            }

            fn from_bits(bits: u64) -> Self {
                $type::from_bits(bits as u16)
            }

            fn to_bits(self) -> u64 {
                u64::from(if self.is_nan() { u16::MAX } else { $type::to_bits(self) })
            }

            fn up(self) -> Self {
                next(self.widen(), $type::to_bits(self), false).map_or(self, $type::from_bits)
            }

            fn down(self) -> Self {
                next(self.widen(), $type::to_bits(self), true).map_or(self, $type::from_bits)
            }
        }
    };
}

half_element!(bf16, 8, -133, 128);
half_element!(f16, 11, -24, 16);

/// The f32 towards zero of `value`, with its last bit set where anything is lost: a second rounding
/// to fewer digits then sees on which side of a tie the value was.
fn rounded_to_odd(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) == value || near.is_nan() {
        return near;
    }
    let too_far = f64::from(near).abs() > value.abs();
    f32::from_bits((near.to_bits() - u32::from(too_far)) | 1)
}

/// The bits of the half-wide number next above `value`, or below; none above infinity, or for NaN.
fn next(value: f64, bits: u16, down: bool) -> Option<u16> {
    let end = if down { f64::NEG_INFINITY } else { f64::INFINITY };
    if value.is_nan() || value == end {
        return None;
    }
    if value == 0.0 {
        return Some(if down { 0x8001 } else { 1 });
    }
    Some(if (value < 0.0) == down { bits + 1 } else { bits - 1 })
}
