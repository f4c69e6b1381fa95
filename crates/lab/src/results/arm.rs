//! What one activation did.

use serde::{Deserialize, Serialize};

use crate::verdict::Verdict;

/// One activation: its runs, what they say, what it learned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// The name it was asked for by; a formula that has no name is its own name.
    pub name: String,
    /// Its formula.
    pub formula: String,
    /// Whether it has parameters that training changes.
    pub learnable: bool,
    /// The learning rate of its final runs.
    pub learning_rate: f64,
    /// The learning rates tried and what they gave; empty if none was tried.
    pub grid: Vec<GridPoint>,
    /// Whether the chosen learning rate is the smallest or the largest tried, so that a better one
    /// may lie outside.
    pub edge: bool,
    /// One run per seed, in the order of the seeds.
    pub runs: Vec<Run>,
    /// The mean test score. Computed by [`Results::new`](super::Results::new).
    pub mean: f64,
    /// Its standard deviation over seeds; `None` for one seed. Computed.
    pub sd: Option<f64>,
    /// The paired difference to the baseline; `None` for the baseline or one seed. Computed.
    pub difference: Option<Difference>,
    /// The verdict. Computed.
    pub verdict: Verdict,
    /// Trainable numbers of the network with this activation.
    pub parameter_count: u64,
    /// What its parameters became.
    pub learned: Vec<LearnedParameter>,
    /// Loss and score by epoch.
    pub curves: Vec<CurvePoint>,
    /// Its shape in each layer, before and after training.
    pub shapes: Vec<LayerShape>,
    /// Dead and saturated units of each layer.
    pub units: Vec<LayerUnits>,
}

/// One learning rate of the grid.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GridPoint {
    /// The learning rate.
    pub learning_rate: f64,
    /// The mean validation score over the tuning seeds; a failed run scores as a guess.
    pub validation: Option<f64>,
    /// Tuning runs that failed.
    pub failed: usize,
}

/// One training run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// The test score, looked at once; for a failed run that of guessing: chance for classes, the
    /// error of predicting the training mean for numbers.
    pub test: f64,
    /// The validation score of the chosen epoch.
    pub validation: f64,
    /// The epoch chosen on the validation rows, counted from 1; 0 for a failed run.
    pub epoch: u32,
    /// Whether it diverged or gave a number that is not finite.
    pub failed: bool,
}

/// The paired difference arm − baseline; positive is better, whatever the measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The mean over seeds.
    pub mean: f64,
    /// Lower end of the 95 % t interval: another seed on this split.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The two-sided sign-flip p: exact up to 40 seeds, from 2²⁰ fixed draws beyond.
    pub p: f64,
    /// The same, Holm-adjusted over all comparisons.
    pub p_holm: f64,
    /// Lower end of the 95 % interval for new data: crossed seeds and examples.
    pub new_data_low: Option<f64>,
    /// Its upper end.
    pub new_data_high: Option<f64>,
}

/// A learnable parameter in one layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LearnedParameter {
    /// The layer, counted from 1.
    pub layer: usize,
    /// The parameter's name.
    pub name: String,
    /// Its value before training.
    pub initial: f64,
    /// Its mean over channels after training, one entry per seed; `None` for a failed run.
    pub per_seed: Vec<Option<f64>>,
    /// The mean over seeds and channels.
    pub mean: Option<f64>,
    /// The standard deviation over seeds and channels.
    pub sd: Option<f64>,
}

/// The state after one epoch, over the runs that had not failed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The epoch, counted from 1.
    pub epoch: u32,
    /// The mean training loss.
    pub train_loss: Option<Band>,
    /// The validation score.
    pub validation: Option<Band>,
}

/// A mean with the range around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The mean over seeds.
    pub mean: f64,
    /// The lowest seed.
    pub low: f64,
    /// The highest seed.
    pub high: f64,
}

impl Band {
    /// The mean and range of the finite values; `None` if there is none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        let mean = crate::statistics::mean(&finite)?;
        let low = finite.iter().copied().fold(f64::INFINITY, f64::min);
        let high = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Self { mean, low, high })
    }
}

/// The shape of an activation in one layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerShape {
    /// The layer, counted from 1.
    pub layer: usize,
    /// The inputs at which the shape is given, ascending.
    pub x: Vec<f64>,
    /// The output before training, one per input; `None` where it is not finite.
    pub initial: Vec<Option<f64>>,
    /// The output after training, mean over channels, one list per seed that did not fail.
    pub learned: Vec<Vec<Option<f64>>>,
    /// Where the inputs of this layer fall.
    pub histogram: Histogram,
}

/// Counts between edges.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Ascending edges, one more than there are counts.
    pub edges: Vec<f64>,
    /// The number of values from each edge to the next.
    pub counts: Vec<u64>,
}

/// Units of one layer that do not work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerUnits {
    /// The layer, counted from 1.
    pub layer: usize,
    /// The fraction (0 to 1) of units whose derivative is below 1e-6 on every validation row.
    pub dead: f64,
    /// The fraction (0 to 1) of unit outputs at which the activation is flat.
    pub saturated: f64,
}
