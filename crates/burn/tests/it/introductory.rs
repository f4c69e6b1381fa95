//! The networks of introductory texts learn, and so do the parameters of their activations.

#[path = "../../examples/introductory/networks.rs"]
mod networks;

use networks::{Outcome, classification, pushed_to_the_floor, regression};

use crate::support::flex;

#[track_caller]
fn learned(name: &str, outcome: &Outcome) {
    let Outcome { before, after, parameters, .. } = outcome;
    assert!(*after < before / 2.0, "{name}: the loss went from {before} to {after}");
    for (parameter, initial, trained) in parameters {
        assert!(
            initial.iter().zip(trained).all(|(initial, trained)| initial != trained),
            "{name}: {parameter} went from {initial:?} to {trained:?}"
        );
    }
}

#[test]
fn every_activation_learns_the_regression() {
    let device = flex().autodiff();
    for name in ["sigmoid", "tanh", "relu", "leaky_relu", "prelu", "dice"] {
        learned(name, &regression(name, 300, &device).unwrap());
    }
    let bipolar = regression("dice_bipolar", 300, &device).unwrap();
    learned("dice_bipolar", &bipolar);
    assert_eq!(bipolar.parameters[0].1, [f64::from(0.2f32)]);
}

#[test]
fn gelu_learns_the_classification() {
    learned("gelu", &classification("gelu", 200, &flex().autodiff()).unwrap());
}

#[test]
fn the_floored_slope_stays_above_its_floor() {
    let text = "max(0,x)+alpha*min(0,x) | alpha = 0.25 per channel";
    let device = flex().autodiff();
    let free = pushed_to_the_floor(text, 300, &device).unwrap();
    assert!(free.lowest < 0.0, "the task pushes the slope down to {} only", free.lowest);
    let floored = pushed_to_the_floor(&format!("{text}, >= 0.01"), 300, &device).unwrap();
    assert!(floored.lowest >= 0.01, "{}", floored.lowest);
    assert!(floored.lowest < 0.0101, "it never came down to the floor");
}
