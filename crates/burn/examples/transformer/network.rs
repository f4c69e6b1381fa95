//! A transformer block, its task and its training; the example and a test share this file.

use burn::module::Module;
use burn::nn::attention::{
    MhaInput, MultiHeadAttention, MultiHeadAttentionConfig, generate_autoregressive_mask,
};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig, Error};

use crate::random::Random;

const DIGITS: usize = 10;
const STEPS: usize = 12;
const WIDTH: usize = 32;
const BATCH: usize = 64;

/// The feed-forward half of a block. With a gated activation the first layer makes two vectors, one of
/// which gates the other.
#[derive(Module, Debug)]
struct FeedForward {
    wide: Linear,
    activation: Activation,
    narrow: Linear,
}

impl FeedForward {
    /// Two thirds of the width where the activation is gated, so that all have as many weights.
    fn new(activation: &str, device: &Device) -> Result<Self, Error> {
        let config = ActivationConfig::new(activation).with_channel_axis(-1);
        let gated = ogive_burn::ogive::Activation::new(activation)?.has_gate();
        let (hidden, made) = if gated { (80, 160) } else { (120, 120) };
        Ok(FeedForward {
            wide: LinearConfig::new(WIDTH, made).init(device),
            activation: config.with_channels(hidden).init(device)?,
            narrow: LinearConfig::new(hidden, WIDTH).init(device),
        })
    }

    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let x = self.wide.forward(x);
        let x = if self.activation.plan().activation().has_gate() {
            let mut halves = x.chunk(2, 2).into_iter();
            let (x, gate) = (halves.next(), halves.next());
            self.activation.forward_gated(x.expect("two halves"), gate.expect("two halves"))
        } else {
            self.activation.forward(x)
        };
        self.narrow.forward(x)
    }
}

/// Embeddings, one block of attention and feed-forward with norms before each, and a last layer.
#[derive(Module, Debug)]
pub(crate) struct Network {
    digits: Embedding,
    places: Embedding,
    norms: Vec<LayerNorm>,
    attention: MultiHeadAttention,
    feed_forward: FeedForward,
    last: Linear,
}

impl Network {
    fn new(activation: &str, device: &Device) -> Result<Self, Error> {
        device.seed(7);
        Ok(Network {
            digits: EmbeddingConfig::new(DIGITS, WIDTH).init(device),
            places: EmbeddingConfig::new(STEPS, WIDTH).init(device),
            norms: (0..3).map(|_| LayerNormConfig::new(WIDTH).init(device)).collect(),
            attention: MultiHeadAttentionConfig::new(WIDTH, 2).with_dropout(0.0).init(device),
            feed_forward: FeedForward::new(activation, device)?,
            last: LinearConfig::new(WIDTH, DIGITS).init(device),
        })
    }

    /// `[batch, time]` digits to `[batch·time, 10]`.
    fn forward(&self, digits: Tensor<2, Int>) -> Tensor<2> {
        let [batch, time] = digits.dims();
        let device = digits.device();
        let places = Tensor::arange(0..time as i64, &device).unsqueeze::<2>();
        let x = self.digits.forward(digits) + self.places.forward(places);
        let mask = generate_autoregressive_mask(batch, time, &device);
        let input = MhaInput::self_attn(self.norms[0].forward(x.clone())).mask_attn(mask);
        let x = x + self.attention.forward(input).context;
        let x = x.clone() + self.feed_forward.forward(self.norms[1].forward(x));
        self.last.forward(self.norms[2].forward(x)).flatten(0, 1)
    }
}

/// Random digits, and the last digit of the sum of each with the one before it.
fn sums(random: &mut Random, batch: usize, device: &Device) -> (Tensor<2, Int>, Tensor<1, Int>) {
    let (mut digits, mut sums) = (Vec::new(), Vec::new());
    for _ in 0..batch {
        let mut before = 0;
        for _ in 0..STEPS {
            let digit = random.below(DIGITS);
            digits.push(digit as i64);
            sums.push(((digit + before) % DIGITS) as i64);
            before = digit;
        }
    }
    let sums = TensorData::new(sums, [batch * STEPS]);
    let digits = TensorData::new(digits, [batch, STEPS]);
    (Tensor::from_data(digits, device), Tensor::from_data(sums, device))
}

/// What came of a training.
pub(crate) struct Outcome {
    /// How many numbers the network learns.
    pub(crate) parameters: usize,
    /// The loss of the first batch, in the middle, and of the last.
    pub(crate) losses: [f64; 3],
    /// The share of right answers to sequences that were not trained on.
    pub(crate) accuracy: f64,
    /// The learned parameters of the activation: name, at the start, after training.
    pub(crate) learned: Vec<(String, f64, f64)>,
}

/// Trains on new sequences in every step, the same for every activation.
pub(crate) fn train(activation: &str, steps: usize, device: &Device) -> Result<Outcome, Error> {
    let mut network = Network::new(activation, device)?;
    let mut random = Random::new(7);
    let mut optimizer = AdamConfig::new().init();
    let measure = CrossEntropyLossConfig::new().init(device);
    let before = learned(&network);
    let mut losses = [0.0; 3];
    for step in 0..steps {
        let (digits, sums) = sums(&mut random, BATCH, device);
        let loss = measure.forward(network.forward(digits), sums);
        let places = [0, steps / 2, steps - 1];
        for (kept, _) in losses.iter_mut().zip(places).filter(|(_, place)| *place == step) {
            *kept = f64::from(loss.clone().into_scalar::<f32>());
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(3e-3, network, gradients);
    }
    let device = Device::flex();
    let (digits, sums) = sums(&mut Random::new(8), 500, &device);
    let found: Tensor<1, Int> = network.valid().forward(digits).argmax(1).flatten(0, 1);
    let right = found.equal(sums).float().mean().into_scalar::<f32>();
    let after = learned(&network).into_iter();
    let pairs = before.into_iter().zip(after);
    Ok(Outcome {
        parameters: network.num_params(),
        losses,
        accuracy: f64::from(right),
        learned: pairs.map(|((name, before), (_, after))| (name, before, after)).collect(),
    })
}

fn learned(network: &Network) -> Vec<(String, f64)> {
    let parameters = network.feed_forward.activation.parameters().into_iter();
    let number = |value: Tensor<1>| f64::from(value.mean().into_scalar::<f32>());
    parameters.map(|(name, value)| (name.to_owned(), number(value))).collect()
}
