//! The networks of introductory texts, their tasks and their training; the example and the tests
//! share this file.

use burn::module::Module;
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig, Error};

/// Linear, activation, Linear.
#[derive(Module, Debug)]
pub(crate) struct Perceptron {
    first: Linear,
    /// The activation between the two.
    pub(crate) activation: Activation,
    second: Linear,
}

impl Perceptron {
    /// A network of these widths.
    pub(crate) fn new(
        widths: [usize; 3],
        activation: ActivationConfig,
        device: &Device,
    ) -> Result<Self, Error> {
        let [inputs, hidden, outputs] = widths;
        Ok(Perceptron {
            first: LinearConfig::new(inputs, hidden).init(device),
            activation: activation.with_channels(hidden).init(device)?,
            second: LinearConfig::new(hidden, outputs).init(device),
        })
    }

    /// `[batch, inputs]` to `[batch, outputs]`.
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.second.forward(self.activation.forward(self.first.forward(x)))
    }
}

/// What came of a training.
pub(crate) struct Outcome {
    /// The loss before the first step.
    pub(crate) before: f64,
    /// The loss after the last.
    pub(crate) after: f64,
    /// Each learnable parameter of the activation: name, values before, values after.
    pub(crate) parameters: Vec<(String, Vec<f64>, Vec<f64>)>,
    /// The smallest value that any of them ever had.
    pub(crate) lowest: f64,
}

/// 10 → 5 → 1 on a `[32, 10]` batch: the sine of a weighted sum.
pub(crate) fn regression(
    activation: &str,
    steps: usize,
    device: &Device,
) -> Result<Outcome, Error> {
    device.seed(7);
    let model = Perceptron::new([10, 5, 1], ActivationConfig::new(activation), device)?;
    let (x, target) = sine_of_a_sum(device);
    let loss = |model: &Perceptron| {
        MseLoss::new().forward(model.forward(x.clone()), target.clone(), Reduction::Mean)
    };
    Ok(train(model, loss, steps))
}

/// 10 → 20 → 2 on a `[32, 10]` batch: is a point near the origin?
pub(crate) fn classification(
    activation: &str,
    steps: usize,
    device: &Device,
) -> Result<Outcome, Error> {
    device.seed(7);
    let model = Perceptron::new([10, 20, 2], ActivationConfig::new(activation), device)?;
    let x = inputs(device);
    let near = x.clone().powi_scalar(2).sum_dim(1).lower_elem(5.0).int();
    let classes: Tensor<1, Int> = near.flatten(0, 1);
    let measure = CrossEntropyLossConfig::new().init(device);
    let loss = |model: &Perceptron| measure.forward(model.forward(x.clone()), classes.clone());
    Ok(train(model, loss, steps))
}

/// 10 → 5 → 1 with the slope of the activation pushed downwards: a part of the loss is the slope
/// itself, so that its gradient points below any floor.
pub(crate) fn pushed_to_the_floor(
    activation: &str,
    steps: usize,
    device: &Device,
) -> Result<Outcome, Error> {
    device.seed(7);
    let model = Perceptron::new([10, 5, 1], ActivationConfig::new(activation), device)?;
    let (x, target) = sine_of_a_sum(device);
    let loss = |model: &Perceptron| {
        let error =
            MseLoss::new().forward(model.forward(x.clone()), target.clone(), Reduction::Mean);
        let slopes = model.activation.parameters().into_iter().map(|(_, value)| value.mean());
        slopes.fold(error, |loss, slope| loss + slope.mul_scalar(0.5))
    };
    Ok(train(model, loss, steps))
}

/// Adam at 0.01, and the constraints of the activation enforced after each step.
fn train(mut model: Perceptron, loss: impl Fn(&Perceptron) -> Tensor<1>, steps: usize) -> Outcome {
    let mut optimizer = AdamConfig::new().init();
    let before = number(&loss(&model));
    let initial = parameters(&model);
    let mut lowest = f64::INFINITY;
    for _ in 0..steps {
        let gradients = GradientsParams::from_grads(loss(&model).backward(), &model);
        model = optimizer.step(0.01, model, gradients);
        model.activation = model.activation.constrained();
        for (_, values) in parameters(&model) {
            lowest = values.into_iter().fold(lowest, f64::min);
        }
    }
    let learned = initial
        .into_iter()
        .zip(parameters(&model))
        .map(|((name, before), (_, after))| (name, before, after))
        .collect();
    Outcome { before, after: number(&loss(&model)), parameters: learned, lowest }
}

fn sine_of_a_sum(device: &Device) -> (Tensor<2>, Tensor<2>) {
    let x = inputs(device);
    let weights: Vec<f32> = (0..10).map(|i| ((i * 7 % 10) as f32 - 4.5) / 9.0).collect();
    let weights = Tensor::<2>::from_data(TensorData::new(weights, [10, 1]), device);
    let target = x.clone().matmul(weights).mul_scalar(2.0).sin();
    (x, target)
}

/// A `[32, 10]` batch, the same every time, between -1.5 and 1.5.
fn inputs(device: &Device) -> Tensor<2> {
    let values: Vec<f32> =
        (0..320u32).map(|i| (i * i * 37 + i * 101) % 997).map(|v| v as f32 / 332.0 - 1.5).collect();
    Tensor::from_data(TensorData::new(values, [32, 10]), device)
}

fn parameters(model: &Perceptron) -> Vec<(String, Vec<f64>)> {
    model
        .activation
        .parameters()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), values(value)))
        .collect()
}

fn number(loss: &Tensor<1>) -> f64 {
    values(loss.clone()).first().copied().unwrap_or(f64::NAN)
}

fn values(tensor: Tensor<1>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().try_into_vec().unwrap_or_default()
}
