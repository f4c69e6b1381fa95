//! Honest comparisons of activation functions.
//!
//! The lab trains the same network with different activations over paired seeds and says, in words
//! and with intervals, whether the difference is real. The files in the order data passes them:
//!
//! - [`random`]: streams named by (seed, purpose, epoch, step), so that arms are paired;
//! - [`data`]: a CSV file or the embedded digits, checked, split and standardised;
//! - [`statistics`]: paired intervals, exact sign-flip tests, Holm, new data, seeds needed;
//! - [`verdict`]: better, worse, equivalent or undecided, and one sentence for the whole;
//! - [`results`]: everything a comparison found, as JSON and CSV;
//! - [`table`] and [`report`]: the same for the terminal and as one offline HTML page.

pub mod data;
mod error;
pub mod files;
mod numbers;
pub mod random;
pub mod report;
pub mod results;
pub mod statistics;
pub mod table;
pub mod verdict;

pub use error::Error;
