//! `ogive eval`: numbers in, numbers out.

use crate::{Folder, Outcome, assert_narrow, call_with};

fn eval(arguments: &[&str], input: &str) -> Outcome {
    call_with(&std::env::temp_dir(), &[&["eval"], arguments].concat(), input)
}

fn lines(arguments: &[&str], input: &str) -> Vec<String> {
    let outcome = eval(arguments, input);
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""), "{arguments:?}");
    outcome.out.lines().map(str::to_owned).collect()
}

/// The cells of the lines below the header.
fn cells(arguments: &[&str], input: &str) -> Vec<Vec<String>> {
    let lines = lines(arguments, input);
    lines[1..].iter().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn numbers_are_read_as_people_and_c99_write_them() {
    let found = cells(&["relu"], "3 -2\t0.5\n\n0x1.8p+1 -0x1p-3 1e-3\n");
    let y: Vec<&str> = found.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(y, ["3", "0", "0.5", "3", "0", "0.001"]);
}

#[test]
fn json_is_exact() {
    assert_eq!(
        lines(&["x*sigmoid(x)", "--json"], "1 0.1 -0x0p+0"),
        [
            r#"{"x":"0x1p+0","y":"0x1.764d5p-1"}"#,
            r#"{"x":"0x1.99999ap-4","y":"0x1.ae101ep-5"}"#,
            r#"{"x":"-0x0p+0","y":"-0x0p+0"}"#,
        ]
    );
    let found = lines(&["x^2", "--json", "--dtype", "f64"], "0x1.0000000000001p+0");
    assert_eq!(found, [r#"{"x":"0x1.0000000000001p+0","y":"0x1.0000000000002p+0"}"#]);
}

#[test]
fn nan_and_infinity() {
    let found = cells(&["silu"], "nan inf -inf");
    assert_eq!(found, [["NaN", "NaN"], ["inf", "inf"], ["-inf", "-0"]]);
    let json = lines(&["relu", "--json"], "nan inf -inf");
    assert_eq!(json[0], r#"{"x":"nan","y":"nan"}"#);
    assert_eq!(json[2], r#"{"x":"-inf","y":"0x0p+0"}"#);
}

#[test]
fn derivatives() {
    let all = lines(&["prelu", "--grad"], "-2 3");
    assert_eq!(all[0].split_whitespace().collect::<Vec<_>>(), ["x", "y", "dx", "dalpha"]);
    let found = cells(&["prelu", "--grad"], "-2 3");
    assert_eq!(found, [["-2", "-0.5", "0.25", "-2"], ["3", "3", "1", "0"]]);
    let json = lines(&["prelu", "--grad", "--json"], "-2");
    let wanted = r#"{"dp":{"alpha":"-0x1p+1"},"dx":"0x1p-2","x":"-0x1p+1","y":"-0x1p-1"}"#;
    assert_eq!(json, [wanted]);
    // A second input has a derivative of its own.
    let gated = cells(&["x*gate", "--grad", "--gate", "-3"], "2");
    assert_eq!(gated, [["2", "-6", "-3", "2"]]);
}

#[test]
fn parameters_and_statistics_are_set() {
    let swish = "x*sigmoid(beta*x) | beta = 1";
    assert_eq!(cells(&[swish, "--param", "beta=0"], "3"), [["3", "1.5"]]);
    assert_eq!(cells(&["prelu", "--param", "alpha=-0x1p-1"], "-3"), [["-3", "1.5"]]);
    let standard = "(x - mean(x))/sqrt(var(x))";
    assert_eq!(cells(&[standard, "--mean", "-1", "--var", "4"], "3"), [["3", "2"]]);
    let outcome = eval(&[standard, "--var", "-1"], "3");
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert_eq!(outcome.err, "error: --var -1: expected a number that is 0 or more\n");
}

#[test]
fn a_formula_may_begin_with_a_minus() {
    assert_eq!(cells(&["-x"], "2"), [["2", "-2"]]);
    assert_eq!(cells(&["-abs(x) + 1", "--dtype", "f64"], "2"), [["2", "-1"]]);
    assert_eq!(cells(&["--dtype", "f64", "-2*x"], "2"), [["2", "-4"]]);
}

#[test]
fn f64_has_its_own_digits() {
    assert_eq!(cells(&["x", "--dtype", "f64"], "0.1"), [["0.1", "0.1"]]);
    assert_eq!(cells(&["x/3", "--dtype", "f64"], "1")[0][1], "0.3333333333333333");
    assert_eq!(cells(&["x/3"], "1")[0][1], "0.33333334");
    // The longest there is, in columns that do not touch.
    let longest = "-2.2250738585072014e-308";
    assert_eq!(cells(&["x", "--dtype", "f64"], longest), [[longest, longest]]);
    let longest = "-1.17549435e-38";
    assert_eq!(cells(&["x"], longest)[0].len(), 2);
    assert_eq!(cells(&["x", "--dtype", "f64"], "1e300"), [["1e300", "1e300"]]);
    assert_eq!(cells(&["x"], "1e300"), [["inf", "inf"]]);
}

#[test]
fn halves_have_digits_of_their_own() {
    assert_eq!(
        cells(&["x", "--dtype", "bf16"], "0.1 1e300 nan"),
        [["0.1", "0.1"], ["inf", "inf"], ["NaN", "NaN"]]
    );
    assert_eq!(cells(&["x/3", "--dtype", "f16"], "1"), [["1", "0.3333"]]);
    let json = lines(&["x", "--dtype", "f16", "--json"], "0.1 65519.99 65520 0x1p-25");
    assert!(json[0].contains(r#""y":"0x1.998p-4""#), "{}", json[0]);
    assert!(json[1].contains(r#""y":"0x1.ffcp+15""#) && json[2].contains(r#""y":"inf""#));
    assert!(json[3].contains(r#""y":"0x0p+0""#), "a tie goes to the even side");
}

#[test]
fn every_engine_gives_the_same_bits() {
    let numbers: Vec<String> = (-500..500).map(|k| (f64::from(k) / 37.0).to_string()).collect();
    let numbers = numbers.join(" ");
    for name in ["gelu", "mish", "prelu", "dice"] {
        let auto = lines(&[name, "--grad", "--json"], &numbers);
        assert_eq!(auto.len(), 1000);
        let scalar = lines(&[name, "--grad", "--json", "--engine", "scalar"], &numbers);
        assert_eq!(auto, scalar, "{name}");
    }
    let outcome = eval(&["gelu", "--engine", "abacus"], "1");
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert!(outcome.err.contains("`abacus`") && outcome.err.contains("`scalar`"));
}

#[test]
fn no_number_is_no_mistake() {
    for input in ["", "\n \n"] {
        assert_eq!(lines(&["prelu", "--grad", "--json"], input), [""; 0]);
        let header = lines(&["prelu", "--grad"], input);
        assert_eq!(header.len(), 1);
        assert_eq!(header[0].split_whitespace().collect::<Vec<_>>(), ["x", "y", "dx", "dalpha"]);
        assert_eq!(lines(&["relu", "--grad"], input)[0].split_whitespace().count(), 3);
    }
}

#[test]
fn a_word_that_is_no_number_is_named_with_its_line() {
    let outcome = eval(&["relu"], "1\n2 3\n4 five 6\n");
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert!(outcome.err.starts_with("error: line 3: `five` is not a number\n"), "{}", outcome.err);
    assert!(outcome.err.contains("help: "));
    let outcome = eval(&["relu"], &"z".repeat(1_000_000));
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.err.len() < 400, "{}", outcome.err.len());
    let outcome = eval(&["relu"], "1 \x1b[2J");
    assert!(outcome.code == Some(2) && !outcome.err.contains('\x1b'));
}

#[test]
fn a_hundred_thousand_numbers() {
    let numbers: Vec<String> = (-50_000..50_000).map(|k| k.to_string()).collect();
    let found = lines(&["relu", "--json"], &numbers.join("\n"));
    assert_eq!(found.len(), 100_000);
    assert_eq!(found[0], r#"{"x":"-0x1.86ap+15","y":"0x0p+0"}"#);
    assert_eq!(found[50_001], r#"{"x":"0x1p+0","y":"0x1p+0"}"#);
}

#[test]
fn names_that_are_not_declared_are_told() {
    let told = |arguments: &[&str]| {
        let outcome = eval(arguments, "1");
        assert_eq!(outcome.code, Some(0), "{}", outcome.err);
        assert_narrow(&outcome.err);
        outcome.err
    };
    insta::assert_snapshot!(
        [
            told(&["x*sigmoid(beta*x)"]),
            told(&["a*x + b*|x| + c", "--json"]),
            told(&[
                "first_parameter*x^second_parameter + third_parameter*x^fourth + (fifth*x)^sixth"
            ]),
        ]
        .concat()
    );
    // Whoever sets it knows of it.
    assert!(told(&["a*x + b", "--param", "b=2"]).contains("does not declare `a`; "));
    assert_eq!(told(&["a*x + b", "--param", "a=1", "--param", "b=2"]), "");
    assert_eq!(told(&["a*x | a = 1"]), "");
}

#[test]
fn every_command_that_runs_a_formula_tells_them() {
    let folder = Folder::new("undeclared");
    let compare =
        ["compare", "relu", "--epochs", "1", "--seeds", "1", "--lr", "0.01", "--widths", "4"];
    for arguments in [
        &["eval", "a*x"][..],
        &["check", "a*x", "--inputs", "10"],
        &["bench", "relu", "a*x", "--sizes", "10", "--seconds", "0"],
        &[&compare[..], &["--baseline", "a*x"]].concat(),
    ] {
        let outcome = call_with(&folder.0, arguments, "1");
        assert_eq!(outcome.code, Some(0), "{arguments:?}: {}", outcome.err);
        assert!(outcome.err.contains("note: a*x does not declare `a`"), "{}", outcome.err);
    }
    // What is refused is not told of before.
    let outcome = call_with(&folder.0, &["compare", "a*x", "b*"], "");
    assert!(outcome.err.starts_with("error: "), "{}", outcome.err);
}
