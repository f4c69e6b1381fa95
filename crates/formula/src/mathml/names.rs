//! Names and numbers as MathML.

use crate::print::number;

#[rustfmt::skip]
const GREEK: [(&str, char); 24] = [
    ("alpha", 'α'), ("beta", 'β'),  ("gamma", 'γ'), ("delta", 'δ'), ("epsilon", 'ε'), ("zeta", 'ζ'),
    ("eta", 'η'),   ("theta", 'θ'), ("iota", 'ι'),  ("kappa", 'κ'), ("lambda", 'λ'),  ("mu", 'μ'),
    ("nu", 'ν'),    ("xi", 'ξ'),    ("omicron", 'ο'), ("pi", 'π'),  ("rho", 'ρ'),     ("sigma", 'σ'),
    ("tau", 'τ'),   ("upsilon", 'υ'), ("phi", 'φ'), ("chi", 'χ'),   ("psi", 'ψ'),     ("omega", 'ω'),
];

/// A parameter: Greek letters by their signs; what follows `_`, a number at the end or in brackets is an
/// index.
pub(super) fn name(text: &str) -> String {
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (base, index) = if let Some((base, index)) = text.split_once('[') {
        (base, index.trim_end_matches(']'))
    } else if let Some((base, index)) = text.split_once('_').filter(|(base, _)| !base.is_empty()) {
        (base, index)
    } else {
        text.split_at(text.len() - digits)
    };
    let letter =
        GREEK.iter().find(|(known, _)| *known == base).map(|(_, letter)| letter.to_string());
    let base = letter.unwrap_or_else(|| base.to_owned());
    let base = format!("<mi>{}</mi>", escaped(&base));
    match index {
        "" => base,
        index => format!("<msub>{base}<mi>{}</mi></msub>", escaped(index)),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A number to six digits; three dots say that there are more, and π has its name.
pub(super) fn constant(value: f64) -> String {
    if value == std::f64::consts::PI {
        return "<mi>π</mi>".to_owned();
    }
    let exact = number(value);
    let short = format!("{value:.5e}").parse().map_or_else(|_| exact.clone(), number);
    let cut = short.len() < exact.len();
    let (mantissa, exponent) = short.split_once('e').unwrap_or((&short, ""));
    let (sign, size) = match mantissa.strip_prefix('-') {
        Some(size) => (super::MINUS, size),
        None => ("", mantissa),
    };
    let dots = if cut { "&#x2026;" } else { "" };
    let size = match size {
        "inf" => "<mi>&#x221e;</mi>".to_owned(),
        size => format!("<mn>{size}{dots}</mn>"),
    };
    let power = match exponent.strip_prefix('-') {
        _ if exponent.is_empty() => return format!("{sign}{size}"),
        Some(places) => format!("<mrow>{}<mn>{places}</mn></mrow>", super::MINUS),
        None => format!("<mn>{exponent}</mn>"),
    };
    let power = format!("<msup><mn>10</mn>{power}</msup>");
    if mantissa.trim_start_matches('-') == "1" {
        format!("{sign}{power}")
    } else {
        format!("{sign}{size}<mo>&#x22c5;</mo>{power}")
    }
}
