//! Eight lanes in two 256-bit registers.

#![allow(unsafe_code, reason = "the intrinsics of this instruction set")]

use std::arch::x86_64::{
    __m256d, _CMP_EQ_OQ, _CMP_LE_OQ, _CMP_LT_OQ, _mm_cvtsi32_si128, _mm_loadu_ps, _mm_storeu_ps,
    _mm256_add_epi64, _mm256_add_pd, _mm256_and_pd, _mm256_and_si256, _mm256_blendv_pd,
    _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_cmp_pd, _mm256_cvtpd_ps, _mm256_cvtps_pd,
    _mm256_div_pd, _mm256_fmadd_pd, _mm256_i64gather_pd, _mm256_load_pd, _mm256_movemask_pd,
    _mm256_mul_pd, _mm256_or_pd, _mm256_set1_epi64x, _mm256_set1_pd, _mm256_sll_epi64,
    _mm256_sqrt_pd, _mm256_srl_epi64, _mm256_store_pd, _mm256_sub_pd, _mm256_xor_pd,
};

use super::{Block, LANES, Lanes};

/// AVX2 lanes with FMA; a value exists only where the processor has them.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The processor must have AVX2 and FMA.
    #[inline(always)]
    pub(crate) unsafe fn assume() -> Self {
        Avx2(())
    }
}

type V = [__m256d; 2];

/// A safe method around one intrinsic, applied to both halves.
macro_rules! intrinsic {
    ($name:ident($($arg:ident),+) = $body:expr) => {
        #[inline(always)]
        fn $name(self, $($arg: V),+) -> V {
            #[inline(always)]
            fn half($($arg: __m256d),+) -> __m256d {
                // SAFETY: a value of `Avx2`, which the method has, proves AVX2 and FMA.
                unsafe { $body }
            }
            [half($($arg[0]),+), half($($arg[1]),+)]
        }
    };
}

impl Lanes for Avx2 {
    type V = V;
    type M = V;

    #[inline(always)]
    fn splat(self, value: f64) -> V {
        // SAFETY: `self` proves that the processor has AVX2 and FMA.
        unsafe { [_mm256_set1_pd(value); 2] }
    }
    #[inline(always)]
    fn load(self, from: &Block) -> V {
        let at = from.0.as_ptr();
        // SAFETY: as above; a block is 64 readable bytes, aligned to 64.
        unsafe { [_mm256_load_pd(at), _mm256_load_pd(at.add(4))] }
    }
    #[inline(always)]
    fn store(self, v: V) -> Block {
        let mut block = Block::default();
        let at = block.0.as_mut_ptr();
        // SAFETY: as above; a block is 64 writable bytes, aligned to 64.
        unsafe {
            _mm256_store_pd(at, v[0]);
            _mm256_store_pd(at.add(4), v[1]);
        }
        block
    }
    #[inline(always)]
    fn load_f32(self, from: &[f32; LANES]) -> V {
        let at = from.as_ptr();
        // SAFETY: as above; the array is 32 readable bytes, of any alignment.
        unsafe { [_mm256_cvtps_pd(_mm_loadu_ps(at)), _mm256_cvtps_pd(_mm_loadu_ps(at.add(4)))] }
    }
    #[inline(always)]
    fn store_f32(self, v: V) -> [f32; LANES] {
        let mut out = [0.0; LANES];
        let at = out.as_mut_ptr();
        // SAFETY: as above; the array is 32 writable bytes, of any alignment.
        unsafe {
            _mm_storeu_ps(at, _mm256_cvtpd_ps(v[0]));
            _mm_storeu_ps(at.add(4), _mm256_cvtpd_ps(v[1]));
        }
        out
    }

    intrinsic!(add(a, b) = _mm256_add_pd(a, b));
    intrinsic!(sub(a, b) = _mm256_sub_pd(a, b));
    intrinsic!(mul(a, b) = _mm256_mul_pd(a, b));
    intrinsic!(div(a, b) = _mm256_div_pd(a, b));
    intrinsic!(mul_add(a, b, c) = _mm256_fmadd_pd(a, b, c));
    intrinsic!(sqrt(a) = _mm256_sqrt_pd(a));
    intrinsic!(less(a, b) = _mm256_cmp_pd::<_CMP_LT_OQ>(a, b));
    intrinsic!(less_equal(a, b) = _mm256_cmp_pd::<_CMP_LE_OQ>(a, b));
    intrinsic!(equal(a, b) = _mm256_cmp_pd::<_CMP_EQ_OQ>(a, b));
    intrinsic!(select(test, then, otherwise) = _mm256_blendv_pd(otherwise, then, test));
    intrinsic!(and(a, b) = _mm256_and_pd(a, b));
    intrinsic!(or(a, b) = _mm256_or_pd(a, b));
    intrinsic!(xor(a, b) = _mm256_xor_pd(a, b));
    intrinsic!(
        add_bits(a, b) =
            _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(a), _mm256_castpd_si256(b)))
    );

    #[inline(always)]
    fn any(self, test: V) -> bool {
        // SAFETY: `self` proves that the processor has AVX2 and FMA.
        unsafe { _mm256_movemask_pd(_mm256_or_pd(test[0], test[1])) != 0 }
    }
    #[inline(always)]
    fn shift_left<const N: u32>(self, a: V) -> V {
        let [low, high] = a;
        // SAFETY: `self` proves that the processor has AVX2 and FMA.
        unsafe {
            let by = _mm_cvtsi32_si128(N as i32);
            [
                _mm256_castsi256_pd(_mm256_sll_epi64(_mm256_castpd_si256(low), by)),
                _mm256_castsi256_pd(_mm256_sll_epi64(_mm256_castpd_si256(high), by)),
            ]
        }
    }
    #[inline(always)]
    fn shift_right<const N: u32>(self, a: V) -> V {
        let [low, high] = a;
        // SAFETY: `self` proves that the processor has AVX2 and FMA.
        unsafe {
            let by = _mm_cvtsi32_si128(N as i32);
            [
                _mm256_castsi256_pd(_mm256_srl_epi64(_mm256_castpd_si256(low), by)),
                _mm256_castsi256_pd(_mm256_srl_epi64(_mm256_castpd_si256(high), by)),
            ]
        }
    }
    #[inline(always)]
    fn lookup(self, table: &[f64; 16], index: V) -> V {
        let [low, high] = index;
        // SAFETY: as above; the indices are cut to 0..16, the length of the table.
        unsafe {
            let last = _mm256_set1_epi64x(15);
            let low = _mm256_and_si256(_mm256_castpd_si256(low), last);
            let high = _mm256_and_si256(_mm256_castpd_si256(high), last);
            let table = table.as_ptr();
            [_mm256_i64gather_pd::<8>(table, low), _mm256_i64gather_pd::<8>(table, high)]
        }
    }
}
