//! What must not depend on how a tensor came to be, and what must not be overwritten.

use burn::backend::Flex;
use burn::tensor::{DType, Device, Tensor, TensorData};
use ogive_burn::{Activation, ActivationBackend, ActivationConfig};

use crate::support::{SWIGLU, flex, operands, primitive, values, vector, wave};

const SWISH: &str = "x*sigmoid(beta*x) | beta = 1.5 per channel";

fn swish(device: &Device) -> Activation {
    Activation::parse(SWISH, 3, device).unwrap()
}

/// Result and gradient of x for the gradient `dy`.
fn run<const D: usize>(module: &Activation, x: Tensor<D>, dy: Tensor<D>) -> [Vec<f64>; 2] {
    let x = x.detach().require_grad();
    let y = module.forward(x.clone());
    let gradients = (y.clone() * dy).sum().backward();
    [vector(y), vector(x.grad(&gradients).unwrap())]
}

#[test]
fn the_input_keeps_its_value() {
    for device in [flex(), flex().autodiff()] {
        let module = swish(&device);
        let x = wave([4, 3], 0.2, &device);
        let before = vector(x.clone());
        let y = module.forward(x.clone());
        assert_ne!(vector(y), before);
        assert_eq!(vector(x.clone()), before, "a clone is not overwritten");
        let view = x.clone().slice([1..3, 0..3]);
        let y = module.forward(view);
        assert_eq!(y.dims(), [2, 3]);
        assert_eq!(vector(x), before, "what a view shows is not overwritten");
    }
}

#[test]
fn an_intermediate_result_that_is_used_twice_keeps_its_value() {
    let device = flex().autodiff();
    let module = swish(&device);
    let x = wave([4, 3], 0.2, &device).require_grad();
    let middle = x.clone() * 2.0;
    let y = module.forward(middle.clone()) + middle.exp();
    let gradients = y.sum().backward();
    let found = vector(x.grad(&gradients).unwrap());
    for (found, x) in found.iter().zip(vector(x)) {
        let (z, sigmoid) = (2.0 * x, |v: f64| 1.0 / (1.0 + (-v).exp()));
        let s = sigmoid(1.5 * z);
        let wanted = 2.0 * (s + 1.5 * z * s * (1.0 - s) + z.exp());
        assert!((found - wanted).abs() <= 1e-5 * wanted.abs().max(1.0), "{found} {wanted}");
    }
}

#[test]
fn a_buffer_that_nobody_else_holds_is_reused() {
    let module = swish(&flex());
    let x = wave([4, 3], 0.2, &flex());
    let site = module.site(&x.dims(), false).unwrap();
    let x = primitive(x.clone() + 0.0);
    let operands = operands(&module, Tensor::<2>::from_primitive::<Flex>(x), None, None);
    let address = operands.x.bytes().as_ptr();
    let y = Flex::activation(operands, site);
    assert_eq!(y.bytes().as_ptr(), address);
}

#[test]
fn views_are_read_in_their_own_order() {
    let device = flex().autodiff();
    let module = swish(&device);
    let dy = wave([4, 3], 0.9, &device);
    let straight = wave([4, 3], 0.2, &device);
    let expected = run(&module, straight.clone(), dy.clone());
    // The same values through a transposed buffer, and as a part of a larger one.
    let transposed = straight.clone().transpose().exp().log().transpose();
    for (found, wanted) in run(&module, transposed, dy.clone())[0].iter().zip(&expected[0]) {
        assert!((found - wanted).abs() < 1e-5);
    }
    let turned = Tensor::<2>::from_data(straight.clone().transpose().into_data(), &device);
    assert_eq!(run(&module, turned.transpose(), dy.clone()), expected);
    let padded = Tensor::cat(vec![dy.clone(), straight.clone(), dy.clone()], 0);
    assert_eq!(run(&module, padded.slice([4..8, 0..3]), dy.clone()), expected);
    let wide = Tensor::cat(vec![dy.clone(), straight, dy.clone()], 1);
    assert_eq!(run(&module, wide.slice([0..4, 3..6]), dy), expected);
}

#[test]
fn a_broadcast_gradient_is_a_gradient() {
    let device = flex().autodiff();
    let module = swish(&device);
    let x = wave([4, 3], 0.2, &device);
    // `sum` sends back one element that stands for all of them.
    let y = module.forward(x.clone().require_grad());
    let gradients = y.sum().backward();
    let [_, ones] = run(&module, x, Tensor::ones([4, 3], &device));
    let beta = module.parameter("beta").unwrap().grad(&gradients).unwrap();
    assert_eq!(beta.dims(), [3]);
    let expanded = wave([1, 3], 0.4, &device).expand([4, 3]).require_grad();
    let found = module.forward(expanded.clone()).sum().backward();
    assert_eq!(expanded.grad(&found).unwrap().dims(), [4, 3]);
    assert_eq!(ones.len(), 12);
}

