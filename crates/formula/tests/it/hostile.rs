//! Hostile texts end at once, with a formula or an error.

use std::time::{Duration, Instant};

use ogive_formula::Formula;
use proptest::prelude::*;

/// Parses, and prints every stage of what it accepts, within a second.
fn ends_at_once(what: &str, text: &str) -> bool {
    let started = Instant::now();
    let accepted = match Formula::parse(text) {
        Ok(formula) => {
            let found = formula.derivatives();
            let outputs = [formula.stable(), found.x, found.mean, found.variance];
            let length = outputs.map(|id| formula.print(id).len()).iter().sum::<usize>();
            assert!(length < 1 << 20, "{what} prints {length} bytes");
            let _ = formula.program(&outputs).to_string();
            true
        }
        Err(error) => {
            let length = error.to_string().len();
            assert!(length < 2000, "the message for {what} has {length} bytes");
            false
        }
    };
    let took = started.elapsed();
    assert!(took < Duration::from_secs(1), "{what} took {took:?}");
    accepted
}

#[test]
fn large_texts() {
    let doubled: Vec<String> = (1..60).map(|n| format!("a{n} = a{0}+a{0}; ", n - 1)).collect();
    let squared: Vec<String> = (1..60).map(|n| format!("a{n} = a{0}*a{0}+x; ", n - 1)).collect();
    let nested: Vec<String> = (1..60).map(|n| format!("a{n} = tanh(a{0})*a{0}; ", n - 1)).collect();
    let chosen: Vec<String> = (1..60)
        .map(|n| format!("a{n} = if a{0} > {n} {{ a{0}*a{0} }} else {{ -a{0} }}; ", n - 1))
        .collect();
    let many: Vec<String> = (0..1200).map(|n| format!("exp(x*{n})")).collect();
    let parameters: Vec<String> = (0..900).map(|n| format!("p{n}")).collect();
    let product: Vec<String> = (0..240).map(|n| format!("(x + p{n})")).collect();
    let sum: Vec<String> = (0..150).map(|n| format!("a{n}*tanh(b{n}*x)")).collect();
    for (what, text) in [
        ("10 MB of x", "x".repeat(10 << 20)),
        ("10 MB of brackets", "(".repeat(10 << 20)),
        ("100,000 brackets", "(".repeat(100_000) + "x"),
        ("50,000 brackets", "(".repeat(50_000) + "x" + &")".repeat(10_000)),
        ("60,000 signs", "-".repeat(60_000) + "x"),
        ("100,000 signs", "-".repeat(100_000) + "x"),
        ("60,000 plus signs", "+".repeat(60_000) + "x"),
        ("30,000 terms", "x+".repeat(30_000) + "x"),
        ("30,000 factors", "x*".repeat(30_000) + "x"),
        ("30,000 powers", "x^".repeat(30_000) + "x"),
        ("20,000 quotients", "x/".repeat(20_000) + "x"),
        ("many choices", "x > 0 ? x : ".repeat(5_000) + "x"),
        ("many ifs", "if x > 0 { ".repeat(5_000)),
        ("many calls", "exp(".repeat(15_000) + "x"),
        ("many bars", "|".repeat(60_000) + "x"),
        ("many arguments", format!("max({}x)", "x,".repeat(20_000))),
        ("a long name", "a".repeat(60_000) + "*x"),
        ("a long number", "1".repeat(60_000) + "*x"),
        ("a long wrong number", "x*1.".to_owned() + &"1_".repeat(30_000) + "e99999999999999999999"),
        ("many lines", "p = x\n".repeat(10_000) + "p"),
        ("many statements", "p = x+1;".repeat(8_000) + "p"),
        ("many declarations", "x | a = 1".to_owned() + &", a = 1".repeat(8_000)),
        ("a long family", format!("poly(a, x) | a = [0{}]", ", 1".repeat(20_000))),
        ("doubled bindings", format!("a0 = x; {}a59", doubled.concat())),
        ("squared bindings", format!("a0 = x; {}a59", squared.concat())),
        ("nested bindings", format!("a0 = x; {}a59", nested.concat())),
        ("chosen bindings", format!("a0 = x; {}a59", chosen.concat())),
        ("1,200 different terms", many.join("+")),
        ("480 different terms", many[..480].join("+")),
        ("240 different factors", many[..240].join("*")),
        ("900 parameters", parameters.join("+") + "+x"),
        ("240 factors with parameters", product.join("*")),
        ("150 hidden units", sum.join("+")),
        ("deep tanh", "tanh(".repeat(120) + "x" + &")".repeat(120)),
        ("a deep sum", "1/(x+".repeat(60) + "1" + &")".repeat(60)),
        ("control characters", "\u{0}\u{1b}[31m".repeat(100)),
        ("a huge exponent", "x^1e308".to_owned()),
        ("a tower", "x^64^1".to_owned() + &"*x^64".repeat(200)),
    ] {
        ends_at_once(what, &text);
    }
}

