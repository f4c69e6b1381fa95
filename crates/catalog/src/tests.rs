//! That no row lacks anything, and that names mean what the language means by them.

use ogive_formula::{Formula, Point};

use super::*;

#[test]
fn every_entry_compiles() {
    for entry in ALL.iter() {
        let formula = entry.formula().unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        assert_eq!(formula.notes(), [""; 0], "{}", entry.name);
        let declared = formula.parameters().iter().all(|parameter| parameter.declared);
        assert!(declared, "{} has a parameter that is not declared", entry.name);
    }
}

#[test]
fn every_row_has_a_page_a_source_and_a_name_of_its_own() {
    let mut names = std::collections::HashSet::new();
    for row in ROWS.iter() {
        let name = row.name();
        assert!(row.page().trim().len() > 40, "{name} has no page");
        assert!(row.page().trim().ends_with('.'), "the page of {name} has no end");
        assert!(!row.source().is_empty() && !row.text().is_empty(), "{name} has no source");
        if let Row::Wider(wider) = row {
            assert!(wider.usage.len() > 40, "nothing says how {name} is used");
            assert!(wider.kind != Kind::Elementwise, "{name} is a formula, then");
        }
        for name in row.aliases().iter().copied().chain([name]) {
            assert!(names.insert(name), "`{name}` stands twice");
            assert!(crate::row(name).is_some_and(|found| found.name() == row.name()), "{name}");
        }
    }
}

/// What a source says "see" of is in the catalogue.
#[test]
fn sources_lead_somewhere() {
    for row in ROWS.iter() {
        if let Some((_, other)) = row.source().split_once("see ") {
            assert!(crate::row(other).is_some(), "{}: {other}", row.name());
        }
    }
}

#[test]
fn an_unknown_name_gets_the_nearest() {
    let error = formula("gelo").unwrap_err().to_string();
    assert!(error.contains("`gelu`"), "{error}");
    assert!(formula("softmox").unwrap_err().to_string().contains("`softmax`"));
    assert!(formula("qqqqqq").unwrap_err().to_string().contains("ogive list"));
    let error = formula("square").unwrap_err().to_string();
    assert!(error.ends_with("it is a function of the language: `square(x)`"), "{error}");
}

#[test]
fn names_are_known_as_users_type_them() {
    for (typed, name) in [
        ("Leaky-ReLU", "leaky_relu"),
        ("softshrink", "soft_shrink"),
        ("Hardshrink", "hard_shrink"),
        ("TanhShrink", "tanhshrink"),
        ("tanhexp", "telu"),
        ("SwiGLU", "swiglu"),
        ("GLU", "glu"),
        ("Snake-Beta", "snake_beta"),
        ("SIREN", "sine"),
        ("log-softmax", "log_softmax"),
    ] {
        assert_eq!(row(typed).map(|row| row.name()), Some(name), "{typed}");
    }
}

#[test]
fn what_no_formula_says_leads_to_its_page() {
    for (name, wanted) in [
        ("Softmax", "`softmax` is taken along an axis: it is no function of each element"),
        ("maxout", "`maxout` has layers of its own: it is no function of each element"),
    ] {
        let error = formula(name).unwrap_err().to_string();
        assert!(error.starts_with(wanted) && error.contains("`ogive show "), "{error}");
    }
}

/// A function of the language and the entry of that name are the same, at the same settings.
#[test]
fn functions_of_the_language_agree_with_entries() {
    let at = |formula: &Formula, x: f64| {
        let parameters: Vec<f64> = formula.parameters().iter().map(|known| known.initial).collect();
        let point = Point { x, parameters: &parameters, ..Point::default() };
        formula.evaluate(formula.stable(), &point)
    };
    let mut compared = Vec::new();
    for entry in ALL.iter() {
        for name in entry.aliases.iter().chain([&entry.name]) {
            let own = entry.formula().unwrap();
            let settings: Vec<String> =
                own.parameters().iter().map(|known| format!(", {}", known.initial)).collect();
            // Without the catalogue, so that the language's own function is called, if there is one.
            let calls = [settings.concat(), String::new()].map(|rest| format!("{name}(x{rest})"));
            let Some(called) = calls.iter().find_map(|call| Formula::parse(call).ok()) else {
                continue;
            };
            for step in -400..=400 {
                let x = f64::from(step) / 64.0;
                assert_eq!(at(&own, x), at(&called, x), "{name} and {} at {x}", entry.name);
            }
            compared.push(*name);
        }
    }
    for name in
        ["relu", "hardtanh", "softshrink", "hardshrink", "tanhshrink", "threshold", "softplus"]
    {
        assert!(compared.contains(&name), "{name} is no function of the language: {compared:?}");
    }
}

/// The page of `pau` says how far its start is from `leaky_relu`; `examples/fit.rs` found it.
#[test]
fn the_start_of_pau_is_as_near_to_leaky_relu_as_its_page_says() {
    const SAID: f64 = 0.0128;
    let pau = find("pau").unwrap();
    assert!(pau.page.contains(&format!("within {SAID} of it")), "{}", pau.page);
    let formula = pau.formula().unwrap();
    let parameters: Vec<f64> = formula.parameters().iter().map(|known| known.initial).collect();
    let residual = (-30_000..=30_000)
        .map(|step| {
            let x = f64::from(step) / 10_000.0;
            let point = Point { x, parameters: &parameters, ..Point::default() };
            let target = if x > 0.0 { x } else { 0.01 * x };
            (formula.evaluate(formula.typed(), &point) - target).abs()
        })
        .fold(0.0, f64::max);
    assert!(residual <= SAID && residual > 0.99 * SAID, "{residual}");
}
