//! What is refused, and how it is said.

use candle_core::{DType, Device, ModuleT, Tensor};
use candle_nn::{VarBuilder, VarMap};
use ogive_candle::{ActivationConfig, Error, LayerError};

use crate::support::{built, message};

fn refused<T: std::fmt::Debug>(result: candle_core::Result<T>) -> String {
    message(&result.unwrap_err())
}

fn zeros(shape: &[usize]) -> Tensor {
    Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap()
}

#[test]
fn configurations_are_refused_before_anything_is_made() {
    let variables = VarMap::new();
    let init = |config: ActivationConfig| {
        refused(config.init(VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu)))
    };
    assert!(init(ActivationConfig::new("prelu")).contains("with_channels"));
    assert!(init(ActivationConfig::new("tahn(x)")).contains("tanh"));
    let floored = ActivationConfig::new("x*b | b = 1, >= 0.5").with_parameter("b", 0.1);
    assert!(init(floored).contains("0.5"));
    assert!(variables.all_vars().is_empty());
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let (prelu, _) = built(&ActivationConfig::new("prelu").with_channels(3));
    let message = refused(prelu.forward(&zeros(&[2, 4])));
    assert!(message.contains("[2, 4]") && message.contains('3'), "{message}");
    let (last, _) = built(&ActivationConfig::new("prelu").with_channels(3).with_channel_axis(4));
    assert!(refused(last.forward(&zeros(&[2, 3]))).contains("axis 4"));
    let (dice, _) = built(&ActivationConfig::new("dice").with_channels(3));
    assert!(refused(dice.forward(&zeros(&[]))).contains("axis"));
    let padding = Tensor::zeros(3, DType::U8, &Device::Cpu).unwrap();
    assert!(refused(dice.forward_padded(&zeros(&[2, 3]), &padding, true)).contains("padding"));
}

#[test]
fn gates_are_given_where_they_are_taken() {
    let (swiglu, _) = built(&ActivationConfig::new("swiglu"));
    let (relu, _) = built(&ActivationConfig::new("relu"));
    let x = zeros(&[2, 3]);
    assert!(refused(swiglu.forward(&x)).contains("forward_gated"));
    assert!(refused(relu.forward_gated(&x, &x, true)).contains("no second input"));
    assert!(refused(swiglu.forward_gated(&x, &zeros(&[3]), true)).contains("[3]"));
    let wide = x.to_dtype(DType::F64).unwrap();
    assert!(refused(swiglu.forward_gated(&x, &wide, true)).contains("f64"));
}

#[test]
fn whole_numbers_are_refused() {
    let (relu, _) = built(&ActivationConfig::new("relu"));
    let message = refused(relu.forward_t(&Tensor::new(&[1u32], &Device::Cpu).unwrap(), true));
    assert!(message.contains("u32") && message.contains("to_dtype"), "{message}");
}

#[test]
fn candles_error_says_what_ours_does() {
    let (prelu, _) = built(&ActivationConfig::new("prelu").with_channels(3));
    let values = Tensor::new(&[0.5f32], &Device::Cpu).unwrap();
    let ours =
        Error::Layer(LayerError::Values { parameter: "alpha".into(), expected: 3, found: 1 });
    assert_eq!(refused(prelu.set_values("alpha", &values)), ours.to_string());
}

#[test]
fn parameters_are_not_running_statistics() {
    let formula = "x*running_var + mean(x) | running_var = 1 per channel";
    let config = ActivationConfig::new(formula).with_channels(3);
    let vb = VarBuilder::zeros(DType::F32, &Device::Cpu);
    assert!(refused(config.init(vb)).contains("another name"));
    // Without statistics it is a name as any other.
    built(&ActivationConfig::new("x*running_var | running_var = 1"));
}
