//! Eight lanes in an array: every machine has this one, and it defines what the others must give.

use super::{Block, LANES, Lanes};

/// The portable lanes.
#[derive(Clone, Copy)]
pub(crate) struct Scalar;

type V = [f64; LANES];

#[inline(always)]
fn zip(a: V, b: V, f: impl Fn(f64, f64) -> f64) -> V {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

#[inline(always)]
fn zip_bits(a: V, b: V, f: impl Fn(u64, u64) -> u64) -> V {
    zip(a, b, |a, b| f64::from_bits(f(a.to_bits(), b.to_bits())))
}

#[inline(always)]
fn test(a: V, b: V, f: impl Fn(f64, f64) -> bool) -> [bool; LANES] {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

impl Lanes for Scalar {
    type V = V;
    type M = [bool; LANES];

    #[inline(always)]
    fn splat(self, value: f64) -> V {
        [value; LANES]
    }
    #[inline(always)]
    fn load(self, from: &Block) -> V {
        from.0
    }
    #[inline(always)]
    fn store(self, v: V) -> Block {
        Block(v)
    }
    #[inline(always)]
    fn load_f32(self, from: &[f32; LANES]) -> V {
        from.map(f64::from)
    }
    #[inline(always)]
    fn store_f32(self, v: V) -> [f32; LANES] {
        v.map(|value| value as f32)
    }
    #[inline(always)]
    fn add(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, a: V, b: V) -> V {
        zip(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn mul_add(self, a: V, b: V, c: V) -> V {
        std::array::from_fn(|lane| a[lane].mul_add(b[lane], c[lane]))
    }
    #[inline(always)]
    fn sqrt(self, a: V) -> V {
        a.map(f64::sqrt)
    }
    #[inline(always)]
    fn less(self, a: V, b: V) -> Self::M {
        test(a, b, |a, b| a < b)
    }
    #[inline(always)]
    fn less_equal(self, a: V, b: V) -> Self::M {
        test(a, b, |a, b| a <= b)
    }
    #[inline(always)]
    fn equal(self, a: V, b: V) -> Self::M {
        test(a, b, |a, b| a == b)
    }
    #[inline(always)]
    fn select(self, test: Self::M, then: V, otherwise: V) -> V {
        std::array::from_fn(|lane| if test[lane] { then[lane] } else { otherwise[lane] })
    }
    #[inline(always)]
    fn any(self, test: Self::M) -> bool {
        test.iter().any(|test| *test)
    }
    #[inline(always)]
    fn and(self, a: V, b: V) -> V {
        zip_bits(a, b, |a, b| a & b)
    }
    #[inline(always)]
    fn or(self, a: V, b: V) -> V {
        zip_bits(a, b, |a, b| a | b)
    }
    #[inline(always)]
    fn xor(self, a: V, b: V) -> V {
        zip_bits(a, b, |a, b| a ^ b)
    }
    #[inline(always)]
    fn add_bits(self, a: V, b: V) -> V {
        zip_bits(a, b, u64::wrapping_add)
    }
    #[inline(always)]
    fn shift_left<const N: u32>(self, a: V) -> V {
        a.map(|a| f64::from_bits(a.to_bits() << N))
    }
    #[inline(always)]
    fn shift_right<const N: u32>(self, a: V) -> V {
        a.map(|a| f64::from_bits(a.to_bits() >> N))
    }
    #[inline(always)]
    fn lookup(self, table: &[f64; 16], index: V) -> V {
        index.map(|index| table[(index.to_bits() & 15) as usize])
    }
}
