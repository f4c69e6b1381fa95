//! A block in one 512-bit register.

#![allow(unsafe_code, reason = "the intrinsics of this instruction set")]
#![allow(clippy::wildcard_imports, reason = "one import per intrinsic would say each name twice")]
#![allow(clippy::unused_self, reason = "`self` proves that the processor has the instructions")]

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::{Arithmetic, Block, LANES, Lanes, ROUND_DOUBLE, ROUND_SINGLE, SINGLES, Singles};

/// AVX-512 lanes; a value exists only where the processor has them.
#[derive(Clone, Copy)]
pub(crate) struct Avx512<N>(PhantomData<N>);

impl<N> Avx512<N> {
    /// # Safety
    /// The processor must have AVX-512 F, VL, DQ and BW.
    #[inline(always)]
    pub(crate) unsafe fn assume() -> Self {
        Avx512(PhantomData)
    }
}

/// Safe methods around one intrinsic each.
macro_rules! intrinsics {
    ($($name:ident($($arg:ident),+) -> $result:ty = $body:expr;)+) => {$(
        #[inline(always)]
        fn $name(self, $($arg: Self::V),+) -> $result {
            // SAFETY: `self` proves that the processor has AVX-512.
            unsafe { $body }
        }
    )+};
}

macro_rules! arithmetic {
    (
        $number:ident, $block:ty, $register:ty, $mask:ty,
        splat $set1:ident, load $load:ident, store $store:ident, stream $stream:ident, zeroed $zeroed:expr,
        arithmetic $add:ident $sub:ident $mul:ident $div:ident $fma:ident $fms:ident $fnma:ident $sqrt:ident
        $max:ident $min:ident,
        compare $cmp:ident, blend $blend:ident,
        integer $to_int:ident $from_int:ident $add_int:ident $left:ident $right:ident
    ) => {
        impl Arithmetic for Avx512<$number> {
            type Number = $number;
            type Block = $block;
            type V = $register;
            type M = $mask;

            #[inline(always)]
            fn splat(self, value: $number) -> $register {
                // SAFETY: `self` proves that the processor has AVX-512.
                unsafe { $set1(value) }
            }
            #[inline(always)]
            fn load(self, from: &$block) -> $register {
                // SAFETY: `self` proves AVX-512; a block is 64 readable bytes.
                unsafe { $load(std::ptr::from_ref(from).cast()) }
            }
            #[inline(always)]
            fn store_to(self, v: $register, into: &mut $block) {
                // SAFETY: `self` proves AVX-512; a block is 64 writable bytes.
                unsafe { $store(std::ptr::from_mut(into).cast(), v) };
            }
            #[inline(always)]
            fn stream_to(self, v: $register, into: &mut $block) {
                let at = std::ptr::from_mut(into);
                debug_assert!(at.addr().is_multiple_of(64), "only aligned blocks are streamed");
                // SAFETY: as above; a caller has found the block aligned, and fences before it is used.
                unsafe { $stream(at.cast(), v) };
            }
            #[inline(always)]
            fn store(self, v: $register) -> $block {
                let mut block: $block = $zeroed;
                self.store_to(v, &mut block);
                block
            }
            intrinsics! {
                add(a, b) -> Self::V = $add(a, b);
                sub(a, b) -> Self::V = $sub(a, b);
                mul(a, b) -> Self::V = $mul(a, b);
                div(a, b) -> Self::V = $div(a, b);
                mul_add(a, b, c) -> Self::V = $fma(a, b, c);
                mul_sub(a, b, c) -> Self::V = $fms(a, b, c);
                neg_mul_add(a, b, c) -> Self::V = $fnma(a, b, c);
                sqrt(a) -> Self::V = $sqrt(a);
                // These give the second operand where one is NaN or both are zero.
                at_least(bound, a) -> Self::V = $max(bound, a);
                at_most(bound, a) -> Self::V = $min(bound, a);
                less(a, b) -> Self::M = $cmp::<_CMP_LT_OQ>(a, b);
                less_equal(a, b) -> Self::M = $cmp::<_CMP_LE_OQ>(a, b);
                equal(a, b) -> Self::M = $cmp::<_CMP_EQ_OQ>(a, b);
                and(a, b) -> Self::V = $from_int(_mm512_and_si512($to_int(a), $to_int(b)));
                or(a, b) -> Self::V = $from_int(_mm512_or_si512($to_int(a), $to_int(b)));
                xor(a, b) -> Self::V = $from_int(_mm512_xor_si512($to_int(a), $to_int(b)));
                add_bits(a, b) -> Self::V = $from_int($add_int($to_int(a), $to_int(b)));
            }
            #[inline(always)]
            fn select(self, test: $mask, then: $register, otherwise: $register) -> $register {
                // SAFETY: `self` proves that the processor has AVX-512.
                unsafe { $blend(test, otherwise, then) }
            }
            #[inline(always)]
            fn both(self, a: $mask, b: $mask) -> $mask {
                a & b
            }
            #[inline(always)]
            fn either(self, a: $mask, b: $mask) -> $mask {
                a | b
            }
            #[inline(always)]
            fn some_fails(self, test: $mask) -> bool {
                test != <$mask>::MAX
            }
            #[inline(always)]
            fn shift_left<const N: u32>(self, a: $register) -> $register {
                // SAFETY: `self` proves that the processor has AVX-512.
                unsafe { $from_int($left::<N>($to_int(a))) }
            }
            #[inline(always)]
            fn shift_right<const N: u32>(self, a: $register) -> $register {
                // SAFETY: `self` proves that the processor has AVX-512.
                unsafe { $from_int($right::<N>($to_int(a))) }
            }
            #[inline(always)]
            fn lookup(self, table: &[$number; 16], index: $register) -> $register {
                self.table(table, index)
            }
        }
    };
}

