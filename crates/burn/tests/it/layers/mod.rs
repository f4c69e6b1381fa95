//! Layers around a formula, against their definitions in plain loops of f64.

mod dy_relu;
mod errors;
mod funnel_relu;
mod maxout;
mod meta_acon;
mod plain;
mod records;

use burn::module::{Module, ModuleMapper, Param, RunningState};
use burn::nn::{BatchNorm, Linear};
use burn::tensor::{DType, Tensor};

use crate::support::{assert_near, vector, wave};

/// The module with all its numbers in this dtype.
fn cast<M: Module>(module: M, dtype: DType) -> M {
    struct To(DType);
    impl ModuleMapper for To {
        fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
            param.map(|old| {
                let learns = old.is_require_grad();
                old.cast(self.0).detach().set_require_grad(learns)
            })
        }
    }
    module.map(&mut To(dtype))
}

/// A parameter with reproducible values between -0.4 and 1, in its present dtype.
fn waved<const D: usize>(param: Param<Tensor<D>>, phase: f64) -> Param<Tensor<D>> {
    param.map(|old| {
        let new = wave(old.dims(), phase, &old.device()).cast(old.dtype());
        (new * 0.23 + 0.3).set_require_grad(true)
    })
}

fn waved_linear(linear: Linear, phase: f64) -> Linear {
    let bias = linear.bias.map(|bias| waved(bias, phase + 0.5));
    Linear { weight: waved(linear.weight, phase), bias }
}

fn waved_normalization(of: BatchNorm, phase: f64) -> BatchNorm {
    let (gamma, beta) = (waved(of.gamma, phase), waved(of.beta, phase + 0.5));
    let mean: Tensor<1> = of.running_mean.value_sync();
    let variance: Tensor<1> = of.running_var.value_sync();
    let running_mean =
        RunningState::new(wave(mean.dims(), phase, &mean.device()).cast(mean.dtype()) * 0.1);
    let running_var = RunningState::new(variance * 0.7);
    BatchNorm { gamma, beta, running_mean, running_var, ..of }
}

/// What a layer gives: the result, and the gradients of `(y·dy).sum()`.
struct Found {
    y: Vec<f64>,
    gradients: Vec<Vec<f64>>,
}

/// The numbers of each of a layer's inputs and parameters.
type Numbers = Vec<Vec<f64>>;

/// The derivatives of `loss` at `numbers` by central differences of fourth order.
fn differences(numbers: &Numbers, loss: impl Fn(&Numbers) -> f64) -> Numbers {
    const STEP: f64 = 1e-4;
    let mut moved = numbers.clone();
    let mut derivatives = numbers.clone();
    for of in 0..numbers.len() {
        for place in 0..numbers[of].len() {
            let mut at = |steps: f64| {
                moved[of][place] = numbers[of][place] + steps * STEP;
                loss(&moved)
            };
            let (near, far) = (at(1.0) - at(-1.0), at(2.0) - at(-2.0));
            derivatives[of][place] = (8.0 * near - far) / (12.0 * STEP);
            moved[of][place] = numbers[of][place];
        }
    }
    derivatives
}

/// Compares what was found with a definition: the values, and the gradients with differences of them. In
/// f64 what remains is the error of the differences.
#[track_caller]
fn check(
    found: &Found,
    numbers: &Numbers,
    dy: &[f64],
    dtype: DType,
    definition: impl Fn(&Numbers) -> Vec<f64>,
) {
    let [in_values, in_gradients] = if dtype == DType::F64 { [1e-12, 1e-7] } else { [1e-5, 1e-4] };
    let y = definition(numbers);
    assert_eq!(y.len(), found.y.len());
    for (place, (found, wanted)) in found.y.iter().zip(&y).enumerate() {
        assert_near(*found, *wanted, in_values, 1.0, &format!("y[{place}] in {dtype:?}"));
    }
    let loss = |numbers: &Numbers| -> f64 {
        definition(numbers).iter().zip(dy).map(|(y, dy)| y * dy).sum()
    };
    let wanted = differences(numbers, loss);
    for (of, found) in found.gradients.iter().enumerate() {
        assert_eq!(found.len(), wanted[of].len());
        let size = wanted[of].iter().fold(0.0_f64, |size, value| size.max(value.abs()));
        assert!(size > 1e-3, "the gradients of {of} say nothing: {size:e}");
        for (place, (found, wanted)) in found.iter().zip(&wanted[of]).enumerate() {
            let what = format!("gradient {of}[{place}] in {dtype:?}");
            assert_near(*found, *wanted, in_gradients, size.max(1.0), &what);
        }
    }
}

/// Gradients of these tensors, from a result and its gradient.
fn backward<const D: usize, const E: usize>(
    y: Tensor<D>,
    dy: &Tensor<D>,
    x: &Tensor<E>,
    parameters: &[Parameter],
) -> Found {
    let gradients = (y.clone() * dy.clone()).sum().backward();
    let mut all = vec![vector(x.grad(&gradients).expect("x has a gradient"))];
    for parameter in parameters {
        all.push(vector(match parameter {
            Parameter::Row(of) => of.grad(&gradients).expect("a gradient"),
            Parameter::Matrix(of) => of.grad(&gradients).expect("a gradient").flatten(0, 1),
            Parameter::Window(of) => of.grad(&gradients).expect("a gradient").flatten(0, 3),
        }));
    }
    Found { y: vector(y), gradients: all }
}

/// A parameter of one of the ranks that there are.
enum Parameter {
    Row(Tensor<1>),
    Matrix(Tensor<2>),
    Window(Tensor<4>),
}

impl Parameter {
    fn numbers(&self) -> Vec<f64> {
        match self {
            Parameter::Row(of) => vector(of.clone()),
            Parameter::Matrix(of) => vector(of.clone()),
            Parameter::Window(of) => vector(of.clone()),
        }
    }
}

/// Weight and offset.
fn of_linear(linear: &Linear) -> [Parameter; 2] {
    let bias = linear.bias.as_ref().expect("an offset").val();
    [Parameter::Matrix(linear.weight.val()), Parameter::Row(bias)]
}

/// Scale and shift.
fn of_normalization(of: &BatchNorm) -> [Parameter; 2] {
    [Parameter::Row(of.gamma.val()), Parameter::Row(of.beta.val())]
}

/// Running mean and variance.
fn running(of: &BatchNorm) -> [Vec<f64>; 2] {
    [vector(of.running_mean.value_sync()), vector(of.running_var.value_sync())]
}
