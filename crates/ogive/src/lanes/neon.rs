//! A block in four 128-bit registers.

#![allow(unsafe_code, reason = "the intrinsics of this instruction set")]
#![allow(clippy::wildcard_imports, reason = "one import per intrinsic would say each name twice")]
#![allow(clippy::unused_self, reason = "`self` proves that the processor has the instructions")]

use std::arch::aarch64::*;
use std::marker::PhantomData;

use super::{Arithmetic, Block, LANES, Lanes, SINGLES, Singles};

/// NEON lanes; a value exists only where the processor has them.
#[derive(Clone, Copy)]
pub(crate) struct Neon<N>(PhantomData<N>);

impl<N> Neon<N> {
    /// # Safety
    /// The processor must have NEON.
    #[inline(always)]
    pub(crate) unsafe fn assume() -> Self {
        Neon(PhantomData)
    }
}

/// Safe methods around a few intrinsics each, applied to all quarters.
macro_rules! intrinsics {
    ($($name:ident($($arg:ident: $type:ty),+) -> $result:ty = $body:expr;)+) => {$(
        #[inline(always)]
        fn $name(self, $($arg: [$type; 4]),+) -> [$result; 4] {
            #[inline(always)]
            fn quarter($($arg: $type),+) -> $result {
                // SAFETY: a value of `Neon`, which the method has, proves NEON.
                unsafe { $body }
            }
            [
                quarter($($arg[0]),+),
                quarter($($arg[1]),+),
                quarter($($arg[2]),+),
                quarter($($arg[3]),+),
            ]
        }
    )+};
}

macro_rules! arithmetic {
    (
        $number:ident, $block:ty, $quarter:ty, $mask:ty, $lanes:literal,
        splat $splat:ident, load $load:ident, store $store:ident, zeroed $zeroed:expr,
        arithmetic $add:ident $sub:ident $mul:ident $div:ident $fma:ident $fms:ident $sqrt:ident
        $neg:ident $abs:ident $max:ident $min:ident,
        compare $less:ident $less_equal:ident $equal:ident $greater:ident, blend $blend:ident,
        integer $to_int:ident $from_int:ident $to_words:expr, $and:ident $or:ident $xor:ident
        $add_int:ident $shift:ident by $by:ident $signed:ident
    ) => {
        impl Arithmetic for Neon<$number> {
            type Number = $number;
            type Block = $block;
            type V = [$quarter; 4];
            type M = [$mask; 4];

            #[inline(always)]
            fn splat(self, value: $number) -> Self::V {
                // SAFETY: `self` proves that the processor has NEON.
                unsafe { [$splat(value); 4] }
            }
            #[inline(always)]
            fn load(self, from: &$block) -> Self::V {
                let at: *const $number = std::ptr::from_ref(from).cast();
                // SAFETY: `self` proves that the processor has NEON; a block is 64 readable bytes.
                unsafe {
                    [
                        $load(at),
                        $load(at.add($lanes)),
                        $load(at.add(2 * $lanes)),
                        $load(at.add(3 * $lanes)),
                    ]
                }
            }
            #[inline(always)]
            fn store_to(self, v: Self::V, into: &mut $block) {
                let at: *mut $number = std::ptr::from_mut(into).cast();
                // SAFETY: `self` proves that the processor has NEON; a block is 64 writable bytes.
                unsafe {
                    $store(at, v[0]);
                    $store(at.add($lanes), v[1]);
                    $store(at.add(2 * $lanes), v[2]);
                    $store(at.add(3 * $lanes), v[3]);
                }
            }
            #[inline(always)]
            fn store(self, v: Self::V) -> $block {
                let mut block: $block = $zeroed;
                self.store_to(v, &mut block);
                block
            }
            intrinsics! {
                add(a: $quarter, b: $quarter) -> $quarter = $add(a, b);
                sub(a: $quarter, b: $quarter) -> $quarter = $sub(a, b);
                mul(a: $quarter, b: $quarter) -> $quarter = $mul(a, b);
                div(a: $quarter, b: $quarter) -> $quarter = $div(a, b);
                // The addend comes first; the second subtracts the product from it.
                mul_add(a: $quarter, b: $quarter, c: $quarter) -> $quarter = $fma(c, a, b);
                neg_mul_add(a: $quarter, b: $quarter, c: $quarter) -> $quarter = $fms(c, a, b);
                sqrt(a: $quarter) -> $quarter = $sqrt(a);
                // The machine's own would give 0 of 0 and -0, whichever is `a`.
                at_least(bound: $quarter, a: $quarter) -> $quarter =
                    $blend($greater(bound, a), bound, a);
                at_most(bound: $quarter, a: $quarter) -> $quarter =
                    $blend($less(bound, a), bound, a);
                less(a: $quarter, b: $quarter) -> $mask = $less(a, b);
                less_equal(a: $quarter, b: $quarter) -> $mask = $less_equal(a, b);
                equal(a: $quarter, b: $quarter) -> $mask = $equal(a, b);
                select(test: $mask, then: $quarter, otherwise: $quarter) -> $quarter =
                    $blend(test, then, otherwise);
                both(a: $mask, b: $mask) -> $mask = $and(a, b);
                either(a: $mask, b: $mask) -> $mask = $or(a, b);
                and(a: $quarter, b: $quarter) -> $quarter = $from_int($and($to_int(a), $to_int(b)));
                or(a: $quarter, b: $quarter) -> $quarter = $from_int($or($to_int(a), $to_int(b)));
                xor(a: $quarter, b: $quarter) -> $quarter = $from_int($xor($to_int(a), $to_int(b)));
                add_bits(a: $quarter, b: $quarter) -> $quarter =
                    $from_int($add_int($to_int(a), $to_int(b)));
                neg(a: $quarter) -> $quarter = $neg(a);
                abs(a: $quarter) -> $quarter = $abs(a);
                // These are IEEE 754-2019 maximum and minimum: NaN if either is, and 0 above -0.
                maximum(a: $quarter, b: $quarter) -> $quarter = $max(a, b);
                minimum(a: $quarter, b: $quarter) -> $quarter = $min(a, b);
            }
            #[inline(always)]
            fn some_fails(self, test: Self::M) -> bool {
                // SAFETY: `self` proves that the processor has NEON.
                unsafe {
                    let all = $and($and(test[0], test[1]), $and(test[2], test[3]));
                    vminvq_u32($to_words(all)) != u32::MAX
                }
            }
            #[inline(always)]
            fn shift_left<const N: u32>(self, a: Self::V) -> Self::V {
                // SAFETY: `self` proves that the processor has NEON.
                a.map(|a| unsafe { $from_int($shift($to_int(a), $by(N as $signed))) })
            }
            #[inline(always)]
            fn shift_right<const N: u32>(self, a: Self::V) -> Self::V {
                // A shift by a negative number is one to the right.
                // SAFETY: `self` proves that the processor has NEON.
                a.map(|a| unsafe { $from_int($shift($to_int(a), $by(-(N as $signed)))) })
            }
            #[inline(always)]
            fn lookup(self, table: &[$number; 16], index: Self::V) -> Self::V {
                self.table(table, index)
            }
        }
    };
}

