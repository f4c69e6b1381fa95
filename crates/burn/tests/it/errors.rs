//! What is said when something does not fit.

use burn::config::Config;
use burn::tensor::{DType, Tensor, TensorData};
use ogive::formula::Granularity;
use ogive_burn::{Activation, ActivationConfig, Error, LayerError, Momentum, RunningVariance};

use crate::support::{SWIGLU, flex, vector, wave};

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
    let relu = ActivationConfig::new("relu");
    let error = refused(&relu.clone().with_momentum(Momentum::OfNew(1.5)));
    says(&error, &["momentum", "1.5", "new value"]);
    let error = refused(&relu.with_momentum(Momentum::OfOld(-0.1)));
    says(&error, &["momentum", "-0.1", "old value"]);
}

#[test]
fn given_values_are_checked_as_initial_ones_are() {
    let formula = "a*x + b | a = 0.25, >= 0.01, b = 1";
    let given = |name: &str, value: f64, dtype: DType| {
        let module = Activation::parse(formula, 1, &flex()).unwrap();
        let values = Tensor::<1>::from_data(TensorData::from([value]), (&flex(), dtype));
        module.with_values(name, values).map(|module| vector(module.parameter(name).unwrap())[0])
    };
    for dtype in [DType::F32, DType::F64] {
        says(&given("a", 0.001, dtype).unwrap_err(), &["`a` cannot be 0.001", "`>= 0.01`"]);
        for wrong in [f64::NAN, f64::INFINITY] {
            says(&given("a", wrong, dtype).unwrap_err(), &["`a` cannot be", "finite"]);
            says(&given("b", wrong, dtype).unwrap_err(), &["`b` cannot be", "finite"]);
        }
        assert_eq!(given("b", -3.5, dtype).unwrap(), -3.5);
        // In f32 the bound itself is below 0.01, and is meant all the same.
        let bound = given("a", 0.01, dtype).unwrap();
        assert!((0.01..0.010_000_01).contains(&bound), "{bound:e}");
    }
    let below = f64::from(0.01_f32);
    says(&given("a", below, DType::F64).unwrap_err(), &["`a` cannot be", "`>= 0.01`"]);
}

#[test]
fn granularities_are_checked() {
    let prelu = ActivationConfig::new("prelu");
    let groups = prelu.clone().in_groups(4);
    says(&refused(&groups), &["`alpha` has one value in 4 groups", "with_channels"]);
    let error = refused(&groups.clone().with_channels(6));
    says(&error, &["`alpha`", "4 groups", "6 channels", "divides 6"]);
    says(&refused(&prelu.clone().in_groups(0).with_channels(6)), &["0 groups"]);
    says(&refused(&prelu.clone().per_element()), &["`alpha`", "with_sample"]);
    let elements = prelu.clone().per_element().with_sample([0, 2]);
    says(&refused(&elements), &["`alpha`", "with_sample"]);
    let unknown = prelu.clone().shared().with_granularity("beta", Granularity::PerChannel);
    says(&refused(&unknown), &["beta", "`alpha`"]);
    let dice = ActivationConfig::new("dice").with_channels(3);
    let fixed = dice.clone().with_granularity("epsilon", Granularity::PerChannel);
    says(&refused(&fixed), &["`epsilon`", "setting", "with_parameter"]);
    let dice = dice.per_element().with_sample([2, 3]);
    says(&refused(&dice), &["3 channels on axis 1", "[2, 3] have 2", "with_sample"]);
    assert!(dice.clone().with_channel_axis(-1).init(&flex()).is_ok());
    says(&refused(&dice.with_channel_axis(0)), &["axis 0", "axes 1 to 2", "with_channel_axis"]);
    let module = prelu.per_element().with_sample([2, 3]).init(&flex()).unwrap();
    let error = module.try_forward(wave([4, 2, 2], 0.0, &flex())).unwrap_err();
    says(&error, &["samples of shape [2, 3]", "[4, 2, 2]"]);
    let error = module.try_forward(wave([6], 0.0, &flex())).unwrap_err();
    says(&error, &["samples of shape [2, 3]", "[6]"]);
}

#[test]
fn inputs_are_checked() {
    let prelu = Activation::parse("prelu", 3, &flex()).unwrap();
    let error = prelu.try_forward(wave([2, 4], 0.0, &flex())).unwrap_err();
    says(&error, &["expected 3 channels", "axis 1", "[2, 4]", "has 4"]);
    assert!(!error.to_string().contains("help"), "{error}");
    let error = prelu.try_forward(wave([2, 4, 3], 0.0, &flex())).unwrap_err();
    says(&error, &["expected 3 channels", "axis 1", "axis 2 has 3: `with_channel_axis(2)`"]);
    let last = ActivationConfig::new("prelu").with_channels(3).with_channel_axis(2);
    let last = last.init(&flex()).unwrap();
    let error = last.try_forward(wave([2, 3], 0.0, &flex())).unwrap_err();
    says(&error, &["axis 2", "[2, 3]", "with_channel_axis"]);
    let error = last.try_forward(Tensor::<1>::zeros([3], &flex())).unwrap_err();
    assert!(matches!(error, Error::Layer(LayerError::Axis { .. })));
}

#[test]
fn gates_are_checked() {
    let swiglu = Activation::parse(SWIGLU, 1, &flex()).unwrap();
    let x = wave([2, 3], 0.0, &flex());
    says(&swiglu.try_forward(x.clone()).unwrap_err(), &["gate*sigmoid(gate)*x", "forward_gated"]);
    let error = swiglu.try_forward_gated(x.clone(), wave([2, 1], 0.0, &flex())).unwrap_err();
    says(&error, &["[2, 3]", "[2, 1]"]);
    let relu = Activation::parse("relu", 1, &flex()).unwrap();
    says(&relu.try_forward_gated(x.clone(), x).unwrap_err(), &["relu", "call `forward`"]);
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
    let config = ActivationConfig::new("dice")
        .with_channels(3)
        .with_momentum(Momentum::OfOld(0.9))
        .with_running_variance(RunningVariance::Unbiased)
        .with_constant_statistics()
        .with_sample([3, 4])
        .with_granularity("alpha", Granularity::InGroups(3))
        .shared();
    let path = std::env::temp_dir().join(format!("ogive-burn-{}.json", std::process::id()));
    config.save(&path).unwrap();
    let read = ActivationConfig::load(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(read, config);
}

#[test]
fn what_a_file_does_not_say_is_as_in_a_new_configuration() {
    let read = |json: &str| ActivationConfig::load_binary(json.as_bytes());
    let prelu = ActivationConfig::new("prelu");
    assert_eq!(read(r#"{"formula": "prelu"}"#).unwrap(), prelu);
    let part = r#"{"formula": "prelu", "channels": 3, "following": {"momentum": {"OfOld": 0.9}}}"#;
    let wanted = prelu.with_channels(3).with_momentum(Momentum::OfOld(0.9));
    assert_eq!(read(part).unwrap(), wanted);
    assert!(read(r#"{"channels": 3}"#).is_err());
}
