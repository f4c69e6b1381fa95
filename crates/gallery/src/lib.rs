//! Portraits of activation functions: pictures, properties in words, and a site of all of them.
//!
//! ```
//! use ogive::{Activation, Analysis};
//!
//! let silu = Activation::new("silu")?;
//! let analysis = Analysis::of(&silu)?;
//! let range = &ogive_gallery::facts(&analysis)[0];
//! assert_eq!(range.name, "range");
//! assert_eq!(range.text, "from -0.278465 at x = -1.27846 to +∞ towards x = +∞ (proven)");
//! assert!(ogive_gallery::portrait(&silu, &analysis).svg().contains("<path"));
//! # Ok::<(), ogive::Error>(())
//! ```

mod facts;
mod index;
mod language;
mod page;
mod portrait;
mod records;
mod site;

pub use facts::{Fact, facts, rounded};
pub use portrait::portrait;
pub use site::write;
