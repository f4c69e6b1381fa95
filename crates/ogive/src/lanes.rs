//! The vocabulary of the kernels: blocks of 64 bytes, whatever the machine calls them.
//!
//! Every instruction set does the same operations in the same order, with one rounding for
//! `mul_add`, so that all give the same bits. A new instruction set is one file beside this one.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod scalar;
#[cfg(test)]
mod tests;
mod view;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
pub(crate) use neon::Neon;
pub(crate) use scalar::Scalar;
pub(crate) use view::{Target, View, fence, prefetch};

/// How many f64 lanes there are.
pub(crate) const LANES: usize = 8;
/// How many f32 lanes there are.
pub(crate) const SINGLES: usize = 16;

/// Eight f64 on the stack, aligned as the widest vectors want them.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Block(pub(crate) [f64; LANES]);

/// Operations on the lanes of one block. A value of the implementing type is the proof that the
/// machine has the instructions.
pub(crate) trait Arithmetic: Copy {
    /// f64 or f32.
    type Number: Float;
    /// The lanes in memory.
    type Block: Copy;
    /// The lanes in registers.
    type V: Copy;
    /// A truth for each lane.
    type M: Copy;

    fn splat(self, value: Self::Number) -> Self::V;
    fn load(self, from: &Self::Block) -> Self::V;
    fn store_to(self, v: Self::V, into: &mut Self::Block);
    /// Stores past the caches, where the machine can and the block is [aligned](Target::is_aligned).
    #[inline(always)]
    fn stream_to(self, v: Self::V, into: &mut Self::Block) {
        self.store_to(v, into);
    }
    fn store(self, v: Self::V) -> Self::Block;

    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a*b + c` with one rounding.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// `a*b - c` with one rounding.
    #[inline(always)]
    fn mul_sub(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        self.mul_add(a, b, self.neg(c))
    }
    /// `c - a*b` with one rounding.
    fn neg_mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    fn sqrt(self, a: Self::V) -> Self::V;

    /// The larger of `bound`, which is a number, and `a`; NaN where `a` is. Of two zeros `a`.
    fn at_least(self, bound: Self::V, a: Self::V) -> Self::V;
    /// The smaller of `bound`, which is a number, and `a`; NaN where `a` is. Of two zeros `a`.
    fn at_most(self, bound: Self::V, a: Self::V) -> Self::V;

    /// Whether a < b; false where either is NaN.
    fn less(self, a: Self::V, b: Self::V) -> Self::M;
    fn less_equal(self, a: Self::V, b: Self::V) -> Self::M;
    fn equal(self, a: Self::V, b: Self::V) -> Self::M;
    fn select(self, test: Self::M, then: Self::V, otherwise: Self::V) -> Self::V;
    /// Whether both tests hold.
    fn both(self, a: Self::M, b: Self::M) -> Self::M;
    /// Whether one of two tests holds, or both do.
    fn either(self, a: Self::M, b: Self::M) -> Self::M;
    /// Whether the test fails in some lane.
    fn some_fails(self, test: Self::M) -> bool;

    fn and(self, a: Self::V, b: Self::V) -> Self::V;
    fn or(self, a: Self::V, b: Self::V) -> Self::V;
    fn xor(self, a: Self::V, b: Self::V) -> Self::V;
    /// The sum of the lanes' bits as integers.
    fn add_bits(self, a: Self::V, b: Self::V) -> Self::V;
    fn shift_left<const N: u32>(self, a: Self::V) -> Self::V;
    fn shift_right<const N: u32>(self, a: Self::V) -> Self::V;
    /// `table[lane & 15]` for each lane's bits.
    fn lookup(self, table: &[Self::Number; 16], index: Self::V) -> Self::V;

    #[inline(always)]
    fn neg(self, a: Self::V) -> Self::V {
        self.xor(a, self.splat(Float::SIGN))
    }

    #[inline(always)]
    fn abs(self, a: Self::V) -> Self::V {
        self.and(a, self.splat(Float::MAGNITUDE))
    }

    /// `magnitude`, which is not negative, with the sign of `sign`.
    #[inline(always)]
    fn with_sign(self, magnitude: Self::V, sign: Self::V) -> Self::V {
        self.or(magnitude, self.and(sign, self.splat(Float::SIGN)))
    }

    /// `a` held between bounds that are numbers; NaN stays.
    #[inline(always)]
    fn clamp(self, a: Self::V, low: Self::Number, high: Self::Number) -> Self::V {
        self.at_most(self.splat(high), self.at_least(self.splat(low), a))
    }

    /// The larger; NaN if either is (IEEE 754-2019 maximum).
    #[inline(always)]
    fn maximum(self, a: Self::V, b: Self::V) -> Self::V {
        // Of two zeros the positive one: `and` clears the sign bit unless both have it.
        let larger = self.select(self.less(b, a), a, b);
        let larger = self.select(self.equal(a, b), self.and(a, b), larger);
        self.select(self.equal(b, b), self.select(self.equal(a, a), larger, a), b)
    }

    /// The smaller; NaN if either is (IEEE 754-2019 minimum).
    #[inline(always)]
    fn minimum(self, a: Self::V, b: Self::V) -> Self::V {
        let smaller = self.select(self.less(a, b), a, b);
        let smaller = self.select(self.equal(a, b), self.or(a, b), smaller);
        self.select(self.equal(b, b), self.select(self.equal(a, a), smaller, a), b)
    }

    /// -1, 0 or 1; keeps the sign of zero and NaN.
    #[inline(always)]
    fn sign(self, a: Self::V) -> Self::V {
        let sign = self.with_sign(self.splat(Float::ONE), a);
        self.select(self.less(self.splat(Float::ZERO), self.abs(a)), sign, a)
    }

    /// `a` times a number given as one of this kind and a rest of the same sign: one rounding, or nearly
    /// (0.5000001 ulp).
    #[inline(always)]
    fn mul_parts(self, a: Self::V, number: Self::V, rest: Self::V) -> Self::V {
        // Of the same sign the products of infinity and of 0 are what one product would be.
        self.mul_add(a, number, self.mul(a, rest))
    }

    /// 1 where the test holds, 0 elsewhere.
    #[inline(always)]
    fn truth(self, test: Self::M) -> Self::V {
        self.select(test, self.splat(Float::ONE), self.splat(Float::ZERO))
    }
}

/// The two kinds of number.
pub(crate) trait Float: Copy {
    const ZERO: Self;
    const ONE: Self;
    /// The sign bit alone.
    const SIGN: Self;
    /// Every other bit.
    const MAGNITUDE: Self;
}

impl Float for f64 {
    const ZERO: f64 = 0.0;
    const ONE: f64 = 1.0;
    const SIGN: f64 = -0.0;
    const MAGNITUDE: f64 = f64::from_bits(u64::MAX >> 1);
}

impl Float for f32 {
    const ZERO: f32 = 0.0;
    const ONE: f32 = 1.0;
    const SIGN: f32 = -0.0;
    const MAGNITUDE: f32 = f32::from_bits(u32::MAX >> 1);
}

/// 1.5·2^52: added to it, a number leaves the nearest whole one in the lowest bits.
pub(crate) const ROUND_DOUBLE: f64 = 6755399441055744.0;
/// The same of f32: 1.5·2^23.
pub(crate) const ROUND_SINGLE: f32 = 12582912.0;

/// 2^64: multiplied by it, a number that is subnormal at last is not yet.
const TWO_64: f64 = 18446744073709551616.0;

/// Eight f64 lanes.
pub(crate) trait Lanes: Arithmetic<Number = f64, Block = Block> {
    fn load_f32(self, from: &[f32; LANES]) -> Self::V;
    /// Rounds once, to nearest even; keeps subnormal results.
    fn store_f32(self, v: Self::V) -> [f32; LANES];
    /// The same past the caches, where the machine can and the block is aligned.
    #[inline(always)]
    fn stream_f32(self, v: Self::V, into: &mut [f32; LANES]) {
        *into = self.store_f32(v);
    }

    #[inline(always)]
    fn splat_bits(self, bits: u64) -> Self::V {
        self.splat(f64::from_bits(bits))
    }

    /// `a · 2^floor(n/16)` for `a` in [1, 3) and whole `n` from -20000 to 20000, given as the lowest
    /// bits of `1.5·2^52 + n`. Rounds once where the result is subnormal.
    #[inline(always)]
    fn scale(self, a: Self::V, steps: Self::V) -> Self::V {
        // Half of the exponent at a time, so that either power is normal.
        let n = self.sub(steps, self.splat(ROUND_DOUBLE));
        let half = self.mul_add(n, self.splat(1.0 / 32.0), self.splat(ROUND_DOUBLE));
        let half = self.shift_left::<4>(half);
        let negated = self.add_bits(self.xor(half, self.splat_bits(!0)), self.splat_bits(1));
        let rest = self.add_bits(steps, negated);
        let one = self.splat(1.0);
        self.mul(self.mul(a, self.raised(one, rest)), self.raised(one, half))
    }

    /// The same for a power between 2^-1085 and 2^1085, where the machine has a shorter way.
    #[inline(always)]
    fn scale_near(self, a: Self::V, steps: Self::V) -> Self::V {
        let rises = self.less(self.splat(ROUND_DOUBLE), steps);
        let first = self.select(rises, self.splat(TWO_64.recip()), self.splat(TWO_64));
        let then = self.select(rises, self.splat(TWO_64), self.splat(TWO_64.recip()));
        self.mul(self.mul(a, self.raised(first, steps)), then)
    }

    /// The same for a power between 2^-1085 and 1.
    #[inline(always)]
    fn scale_down(self, a: Self::V, steps: Self::V) -> Self::V {
        let raised = self.raised(self.splat(TWO_64), steps);
        self.mul(self.mul(a, raised), self.splat(TWO_64.recip()))
    }

    /// `a · 2^floor(n/16)` for a normal `a` where that is normal, n as above.
    #[inline(always)]
    fn raised(self, a: Self::V, steps: Self::V) -> Self::V {
        // The bits above the four of the fraction, moved to the exponent's place.
        let exponent = self.and(steps, self.splat_bits(!15));
        self.add_bits(a, self.shift_left::<48>(exponent))
    }
}

/// Sixteen f32 lanes.
pub(crate) trait Singles: Arithmetic<Number = f32, Block = [f32; SINGLES]> {
    /// The same machine's f64 lanes.
    type Doubles: Lanes;

    fn doubles(self) -> Self::Doubles;
    /// The lower and the upper eight lanes.
    fn widen(self, a: Self::V) -> [<Self::Doubles as Arithmetic>::V; 2];
    /// The opposite, with one rounding each.
    fn narrow(self, halves: [<Self::Doubles as Arithmetic>::V; 2]) -> Self::V;

    /// `table[lane & 31]` for each lane's bits.
    #[inline(always)]
    fn lookup_long(self, table: &[f32; 32], index: Self::V) -> Self::V {
        let (low, high) = table.split_at(16);
        let (low, high) = (low.as_array(), high.as_array());
        let (Some(low), Some(high)) = (low, high) else { unreachable!("32 is twice 16") };
        let (low, high) = (self.lookup(low, index), self.lookup(high, index));
        let fifth = self.and(index, self.splat(f32::from_bits(16)));
        self.select(self.equal(fifth, self.splat(0.0)), low, high)
    }

    /// `a · 2^floor(n/16)` for whole `n` from -2720 to 2063, given as the lowest bits of `1.5·2^23 + n`; for an
    /// `a` below 2^60 where `n` is not positive, and not below 2^-125 where it is. Rounds once where the result
    /// is subnormal.
    #[inline(always)]
    fn scale_near(self, a: Self::V, steps: Self::V) -> Self::V {
        let rises = self.less(self.splat(ROUND_SINGLE), steps);
        let first = self.select(rises, self.splat(0.5), self.splat(TWO_64 as f32));
        let then = self.select(rises, self.splat(2.0), self.splat(TWO_64.recip() as f32));
        self.mul(self.mul(a, self.raised(first, steps)), then)
    }

    /// `a · 2^floor(n/16)` for a normal `a` where that is normal, n as above.
    #[inline(always)]
    fn raised(self, a: Self::V, steps: Self::V) -> Self::V {
        let exponent = self.and(steps, self.splat(f32::from_bits(!15)));
        self.add_bits(a, self.shift_left::<19>(exponent))
    }
}
