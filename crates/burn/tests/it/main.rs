//! Behaviour of the operation and the module, on Burn's CPU backend `Flex`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod along_axis;
mod backends;
mod convert;
mod errors;
mod fallback;
mod gallery;
mod granularity;
mod groups;
mod initialize;
mod introductory;
mod layers;
mod layouts;
mod padding;
mod records;
mod reparametrise;
mod replicas;
mod safety;
mod split;
mod statistics;
mod support;
mod traps;
mod values;
mod variants;
