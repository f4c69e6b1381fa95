//! Formulas as papers and source code print them are read as what they mean.

use std::collections::HashSet;

use ogive_catalog::library;
use ogive_formula::{Formula, Point};

use crate::printed::printed;

/// A formula of the file; `what` says which of its two texts.
fn parse(text: &str, what: &str) -> Formula {
    Formula::parse_with(text, library()).unwrap_or_else(|error| panic!("{what}: {error}\n{text}"))
}

fn parameters(formula: &Formula) -> Vec<String> {
    formula.parameters().iter().map(ToString::to_string).collect()
}

#[test]
fn printed_formulas_are_what_they_mean() {
    for case in printed() {
        let read = parse(&case.text, case.source);
        let meant = parse(case.meaning, case.source);
        assert_eq!(parameters(&read), parameters(&meant), "{}: {}", case.source, case.text);
        if case.is_same_node {
            let printed = |formula: &Formula| formula.print(formula.typed());
            assert_eq!(printed(&read), printed(&meant), "{}: {}", case.source, case.text);
            continue;
        }
        let initial: Vec<f64> = read.parameters().iter().map(|known| known.initial).collect();
        for step in -40..=40 {
            let x = f64::from(step) / 4.0;
            let point = Point { x, gate: 0.5, parameters: &initial, mean: 0.25, variance: 2.0 };
            let value = |formula: &Formula| formula.evaluate(formula.typed(), &point);
            let (a, b) = (value(&read), value(&meant));
            assert!((a - b).abs() <= 1e-14 * (1.0 + b.abs()), "{}: {a} is not {b}", case.source);
        }
    }
}

#[test]
fn the_file_holds_what_it_is_for() {
    let all = printed();
    let latex = all.iter().filter(|case| case.text.contains('\\')).count();
    let modules =
        ["torch.", "F.", "jnp.", "jax.", "np.", "tf.", "def ", "lambda ", "self.", ".clamp"];
    let python = |text: &str| modules.iter().any(|module| text.contains(module));
    let python = all.iter().filter(|case| python(&case.text)).count();
    assert!(all.len() >= 60, "{} formulas", all.len());
    assert!(latex >= 15 && python >= 20, "{latex} in LaTeX, {python} in Python");
    let texts: HashSet<&str> = all.iter().map(|case| case.text.as_str()).collect();
    assert_eq!(texts.len(), all.len(), "a text stands twice");
}

#[test]
fn what_is_read_is_printed_and_read_again() {
    for case in printed() {
        let read = parse(&case.text, case.source);
        for id in [read.typed(), read.stable()] {
            let text = read.print(id);
            let again = parse(&text, case.source);
            assert_eq!(again.print(again.typed()), text, "{}", case.source);
        }
    }
}
