//! Activations with layers of their own around a formula.

mod dy_relu;
mod funnel_relu;
mod maxout;
mod meta_acon;
mod parts;

pub use dy_relu::{DyRelu, DyReluConfig, DyReluVariant};
pub use funnel_relu::{FunnelRelu, FunnelReluConfig};
pub use maxout::{Maxout, MaxoutConfig};
pub use meta_acon::{MetaAcon, MetaAconConfig};
