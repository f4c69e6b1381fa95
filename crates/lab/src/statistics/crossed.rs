//! The interval for new data: seeds crossed with test examples.
//!
//! A second seed on the same test rows says nothing about other rows. Two arms that differ on every
//! seed may differ only because of these rows. So the differences are kept per seed and example, and
//! both are treated as samples: difference = mean + seed effect + example effect + rest. The variance
//! of the mean is σ²(seed)/S + σ²(example)/E + σ²(rest)/(S·E), each estimated from the mean squares of
//! a two-way layout without replication.

use super::student::{Interval, student_quantile};

/// The mean difference with its 95 % interval for new seeds and new examples.
///
/// `differences[seed][example]` is the difference that this seed shows on this test example (for
/// accuracy: correct − baseline correct, times 100 for percentage points), positive meaning better.
/// The t quantile has min(S, E) − 1 degrees of freedom, the cautious choice. `None` unless there are
/// at least two seeds, two examples, rows of equal length and finite numbers.
pub fn new_data_interval(differences: &[Vec<f64>]) -> Option<Interval> {
    let seeds = differences.len();
    let examples = differences.first()?.len();
    if seeds < 2 || examples < 2 || differences.iter().any(|row| row.len() != examples) {
        return None;
    }
    let (s, e) = (seeds as f64, examples as f64);
    let seed_means: Vec<f64> = differences.iter().map(|row| row.iter().sum::<f64>() / e).collect();
    let mut example_means = vec![0.0; examples];
    for row in differences {
        for (mean, difference) in example_means.iter_mut().zip(row) {
            *mean += difference / s;
        }
    }
    let mean = seed_means.iter().sum::<f64>() / s;

    let squares = |means: &[f64]| means.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    let mut rest = 0.0;
    for (row, seed_mean) in differences.iter().zip(&seed_means) {
        for (difference, example_mean) in row.iter().zip(&example_means) {
            rest += (difference - seed_mean - example_mean + mean).powi(2);
        }
    }
    let rest = rest / ((s - 1.0) * (e - 1.0));
    // Moment estimators can come out below 0; a variance cannot.
    let of_seeds = (squares(&seed_means) / (s - 1.0) - rest / e).max(0.0);
    let of_examples = (squares(&example_means) / (e - 1.0) - rest / s).max(0.0);
    let variance = of_seeds / s + of_examples / e + rest / (s * e);

    let quantile = student_quantile(0.975, seeds.min(examples) as f64 - 1.0)?;
    let interval = Interval::around(mean, quantile * variance.sqrt());
    (interval.low.is_finite() && interval.high.is_finite()).then_some(interval)
}
