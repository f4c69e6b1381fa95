//! Saving and loading.

use candle_core::{DType, Device, ModuleT};
use candle_nn::{VarBuilder, VarMap};
use ogive_candle::{Activation, ActivationConfig, Mish, Prelu};

use crate::support::{message, vector, wave};

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

/// Saves one and loads it into the other.
fn loaded(of: &ActivationConfig, into: &ActivationConfig, name: &str) -> Result<(), String> {
    let variables = VarMap::new();
    built(of, &variables);
    let path = file(name);
    variables.save(&path).unwrap();
    let mut other = VarMap::new();
    built(into, &other);
    let outcome = other.load(&path).map_err(|error| message(&error));
    std::fs::remove_file(path).unwrap();
    outcome
}

#[test]
fn a_file_of_another_activation_is_refused_by_name() {
    let prelu = Prelu::new().with_channels(3).config();
    let other = ActivationConfig::new("max(0, x) + 2*alpha*x | alpha = 1 per channel");
    let other = other.with_channels(3);
    let said = loaded(&prelu, &other, "other").unwrap_err();
    assert!(said.contains("activation.max(0, x)"), "{said}");
    let said = loaded(&other, &prelu, "prelu").unwrap_err();
    assert!(said.contains("activation.prelu"), "{said}");
    assert_eq!(loaded(&prelu, &prelu, "same"), Ok(()));
}

#[test]
fn a_file_with_another_number_of_values_is_refused() {
    let of = |channels| Prelu::new().with_channels(channels).config();
    let said = loaded(&of(3), &of(4), "width").unwrap_err();
    assert!(said.contains("alpha") && said.contains("[3]") && said.contains("[4]"), "{said}");
}

#[test]
fn what_keeps_nothing_asks_nothing_of_a_file() {
    let variables = VarMap::new();
    built(&Mish::new().config(), &variables);
    assert!(variables.all_vars().is_empty());
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
