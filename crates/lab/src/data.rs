//! Data sets: what a comparison is made on.
//!
//! A [`Dataset`] is a table of finite numbers with one target. It comes from a CSV file
//! ([`Dataset::from_csv`]) or ships with the lab ([`Dataset::digits`]), and is checked when it is read:
//! what exists can be split and trained on. A [`Split`] assigns rows to training, validation and
//! test; [`Standardized`] scales them by what the training rows say.

mod csv;
mod split;
mod standardize;
mod target;

pub use split::Split;
pub use standardize::{Part, Scale, Standardized, Values};

use std::fs;
use std::path::Path;

use crate::Error;

/// What is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// One of several classes.
    Classification,
    /// A number.
    Regression,
}

impl Task {
    /// The word for results and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
        }
    }
}

/// The target column of a data set, one entry per row.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Classes: `labels` are indices into `names`.
    Classes {
        /// The class of each row.
        labels: Vec<u32>,
        /// The names of the classes: numbers in numeric order, words in alphabetic order.
        names: Vec<String>,
    },
    /// Numbers in their original units.
    Numbers(Vec<f32>),
}

impl Target {
    /// The task this target asks for.
    pub fn task(&self) -> Task {
        match self {
            Self::Classes { .. } => Task::Classification,
            Self::Numbers(_) => Task::Regression,
        }
    }
}

/// A checked table of numbers with a target.
///
/// At least 30 rows and one feature column, every number finite; at least two classes with at least
/// three rows each, or a number target that is not constant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Dataset {
    /// A short name: the file's name without its ending.
    pub name: String,
    /// Whom to credit, for data that ships with the lab.
    pub attribution: Option<&'static str>,
    /// The names of the feature columns.
    pub feature_names: Vec<String>,
    /// The number of rows.
    pub rows: usize,
    /// The features, row after row: `[rows, columns]`.
    pub features: Vec<f32>,
    /// The target.
    pub target: Target,
}

impl Dataset {
    /// The UCI optical digits: 1,797 images of 8 × 8 pixels, ten classes. Embedded; needs no file.
    ///
    /// # Errors
    /// None in practice: the embedded file is read like any other, and a test reads it.
    pub fn digits() -> Result<Self, Error> {
        let bytes = include_bytes!("../data/digits.csv");
        let mut digits = csv::read(bytes, "digits", "digit", Some(Task::Classification))?;
        digits.attribution = Some(
            "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine \
             Learning Repository, 1998, doi:10.24432/C50P49, CC BY 4.0",
        );
        Ok(digits)
    }

    /// Reads a CSV file: UTF-8, commas, a header, one column `target`, numbers in all others.
    ///
    /// Without a `task` the target decides: classes if a cell is not a number, or if all are integers
    /// with at most 20 different values; otherwise numbers.
    ///
    /// # Errors
    /// The message names the line, the column and the cell, and says how to mend it: no such file,
    /// not UTF-8, empty, no rows, a row of another length, a column twice or without a name, no such
    /// target column, a cell that is blank, not a number or not finite, too few rows, one class
    /// only, a class of fewer than three rows, a constant number target.
    pub fn from_csv(path: &Path, target: &str, task: Option<Task>) -> Result<Self, Error> {
        let bytes = fs::read(path).map_err(|source| Error::file("read", path, source))?;
        let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        csv::read(&bytes, &name, target, task)
    }

    /// The number of feature columns.
    pub fn columns(&self) -> usize {
        self.feature_names.len()
    }

    /// The number of classes; `None` for a number target.
    pub fn classes(&self) -> Option<usize> {
        match &self.target {
            Target::Classes { names, .. } => Some(names.len()),
            Target::Numbers(_) => None,
        }
    }

    /// The task its target asks for.
    pub fn task(&self) -> Task {
        self.target.task()
    }
}
