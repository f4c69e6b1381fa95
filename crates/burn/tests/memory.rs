//! A pass takes the memory of its results and none of the size of its input beside.
//!
//! The allocator that counts is that of the whole process: this test is a program of its own, and has one
//! test.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../examples/speed/memory.rs"]
mod memory;

use burn::nn::PReluConfig;
use burn::tensor::{Device, Distribution, Tensor};
use memory::peak;
use ogive_burn::{Activation, ActivationConfig};

const SHAPE: [usize; 4] = [32, 16, 64, 64];

/// What a pass holds at most, in inputs; the least of three runs, the first of which sets things up.
fn inputs<R>(run: impl Fn() -> R) -> f64 {
    let bytes = (0..3).map(|_| peak(&run).1).min().unwrap();
    bytes as f64 / (4 * SHAPE.iter().product::<usize>()) as f64
}

#[track_caller]
fn takes(wanted: f64, found: f64, what: &str) {
    assert!((wanted..wanted + 0.05).contains(&found), "{what} takes {found:.3} inputs");
}

fn layer(text: &str, device: &Device) -> Activation {
    ActivationConfig::new(text).with_channels(SHAPE[1]).init(device).unwrap()
}

#[test]
fn no_pass_takes_memory_beside_its_results() {
    let device = Device::flex().autodiff();
    let x = Tensor::<4>::random(SHAPE, Distribution::Default, &device).require_grad();
    let gate = x.clone().detach().require_grad();
    let without_kernels = "a*x*atan(x + b) | a = 1 per channel, b = 0.5 per channel";
    for text in ["relu", "gelu", "mish", "prelu", "swish", "dice", "pau", "xielu", without_kernels]
    {
        let module = layer(text, &device);
        // y, and the gradient that arrives, whose place dx takes.
        let trained = || {
            let y = module.forward(x.clone());
            let gradients = y.clone().backward();
            (y, x.grad(&gradients).unwrap())
        };
        takes(2.0, inputs(trained), &format!("a step of {text}"));

        let module = layer(text, &Device::flex());
        let x = x.clone().inner();
        takes(1.0, inputs(|| module.forward(x.clone())), &format!("evaluation of {text}"));
        // The one input is that which nobody else holds: y takes its place.
        let in_place = || module.forward(x.clone() + 1.0);
        takes(1.0, inputs(in_place), &format!("evaluation of {text} in place"));
    }
    let swiglu = layer("gate*sigmoid(gate)*x", &device);
    let trained = || {
        let y = swiglu.forward_gated(x.clone(), gate.clone());
        let gradients = y.clone().backward();
        (y, x.grad(&gradients).unwrap(), gate.grad(&gradients).unwrap())
    };
    takes(3.0, inputs(trained), "a step of a gated unit, y, dx and dgate,");

    // What is counted: the same of Burn's own tensor operations takes several inputs more.
    let burns_own = PReluConfig::new().with_num_parameters(SHAPE[1]).init(&device);
    let trained = || {
        let y = burns_own.forward(x.clone());
        let gradients = y.clone().backward();
        (y, x.grad(&gradients).unwrap())
    };
    let found = inputs(trained);
    assert!(found > 3.0, "a step of Burn's PReLU takes {found:.3} inputs");
}
