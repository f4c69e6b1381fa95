//! Comparisons that train: small networks on small data.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ogive_lab::data::Dataset;
use ogive_lab::results::{Arm, Results, Timings};
use ogive_lab::verdict::Verdict;
use ogive_lab::{Comparison, Error, Progress};

/// A fresh folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ogive-train-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    /// The finished runs, sorted by name.
    fn runs(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.join("runs")).expect("the folder of runs");
        let mut paths: Vec<PathBuf> =
            entries.map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// 80 rows of two features; the target is a function of them, and of the row's number.
fn table(folder: &Folder, target: impl Fn(f64, f64, usize) -> String) -> Dataset {
    let row = |row: usize| {
        let (a, b) = ((row % 9) as f64 - 4.0, (row * 7 % 11) as f64 - 5.0);
        format!("{a},{b},{}\n", target(a, b, row))
    };
    let rows: Vec<String> = (0..80).map(row).collect();
    let path = folder.0.join("data.csv");
    fs::write(&path, format!("a,b,y\n{}", rows.concat())).expect("the data of the test");
    Dataset::from_csv(&path, "y", None).expect("data of the test")
}

fn classes(folder: &Folder) -> Dataset {
    table(folder, |a, b, row| if a * b > 0.5 || row % 10 == 0 { "in" } else { "out" }.to_owned())
}

fn numbers(folder: &Folder) -> Dataset {
    table(folder, |a, b, row| format!("{}", a * b + 0.1 * (row % 3) as f64))
}

/// Tiny: one hidden layer of 8, few epochs, one learning rate.
fn tiny(activations: &[&str], data: Dataset, folder: &Folder) -> Comparison {
    let activations = activations.iter().map(|&name| name.to_owned()).collect();
    let mut comparison = Comparison::new(activations, data);
    comparison.hidden = vec![8];
    comparison.epochs = 3;
    comparison.batch_size = 16;
    comparison.seeds = 3;
    comparison.learning_rates = vec![0.01];
    comparison.jobs = 2;
    comparison.folder = folder.0.join("out");
    comparison
}

struct Silent;

impl Progress for Silent {
    fn phase(&self, _: &str, _: usize) {}
    fn finished(&self) {}
}

fn run(comparison: &Comparison) -> Result<Results, Error> {
    comparison.run(&AtomicBool::new(false), &Silent)
}

/// Results without what depends on the clock.
fn timeless(mut results: Results) -> Results {
    results.timings = Timings::default();
    results
}

fn stored(folder: &Path) -> Results {
    let text = fs::read_to_string(folder.join("results.json")).expect("results");
    Results::from_json(&text).expect("whole results")
}

fn arm<'a>(results: &'a Results, name: &str) -> &'a Arm {
    results.arms.iter().find(|arm| arm.name == name).expect("an arm of that name")
}

#[test]
fn an_arm_never_beats_its_twin() {
    let folder = Folder::new("twin");
    // The same function under another text is trained on its own, from the same weights.
    let mut comparison = tiny(&["relu", "relu", "max(x, 0)"], classes(&folder), &folder);
    comparison.seeds = 7;
    for repeat in 0..20 {
        comparison.first_seed = 1 + 100 * repeat;
        let results = run(&comparison).unwrap();
        let names: Vec<&str> = results.arms.iter().map(|arm| arm.name.as_str()).collect();
        assert_eq!(names, ["relu", "relu (2)", "max(x, 0)"]);
        for arm in &results.arms[1..] {
            assert_eq!(arm.verdict, Verdict::Equivalent, "{repeat}: {}", results.verdict);
            assert_eq!(arm.runs, results.arms[0].runs);
        }
        // It means something only if seeds differ.
        assert!(results.arms[0].sd > Some(0.0));
    }
}

