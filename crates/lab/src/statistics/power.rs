//! How many seeds would decide a comparison that is still open.

use super::student::{half_width, paired_interval, standard_deviation};

/// The largest number of seeds that is ever proposed.
pub const MOST_SEEDS: u32 = 10_000;

/// The smallest number of seeds that is expected to decide, if mean and spread stay as observed.
///
/// It decides when the expected 95 % interval either excludes 0, while the smallest attainable
/// sign-flip p, 2/2ⁿ, passes Holm over all `comparisons`, or lies within ± `band`. More seeds than
/// were used are always proposed, since those used did not decide. `None` when more than
/// [`MOST_SEEDS`] would be needed, or fewer than two differences are given.
pub fn seeds_needed(differences: &[f64], band: f64, comparisons: usize) -> Option<u32> {
    let center = paired_interval(differences)?.mean.abs();
    let deviation = standard_deviation(differences)?;
    let decides = |n: u32| {
        let Some(half_width) = half_width(n as usize, deviation) else { return false };
        let attainable = 2.0 * 0.5_f64.powi(n as i32) * (comparisons.max(1) as f64) < 0.05;
        (half_width < center && attainable) || center + half_width <= band
    };
    // More seeds never widen the interval, so the first n that decides can be found by halving.
    let mut open = u32::try_from(differences.len()).ok()?;
    let mut decided = MOST_SEEDS;
    if open >= decided || !decides(decided) {
        return None;
    }
    while decided - open > 1 {
        let middle = open + (decided - open) / 2;
        if decides(middle) {
            decided = middle;
        } else {
            open = middle;
        }
    }
    Some(decided)
}
