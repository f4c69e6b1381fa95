//! The comparison: what is asked, in which order it is done, how the records become results.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use ogive::Activation;

use crate::Error;
use crate::assemble::{Finished, assemble};
use crate::cost::step_seconds;
use crate::data::{Dataset, Split, Standardized};
use crate::record::{Record, Store, Task, fingerprint};
use crate::results::{GridPoint, Measure, Results, Timings};
use crate::schedule::{Bench, Progress, side_by_side};
use crate::train::guess;

/// Tuning seeds start this far above the final ones, so that no seed is in both.
const TUNING: u64 = 1_000_000;

/// More weights than this take days and gigabytes: surely a slip.
const MOST_WEIGHTS: usize = 50_000_000;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Names or formulas. A repeated one is an arm of its own, told apart by a number.
    pub activations: Vec<String>,
    /// The one that all others are compared to; added if it is not among them.
    pub baseline: String,
    /// The data.
    pub data: Dataset,
    /// The seed of the split into training, validation and test rows.
    pub split_seed: u64,
    /// The widths of the hidden layers.
    pub hidden: Vec<usize>,
    /// Passes over the training rows.
    pub epochs: u32,
    /// Rows per step, 2 or more.
    pub batch_size: u32,
    /// How many seeds the verdict rests on.
    pub seeds: u32,
    /// The first of them; the others follow.
    pub first_seed: u64,
    /// Learning rates: one shared by all arms, or a grid tuned for each.
    pub learning_rates: Vec<f64>,
    /// How many seeds the tuning takes.
    pub tuning_seeds: u32,
    /// The largest difference that does not matter, in units of the measure; the default is 0.1
    /// percentage points of accuracy, or 1 % of the baseline's error on the validation rows.
    pub band: Option<f64>,
    /// Runs side by side.
    pub jobs: usize,
    /// Where runs and results go.
    pub folder: PathBuf,
    /// Whether finished runs in the folder are taken as they are.
    pub resume: bool,
}

/// One activation in a comparison.
pub(crate) struct Contender {
    /// How tables call it.
    pub(crate) name: String,
    pub(crate) activation: Activation,
}

impl Comparison {
    /// A comparison on these data with the default settings.
    pub fn new(activations: Vec<String>, data: Dataset) -> Self {
        Comparison {
            activations,
            baseline: "relu".to_owned(),
            data,
            split_seed: 0,
            hidden: vec![64, 64],
            epochs: 40,
            batch_size: 32,
            seeds: 10,
            first_seed: 1,
            learning_rates: vec![0.0003, 0.001, 0.003, 0.01, 0.03],
            tuning_seeds: 5,
            band: None,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            folder: PathBuf::from("ogive-report"),
            resume: false,
        }
    }

    /// Trains everything and judges. Finished runs are on disk from the moment they finish; if `stop`
    /// is set, the results cover the seeds that every arm had finished.
    ///
    /// # Errors
    /// If a setting cannot be used, the folder cannot be written, or it was stopped before any seed
    /// was finished by every arm.
    pub fn run(&self, stop: &AtomicBool, progress: &dyn Progress) -> Result<Results, Error> {
        let start = Instant::now();
        let contenders = self.contenders()?;
        self.check()?;
        let data = Standardized::new(&self.data, &Split::new(&self.data, self.split_seed));
        let widths = self.widths(&data);
        let weights: usize = widths.windows(2).map(|pair| pair[0].saturating_mul(pair[1])).sum();
        if weights > MOST_WEIGHTS {
            let problem = format!("the network has {weights} weights, expected 50 million at most");
            return Err(Error::input("widths", problem, "give smaller ones"));
        }
        let measure = measure(&data);
        let store = Store::open(&self.folder)?;
        let bench = Bench {
            data: &data,
            measure: &measure,
            store: &store,
            jobs: self.jobs,
            resume: self.resume,
            stop,
            progress,
        };
        let fingerprint = fingerprint(&data);
        let task = |contender: &Contender, learning_rate: f64, seed: u64, tests: bool| Task {
            formula: contender.activation.formula().text().to_owned(),
            widths: widths.clone(),
            epochs: self.epochs,
            batch_size: self.batch_size,
            learning_rate,
            seed,
            tests,
            data: fingerprint.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };

        let grids = self.tune(&bench, &contenders, &task)?;
        let rates: Vec<f64> =
            grids.iter().map(|grid| best(grid, &measure).unwrap_or(self.rates()[0])).collect();

        let seeds: Vec<u64> = (0..u64::from(self.seeds)).map(|k| self.first_seed + k).collect();
        // Seed by seed and not arm by arm: an early stop then leaves whole seeds.
        let tasks: Vec<Task> = seeds
            .iter()
            .flat_map(|seed| {
                contenders.iter().zip(&rates).map(|(arm, rate)| task(arm, *rate, *seed, true))
            })
            .collect();
        let records = bench.run(&tasks, "training")?;
        let by_seed: Vec<Vec<Record>> = records
            .chunks(contenders.len())
            .map_while(|of_seed| of_seed.iter().cloned().collect::<Option<Vec<Record>>>())
            .collect();
        if by_seed.is_empty() {
            let problem = "it was stopped before every activation had finished one seed";
            return Err(Error::input("comparison", problem, "go on with --resume"));
        }

        // Stopped after the last run, it has missed nothing.
        let interrupted = by_seed.len() < seeds.len();

        let timing: Vec<Task> = tasks[..contenders.len()].to_vec();
        let timings = Timings {
            total_seconds: 0.0,
            jobs: side_by_side(self.jobs),
            threads: 1,
            machine: machine(),
            arms: Vec::new(),
        };
        let finished = Finished {
            comparison: self,
            contenders: &contenders,
            data: &data,
            measure: &measure,
            grids,
            rates,
            by_seed,
            step_seconds: step_seconds(&timing, &data)?,
            interrupted,
        };
        let mut results = assemble(&finished, timings)?;
        results.timings.total_seconds = start.elapsed().as_secs_f64();
        results.save(&self.folder)?;
        Ok(results)
    }

