//! One choice of instruction set, made at first use.

#![allow(unsafe_code, reason = "calls into functions compiled for more than the base machine")]

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use crate::Error;
use crate::fused::{DoublesIo, Kernel, PairsIo, SinglesIo};
use crate::hot::kernels::{self as by_hand, Work};
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use crate::lanes::Neon;
#[cfg(target_arch = "x86_64")]
use crate::lanes::{Avx2, Avx512};
use crate::lanes::{Block, SINGLES, Scalar, Target, View};
use crate::machine::{self, Machine, Step};
use crate::math::Mode;
use crate::outcome::{self, Outcome};

/// An instruction set that can run programs. All give the same bits.
///
/// The fastest one that the machine has is chosen at first use; the environment variable
/// `OGIVE_ENGINE` (`scalar`, `neon`, `avx2`, `avx512`) forces one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// Portable Rust, with the machine's fused multiplication if it has one.
    Scalar,
    /// NEON, which every 64-bit ARM processor has.
    Neon,
    /// AVX2 with FMA.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl Engine {
    /// Every engine of this release, slowest first.
    pub const ALL: &[Engine] = &[Engine::Scalar, Engine::Neon, Engine::Avx2, Engine::Avx512];

    /// Whether this machine can run it.
    pub fn is_available(self) -> bool {
        match self {
            Engine::Scalar => true,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Engine::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Engine::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx2")
                    && is_x86_feature_detected!("fma")
            }
            // The engines of other machines.
            _ => false,
        }
    }

    /// The engine that `OGIVE_ENGINE` names, else the fastest that this machine has.
    ///
    /// # Errors
    /// If the variable names no engine, or one that this machine cannot run.
    pub fn chosen() -> Result<Engine, Error> {
        static CHOSEN: OnceLock<Result<Engine, Error>> = OnceLock::new();
        let choose = || match std::env::var("OGIVE_ENGINE") {
            Ok(name) if name != "auto" && !name.is_empty() => {
                name.parse().map_err(|error| Error::new(format!("OGIVE_ENGINE: {error}")))
            }
            _ => Ok(Engine::fastest()),
        };
        CHOSEN.get_or_init(choose).clone()
    }

    fn fastest() -> Engine {
        Engine::ALL
            .iter()
            .copied()
            .rev()
            .find(|engine| engine.is_available())
            .unwrap_or(Engine::Scalar)
    }

    /// The functions compiled for this engine.
    pub(crate) fn kernels(self) -> Result<Kernels, Error> {
        if !self.is_available() {
            return Err(Error::new(format!("this machine cannot run the engine `{self}`")));
        }
        Ok(match self {
            // Without the instruction every fused multiplication is a call; the bits are the same.
            #[cfg(target_arch = "x86_64")]
            Engine::Scalar if is_x86_feature_detected!("fma") => scalar_fused::KERNELS,
            Engine::Scalar => scalar::KERNELS,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Engine::Neon => neon::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2 => avx2::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Engine::Avx512 => avx512::KERNELS,
            _ => unreachable!("`{self}` is not available"),
        })
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Scalar => "scalar",
            Engine::Neon => "neon",
            Engine::Avx2 => "avx2",
            Engine::Avx512 => "avx512",
        })
    }
}

impl FromStr for Engine {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Engine::ALL.iter().copied().find(|engine| engine.to_string() == name);
        let Some(engine) = found else {
            let known = "`auto`, `scalar`, `neon`, `avx2` or `avx512`";
            return Err(Error::new(format!("there is no engine `{name}`; expected {known}")));
        };
        if engine.is_available() {
            Ok(engine)
        } else {
            Err(Error::new(format!("this machine cannot run the engine `{name}`")))
        }
    }
}

