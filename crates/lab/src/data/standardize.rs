//! Features and number targets on a common scale, learned from the training rows alone.

use super::{Dataset, Split, Target};

/// Mean and standard deviation of a column over the training rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The mean.
    pub mean: f64,
    /// The standard deviation (divisor n); 1 for a constant column, which so becomes 0.
    pub deviation: f64,
}

impl Scale {
    fn of(values: impl Iterator<Item = f32> + Clone) -> Self {
        let n = values.clone().count() as f64;
        let mean = values.clone().map(f64::from).sum::<f64>() / n;
        let squares: f64 = values.clone().map(|value| (f64::from(value) - mean).powi(2)).sum();
        let constant = values.clone().min_by(f32::total_cmp) == values.max_by(f32::total_cmp);
        let deviation = if constant { 1.0 } else { (squares / n).sqrt() };
        Self { mean, deviation }
    }

    /// From original units to standardised ones.
    pub fn apply(self, value: f32) -> f32 {
        ((f64::from(value) - self.mean) / self.deviation) as f32
    }
}

/// The targets of a part, one per row.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Class indices.
    Classes(Vec<u32>),
    /// Standardised numbers: multiply by the target's `deviation` for errors in original units.
    Numbers(Vec<f32>),
}

/// One of the three parts, ready for training.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The number of rows.
    pub rows: usize,
    /// Standardised features, row after row: `[rows, columns]`.
    pub features: Vec<f32>,
    /// The targets.
    pub targets: Values,
}

/// A data set split and scaled by its training rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardized {
    /// The number of feature columns.
    pub columns: usize,
    /// The number of classes; `None` for a number target.
    pub classes: Option<usize>,
    /// The scale of each feature column.
    pub feature_scales: Vec<Scale>,
    /// The scale of a number target.
    pub target_scale: Option<Scale>,
    /// Training rows, in ascending order of the original row number.
    pub train: Part,
    /// Validation rows.
    pub validation: Part,
    /// Test rows.
    pub test: Part,
}

impl Standardized {
    /// Scales the rows of a data set by the mean and deviation of the training rows of `split`.
    pub fn new(dataset: &Dataset, split: &Split) -> Self {
        let columns = dataset.columns();
        let feature_scales: Vec<Scale> = (0..columns)
            .map(|column| {
                let cell = |row: &usize| dataset.features[row * columns + column];
                Scale::of(split.train.iter().map(cell))
            })
            .collect();
        let target_scale = match &dataset.target {
            Target::Classes { .. } => None,
            Target::Numbers(numbers) => {
                Some(Scale::of(split.train.iter().map(|row| numbers[*row])))
            }
        };
        let part = |rows: &[usize]| Part {
            rows: rows.len(),
            features: rows
                .iter()
                .flat_map(|row| {
                    let cells = &dataset.features[row * columns..(row + 1) * columns];
                    cells.iter().zip(&feature_scales).map(|(cell, scale)| scale.apply(*cell))
                })
                .collect(),
            targets: match (&dataset.target, target_scale) {
                (Target::Numbers(numbers), Some(scale)) => {
                    Values::Numbers(rows.iter().map(|row| scale.apply(numbers[*row])).collect())
                }
                (Target::Numbers(numbers), None) => {
                    Values::Numbers(rows.iter().map(|row| numbers[*row]).collect())
                }
                (Target::Classes { labels, .. }, _) => {
                    Values::Classes(rows.iter().map(|row| labels[*row]).collect())
                }
            },
        };
        let (train, validation, test) =
            (part(&split.train), part(&split.validation), part(&split.test));
        let classes = dataset.classes();
        Self { columns, classes, feature_scales, target_scale, train, validation, test }
    }
}
