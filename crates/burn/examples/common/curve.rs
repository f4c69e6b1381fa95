//! A perceptron that learns a curve from points of it; two examples and their tests share this file.

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig, Error};

/// One input, two hidden layers with an activation each, one output.
#[derive(Module, Debug)]
pub(crate) struct Perceptron {
    linears: Vec<Linear>,
    /// The activations, each with parameters of its own.
    pub(crate) activations: Vec<Activation>,
}

impl Perceptron {
    /// The same weights for the same seed, whatever the activation is.
    pub(crate) fn new(
        activation: &ActivationConfig,
        width: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Self, Error> {
        device.seed(seed);
        let linear = |[from, to]: [usize; 2]| LinearConfig::new(from, to).init(device);
        let activation = || activation.clone().with_channels(width).init(device);
        Ok(Perceptron {
            linears: [[1, width], [width, width], [width, 1]].map(linear).to_vec(),
            activations: vec![activation()?, activation()?],
        })
    }

    /// `[points, 1]` to `[points, 1]`.
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let mut x = x;
        for (place, linear) in self.linears.iter().enumerate() {
            x = linear.forward(x);
            if let Some(activation) = self.activations.get(place) {
                x = activation.forward(x);
            }
        }
        x
    }

    /// Adam on all points at once, with a learning rate that falls to nothing in a straight line.
    #[must_use]
    pub(crate) fn trained(mut self, points: &Points, steps: usize, rate: f64) -> Self {
        let mut optimizer = AdamConfig::new().init();
        for step in 0..steps {
            let error = self.forward(points.x.clone()) - points.y.clone();
            let gradients = GradientsParams::from_grads(error.square().mean().backward(), &self);
            let share = 1.0 - step as f64 / steps as f64;
            self = optimizer.step(rate * share, self, gradients);
        }
        self
    }

    /// The root of the mean squared error.
    pub(crate) fn error(&self, points: &Points) -> f64 {
        let error = self.forward(points.x.clone()) - points.y.clone();
        f64::from(error.square().mean().sqrt().into_scalar::<f32>())
    }
}

/// Points of a curve.
pub(crate) struct Points {
    x: Tensor<2>,
    y: Tensor<2>,
}

impl Points {
    /// So many points of `curve` from `low` to `high`, equally far from each other.
    pub(crate) fn of(
        curve: impl Fn(f64) -> f64,
        [low, high]: [f64; 2],
        count: usize,
        device: &Device,
    ) -> Self {
        let at = |place: usize| low + (high - low) * (place as f64 + 0.5) / count as f64;
        let column = |of: &dyn Fn(f64) -> f64| {
            let values: Vec<f32> = (0..count).map(|place| of(at(place)) as f32).collect();
            Tensor::from_data(TensorData::new(values, [count, 1]), device)
        };
        Points { x: column(&|x| x), y: column(&curve) }
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
