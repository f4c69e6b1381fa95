//! The engines against the judge, against each other and against plain loops.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::approx_constant, reason = "published numbers with their digits")]

mod analysis;
mod at_compile_time;
mod bits;
mod corners;
mod errors;
mod fingerprints;
mod gains;
mod judge;
mod layouts;
mod memory;
mod printed;
mod ready;
mod softmax;
mod statistics;
mod sums;
mod traps;
