//! One training run: a task in, a record out.

use std::time::Instant;

use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::Error;
use crate::data::{Part, Standardized, Values};
use crate::diagnosis::diagnose;
use crate::model::{Perceptron, elements};
use crate::random::{Purpose, Stream};
use crate::record::{Record, Task};
use crate::results::Measure;

/// The optimiser, in words.
pub(crate) const OPTIMIZER: &str =
    "Adam (0.9, 0.999, 1e-8), constant learning rate, no weight decay";

/// Rows as tensors.
pub(crate) struct Rows {
    x: Tensor<2>,
    target: Target,
}

enum Target {
    Classes(Tensor<1, Int>),
    Numbers(Tensor<2>),
}

impl Rows {
    /// The rows of a part at these places.
    pub(crate) fn new(part: &Part, columns: usize, places: &[usize], device: &Device) -> Rows {
        let features = places.iter().flat_map(|row| &part.features[row * columns..][..columns]);
        let x = TensorData::new(features.copied().collect::<Vec<f32>>(), [places.len(), columns]);
        let target = match &part.targets {
            Values::Classes(labels) => {
                let labels: Vec<i32> = places.iter().map(|row| labels[*row] as i32).collect();
                Target::Classes(Tensor::from_data(TensorData::new(labels, [places.len()]), device))
            }
            Values::Numbers(values) => {
                let values: Vec<f32> = places.iter().map(|row| values[*row]).collect();
                let data = TensorData::new(values, [places.len(), 1]);
                Target::Numbers(Tensor::from_data(data, device))
            }
        };
        Rows { x: Tensor::from_data(x, device), target }
    }

    /// All rows of a part.
    pub(crate) fn all(part: &Part, columns: usize, device: &Device) -> Rows {
        Rows::new(part, columns, &(0..part.rows).collect::<Vec<_>>(), device)
    }

    fn loss(&self, output: Tensor<2>) -> Tensor<1> {
        match &self.target {
            Target::Classes(labels) => {
                CrossEntropyLossConfig::new().init(&output.device()).forward(output, labels.clone())
            }
            Target::Numbers(values) => {
                MseLoss::new().forward(output, values.clone(), Reduction::Mean)
            }
        }
    }
}

/// A network in training.
pub(crate) struct Trainer {
    pub(crate) model: Perceptron,
    optimizer: ModuleOptimizer,
    learning_rate: f64,
}

impl Trainer {
    pub(crate) fn new(task: &Task, device: &Device) -> Result<Trainer, Error> {
        Ok(Trainer {
            model: Perceptron::new(&task.widths, &task.formula, task.seed, device)?,
            optimizer: AdamConfig::new().with_epsilon(1e-8).init(),
            learning_rate: task.learning_rate,
        })
    }

    /// One step; returns the loss before it.
    pub(crate) fn step(mut self, rows: &Rows) -> (Trainer, f64) {
        let loss = rows.loss(self.model.forward(rows.x.clone()));
        let value = f64::from(elements(&loss).first().copied().unwrap_or(f32::NAN));
        let gradients = GradientsParams::from_grads(loss.backward(), &self.model);
        self.model = self.optimizer.step(self.learning_rate, self.model, gradients).constrained();
        (self, value)
    }
}

/// The batches of one epoch: rows in an order that depends on the seed and the epoch alone. A last
/// batch of one row is left out: it has no variance.
pub(crate) fn batches(rows: usize, batch_size: u32, seed: u64, epoch: u32) -> Vec<Vec<usize>> {
    let order = Stream::new(seed, Purpose::Order, u64::from(epoch), 0).permutation(rows);
    let whole = order.chunks(batch_size as usize).filter(|batch| batch.len() > 1 || rows == 1);
    whole.map(<[usize]>::to_vec).collect()
}

/// A score on some rows with what it was made of.
struct Evaluation {
    score: f64,
    loss: f64,
    right: Vec<u8>,
}

fn evaluate(model: &Perceptron, rows: &Rows, data: &Standardized) -> Evaluation {
    let output = model.forward(rows.x.clone());
    let loss = elements(&rows.loss(output.clone())).first().copied().unwrap_or(f32::NAN);
    let loss = f64::from(loss);
    match &rows.target {
        Target::Classes(labels) => {
            let guesses = output.argmax(1).flatten::<1>(0, 1);
            let right: Vec<u8> = elements(&guesses.equal(labels.clone()).float())
                .iter()
                .map(|hit| *hit as u8)
                .collect();
            let hits = right.iter().map(|hit| usize::from(*hit)).sum::<usize>();
            Evaluation { score: 100.0 * hits as f64 / right.len().max(1) as f64, loss, right }
        }
        Target::Numbers(_) => {
            let deviation = data.target_scale.map_or(1.0, |scale| scale.deviation);
            Evaluation { score: loss.sqrt() * deviation, loss, right: Vec::new() }
        }
    }
}

/// The score of guessing without looking: chance for classes, for numbers the error of predicting the
/// mean of the training rows.
pub(crate) fn guess(part: &Part, data: &Standardized) -> f64 {
    match &part.targets {
        Values::Classes(_) => Measure::accuracy(data.classes.unwrap_or(1)).chance,
        Values::Numbers(values) => {
            // The training mean is 0 in standardised units.
            let squares: f64 = values.iter().map(|value| f64::from(*value).powi(2)).sum();
            let deviation = data.target_scale.map_or(1.0, |scale| scale.deviation);
            (squares / values.len().max(1) as f64).sqrt() * deviation
        }
    }
}

