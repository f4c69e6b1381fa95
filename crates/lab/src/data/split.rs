//! Which rows are for training, validation and test.

use super::{Dataset, Target};
use crate::random::{Purpose, Stream};

/// Row numbers of the three parts, each in ascending order; every row is in exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Rows the weights are fitted to: about 60 %.
    pub train: Vec<usize>,
    /// Rows that choose the epoch and the learning rate: about 20 %.
    pub validation: Vec<usize>,
    /// Rows looked at once per run: about 20 %.
    pub test: Vec<usize>,
}

impl Split {
    /// Splits 60/20/20, class by class, by the seed alone: the same for every arm and every run.
    ///
    /// Each class has at least one row in each part.
    pub fn new(dataset: &Dataset, seed: u64) -> Self {
        let groups: Vec<Vec<usize>> = match &dataset.target {
            Target::Numbers(_) => vec![(0..dataset.rows).collect()],
            Target::Classes { labels, names } => {
                let mut groups = vec![Vec::new(); names.len()];
                for (row, label) in labels.iter().enumerate() {
                    groups[*label as usize].push(row);
                }
                groups
            }
        };
        let mut split = Self { train: Vec::new(), validation: Vec::new(), test: Vec::new() };
        for (step, group) in (0..).zip(&groups) {
            let order = Stream::new(seed, Purpose::Split, 0, step).permutation(group.len());
            let fifth = ((group.len() as f64 / 5.0).round() as usize).max(1);
            for (place, index) in order.into_iter().enumerate() {
                let part = match place {
                    place if place < fifth => &mut split.test,
                    place if place < 2 * fifth => &mut split.validation,
                    _ => &mut split.train,
                };
                part.push(group[index]);
            }
        }
        for part in [&mut split.train, &mut split.validation, &mut split.test] {
            part.sort_unstable();
        }
        split
    }
}
