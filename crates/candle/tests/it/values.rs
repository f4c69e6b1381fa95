//! Values and gradients of the whole catalogue against the judge's multiprecision reference.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::VarMap;
use half::{bf16, f16};
use ogive_candle::{Activation, ActivationConfig};
use ogive_check::Reference;

use crate::support::{
    EXTREME, NORMAL, assert_near, assert_ulps, built, built_in, catalogue, exact, row, variable,
    vector,
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

fn found((module, variables): &(Activation, VarMap), inputs: &[f32]) -> Found {
    let (x, gate) = (row(inputs), row(&vec![GATE; inputs.len()]));
    let gated = module.plan().activation().has_gate();
    let y = if gated { module.forward_gated(&x, &gate, false) } else { module.forward(&x) };
    let y = y.unwrap();
    let gradients = y.sum_all().unwrap().backward().unwrap();
    let gradient = |tensor: &Tensor| vector(gradients.get(tensor).unwrap());
    Found {
        y: vector(&y),
        dx: gradient(&x),
        dgate: gated.then(|| gradient(&gate)),
        dparameters: module
            .variables()
            .map(|(name, _)| gradient(&variable(variables, name))[0])
            .collect(),
    }
}

fn without_statistics() -> impl Iterator<Item = (Activation, VarMap)> {
    catalogue().into_iter().filter(|(module, _)| !module.plan().activation().has_statistics())
}

#[test]
fn values_and_gradients_are_those_of_the_formula() {
    let inputs: Vec<f32> = NORMAL.into_iter().chain(EXTREME).collect();
    for of in without_statistics() {
        let (found, module) = (found(&of, &inputs), &of.0);
        let reference = Reference::new(module.plan().activation().formula());
        for (place, x) in inputs.iter().enumerate() {
            let wanted = exact(&reference, module, *x, GATE);
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
    for of in without_statistics() {
        let (found, module) = (found(&of, &NORMAL), &of.0);
        let reference = Reference::new(module.plan().activation().formula());
        let wanted: Vec<_> =
            NORMAL.iter().map(|x| exact(&reference, module, *x, GATE).dparameters).collect();
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
    for of in catalogue() {
        for x in EXTREME {
            let found = found(&of, &[x, 0.5]);
            let all = [found.y, found.dx, found.dgate.unwrap_or_default(), found.dparameters];
            let name = of.0.name();
            assert!(all.iter().flatten().all(|value| !value.is_nan()), "{name} at {x}: {all:?}");
        }
    }
}

#[test]
fn nan_goes_through() {
    for of in without_statistics() {
        let nan = found(&of, &[f32::NAN]);
        assert!(nan.y[0].is_nan() && nan.dx[0].is_nan(), "{} of NaN", of.0.name());
    }
}

#[test]
fn every_float_type_is_that_of_the_kernels() {
    let (gelu, _) = built(&ActivationConfig::new("gelu"));
    let slices = ogive::Activation::new("gelu").unwrap();
    let x = Tensor::from_vec(NORMAL.to_vec(), NORMAL.len(), &Device::Cpu).unwrap();
    let of = |dtype| {
        let x = Var::from_tensor(&x.to_dtype(dtype).unwrap()).unwrap();
        let y = gelu.forward(&x).unwrap();
        let gradients = y.sum_all().unwrap().backward().unwrap();
        assert_eq!(gradients.get(&x).unwrap().dtype(), dtype);
        y
    };
    macro_rules! check {
        ($type:ty, $dtype:expr, $from:expr) => {{
            let inputs: Vec<$type> = NORMAL.iter().map($from).collect();
            let mut y = vec![<$type>::default(); inputs.len()];
            let (layout, parameters) = (ogive::Layout::flat(inputs.len()), &[]);
            let (x, gate, statistics) = (&inputs, None, None);
            let call = ogive::Call { layout, x, gate, parameters, statistics };
            slices.forward(&call, &mut y).unwrap();
            assert_eq!(of($dtype).to_vec1::<$type>().unwrap(), y);
        }};
    }
    check!(f32, DType::F32, |x| *x);
    check!(f64, DType::F64, |x| f64::from(*x));
    check!(bf16, DType::BF16, |x| bf16::from_f32(*x));
    check!(f16, DType::F16, |x| f16::from_f32(*x));
}

#[test]
fn tensors_that_do_not_lie_in_order_and_empty_ones_are_taken() {
    let (prelu, variables) = built(&ActivationConfig::new("prelu").with_channels(3));
    let x = Tensor::new(&[[-1.0f32, -2.0], [3.0, 4.0], [-5.0, 6.0]], &Device::Cpu).unwrap();
    let y = prelu.forward(&x.t().unwrap()).unwrap();
    assert_eq!(y.to_vec2::<f32>().unwrap(), [[-0.25, 3.0, -1.25], [-0.5, 4.0, 6.0]]);
    // A part of a larger storage.
    let part = x.t().unwrap().contiguous().unwrap().narrow(0, 1, 1).unwrap();
    assert_eq!(prelu.forward(&part).unwrap().to_vec2::<f32>().unwrap(), [[-0.5, 4.0, 6.0]]);
    let empty = Var::zeros((0, 3), DType::F32, &Device::Cpu).unwrap();
    let y = prelu.forward(&empty).unwrap();
    assert_eq!(y.dims(), [0, 3]);
    let gradients = y.sum_all().unwrap().backward().unwrap();
    assert_eq!(vector(gradients.get(&variable(&variables, "alpha")).unwrap()), [0.0; 3]);
}

#[test]
fn a_gradient_that_does_not_lie_in_order_is_taken() {
    let (silu, _) = built(&ActivationConfig::new("silu"));
    let x = row(&NORMAL);
    let weights = Tensor::from_vec(NORMAL.to_vec(), (1, NORMAL.len()), &Device::Cpu).unwrap();
    let y = silu.forward(&x).unwrap();
    let loss = (y.t().unwrap() * weights).unwrap().sum_all().unwrap();
    let gradients = loss.backward().unwrap();
    let plain = found(&(silu, VarMap::new()), &NORMAL);
    let dx = vector(gradients.get(&x).unwrap());
    for ((dx, slope), dy) in dx.iter().zip(plain.dx).zip(NORMAL) {
        assert_ulps(*dx, slope * f64::from(dy), 2.0, "dx");
    }
}

#[test]
fn halves_are_split_along_any_axis() {
    let config = ActivationConfig::new("swiglu").with_split_axis(1);
    let (module, _) = built(&config);
    let x = Tensor::arange(0f32, 24.0, &Device::Cpu).unwrap().reshape((2, 4, 3)).unwrap();
    let (first, second) = (x.narrow(1, 0, 2).unwrap(), x.narrow(1, 2, 2).unwrap());
    let wanted = module.forward_gated(&first, &second, false).unwrap();
    assert_eq!(vector(&module.forward_split(&x, false).unwrap()), vector(&wanted));
    let odd = module.forward_split(&x.narrow(1, 0, 3).unwrap(), false).unwrap_err().to_string();
    assert!(odd.contains("odd number") && odd.contains("axis 1"), "{odd}");
    let (relu, _) = built(&ActivationConfig::new("relu"));
    assert!(relu.forward_split(&x, false).unwrap_err().to_string().contains("no second input"));
}

#[test]
fn a_model_of_halves_has_parameters_of_f32() {
    let (prelu, variables) =
        built_in(&ActivationConfig::new("prelu").with_channels(2), DType::BF16);
    let alpha = variable(&variables, "alpha");
    assert_eq!(alpha.dtype(), DType::F32);
    let x = Var::from_tensor(
        &Tensor::new(&[[-1.0f32, -2.0]], &Device::Cpu).unwrap().to_dtype(DType::BF16).unwrap(),
    )
    .unwrap();
    let y = prelu.forward(&x).unwrap();
    assert_eq!((y.dtype(), vector(&y)), (DType::BF16, vec![-0.25, -0.5]));
    let gradients = y.sum_all().unwrap().backward().unwrap();
    let slope = gradients.get(&alpha).unwrap();
    assert_eq!((slope.dtype(), vector(slope)), (DType::F32, vec![-1.0, -2.0]));
}