arithmetic!(
    f64, Block, __m512d, __mmask8,
    splat _mm512_set1_pd, load _mm512_loadu_pd, store _mm512_storeu_pd, stream _mm512_stream_pd, zeroed Block::default(),
    arithmetic _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd _mm512_fmadd_pd
    _mm512_fmsub_pd _mm512_fnmadd_pd _mm512_sqrt_pd _mm512_max_pd _mm512_min_pd,
    compare _mm512_cmp_pd_mask, blend _mm512_mask_blend_pd,
    integer _mm512_castpd_si512 _mm512_castsi512_pd _mm512_add_epi64 _mm512_slli_epi64
    _mm512_srli_epi64
);
arithmetic!(
    f32, [f32; SINGLES], __m512, __mmask16,
    splat _mm512_set1_ps, load _mm512_loadu_ps, store _mm512_storeu_ps, stream _mm512_stream_ps, zeroed [0.0; SINGLES],
    arithmetic _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps _mm512_fmadd_ps
    _mm512_fmsub_ps _mm512_fnmadd_ps _mm512_sqrt_ps _mm512_max_ps _mm512_min_ps,
    compare _mm512_cmp_ps_mask, blend _mm512_mask_blend_ps,
    integer _mm512_castps_si512 _mm512_castsi512_ps _mm512_add_epi32 _mm512_slli_epi32
    _mm512_srli_epi32
);

impl Avx512<f64> {
    #[inline(always)]
    fn table(self, table: &[f64; 16], index: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512; the table is 128 readable bytes. The
        // permutation reads the index's lowest four bits only.
        unsafe {
            let (low, high) =
                (_mm512_loadu_pd(table.as_ptr()), _mm512_loadu_pd(table.as_ptr().add(8)));
            _mm512_permutex2var_pd(low, _mm512_castpd_si512(index), high)
        }
    }
}

