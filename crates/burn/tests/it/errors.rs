//! What is said when something does not fit.

use burn::config::Config;
use burn::tensor::Tensor;
use ogive_burn::{Activation, ActivationConfig, Error};

use crate::support::{SWIGLU, flex, wave};

#[track_caller]
fn says(error: &Error, parts: &[&str]) {
    let message = error.to_string();
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing in:\n{message}");
    }
}

fn refused(config: &ActivationConfig) -> Error {
    config.init(&flex()).expect_err("it should be refused")
}

#[test]
fn unknown_names_get_the_nearest() {
    says(&refused(&ActivationConfig::new("preluu")), &["preluu", "`prelu`"]);
    says(&refused(&ActivationConfig::new("x * tahn(x)")), &["x * tahn(x)", "tanh"]);
}

#[test]
fn channels_are_asked_for_where_they_matter() {
    says(&refused(&ActivationConfig::new("prelu")), &["prelu", "`alpha`", "with_channels"]);
    says(&refused(&ActivationConfig::new("dice").shared()), &["dice", "statistics"]);
    says(&refused(&ActivationConfig::new("prelu").with_channels(0)), &["with_channels"]);
    assert!(ActivationConfig::new("mish").init(&flex()).is_ok());
    assert!(ActivationConfig::new("prelu").shared().init(&flex()).is_ok());
}

#[test]
fn parameters_are_checked() {
    let floored = "max(0, x) + alpha*min(0, x) | alpha = 0.25, >= 0.01";
    let config = ActivationConfig::new(floored);
    says(&refused(&config.clone().with_parameter("alpha", 0.001)), &["alpha", "0.001", ">= 0.01"]);
    says(&refused(&config.clone().with_parameter("alhpa", 0.1)), &["alhpa", "`alpha`"]);
    says(&refused(&config.with_parameter("alpha", f64::NAN)), &["alpha", "finite"]);
    says(&refused(&ActivationConfig::new("relu").with_momentum(1.5)), &["momentum", "1.5"]);
}

#[test]
fn inputs_are_checked() {
    let prelu = Activation::parse("prelu", 3, &flex()).unwrap();
    let error = prelu.try_forward(wave([2, 4], 0.0, &flex())).unwrap_err();
    says(&error, &["expected 3 channels", "axis 1", "[2, 4]", "has 4"]);
    let last = ActivationConfig::new("prelu").with_channels(3).with_channel_axis(2);
    let last = last.init(&flex()).unwrap();
    let error = last.try_forward(wave([2, 3], 0.0, &flex())).unwrap_err();
    says(&error, &["axis 2", "[2, 3]", "with_channel_axis"]);
    let error = last.try_forward(Tensor::<1>::zeros([3], &flex())).unwrap_err();
    assert!(matches!(error, Error::Axis { .. }));
}

#[test]
fn gates_are_checked() {
    let swiglu = Activation::parse(SWIGLU, 1, &flex()).unwrap();
    let x = wave([2, 3], 0.0, &flex());
    says(&swiglu.try_forward(x.clone()).unwrap_err(), &["gate*sigmoid(gate)*x", "forward_gated"]);
    let error = swiglu.try_forward_gated(x.clone(), wave([2, 1], 0.0, &flex())).unwrap_err();
    says(&error, &["[2, 3]", "[2, 1]"]);
    let relu = Activation::parse("relu", 1, &flex()).unwrap();
    says(&relu.try_forward_gated(x.clone(), x).unwrap_err(), &["relu", "forward(x)"]);
}

#[test]
#[should_panic(expected = "prelu: expected 3 channels on axis 1, and the input of shape [2, 4]")]
fn forward_panics_with_the_same_words() {
    let prelu = Activation::parse("prelu", 3, &flex()).unwrap();
    let _ = prelu.forward(wave([2, 4], 0.0, &flex()));
}

#[test]
fn display_shows_the_formula() {
    let shown = Activation::parse("prelu", 3, &flex()).unwrap().to_string();
    assert!(shown.contains("max(0, x) + alpha*min(0, x)"), "{shown}");
    assert!(shown.contains("channels: 3"), "{shown}");
}

#[test]
fn a_configuration_survives_a_file() {
    let config = ActivationConfig::new("dice").with_channels(3).with_momentum(0.1).shared();
    let path = std::env::temp_dir().join(format!("ogive-burn-{}.json", std::process::id()));
    config.save(&path).unwrap();
    let read = ActivationConfig::load(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(read, config);
}
