//! Formulas as papers and source code print them: within 1 ulp of the exact value, all derivatives too.

use ogive::Activation;
use ogive::formula::Programs;
use ogive_check::{Inputs, Survey, inputs};

use crate::judge::engines;

#[path = "../../../formula/tests/it/printed.rs"]
mod reader;

/// What fails of `count` inputs of each formula that are no larger than `largest`.
fn failures(texts: &[String], count: usize, largest: f32) -> Vec<String> {
    let mut found = Vec::new();
    let mut rows = 0;
    for text in texts {
        let formula =
            ogive::catalog::formula(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(formula.notes(), [""; 0], "{text}");
        let engines: Vec<_> = engines().collect();
        let engines: Vec<&(dyn ogive_check::Engine<f32> + Sync)> =
            engines.iter().map(|engine| engine as _).collect();
        let mut sample: Vec<f32> = inputs::sample(&formula, count);
        sample.retain(|x| x.is_nan() || x.abs() <= largest);
        let survey = Survey::new(text, &formula);
        let judged = survey.judge(&Inputs::List(&sample), &engines, &|| ()).unwrap();
        rows += judged.len();
        found.extend(judged.iter().filter(|row| !row.passes()).map(ToString::to_string));
    }
    assert!(rows >= 2 * texts.len(), "only {rows} quantities were judged");
    found
}

fn printed() -> Vec<String> {
    reader::printed().into_iter().map(|printed| printed.text).collect()
}

#[test]
fn formulas_of_papers_are_within_one_ulp() {
    let failures = failures(&printed(), 2_000, f32::INFINITY);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// `cargo test --release -p ogive --test it -- --ignored printed`
#[test]
#[ignore = "takes minutes without optimisation"]
fn formulas_of_papers_at_a_hundred_thousand_inputs() {
    let failures = failures(&printed(), 100_000, f32::INFINITY);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Formulas in which something cancels, leaves f64, decides on rounded values or magnifies errors.
#[test]
fn formulas_that_lose_digits_are_within_one_ulp() {
    let texts = [
        "x - tanh(x)",
        "x - sin(x)",
        "cos(x) - x",
        "sin(x)/x",
        "(1 - cos(x))/x^2",
        "tanh(x)*exp(x) - x",
        "exp(x)/(2 + exp(0.875*x))",
        "x*exp(x)/(exp(x) + 1)",
        "(x^2 + x*sqrt(x^2 + 4))/(2*sqrt(x^2 + 4))",
        "log((1 + exp(a*x))/(1 + exp(a*(x - 1))))/a | a = 0.5",
        "log(Phi(x))",
        "if exp(x) > 1 { x } else { 7 }",
        "where(x + 1 > 1, x, 0)",
        "max(1 + x, 1)",
        "1/x",
        "x*cos(x)",
        "sin(x)^2",
        "sin(x)/sqrt(|x| + 1)",
        "x*sin(gate)",
        "log(1 - erf(x)^2)",
        "exp(x^2)*erfc(x)",
        "x*tanh(exp(x))",
        "x*exp(-exp(-x))",
        "x*erf(0.75*exp(0.75*x))",
        "x*(1 + exp(-beta*x))^(-alpha) | alpha = 1.5, beta = 2",
        "x^2*(1 - exp(-exp(x)))",
        "x*sqrt(|x|)",
        "x*(arctan(x) + pi/2)/pi",
        "2/pi*x*atan(x) - x",
        "x*(a - sin(a))/a^3 | a = 1e-5",
        "x + log(1 + exp(b)) - b | b = 40",
        "exp(c)/(1 + exp(c))*x | c = 720",
    ];
    let failures = failures(&texts.map(str::to_owned), 500, f32::INFINITY);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// e^-2000 beside 1 is more than the digits of the exact evaluation can tell.
#[test]
fn formulas_whose_terms_are_far_apart_are_within_one_ulp_up_to_a_thousand() {
    let texts = [
        "if sigmoid(x) == 1 { 0 } else { x }",
        "(sqrt(1 + exp(-x)) - 1)*exp(x) + 3",
        "log(1 - sigmoid(x)^2)",
        "log(1 - tanh(x)^4)",
        "Phi(-x)/phi(x)",
    ];
    let failures = failures(&texts.map(str::to_owned), 500, 1_000.0);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// What papers print has kernels of its own, so it runs as fast as its twin in the catalogue. Where both
/// have the same parameters, it is the same program.
#[test]
fn what_papers_print_runs_as_the_catalogue_does() {
    for (text, twin) in [
        ("log(1+exp(x))", "softplus"),
        ("x*tanh(log(1+exp(x)))", "mish"),
        ("(exp(x)-exp(-x))/(exp(x)+exp(-x))", "tanh"),
        ("2/(1+exp(-a*x))-1 | a = 0.2", "dice_bipolar"),
        ("x/2*(1+erf(x/sqrt(2)))", "gelu"),
        ("0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))", "gelu_tanh"),
        ("x/(1+exp(-beta*x)) | beta = 1 per channel", "swish"),
        ("log(1+exp(b*x))/b | b = 1 fixed, > 0", "softplus"),
        ("-log(1+exp(-x))", "log_sigmoid"),
        ("(sqrt(x^2+4)+x)/2", "squareplus"),
        ("x > 0 ? x : exp(x) - 1", "elu"),
        ("x > 0 ? x : 0.01*x", "leaky_relu"),
    ] {
        let typed = Activation::new(text).unwrap();
        assert!(typed.is_compiled(), "{text}");
        let programs = |name: &str| Programs::of(&ogive::catalog::formula(name).unwrap());
        let (typed, catalogue) = (typed.parameters().len(), Activation::new(twin).unwrap());
        if typed == catalogue.parameters().len() {
            let (typed, catalogue) = (programs(text), programs(twin));
            assert_eq!(typed.forward.key(), catalogue.forward.key(), "{text} and {twin}");
            assert_eq!(typed.backward.key(), catalogue.backward.key(), "{text} and {twin}");
        }
    }
    assert!(!Activation::new("x*cos(x)").unwrap().is_compiled());
}
