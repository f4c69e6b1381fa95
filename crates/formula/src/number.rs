//! Numbers in a text.

use std::ops::Range;

use crate::Error;
use crate::characters::is_name;

/// How many bytes at the start of `text` are a number.
pub(crate) fn number_length(text: &str) -> usize {
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

/// The length of a type behind a number: `0.5f` of C, `1.0_f32` and `1f64` of Rust.
pub(crate) fn suffix_length(number: &str, rest: &str) -> usize {
    ["f32", "f64", "f", "F"]
        .into_iter()
        .find(|suffix| {
            rest.strip_prefix(suffix).is_some_and(|more| !more.starts_with(is_name))
                && (suffix.len() > 1 || number.contains(['.', 'e', 'E']))
        })
        .map_or(0, str::len)
}

/// What is said of a comma between two digits, if it is one: a range that ends before it begins is none.
pub(crate) fn decimal_comma(text: &str, comma: &Range<usize>) -> Option<String> {
    if text.get(comma.clone()) != Some(",") {
        return None;
    }
    let (before, behind) = (&text[..comma.start], &text[comma.end..]);
    let whole = &before[before.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
    let length = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
    let fits = !whole.is_empty() && length > 0;
    fits.then(|| format!("if this is one number, write `{whole}.{}`", &behind[..length]))
}

/// The value of the number at `span`.
pub(crate) fn number(text: &str, span: Range<usize>) -> Result<f64, Error> {
    let typed = &text[span.clone()];
    if typed.starts_with('0') && typed[1..].starts_with(|c: char| c.is_ascii_digit()) {
        let rest = typed.trim_start_matches('0');
        let whole = if rest.is_empty() { "0" } else { rest };
        let comma = span.start.saturating_sub(1)..span.start;
        let help = decimal_comma(text, &comma).unwrap_or_else(|| format!("write `{whole}`"));
        return Err(Error::at(text, span.clone(), format!("`{typed}` begins with 0")).help(help));
    }
    let behind = text[span.end..].strip_prefix(['x', 'X']);
    if &text[span.clone()] == "0"
        && behind.is_some_and(|more| more.starts_with(|c: char| c.is_ascii_hexdigit()))
    {
        let message = "hexadecimal numbers are not part of the language";
        return Err(Error::at(text, span.start..span.end + 1, message).help("write it in decimal"));
    }
    let behind = &text[span.end..];
    if behind.strip_prefix(['j', 'J']).is_some_and(|more| !more.starts_with(is_name)) {
        let whole = span.start..span.end + 1;
        let message = format!("`{}` is an imaginary number in Python", &text[whole.clone()]);
        let help = format!("write `{typed}*{}` if that is a parameter", &behind[..1]);
        return Err(Error::at(text, whole, message).help(help));
    }
    if !typed.contains(['e', 'E']) && ["e+", "e-", "E+", "E-"].iter().any(|e| behind.starts_with(e))
    {
        let end = span.end + 2;
        let unfinished = &text[span.start..end];
        return Err(Error::at(
            text,
            span.start..end,
            format!("`{unfinished}` is an unfinished number"),
        )
        .help(format!(
            "write `{typed}*e {}` if it is a product",
            &unfinished[unfinished.len() - 1..]
        )));
    }
    let digits = text[span.clone()].replace('_', "");
    let mantissa = digits.split(['e', 'E']).next().unwrap_or(&digits);
    let is_zero = !mantissa.contains(|c| ('1'..='9').contains(&c));
    match digits.parse::<f64>() {
        Ok(0.0) if !is_zero => {
            Err(Error::at(text, span, "this number is too small for f64, which would be 0")
                .help("the smallest is about 4.9e-324"))
        }
        Ok(value) if value.is_finite() => Ok(value),
        _ => Err(Error::at(text, span, "this number is out of the range of f64")
            .help("the largest is about 1.8e308")),
    }
}
