//! A block in two 256-bit registers.

#![allow(unsafe_code, reason = "the intrinsics of this instruction set")]
#![allow(clippy::wildcard_imports, reason = "one import per intrinsic would say each name twice")]
#![allow(clippy::unused_self, reason = "`self` proves that the processor has the instructions")]

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::{Arithmetic, Block, LANES, Lanes, SINGLES, Singles};

/// AVX2 lanes with FMA; a value exists only where the processor has them.
#[derive(Clone, Copy)]
pub(crate) struct Avx2<N>(PhantomData<N>);

impl<N> Avx2<N> {
    /// # Safety
    /// The processor must have AVX2 and FMA.
    #[inline(always)]
    pub(crate) unsafe fn assume() -> Self {
        Avx2(PhantomData)
    }
}

/// Safe methods around one intrinsic each, applied to both halves.
macro_rules! intrinsics {
    ($half:ty: $($name:ident($($arg:ident),+) = $body:expr;)+) => {$(
        #[inline(always)]
        fn $name(self, $($arg: Self::V),+) -> Self::V {
            #[inline(always)]
            fn half($($arg: $half),+) -> $half {
                // SAFETY: a value of `Avx2`, which the method has, proves AVX2 and FMA.
                unsafe { $body }
            }
            [half($($arg[0]),+), half($($arg[1]),+)]
        }
    )+};
}

macro_rules! arithmetic {
    (
        $number:ident, $block:ty, $half:ty, $lanes:literal,
        splat $set1:ident, load $load:ident, store $store:ident, stream $stream:ident, zeroed $zeroed:expr,
        arithmetic $add:ident $sub:ident $mul:ident $div:ident $fma:ident $fms:ident $fnma:ident $sqrt:ident
        $max:ident $min:ident,
        compare $cmp:ident, blend $blend:ident, mask $movemask:ident $all:literal,
        bits $and:ident $or:ident $xor:ident,
        integer $to_int:ident $from_int:ident $add_int:ident $left:ident $right:ident
    ) => {
        impl Arithmetic for Avx2<$number> {
            type Number = $number;
            type Block = $block;
            type V = [$half; 2];
            type M = [$half; 2];

            #[inline(always)]
            fn splat(self, value: $number) -> Self::V {
                // SAFETY: `self` proves that the processor has AVX2 and FMA.
                unsafe { [$set1(value); 2] }
            }
            #[inline(always)]
            fn load(self, from: &$block) -> Self::V {
                let at: *const $number = std::ptr::from_ref(from).cast();
                // SAFETY: `self` proves AVX2 and FMA; a block is 64 readable bytes.
                unsafe { [$load(at), $load(at.add($lanes))] }
            }
            #[inline(always)]
            fn store_to(self, v: Self::V, into: &mut $block) {
                let at: *mut $number = std::ptr::from_mut(into).cast();
                // SAFETY: `self` proves AVX2 and FMA; a block is 64 writable bytes.
                unsafe {
                    $store(at, v[0]);
                    $store(at.add($lanes), v[1]);
                }
            }
            #[inline(always)]
            fn stream_to(self, v: Self::V, into: &mut $block) {
                let at: *mut $number = std::ptr::from_mut(into).cast();
                debug_assert!(at.addr().is_multiple_of(64), "only aligned blocks are streamed");
                // SAFETY: as above; a caller has found the block aligned, and fences before it is used.
                unsafe {
                    $stream(at, v[0]);
                    $stream(at.add($lanes), v[1]);
                }
            }
            #[inline(always)]
            fn store(self, v: Self::V) -> $block {
                let mut block: $block = $zeroed;
                self.store_to(v, &mut block);
                block
            }
            intrinsics! { $half:
                add(a, b) = $add(a, b);
                sub(a, b) = $sub(a, b);
                mul(a, b) = $mul(a, b);
                div(a, b) = $div(a, b);
                mul_add(a, b, c) = $fma(a, b, c);
                mul_sub(a, b, c) = $fms(a, b, c);
                neg_mul_add(a, b, c) = $fnma(a, b, c);
                sqrt(a) = $sqrt(a);
                // These give the second operand where one is NaN or both are zero.
                at_least(bound, a) = $max(bound, a);
                at_most(bound, a) = $min(bound, a);
                less(a, b) = $cmp::<_CMP_LT_OQ>(a, b);
                less_equal(a, b) = $cmp::<_CMP_LE_OQ>(a, b);
                equal(a, b) = $cmp::<_CMP_EQ_OQ>(a, b);
                select(test, then, otherwise) = $blend(otherwise, then, test);
                both(a, b) = $and(a, b);
                either(a, b) = $or(a, b);
                and(a, b) = $and(a, b);
                or(a, b) = $or(a, b);
                xor(a, b) = $xor(a, b);
                add_bits(a, b) = $from_int($add_int($to_int(a), $to_int(b)));
            }
            #[inline(always)]
            fn some_fails(self, test: Self::M) -> bool {
                // SAFETY: `self` proves that the processor has AVX2 and FMA.
                unsafe { $movemask($and(test[0], test[1])) != $all }
            }
            #[inline(always)]
            fn shift_left<const N: u32>(self, a: Self::V) -> Self::V {
                // SAFETY: `self` proves that the processor has AVX2 and FMA.
                unsafe {
                    let by = _mm_cvtsi32_si128(N as i32);
                    [$from_int($left($to_int(a[0]), by)), $from_int($left($to_int(a[1]), by))]
                }
            }
            #[inline(always)]
            fn shift_right<const N: u32>(self, a: Self::V) -> Self::V {
                // SAFETY: `self` proves that the processor has AVX2 and FMA.
                unsafe {
                    let by = _mm_cvtsi32_si128(N as i32);
                    [$from_int($right($to_int(a[0]), by)), $from_int($right($to_int(a[1]), by))]
                }
            }
            #[inline(always)]
            fn lookup(self, table: &[$number; 16], index: Self::V) -> Self::V {
                [self.table(table, index[0]), self.table(table, index[1])]
            }
        }
    };
}

