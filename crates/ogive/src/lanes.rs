//! The vocabulary of the kernels: eight f64 lanes, whatever the machine calls them.
//!
//! Every instruction set does the same operations in the same order, with one rounding for
//! `mul_add`, so that all give the same bits. A new instruction set is one file beside this one.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod scalar;

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::Avx512;
pub(crate) use scalar::Scalar;

/// How many lanes there are.
pub(crate) const LANES: usize = 8;

/// Eight f64 on the stack, aligned as the widest vectors want them.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(64))]
pub(crate) struct Block(pub(crate) [f64; LANES]);

/// Operations on eight f64 lanes. A value of the implementing type is the proof that the machine
/// has the instructions.
pub(crate) trait Lanes: Copy {
    /// Eight f64.
    type V: Copy;
    /// Eight truths.
    type M: Copy;

    fn splat(self, value: f64) -> Self::V;
    fn load(self, from: &Block) -> Self::V;
    fn store(self, v: Self::V) -> Block;
    fn load_f32(self, from: &[f32; LANES]) -> Self::V;
    /// Rounds once, to nearest even; keeps subnormal results.
    fn store_f32(self, v: Self::V) -> [f32; LANES];

    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a*b + c` with one rounding.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    fn sqrt(self, a: Self::V) -> Self::V;

    /// Whether a < b; false where either is NaN.
    fn less(self, a: Self::V, b: Self::V) -> Self::M;
    fn less_equal(self, a: Self::V, b: Self::V) -> Self::M;
    fn equal(self, a: Self::V, b: Self::V) -> Self::M;
    fn select(self, test: Self::M, then: Self::V, otherwise: Self::V) -> Self::V;
    /// Whether the test holds in some lane.
    fn any(self, test: Self::M) -> bool;

    fn and(self, a: Self::V, b: Self::V) -> Self::V;
    fn or(self, a: Self::V, b: Self::V) -> Self::V;
    fn xor(self, a: Self::V, b: Self::V) -> Self::V;
    /// The sum of the lanes' bits as integers.
    fn add_bits(self, a: Self::V, b: Self::V) -> Self::V;
    fn shift_left<const N: u32>(self, a: Self::V) -> Self::V;
    fn shift_right<const N: u32>(self, a: Self::V) -> Self::V;
    /// `table[lane & 15]` for each lane's bits.
    fn lookup(self, table: &[f64; 16], index: Self::V) -> Self::V;

    #[inline(always)]
    fn splat_bits(self, bits: u64) -> Self::V {
        self.splat(f64::from_bits(bits))
    }

    #[inline(always)]
    fn neg(self, a: Self::V) -> Self::V {
        self.xor(a, self.splat(-0.0))
    }

    #[inline(always)]
    fn abs(self, a: Self::V) -> Self::V {
        self.and(a, self.splat_bits(!(1 << 63)))
    }

    /// `magnitude`, which is not negative, with the sign of `sign`.
    #[inline(always)]
    fn with_sign(self, magnitude: Self::V, sign: Self::V) -> Self::V {
        self.or(magnitude, self.and(sign, self.splat(-0.0)))
    }

    /// `c - a*b` with one rounding.
    #[inline(always)]
    fn neg_mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        self.mul_add(self.neg(a), b, c)
    }

    /// `a` held between bounds; NaN stays.
    #[inline(always)]
    fn clamp(self, a: Self::V, low: f64, high: f64) -> Self::V {
        let (low, high) = (self.splat(low), self.splat(high));
        let a = self.select(self.less(a, low), low, a);
        self.select(self.less(high, a), high, a)
    }
}
