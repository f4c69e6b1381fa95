//! `ogive compare`: which activation should this network use on these data?

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ogive_lab::Comparison;
use ogive_lab::data::{Dataset, Task};

use super::tell_undeclared;
use crate::args::{self, Compare};
use crate::printer::{Error, Printer, tell};
use crate::progress::Bars;

pub(crate) fn run(args: &Compare, printer: &mut Printer) -> Result<(), Error> {
    let comparison = comparison(args)?;
    for activation in comparison.all_activations()? {
        tell_undeclared(&activation, &[]);
    }
    if !args.resume && args.out.join("results.json").exists() {
        tell(format_args!(
            "{} holds a report, which this one replaces; its runs stay, and its command with --resume \
             makes it again",
            args.out.display()
        ));
    }
    let stop = Arc::new(AtomicBool::new(false));
    stop_on_interrupt(&stop);
    if let Some(budget) = &args.budget {
        stop_after(duration(budget)?, &stop)?;
    }
    let bars = Bars::new();
    let outcome = comparison.run(&stop, &bars);
    bars.clear();
    let results = outcome?;
    if args.json {
        // One line, as every command prints its JSON.
        let text = results.to_json()?;
        let value: serde_json::Value = serde_json::from_str(&text).map_err(Error::new)?;
        return printer.json(&value);
    }
    let table = ogive_lab::table::terminal(&results, printer.color());
    printer.line(table.trim_end())?;
    printer.line(format_args!("\nReport: {}", args.out.join("report.html").display()))
}

fn comparison(args: &Compare) -> Result<Comparison, Error> {
    let learning_rates = match args.lr.as_str() {
        "grid" => None,
        rates => Some(
            rates
                .split(',')
                .map(|rate| rate.trim().parse::<f64>())
                .collect::<Result<Vec<f64>, _>>()
                .map_err(|_| {
                    Error::new(format!(
                        "--lr {rates}: expected `grid` or numbers such as 0.001,0.01"
                    ))
                })?,
        ),
    };
    if args.jobs == Some(0) {
        return Err(Error::new("--jobs 0: expected at least 1"));
    }
    if let Some(band) = args.band.filter(|band| !(*band >= 0.0 && band.is_finite())) {
        return Err(Error::new(format!("--band {band}: expected a number that is 0 or more")));
    }
    let mut comparison = Comparison::new(args.activations.clone(), data(args)?);
    comparison.baseline.clone_from(&args.baseline);
    comparison.hidden.clone_from(&args.widths);
    comparison.epochs = args.epochs;
    comparison.batch_size = args.batch_size;
    comparison.seeds = args.seeds;
    comparison.first_seed = args.first_seed;
    comparison.tuning_seeds = args.tuning_seeds;
    comparison.band = args.band;
    comparison.folder = PathBuf::from(&args.out);
    comparison.resume = args.resume;
    if let Some(rates) = learning_rates {
        comparison.learning_rates = rates;
    }
    if let Some(jobs) = args.jobs {
        comparison.jobs = jobs;
    }
    Ok(comparison)
}

fn data(args: &Compare) -> Result<Dataset, Error> {
    let task = args.task.map(|task| match task {
        args::Task::Classification => Task::Classification,
        args::Task::Regression => Task::Regression,
    });
    match (args.data.as_str(), &args.target) {
        ("digits", None) => Ok(Dataset::digits()?),
        ("digits", Some(_)) => Err(Error::new("--target: the digits have a target of their own")),
        (file, Some(target)) => Ok(Dataset::from_csv(Path::new(file), target, task)?),
        (file, None) if !Path::new(file).exists() => Err(Error::new(format!(
            "--data {file}: there is no such file; `digits` is the data set that is built in"
        ))),
        (file, None) => Err(Error::new(format!(
            "--data {file}: which column is to be predicted? Name it with --target COLUMN"
        ))),
    }
}

/// The first Ctrl-C lets the runs under way finish and reports what there is; the second ends at
/// once, and loses nothing but those runs.
fn stop_on_interrupt(stop: &Arc<AtomicBool>) {
    let stop = Arc::clone(stop);
    // Without a handler Ctrl-C ends the program at once, which loses no finished run either.
    let _ = ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        tell("\nstopping: the runs under way finish first; press Ctrl-C again to end at once");
    });
}

fn stop_after(budget: Duration, stop: &Arc<AtomicBool>) -> Result<(), Error> {
    let stop = Arc::clone(stop);
    let clock = move || {
        std::thread::sleep(budget);
        stop.store(true, Ordering::Relaxed);
    };
    let started = std::thread::Builder::new().spawn(clock);
    started.map(drop).map_err(|error| Error::new(format!("--budget: no clock: {error}")))
}

/// `90s`, `10m`, `2h`; a bare number counts minutes.
fn duration(text: &str) -> Result<Duration, Error> {
    let (number, factor) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) if text.ends_with('s') => (number, 1.0),
        Some(number) if text.ends_with('h') => (number, 3600.0),
        Some(number) => (number, 60.0),
        None => (text, 60.0),
    };
    let seconds = number.parse::<f64>().ok().map(|number| number * factor);
    match seconds.filter(|seconds| (1.0..1e9).contains(seconds)) {
        Some(seconds) => Ok(Duration::from_secs_f64(seconds)),
        None => Err(Error::new(format!("--budget {text}: expected a time such as 90s, 10m or 2h"))),
    }
}
