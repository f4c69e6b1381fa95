//! [Ogive](https://docs.rs/ogive)'s activation functions for
//! [Candle](https://github.com/huggingface/candle): one differentiable operation and one module for every
//! formula.
//!
//! ```
//! use candle_core::{DType, Device, Tensor};
//! use candle_nn::{VarBuilder, VarMap};
//! use ogive_candle::ActivationConfig;
//!
//! let variables = VarMap::new();
//! let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
//! let prelu = ActivationConfig::new("prelu").with_channels(3).init(vb.pp("activation"))?;
//! let x = Tensor::new(&[[-4.0f32, 0.0, 4.0]], &Device::Cpu)?;
//! assert_eq!(prelu.forward(&x)?.to_vec2::<f32>()?, [[-1.0, 0.0, 4.0]]);
//! # Ok::<(), candle_core::Error>(())
//! ```
//!
//! The operation runs on the CPU, with Ogive's kernels: one pass over memory forward and one backward (two
//! with statistics), in f32, f64, bf16 and f16. Tensors of other devices are refused.

#![allow(
    clippy::needless_pass_by_value,
    reason = "Candle's own layers take a `VarBuilder` by value"
)]

mod along_axis;
mod config;
mod constructors;
mod error;
mod groups;
mod initialize;
mod layers;
mod module;
mod of_batch;
mod operands;
mod operation;
mod padding;
mod penalty;
mod reparametrise;
mod split;
mod values;

pub use along_axis::{LogSoftmax, Softmax, Softmin};
pub use config::ActivationConfig;
pub use constructors::*;
pub use error::Error;
pub use groups::{DecayGroups, decay_groups};
pub use layers::{
    DyRelu, DyReluConfig, DyReluVariant, FunnelRelu, FunnelReluConfig, Maxout, MaxoutConfig,
    MetaAcon, MetaAconConfig,
};
pub use module::Activation;
pub use ogive;
pub use ogive_layer::{
    DiceVariant, Error as LayerError, GateHalf, Momentum, Plan, Replicas, RunningVariance, Shared,
};
pub use penalty::Penalty;
