//! The network, its data and its training; the example and a test share this file.

use std::error::Error;

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig, decay_groups};

use crate::random::Random;

/// The optical digits by E. Alpaydin and C. Kaynak (UCI Machine Learning Repository, CC BY 4.0).
const DIGITS: &str = include_str!("../../../lab/data/digits.csv");

/// Pixels of an image, 8 by 8.
const PIXELS: usize = 64;
const BATCH: usize = 32;

/// Two convolutions, each with an activation of one slope per channel.
#[derive(Module, Debug)]
pub(crate) struct Network {
    convolutions: Vec<Conv2d>,
    /// One for each convolution: two layers that share nothing.
    pub(crate) activations: Vec<Activation>,
    pool: MaxPool2d,
    last: Linear,
}

impl Network {
    fn new(activation: &str, device: &Device) -> Result<Self, ogive_burn::Error> {
        let convolution = |channels| {
            let config = Conv2dConfig::new(channels, [3, 3]);
            config.with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1)).init(device)
        };
        let activation =
            |channels| ActivationConfig::new(activation).with_channels(channels).init(device);
        Ok(Network {
            convolutions: vec![convolution([1, 8]), convolution([8, 16])],
            activations: vec![activation(8)?, activation(16)?],
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            last: LinearConfig::new(64, 10).init(device),
        })
    }

    /// `[batch, 1, 8, 8]` to `[batch, 10]`.
    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let layers = self.convolutions.iter().zip(&self.activations);
        let seen = layers.fold(images, |x, (convolution, activation)| {
            self.pool.forward(activation.forward(convolution.forward(x)))
        });
        self.last.forward(seen.flatten(1, 3))
    }
}

/// Images with their digits.
struct Images {
    pixels: Vec<f32>,
    digits: Vec<i64>,
}

impl Images {
    fn batch(&self, rows: &[usize], device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
        let pixels: Vec<f32> = rows
            .iter()
            .flat_map(|row| &self.pixels[row * PIXELS..(row + 1) * PIXELS])
            .copied()
            .collect();
        let digits: Vec<i64> = rows.iter().map(|row| self.digits[*row]).collect();
        let images = TensorData::new(pixels, [rows.len(), 1, 8, 8]);
        let digits = TensorData::new(digits, [rows.len()]);
        (Tensor::from_data(images, device), Tensor::from_data(digits, device))
    }
}

/// Two thirds to train on, one to test.
fn data() -> Result<[Images; 2], Box<dyn Error>> {
    let mut parts = [(); 2].map(|()| Images { pixels: Vec::new(), digits: Vec::new() });
    for (row, line) in DIGITS.lines().skip(1).enumerate() {
        let cells: Vec<f32> = line.split(',').map(str::parse).collect::<Result<_, _>>()?;
        let (digit, pixels) = cells.split_last().ok_or("a row without cells")?;
        let part = &mut parts[usize::from(row % 3 == 2)];
        part.pixels.extend(pixels.iter().map(|pixel| pixel / 8.0 - 1.0));
        part.digits.push(*digit as i64);
    }
    Ok(parts)
}

/// What came of a training.
pub(crate) struct Outcome {
    /// The share of test images that are recognised, after each epoch.
    pub(crate) accuracy: Vec<f64>,
    /// The slopes of each layer, where it has such.
    pub(crate) slopes: Vec<Vec<f64>>,
}

/// Trains with the same weights and the same order of images whatever the activation is. Weight decay
/// stays off the slopes.
pub(crate) fn train(
    activation: &str,
    epochs: usize,
    device: &Device,
) -> Result<Outcome, Box<dyn Error>> {
    let [images, test] = data()?;
    device.seed(7);
    let mut network = Network::new(activation, device)?;
    let mut random = Random::new(7);
    let mut optimizer = decay_groups(&network, AdamWConfig::new().build(), 1.0);
    let measure = CrossEntropyLossConfig::new().init(device);
    let mut accuracy = Vec::new();
    for _ in 0..epochs {
        for rows in random.order(images.digits.len()).chunks(BATCH) {
            let (x, digits) = images.batch(rows, device);
            let loss = measure.forward(network.forward(x), digits);
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(5e-3, network, gradients);
        }
        accuracy.push(recognised(&network, &test));
    }
    let slopes = network.activations.iter().filter_map(|layer| layer.parameter("alpha"));
    let slopes = slopes.map(|alpha| alpha.into_data().convert::<f64>().try_into_vec());
    Ok(Outcome { accuracy, slopes: slopes.collect::<Result<_, _>>()? })
}

/// The share of images whose digit gets the largest output.
fn recognised(network: &Network, images: &Images) -> f64 {
    let device = Device::flex();
    let rows: Vec<usize> = (0..images.digits.len()).collect();
    let (x, digits) = images.batch(&rows, &device);
    let found: Tensor<1, Int> = network.valid().forward(x).argmax(1).flatten(0, 1);
    let right = found.equal(digits).int().sum().into_scalar::<i64>();
    right as f64 / rows.len() as f64
}
