//! The loops of the hand-tuned kernels, a function for each of every instruction set: with its tables and
//! numbers in registers of its own.

#![allow(
    unsafe_code,
    reason = "functions compiled for more than the base machine, and reads of views"
)]

use super::periodic::Periodic;
use super::scaled::Scaled;
use super::slopes::Slope;
use super::{ByHand, Hot};
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use crate::lanes::Neon;
use crate::lanes::{Arithmetic, SINGLES, Scalar, Target, View};
#[cfg(target_arch = "x86_64")]
use crate::lanes::{Avx2, Avx512};

type Block = [f32; SINGLES];

/// The most rows that a kernel takes.
pub(crate) const MOST_ARGS: usize = 5;

/// What a kernel works on.
pub(crate) struct Work<'a> {
    /// The input, then what else it takes.
    pub(crate) args: [View<'a, Block>; MOST_ARGS],
    pub(crate) into: Target<'a, Block>,
    /// How many blocks of each.
    pub(crate) blocks: usize,
    /// Whether to store past the caches, which `into` must be aligned for.
    pub(crate) stream: bool,
}

/// A kernel compiled for one instruction set.
pub(crate) type Kernel = unsafe fn(&Work);

/// Calls a macro with the list of the kernels: a name, the kernel, its rows and what is the same for many
/// elements.
macro_rules! kernels {
    ($macro:ident! $($rest:tt)*) => {
        $macro! {
            [$($rest)*]
            exp                 Hot::Exp            (x) []
            sigmoid             Hot::Sigmoid        (x) []
            silu                Hot::Silu           (x) []
            tanh                Hot::Tanh           (x) []
            gelu                Hot::Gelu           (x) []
            gelu_tanh           Hot::GeluTanh       (x) []
            quick_gelu          Hot::QuickGelu      (x) []
            softplus            Hot::Softplus       (x) []
            log_sigmoid         Hot::LogSigmoid     (x) []
            hard_sigmoid        Hot::HardSigmoid    (x) []
            hard_swish          Hot::HardSwish      (x) []
            elu                 Hot::Elu            (x) []
            selu                Hot::Selu           (x) []
            squareplus          Hot::Squareplus     (x) []
            tanh_rest           Hot::TanhRest       (x) []
            slope_gelu          Slope::Gelu         (x dy) []
            slope_gelu_tanh     Slope::GeluTanh     (x dy) []
            slope_silu          Slope::Silu         (x dy) []
            slope_quick_gelu    Slope::QuickGelu    (x dy) []
            slope_sigmoid       Slope::Sigmoid      (x dy) []
            slope_tanh          Slope::Tanh         (x dy) []
            slope_softplus      Slope::Softplus     (x dy) []
            slope_log_sigmoid   Slope::LogSigmoid   (x dy) []
            slope_elu           Slope::Elu          (x dy) []
            slope_selu          Slope::Selu         (x dy) []
            slope_hard_swish    Slope::HardSwish    (x dy) []
            slope_squareplus    Slope::Squareplus   (x dy) []
            slope_tanh_rest     Slope::TanhRest     (x dy) []
            scaled_sigmoid      Scaled::Sigmoid     (x) [factor rest]
            scaled_silu         Scaled::Silu        (x) [factor rest]
            scaled_tanh         Scaled::Tanh        (x) [factor rest]
            scaled_tanh_of_half Scaled::TanhOfHalf  (x) [factor rest]
            snake               Periodic::Snake     (x) [factor rest inverse inverse_rest]
        }
    };
}

macro_rules! list {
    ([] $($name:ident $kind:ident::$kernel:ident ($($row:ident)+) [$($same:ident)*])+) => {
        pub(crate) const LIST: &[ByHand] = &[$(ByHand::$kind($kind::$kernel)),+];
    };
}
kernels!(list!);

/// The place of a kernel among those of any instruction set.
pub(crate) fn place(by_hand: ByHand) -> usize {
    let place = LIST.iter().position(|known| *known == by_hand);
    place.unwrap_or_else(|| unreachable!("{by_hand:?} is in no list"))
}

/// Compiles the kernels with the features of one instruction set.
macro_rules! compile {
    (
        [$module:ident, $lanes:expr, $features:meta]
        $($name:ident $kind:ident::$kernel:ident ($($row:ident)+) [$($same:ident)*])+
    ) => {
        pub(crate) mod $module {
            use super::*;

            $(
                #[$features]
                fn $name(work: &Work) {
                    let l = $lanes;
                    let Work { args: [$($row,)+ $($same,)* ..], into, blocks, stream } = *work;
                    let fit = $($row.has(blocks) &&)+ $($same.has(blocks) &&)* into.has(blocks);
                    assert!(fit, "an argument or the result is shorter than the work");
                    assert!(!stream || into.is_aligned(), "only aligned blocks are streamed");
                    for block in 0..blocks {
                        $($row.prefetch(block);)+
                        // SAFETY: every view has so many blocks.
                        $(let $row = l.load(unsafe { $row.at(block) });)+
                        // SAFETY: the same.
                        $(let $same = l.load(unsafe { $same.at(block) });)*
                        let value = $kind::$kernel.evaluate(l, $($row,)+ $($same),*);
                        // SAFETY: there are so many blocks; the arguments are loaded.
                        let into = unsafe { into.at(block) };
                        if stream {
                            l.stream_to(value, into);
                        } else {
                            l.store_to(value, into);
                        }
                    }
                }
            )+
            pub(crate) const KERNELS: &[Kernel] = &[$($name),+];
        }
    };
}

kernels!(compile! scalar, Scalar::<f32>::new(), inline(never));
#[cfg(target_arch = "x86_64")]
kernels!(compile! scalar_fused, Scalar::<f32>::new(), target_feature(enable = "fma"));
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
kernels!(
    compile! neon,
    // SAFETY: these functions are compiled for, and called on, machines with NEON.
    unsafe { Neon::<f32>::assume() },
    target_feature(enable = "neon")
);
#[cfg(target_arch = "x86_64")]
kernels!(
    compile! avx2,
    // SAFETY: these functions are compiled for, and called on, machines with AVX2 and FMA.
    unsafe { Avx2::<f32>::assume() },
    target_feature(enable = "avx2,fma")
);
#[cfg(target_arch = "x86_64")]
kernels!(
    compile! avx512,
    // SAFETY: these functions are compiled for, and called on, machines with AVX-512.
    unsafe { Avx512::<f32>::assume() },
    target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")
);
