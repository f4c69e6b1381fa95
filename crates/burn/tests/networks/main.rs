//! The networks of the examples, for a short time each: what the examples say of them is true.
//!
//! Burn's CPU backend draws random numbers from one stream for the whole process, so the tests take turns.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../examples/common/curve.rs"]
mod curve;
#[path = "../../examples/common/random.rs"]
mod random;

#[path = "../../examples/clicks/network.rs"]
mod clicks_network;
#[path = "../../examples/digits/network.rs"]
mod digits_network;
#[path = "../../examples/periodic/errors.rs"]
mod periodic_errors;
#[path = "../../examples/regression/errors.rs"]
mod regression_errors;
#[path = "../../examples/transformer/network.rs"]
mod transformer_network;

mod clicks;

use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::tensor::Device;

static TURN: Mutex<()> = Mutex::new(());

/// Held by a test while it runs.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn autodiff() -> Device {
    Device::flex().autodiff()
}

#[test]
fn digits_are_read_and_every_slope_finds_its_own_place() {
    let _turn = turn();
    let outcome = digits_network::train("prelu", 4, &autodiff()).unwrap();
    assert!(outcome.accuracy[3] > 0.9, "{:?}", outcome.accuracy);
    let [first, second] = outcome.slopes.try_into().unwrap();
    assert_eq!((first.len(), second.len()), (8, 16));
    let mut all: Vec<f64> = [first, second].concat();
    assert!(all.iter().all(|slope| (slope - 0.25).abs() > 1e-4), "{all:?}");
    all.sort_by(f64::total_cmp);
    assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "two channels share a slope: {all:?}");
}

#[test]
fn a_transformer_adds_with_a_gated_and_with_a_learned_activation() {
    let _turn = turn();
    for activation in ["swiglu", "xielu"] {
        let outcome = transformer_network::train(activation, 400, &autodiff()).unwrap();
        let [first, middle, last] = outcome.losses;
        assert!(first > middle && middle > last, "{activation}: {first} {middle} {last}");
        assert!((13_000..13_500).contains(&outcome.parameters), "{}", outcome.parameters);
        assert!(outcome.accuracy > 0.5, "{activation}: {}", outcome.accuracy);
        assert_eq!(outcome.learned.len(), if activation == "xielu" { 2 } else { 0 });
        for (name, before, after) in outcome.learned {
            assert!((after - before).abs() > 1e-3, "{name} of {activation} stayed at {before}");
        }
    }
}

#[test]
fn a_rational_network_comes_nearer_to_a_smooth_curve_than_relu() {
    let _turn = turn();
    let error = |name| regression_errors::error(name, 3, 800, &autodiff()).unwrap();
    let relu = error("relu");
    for name in ["rational32", "pau"] {
        let rational = error(name);
        assert!(rational < relu / 2.0, "{name}: {rational} against {relu}");
    }
}

#[test]
fn snake_goes_on_where_relu_stops() {
    let _turn = turn();
    let errors = |name| periodic_errors::errors(name, 1, 1000, &autodiff()).unwrap();
    let ([_, relu], [seen, snake]) = (errors("relu"), errors("snake"));
    assert!(snake < relu / 2.0, "beyond: {snake} against {relu}");
    assert!(seen < 0.3, "seen: {seen}");
}
