//! What an activation in a network knows beside its tensors: its configuration, the shapes of its
//! parameters, where channels lie, how running statistics move, and what can be wrong with any of it.
//!
//! The modules of [`ogive-burn`](https://docs.rs/ogive-burn) and
//! [`ogive-candle`](https://docs.rs/ogive-candle) are made of this and of tensors, so that the two agree.
//! Who brings Ogive to another framework starts here:
//!
//! ```
//! use ogive_layer::Settings;
//!
//! let plan = Settings::new("prelu").with_channels(3).plan()?;
//! let alpha = &plan.parameters()[0];
//! assert_eq!((alpha.name.as_str(), plan.width(alpha)), ("alpha", 3));
//! // An input of shape [batch, channels, time].
//! let site = std::sync::Arc::new(plan).site(&[8, 3, 20], false)?;
//! assert_eq!(site.layout(&[8, 3, 20]).inner, 20);
//! # Ok::<(), ogive_layer::Error>(())
//! ```

mod by_sample;
mod cells;
pub mod checks;
mod configuration;
mod constraint;
mod constructors;
mod dice;
mod error;
mod following;
mod identity;
mod plan;
mod reach;
mod replicas;
mod settings;
mod site;
mod split;

pub use by_sample::{BySample, larger, largest_line};
pub use constraint::inward;
pub use dice::DiceVariant;
pub use error::Error;
pub use following::{Following, Momentum, RunningVariance};
pub use identity::identity;
pub use ogive;
pub use plan::Plan;
pub use reach::Reach;
pub use replicas::{Replicas, Shared};
pub use settings::Settings;
pub use site::{Site, axis_of, counted_from_first};
pub use split::GateHalf;
