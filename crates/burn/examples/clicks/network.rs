//! The model of clicks, its synthetic data and its training; the example and a test share this file.

use burn::module::Module;
use burn::nn::loss::BinaryCrossEntropyLossConfig;
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig, DiceVariant, Error};

use crate::random::Random;

const CATEGORIES: usize = 10;
/// Items of each category; item 0 is padding.
const ITEMS: usize = 6;
/// The longest history.
const LONGEST: usize = 12;
const WIDTH: usize = 8;
const BATCH: usize = 128;

/// How a history becomes one vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pooling {
    /// The mean over its items.
    Mean,
    /// Each item weighted by what the candidate makes of it; padding counts for nothing.
    Attention,
    /// The same, but the statistics of Dice count padding too: the mistake that is shown.
    AttentionOverPadding,
}

/// A small Deep Interest Network (Zhou et al. 2018, arXiv:1706.06978), Dice throughout.
#[derive(Module, Debug)]
pub(crate) struct Network {
    items: Embedding,
    compare: Linear,
    /// Inside the attention, on `[batch, time, channels]`.
    pub(crate) compared: Activation,
    weigh: Linear,
    hidden: Linear,
    activation: Activation,
    last: Linear,
    #[module(skip)]
    pooling: Pooling,
}

impl Network {
    /// The same weights for the same seed, whatever the pooling is.
    pub(crate) fn new(pooling: Pooling, device: &Device) -> Result<Self, Error> {
        device.seed(7);
        Ok(Network {
            items: EmbeddingConfig::new(1 + CATEGORIES * ITEMS, WIDTH).init(device),
            compare: LinearConfig::new(3 * WIDTH, 16).init(device),
            compared: ActivationConfig::dice(DiceVariant::DeepCtr, 16).init(device)?,
            weigh: LinearConfig::new(16, 1).init(device),
            hidden: LinearConfig::new(2 * WIDTH, 16).init(device),
            activation: ActivationConfig::dice(DiceVariant::DeepCtr, 16).init(device)?,
            last: LinearConfig::new(16, 1).init(device),
            pooling,
        })
    }

    /// One number per row, above 0 where a click is likelier than not.
    pub(crate) fn forward(&self, batch: &Batch) -> Tensor<1> {
        let [rows, time] = batch.history.dims();
        let history = self.items.forward(batch.history.clone());
        let candidate = self.items.forward(batch.candidate.clone());
        let padding = batch.history.clone().equal_scalar(0);
        let weights: Tensor<3> = match self.pooling {
            Pooling::Mean => {
                let lengths = padding.clone().bool_not().float().sum_dim(1).recip();
                lengths.unsqueeze_dim::<3>(2).expand([rows, time, 1])
            }
            attention => {
                let other = candidate.clone().expand([rows, time, WIDTH]);
                let product = history.clone() * other.clone();
                let x = self.compare.forward(Tensor::cat(vec![history.clone(), other, product], 2));
                let compared = if attention == Pooling::Attention {
                    self.compared.forward_padded(x, padding.clone())
                } else {
                    self.compared.forward(x)
                };
                self.weigh.forward(compared)
            }
        };
        let weights = weights.mask_fill(padding.unsqueeze_dim::<3>(2), 0.0);
        let interest: Tensor<2> = (history * weights).sum_dim(1).flatten(1, 2);
        let x = Tensor::cat(vec![interest, candidate.flatten(1, 2)], 1);
        let y = self.last.forward(self.activation.forward(self.hidden.forward(x)));
        y.flatten(0, 1)
    }
}

/// Histories, filled up with 0, candidates, and whether they were clicked.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    history: Tensor<2, Int>,
    candidate: Tensor<2, Int>,
    clicked: Tensor<1, Int>,
}

/// Users with their histories: each has three categories of interest. A candidate is mostly clicked if
/// the history holds two items or more of its category.
pub(crate) struct Clicks {
    rows: Vec<(Vec<usize>, usize, bool)>,
}

impl Clicks {
    pub(crate) fn new(count: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let row = |_| {
            let interests = [0; 3].map(|_| random.below(CATEGORIES));
            let length = 3 + random.below(LONGEST - 2);
            let mut item = |category: usize| 1 + category * ITEMS + random.below(ITEMS);
            let history: Vec<usize> = (0..length).map(|place| item(interests[place % 3])).collect();
            let category = if random.unit() < 0.4 {
                interests[random.below(3)]
            } else {
                random.below(CATEGORIES)
            };
            let candidate = 1 + category * ITEMS + random.below(ITEMS);
            let seen = history.iter().filter(|item| (**item - 1) / ITEMS == category).count();
            let clicked = random.unit() < if seen >= 2 { 0.9 } else { 0.1 };
            (history, candidate, clicked)
        };
        Clicks { rows: (0..count).map(row).collect() }
    }

    /// These rows, with histories filled up to so many steps.
    pub(crate) fn batch(&self, rows: &[usize], time: usize, device: &Device) -> Batch {
        let mut history = vec![0i64; rows.len() * time];
        let (mut candidates, mut clicked) = (Vec::new(), Vec::new());
        for (steps, row) in history.chunks_mut(time).zip(rows) {
            let (items, candidate, click) = &self.rows[*row];
            steps.iter_mut().zip(items).for_each(|(step, item)| *step = *item as i64);
            candidates.push(*candidate as i64);
            clicked.push(i64::from(*click));
        }
        let count = rows.len();
        Batch {
            history: Tensor::from_data(TensorData::new(history, [count, time]), device),
            candidate: Tensor::from_data(TensorData::new(candidates, [count, 1]), device),
            clicked: Tensor::from_data(TensorData::new(clicked, [count]), device),
        }
    }

    /// The same for all rows.
    pub(crate) fn all(&self, time: usize, device: &Device) -> Batch {
        self.batch(&(0..self.rows.len()).collect::<Vec<_>>(), time, device)
    }
}

/// The mean loss of a batch.
pub(crate) fn loss(network: &Network, batch: &Batch) -> Tensor<1> {
    let measure = BinaryCrossEntropyLossConfig::new().with_logits(true);
    measure.init(&batch.clicked.device()).forward(network.forward(batch), batch.clicked.clone())
}

/// Trains on histories that are filled up to `time` steps; the network for evaluation.
pub(crate) fn train(
    pooling: Pooling,
    clicks: &Clicks,
    [epochs, time]: [usize; 2],
    device: &Device,
) -> Result<Network, Error> {
    let mut network = Network::new(pooling, device)?;
    let mut optimizer = AdamConfig::new().init();
    let mut random = Random::new(7);
    for _ in 0..epochs {
        for rows in random.order(clicks.rows.len()).chunks(BATCH) {
            let loss = loss(&network, &clicks.batch(rows, time, device));
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(0.01, network, gradients);
        }
    }
    Ok(network.valid())
}

/// How often a clicked row stands above one that was not: the area under the curve, 0.5 by chance.
pub(crate) fn auc(network: &Network, clicks: &Clicks, time: usize) -> f64 {
    let y = network.forward(&clicks.all(time, &Device::flex()));
    let y: Vec<f32> = y.into_data().try_into_vec().unwrap_or_default();
    let of = |wanted: bool| {
        let rows = clicks.rows.iter().zip(&y).filter(move |(row, _)| row.2 == wanted);
        rows.map(|(_, y)| *y).collect::<Vec<f32>>()
    };
    let (clicked, not) = (of(true), of(false));
    let above = |y: &f32| not.iter().map(|n| f64::from(u8::from(n < y))).sum::<f64>();
    clicked.iter().map(above).sum::<f64>() / (clicked.len() * not.len()) as f64
}
