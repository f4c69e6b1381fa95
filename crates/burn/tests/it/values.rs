//! Values and gradients of the whole catalogue against the judge's multiprecision reference.

use burn::tensor::{Device, Tensor};
use ogive_burn::Activation;
use ogive_check::Reference;

use crate::support::{
    EXTREME, NORMAL, assert_near, assert_ulps, catalogue, exact, flex, formula, row, vector,
};

/// A fixed gate for every element.
const GATE: f32 = 1.25;

/// The result, and the gradients of x, gate and all parameters for a gradient of ones.
struct Found {
    y: Vec<f64>,
    dx: Vec<f64>,
    dgate: Option<Vec<f64>>,
    dparameters: Vec<f64>,
}

fn found(module: &Activation, inputs: &[f32], device: &Device) -> Found {
    let x = row(inputs, device).require_grad();
    let gate = row(&vec![GATE; inputs.len()], device).require_grad();
    let gated = module.plan().activation().has_gate();
    let y = if gated {
        module.forward_gated(x.clone(), gate.clone())
    } else {
        module.forward(x.clone())
    };
    let gradients = y.clone().sum().backward();
    let gradient = |tensor: &Tensor<2>| vector(tensor.grad(&gradients).unwrap());
    Found {
        y: vector(y),
        dx: gradient(&x),
        dgate: gated.then(|| gradient(&gate)),
        dparameters: module
            .parameters()
            .iter()
            .map(|(_, value)| vector(value.grad(&gradients).unwrap())[0])
            .collect(),
    }
}

fn without_statistics(device: &Device) -> impl Iterator<Item = Activation> {
    catalogue(device).into_iter().filter(|module| !module.plan().activation().has_statistics())
}

#[test]
fn values_and_gradients_are_those_of_the_formula() {
    let device = flex().autodiff();
    let inputs: Vec<f32> = NORMAL.into_iter().chain(EXTREME).collect();
    for module in without_statistics(&device) {
        let found = found(&module, &inputs, &device);
        let reference = Reference::new(formula(&module));
        for (place, x) in inputs.iter().enumerate() {
            let wanted = exact(&reference, &module, *x, GATE);
            let name = |what: &str| format!("{what} of {} at {x:e}", module.name());
            assert_ulps(found.y[place], wanted.y.to_f64(), 1.0, &name("y"));
            assert_ulps(found.dx[place], wanted.dx.to_f64(), 1.0, &name("dx"));
            if let Some(dgate) = &found.dgate {
                assert_ulps(dgate[place], wanted.dgate.to_f64(), 1.0, &name("dgate"));
            }
        }
    }
}

#[test]
fn parameter_gradients_are_the_sums_over_all_elements() {
    let device = flex().autodiff();
    for module in without_statistics(&device) {
        let found = found(&module, &NORMAL, &device);
        let reference = Reference::new(formula(&module));
        let wanted: Vec<_> =
            NORMAL.iter().map(|x| exact(&reference, &module, *x, GATE).dparameters).collect();
        for ((place, known), sum) in module.plan().learnable().zip(&found.dparameters) {
            let terms: Vec<f64> = wanted.iter().map(|wanted| wanted[place].to_f64()).collect();
            let size: f64 = terms.iter().map(|term| term.abs()).sum();
            let what = format!("d{} of {}", known.name, module.name());
            assert_near(*sum, terms.iter().sum(), 1e-7, size, &what);
        }
    }
}

#[test]
fn finite_input_never_gives_nan() {
    let device = flex().autodiff();
    for module in catalogue(&device) {
        for x in EXTREME {
            // A second element gives the statistics something to be statistics of.
            let found = found(&module, &[x, 0.5], &device);
            let all = [found.y, found.dx, found.dgate.unwrap_or_default(), found.dparameters];
            let name = module.name();
            assert!(all.iter().flatten().all(|value| !value.is_nan()), "{name} at {x}: {all:?}");
        }
    }
}

#[test]
fn nan_and_infinity_go_through() {
    let device = flex().autodiff();
    for module in without_statistics(&device) {
        let nan = found(&module, &[f32::NAN], &device);
        assert!(nan.y[0].is_nan() && nan.dx[0].is_nan(), "{} of NaN", module.name());
    }
    for (name, limit) in [("silu", -0.0), ("gelu", -0.0), ("elu", -1.0), ("tanh", -1.0)] {
        let module = Activation::parse(name, 1, &device).unwrap();
        let below = found(&module, &[f32::NEG_INFINITY], &device);
        assert_eq!((below.y[0], below.dx[0]), (limit, 0.0), "{name} of -inf");
    }
}
