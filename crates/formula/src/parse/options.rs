//! Arguments that are no numbers of the function: options in words, and where libraries leave a function
//! for its asymptote.

use std::ops::Range;

use super::Parser;
use super::arguments::{Argument, Value};
use super::functions::{ASYMPTOTIC, OPTIONS, Worded};
use crate::Error;
use crate::error::alternatives;

/// Libraries whose options in words may be `True` without the keyword.
const BARE: [&str; 4] = ["jax.", "flax.", "tf.", "keras."];

impl<'a> Parser<'a> {
    /// The function that the options select, and the arguments that are left for it:
    /// `gelu(x, approximate='tanh')` is `gelu_tanh(x)`.
    pub(super) fn without_options(
        &self,
        name: &'a str,
        arguments: &[Argument],
        span: &Range<usize>,
    ) -> Result<(&'a str, Vec<Argument>), Error> {
        let rows: Vec<_> = OPTIONS.iter().filter(|row| row.0 == name).collect();
        let (mut chosen, mut left) = (None, Vec::new());
        for (place, argument) in arguments.iter().enumerate() {
            if self.is_threshold(name, place, arguments) {
                self.see_threshold(name, argument, arguments)?;
                continue;
            }
            let Some(row) = self.option(&rows, place, argument, span)? else {
                left.push(argument.clone());
                continue;
            };
            if chosen.replace(row.3).is_some() {
                let message = format!("`{name}` has its `{}` twice", row.1);
                return Err(Error::at(self.text, argument.span.clone(), message)
                    .help("keep one of the two"));
            }
        }
        Ok((chosen.unwrap_or(name), left))
    }

    /// The row that an argument selects, if it is an option.
    fn option<'r>(
        &self,
        rows: &[&'r Worded],
        place: usize,
        argument: &Argument,
        span: &Range<usize>,
    ) -> Result<Option<&'r Worded>, Error> {
        let Some((function, keyword, ..)) = rows.first() else { return Ok(None) };
        let word = match &argument.value {
            Value::Word(word) => word.as_str(),
            Value::Number(_) => "",
        };
        let row = rows.iter().copied().find(|row| row.2 == word);
        let refused = |message: String, help: String| {
            Err(Error::at(self.text, argument.span.clone(), message).help(help))
        };
        match argument.key() {
            Some(key) if key != *keyword => Ok(None),
            Some(_) if row.is_none() => {
                let words: Vec<&str> = rows.iter().map(|row| row.2).collect();
                let message = format!("`{function}` has no such `{keyword}`");
                refused(message, format!("it is {}", alternatives(&words)))
            }
            Some(_) => Ok(row),
            None if place == 0 || row.is_none() => Ok(None),
            None if word.starts_with('\'') => Ok(row),
            None if BARE.iter().any(|library| self.text[span.clone()].starts_with(library)) => {
                Ok(row)
            }
            None => refused(
                format!("what is `{word}` here is not clear"),
                format!("say `{keyword}={word}` or `inplace={word}`"),
            ),
        }
    }

    /// Whether an argument is the threshold of PyTorch's softplus, its third number.
    fn is_threshold(&self, name: &str, place: usize, arguments: &[Argument]) -> bool {
        let has_scale = self.formula_of(name).is_some();
        let third = |argument: &Argument| {
            let before = arguments[..place].iter().filter(|other| other.key().is_none()).count();
            has_scale && argument.key().is_none() && before == 2 && arguments.len() == 3
        };
        let argument = &arguments[place];
        name == "softplus" && (argument.key() == Some("threshold") || third(argument))
    }

    /// Refuses a threshold behind which PyTorch's softplus is visibly another function.
    fn see_threshold(
        &self,
        name: &str,
        argument: &Argument,
        arguments: &[Argument],
    ) -> Result<(), Error> {
        let is_far = match argument.value {
            Value::Number(value) => self.folded(value).is_some_and(|value| value >= ASYMPTOTIC),
            Value::Word(_) => argument.is_none(),
        };
        if is_far {
            return Ok(());
        }
        let in_order = arguments.iter().filter(|other| other.key().is_none()).nth(1);
        let by_name = arguments.iter().find(|other| other.key() == Some("beta"));
        let scale = by_name
            .or(in_order.filter(|other| other.span != argument.span))
            .map(|scale| self.given(&scale.span));
        let threshold = self.given(&argument.span);
        let (scaled, whole) = match scale {
            Some(scale) => (format!("{scale}*x"), format!("{name}(x, {scale})")),
            None => ("x".to_owned(), format!("{name}(x)")),
        };
        let message = format!("`{name}` has no threshold here: it is exact everywhere");
        Err(Error::at(self.text, argument.span.clone(), message).help(format!(
            "leave the threshold out, or write the straight part: \
             `where({scaled} > {threshold}, x, {whole})`"
        )))
    }
}
