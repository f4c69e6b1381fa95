//! One training run as it is stored: a file of its own, named by the hash of what was asked.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;
use crate::data::{Standardized, Values};
use crate::files::write_atomically;

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
    /// In units of the measure; chance for a failed run.
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

    /// The finished run of this task. A file that cannot be read as such counts as missing: the run
    /// is done again and the file replaced.
    pub(crate) fn load(&self, task: &Task) -> Result<Option<Record>, Error> {
        let path = self.path(task)?;
        let Ok(text) = fs::read_to_string(path) else { return Ok(None) };
        let record: Option<Record> = serde_json::from_str(&text).ok();
        Ok(record.filter(|record| record.task == *task))
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