arithmetic!(
    f64, Block, float64x2_t, uint64x2_t, 2,
    splat vdupq_n_f64, load vld1q_f64, store vst1q_f64, zeroed Block::default(),
    arithmetic vaddq_f64 vsubq_f64 vmulq_f64 vdivq_f64 vfmaq_f64 vfmsq_f64 vsqrtq_f64
    vnegq_f64 vabsq_f64 vmaxq_f64 vminq_f64,
    compare vcltq_f64 vcleq_f64 vceqq_f64 vcgtq_f64, blend vbslq_f64,
    integer vreinterpretq_u64_f64 vreinterpretq_f64_u64 vreinterpretq_u32_u64, vandq_u64 vorrq_u64
    veorq_u64 vaddq_u64 vshlq_u64 by vdupq_n_s64 i64
);
arithmetic!(
    f32, [f32; SINGLES], float32x4_t, uint32x4_t, 4,
    splat vdupq_n_f32, load vld1q_f32, store vst1q_f32, zeroed [0.0; SINGLES],
    arithmetic vaddq_f32 vsubq_f32 vmulq_f32 vdivq_f32 vfmaq_f32 vfmsq_f32 vsqrtq_f32
    vnegq_f32 vabsq_f32 vmaxq_f32 vminq_f32,
    compare vcltq_f32 vcleq_f32 vceqq_f32 vcgtq_f32, blend vbslq_f32,
    integer vreinterpretq_u32_f32 vreinterpretq_f32_u32 std::convert::identity, vandq_u32 vorrq_u32
    veorq_u32 vaddq_u32 vshlq_u32 by vdupq_n_s32 i32
);

impl Neon<f64> {
    /// One load for each lane: a table of 128 bytes would fill the registers.
    #[inline(always)]
    fn table(self, table: &[f64; 16], index: [float64x2_t; 4]) -> [float64x2_t; 4] {
        index.map(|index| {
            // SAFETY: `self` proves that the processor has NEON.
            let places = unsafe {
                let index = vreinterpretq_u64_f64(index);
                [vgetq_lane_u64::<0>(index), vgetq_lane_u64::<1>(index)]
            };
            let values = places.map(|place| table[(place & 15) as usize]);
            // SAFETY: `self` proves that the processor has NEON; `values` is 16 readable bytes.
            unsafe { vld1q_f64(values.as_ptr()) }
        })
    }
}

