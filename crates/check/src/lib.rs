//! The judge of [Ogive](https://docs.rs/ogive): is a kernel right, and by how much is it off?
//!
//! A [`Reference`] evaluates a formula *as it was typed* in multiprecision arithmetic, with rules of
//! differentiation of its own: a mistake in the compiler's rewriting or gradients cannot hide in it.
//! A [`Case`] holds the exact results of one formula at a set of [`inputs`], and judges any
//! [`Engine`] by them, in units of the last place. A [`Survey`] does the same at millions of inputs,
//! or at every number of a type, with a reference in f64 whose error is bounded by proof, and compares
//! engines bit for bit. A case:
//!
//! ```
//! use ogive_check::{Case, Engine, Outputs, Skip, Task, inputs};
//! use ogive_formula::{Formula, Point};
//!
//! /// The compiler's own plain evaluation in f64.
//! struct Plain;
//!
//! impl Engine<f32> for Plain {
//!     fn name(&self) -> String {
//!         "plain".to_owned()
//!     }
//!
//!     fn run(&self, task: &Task<f32>) -> Result<Outputs<f32>, Skip> {
//!         let formula = task.formula;
//!         let map = |id| -> Vec<f32> {
//!             let at = |x: &f32| {
//!                 let x = f64::from(*x);
//!                 formula.evaluate(id, &Point { x, parameters: task.parameters, ..Point::default() })
//!                     as f32
//!             };
//!             task.x.iter().map(at).collect()
//!         };
//!         let (y, dx) = (map(formula.stable()), map(formula.derivatives().x));
//!         Ok(Outputs { y, dx, ..Outputs::default() })
//!     }
//! }
//!
//! let silu = Formula::parse("x/(1 + exp(-x))")?;
//! let case = Case::new("silu", &silu, &inputs::normal(50));
//! for row in case.judge(&Plain)? {
//!     assert!(row.passes(), "{row}");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod case;
mod dual;
mod element;
pub mod inputs;
mod limits;
mod quick;
mod reference;
mod row;
mod suite;
mod survey;
mod tally;
mod tape;
mod tolerance;
mod ulp;
mod verdict;

pub use case::Case;
pub use element::Element;
pub use reference::{Exact, Reference};
pub use row::{Difference, Row};
pub use suite::{Engine, Outputs, Skip, Task, judge};
pub use survey::{Inputs, Survey};
pub use tolerance::{TOLERANCES, Tolerance};
pub use ulp::{correctly_rounded_f32, distance, round};
