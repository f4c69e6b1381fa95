//! `ogive bench`: rows, tables, bad input. Nothing here depends on how fast the machine is.

use serde_json::Value;

use crate::{Outcome, assert_narrow, call};

fn bench(arguments: &[&str]) -> Outcome {
    call(&[&["bench", "--seconds", "0.02"], arguments].concat())
}

fn rows(arguments: &[&str]) -> Vec<Value> {
    let outcome = bench(&[arguments, &["--json"]].concat());
    assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.err);
    outcome.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The table without its measurements, which are the numbers with a point or a percent sign, and
/// without the blanks that depend on them.
fn without_times(text: &str) -> String {
    let shown = |text: &str| -> String {
        let measured = |word: &str| {
            word.contains(['.', '%']) && word.trim_end_matches('%').parse::<f64>().is_ok()
        };
        let words = text.split_whitespace();
        words.map(|one| if measured(one) { "·" } else { one }).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(shown).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_row_in_json() {
    let arguments = ["prelu", "--sizes", "1000", "--threads", "1", "--engine", "scalar"];
    let mut rows = rows(&[&arguments[..], &["--layout", "nc:10"]].concat());
    let row = rows[0].as_object_mut().expect("an object");
    for (key, value) in row.iter_mut() {
        let given = matches!(key.as_str(), "size" | "threads") || key.ends_with("limit_copies");
        if let Some(number) = value.as_f64().filter(|_| !given) {
            assert!(number > 0.0 && number.is_finite(), "{key}: {number}");
            *value = Value::from("[measured]");
        }
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&rows).unwrap());
}

#[test]
fn the_numbers_of_a_row_fit_together() {
    for row in rows(&["relu", "dice", "--sizes", "1000", "--dtype", "f64"]) {
        let of = |key: &str| row[key].as_f64().unwrap_or_else(|| panic!("{key}: {row}"));
        let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-9;
        assert!(near(of("copy_gb_per_s"), 16.0 / of("copy_ns")));
        for pass in ["forward", "backward"] {
            let of_pass = |key: &str| of(&format!("{pass}_{key}"));
            assert!(of_pass("min_ns") <= of_pass("ns"));
            assert!(near(of_pass("copies"), of_pass("ns") / of("copy_ns")));
            assert!(near(of_pass("share"), of_pass("limit_copies") / of_pass("copies")));
            assert!(near(of_pass("gb_per_s"), 16.0 * of_pass("limit_copies") / of_pass("ns")));
        }
        let statistics = row["name"] == "dice";
        let limits = (of("forward_limit_copies"), of("backward_limit_copies"));
        assert_eq!(limits, if statistics { (1.5, 2.5) } else { (1.0, 1.5) });
    }
}

#[test]
fn the_table_fits_a_terminal() {
    for arguments in [
        &["relu", "parametric_sigmoid", "--sizes", "1000,64"][..],
        &["x*sigmoid(a_rather_long_name*x)", "--sizes", "1000", "--layout", "nchw:10"],
        &["silu", "--dtype", "bf16", "--sizes", "1", "--allocate", "--engine", "tiles"],
        &["x*sigmoid(gate)", "--dtype", "f16", "--sizes", "1000", "--threads", "3"],
    ] {
        let outcome = bench(arguments);
        assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.err);
        assert_narrow(&outcome.out);
    }
}

#[test]
fn a_table() {
    let outcome = bench(&[
        "relu",
        "-x*tanh(x)",
        "--sizes",
        "100,1000",
        "--engine",
        "scalar",
        "--threads",
        "2",
    ]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    // The first line is the machine.
    let (machine, table) = outcome.out.split_once('\n').expect("lines");
    assert!(machine.contains(" core"), "{machine}");
    insta::assert_snapshot!(without_times(table));
}

#[test]
fn rows_are_those_that_were_asked_for() {
    let of = |arguments: &[&str]| -> Vec<(String, u64)> {
        let rows = rows(arguments);
        let of =
            |row: &Value| (row["name"].as_str().unwrap().into(), row["size"].as_u64().unwrap());
        rows.iter().map(of).collect()
    };
    let found = of(&["ReLU", "x + 1", "--sizes", "64,8"]);
    let wanted = [("relu", 64), ("x + 1", 64), ("relu", 8), ("x + 1", 8)];
    assert_eq!(found, wanted.map(|(name, size)| (name.to_owned(), size)));
    assert!(of(&["--sizes", "8"]).len() > 5);
    let list = call(&["list", "--json"]).out;
    let formulas = list.lines().filter(|row| row.contains("\"kind\":\"elementwise\"")).count();
    assert_eq!(of(&["all", "--sizes", "8"]).len(), formulas);
    let fresh = rows(&["relu", "--sizes", "8", "--allocate"]);
    assert_eq!((&fresh[0]["allocate"], &fresh[0]["forward_share"]), (&true.into(), &Value::Null));
}

#[test]
fn bad_input_is_refused() {
    for (arguments, message) in [
        (&["tahn"][..], "did you mean `tanh`?"),
        (&["relu", "x*tahn(x)"], "\n  x*tahn(x)\n    ^^^^\n"),
        (&["relu", "--sizes", "0"], "--sizes 0: expected numbers from 1 to"),
        (&["relu", "--sizes", "1,99999999999"], "--sizes 99999999999: expected numbers"),
        (&["relu", "--sizes", "64k"], "invalid value"),
        (&["relu", "--sizes", ""], "invalid value"),
        (&["relu", "--threads", "0"], "--threads 0: expected a number from 1 to"),
        (&["relu", "--threads", "100000"], "--threads 100000: expected"),
        (&["relu", "--engine", "abacus"], "there is no engine `abacus`"),
        (&["relu", "--layout", "nhwc:3"], "--layout nhwc:3: expected flat, nc:CHANNELS or"),
        (&["relu", "--layout", "nc:0"], "--layout nc:0: expected flat"),
        (&["relu", "--layout", "nc:7"], "65536 elements are not a whole number of rows of 7"),
        (&["relu", "--dtype", "f8"], "invalid value"),
        (&["relu", "--seconds=-1"], "--seconds -1: expected a number from 0 to 3600"),
        (&["relu", "--seconds=nan"], "--seconds NaN: expected a number"),
    ] {
        let outcome = call(&[&["bench"], arguments].concat());
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(outcome.err.contains(message), "{arguments:?}: {}", outcome.err);
        assert!(!outcome.err.contains("panicked"), "{}", outcome.err);
    }
}
