//! How many seeds would decide a comparison that is still open.

use super::student::{paired_interval, standard_deviation, student_probability, student_quantile};
use crate::verdict::{LEVEL, fewest_seeds};

/// The largest number of seeds that is ever proposed.
pub const MOST_SEEDS: u32 = 10_000;

/// The probability of deciding with the proposed number of seeds.
const POWER: f64 = 0.8;

/// The smallest number of seeds that decides with 80 % probability, if mean and spread stay as
/// observed.
///
/// A mean of n differences is taken to lie around the observed one as Student's t with n − 1 degrees
/// of freedom does. It decides when it is significant at the level that Holm demands of the smallest
/// p of all `comparisons`, 0.05 divided by their number, and n differences can attain such a p; or
/// when its 95 % interval lies within ± `band`. More seeds than were used are always proposed, since
/// those used did not decide. `None` when more than [`MOST_SEEDS`] would be needed, or fewer than two
/// differences are given.
pub fn seeds_needed(differences: &[f64], band: f64, comparisons: usize) -> Option<u32> {
    let center = paired_interval(differences)?.mean.abs();
    let deviation = standard_deviation(differences)?;
    let (comparisons, fewest) = (comparisons.max(1), fewest_seeds(comparisons));
    let decides = |n: u32| -> Option<bool> {
        let degrees = f64::from(n) - 1.0;
        let error = deviation / f64::from(n).sqrt();
        // The probability that the mean falls beyond `distance` less so many errors.
        let reaches = |distance: f64, quantile: f64| {
            let room = distance - quantile * error;
            // Without spread the quotient is not finite, and nothing is left to chance.
            let errors = room / error;
            if errors.is_finite() {
                student_probability(errors, degrees)
            } else {
                Some(f64::from(u8::from(room >= 0.0)))
            }
        };
        let differs =
            reaches(center, student_quantile(1.0 - LEVEL / (2.0 * comparisons as f64), degrees)?)?;
        let quantile = student_quantile(1.0 - LEVEL / 2.0, degrees)?;
        let within = reaches(band - center, quantile)? + reaches(band + center, quantile)? - 1.0;
        Some((differs >= POWER && n as usize >= fewest) || within >= POWER)
    };
    // More seeds never make it less likely, so the first n that decides can be found by halving.
    let mut open = u32::try_from(differences.len()).ok()?;
    let mut decided = MOST_SEEDS;
    if open >= decided || !decides(decided)? {
        return None;
    }
    while decided - open > 1 {
        let middle = open + (decided - open) / 2;
        if decides(middle)? {
            decided = middle;
        } else {
            open = middle;
        }
    }
    Some(decided)
}