#[test]
fn jobs_change_nothing_but_the_time() {
    let folder = Folder::new("jobs");
    let mut comparison = tiny(&["relu", "prelu", "dice"], classes(&folder), &folder);
    comparison.learning_rates = vec![0.03, 0.003, 0.01, 0.01];
    comparison.tuning_seeds = 2;
    comparison.jobs = 1;
    let one = run(&comparison).unwrap();
    assert_eq!(stored(&comparison.folder), one);
    comparison.jobs = 2;
    let two = run(&comparison).unwrap();
    assert_eq!(timeless(one.clone()), timeless(two));
    // The grid is ascending and each rate once, whatever was asked.
    assert_eq!(one.settings.learning_rates, [0.003, 0.01, 0.03]);
    for arm in &one.arms {
        let rates: Vec<f64> = arm.grid.iter().map(|point| point.learning_rate).collect();
        assert_eq!(rates, one.settings.learning_rates);
        assert_eq!(arm.edge, arm.learning_rate != 0.01, "{}", arm.name);
        let best = arm.grid.iter().max_by(|a, b| a.validation.partial_cmp(&b.validation).unwrap());
        let chosen = arm.grid.iter().find(|point| point.learning_rate == arm.learning_rate);
        assert_eq!(best.unwrap().validation, chosen.unwrap().validation);
    }
    assert!(one.settings.tuning_seeds.iter().all(|seed| !one.settings.seeds.contains(seed)));
}

#[test]
fn a_resumed_comparison_ends_like_a_whole_one() {
    let folder = Folder::new("resume");
    let mut comparison = tiny(&["relu", "prelu"], classes(&folder), &folder);
    comparison.seeds = 4;
    let whole = timeless(run(&comparison).unwrap());
    let out = Folder(comparison.folder.clone());
    let runs = out.runs();
    assert_eq!(runs.len(), 8);
    let texts: Vec<String> = runs.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    for path in &runs[..4] {
        fs::remove_file(path).unwrap();
    }
    fs::write(&runs[4], &texts[4][..texts[4].len() / 2]).unwrap();
    fs::write(&runs[5], b"\xff\x00 garbage").unwrap();
    // A whole record, but of another task.
    fs::write(&runs[6], &texts[7]).unwrap();
    let kept = fs::metadata(&runs[7]).unwrap().modified().unwrap();
    comparison.resume = true;
    assert_eq!(timeless(run(&comparison).unwrap()), whole);
    assert_eq!(out.runs(), runs);
    assert_eq!(fs::metadata(&runs[7]).unwrap().modified().unwrap(), kept, "it was done again");
    let seconds = |text: &str| text.find("\"seconds\"").unwrap();
    for (path, text) in runs.iter().zip(&texts) {
        let now = fs::read_to_string(path).unwrap();
        assert_eq!(now[..seconds(&now)], text[..seconds(text)]);
    }
    // More seeds take the finished ones as they are.
    comparison.seeds = 5;
    let more = run(&comparison).unwrap();
    assert_eq!(more.arms[1].runs[..4], whole.arms[1].runs[..]);
    assert_eq!(fs::metadata(&runs[7]).unwrap().modified().unwrap(), kept);
    assert_eq!(out.runs().len(), 10);
}

#[test]
fn without_resume_everything_is_done_again() {
    let folder = Folder::new("again");
    let comparison = tiny(&["relu"], classes(&folder), &folder);
    let before = timeless(run(&comparison).unwrap());
    let out = Folder(comparison.folder.clone());
    for path in out.runs() {
        fs::write(path, "{}").unwrap();
    }
    assert_eq!(timeless(run(&comparison).unwrap()), before);
    assert!(out.runs().iter().all(|path| fs::metadata(path).unwrap().len() > 2));
}

#[test]
fn a_run_that_was_edited_is_done_again() {
    let folder = Folder::new("edited");
    let mut comparison = tiny(&["dice", "prelu"], classes(&folder), &folder);
    comparison.seeds = 1;
    comparison.baseline = "prelu".to_owned();
    let whole = timeless(run(&comparison).unwrap());
    comparison.resume = true;
    let out = Folder(comparison.folder.clone());
    let edits: [fn(&mut serde_json::Value); 12] = [
        |run| run["layers"] = serde_json::json!([]),
        |run| {
            let first = run["layers"][0].clone();
            run["layers"].as_array_mut().unwrap().push(first);
        },
        |run| run["layers"][0]["parameters"] = serde_json::json!([]),
        |run| run["layers"][0]["parameters"][0] = serde_json::json!([]),
        |run| run["layers"][0]["parameters"][0] = serde_json::json!([0.1, 0.2, 0.3]),
        |run| run["layers"][0]["mean"] = serde_json::json!([0.1, 0.2]),
        |run| run["layers"][0]["histogram"] = serde_json::json!([1]),
        |run| run["right"] = serde_json::json!([1]),
        |run| run["test"] = serde_json::Value::Null,
        |run| run["validation"] = serde_json::json!(100.5),
        |run| run["epoch"] = serde_json::json!(77),
        |run| run["failed"] = serde_json::json!(true),
    ];
    for (place, edit) in edits.iter().enumerate() {
        for path in out.runs() {
            let text = fs::read_to_string(&path).unwrap();
            let mut value = serde_json::from_str(&text).unwrap();
            edit(&mut value);
            let edited = value.to_string();
            fs::write(&path, edited).unwrap();
        }
        assert_eq!(timeless(run(&comparison).unwrap()), whole, "edit {place}");
    }
}