impl Avx512<f32> {
    #[inline(always)]
    fn table(self, table: &[f32; 16], index: __m512) -> __m512 {
        // SAFETY: `self` proves AVX-512; the table is 64 readable bytes.
        unsafe {
            _mm512_permutexvar_ps(_mm512_castps_si512(index), _mm512_loadu_ps(table.as_ptr()))
        }
    }
}

impl Lanes for Avx512<f64> {
    #[inline(always)]
    fn load_f32(self, from: &[f32; LANES]) -> __m512d {
        // SAFETY: `self` proves AVX-512; the array is 32 readable bytes, of any alignment.
        unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(from.as_ptr())) }
    }
    #[inline(always)]
    fn store_f32(self, v: __m512d) -> [f32; LANES] {
        let mut out = [0.0; LANES];
        // SAFETY: `self` proves AVX-512; the array is 32 writable bytes, of any alignment.
        unsafe { _mm256_storeu_ps(out.as_mut_ptr(), _mm512_cvtpd_ps(v)) };
        out
    }
    #[inline(always)]
    fn stream_f32(self, v: __m512d, into: &mut [f32; LANES]) {
        debug_assert!(into.as_ptr().addr().is_multiple_of(32), "only aligned blocks are streamed");
        // SAFETY: as above; a caller has found the block aligned, and fences before it is used.
        unsafe { _mm256_stream_ps(into.as_mut_ptr(), _mm512_cvtpd_ps(v)) };
    }
    #[inline(always)]
    fn scale(self, a: __m512d, steps: __m512d) -> __m512d {
        let n = self.sub(steps, self.splat(ROUND_DOUBLE));
        let exponent = self.mul(n, self.splat(1.0 / 16.0));
        // SAFETY: `self` proves that the processor has AVX-512.
        unsafe { _mm512_scalef_pd(a, exponent) }
    }
    #[inline(always)]
    fn scale_near(self, a: __m512d, steps: __m512d) -> __m512d {
        self.scale(a, steps)
    }
    #[inline(always)]
    fn scale_down(self, a: __m512d, steps: __m512d) -> __m512d {
        self.scale(a, steps)
    }
}

impl Singles for Avx512<f32> {
    type Doubles = Avx512<f64>;

    #[inline(always)]
    fn doubles(self) -> Avx512<f64> {
        Avx512(PhantomData)
    }
    #[inline(always)]
    fn widen(self, a: __m512) -> [__m512d; 2] {
        // SAFETY: `self` proves that the processor has AVX-512.
        unsafe {
            let upper = _mm512_extractf32x8_ps::<1>(a);
            [_mm512_cvtps_pd(_mm512_castps512_ps256(a)), _mm512_cvtps_pd(upper)]
        }
    }
    #[inline(always)]
    fn narrow(self, [low, high]: [__m512d; 2]) -> __m512 {
        // SAFETY: `self` proves that the processor has AVX-512.
        unsafe {
            let low = _mm512_castps256_ps512(_mm512_cvtpd_ps(low));
            _mm512_insertf32x8::<1>(low, _mm512_cvtpd_ps(high))
        }
    }
    #[inline(always)]
    fn lookup_long(self, table: &[f32; 32], index: __m512) -> __m512 {
        // SAFETY: `self` proves AVX-512; the table is 128 readable bytes. The permutation reads the
        // index's lowest five bits only.
        unsafe {
            let (low, high) =
                (_mm512_loadu_ps(table.as_ptr()), _mm512_loadu_ps(table.as_ptr().add(16)));
            _mm512_permutex2var_ps(low, _mm512_castps_si512(index), high)
        }
    }
    #[inline(always)]
    fn scale_near(self, a: __m512, steps: __m512) -> __m512 {
        let n = self.sub(steps, self.splat(ROUND_SINGLE));
        let exponent = self.mul(n, self.splat(1.0 / 16.0));
        // SAFETY: `self` proves that the processor has AVX-512.
        unsafe { _mm512_scalef_ps(a, exponent) }
    }
}
