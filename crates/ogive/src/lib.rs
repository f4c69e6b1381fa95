//! Activation functions from a formula: stable, differentiable, vectorised, on plain slices.
//!
//! Name one of the catalogue or write a formula; forward, the derivative with respect to the input
//! and the summed gradient of every parameter come out.
//!
//! ```
//! use ogive::{Activation, Call, Layout};
//!
//! // The formula as the paper prints it: 1 + exp(-beta*x) would overflow at x = -89.
//! let swish = Activation::new("x / (1 + exp(-beta*x)) | beta = 1.5")?;
//! let x = [-100.0f32, -1.0, 0.0, 1.0];
//! let parameters = swish.initial_parameters();
//! let call = Call {
//!     layout: Layout::flat(x.len()),
//!     x: &x,
//!     gate: None,
//!     parameters: &parameters,
//!     statistics: None,
//! };
//! let (mut y, mut dx) = ([0.0; 4], [0.0; 4]);
//! swish.forward(&call, &mut y)?;
//! let gradients = swish.backward(&call, &[1.0; 4], &mut dx, None)?;
//! assert_eq!(y, [-0.0, -0.18242553, 0.0, 0.8175745]);
//! assert_eq!(gradients[0].len(), 1); // d/dbeta, summed
//! # Ok::<(), ogive::Error>(())
//! ```
//!
//! Results are computed in f64, or as sums of two f32 where that takes less time, and rounded once; but
//! in f32 where that is as good, and for the hottest functions (`gelu`, `silu`, `sigmoid`, `tanh`, `softplus`,
//! `elu` and their kin, without a learned parameter or with its multiples), which have f32 kernels within
//! 1 ulp. In f32 the results of every entry of the catalogue are within 1 ulp of the exact value, the
//! derivatives included (`ogive check all`); in bf16 and f16 they are correctly rounded. A formula of one's
//! own is as accurate as its stable form, which `ogive show` prints. The same arrays give the same bits on
//! every instruction set and every number of threads.
//!
//! Large slices are divided among the threads of the rayon pool that the caller is in: the global one,
//! or a pool of one's own through `ThreadPool::install`. Small ones stay on the caller's thread.
//!
//! The formula language is described in [`formula::language`]; the catalogue is
//! [`catalog::ALL`].

// Without kernels, what they are made of stands idle; see `build.rs`.
#![cfg_attr(any(test, without_all_kernels), allow(dead_code, unused_imports))]
#![allow(clippy::inline_always, reason = "a kernel that is not inlined loses its instruction set")]

mod activation;
mod analysis;
mod dispatch;
mod doubles;
mod doubts;
mod drive;
mod element;
mod error;
mod exact;
mod fused;
#[cfg(test)]
#[allow(unsafe_code, reason = "one test writes through a target")]
mod guards;
mod hot;
mod lanes;
mod layout;
mod machine;
mod math;
mod outcome;
mod pages;
mod pairs;
mod plan;
mod precision;
mod prepared;
mod reduce;
mod rows;
mod segment;
mod singles;
mod softmax;
mod statistics;
mod tiles;
mod uniforms;
mod workspace;

pub use activation::{Activation, Call, Through};
pub use analysis::{
    Analysis, Break, Breaks, Cost, Evidence, Extreme, Finding, Hole, Moments, Monotone, Saturation,
    Signals, Smoothness, Trend, gain,
};
pub use dispatch::Engine;
pub use element::Element;
pub use error::Error;
pub use layout::Layout;
pub use ogive_catalog as catalog;
pub use ogive_formula as formula;
/// Reads a formula when the crate that holds it is compiled.
///
/// ```
/// let swish = ogive::activation!("x*sigmoid(beta*x) | beta = 1.5");
/// assert_eq!(swish.initial_parameters(), [[1.5]]);
/// ```
///
/// A mistake is an error of the compiler:
///
/// ```compile_fail
/// let swish = ogive::activation!("x*sigmodi(beta*x)");
/// ```
///
pub use ogive_macros::activation;
pub use softmax::{
    log_softmax, log_softmax_backward, softmax, softmax_backward, softmin, softmin_backward,
};
pub use statistics::{SampleMoments, Statistics};