#[test]
fn an_outlier_does_not_make_a_diverging_rate_win() {
    let folder = Folder::new("outlier");
    // Wherever it falls, in the training, the validation or the test rows.
    let data =
        table(&folder, |a, b, row| if row == 5 { "1e4".into() } else { format!("{}", a * b) });
    let mut comparison = tiny(&["relu"], data, &folder);
    comparison.learning_rates = vec![0.01, 1e30];
    comparison.tuning_seeds = 1;
    let mut moved = Vec::new();
    for split_seed in 0..10 {
        comparison.split_seed = split_seed;
        let results = run(&comparison).unwrap();
        let relu = arm(&results, "relu");
        assert_eq!(relu.grid[1].failed, 1);
        assert_eq!(relu.learning_rate, 0.01, "split {split_seed}");
        let chance = results.settings.measure.chance;
        let runs = &relu.runs;
        let error: f64 = runs.iter().map(|run| run.validation).sum::<f64>() / runs.len() as f64;
        assert!((results.settings.band - 0.01 * error).abs() < 1e-9 * error);
        // What guessing costs on the validation rows, at which the failed run counts.
        let guess = relu.grid[1].validation.unwrap();
        moved.push((chance > 1000.0, guess > 1000.0));
    }
    // Among the training rows it moves the chance level, among the validation rows the guess, and
    // among the test rows neither.
    for place in [(true, false), (false, true), (false, false)] {
        assert!(moved.contains(&place), "{moved:?}");
    }
}

#[test]
fn more_jobs_than_the_machine_has_are_no_danger() {
    let folder = Folder::new("many-jobs");
    let mut comparison = tiny(&["relu"], classes(&folder), &folder);
    comparison.jobs = usize::MAX;
    let results = run(&comparison).unwrap();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    assert_eq!(results.timings.jobs, 4 * cores);
}

fn diverges(data: Dataset, folder: &Folder) -> Results {
    let mut comparison = tiny(&["relu", "relu_squared"], data, folder);
    comparison.learning_rates = vec![1e30];
    comparison.hidden = vec![8, 8];
    let results = run(&comparison).expect("results all the same");
    assert_eq!(stored(&comparison.folder), results);
    let first = &results.arms[0].runs[0];
    let (test, validation) = (first.test, first.validation);
    let classes = results.settings.data.classes.is_some();
    let how = if classes { "at chance level (50.0 %)" } else { "as guessing the mean" };
    for arm in &results.arms {
        for run in &arm.runs {
            assert!(run.failed, "{}", arm.name);
            assert_eq!((run.test, run.validation, run.epoch), (test, validation, 0));
        }
        let warning = format!("3 runs of {} failed and count {how}", arm.name);
        assert!(results.warnings().iter().any(|text| text.starts_with(&warning)));
    }
    let page = fs::read_to_string(comparison.folder.join("report.html")).expect("the report");
    assert!(page.contains("failed"));
    results
}

#[test]
fn a_run_that_diverges_counts_at_chance_level() {
    let folder = Folder::new("diverge");
    let results = diverges(classes(&folder), &folder);
    let run = &results.arms[0].runs[0];
    assert_eq!((results.settings.measure.chance, run.test, run.validation), (50.0, 50.0, 50.0));
    assert_eq!(results.settings.task, "classification");
}

#[test]
fn a_regression_that_diverges_counts_as_guessing_the_mean() {
    let folder = Folder::new("diverge-numbers");
    let results = diverges(numbers(&folder), &folder);
    assert_eq!(results.settings.task, "regression");
    // The standard deviation of a·b over the rows is about 8.
    let first = &results.arms[0].runs[0];
    let guesses = [results.settings.measure.chance, first.test, first.validation];
    assert!(guesses.iter().all(|guess| (5.0..12.0).contains(guess)), "{guesses:?}");
    assert!(guesses[0] != guesses[1] && guesses[1] != guesses[2], "each on its own rows");
    // A sane rate beats guessing.
    let mut sane = tiny(&["gelu"], numbers(&folder), &folder);
    sane.epochs = 40;
    let results = run(&sane).unwrap();
    assert!(results.arms.iter().all(|arm| arm.runs.iter().all(|run| !run.failed)));
    assert!(results.arms.iter().all(|arm| arm.mean < 0.8 * results.settings.measure.chance));
    assert!(results.arms[1].difference.unwrap().new_data_low.is_none());
    assert!(!results.settings.measure.higher_is_better);
}

