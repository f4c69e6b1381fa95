//! Lanes in an array: every machine has this one, and it defines what the others must give.

use std::marker::PhantomData;

use super::{Arithmetic, Block, LANES, Lanes, SINGLES, Singles};

/// The portable lanes.
#[derive(Clone, Copy)]
pub(crate) struct Scalar<N>(PhantomData<N>);

impl<N> Scalar<N> {
    pub(crate) fn new() -> Self {
        Scalar(PhantomData)
    }
}

#[inline(always)]
fn map<T: Copy, U, const N: usize>(a: [T; N], f: impl Fn(T) -> U) -> [U; N] {
    std::array::from_fn(|lane| f(a[lane]))
}

#[inline(always)]
fn zip<T: Copy, U, const N: usize>(a: [T; N], b: [T; N], f: impl Fn(T, T) -> U) -> [U; N] {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

macro_rules! arithmetic {
    ($number:ident, $bits:ident, $lanes:expr, $block:ty, $load:expr, $store:expr) => {
        impl Arithmetic for Scalar<$number> {
            type Number = $number;
            type Block = $block;
            type V = [$number; $lanes];
            type M = [bool; $lanes];

            #[inline(always)]
            fn splat(self, value: $number) -> Self::V {
                [value; $lanes]
            }
            #[inline(always)]
            fn load(self, from: &Self::Block) -> Self::V {
                $load(*from)
            }
            #[inline(always)]
            fn store_to(self, v: Self::V, into: &mut Self::Block) {
                *into = $store(v);
            }
            #[inline(always)]
            fn store(self, v: Self::V) -> Self::Block {
                $store(v)
            }
            #[inline(always)]
            fn add(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| a + b)
            }
            #[inline(always)]
            fn sub(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| a - b)
            }
            #[inline(always)]
            fn mul(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| a * b)
            }
            #[inline(always)]
            fn div(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| a / b)
            }
            #[inline(always)]
            fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
                std::array::from_fn(|lane| a[lane].mul_add(b[lane], c[lane]))
            }
            #[inline(always)]
            fn neg_mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
                std::array::from_fn(|lane| (-a[lane]).mul_add(b[lane], c[lane]))
            }
            #[inline(always)]
            fn sqrt(self, a: Self::V) -> Self::V {
                map(a, $number::sqrt)
            }
            #[inline(always)]
            fn at_least(self, bound: Self::V, a: Self::V) -> Self::V {
                zip(bound, a, |bound, a| if bound > a { bound } else { a })
            }
            #[inline(always)]
            fn at_most(self, bound: Self::V, a: Self::V) -> Self::V {
                zip(bound, a, |bound, a| if bound < a { bound } else { a })
            }
            #[inline(always)]
            fn less(self, a: Self::V, b: Self::V) -> Self::M {
                zip(a, b, |a, b| a < b)
            }
            #[inline(always)]
            fn less_equal(self, a: Self::V, b: Self::V) -> Self::M {
                zip(a, b, |a, b| a <= b)
            }
            #[inline(always)]
            fn equal(self, a: Self::V, b: Self::V) -> Self::M {
                zip(a, b, |a, b| a == b)
            }
            #[inline(always)]
            fn select(self, test: Self::M, then: Self::V, otherwise: Self::V) -> Self::V {
                std::array::from_fn(|lane| if test[lane] { then[lane] } else { otherwise[lane] })
            }
            #[inline(always)]
            fn both(self, a: Self::M, b: Self::M) -> Self::M {
                std::array::from_fn(|lane| a[lane] & b[lane])
            }
            #[inline(always)]
            fn either(self, a: Self::M, b: Self::M) -> Self::M {
                std::array::from_fn(|lane| a[lane] | b[lane])
            }
            #[inline(always)]
            fn some_fails(self, test: Self::M) -> bool {
                test.contains(&false)
            }
            #[inline(always)]
            fn and(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| $number::from_bits(a.to_bits() & b.to_bits()))
            }
            #[inline(always)]
            fn or(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| $number::from_bits(a.to_bits() | b.to_bits()))
            }
            #[inline(always)]
            fn xor(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| $number::from_bits(a.to_bits() ^ b.to_bits()))
            }
            #[inline(always)]
            fn add_bits(self, a: Self::V, b: Self::V) -> Self::V {
                zip(a, b, |a, b| $number::from_bits(a.to_bits().wrapping_add(b.to_bits())))
            }
            #[inline(always)]
            fn shift_left<const N: u32>(self, a: Self::V) -> Self::V {
                map(a, |a| $number::from_bits(a.to_bits() << N))
            }
            #[inline(always)]
            fn shift_right<const N: u32>(self, a: Self::V) -> Self::V {
                map(a, |a| $number::from_bits(a.to_bits() >> N))
            }
            #[inline(always)]
            fn lookup(self, table: &[$number; 16], index: Self::V) -> Self::V {
                map(index, |index| table[(index.to_bits() & 15) as usize])
            }
        }
    };
}

arithmetic!(f64, u64, LANES, Block, |block: Block| block.0, Block);
arithmetic!(f32, u32, SINGLES, [f32; SINGLES], |block| block, |v| v);

impl Lanes for Scalar<f64> {
    #[inline(always)]
    fn load_f32(self, from: &[f32; LANES]) -> Self::V {
        from.map(f64::from)
    }
    #[inline(always)]
    fn store_f32(self, v: Self::V) -> [f32; LANES] {
        v.map(|value| value as f32)
    }
}

impl Singles for Scalar<f32> {
    type Doubles = Scalar<f64>;

    #[inline(always)]
    fn doubles(self) -> Scalar<f64> {
        Scalar::new()
    }
    #[inline(always)]
    fn widen(self, a: Self::V) -> [[f64; LANES]; 2] {
        [0, 8].map(|first| std::array::from_fn(|lane| f64::from(a[first + lane])))
    }
    #[inline(always)]
    fn narrow(self, halves: [[f64; LANES]; 2]) -> Self::V {
        std::array::from_fn(|lane| halves[lane / LANES][lane % LANES] as f32)
    }
}
