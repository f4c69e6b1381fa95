//! Another backend gets the composed form: the same numbers as the kernels, to some units in the last
//! place, through the whole module.
#![cfg(feature = "ndarray")]
#![allow(deprecated, reason = "Burn's oldest CPU backend is the cheapest second one to build")]

use burn::tensor::{Device, Tensor};
use ogive_burn::{Activation, ActivationConfig};

use crate::support::{EXTREME, NORMAL, assert_near, catalogue, row, vector, with_kernels};

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
