//! One choice of instruction set, made at first use.

#![allow(unsafe_code, reason = "calls into functions compiled for more than the base machine")]

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use crate::Error;
use crate::lanes::Scalar;
#[cfg(target_arch = "x86_64")]
use crate::lanes::{Avx2, Avx512};
use crate::math::Range;
use crate::tiles::{self, Step, Tile};

/// An instruction set that can run programs. All give the same bits.
///
/// The fastest one that the machine has is chosen at first use; the environment variable
/// `OGIVE_ENGINE` (`scalar`, `avx2`, `avx512`) forces one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// Portable Rust, with the machine's fused multiplication if it has one.
    Scalar,
    /// AVX2 with FMA.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl Engine {
    /// Every engine of this release, slowest first.
    pub const ALL: &[Engine] = &[Engine::Scalar, Engine::Avx2, Engine::Avx512];

    /// Whether this machine can run it.
    pub fn is_available(self) -> bool {
        match self {
            Engine::Scalar => true,
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
            #[cfg(not(target_arch = "x86_64"))]
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
            #[cfg(target_arch = "x86_64")]
            Engine::Avx2 => avx2::KERNELS,
            #[cfg(target_arch = "x86_64")]
            Engine::Avx512 => avx512::KERNELS,
            #[cfg(not(target_arch = "x86_64"))]
            _ => scalar::KERNELS,
        })
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Engine::Scalar => "scalar",
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
            let known = "`auto`, `scalar`, `avx2` or `avx512`";
            return Err(Error::new(format!("there is no engine `{name}`; expected {known}")));
        };
        if engine.is_available() {
            Ok(engine)
        } else {
            Err(Error::new(format!("this machine cannot run the engine `{name}`")))
        }
    }
}

/// The functions that differ between instruction sets. Obtained from [`Engine::kernels`] only,
/// which has checked that the machine can run them.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    run: unsafe fn(Range, &[Step], &[Tile], usize),
    load_f32: unsafe fn(&[f32], &Tile),
    store_f32: unsafe fn(&Tile, &mut [f32]),
}

impl Kernels {
    /// Runs `steps` over the first `length` elements.
    pub(crate) fn run(self, range: Range, steps: &[Step], tiles: &[Tile], length: usize) {
        // SAFETY: `Engine::kernels` has checked the instruction set.
        unsafe { (self.run)(range, steps, tiles, length) }
    }

    pub(crate) fn load_f32(self, from: &[f32], into: &Tile) {
        // SAFETY: `Engine::kernels` has checked the instruction set.
        unsafe { (self.load_f32)(from, into) }
    }

    pub(crate) fn store_f32(self, from: &Tile, into: &mut [f32]) {
        // SAFETY: `Engine::kernels` has checked the instruction set.
        unsafe { (self.store_f32)(from, into) }
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

/// Compiles the engine's functions with the features of one instruction set.
macro_rules! compile {
    ($name:ident, $lanes:expr $(, $features:literal)?) => {
        mod $name {
            use super::*;

            $(#[target_feature(enable = $features)])?
            fn run(range: Range, steps: &[Step], tiles: &[Tile], length: usize) {
                tiles::run($lanes, range, steps, tiles, length);
            }
            $(#[target_feature(enable = $features)])?
            fn load_f32(from: &[f32], into: &Tile) {
                tiles::load_f32($lanes, from, into);
            }
            $(#[target_feature(enable = $features)])?
            fn store_f32(from: &Tile, into: &mut [f32]) {
                tiles::store_f32($lanes, from, into);
            }
            pub(super) const KERNELS: Kernels = Kernels { run, load_f32, store_f32 };
        }
    };
}

compile!(scalar, Scalar);
#[cfg(target_arch = "x86_64")]
compile!(scalar_fused, Scalar, "fma");
#[cfg(target_arch = "x86_64")]
compile!(
    avx2,
    // SAFETY: the functions of this module are compiled for, and called on, machines with these.
    unsafe { Avx2::assume() },
    "avx2,fma"
);
#[cfg(target_arch = "x86_64")]
compile!(
    avx512,
    // SAFETY: the functions of this module are compiled for, and called on, machines with these.
    unsafe { Avx512::assume() },
    "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"
);
