//! Behaviour of the operation and the module, on Burn's CPU backend `Flex`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod backends;
mod errors;
mod fallback;
mod gallery;
mod introductory;
mod layouts;
mod records;
mod safety;
mod statistics;
mod support;
mod values;