#[test]
fn learned_parameters_move_and_fixed_activations_have_none() {
    let folder = Folder::new("learned");
    let mut comparison = tiny(&["relu", "leaky_relu", "prelu"], classes(&folder), &folder);
    comparison.hidden = vec![8, 6];
    comparison.epochs = 10;
    let results = run(&comparison).unwrap();
    let prelu = arm(&results, "prelu");
    assert!(prelu.learnable);
    assert_eq!(prelu.learned.len(), 2);
    for learned in &prelu.learned {
        assert_eq!(learned.initial, 0.25);
        assert_eq!(learned.per_seed.len(), 3);
        assert!(learned.per_seed.iter().all(|mean| (mean.unwrap() - 0.25).abs() > 1e-3));
        assert!(learned.sd > Some(0.0));
    }
    for shape in &prelu.shapes {
        assert_eq!(shape.learned.len(), 3);
        assert!(shape.learned.iter().all(|learned| *learned != shape.initial));
        assert_ne!(shape.learned[0], shape.learned[1]);
        // Right of 0 it is the identity, whatever was learned.
        assert!(shape.learned.iter().all(|learned| learned[96] == Some(6.0)));
    }
    for name in ["relu", "leaky_relu"] {
        let fixed = arm(&results, name);
        assert!(!fixed.learnable && fixed.learned.is_empty(), "{name}");
        assert!(fixed.shapes.iter().all(|s| s.learned.iter().all(|learned| *learned == s.initial)));
    }
    assert_eq!(prelu.parameter_count, arm(&results, "relu").parameter_count + 14);
    // Validation rows times units times seeds, less the few that lie outside.
    let counts: u64 = prelu.shapes[0].histogram.counts.iter().sum();
    let all = (results.settings.data.validation * 8 * 3) as u64;
    assert!(counts <= all && counts > all / 2, "{counts} of {all}");
}

#[test]
fn statistics_of_the_batch_are_learned_too() {
    let folder = Folder::new("dice");
    let results = run(&tiny(&["dice"], classes(&folder), &folder)).unwrap();
    let dice = arm(&results, "dice");
    assert!(dice.runs.iter().all(|run| !run.failed));
    assert!(dice.shapes[0].learned.iter().all(|learned| *learned != dice.shapes[0].initial));
}

#[test]
fn every_granularity_is_learned_and_recorded() {
    let folder = Folder::new("granularity");
    let text = "a*x*sigmoid(b*x) + c | a = 1 per element, b = 1 in 2 groups, c = 0 per channel";
    let results = run(&tiny(&[text], classes(&folder), &folder)).unwrap();
    let own = arm(&results, text);
    assert!(own.runs.iter().all(|run| !run.failed));
    assert!(own.shapes[0].learned.iter().all(|learned| *learned != own.shapes[0].initial));
    // A second time the records are read back.
    let again = run(&tiny(&[text], classes(&folder), &folder)).unwrap();
    assert_eq!(timeless(again), timeless(results));
}

/// Sets the flag after so many finished runs.
struct StopAfter<'a> {
    runs: usize,
    finished: AtomicUsize,
    stop: &'a AtomicBool,
}

impl Progress for StopAfter<'_> {
    fn phase(&self, _: &str, _: usize) {}
    fn finished(&self) {
        if self.finished.fetch_add(1, Ordering::Relaxed) + 1 == self.runs {
            self.stop.store(true, Ordering::Relaxed);
        }
    }
}

fn stopped_after(comparison: &Comparison, runs: usize) -> Result<Results, Error> {
    let stop = AtomicBool::new(runs == 0);
    comparison.run(&stop, &StopAfter { runs, finished: AtomicUsize::new(0), stop: &stop })
}

