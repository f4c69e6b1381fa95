//! What was asked, and how long it took.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Arm;
use crate::numbers::{fixed, significant};

/// What was asked: everything needed to repeat the comparison.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// "classification" or "regression".
    pub task: String,
    /// The data.
    pub data: DataSummary,
    /// The widths of the network, from the features to the output.
    pub widths: Vec<usize>,
    /// Passes over the training rows.
    pub epochs: u32,
    /// Rows per step.
    pub batch_size: u32,
    /// The optimiser, in words.
    pub optimizer: String,
    /// The seeds of the verdict.
    pub seeds: Vec<u64>,
    /// The seeds that chose the learning rates; none of them is in `seeds`.
    pub tuning_seeds: Vec<u64>,
    /// The learning rates tried, ascending.
    pub learning_rates: Vec<f64>,
    /// Whether each arm has its own learning rate; otherwise one is shared.
    pub tuned: bool,
    /// The name of the arm that all others are compared to.
    pub baseline: String,
    /// The largest difference that does not matter, in units of the measure.
    pub band: f64,
    /// What is measured on the test rows.
    pub measure: Measure,
    /// Whether the comparison was stopped before all planned seeds were finished.
    pub interrupted: bool,
    /// The versions of the programs and libraries that matter.
    pub versions: BTreeMap<String, String>,
}

/// The data in a few numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataSummary {
    /// The name of the data set.
    pub name: String,
    /// All rows.
    pub rows: usize,
    /// Feature columns.
    pub columns: usize,
    /// Classes; `None` for a number target.
    pub classes: Option<usize>,
    /// Training rows.
    pub train: usize,
    /// Validation rows.
    pub validation: usize,
    /// Test rows.
    pub test: usize,
    /// The seed of the split.
    pub split_seed: u64,
    /// Whom to credit.
    pub attribution: Option<String>,
}

/// What is measured, and how to show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// For a sentence: "accuracy", "root mean squared error".
    pub name: String,
    /// The unit of a score: "%", or nothing.
    pub unit: String,
    /// The unit of a difference: "pp" (percentage points), or nothing.
    pub difference_unit: String,
    /// Whether more is better. Differences are turned so that positive is better either way.
    pub higher_is_better: bool,
    /// The score of guessing: for numbers, the error on the training rows of predicting their mean.
    pub chance: f64,
}

impl Default for Measure {
    fn default() -> Self {
        Self::accuracy(2)
    }
}

impl Measure {
    /// Accuracy in percent, for this many classes.
    pub fn accuracy(classes: usize) -> Self {
        Self {
            name: "accuracy".to_owned(),
            unit: "%".to_owned(),
            difference_unit: "pp".to_owned(),
            higher_is_better: true,
            chance: 100.0 / classes.max(1) as f64,
        }
    }

    /// The root mean squared error in the target's units; `chance` is that of predicting the mean.
    pub fn root_mean_squared_error(chance: f64) -> Self {
        Self {
            name: "root mean squared error".to_owned(),
            unit: String::new(),
            difference_unit: String::new(),
            higher_is_better: false,
            chance,
        }
    }

    /// The name for a column of a table.
    pub(crate) fn short_name(&self) -> &str {
        match self.name.as_str() {
            "root mean squared error" => "test RMSE",
            // Of another program that wrote the results.
            name if name.chars().count() > 12 => "test score",
            name => name,
        }
    }

    /// How a failed run counts: as a guess.
    pub(crate) fn of_failure(&self, decimals: usize) -> String {
        if self.higher_is_better {
            format!("at chance level ({})", self.with_unit(self.chance, decimals))
        } else {
            "as guessing the mean of the training rows".to_owned()
        }
    }

    /// A score with its unit.
    pub(crate) fn with_unit(&self, score: f64, decimals: usize) -> String {
        format!("{} {}", fixed(score, decimals), self.unit).trim_end().to_owned()
    }

    /// A difference with its unit.
    pub(crate) fn difference_with_unit(&self, difference: f64) -> String {
        format!("{} {}", significant(difference, 3), self.difference_unit).trim_end().to_owned()
    }
}

/// Two decimals for percentages; for other measures two digits of the smallest spread between seeds.
pub(crate) fn decimals(measure: &Measure, arms: &[Arm]) -> usize {
    if measure.unit == "%" {
        return 2;
    }
    let spread =
        arms.iter().filter_map(|arm| arm.sd).filter(|sd| *sd > 0.0).fold(f64::INFINITY, f64::min);
    let size = arms.iter().map(|arm| arm.mean.abs()).fold(0.0, f64::max) / 1000.0;
    let scale = if spread.is_finite() { spread.max(size) } else { size };
    if scale > 0.0 { (1 - scale.log10().floor() as i32).clamp(0, 8) as usize } else { 3 }
}

/// Everything that depends on the clock or the machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Wall-clock seconds of the whole comparison.
    pub total_seconds: f64,
    /// Runs that were trained side by side.
    pub jobs: usize,
    /// Threads per run.
    pub threads: usize,
    /// The machine: processor, cores, operating system.
    pub machine: String,
    /// One entry per arm, in the order of the arms.
    pub arms: Vec<ArmTiming>,
}

/// The cost of one arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ArmTiming {
    /// The name of the arm.
    pub name: String,
    /// The median time of a training step in seconds, steps of all arms interleaved.
    pub step_seconds: Option<f64>,
    /// `step_seconds` divided by that of the baseline.
    pub ratio: Option<f64>,
    /// Wall-clock seconds of each run, in the order of the seeds.
    pub run_seconds: Vec<f64>,
}
