//! One training run as it is stored: a file of its own, named by the hash of what was asked.

use std::fs;
use std::path::{Path, PathBuf};

use ogive::Activation;
use ogive::formula::{Granularity, Parameter};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::data::{Standardized, Values};
use crate::diagnosis::BINS;
use crate::files::write_atomically;
use crate::train::guess;

/// Everything that decides the outcome of a run. Its hash is the run's name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Task {
    /// The activation's formula with its declarations.
    pub(crate) formula: String,
    pub(crate) widths: Vec<usize>,
    pub(crate) epochs: u32,
    pub(crate) batch_size: u32,
    pub(crate) learning_rate: f64,
    pub(crate) seed: u64,
    /// Whether the test rows are looked at: not while learning rates are chosen.
    pub(crate) tests: bool,
    /// The data, by their hash.
    pub(crate) data: String,
    /// The version of this crate: another one may train differently.
    pub(crate) version: String,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) task: Task,
    pub(crate) failed: bool,
    /// The chosen epoch, from 1; 0 for a failed run.
    pub(crate) epoch: u32,
    /// In units of the measure; that of guessing for a failed run.
    pub(crate) validation: f64,
    pub(crate) test: Option<f64>,
    /// Per epoch: mean training loss, validation score.
    pub(crate) curve: Vec<(f64, f64)>,
    /// Per test row: 1 for a right answer, 0 for a wrong one; empty for a number target.
    pub(crate) right: Vec<u8>,
    pub(crate) layers: Vec<Layer>,
    pub(crate) parameter_count: u64,
    /// Wall-clock time: the one field that two runs of the same task do not share.
    pub(crate) seconds: f64,
}

/// What an activation became in one layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Layer {
    /// The values of each parameter of the formula, learnable and fixed: one, or one per channel.
    pub(crate) parameters: Vec<Vec<f64>>,
    /// The running statistics, if the formula uses them.
    pub(crate) mean: Vec<f64>,
    pub(crate) variance: Vec<f64>,
    /// Counts of what enters it on the validation rows, over the bins of
    /// [`crate::diagnosis::edges`].
    pub(crate) histogram: Vec<u64>,
    pub(crate) dead: f64,
    pub(crate) saturated: f64,
}

impl Task {
    /// The name of the run: 16 hexadecimal digits.
    pub(crate) fn id(&self) -> Result<String, Error> {
        let text = serde_json::to_string(self).map_err(|error| {
            Error::input("run", error.to_string(), "this is a defect of ogive: please report it")
        })?;
        Ok(hash([text.as_bytes()]))
    }
}

impl Record {
    /// Whether training this task on these data can have given it: a file may have been edited, and
    /// what reads it counts on every list having its length.
    fn fits(&self, task: &Task, data: &Standardized) -> bool {
        let tested = |rows| if task.tests && !self.failed { rows } else { 0 };
        let finite = self.curve.iter().all(|(loss, score)| loss.is_finite() && score.is_finite());
        let scores = if self.failed {
            self.epoch == 0
                && self.curve.len() <= task.epochs as usize
                && self.validation == guess(&data.validation, data)
                && self.test.is_none_or(|test| test == guess(&data.test, data))
        } else {
            let chosen = (self.epoch as usize).checked_sub(1).and_then(|k| self.curve.get(k));
            self.curve.len() == task.epochs as usize
                && chosen.is_some_and(|(_, score)| self.validation == *score)
                && self.test.is_none_or(f64::is_finite)
        };
        self.task == *task
            && finite
            && scores
            && self.test.is_some() == task.tests
            && self.right.len() == tested(data.classes.map_or(0, |_| data.test.rows))
            && self.right.iter().all(|right| *right <= 1)
            && self.layers.len() == tested(task.widths.len().saturating_sub(2))
            && self.layers_fit(task)
            && self.seconds.is_finite()
    }

    fn layers_fit(&self, task: &Task) -> bool {
        let Ok(activation) = Activation::new(&task.formula) else { return false };
        let values = |parameter: &Parameter, width: usize| {
            let each = parameter.learnable && parameter.granularity != Granularity::Shared;
            if each { width } else { 1 }
        };
        self.layers.iter().zip(task.widths.iter().skip(1)).all(|(layer, width)| {
            let statistics = if activation.has_statistics() { *width } else { 0 };
            let known = activation.parameters();
            layer.parameters.len() == known.len()
                && layer.parameters.iter().zip(known).all(|(of, p)| of.len() == values(p, *width))
                && layer.mean.len() == statistics
                && layer.variance.len() == statistics
                && layer.histogram.len() == BINS
                && [layer.dead, layer.saturated].iter().all(|share| (0.0..=1.0).contains(share))
        })
    }
}

/// The hash of prepared data.
pub(crate) fn fingerprint(data: &Standardized) -> String {
    let mut parts: Vec<Vec<u8>> = vec![data.columns.to_le_bytes().to_vec()];
    for part in [&data.train, &data.validation, &data.test] {
        parts.push(part.rows.to_le_bytes().to_vec());
        parts.push(part.features.iter().flat_map(|value| value.to_le_bytes()).collect());
        parts.push(match &part.targets {
            Values::Classes(labels) => {
                labels.iter().flat_map(|label| label.to_le_bytes()).collect()
            }
            Values::Numbers(values) => {
                values.iter().flat_map(|value| value.to_le_bytes()).collect()
            }
        });
    }
    hash(parts.iter().map(Vec::as_slice))
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let word = hasher.finalize().iter().take(8).fold(0, |word, byte| word << 8 | u64::from(*byte));
    format!("{word:016x}")
}

/// The folder of finished runs.
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Opens the folder, making it if need be, and makes sure that results can be written in the end.
    pub(crate) fn open(folder: &Path) -> Result<Store, Error> {
        let runs = folder.join("runs");
        fs::create_dir_all(&runs).map_err(|error| Error::file("make the folder", &runs, error))?;
        for folder in [folder, &runs] {
            let trial = folder.join(format!(".trial.{}.part", std::process::id()));
            fs::write(&trial, b"")
                .and_then(|()| fs::remove_file(&trial))
                .map_err(|error| Error::file("write into", folder, error))?;
        }
        Ok(Store { folder: runs })
    }

    /// The finished run of this task on these data. A file that cannot be read as such counts as
    /// missing: the run is done again and the file replaced.
    pub(crate) fn load(&self, task: &Task, data: &Standardized) -> Result<Option<Record>, Error> {
        let path = self.path(task)?;
        let Ok(text) = fs::read_to_string(path) else { return Ok(None) };
        let record: Option<Record> = serde_json::from_str(&text).ok();
        Ok(record.filter(|record| record.fits(task, data)))
    }

    /// Stores a finished run.
    pub(crate) fn save(&self, record: &Record) -> Result<(), Error> {
        let text = serde_json::to_string(record).map_err(|error| {
            Error::input("run", error.to_string(), "this is a defect of ogive: please report it")
        })?;
        write_atomically(&self.path(&record.task)?, text.as_bytes())
    }

    fn path(&self, task: &Task) -> Result<PathBuf, Error> {
        Ok(self.folder.join(format!("{}.json", task.id()?)))
    }
}
