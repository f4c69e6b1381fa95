//! Hostile texts end at once, with a formula or an error.

use std::time::{Duration, Instant};

use ogive_formula::Formula;
use proptest::prelude::*;

/// Parses, and prints every stage of what it accepts, within a second.
fn ends_at_once(what: &str, text: &str) -> bool {
    let started = Instant::now();
    let accepted = match Formula::parse_with(text, ogive_catalog::library()) {
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

/// `x < 0.5 < 1.5 < …`, or the same with more words.
fn comparisons(between: &str) -> String {
    let numbers = (0..900).map(|n| format!("{between}{n}.5"));
    std::iter::once("x".to_owned()).chain(numbers).collect()
}

/// Each line uses the test before it twice.
fn doubled_tests(word: &str) -> String {
    let lines = (1..60).map(|n| format!("a{n} = (a{0}) {word} (a{0} == 1); ", n - 1));
    std::iter::once("a0 = x > 0; ".to_owned()).chain(lines).collect::<String>() + "a59*x"
}

fn latex_rows(count: usize) -> String {
    let rows: Vec<String> = (0..count).map(|n| format!(r"{n} & x > {n}.5 \\ ")).collect();
    format!(r"\begin{{cases}} {} 0 & \text{{otherwise}} \end{{cases}}", rows.concat())
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
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
        ("many fractions", r"\frac".repeat(12_000)),
        ("deep fractions", r"\frac{1}{x+".repeat(5_000) + "1"),
        ("closed fractions", r"\frac{1}{1+".repeat(60) + "x" + &"}".repeat(60)),
        ("deep braces", r"\alpha".to_owned() + &"{".repeat(50_000)),
        ("deep exponents", r"\cdot".to_owned() + &"x^{".repeat(20_000)),
        ("exponents of exponents", r"\cdot".to_owned() + &"x^".repeat(30_000)),
        ("many roots", r"\sqrt".repeat(13_000) + "x"),
        ("deep sizes", r"\left(".repeat(9_000)),
        ("many functions", r"\tanh ".repeat(9_000) + "x"),
        ("many rows", r"\begin{cases}".to_owned() + &r"x & x > 0 \\".repeat(5_000)),
        ("deep cases", r"\begin{cases}".repeat(4_000)),
        ("different rows", latex_rows(900)),
        ("deep words", r"\text{if ".repeat(7_000)),
        ("many letters", r"\cdot ".to_owned() + &"x".repeat(60_000)),
        (
            "many declared letters",
            r"\cdot ".to_owned() + &"x ".repeat(15_000) + "|" + &" a=1,".repeat(6_000),
        ),
        ("many bars in LaTeX", r"\cdot ".to_owned() + &"| ".repeat(30_000)),
        ("many commands", r"\".repeat(60_000)),
        ("dollars", "$".repeat(60_000)),
        ("a chain of methods", "x".to_owned() + &".abs()".repeat(10_000)),
        ("a chain of formulas", "x".to_owned() + &".square().sqrt()".repeat(4_000)),
        ("a chain of catalogue formulas", "x".to_owned() + &".elu()".repeat(10_000)),
        ("methods inside", "x.max(".repeat(10_000)),
        ("many keywords", "clamp(x, ".to_owned() + &"min=0, ".repeat(8_000) + ")"),
        ("many comparisons", "x".to_owned() + &" < x".repeat(15_000)),
        ("different comparisons", comparisons(" < ")),
        ("different and", comparisons(" > x and x < ")),
        ("different or", comparisons(" > x or x < ")),
        ("doubled tests", doubled_tests("and")),
        ("mixed tests", doubled_tests("or not")),
        ("many nots", "not ".repeat(15_000) + "x > 0"),
        ("many branches", "def f(x):".to_owned() + &"if x > 0: return x\n".repeat(3_000)),
        (
            "many elifs",
            "def f(x):\nif x > 0: return x\n".to_owned() + &"elif x > 0: return x\n".repeat(3_000),
        ),
        ("many inputs", format!("f({}x) = x", "a, ".repeat(20_000))),
        ("many superscripts", "x".to_owned() + &"²".repeat(20_000)),
        ("many square roots", "√".repeat(20_000) + "x"),
        ("many factors", "x ".repeat(30_000)),
        ("many brackets side by side", "(x)".repeat(20_000)),
        ("many quotes", "'".repeat(60_000)),
        ("many prefixes", "torch.".repeat(10_000) + "exp(x)"),
        ("invisible characters", "\u{200b}".repeat(20_000) + "x"),
        ("divisions", (1..600).map(|n| format!("x/(1-{n}.5)")).collect::<Vec<_>>().join("+")),
        ("constant divisions", "x/(1".to_owned() + &"+1/(2".repeat(60) + &")".repeat(61)),
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

/// Texts of every notation, to be cut anywhere.
const WHOLE: &[&str] = &[
    r"f(x) = \begin{cases} x, & \text{if } x > 0 \\ \alpha_{1}\left(e^{-x^2} - 1\right), & \text{otherwise} \end{cases} | \alpha_1 = 0.5",
    r"$\frac{x}{2}\left[1 + \mathrm{erf}\left( \left|x\right| / \sqrt{2} \right)\right]\sin^2 x$",
    "def f(self, x: Tensor, alpha: float = 1.0) -> Tensor:\n  \"\"\"doc\"\"\"\n  if x > 0: return x # kink\n  return F.gelu(x, approximate='tanh').clamp_(min=-1).mul(alpha)",
    "0.5x(1 + tanh[√(2/π)(x + 0.044715x³)]) + α₁ 𝑥 ½ if 0 < x ≤ 1 and not x == 2 else 0",
    "poly(a, x)/(1 + |poly(b, x)|) | a = [0, 1, 0.5], b = [0, 1] per channel, in [-2, 2]",
];

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
    "\\frac",
    "\\alpha",
    "\\sigma",
    "\\tanh",
    "\\left(",
    "\\right)",
    "\\left|",
    "\\begin{cases}",
    "\\end{cases}",
    "\\\\",
    "\\text{if }",
    "\\text{otherwise}",
    "\\sqrt",
    "\\cdot",
    "&",
    "_",
    "_{1}",
    "^{2}",
    "²",
    "√",
    "½",
    "'tanh'",
    "x.",
    ".exp()",
    ".clamp(min=0)",
    "elu(x, ",
    "alpha=",
    "None",
    "and",
    "or",
    "not",
    "elif",
    "def f(x):",
    "lambda x:",
    "f(x) =",
    "\u{feff}",
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
    fn what_is_cut_off_never_panics(place in 0usize..200, text in prop::sample::select(WHOLE)) {
        let cut: String = text.chars().take(place).collect();
        ends_at_once(&cut, &cut);
        let rest: String = text.chars().skip(place).collect();
        ends_at_once(&rest, &rest);
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

/// Rules may find that an expression is part of itself, with a range that narrows at every look.
#[test]
fn an_expression_within_itself_comes_to_an_end() {
    for text in [
        "if log(0.5 + exp(log(0.5 + exp(x)))) == var(x) { var(x) } else { -var(x) }",
        "where(log(0.5 + exp(log(0.5 + exp(x)))) == 3, x, -x)",
        "log(2 + exp(log(2 + exp(log(2 + exp(x))))))",
    ] {
        assert!(ends_at_once(text, text));
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