    /// The scores of every learning rate, for each contender; empty where one rate is shared.
    fn tune(
        &self,
        bench: &Bench,
        contenders: &[Contender],
        task: &impl Fn(&Contender, f64, u64, bool) -> Task,
    ) -> Result<Vec<Vec<GridPoint>>, Error> {
        let rates = self.rates();
        if rates.len() == 1 {
            return Ok(vec![Vec::new(); contenders.len()]);
        }
        let seeds = self.tuning_seeds();
        let tasks: Vec<Task> = contenders
            .iter()
            .flat_map(|arm| rates.iter().map(move |rate| (arm, *rate)))
            .flat_map(|(arm, rate)| seeds.iter().map(move |seed| (arm, rate, *seed)))
            .map(|(arm, rate, seed)| task(arm, rate, seed, false))
            .collect();
        let records = bench.run(&tasks, "choosing learning rates")?;
        let Some(records) = records.into_iter().collect::<Option<Vec<Record>>>() else {
            let problem = "it was stopped while learning rates were being chosen";
            return Err(Error::input("comparison", problem, "go on with --resume"));
        };
        let point = |(rate, of_rate): (&f64, &[Record])| GridPoint {
            learning_rate: *rate,
            validation: Some(
                of_rate.iter().map(|record| record.validation).sum::<f64>() / of_rate.len() as f64,
            ),
            failed: of_rate.iter().filter(|record| record.failed).count(),
        };
        Ok(records
            .chunks(rates.len() * seeds.len())
            .map(|of_arm| rates.iter().zip(of_arm.chunks(seeds.len())).map(point).collect())
            .collect())
    }

    /// The learning rates ascending, each once: the edges of the grid are its first and last.
    pub(crate) fn rates(&self) -> Vec<f64> {
        let mut rates = self.learning_rates.clone();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        rates
    }

    pub(crate) fn tuning_seeds(&self) -> Vec<u64> {
        if self.rates().len() == 1 {
            return Vec::new();
        }
        (0..u64::from(self.tuning_seeds)).map(|k| self.first_seed + TUNING + k).collect()
    }

    /// The widths of all layers.
    pub(crate) fn widths(&self, data: &Standardized) -> Vec<usize> {
        let outputs = data.classes.unwrap_or(1);
        [&[data.columns], self.hidden.as_slice(), &[outputs]].concat()
    }

    /// The activations that are compared; the baseline comes first, unless it is one of them.
    ///
    /// # Errors
    /// If one is neither a name of the catalogue nor a formula.
    pub fn all_activations(&self) -> Result<Vec<Activation>, Error> {
        let baseline = Activation::new(&self.baseline)?;
        let named = self.activations.iter().map(|text| Activation::new(text));
        let mut all = named.collect::<Result<Vec<_>, _>>()?;
        if !all.iter().any(|known| known.name() == baseline.name()) {
            all.insert(0, baseline);
        }
        Ok(all)
    }

