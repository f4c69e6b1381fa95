//! Each rewrite rule holds on its domain, far beyond the accuracy of f64; a wrong one would be found.

use ogive_check::{Reference, inputs};
use ogive_formula::{Formula, Point, RULES, Rule};

use crate::agree;

/// Names that stand for numbers where `a` is the input.
const OTHERS: [&str; 4] = ["b", "c", "d", "k"];

/// Compares both sides at two hundred points of the domain; says how many there were, or where they
/// differ.
fn compare(left: &str, right: &str, rule: &Rule) -> Result<usize, String> {
    // A side may have lost its input.
    let side = |text: &str| {
        Formula::parse(&format!("a = x; ({text}) + 0*x")).expect("a side of a rule is a formula")
    };
    let (left, right) = (side(left), side(right));
    let domain = rule.restricted_to();
    let into_domain = |place: usize, value: f64| match domain {
        Some(domain) if domain.place == place && !domain.allows(value) => -value,
        _ => value,
    };
    let value = |formula: &Formula, x: f64, others: [f64; 4]| {
        let of = |name: &str| {
            let place = OTHERS.iter().position(|other| *other == name);
            others[place.expect("rules have no other names")]
        };
        let parameters: Vec<f64> = formula.parameters().iter().map(|p| of(&p.name)).collect();
        let exact = Reference::of(formula.graph(), formula.typed(), parameters.len());
        exact.at(&Point { x, parameters: &parameters, ..Point::default() }).y
    };
    let samples: Vec<f64> = [inputs::uniform::<f64>(100), inputs::normal(100)].concat();
    let mut compared = 0;
    for (at, x) in samples.iter().enumerate() {
        let x = into_domain(0, *x);
        let others = std::array::from_fn(|place| {
            let other = samples[(at + 67 * (place + 1)) % samples.len()];
            into_domain(place + 1, other + 0.1f64.copysign(other))
        });
        let known = value(&left, x, others);
        if known.is_finite() {
            let got = value(&right, x, others);
            if !agree(&got, &known, 40) {
                return Err(format!("at {x}, {others:?}: {got:.30} and {known:.30}"));
            }
            compared += 1;
        }
    }
    Ok(compared)
}

#[test]
fn both_sides_of_every_rule_are_equal() {
    for rule in RULES {
        match compare(rule.left, rule.right, rule) {
            Ok(compared) => {
                assert!(compared >= 60, "`{}` was compared at {compared} points only", rule.name);
            }
            Err(why) => panic!("`{}` {why}", rule.name),
        }
    }
}

/// Texts that say something else than `text`: another number, sign or function at one place.
fn mutants(text: &str) -> Vec<String> {
    const SWAPS: [(&str, &str); 12] = [
        (" + ", " - "),
        (" - ", " + "),
        ("*", "/"),
        ("/", "*"),
        ("sigmoid(-", "sigmoid("),
        ("tanh(", "sinh("),
        ("exp(", "expm1("),
        ("softplus(", "sigmoid("),
        ("log1p(", "log("),
        ("sqrt(", "("),
        ("^2", "^3"),
        ("sin(", "cos("),
    ];
    let mut found = Vec::new();
    for (from, to) in SWAPS {
        let is_name = from.starts_with(char::is_alphabetic);
        let follows = |at: usize| text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        for (at, _) in text.match_indices(from).filter(|(at, _)| !is_name || !follows(*at)) {
            found.push(format!("{}{to}{}", &text[..at], &text[at + from.len()..]));
        }
    }
    for (at, digit) in text.match_indices(|c: char| c.is_ascii_digit()) {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        // Part of a name or of a larger number, or where two forms meet that are both right.
        let is_own = !before.is_ascii_alphanumeric() && before != '.' && before != '_';
        let is_bound = text[..at].ends_with("< ") || text[at..].starts_with("700");
        if is_own && !is_bound {
            let other = if digit == "3" { "5" } else { "3" };
            found.push(format!("{}{other}{}", &text[..at], &text[at + 1..]));
        }
    }
    if let Some(positive) = text.strip_prefix('-') {
        found.push(positive.to_owned());
    } else {
        found.push(format!("-({text})"));
    }
    found
}

#[test]
fn a_wrong_rule_is_found() {
    let mut count = 0;
    for rule in RULES {
        for wrong in mutants(rule.right) {
            // Zero has no sign to be wrong about.
            if rule.right == "0" && wrong == "-(0)" {
                continue;
            }
            let found = compare(rule.left, &wrong, rule);
            assert!(found.is_err(), "`{}` with {wrong} on its right side was not found", rule.name);
            count += 1;
        }
    }
    assert!(count > 250, "only {count} wrong rules were tried");
}