impl Neon<f32> {
    #[inline(always)]
    fn table(self, table: &[f32; 16], index: [float32x4_t; 4]) -> [float32x4_t; 4] {
        let table = self.bytes(table);
        self.places(index, 15).map(|place| {
            // SAFETY: `self` proves that the processor has NEON.
            unsafe { vreinterpretq_f32_u8(vqtbl4q_u8(table, place)) }
        })
    }

    /// Sixteen numbers as the bytes of four registers.
    #[inline(always)]
    fn bytes(self, table: &[f32; 16]) -> uint8x16x4_t {
        // SAFETY: `self` proves that the processor has NEON; the table is 64 readable bytes, of any
        // alignment.
        unsafe { vld1q_u8_x4(table.as_ptr().cast()) }
    }

    /// Where the four bytes of each lane's number are, counted from the start of a table; of the
    /// index only the bits of `mask` count.
    #[inline(always)]
    fn places(self, index: [float32x4_t; 4], mask: u32) -> [uint8x16_t; 4] {
        index.map(|index| {
            // SAFETY: `self` proves that the processor has NEON.
            unsafe {
                let index = vandq_u32(vreinterpretq_u32_f32(index), vdupq_n_u32(mask));
                // The first byte is at four times the index, the others behind it: byte by byte.
                let places = vmulq_u32(index, vdupq_n_u32(0x0404_0404));
                vreinterpretq_u8_u32(vaddq_u32(places, vdupq_n_u32(0x0302_0100)))
            }
        })
    }
}

impl Lanes for Neon<f64> {
    #[inline(always)]
    fn load_f32(self, from: &[f32; LANES]) -> Self::V {
        let at = from.as_ptr();
        // SAFETY: `self` proves that the processor has NEON; the array is 32 readable bytes, of any
        // alignment.
        let (low, high) = unsafe { (vld1q_f32(at), vld1q_f32(at.add(4))) };
        let ([a, b], [c, d]) = (self.widened(low), self.widened(high));
        [a, b, c, d]
    }
    #[inline(always)]
    fn store_f32(self, v: Self::V) -> [f32; LANES] {
        let mut out = [0.0; LANES];
        let at = out.as_mut_ptr();
        // SAFETY: `self` proves that the processor has NEON; the array is 32 writable bytes, of any
        // alignment.
        unsafe {
            vst1q_f32(at, self.narrowed(v[0], v[1]));
            vst1q_f32(at.add(4), self.narrowed(v[2], v[3]));
        }
        out
    }
}

impl Neon<f64> {
    /// The lower and the upper two lanes.
    #[inline(always)]
    fn widened(self, a: float32x4_t) -> [float64x2_t; 2] {
        // SAFETY: `self` proves that the processor has NEON.
        unsafe { [vcvt_f64_f32(vget_low_f32(a)), vcvt_high_f64_f32(a)] }
    }

    /// The opposite, with one rounding each.
    #[inline(always)]
    fn narrowed(self, low: float64x2_t, high: float64x2_t) -> float32x4_t {
        // SAFETY: `self` proves that the processor has NEON.
        unsafe { vcvt_high_f32_f64(vcvt_f32_f64(low), high) }
    }
}

impl Singles for Neon<f32> {
    type Doubles = Neon<f64>;

    #[inline(always)]
    fn doubles(self) -> Neon<f64> {
        Neon(PhantomData)
    }
    #[inline(always)]
    fn widen(self, a: Self::V) -> [[float64x2_t; 4]; 2] {
        let quarters = a.map(|a| self.doubles().widened(a));
        let [[a, b], [c, d], [e, f], [g, h]] = quarters;
        [[a, b, c, d], [e, f, g, h]]
    }
    #[inline(always)]
    fn narrow(self, [[a, b, c, d], [e, f, g, h]]: [[float64x2_t; 4]; 2]) -> Self::V {
        let l = self.doubles();
        [l.narrowed(a, b), l.narrowed(c, d), l.narrowed(e, f), l.narrowed(g, h)]
    }
    #[inline(always)]
    fn lookup_long(self, table: &[f32; 32], index: Self::V) -> Self::V {
        let (Some(low), Some(high)) = (table.first_chunk(), table.last_chunk()) else {
            unreachable!("32 is twice 16")
        };
        let (low, high) = (self.bytes(low), self.bytes(high));
        self.places(index, 31).map(|place| {
            // SAFETY: `self` proves that the processor has NEON.
            unsafe {
                // A place beyond a table's 64 bytes gives 0 from the first lookup and leaves what is
                // there in the second, whose places below 64 wrap around to large ones.
                let found = vqtbl4q_u8(low, place);
                let found = vqtbx4q_u8(found, high, vsubq_u8(place, vdupq_n_u8(64)));
                vreinterpretq_f32_u8(found)
            }
        })
    }
}
