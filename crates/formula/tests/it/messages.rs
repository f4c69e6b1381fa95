//! Each mistake gets a message that says what is wrong, where, and how to mend it.

use std::fmt::Write as _;

use ogive_formula::Formula;

/// The messages for these texts, one after the other.
fn messages(texts: &[&str]) -> String {
    let mut all = String::new();
    for text in texts {
        let error = match Formula::parse(text) {
            Err(error) => error,
            Ok(formula) => panic!("`{text}` is read as {}", formula.print(formula.typed())),
        };
        let _ = writeln!(all, "{error}\n");
    }
    all
}

#[test]
fn of_syntax() {
    insta::assert_snapshot!(messages(&[
        "",
        "   ",
        "x*(1 + exp(x)",
        "x*1 + exp(x))",
        "x**",
        "2x",
        "2(x + 1)",
        "3*(2x)",
        "x else 2",
        "(x + 1)(x - 1)",
        "x exp(x)",
        "max(0 x)",
        "max(0, x",
        "|x",
        "x + | + 1",
        "exp x",
        "x $ 2",
        "x\u{7} + 1",
        "x 💥 2",
        "1e999*x",
        "x = 2",
        "p = sigmoid(x)",
        "p = sigmoid(x), x*p",
        "a[b]*x",
        "e^{-x",
        "x; y",
        "*x",
        "x == ",
    ]));
}

#[test]
fn of_choices() {
    insta::assert_snapshot!(messages(&[
        "if x > 0 {x}",
        "if x > 0 x else 0",
        "if x {1} else {0}",
        "x ? 1 : 0",
        "x > 0 ? x",
        "x if x > 0",
        "where(x, 1, 0)",
        "0 < x < 1",
        "if x > 0 && x < 1 { x } else { 0 }",
        "if x > 0 || x < 1 { x } else { 0 }",
        "if x = 0 { 1 } else { x }",
        "if 0 < x < 1 { x } else { 0 }",
    ]));
}

#[test]
fn of_names() {
    insta::assert_snapshot!(messages(&[
        "x*tahn(x)",
        "x*Sigmoid(x)",
        "frobnicate(x)",
        "alpha(x + 1)",
        "exp",
        "exp*x",
        "exp(x, 2)",
        "max(x)",
        "exp()",
        "clamp(x, 1)",
        "tanh = 2; x*tanh",
        "x = 2; x*3",
        "mean(x^2)*x",
        "mean*x",
        "1 + 2",
        "σ",
        "poly(a, x)",
        "poly(x)",
        "poly(a) | a = [0, 1]",
        "gate*alpha",
    ]));
}

#[test]
fn of_declarations() {
    insta::assert_snapshot!(messages(&[
        "x*sigmoid(x) | beta = 1",
        "alpha*x | alpha = 1, alpha = 2",
        "alpha*x | exp = 1",
        "alpha*x | x = 1",
        "alpha*x | alpha",
        "alpha*x | alpha = ",
        "alpha*x | alpha = 0.25 per row",
        "alpha*x | alpha = 0.25 always",
        "alpha*x | alpha = 0, >= 0.01",
        "alpha*x | alpha = 0, > 0",
        "alpha*x | alpha = 2, in [0, 1]",
        "alpha*x | alpha = 0.5, in [1, 0]",
        "alpha*x | alpha = 0.5, in (0, 1)",
        "alpha*x | alpha = 0.5, > 0.1",
        "alpha*x | alpha = 0.5, <= 1",
        "alpha*x | alpha = x",
        "alpha*x | alpha = beta",
        "alpha*x | alpha = 1/0",
        "alpha*x | alpha = [1, 2]",
        "poly(a, x) | a = [1, 2",
        "poly(a, x) | a = 2",
        "poly(a, x) | a = []",
        "alpha*x | 0.25",
        "alpha*x, alpha = 0.25",
    ]));
}

#[test]
fn of_size() {
    let deep = format!("{}x{}", "(".repeat(200), ")".repeat(200));
    let long = "x + ".repeat(20_000) + "x";
    // Equal operations are one: these all differ.
    let many: Vec<String> = (0..1001).map(|n| format!("x*{n}.5")).collect();
    let family = format!("poly(a, x) | a = [0{}]", ", 1".repeat(600));
    insta::assert_snapshot!(messages(&[&deep, &long, &many.join(" + "), &family]));
}

#[test]
fn of_parameters_set_from_outside() {
    let mut formula =
        Formula::parse("alpha*x + beta*max(0, x) | alpha = 0.5, in [0, 1], beta = 2, > 0").unwrap();
    let mut constant = Formula::parse("tanh(x)").unwrap();
    let errors = [
        formula.set_parameter("alhpa", 0.5),
        formula.set_parameter("gamma", 0.5),
        formula.set_parameter("alpha", 1.5),
        formula.set_parameter("β", -1.0),
        formula.set_parameter("beta", f64::NAN),
        constant.set_parameter("alpha", 0.5),
    ];
    let texts: Vec<String> =
        errors.into_iter().map(|error| error.unwrap_err().to_string()).collect();
    insta::assert_snapshot!(texts.join("\n\n"));
    assert!(formula.set_parameter("α", 0.75).is_ok());
    assert_eq!(formula.parameters()[0].initial, 0.75);
}

#[test]
fn the_span_is_in_bytes_of_the_text() {
    let error = Formula::parse("β*tahn(x)").unwrap_err();
    assert_eq!(error.span(), Some(3..7));
    assert_eq!(error.message(), "there is no function `tahn`");
}
