//! Saving and loading.

use candle_core::{DType, Device, ModuleT};
use candle_nn::{VarBuilder, VarMap};
use ogive_candle::{Activation, ActivationConfig, Mish, Prelu};

use crate::support::{vector, wave};

fn built(config: &ActivationConfig, variables: &VarMap) -> Activation {
    let vb = VarBuilder::from_varmap(variables, DType::F64, &Device::Cpu);
    config.init(vb.pp("activation")).unwrap()
}

/// A file of this test's own.
fn file(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("ogive-candle-{}-{name}.safetensors", std::process::id()))
}

#[test]
fn what_was_saved_evaluates_to_the_same_bits() {
    let config = ActivationConfig::new("dice").with_channels(3).with_parameter("alpha", 0.1);
    let variables = VarMap::new();
    let module = built(&config, &variables);
    let x = wave(&[8, 3], 0.3);
    module.forward_t(&x, true).unwrap();
    let path = file("dice");
    variables.save(&path).unwrap();

    let mut fresh = VarMap::new();
    let loaded = built(&config, &fresh);
    assert_ne!(vector(&loaded.forward(&x).unwrap()), vector(&module.forward(&x).unwrap()));
    fresh.load(&path).unwrap();
    assert_eq!(vector(&loaded.forward(&x).unwrap()), vector(&module.forward(&x).unwrap()));

    // From the file alone, as for inference.
    let tensors = candle_core::safetensors::load(&path, &Device::Cpu).unwrap();
    let vb = VarBuilder::from_tensors(tensors, DType::F64, &Device::Cpu);
    let loaded = config.init(vb.pp("activation")).unwrap();
    assert_eq!(vector(&loaded.forward(&x).unwrap()), vector(&module.forward(&x).unwrap()));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn a_file_of_another_activation_is_refused_by_name() {
    let variables = VarMap::new();
    built(&Mish::new().config(), &variables);
    let path = file("mish");
    variables.save(&path).unwrap();
    let mut other = VarMap::new();
    built(&Prelu::new().with_channels(3).config(), &other);
    let error = other.load(&path).unwrap_err().to_string();
    std::fs::remove_file(path).unwrap();
    assert!(error.contains("activation."), "{error}");
}

#[test]
fn a_file_with_another_number_of_values_is_refused() {
    let variables = VarMap::new();
    built(&Prelu::new().with_channels(3).config(), &variables);
    let vb = VarBuilder::from_varmap(&variables, DType::F64, &Device::Cpu);
    let error = Prelu::new().with_channels(4).init(vb.pp("activation")).unwrap_err().to_string();
    assert!(error.contains("alpha") && error.contains('3') && error.contains('4'), "{error}");
}

#[test]
fn what_has_no_mark_is_taken_from_elsewhere() {
    let alpha = candle_core::Tensor::new(&[0.5f32], &Device::Cpu).unwrap();
    let tensors = [("alpha".to_owned(), alpha)].into_iter().collect();
    let vb = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    let prelu = ActivationConfig::new("prelu").shared().init(vb).unwrap();
    let x = candle_core::Tensor::new(&[-2.0f32], &Device::Cpu).unwrap();
    assert_eq!(vector(&prelu.forward(&x).unwrap()), [-1.0]);
}
