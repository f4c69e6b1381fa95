//! `ogive compare` from the data to the report.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Folder, Running, assert_narrow, call_with, ogive};

const TINY: [&str; 12] = [
    "compare",
    "--widths",
    "8",
    "--lr",
    "0.01",
    "--batch-size",
    "16",
    "--data",
    "table.csv",
    "--target",
    "side",
    "--seeds",
];

/// The arguments of a small comparison of these, over so many seeds.
fn tiny<'a>(seeds: &'a str, others: &[&'a str]) -> Vec<&'a str> {
    [&TINY[..], &[seeds], others].concat()
}

/// A folder with 90 points on two sides of a parabola.
fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    let row = |row: usize| {
        let (a, b) = ((row % 9) as f64 - 4.0, (row * 7 % 11) as f64 - 5.0);
        format!("{a},{b},{}\n", if a * a - b > 4.0 { "above" } else { "below" })
    };
    let rows: Vec<String> = (0..90).map(row).collect();
    folder.write("table.csv", &format!("a,b,side\n{}", rows.concat()));
    folder
}

fn results(folder: &Folder, out: &str) -> Value {
    serde_json::from_str(&folder.read(&format!("{out}/results.json"))).expect("JSON")
}

/// The same without what depends on the clock.
fn timeless(mut results: Value) -> Value {
    results.as_object_mut().expect("an object").remove("timings").expect("timings");
    results
}

/// The text of a page as a reader sees it.
fn visible(page: &str) -> String {
    let text: String =
        page.split('<').map(|piece| piece.split_once('>').map_or(piece, |p| p.1)).collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    let text = entities.iter().fold(text, |text, (from, to)| text.replace(from, to));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn table_report_and_files_agree() {
    let folder = folder("agree");
    let arms = ["relu", "prelu", "x*sigmoid(beta*x) | beta = 1 per channel", "-relu(-x)"];
    let arguments = tiny("6", &[&arms[..], &["--epochs", "5", "--out", "a & b/out"]].concat());
    let outcome = call_with(&folder.0, &arguments, "");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert_narrow(&outcome.out);
    assert!(outcome.out.contains("\nReport: a & b/out/report.html\n"), "{}", outcome.out);
    assert!(outcome.err.starts_with("training: 24 runs\n"), "{}", outcome.err);
    assert!(outcome.err.ends_with("  24 of 24\n"), "{}", outcome.err);

    let results = results(&folder, "a & b/out");
    assert_eq!(results["arms"].as_array().unwrap().len(), 4);
    let verdict = results["verdict"].as_str().unwrap();
    let printed = outcome.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(printed.contains(verdict), "{verdict}\n{printed}");
    let page = visible(&folder.read("a & b/out/report.html"));
    assert!(page.contains(verdict), "{verdict}");
    let csv = folder.read("a & b/out/results.csv");
    assert_eq!(csv.lines().count(), 1 + 4 * 6);
    assert!(csv.starts_with("arm,formula,"));
    assert_eq!(fs::read_dir(folder.0.join("a & b/out/runs")).unwrap().count(), 24);
}

#[test]
fn json_is_one_line_and_equals_the_file() {
    let folder = folder("json");
    let arguments = tiny("3", &["gelu", "--epochs", "3", "--json", "--out", "out", "--jobs", "2"]);
    let outcome = call_with(&folder.0, &arguments, "");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert_eq!(outcome.out.lines().count(), 1);
    let printed: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(printed, results(&folder, "out"));
    assert_eq!(printed["settings"]["baseline"], "relu");
    assert_eq!(printed["arms"][0]["name"], "relu");
}

#[test]
fn a_number_target_and_a_grid() {
    let folder = folder("numbers");
    let rows = folder.read("table.csv").replace("above", "1.5").replace("below", "-0.5");
    folder.write("table.csv", &rows);
    let arguments =
        tiny("3", &["gelu", "--epochs", "3", "--lr", "0.03,0.01", "--tuning-seeds", "1"]);
    // Without the one shared rate.
    let arguments = [&arguments[..3], &arguments[5..]].concat();
    let outcome = call_with(&folder.0, &arguments, "");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert_narrow(&outcome.out);
    let results = results(&folder, "ogive-report");
    assert_eq!(results["settings"]["task"], "regression");
    assert!(outcome.out.starts_with("activation      test RMSE"), "{}", outcome.out);
    assert_eq!(results["settings"]["learning_rates"], serde_json::json!([0.01, 0.03]));
    assert!(outcome.err.starts_with("choosing learning rates: 4 runs\n"), "{}", outcome.err);
}

#[test]
fn a_report_is_not_replaced_in_silence() {
    let folder = folder("twice");
    let arguments = tiny("2", &["gelu", "--epochs", "1", "--out", "out"]);
    let says = "out holds a report, which this one replaces; its runs stay, and its command with \
                --resume makes it again\n";
    for (resume, told) in [(false, false), (false, true), (true, false)] {
        let resume: &[&str] = if resume { &["--resume"] } else { &[] };
        let outcome = call_with(&folder.0, &[&arguments[..], resume].concat(), "");
        assert_eq!(outcome.code, Some(0), "{}", outcome.err);
        assert_eq!(outcome.err.starts_with(says), told, "{}", outcome.err);
    }
}

#[test]
fn a_killed_comparison_is_resumed() {
    let folder = folder("killed");
    let base = tiny("12", &["relu", "prelu", "dice", "--epochs", "40", "--jobs", "1"]);
    let with = |others: &[&'static str]| [&base[..], others].concat();
    let outcome = call_with(&folder.0, &with(&["--out", "whole"]), "");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);

    let mut command = ogive(&folder.0, &with(&["--out", "killed"]));
    let mut child = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let start = Instant::now();
    while finished(&folder.0.join("killed/runs")) < 4 {
        assert!(start.elapsed() < Duration::from_mins(1), "no run was finished");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.0.kill().unwrap();
    child.0.wait().unwrap();
    let done = finished(&folder.0.join("killed/runs"));
    assert!((4..36).contains(&done), "{done} runs: it was not half-way");
    assert!(!folder.0.join("killed/results.json").exists());

    let outcome = call_with(&folder.0, &with(&["--out", "killed", "--resume"]), "");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert_eq!(finished(&folder.0.join("killed/runs")), 36);
    assert_eq!(timeless(results(&folder, "killed")), timeless(results(&folder, "whole")));
}

/// How many finished runs the folder holds.
fn finished(runs: &Path) -> usize {
    let Ok(entries) = fs::read_dir(runs) else { return 0 };
    entries
        .filter(|entry| entry.as_ref().is_ok_and(|e| e.path().extension() == Some("json".as_ref())))
        .count()
}

#[test]
fn a_budget_ends_it_with_whole_seeds_or_a_hint() {
    let folder = folder("budget");
    let arguments = tiny("10000", &["gelu", "--epochs", "20", "--budget", "1s", "--json"]);
    let outcome = call_with(&folder.0, &arguments, "");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    let results: Value = serde_json::from_str(&outcome.out).unwrap();
    let settings = &results["settings"];
    assert_eq!(settings["interrupted"], true);
    let seeds = settings["seeds"].as_array().unwrap().len();
    assert!((1..10_000).contains(&seeds));
    assert_eq!(results["arms"][1]["runs"].as_array().unwrap().len(), seeds);
}
