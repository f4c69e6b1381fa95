//! `ogive check`: rows, exit codes, hostile input.

use crate::{Outcome, assert_narrow, call};

fn check(arguments: &[&str]) -> Outcome {
    call(&[&["check"], arguments].concat())
}

fn rows(arguments: &[&str]) -> Vec<serde_json::Value> {
    let outcome = check(&[arguments, &["--json"]].concat());
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""), "{arguments:?}");
    outcome.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn json_is_one_exact_object_per_row() {
    let outcome = check(&["relu", "--inputs", "3000", "--engine", "scalar", "--json"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(outcome.out);
}

#[test]
fn the_table_fits_a_terminal() {
    for arguments in [
        &["parametric_sigmoid", "--inputs", "5000"][..],
        &[
            "x*sigmoid(a_rather_long_name*x) + 0.000001*tanh(x) | a_rather_long_name = 1",
            "--inputs",
            "5000",
        ],
        &["silu", "--dtype", "bf16"],
        &["swish", "--param", "beta=1.5", "--inputs", "500", "--dtype", "f64"],
    ] {
        let outcome = check(arguments);
        assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""), "{arguments:?}");
        assert_narrow(&outcome.out);
        assert!(outcome.out.contains(" pass\n"), "{}", outcome.out);
    }
}

#[test]
fn every_quantity_has_a_row() {
    let of = |arguments: &[&str]| -> Vec<String> {
        rows(arguments).iter().map(|row| row["quantity"].as_str().unwrap().to_owned()).collect()
    };
    let dice = of(&["dice", "--inputs", "3000"]);
    assert_eq!(dice, ["y", "dx", "dp:alpha", "dmean", "dvariance"]);
    assert_eq!(of(&["x*relu(gate)*b | b = 1", "--inputs", "3000"]), ["y", "dx", "dgate", "dp:b"]);
    assert_eq!(of(&["dice", "--exhaustive", "--dtype", "f16"]), ["y", "dx"]);
    let every = rows(&["gelu", "--dtype", "f16", "--exhaustive"]);
    assert!(every.iter().all(|row| row["inputs"] == 65_536 && row["misrounded"] == 0));
}

#[test]
fn a_row_that_fails_makes_the_exit_code_1() {
    // Of atan one f64 is known, which has no digits to spare where this cancels.
    let cancels = ["x - atan(x)", "--dtype", "f64", "--inputs", "3000"];
    let outcome = check(&[&cancels[..], &["--engine", "scalar"]].concat());
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(1), ""), "{}", outcome.out);
    assert!(outcome.out.contains(" FAIL\n") && outcome.out.contains("ulp are allowed"));
    assert_narrow(&outcome.out);
    let json = check(&[&cancels[..], &["--json"]].concat());
    assert_eq!(json.code, Some(1));
    assert!(json.out.contains(r#""pass":false"#));
}

#[test]
fn bad_input_is_refused() {
    for (arguments, message) in [
        (&["relu", "--inputs", "0"][..], "--inputs 0: expected a number from 1 to"),
        (&["relu", "--inputs", "99999999999"], "expected a number from 1 to"),
        (&["relu", "--exhaustive", "--dtype", "f64"], "--exhaustive: f64 has 2^64 numbers"),
        (&["tahn"], "did you mean `tanh`?"),
        (&["x*tahn(x)"], "\n  x*tahn(x)\n    ^^^^\n"),
        (&["relu", "--engine", "abacus"], "there is no engine `abacus`"),
        (&["relu", "--engine", ""], "there is no engine ``"),
        (&["all", "--param", "beta=1"], "`all` has no parameters of its own"),
        (&["swish", "--param", "gamma=1"], "`beta`"),
        (&["relu", "--inputs", "5", "--exhaustive"], "cannot be used with"),
        (&["relu", "--inputs", "-3"], "invalid value"),
        (&["relu", "--dtype", "f8"], "invalid value"),
    ] {
        let outcome = check(arguments);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(outcome.err.contains(message), "{arguments:?}: {}", outcome.err);
    }
}
