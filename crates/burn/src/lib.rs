//! [Ogive](https://docs.rs/ogive)'s activation functions for [Burn](https://burn.dev): one
//! differentiable operation and one module for every formula.
//!
//! ```
//! use burn::tensor::{Device, Tensor};
//! use ogive_burn::ActivationConfig;
//!
//! let device = Device::flex().autodiff();
//! let prelu = ActivationConfig::new("prelu").with_channels(3).init(&device)?;
//! let x = Tensor::<2>::from_floats([[-4.0, 0.0, 4.0]], &device);
//! let y: Vec<f32> = prelu.forward(x).to_data().try_into_vec().unwrap();
//! assert_eq!(y, [-1.0, 0.0, 4.0]);
//! assert!(prelu.to_string().contains("max(0, x) + alpha*min(0, x)"));
//! # Ok::<(), ogive_burn::Error>(())
//! ```
//!
//! On the CPU backend `Flex` the operation is a native kernel that needs one pass over memory forward
//! and one backward (two with statistics). For other backends the same function is composed of their
//! own tensor operations: see [`composed`]. Burn dispatches an operation only to backends that the
//! operation lists: enable this crate's feature `ndarray`, `wgpu`, `cuda` or `rocm` together with
//! Burn's own. Of these `ndarray` is tested.

/// The examples of the project's README are tests too.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

mod along_axis;
mod call;
mod cells;
mod collect;
pub mod composed;
mod config;
mod constraint;
mod constructors;
mod convert;
mod differentiable;
mod error;
mod groups;
mod initialize;
mod layers;
mod module;
mod native;
mod of_batch;
mod operation;
mod padding;
mod parameters;
mod penalty;
mod reparametrise;
mod split;
mod values;

pub use along_axis::{AlongAxis, AxisBackend, AxisFunction, LogSoftmax, Softmax, Softmin};
pub use config::ActivationConfig;
pub use constructors::*;
pub use convert::ToOgive;
pub use error::Error;
pub use groups::{Undecayed, activation_group, decay_groups};
pub use initialize::Distribution;
pub use layers::{
    DyRelu, DyReluConfig, DyReluVariant, FunnelRelu, FunnelReluConfig, Maxout, MaxoutConfig,
    MetaAcon, MetaAconConfig,
};
pub use module::Activation;
pub use ogive;
pub use ogive_layer::{
    DiceVariant, Error as LayerError, GateHalf, Momentum, Plan, Replicas, RunningVariance, Shared,
    Site,
};
pub use operation::{ActivationBackend, Gradients, Operand, Operands};
pub use penalty::Penalty;