    fn contenders(&self) -> Result<Vec<Contender>, Error> {
        let mut contenders: Vec<Contender> = Vec::new();
        for activation in self.all_activations()? {
            if activation.has_gate() {
                let problem = "it takes a second input, which this network does not have";
                let place = format!("activation `{}`", activation.name());
                return Err(Error::input(place, problem, "compare activations without `gate`"));
            }
            let twins =
                contenders.iter().filter(|c| c.activation.name() == activation.name()).count();
            let name = match twins {
                0 => activation.name().to_owned(),
                twins => format!("{} ({})", activation.name(), twins + 1),
            };
            contenders.push(Contender { name, activation });
        }
        Ok(contenders)
    }

    fn check(&self) -> Result<(), Error> {
        let problem =
            |place: &str, problem: &str, remedy: &str| Err(Error::input(place, problem, remedy));
        if self.hidden.is_empty()
            || self.hidden.contains(&0)
            || self.hidden.iter().any(|w| *w > 65536)
        {
            return problem(
                "widths",
                "a hidden layer has between 1 and 65536 units",
                "give, say, 64,64",
            );
        }
        if self.seeds == 0 || self.seeds > 10_000 {
            return problem(
                "seeds",
                "a comparison needs between 1 and 10000 seeds",
                "give, say, 10",
            );
        }
        if self.epochs == 0 || self.epochs > 100_000 {
            return problem(
                "epochs",
                "training needs between 1 and 100000 epochs",
                "give, say, 40",
            );
        }
        if self.batch_size < 2 {
            return problem("batch size", "a batch has 2 rows or more", "give, say, 32");
        }
        let unusable = |rate: &&f64| !(rate.is_finite() && **rate > 0.0);
        if let Some(rate) = self.learning_rates.iter().find(unusable) {
            let place = format!("learning rate {rate}");
            return problem(&place, "it is a number above 0", "give, say, 0.001 or `grid`");
        }
        if self.learning_rates.is_empty() {
            return problem("learning rates", "there is none", "give, say, 0.001 or `grid`");
        }
        if self.rates().len() > 1 && self.tuning_seeds == 0 {
            return problem("tuning seeds", "a grid needs at least 1", "give, say, 3");
        }
        if self.band.is_some_and(|band| !(band >= 0.0 && band.is_finite())) {
            return problem("band", "it is a number that is 0 or more", "give, say, 0.1");
        }
        if self.first_seed > u64::MAX - 2 * TUNING {
            return problem("seed", "it is too large to count on from", "give a smaller one");
        }
        Ok(())
    }
}

/// The learning rate with the best mean validation score. One at which a run failed comes after all
/// at which none did. Of equals, which are common on few rows, the largest: it needs the fewest
/// epochs.
fn best(grid: &[GridPoint], measure: &Measure) -> Option<f64> {
    let sign = if measure.higher_is_better { 1.0 } else { -1.0 };
    let score = |point: &GridPoint| point.validation.map_or(f64::NEG_INFINITY, |v| sign * v);
    let best = grid.iter().max_by(|a, b| {
        let sound = (a.failed == 0).cmp(&(b.failed == 0));
        let better = score(a).total_cmp(&score(b));
        sound.then(better).then(a.learning_rate.total_cmp(&b.learning_rate))
    });
    best.map(|point| point.learning_rate)
}

/// What is measured. Its chance level is that of the training rows: nothing that is chosen may depend
/// on the test rows.
fn measure(data: &Standardized) -> Measure {
    match data.classes {
        Some(classes) => Measure::accuracy(classes),
        None => Measure::root_mean_squared_error(guess(&data.train, data)),
    }
}

/// The processor and the operating system.
fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{}, {cores} cores, {}",
        cpu.unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
        std::env::consts::OS
    )
}

#[cfg(test)]
mod tests {
    use super::best;
    use crate::results::{GridPoint, Measure};

    #[test]
    fn a_rate_that_fails_is_the_last_resort() {
        let point = |learning_rate, validation, failed| GridPoint {
            learning_rate,
            validation: Some(validation),
            failed,
        };
        let error = Measure::root_mean_squared_error(1.0);
        let grid = [point(0.01, 9.0, 0), point(0.1, 8.0, 0), point(1.0, 1.0, 1)];
        assert_eq!(best(&grid, &error), Some(0.1));
        assert_eq!(best(&grid, &Measure::accuracy(10)), Some(0.01));
        assert_eq!(best(&[point(1.0, 5.0, 1), point(2.0, 3.0, 2)], &error), Some(2.0));
        assert_eq!(best(&[point(1.0, 5.0, 0), point(2.0, 5.0, 0)], &error), Some(2.0));
        assert_eq!(best(&[], &error), None);
    }
}