arithmetic!(
    f64, Block, __m256d, 4,
    splat _mm256_set1_pd, load _mm256_loadu_pd, store _mm256_storeu_pd, stream _mm256_stream_pd, zeroed Block::default(),
    arithmetic _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd _mm256_fmadd_pd
    _mm256_fmsub_pd _mm256_fnmadd_pd _mm256_sqrt_pd _mm256_max_pd _mm256_min_pd,
    compare _mm256_cmp_pd, blend _mm256_blendv_pd, mask _mm256_movemask_pd 0xf,
    bits _mm256_and_pd _mm256_or_pd _mm256_xor_pd,
    integer _mm256_castpd_si256 _mm256_castsi256_pd _mm256_add_epi64 _mm256_sll_epi64
    _mm256_srl_epi64
);
arithmetic!(
    f32, [f32; SINGLES], __m256, 8,
    splat _mm256_set1_ps, load _mm256_loadu_ps, store _mm256_storeu_ps, stream _mm256_stream_ps, zeroed [0.0; SINGLES],
    arithmetic _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps _mm256_fmadd_ps
    _mm256_fmsub_ps _mm256_fnmadd_ps _mm256_sqrt_ps _mm256_max_ps _mm256_min_ps,
    compare _mm256_cmp_ps, blend _mm256_blendv_ps, mask _mm256_movemask_ps 0xff,
    bits _mm256_and_ps _mm256_or_ps _mm256_xor_ps,
    integer _mm256_castps_si256 _mm256_castsi256_ps _mm256_add_epi32 _mm256_sll_epi32
    _mm256_srl_epi32
);

impl Avx2<f64> {
    #[inline(always)]
    fn table(self, table: &[f64; 16], index: __m256d) -> __m256d {
        // SAFETY: `self` proves that the processor has AVX2; the indices are cut to 0..16, the length
        // of the table.
        unsafe {
            // Four loads: a gather takes twice as long on Zen 3, and where its leaks are closed.
            let index = _mm256_and_si256(_mm256_castpd_si256(index), _mm256_set1_epi64x(15));
            let (low, high) = (_mm256_castsi256_si128(index), _mm256_extracti128_si256::<1>(index));
            let at = |i: i64| table.as_ptr().add(i as usize);
            let low = _mm_loadh_pd(
                _mm_load_sd(at(_mm_cvtsi128_si64(low))),
                at(_mm_extract_epi64::<1>(low)),
            );
            let high = _mm_loadh_pd(
                _mm_load_sd(at(_mm_cvtsi128_si64(high))),
                at(_mm_extract_epi64::<1>(high)),
            );
            _mm256_set_m128d(high, low)
        }
    }
}

impl Avx2<f32> {
    #[inline(always)]
    fn table(self, table: &[f32; 16], index: __m256) -> __m256 {
        // SAFETY: `self` proves that the processor has AVX2; the table is 64 readable bytes, and the
        // permutations read the index's lowest three bits only.
        unsafe {
            let index = _mm256_castps_si256(index);
            let low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table.as_ptr()), index);
            let high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table.as_ptr().add(8)), index);
            // The fourth bit, where a blend looks: the sign.
            let upper = _mm256_castsi256_ps(_mm256_slli_epi32::<28>(index));
            _mm256_blendv_ps(low, high, upper)
        }
    }
}

impl Lanes for Avx2<f64> {
    #[inline(always)]
    fn load_f32(self, from: &[f32; LANES]) -> Self::V {
        let at = from.as_ptr();
        // SAFETY: `self` proves AVX2 and FMA; the array is 32 readable bytes, of any alignment.
        unsafe { [_mm256_cvtps_pd(_mm_loadu_ps(at)), _mm256_cvtps_pd(_mm_loadu_ps(at.add(4)))] }
    }
    #[inline(always)]
    fn store_f32(self, v: Self::V) -> [f32; LANES] {
        let mut out = [0.0; LANES];
        let at = out.as_mut_ptr();
        // SAFETY: `self` proves AVX2 and FMA; the array is 32 writable bytes, of any alignment.
        unsafe {
            _mm_storeu_ps(at, _mm256_cvtpd_ps(v[0]));
            _mm_storeu_ps(at.add(4), _mm256_cvtpd_ps(v[1]));
        }
        out
    }
}

impl Singles for Avx2<f32> {
    type Doubles = Avx2<f64>;

    #[inline(always)]
    fn doubles(self) -> Avx2<f64> {
        Avx2(PhantomData)
    }
    #[inline(always)]
    fn widen(self, a: Self::V) -> [[__m256d; 2]; 2] {
        #[inline(always)]
        fn half(a: __m256) -> [__m256d; 2] {
            // SAFETY: a value of `Avx2`, which the method has, proves AVX2 and FMA.
            unsafe {
                let upper = _mm256_extractf128_ps::<1>(a);
                [_mm256_cvtps_pd(_mm256_castps256_ps128(a)), _mm256_cvtps_pd(upper)]
            }
        }
        [half(a[0]), half(a[1])]
    }
    #[inline(always)]
    fn narrow(self, halves: [[__m256d; 2]; 2]) -> Self::V {
        #[inline(always)]
        fn half([low, high]: [__m256d; 2]) -> __m256 {
            // SAFETY: a value of `Avx2`, which the method has, proves AVX2 and FMA.
            unsafe { _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low)) }
        }
        [half(halves[0]), half(halves[1])]
    }
}