#[test]
fn an_empty_batch_passes_through() {
    let device = flex().autodiff();
    for name in ["prelu", "dice", "mish", SWISH] {
        let module = Activation::parse(name, 3, &device).unwrap();
        let x = Tensor::<3>::zeros([0, 3, 2], &device).require_grad();
        let y = module.forward(x.clone());
        assert_eq!(y.dims(), [0, 3, 2]);
        let gradients = y.sum().backward();
        assert_eq!(x.grad(&gradients).unwrap().dims(), [0, 3, 2]);
        for (_, value) in module.parameters() {
            assert_eq!(vector(value.grad(&gradients).unwrap()), [0.0; 3]);
        }
        if let Some([mean, variance]) = module.running_statistics() {
            assert_eq!((vector(mean), vector(variance)), (vec![0.0; 3], vec![1.0; 3]));
        }
    }
}

#[test]
fn every_float_type_is_computed_as_if_exactly() {
    let module = swish(&flex());
    let x = wave([4, 3], 0.2, &flex());
    let exact = vector(module.forward(x.clone().cast(DType::F64)));
    for (dtype, unit) in [(DType::F32, 6e-8), (DType::F16, 5e-4), (DType::BF16, 4e-3)] {
        let y = module.forward(x.clone().cast(dtype));
        assert_eq!(y.dtype(), dtype);
        for ((y, x), exact) in vector(y).iter().zip(vector(x.clone())).zip(&exact) {
            // The input was rounded too.
            assert!((y - exact).abs() <= 3.0 * unit * x.abs().max(1.0), "{y} {exact}");
        }
    }
}

#[test]
fn gradients_have_the_type_of_what_they_belong_to() {
    let device = flex().autodiff();
    for dtype in [DType::F64, DType::F16] {
        let module = swish(&device);
        let x = wave([4, 3], 0.2, &device).cast(dtype).detach().require_grad();
        let gradients = module.forward(x.clone()).sum().backward();
        assert_eq!(x.grad(&gradients).unwrap().dtype(), dtype);
        let beta = module.parameter("beta").unwrap();
        assert_eq!(beta.grad(&gradients).unwrap().dtype(), DType::F32);
    }
}

#[test]
fn checkpointing_changes_no_gradient() {
    let found = [flex().autodiff(), flex().autodiff().gradient_checkpointing()].map(|device| {
        let text = "a*x*sigmoid(b*x) | a = 1.5 per channel, b = 0.7";
        let module = Activation::parse(text, 3, &device).unwrap();
        let gated = Activation::parse(SWIGLU, 1, &device).unwrap();
        let x = wave([4, 3], 0.2, &device).require_grad();
        // Chained, so that one result is recomputed from another that is.
        let middle = module.forward(x.clone() * 1.1);
        let y = gated.forward_gated(module.forward(middle.clone()), middle.clone().tanh()) * middle;
        let gradients = y.clone().sum().backward();
        let mut all = vec![vector(y), vector(x.grad(&gradients).unwrap())];
        for (_, value) in module.parameters() {
            all.push(vector(value.grad(&gradients).unwrap()));
        }
        all
    });
    assert_eq!(found[0], found[1]);
}

#[test]
fn frozen_parameters_and_inputs_get_no_gradient() {
    use burn::module::Module;
    let device = flex().autodiff();
    let module = swish(&device).freeze();
    let x = wave([4, 3], 0.2, &device).require_grad();
    let gradients = module.forward(x.clone()).sum().backward();
    assert!(x.grad(&gradients).is_some());
    assert!(module.parameter("beta").unwrap().grad(&gradients).is_none());

    let module = swish(&device);
    let gradients = module.forward(wave([4, 3], 0.2, &device)).sum().backward();
    assert!(module.parameter("beta").unwrap().grad(&gradients).is_some());
}

#[test]
fn a_gate_gets_its_gradient() {
    let device = flex().autodiff();
    let module = ActivationConfig::new(SWIGLU).init(&device).unwrap();
    let x = wave([5, 2], 0.1, &device).require_grad();
    let gate = wave([5, 2], 0.6, &device).require_grad();
    let gradients = module.forward_gated(x.clone(), gate.clone()).sum().backward();
    let (dx, dgate) = (x.grad(&gradients).unwrap(), gate.grad(&gradients).unwrap());
    for (((dx, dgate), x), gate) in
        vector(dx).iter().zip(vector(dgate)).zip(vector(x)).zip(vector(gate))
    {
        let s = 1.0 / (1.0 + (-gate).exp());
        assert!((dx - gate * s).abs() < 1e-6);
        assert!((dgate - x * (s + gate * s * (1.0 - s))).abs() < 1e-6);
    }
}

#[test]
fn results_do_not_alias() {
    let module = swish(&flex());
    let data = TensorData::new(vec![1.0f32; 12], [4, 3]);
    let x = Tensor::<2>::from_data(data, &flex());
    let first = module.forward(x.clone());
    let second = module.forward(first.clone());
    assert_eq!(vector(module.forward(x)), vector(first));
    assert_ne!(vector(second)[0], 1.0);
    let _ = values(primitive(Tensor::<1>::ones([1], &flex())));
}
