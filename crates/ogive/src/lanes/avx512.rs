//! Eight lanes in one 512-bit register.

#![allow(unsafe_code, reason = "the intrinsics of this instruction set")]

use std::arch::x86_64::{
    __m512d, __mmask8, _CMP_EQ_OQ, _CMP_LE_OQ, _CMP_LT_OQ, _mm256_loadu_ps, _mm256_storeu_ps,
    _mm512_add_epi64, _mm512_add_pd, _mm512_and_si512, _mm512_castpd_si512, _mm512_castsi512_pd,
    _mm512_cmp_pd_mask, _mm512_cvtpd_ps, _mm512_cvtps_pd, _mm512_div_pd, _mm512_fmadd_pd,
    _mm512_load_pd, _mm512_loadu_pd, _mm512_mask_blend_pd, _mm512_mul_pd, _mm512_or_si512,
    _mm512_permutex2var_pd, _mm512_set1_pd, _mm512_slli_epi64, _mm512_sqrt_pd, _mm512_srli_epi64,
    _mm512_store_pd, _mm512_sub_pd, _mm512_xor_si512,
};

use super::{Block, LANES, Lanes};

/// AVX-512 lanes; a value exists only where the processor has them.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// # Safety
    /// The processor must have AVX-512 F.
    #[inline(always)]
    pub(crate) unsafe fn assume() -> Self {
        Avx512(())
    }
}

/// A safe method around one intrinsic.
macro_rules! intrinsic {
    ($name:ident($($arg:ident),+) = $body:expr) => {
        #[inline(always)]
        fn $name(self, $($arg: __m512d),+) -> __m512d {
            // SAFETY: `self` proves that the processor has AVX-512 F.
            unsafe { $body }
        }
    };
    (test $name:ident = $predicate:ident) => {
        #[inline(always)]
        fn $name(self, a: __m512d, b: __m512d) -> __mmask8 {
            // SAFETY: `self` proves that the processor has AVX-512 F.
            unsafe { _mm512_cmp_pd_mask::<$predicate>(a, b) }
        }
    };
    (bits $name:ident = $intrinsic:ident) => {
        #[inline(always)]
        fn $name(self, a: __m512d, b: __m512d) -> __m512d {
            // SAFETY: `self` proves that the processor has AVX-512 F.
            unsafe {
                _mm512_castsi512_pd($intrinsic(_mm512_castpd_si512(a), _mm512_castpd_si512(b)))
            }
        }
    };
}

impl Lanes for Avx512 {
    type V = __m512d;
    type M = __mmask8;

    #[inline(always)]
    fn splat(self, value: f64) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512 F.
        unsafe { _mm512_set1_pd(value) }
    }
    #[inline(always)]
    fn load(self, from: &Block) -> __m512d {
        // SAFETY: as above; a block is 64 readable bytes, aligned to 64.
        unsafe { _mm512_load_pd(from.0.as_ptr()) }
    }
    #[inline(always)]
    fn store(self, v: __m512d) -> Block {
        let mut block = Block::default();
        // SAFETY: as above; a block is 64 writable bytes, aligned to 64.
        unsafe { _mm512_store_pd(block.0.as_mut_ptr(), v) };
        block
    }
    #[inline(always)]
    fn load_f32(self, from: &[f32; LANES]) -> __m512d {
        // SAFETY: as above; the array is 32 readable bytes, of any alignment.
        unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(from.as_ptr())) }
    }
    #[inline(always)]
    fn store_f32(self, v: __m512d) -> [f32; LANES] {
        let mut out = [0.0; LANES];
        // SAFETY: as above; the array is 32 writable bytes, of any alignment.
        unsafe { _mm256_storeu_ps(out.as_mut_ptr(), _mm512_cvtpd_ps(v)) };
        out
    }

    intrinsic!(add(a, b) = _mm512_add_pd(a, b));
    intrinsic!(sub(a, b) = _mm512_sub_pd(a, b));
    intrinsic!(mul(a, b) = _mm512_mul_pd(a, b));
    intrinsic!(div(a, b) = _mm512_div_pd(a, b));
    intrinsic!(mul_add(a, b, c) = _mm512_fmadd_pd(a, b, c));
    intrinsic!(sqrt(a) = _mm512_sqrt_pd(a));
    intrinsic!(test less = _CMP_LT_OQ);
    intrinsic!(test less_equal = _CMP_LE_OQ);
    intrinsic!(test equal = _CMP_EQ_OQ);
    intrinsic!(bits and = _mm512_and_si512);
    intrinsic!(bits or = _mm512_or_si512);
    intrinsic!(bits xor = _mm512_xor_si512);
    intrinsic!(bits add_bits = _mm512_add_epi64);

    #[inline(always)]
    fn select(self, test: __mmask8, then: __m512d, otherwise: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512 F.
        unsafe { _mm512_mask_blend_pd(test, otherwise, then) }
    }
    #[inline(always)]
    fn any(self, test: __mmask8) -> bool {
        test != 0
    }
    #[inline(always)]
    fn shift_left<const N: u32>(self, a: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512 F.
        unsafe { _mm512_castsi512_pd(_mm512_slli_epi64::<N>(_mm512_castpd_si512(a))) }
    }
    #[inline(always)]
    fn shift_right<const N: u32>(self, a: __m512d) -> __m512d {
        // SAFETY: `self` proves that the processor has AVX-512 F.
        unsafe { _mm512_castsi512_pd(_mm512_srli_epi64::<N>(_mm512_castpd_si512(a))) }
    }
    #[inline(always)]
    fn lookup(self, table: &[f64; 16], index: __m512d) -> __m512d {
        // SAFETY: as above; the table is 128 readable bytes. The permutation reads the index's
        // lowest four bits only.
        unsafe {
            let (low, high) =
                (_mm512_loadu_pd(table.as_ptr()), _mm512_loadu_pd(table.as_ptr().add(8)));
            _mm512_permutex2var_pd(low, _mm512_castpd_si512(index), high)
        }
    }
}
