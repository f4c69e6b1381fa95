//! Everything a comparison found: the one source of the report, the table, JSON and CSV.
//!
//! The types mirror `results.json`, schema 1. Scores are in the units in which they are shown
//! (accuracy in percent, 0 to 100). What depends on the clock or the machine stands under `timings`
//! and nowhere else, so two runs are comparable by dropping that one key.

mod arm;
mod export;
mod settings;

pub use arm::{
    Arm, Band, CurvePoint, Difference, GridPoint, Histogram, LayerShape, LayerUnits,
    LearnedParameter, Run,
};
pub use settings::{ArmTiming, DataSummary, Measure, Settings, Timings};

pub(crate) use settings::decimals;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::statistics::{Interval, mean, paired_differences, standard_deviation};
use crate::verdict::{Comparison, Verdict, judge, verdict_sentence};

/// The version of the format that this crate writes and reads.
pub const SCHEMA: u32 = 1;

/// A finished comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Results {
    /// The version of this format: [`SCHEMA`].
    pub schema: u32,
    /// The whole comparison in one sentence.
    pub verdict: String,
    /// What was asked.
    pub settings: Settings,
    /// What each activation did, in the order declared.
    pub arms: Vec<Arm>,
    /// Everything that depends on the clock or the machine.
    pub timings: Timings,
}

impl Results {
    /// Judges the runs of all arms and puts the results together.
    ///
    /// Computes each arm's `mean`, `sd`, `difference` and `verdict` from its `runs`, whatever stood
    /// there before, and the sentence. `new_data[i]` is the interval for new data of arm i (see
    /// [`new_data_interval`](crate::statistics::new_data_interval)); missing entries count as `None`.
    ///
    /// # Errors
    /// The baseline is not among the arms, two arms share a name, an arm's runs are not those of the
    /// final seeds in their order, a score is not finite, or the band is negative or not finite.
    pub fn new(
        settings: Settings,
        mut arms: Vec<Arm>,
        new_data: &[Option<Interval>],
        timings: Timings,
    ) -> Result<Self, Error> {
        check(&settings, &arms)?;
        let scores: Vec<Vec<f64>> =
            arms.iter().map(|arm| arm.runs.iter().map(|run| run.test).collect()).collect();
        let baseline = arms.iter().position(|arm| arm.name == settings.baseline).unwrap_or(0);
        let others: Vec<usize> = (0..arms.len()).filter(|arm| *arm != baseline).collect();
        let comparisons: Vec<Comparison> = others
            .iter()
            .map(|&arm| Comparison {
                differences: paired_differences(
                    &scores[baseline],
                    &scores[arm],
                    settings.measure.higher_is_better,
                ),
                new_data: new_data.get(arm).copied().flatten(),
            })
            .collect();
        for (arm, scores) in arms.iter_mut().zip(&scores) {
            arm.mean = mean(scores).unwrap_or(settings.measure.chance);
            arm.sd = standard_deviation(scores);
        }
        arms[baseline].difference = None;
        arms[baseline].verdict = Verdict::Baseline;
        for (&arm, judgement) in others.iter().zip(judge(&comparisons, settings.band)) {
            arms[arm].difference = judgement.difference;
            arms[arm].verdict = judgement.verdict;
        }
        let verdict = verdict_sentence(&settings, &arms);
        Ok(Self { schema: SCHEMA, verdict, settings, arms, timings })
    }

    /// The arm that all others are compared to.
    pub fn baseline(&self) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.verdict == Verdict::Baseline)
    }

    /// The arms from the best mean to the worst; equal ones as declared.
    pub fn ranked(&self) -> Vec<&Arm> {
        let mut arms: Vec<&Arm> = self.arms.iter().collect();
        let sign = if self.settings.measure.higher_is_better { -1.0 } else { 1.0 };
        arms.sort_by(|a, b| (sign * a.mean).total_cmp(&(sign * b.mean)));
        arms
    }

    /// The timing of an arm.
    pub fn timing(&self, arm: &Arm) -> Option<&ArmTiming> {
        self.timings.arms.iter().find(|timing| timing.name == arm.name)
    }

    /// How many decimals scores and differences deserve.
    pub(crate) fn decimals(&self) -> usize {
        decimals(&self.settings.measure, &self.arms)
    }

    /// What a reader must know before believing the verdict, as full sentences.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let settings = &self.settings;
        let seeds = settings.seeds.len();
        if settings.interrupted {
            warnings.push(format!(
                "The comparison was stopped early: it covers the {seeds} seeds that every arm finished."
            ));
        }
        let all_failed = |arm: &&Arm| arm.runs.iter().all(|run| run.failed);
        let edge: Vec<String> = (self.arms.iter())
            .filter(|arm| arm.edge && !all_failed(arm))
            .map(|arm| crate::numbers::quoted(&arm.name, 24))
            .collect();
        if let ([low, .., high], false) = (settings.learning_rates.as_slice(), edge.is_empty()) {
            let arms = crate::numbers::enumerate(&edge);
            warnings.push(format!(
                "The best learning rate of {arms} is at the edge of the grid, which is {low} to \
                 {high}: widen it with --lr."
            ));
        }
        for arm in &self.arms {
            let name = crate::numbers::quoted(&arm.name, 48);
            let failed = arm.runs.iter().filter(|run| run.failed).count();
            if failed > 0 {
                let (runs, count) = if failed == 1 { ("run", "counts") } else { ("runs", "count") };
                let how = settings.measure.of_failure(1);
                warnings.push(format!("{failed} {runs} of {name} failed and {count} {how}."));
            }
        }
        if !settings.tuned {
            warnings.push(
                "One learning rate is shared by all arms: tuned arms may rank differently.".into(),
            );
        }
        if seeds < 10 {
            let word = if seeds == 1 { "seed is" } else { "seeds are" };
            warnings.push(format!("{seeds} {word} few: 10 are the default, 30 make a claim."));
        }
        warnings
    }
}

/// What [`Results::new`] needs to be true.
fn check(settings: &Settings, arms: &[Arm]) -> Result<(), Error> {
    let problem = |problem: String, remedy: &str| Err(Error::input("results", problem, remedy));
    if !arms.iter().any(|arm| arm.name == settings.baseline) {
        let found = format!("the baseline {:?} is not among the arms", settings.baseline);
        return problem(found, "compare it too, or name another baseline");
    }
    if !(settings.band >= 0.0 && settings.band.is_finite()) {
        let found = format!("the equivalence band is {}", settings.band);
        return problem(found, "give a number that is 0 or more");
    }
    if settings.seeds.is_empty() {
        return problem("no seed was finished".to_owned(), "run at least one");
    }
    for (index, arm) in arms.iter().enumerate() {
        if arms[..index].iter().any(|other| other.name == arm.name) {
            let found = format!("two arms are called {:?}", arm.name);
            return problem(found, "name each activation once");
        }
        if !arm.runs.iter().map(|run| run.seed).eq(settings.seeds.iter().copied()) {
            let found = format!("the runs of {:?} are not those of the final seeds", arm.name);
            return problem(found, "give one run per seed, in the order of the seeds");
        }
        if arm.runs.iter().any(|run| !run.test.is_finite() || !run.validation.is_finite()) {
            let found = format!("a score of {:?} is not finite", arm.name);
            return problem(found, "mark the run as failed and count it as a guess");
        }
    }
    Ok(())
}
