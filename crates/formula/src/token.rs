//! Text to tokens, each with its place.

use std::ops::Range;

use crate::Error;

/// The longest formula, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Number(f64),
    /// A name in ASCII; a Greek letter or a module prefix is already translated.
    Name(String),
    Sign(&'static str),
    End,
}

/// A token and the bytes it came from.
pub(crate) type Spanned = (Token, Range<usize>);

/// Longer signs stand before their beginnings.
const SIGNS: [&str; 23] = [
    "**", "<=", ">=", "==", "!=", "&&", "+", "-", "*", "/", "^", "(", ")", "{", "}", "[", "]", "<",
    ">", "=", ",", ";", "|",
];

/// Letters and signs that papers use, and what they mean here.
#[rustfmt::skip]
const GREEK: [(char, &str); 29] = [
    ('α', "alpha"), ('β', "beta"), ('γ', "gamma"), ('δ', "delta"), ('ε', "epsilon"), ('ϵ', "epsilon"),
    ('ζ', "zeta"), ('η', "eta"), ('θ', "theta"), ('ι', "iota"), ('κ', "kappa"), ('λ', "lambda"),
    ('μ', "mu"), ('µ', "mu"), ('ν', "nu"), ('ξ', "xi"), ('π', "pi"), ('ρ', "rho"), ('σ', "sigma"),
    ('ς', "sigma"), ('τ', "tau"), ('υ', "upsilon"), ('φ', "phi"), ('ϕ', "phi"), ('χ', "chi"),
    ('ψ', "psi"), ('ω', "omega"), ('Φ', "Phi"), ('Σ', "Sigma"),
];
const OTHER: [(char, &str); 8] = [
    ('−', "-"),
    ('–', "-"),
    ('·', "*"),
    ('×', "*"),
    ('÷', "/"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
];

/// Modules whose prefix says nothing: `torch.exp` is `exp`.
const MODULES: [&str; 9] = ["torch", "np", "numpy", "jnp", "math", "F", "tf", "nn", "functional"];

/// Splits `text` into tokens; the last is always [`Token::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Spanned>, Error> {
    if text.len() > LONGEST {
        return Err(Error::new(format!(
            "the formula has {} bytes; at most {LONGEST} are accepted",
            text.len()
        ))
        .help("if this is a file of data or code, pass the formula alone"));
    }
    let mut found: Vec<Spanned> = Vec::new();
    let mut statement = Statement::default();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let start = at;
        if c.is_whitespace() {
            // A line break ends a binding, as `;` does.
            if c == '\n' && statement.ends_after(found.last()) {
                statement = Statement::default();
                found.push((Token::Sign(";"), start..start + 1));
            }
            at += c.len_utf8();
        } else if c.is_ascii_digit()
            || (c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit()))
        {
            at += number_length(rest);
            found.push((Token::Number(number(text, start..at)?), start..at));
        } else if c.is_ascii_alphabetic() || c == '_' {
            at += rest.find(|d: char| !d.is_ascii_alphanumeric() && d != '_').unwrap_or(rest.len());
            let name = &text[start..at];
            if text[at..].starts_with('.') && MODULES.contains(&name) {
                at += 1;
            } else {
                found.push((Token::Name(name.to_owned()), start..at));
            }
        } else if let Some((_, name)) = GREEK.iter().find(|(letter, _)| *letter == c) {
            at += c.len_utf8();
            at += text[at..].find(|d: char| !d.is_ascii_digit() && d != '_').unwrap_or(0);
            let suffix = &text[start + c.len_utf8()..at];
            found.push((Token::Name(format!("{name}{suffix}")), start..at));
        } else if let Some((_, sign)) = OTHER.iter().find(|(other, _)| *other == c) {
            at += c.len_utf8();
            found.push((Token::Sign(sign), start..at));
        } else if let Some(sign) =
            SIGNS.iter().chain(&["?", ":"]).find(|sign| rest.starts_with(**sign))
        {
            at += sign.len();
            statement.see(sign);
            found.push((Token::Sign(sign), start..at));
        } else {
            let shown = c.escape_debug();
            return Err(Error::at(
                text,
                start..start + c.len_utf8(),
                format!("unexpected character `{shown}`"),
            )
            .help("a formula is made of names, numbers and + - * / ^ ( ) | { } < > ? : = ; ,"));
        }
    }
    found.push((Token::End, text.len()..text.len()));
    Ok(found)
}

/// Where in a statement the reader is: a line break ends a complete binding outside brackets.
#[derive(Default)]
struct Statement {
    depth: i32,
    binding: bool,
}

impl Statement {
    fn see(&mut self, sign: &str) {
        match sign {
            "(" | "{" | "[" => self.depth += 1,
            ")" | "}" | "]" => self.depth -= 1,
            ";" => self.binding = false,
            "=" => self.binding = true,
            _ => {}
        }
    }

    fn ends_after(&self, last: Option<&Spanned>) -> bool {
        use Token::{Name, Number, Sign};
        let complete = matches!(last, Some((Number(_) | Name(_) | Sign(")" | "}" | "]" | "|"), _)));
        self.depth == 0 && self.binding && complete
    }
}

fn number_length(text: &str) -> usize {
    let digits = |at: usize| {
        text[at..].find(|c: char| !c.is_ascii_digit() && c != '_').map_or(text.len(), |n| at + n)
    };
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

fn number(text: &str, span: Range<usize>) -> Result<f64, Error> {
    let digits = text[span.clone()].replace('_', "");
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(Error::at(text, span, "this number is out of the range of f64")
            .help("the largest is about 1.8e308")),
    }
}

/// The ASCII spelling of a name that may be given in Greek.
pub(crate) fn ascii_name(name: &str) -> String {
    let letter = |c: char| GREEK.iter().find(|(letter, _)| *letter == c);
    name.chars().map(|c| letter(c).map_or(c.to_string(), |(_, name)| (*name).to_owned())).collect()
}
