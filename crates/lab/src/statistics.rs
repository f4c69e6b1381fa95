//! Statistics of paired comparisons.
//!
//! Everything here works on differences: one number per seed, the score of an arm minus the score of
//! the baseline at the same seed, oriented so that positive means better. No function panics; where a
//! quantity does not exist (too few numbers, a number that is not finite) the answer is `None`.

mod crossed;
mod holm;
mod power;
mod sign_flip;
mod student;

pub use crossed::new_data_interval;
pub use holm::holm;
pub use power::{MOST_SEEDS, seeds_needed};
pub use sign_flip::sign_flip_p;
pub use student::{Interval, mean, paired_interval, standard_deviation, student_quantile};

/// The differences arm − baseline, seed by seed, turned so that positive means better.
///
/// The slices are paired by position; the longer one is cut to the shorter.
pub fn paired_differences(baseline: &[f64], arm: &[f64], higher_is_better: bool) -> Vec<f64> {
    let sign = if higher_is_better { 1.0 } else { -1.0 };
    baseline.iter().zip(arm).map(|(baseline, arm)| sign * (arm - baseline)).collect()
}