#[test]
fn what_is_large_but_honest_is_accepted() {
    let sum: Vec<String> = (0..100).map(|n| format!("a{n}*tanh(b{n}*x)")).collect();
    assert!(ends_at_once("100 hidden units", &sum.join(" + ")));
    let doubled: Vec<String> = (1..60).map(|n| format!("a{n} = a{0}+a{0}; ", n - 1)).collect();
    assert!(ends_at_once("doubled bindings", &format!("a0 = x; {}a59", doubled.concat())));
    assert!(ends_at_once("30,000 equal terms", &("x^2*".repeat(90) + "x")));
}

/// Pieces of the language, and of what is not.
const TOKENS: &[&str] = &[
    "x",
    "gate",
    "alpha",
    "beta",
    "e",
    "pi",
    "1",
    "0",
    "2.5",
    "1e-3",
    "1e308",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "|",
    ",",
    ";",
    ":",
    "?",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "if",
    "else",
    "where",
    "return",
    "exp",
    "log",
    "tanh",
    "max",
    "min",
    "clamp",
    "abs",
    "sigmoid",
    "softplus",
    "erf",
    "Phi",
    "phi",
    "poly",
    "mean",
    "var",
    "std",
    "relu",
    "pow",
    "sqrt",
    "per",
    "channel",
    "fixed",
    "in",
    "σ",
    "α",
    "Φ",
    "torch.",
    "&&",
    "||",
    "\n",
    " ",
    ".",
    "$",
    "💥",
    "exp(",
    "max(x,",
    "x > 0",
    "if x > 0 {",
    "} else {",
    "| a = [1, 2]",
    "| alpha = 1",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        ends_at_once("random bytes", &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_characters_never_panic(text in "\\PC{0,60}") {
        ends_at_once(&text, &text);
    }

    #[test]
    fn random_tokens_never_panic(
        tokens in prop::collection::vec(prop::sample::select(TOKENS), 0..30),
        separator in prop::sample::select(&["", " "][..]),
    ) {
        let text = tokens.join(separator);
        ends_at_once(&text, &text);
    }
}

#[test]
fn shared_comparisons_do_not_make_printing_grow() {
    // Each level uses one comparison twice: unbound, the text would double each time.
    let mut text = String::from("p0 = x; ");
    for level in 1..60 {
        let last = format!("p{}", level - 1);
        let (first, second) = (format!("1 }} else {{ {last}"), format!("2 }} else {{ 3*{last}"));
        let test = format!("if {last} > 0");
        text += format!("p{level} = ({test} {{ {first} }}) + ({test} {{ {second} }}); ").as_str();
    }
    text += "p59";
    let formula = ogive_formula::Formula::parse(&text).unwrap();
    for id in [formula.typed(), formula.stable(), formula.derivatives().x] {
        let printed = formula.print(id);
        assert!(printed.len() < 100_000, "{} bytes", printed.len());
    }
}

#[test]
fn formulas_that_are_called_share_no_parameter_by_accident() {
    let library: &[(&str, &str)] = &[
        ("leaky", "if x > 0 { x } else { alpha*x } | alpha = 0.01 fixed"),
        ("bend", "if x > 0 { x } else { alpha*expm1(x) } | alpha = 1 fixed"),
    ];
    let parse = |text: &str| ogive_formula::Formula::parse_with(text, library);
    for text in ["bend(x) + leaky(x)", "leaky(x) + bend(x)", "alpha*bend(x)"] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.contains("`alpha`") && error.contains("declare it"), "{error}");
    }
    assert!(parse("leaky(x) + leaky(2*x)").is_ok());
    let shared = parse("bend(x) + leaky(x) | alpha = 0.5").unwrap();
    assert_eq!(shared.parameters()[0].initial, 0.5);
}
