//! Honest comparisons of activation functions.
//!
//! The lab trains the same network with different activations over paired seeds and says, in words
//! and with intervals, whether the difference is real. The files in the order data passes them:
//!
//! - [`random`]: streams named by (seed, purpose, epoch, step), so that arms are paired;
//! - [`data`]: a CSV file or the embedded digits, checked, split and standardised;
//! - [`Comparison`]: what is asked; trains one network per activation, learning rate and seed, on
//!   one core each, and stores every finished run;
//! - [`statistics`]: paired intervals, sign-flip tests, Holm, new data, seeds needed;
//! - [`verdict`]: better, worse, equivalent or undecided, and one sentence for the whole;
//! - [`results`]: everything a comparison found, as JSON and CSV;
//! - [`table`] and [`report`]: the same for the terminal and as one offline HTML page.

mod assemble;
mod comparison;
mod cost;
pub mod data;
mod diagnosis;
mod error;
pub mod files;
mod model;
mod numbers;
pub mod random;
mod record;
pub mod report;
pub mod results;
mod schedule;
pub mod statistics;
pub mod table;
mod train;
pub mod verdict;

pub use comparison::Comparison;
pub use error::Error;
pub use schedule::Progress;
