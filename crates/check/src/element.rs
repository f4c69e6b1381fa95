//! The number types that engines compute with.

use std::fmt;

/// A binary floating-point type that can be judged: `f32` or `f64`.
pub trait Element: Copy + PartialEq + fmt::Debug + Default + Send + Sync + 'static {
    /// Its name in a row: `f32`.
    const NAME: &'static str;
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
