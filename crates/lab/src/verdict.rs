//! From differences to words.
//!
//! An arm is *better* or *worse* than the baseline only if two independent looks agree: the 95 % t
//! interval excludes 0 and the Holm-adjusted sign-flip p is below 0.05. It is *equivalent* if the
//! whole interval lies within ± the band of differences that do not matter; this is checked first,
//! because a difference that is real and too small to matter does not matter. Everything else is
//! *undecided*, with the number of seeds that would probably decide. With so few seeds that no
//! sign-flip p can pass Holm (see [`fewest_seeds`]), a comparison is only *described*.

mod sentence;

pub use sentence::verdict_sentence;

use serde::{Deserialize, Serialize};

use crate::results::Difference;
use crate::statistics::{Interval, holm, paired_interval, seeds_needed, sign_flip_p};

/// The chance of any false alarm over all comparisons.
pub(crate) const LEVEL: f64 = 0.05;

/// The fewest seeds that can decide so many comparisons: with fewer, the smallest possible p, 2/2ⁿ,
/// is not below 0.05 once Holm has multiplied it by their number.
pub fn fewest_seeds(comparisons: usize) -> usize {
    let smallest = |seeds: i32| comparisons.max(1) as f64 * 2.0_f64.powi(1 - seeds);
    // 80 are enough for as many comparisons as can be counted.
    (1..80).find(|seeds| smallest(*seeds) < LEVEL).map_or(80, |seeds| seeds as usize)
}

/// What a comparison with the baseline says about an arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "lowercase")]
pub enum Verdict {
    /// This arm is the baseline.
    Baseline,
    /// Better than the baseline.
    Better,
    /// Worse than the baseline.
    Worse,
    /// The difference is too small to matter.
    Equivalent,
    /// These seeds do not settle it.
    Undecided {
        /// The number of seeds that would settle it with 80 % probability, if it is at most 10,000.
        seeds_needed: Option<u32>,
    },
    /// Too few seeds for a verdict: a smoke test.
    #[default]
    Described,
}

impl Verdict {
    /// The word for tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Equivalent => "equivalent",
            Self::Undecided { .. } => "undecided",
            Self::Described => "described",
        }
    }
}

/// One comparison with the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The difference of each seed, positive meaning better (see
    /// [`paired_differences`](crate::statistics::paired_differences)).
    pub differences: Vec<f64>,
    /// The interval for new data, if per-example results were kept.
    pub new_data: Option<Interval>,
}

/// What [`judge`] found for one comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// The difference with its intervals and p values; `None` with fewer than two seeds.
    pub difference: Option<Difference>,
    /// The verdict.
    pub verdict: Verdict,
}

/// Judges all declared comparisons together, since Holm's correction needs every p.
///
/// `band` is the largest difference that does not matter, in the units of the differences.
pub fn judge(comparisons: &[Comparison], band: f64) -> Vec<Judgement> {
    let p_values: Vec<f64> = comparisons
        .iter()
        .map(|comparison| sign_flip_p(&comparison.differences).unwrap_or(1.0))
        .collect();
    let adjusted = holm(&p_values);
    let fewest = fewest_seeds(comparisons.len());
    comparisons
        .iter()
        .zip(p_values.iter().zip(&adjusted))
        .map(|(comparison, (&p, &p_holm))| {
            let differences = &comparison.differences;
            let Some(interval) = paired_interval(differences) else {
                return Judgement { difference: None, verdict: Verdict::Described };
            };
            let verdict = if differences.len() < fewest {
                Verdict::Described
            } else {
                decide(&interval, p_holm, band).unwrap_or_else(|| Verdict::Undecided {
                    seeds_needed: seeds_needed(differences, band, comparisons.len()),
                })
            };
            let difference = Difference {
                mean: interval.mean,
                low: interval.low,
                high: interval.high,
                p,
                p_holm,
                new_data_low: comparison.new_data.map(|interval| interval.low),
                new_data_high: comparison.new_data.map(|interval| interval.high),
            };
            Judgement { difference: Some(difference), verdict }
        })
        .collect()
}

/// The rule. `None` where it does not decide.
fn decide(interval: &Interval, p_holm: f64, band: f64) -> Option<Verdict> {
    if interval.lies_within(band) {
        return Some(Verdict::Equivalent);
    }
    let real = interval.excludes_zero() && p_holm < LEVEL;
    real.then_some(if interval.mean > 0.0 { Verdict::Better } else { Verdict::Worse })
}
