//! Inputs, references and comparisons that several tests share.

use burn::backend::{Flex, tensor::FloatTensor};
use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Tensor, TensorData};
use ogive::formula::{Formula, Point};
use ogive_burn::{Activation, ActivationConfig, Operand, Operands};
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

/// A formula with a second input.
pub(crate) const SWIGLU: &str = "gate*sigmoid(gate)*x";

pub(crate) fn flex() -> Device {
    Device::flex()
}

/// Every entry of the catalogue as a module for one channel.
pub(crate) fn catalogue(device: &Device) -> Vec<Activation> {
    ogive_catalog::ALL
        .iter()
        .map(|entry| ActivationConfig::new(entry.name).with_channels(1).init(device).unwrap())
        .collect()
}

/// The entries that the composed form is tested with. Formulas without kernels may cancel or overflow on the
/// way, which the kernels notice and mend; what is composed of tensor operations cannot.
pub(crate) fn with_kernels(device: &Device) -> Vec<Activation> {
    let has_kernels = |module: &Activation| module.plan().activation().is_compiled();
    catalogue(device).into_iter().filter(has_kernels).collect()
}

pub(crate) fn formula(module: &Activation) -> &Formula {
    module.plan().activation().formula()
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

pub(crate) fn vector<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().try_into_vec().unwrap()
}

pub(crate) fn row(values: &[f32], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len(), 1]), device)
}

/// Reproducible numbers between -3 and 3.
pub(crate) fn wave<const D: usize>(shape: [usize; D], phase: f64, device: &Device) -> Tensor<D> {
    let count: usize = shape.iter().product();
    let values: Vec<f32> =
        (0..count).map(|i| ((i as f64 * 1.7 + phase).sin() * 3.0) as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// `Flex`'s own tensors, for calling an implementation directly.
pub(crate) fn operands<const D: usize>(
    module: &Activation,
    x: Tensor<D>,
    gate: Option<Tensor<D>>,
    statistics: Option<Tensor<2>>,
) -> Operands<Flex> {
    let site = module.site(&x.dims(), false).unwrap();
    let packed = module.packed(&site).map(Tensor::without_autodiff);
    Operands {
        x: primitive(x),
        gate: Operand::from_option(gate.map(primitive)),
        parameters: Operand::from_option(packed.map(primitive)),
        statistics: Operand::from_option(statistics.map(primitive)),
    }
}

pub(crate) fn primitive<const D: usize>(tensor: Tensor<D>) -> FloatTensor<Flex> {
    tensor.try_into_primitive::<Flex>().unwrap()
}

pub(crate) fn values(tensor: FloatTensor<Flex>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().try_into_vec().unwrap()
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

/// The module with these values in its first parameter.
pub(crate) fn with_values(module: Activation, values: &[f64]) -> Activation {
    with_all_values(module, &[values])
}

/// The module with these values in its parameters, from the first.
pub(crate) fn with_all_values(module: Activation, values: &[&[f64]]) -> Activation {
    struct Set<'a>(&'a [&'a [f64]]);
    impl ModuleMapper for Set<'_> {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            let Some((values, rest)) = self.0.split_first() else { return param };
            self.0 = rest;
            param.map(|old| {
                let data = TensorData::new(values.to_vec(), old.dims());
                let learns = old.is_require_grad();
                Tensor::from_data(data, (&old.device(), old.dtype())).set_require_grad(learns)
            })
        }
    }
    module.map(&mut Set(values))
}
