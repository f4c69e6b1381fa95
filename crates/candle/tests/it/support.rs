//! Inputs, references and comparisons that several tests share.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{VarBuilder, VarMap};
use ogive::formula::Point;
use ogive_candle::{Activation, ActivationConfig};
use ogive_check::{Exact, Reference};

/// Inputs of everyday size, on both sides of every kink of the catalogue.
pub(crate) const NORMAL: [f32; 24] = [
    -7.5, -6.0, -4.0, -3.1, -2.5, -2.0, -1.5, -1.0, -0.7, -0.3, -0.1, -1e-3, 1e-3, 0.1, 0.25, 0.5,
    0.75, 1.0, 1.3, 2.1, 2.9, 4.5, 5.5, 7.5,
];

/// Inputs at which some implementation or other was seen to fail.
pub(crate) const EXTREME: [f32; 20] = [
    0.0, -0.0, 1e-40, -1e-40, 1e-20, -1e-20, 19.0, -19.0, 89.0, -89.0, 104.0, -104.0, 1e4, -1e4,
    1e10, -1e10, 1e20, -1e20, 3e38, -3e38,
];

/// A module with variables of its own.
pub(crate) fn built(config: &ActivationConfig) -> (Activation, VarMap) {
    built_in(config, DType::F32)
}

pub(crate) fn built_in(config: &ActivationConfig, dtype: DType) -> (Activation, VarMap) {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, dtype, &Device::Cpu);
    (config.init(vb).unwrap(), variables)
}

/// Every entry of the catalogue as a module for one channel.
pub(crate) fn catalogue() -> Vec<(Activation, VarMap)> {
    let named = |name: &str| built(&ActivationConfig::new(name).with_channels(1));
    ogive_catalog::ALL.iter().map(|entry| named(entry.name)).collect()
}

/// What the judge says of a formula at the module's initial parameters.
pub(crate) fn exact(reference: &Reference, module: &Activation, x: f32, gate: f32) -> Exact {
    let initial: Vec<f64> = module
        .plan()
        .parameters()
        .iter()
        .map(|known| if known.learnable { f64::from(known.initial as f32) } else { known.initial })
        .collect();
    let (x, gate) = (f64::from(x), f64::from(gate));
    reference.at(&Point { x, gate, parameters: &initial, mean: 0.0, variance: 1.0 })
}

pub(crate) fn vector(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

pub(crate) fn row(values: &[f32]) -> Var {
    let tensor = Tensor::from_vec(values.to_vec(), (values.len(), 1), &Device::Cpu).unwrap();
    Var::from_tensor(&tensor).unwrap()
}

/// Reproducible numbers between -3 and 3, of f64.
pub(crate) fn wave(shape: &[usize], phase: f64) -> Var {
    let count: usize = shape.iter().product();
    let values: Vec<f64> =
        (0..count).map(|i| f64::from(((i as f64 * 1.7 + phase).sin() * 3.0) as f32)).collect();
    Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu).unwrap()).unwrap()
}

/// The variable of that name.
pub(crate) fn variable(variables: &VarMap, name: &str) -> Var {
    variables.data().lock().unwrap()[name].clone()
}

/// Asserts that `found` is `wanted` rounded to f32, give or take `ulps` units in the last place.
#[track_caller]
pub(crate) fn assert_ulps(found: f64, wanted: f64, ulps: f64, what: &str) {
    let rounded = f64::from(wanted as f32);
    if found == rounded || (found.is_nan() && rounded.is_nan()) {
        return;
    }
    let unit = f64::from((wanted as f32).abs().next_up()) - f64::from((wanted as f32).abs());
    assert!((found - wanted).abs() <= ulps * unit, "{what}: {found:e}, exactly {wanted:e}");
}

/// Asserts that `found` and `wanted` differ by no more than `relative` of `scale` or of `wanted`.
#[track_caller]
pub(crate) fn assert_near(found: f64, wanted: f64, relative: f64, scale: f64, what: &str) {
    let close = found == wanted
        || (found.is_nan() && wanted.is_nan())
        || (found - wanted).abs() <= relative * wanted.abs().max(scale);
    assert!(close, "{what}: {found:e} against {wanted:e}");
}

/// Asserts that two lists are near in every place.
#[track_caller]
pub(crate) fn assert_all_near(found: &[f64], wanted: &[f64], relative: f64, what: &str) {
    assert_eq!(found.len(), wanted.len(), "{what}");
    for (found, wanted) in found.iter().zip(wanted) {
        assert_near(*found, *wanted, relative, 1.0, what);
    }
}

/// What an error says, without a backtrace.
pub(crate) fn message(error: &candle_core::Error) -> String {
    match error {
        candle_core::Error::WithBacktrace { inner, .. } => message(inner),
        other => other.to_string(),
    }
}