/// Trains and evaluates. The epoch is chosen on the validation rows; the test rows are looked at
/// once, with the network of that epoch, and only if the task says so. A run that fails scores as if it
/// had guessed.
pub(crate) fn train(task: &Task, data: &Standardized, measure: &Measure) -> Result<Record, Error> {
    let start = Instant::now();
    let device = Device::flex().autodiff();
    let plain = Device::flex();
    let mut trainer = Trainer::new(task, &device)?;
    let validation_rows = Rows::all(&data.validation, data.columns, &plain);
    let parameter_count = burn::module::Module::num_params(&trainer.model) as u64;
    let mut curve = Vec::new();
    let mut best: Option<(u32, Evaluation, Perceptron)> = None;
    let mut failed = false;
    for epoch in 1..=task.epochs {
        let mut losses = Vec::new();
        for batch in batches(data.train.rows, task.batch_size, task.seed, epoch) {
            let rows = Rows::new(&data.train, data.columns, &batch, &device);
            let (next, loss) = trainer.step(&rows);
            trainer = next;
            losses.push(loss);
        }
        let loss = losses.iter().sum::<f64>() / losses.len().max(1) as f64;
        let model = burn::module::Module::valid(&trainer.model);
        let found = evaluate(&model, &validation_rows, data);
        if !(loss.is_finite() && found.loss.is_finite() && found.score.is_finite()) {
            failed = true;
            break;
        }
        curve.push((loss, found.score));
        let better = best.as_ref().is_none_or(|(_, known, _)| {
            let sign = if measure.higher_is_better { 1.0 } else { -1.0 };
            // Equal scores are common on few rows: then the loss decides.
            (sign * found.score, -found.loss) > (sign * known.score, -known.loss)
        });
        if better {
            best = Some((epoch, found, model));
        }
    }
    let mut record = Record {
        task: task.clone(),
        failed: true,
        epoch: 0,
        validation: guess(&data.validation, data),
        test: task.tests.then(|| guess(&data.test, data)),
        curve,
        right: Vec::new(),
        layers: Vec::new(),
        parameter_count,
        seconds: 0.0,
    };
    if let Some((epoch, validation, model)) = best.filter(|_| !failed) {
        let rows = || Rows::all(&data.test, data.columns, &plain);
        let test = task.tests.then(|| evaluate(&model, &rows(), data));
        if test.as_ref().is_none_or(|test| test.score.is_finite()) {
            record.failed = false;
            record.epoch = epoch;
            record.validation = validation.score;
            if let Some(test) = test {
                record.test = Some(test.score);
                record.right = test.right;
                record.layers = diagnose(&model, validation_rows.x)?;
            }
        }
    }
    record.seconds = start.elapsed().as_secs_f64();
    Ok(record)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::{Trainer, batches};
    use crate::model::elements;
    use crate::record::Task;

    fn task(formula: &str, seed: u64) -> Task {
        Task {
            formula: formula.to_owned(),
            widths: vec![5, 4, 3, 2],
            epochs: 1,
            batch_size: 8,
            learning_rate: 0.01,
            seed,
            tests: false,
            data: String::new(),
            version: String::new(),
        }
    }

    fn weights(formula: &str, seed: u64) -> Vec<f32> {
        let trainer = Trainer::new(&task(formula, seed), &Device::flex()).unwrap();
        let of = |linear: &burn::nn::Linear| {
            let bias = linear.bias.as_ref().map(|bias| elements(&bias.val())).unwrap_or_default();
            [elements(&linear.weight.val()), bias].concat()
        };
        trainer.model.linears.iter().flat_map(of).collect()
    }

    #[test]
    fn weights_depend_on_the_seed_and_not_on_the_activation() {
        let relu = weights("relu", 3);
        assert_eq!(relu.len(), 5 * 4 + 4 + 4 * 3 + 3 + 3 * 2 + 2);
        for formula in ["prelu", "dice", "x*sigmoid(beta*x) | beta = 1 per channel"] {
            assert_eq!(weights(formula, 3), relu, "{formula}");
        }
        let other = weights("relu", 4);
        assert!(other.iter().zip(&relu).all(|(a, b)| a != b));
        // No two layers share a stream either.
        assert_ne!(relu[..4], relu[24..28]);
        // U(-1/sqrt(inputs), 1/sqrt(inputs)).
        assert!(relu[..24].iter().all(|weight| weight.abs() <= 0.2f32.sqrt()));
    }

    #[test]
    fn the_order_depends_on_the_seed_and_the_epoch() {
        let order = |seed, epoch| batches(50, 8, seed, epoch).concat();
        assert_eq!(order(1, 1), order(1, 1));
        assert_ne!(order(1, 1), order(2, 1));
        assert_ne!(order(1, 1), order(1, 2));
        let mut rows = order(1, 1);
        rows.sort_unstable();
        assert_eq!(rows, (0..50).collect::<Vec<_>>());
    }

    #[test]
    fn a_last_batch_of_one_row_is_left_out() {
        let sizes =
            |rows, size| -> Vec<usize> { batches(rows, size, 1, 1).iter().map(Vec::len).collect() };
        assert_eq!(sizes(17, 8), [8, 8]);
        assert_eq!(sizes(18, 8), [8, 8, 2]);
        assert_eq!(sizes(16, 8), [8, 8]);
        assert_eq!(sizes(5, 8), [5]);
        assert_eq!(sizes(1, 8), [1]);
    }
}
