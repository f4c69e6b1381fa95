//! Values, gradients, shapes, states and errors of activations in Candle.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and says so")]

mod along_axis;
mod constraints;
mod errors;
mod gallery;
mod granularity;
mod groups;
mod initialize;
mod layers;
mod records;
mod replicas;
mod statistics;
mod support;
mod values;
mod variants;