/// The memory that a run works on: sources, targets, and how many blocks of each.
pub(crate) type Memory<'a, B> = (&'a [View<'a, B>], &'a [Target<'a, B>], usize);
/// A block of f32.
pub(crate) type Single = [f32; SINGLES];

/// The functions that differ between instruction sets, handed to another macro: each with what it
/// is in terms of the f64 lanes `l` and the f32 lanes `s`.
macro_rules! functions {
    ($then:ident! $($context:tt)*) => {
        $then! {
            [$($context)*] l s
            /// Runs steps in f64 lanes.
            fn run(mode: Mode, steps: &[Step], memory: Memory<Block>) = {
                let (sources, targets, blocks) = memory;
                machine::run(&Machine { l, sources, targets, blocks }, mode, steps);
            }
            /// Runs steps in f64 lanes on numbers in two parts: all first parts, then all second ones.
            fn run_fine(steps: &[Step], memory: Memory<Block>) = {
                let (sources, targets, blocks) = memory;
                machine::run_fine(&Machine { l, sources, targets, blocks }, steps);
            }
            /// Makes one number of both parts and a factor, in the place of the first part.
            fn join(parts: [Target<Block>; 2], scale: View<Block>, blocks: usize) = {
                machine::join(l, parts, scale, blocks);
            }
            /// Runs steps in f32 lanes.
            fn run_single(steps: &[Step], memory: Memory<Single>) = {
                let (sources, targets, blocks) = memory;
                machine::run_single(&Machine { l: s, sources, targets, blocks }, steps);
            }
            /// Fills a tile; the rest of the last block repeats the last element.
            fn load_f32(from: &[f32], into: &[Cell<Block>]) = { outcome::load_f32(l, from, into); }
            /// Rounds to f32; true if one is NaN.
            fn store_f32(from: Outcome, into: &mut [f32]) -> bool = {
                outcome::store_f32(l, from, into)
            }
            /// Rounds to f32 such that a second rounding does no harm; true if one is NaN.
            fn store_odd(from: Outcome, into: &mut [f32]) -> bool = {
                outcome::store_odd(l, from, into)
            }
            /// Stores as f64; true if one is NaN.
            fn store_f64(from: Outcome, into: &mut [f64]) -> bool = {
                outcome::store_f64(l, from, into)
            }
            /// The sums of the first `length` elements: of the whole blocks, and of the rest.
            fn sum(from: Outcome, length: usize) -> [f64; 2] = { outcome::sum(l, from, length) }
            /// The sum of the first `length` elements as they are.
            fn total(values: View<Block>, length: usize) -> f64 = {
                outcome::total(l, values, length)
            }
            /// The sum of the squares of their distances from a number.
            fn squares(values: View<Block>, from: f64, length: usize) -> f64 = {
                outcome::squares(l, values, from, length)
            }
            /// The sum of the products of the first `length` elements.
            fn sum_singles(value: View<Single>, scale: View<Single>, length: usize) -> f64 = {
                outcome::sum_singles(s, value, scale, length)
            }
            /// The products of the elements, exact.
            fn products(value: View<Single>, scale: View<Single>, into: &mut [f64]) = {
                outcome::products(s, value, scale, into);
            }
            /// Whether an element of the first blocks is NaN.
            fn has_nan(view: View<Single>, blocks: usize) -> bool = {
                outcome::has_nan(s, view, blocks)
            }
            /// Puts the square of its distance from another in the place of each value.
            fn square_distances(values: &mut [f64], from: &[f64]) = {
                outcome::square_distances(l, values, from);
            }
            /// Adds elements to a row of sums.
            fn add_tile(sums: &mut [f64], tile: View<Block>) = { outcome::add_tile(l, sums, tile); }
            /// Adds the squares of their distances from others to a row of sums.
            fn add_tile_squares(sums: &mut [f64], tile: View<Block>, from: View<Block>) = {
                outcome::add_tile_squares(l, sums, tile, from);
            }
            /// Adds a row of values to a row of sums.
            fn add_row(sums: &mut [f64], values: &[f64]) = { outcome::add_row(l, sums, values); }
        }
    };
}

macro_rules! declare {
    ([] $l:ident $s:ident $(
        $(#[$doc:meta])+
        fn $name:ident($($arg:ident: $type:ty),+) $(-> $result:ty)? = $body:block
    )+) => {
        /// The functions compiled for one instruction set. Obtained from [`Engine::kernels`] only,
        /// which has checked that the machine can run them.
        #[derive(Clone, Copy)]
        pub(crate) struct Kernels {
            fused: &'static [Kernel],
            by_hand: &'static [by_hand::Kernel],
            $($name: unsafe fn($($type),+) $(-> $result)?,)+
        }

        impl Kernels {
            $(
                $(#[$doc])+
                pub(crate) fn $name(self, $($arg: $type),+) $(-> $result)? {
                    // SAFETY: `Engine::kernels` has checked the instruction set.
                    unsafe { (self.$name)($($arg),+) }
                }
            )+
        }
    };
}
functions!(declare!);

/// Methods that run a compiled program over one tile; `None` if this instruction set has no such
/// kernel at that place. True if a result is NaN, and nothing is settled.
macro_rules! run_fused {
    ($($(#[$doc:meta])+ $name:ident, $variant:ident, $io:ident;)+) => {
        impl Kernels {
            $(
                $(#[$doc])+
                pub(crate) fn $name(self, place: usize, io: &mut $io) -> Option<bool> {
                    match self.fused.get(place) {
                        // SAFETY: `Engine::kernels` has checked the instruction set.
                        Some(Kernel::$variant(kernel)) => Some(unsafe { kernel(io) }),
                        _ => None,
                    }
                }
            )+
        }
    };
}
run_fused!(
    /// In f64 lanes.
    fused_doubles, Doubles, DoublesIo;
    /// In f32 lanes.
    fused_singles, Singles, SinglesIo;
    /// On pairs of f32.
    fused_pairs, Pairs, PairsIo;
);

impl Kernels {
    /// Runs a hand-tuned kernel.
    pub(crate) fn by_hand(self, place: usize, work: &Work) {
        // SAFETY: `Engine::kernels` has checked the instruction set.
        unsafe { self.by_hand[place](work) };
    }

    /// Whether there is a compiled program at a place.
    pub(crate) fn has_fused(self, place: usize) -> bool {
        !matches!(self.fused.get(place), None | Some(Kernel::Absent))
    }
}

/// Every set of functions that this machine can run: those of the engines, and the portable ones as
/// a machine without fused multiplication runs them.
#[cfg(test)]
pub(crate) fn compiled() -> Vec<(String, Kernels)> {
    let engines =
        Engine::ALL.iter().filter_map(|engine| Some((engine.to_string(), engine.kernels().ok()?)));
    engines.chain([("scalar without fma".to_owned(), scalar::KERNELS)]).collect()
}

/// Compiles the functions with the features of one instruction set.
macro_rules! compile {
    ([$module:ident, $doubles:expr, $singles:expr, $fused:expr, $features:meta] $l:ident $s:ident $(
        $(#[$doc:meta])+
        fn $name:ident($($arg:ident: $type:ty),+) $(-> $result:ty)? = $body:block
    )+) => {
        #[allow(unused_variables, reason = "each function uses f64 lanes or f32 lanes")]
        mod $module {
            use super::*;

            $(
                #[$features]
                fn $name($($arg: $type),+) $(-> $result)? {
                    let ($l, $s) = ($doubles, $singles);
                    $body
                }
            )+
            pub(super) const KERNELS: Kernels = Kernels {
                fused: $fused,
                by_hand: by_hand::$module::KERNELS,
                $($name),+
            };
        }
    };
}

functions!(
    compile! scalar,
    Scalar::<f64>::new(),
    Scalar::<f32>::new(),
    crate::fused::scalar::KERNELS,
    inline(never)
);
#[cfg(target_arch = "x86_64")]
functions!(
    compile! scalar_fused,
    Scalar::<f64>::new(),
    Scalar::<f32>::new(),
    crate::fused::scalar_fused::KERNELS,
    target_feature(enable = "fma")
);
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
functions!(
    compile! neon,
    // SAFETY: these functions are compiled for, and called on, machines with NEON.
    unsafe { Neon::<f64>::assume() },
    // SAFETY: these functions are compiled for, and called on, machines with NEON.
    unsafe { Neon::<f32>::assume() },
    crate::fused::neon::KERNELS,
    target_feature(enable = "neon")
);
#[cfg(target_arch = "x86_64")]
functions!(
    compile! avx2,
    // SAFETY: these functions are compiled for, and called on, machines with AVX2 and FMA.
    unsafe { Avx2::<f64>::assume() },
    // SAFETY: these functions are compiled for, and called on, machines with AVX2 and FMA.
    unsafe { Avx2::<f32>::assume() },
    crate::fused::avx2::KERNELS,
    target_feature(enable = "avx2,fma")
);
#[cfg(target_arch = "x86_64")]
functions!(
    compile! avx512,
    // SAFETY: these functions are compiled for, and called on, machines with AVX-512.
    unsafe { Avx512::<f64>::assume() },
    // SAFETY: these functions are compiled for, and called on, machines with AVX-512.
    unsafe { Avx512::<f32>::assume() },
    crate::fused::avx512::KERNELS,
    target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")
);
