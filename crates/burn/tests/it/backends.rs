//! Another backend gets the composed form: the same numbers as the kernels, to some units in the last
//! place, through the whole module.
#![cfg(feature = "ndarray")]
#![allow(deprecated, reason = "Burn's oldest CPU backend is the cheapest second one to build")]

use burn::module::{Module, ModuleMapper, Param};
use burn::store::ModuleRecord;
use burn::tensor::{Device, Tensor};
use ogive_burn::{
    Activation, ActivationConfig, DyReluConfig, FunnelReluConfig, LogSoftmax, MaxoutConfig,
    MetaAconConfig, Softmax, Softmin,
};

use crate::support::{EXTREME, NORMAL, assert_near, catalogue, row, vector, wave, with_kernels};

/// y, dx and the gradient of every parameter, in training.
fn results(name: &str, inputs: &[f32], device: &Device) -> Vec<Vec<f64>> {
    let device = device.clone().autodiff();
    let module: Activation =
        ActivationConfig::new(name).with_channels(1).init(&device).expect("an entry");
    let x: Tensor<2> = row(inputs, &device).require_grad();
    let gate: Tensor<2> = x.clone().detach().neg().add_scalar(0.5);
    let y = if module.plan().activation().has_gate() {
        module.forward_gated(x.clone(), gate)
    } else {
        module.forward(x.clone())
    };
    let gradients = y.clone().sum().backward();
    let mut found = vec![vector(y), vector(x.grad(&gradients).expect("x has a gradient"))];
    for (_, parameter) in module.parameters() {
        found.push(vector(parameter.grad(&gradients).expect("a parameter has a gradient")));
    }
    found
}

#[test]
fn the_composed_form_on_another_backend_agrees_with_the_kernels() {
    let (flex, other) = (Device::flex(), Device::ndarray());
    for module in catalogue(&flex) {
        let name = module.name();
        // Composed in f32 the theta of `threshold`, 0.1, is the f32 next to it, which stands among the inputs.
        let is_at_kink = |x: &f32| name == "threshold" && *x == 0.1;
        let inputs: Vec<f32> = NORMAL.into_iter().filter(|x| !is_at_kink(x)).collect();
        let pairs = results(name, &inputs, &flex).into_iter().zip(results(name, &inputs, &other));
        for (place, (native, composed)) in pairs.enumerate() {
            assert_eq!(native.len(), composed.len());
            for (native, composed) in native.iter().zip(&composed) {
                assert_near(*composed, *native, 1e-5, 1.0, &format!("{name}, result {place}"));
            }
        }
    }
}

#[test]
fn finite_input_gives_no_nan_on_another_backend() {
    let other = Device::ndarray();
    // Batch statistics of these would overflow f32 whatever the form.
    for module in with_kernels(&other).iter().filter(|m| m.running_statistics().is_none()) {
        for values in results(module.name(), &EXTREME, &other) {
            assert!(values.iter().all(|value| !value.is_nan()), "{}: {values:?}", module.name());
        }
    }
}

/// y and dx, the latter for a gradient of different numbers.
fn along<const D: usize>(name: &str, x: Tensor<D>) -> [Vec<f64>; 2] {
    let x = x.require_grad();
    let y = match name {
        Softmax::NAME => Softmax::new(1).forward(x.clone()),
        LogSoftmax::NAME => LogSoftmax::new(1).forward(x.clone()),
        _ => Softmin::new(1).forward(x.clone()),
    };
    let gradients = (y.clone() * wave(y.dims(), 0.9, &y.device())).sum().backward();
    [vector(y), vector(x.grad(&gradients).expect("x has a gradient"))]
}

#[test]
fn functions_along_an_axis_are_composed_to_the_same_numbers() {
    let [flex, other] = [Device::flex(), Device::ndarray()].map(Device::autodiff);
    for name in [Softmax::NAME, LogSoftmax::NAME, Softmin::NAME] {
        for size in [0.01, 1.0, 10.0] {
            let native = along(name, wave([2, 40, 3], 0.3, &flex) * size);
            let composed = along(name, wave([2, 40, 3], 0.3, &other) * size);
            for (native, composed) in native.iter().flatten().zip(composed.iter().flatten()) {
                assert_near(*composed, *native, 1e-5, 0.1, name);
            }
        }
    }
}

/// As the native form has it: ties, a rest beyond the digits of 1, masks and nothing to take a share of.
#[test]
fn a_composed_logarithm_keeps_the_digits_of_a_small_rest() {
    for device in [Device::flex(), Device::ndarray()] {
        let of = |line: [f32; 3]| {
            vector(LogSoftmax::new(1).forward(Tensor::<2>::from_floats([line], &device)))
        };
        let alone = of([0.0, -20.0, f32::NEG_INFINITY]);
        assert_near(alone[0], -(-20.0_f64).exp().ln_1p(), 1e-6, 0.0, "alone");
        assert_eq!(alone[2], f64::NEG_INFINITY);
        let tied = of([5.0, 5.0, -30.0]);
        assert_near(tied[0], -std::f64::consts::LN_2, 1e-6, 0.0, "tied");
        assert_eq!(of([1e30, 0.0, -1e30])[0], 0.0);
        assert!(of([f32::NAN, 0.0, 1.0]).iter().all(|y| y.is_nan()));
        assert!(of([f32::NEG_INFINITY; 3]).iter().all(|y| y.is_nan()));
    }
}

/// Gives every parameter reproducible values: drawn ones may lie at a kink, where roundings decide.
struct Waved(f64);

impl ModuleMapper for Waved {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        self.0 += 0.7;
        param.map(|old| {
            let new = wave(old.dims(), self.0, &old.device()) * 0.2 + 0.1;
            new.set_require_grad(old.is_require_grad())
        })
    }
}

/// y and dx of a layer with the numbers of a record.
fn of_layer<M: Module>(
    fresh: M,
    record: &[u8],
    forward: impl Fn(&M, Tensor<4>) -> Tensor<4>,
    device: &Device,
) -> [Vec<f64>; 2] {
    let record = ModuleRecord::from_bytes(burn::tensor::Bytes::from_bytes_vec(record.to_vec()));
    let layer = fresh.load_record(record.expect("a record"));
    let x = wave([3, 4, 5, 4], 0.2, device).require_grad();
    let y = forward(&layer, x.clone());
    let gradients = (y.clone() * wave(y.dims(), 0.9, device)).sum().backward();
    [vector(y), vector(x.grad(&gradients).expect("x has a gradient"))]
}

#[test]
fn layers_are_composed_to_the_same_numbers() {
    macro_rules! agree {
        ($config:expr) => {{
            let config = $config;
            let devices = [Device::flex(), Device::ndarray()].map(Device::autodiff);
            let [native, other] =
                devices.each_ref().map(|device| config.init(device).expect("a layer"));
            let native = native.map(&mut Waved(0.0));
            let record = native.clone().into_record().into_bytes().expect("a record");
            let native = of_layer(native, &record, |layer, x| layer.forward(x), &devices[0]);
            let composed = of_layer(other, &record, |layer, x| layer.forward(x), &devices[1]);
            for (native, composed) in native.iter().flatten().zip(composed.iter().flatten()) {
                assert_near(*composed, *native, 1e-4, 1.0, &format!("{config:?}"));
            }
        }};
    }
    agree!(MaxoutConfig::new(4, 3));
    agree!(MetaAconConfig::new(4).with_p_2(0.25));
    agree!(FunnelReluConfig::new(4));
    agree!(DyReluConfig::new(4));
}