#[test]
fn a_stopped_comparison_covers_whole_seeds() {
    let folder = Folder::new("stop");
    let mut comparison = tiny(&["relu", "prelu"], classes(&folder), &folder);
    comparison.jobs = 1;
    for runs in [0, 1] {
        let message = stopped_after(&comparison, runs).expect_err("no seed is whole").to_string();
        assert!(message.contains("--resume"), "{message}");
        assert!(!comparison.folder.join("results.json").exists());
    }
    for (runs, seeds) in [(2, vec![1]), (3, vec![1]), (4, vec![1, 2])] {
        let results = stopped_after(&comparison, runs).unwrap();
        assert!(results.settings.interrupted);
        assert_eq!(results.settings.seeds, seeds);
        assert!(results.warnings()[0].contains("stopped early"));
    }
    let mut grid = comparison.clone();
    grid.learning_rates = vec![0.01, 0.02];
    let message = stopped_after(&grid, 3).expect_err("rates are not chosen").to_string();
    assert!(message.contains("learning rates") && message.contains("--resume"), "{message}");
    // A stop after the last run has missed nothing.
    let whole = stopped_after(&comparison, 6).unwrap();
    assert!(!whole.settings.interrupted);
    comparison.resume = true;
    assert_eq!(timeless(run(&comparison).unwrap()), timeless(whole));
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_written() {
    let folder = Folder::new("refused");
    let data = classes(&folder);
    let refused = |change: &dyn Fn(&mut Comparison), says: &str| {
        let mut comparison = tiny(&["relu", "gelu"], data.clone(), &folder);
        change(&mut comparison);
        let message = run(&comparison).expect_err(says).to_string();
        assert!(message.contains(says), "{message}");
        assert!(!comparison.folder.exists(), "{says}");
    };
    refused(&|c| c.hidden = vec![], "hidden layer");
    refused(&|c| c.hidden = vec![8, 0], "hidden layer");
    refused(&|c| c.hidden = vec![65_536, 65_536], "weights");
    refused(&|c| c.seeds = 0, "seeds");
    refused(&|c| c.epochs = 0, "epochs");
    refused(&|c| c.batch_size = 1, "batch");
    refused(&|c| c.learning_rates = vec![], "learning rates");
    refused(&|c| c.learning_rates = vec![0.1, f64::NAN], "learning rate NaN");
    refused(&|c| c.learning_rates = vec![-0.1], "learning rate -0.1");
    refused(&|c| (c.learning_rates, c.tuning_seeds) = (vec![0.1, 0.2], 0), "tuning seeds");
    refused(&|c| c.first_seed = u64::MAX, "seed");
    refused(&|c| c.band = Some(-1.0), "band");
    refused(&|c| c.activations[1] = "x*gate".to_owned(), "second input");
    // The caret stands below the place: nothing comes before or after the error of the formula.
    let caret = "there is no function `tahn`\n  x*tahn(x)\n    ^^^^\n  help: ";
    refused(&|c| c.activations[1] = "x*tahn(x)".to_owned(), caret);
    refused(&|c| c.baseline = "x*tahn(x)".to_owned(), caret);
}

#[test]
fn the_folder_is_tried_before_training() {
    let folder = Folder::new("unwritable");
    let mut comparison = tiny(&["relu"], classes(&folder), &folder);
    let file = folder.0.join("file");
    fs::write(&file, "kept").unwrap();
    comparison.folder = file.join("below");
    let stop = AtomicBool::new(false);
    let count = StopAfter { runs: 0, finished: AtomicUsize::new(0), stop: &stop };
    let message = comparison.run(&stop, &count).expect_err("a file is in the way").to_string();
    assert!(message.contains("cannot make the folder") && message.contains("below"), "{message}");
    assert_eq!(count.finished.load(Ordering::Relaxed), 0);
    assert_eq!(fs::read_to_string(file).unwrap(), "kept");
}

#[test]
fn sigmoid_loses_to_relu_on_the_digits() {
    let folder = Folder::new("sigmoid");
    let mut comparison = tiny(&["relu", "sigmoid"], Dataset::digits().unwrap(), &folder);
    comparison.hidden = vec![16, 16];
    comparison.epochs = 5;
    comparison.batch_size = 32;
    comparison.seeds = 6;
    comparison.learning_rates = vec![0.002];
    let results = run(&comparison).unwrap();
    assert_eq!(arm(&results, "sigmoid").verdict, Verdict::Worse, "{}", results.verdict);
    assert!(results.verdict.contains("sigmoid is worse than relu"), "{}", results.verdict);
    assert!(results.arms[0].difference.is_none());
    let low = arm(&results, "sigmoid").difference.unwrap().new_data_high.unwrap();
    assert!(low < 0.0);
}
