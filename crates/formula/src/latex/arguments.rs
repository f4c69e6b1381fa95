//! The arguments of commands: groups, single tokens, text as it stands.

use std::ops::Range;

use super::Reader;
use super::brackets::{Closing, balanced};
use super::names::POSITIVE;
use crate::Error;
use crate::characters::is_blank;
use crate::number::number;
use crate::parse::DEEPEST;
use crate::token::Token;

impl Reader<'_> {
    /// One argument of a command: a group, or a single token.
    pub(super) fn argument(&mut self, command: &Range<usize>, which: &str) -> Result<(), Error> {
        self.skip_blanks();
        let rest = self.rest();
        let written = &self.text[command.clone()];
        let example = match written {
            "\\sqrt" => "write `\\sqrt{x}`".to_owned(),
            "^" => "write `x^{2}`".to_owned(),
            _ => format!("write `{written}{{1}}{{2}}`"),
        };
        let missing = |reader: &Self| {
            let message = format!("`{written}` has no {which}");
            reader.error(command.clone(), message).help(example)
        };
        if rest.is_empty() || rest.starts_with(['}', ')', ']', '&', '|', '+', '*', '/', '=', ',']) {
            return Err(missing(self));
        }
        if self.depth == DEEPEST {
            let message = format!("the formula nests deeper than {DEEPEST}");
            return Err(self
                .error(command.clone(), message)
                .help("name a part of it, as in `p = …; x*p`"));
        }
        self.depth += 1;
        let result = self.taken(command.clone());
        self.depth -= 1;
        result
    }

    /// The argument at this place, which exists.
    pub(super) fn taken(&mut self, command: Range<usize>) -> Result<(), Error> {
        let (rest, start) = (self.rest(), self.at);
        if rest.starts_with('{') {
            let depth = self.open.len();
            self.token()?;
            // `{\rm x}` is closed already.
            while self.open.len() > depth && self.at < self.text.len() {
                self.token()?;
            }
            if let Some((closing, span)) = self.open.get(depth).cloned() {
                return Err(self.never_closed(closing, span));
            }
            return Ok(());
        }
        let length = rest.chars().next().map_or(0, char::len_utf8);
        self.push(Token::Sign("("), command);
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.at += length;
            let value = number(self.text, start..self.at)?;
            self.push(Token::Number(value), start..self.at);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            self.at += length;
            self.push(Token::Name(rest[..length].to_owned()), start..self.at);
        } else {
            self.token()?;
        }
        self.push(Token::Sign(")"), start..self.at);
        Ok(())
    }

    pub(super) fn fraction(&mut self, span: &Range<usize>) -> Result<(), Error> {
        let compact: String = self.rest().chars().filter(|c| !is_blank(*c)).take(7).collect();
        if compact.starts_with("{d}{d") || compact == "{d^2}{d" {
            let message = "a derivative is not part of the language";
            return Err(self
                .error(span.clone(), message)
                .help("Ogive derives it: give the function alone"));
        }
        self.push(Token::Sign("("), span.clone());
        self.argument(span, "numerator")?;
        self.push(Token::Sign("/"), span.clone());
        self.argument(span, "denominator")?;
        self.push(Token::Sign(")"), span.start..self.at);
        Ok(())
    }

    pub(super) fn root(&mut self, span: Range<usize>) -> Result<(), Error> {
        self.skip_blanks();
        if self.rest().starts_with('[') {
            let length = self.rest().find(']').map_or(1, |end| end + 1);
            let message = "only the square root is part of the language";
            return Err(self
                .error(span.start..self.at + length, message)
                .help("write a power, which is real where x is not negative: `x^{1/3}`"));
        }
        self.push(Token::Name("sqrt".to_owned()), span.clone());
        self.argument(&span, "argument")
    }

    /// An exponent is one token or a group.
    pub(super) fn raised(&mut self, span: Range<usize>) -> Result<(), Error> {
        self.push(Token::Sign("^"), span.clone());
        self.skip_blanks();
        let (rest, start) = (self.rest(), self.at);
        if rest.starts_with('-') {
            return Ok(());
        }
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if rest[..digits].trim_end_matches('.').len() > 1 {
            let number = rest[..digits].trim_end_matches('.');
            return Err(self
                .error(start..start + number.len(), "only the first digit stands in the exponent")
                .help(format!("write `^{{{number}}}`")));
        }
        if rest.starts_with('+') || rest.starts_with("{+}") {
            return Err(self
                .error(span.start..start + 1, "an exponent `+` is not part of the language")
                .help(POSITIVE));
        }
        self.argument(&span, "exponent")
    }

    /// The text in braces behind a command, as it stands.
    pub(super) fn raw(&mut self, command: &Range<usize>) -> Result<Range<usize>, Error> {
        if self.rest().starts_with('*') {
            self.at += 1;
        }
        self.skip_blanks();
        let written = &self.text[command.clone()];
        let Some(inside) = self.rest().strip_prefix('{') else {
            let message = format!("`{written}` has no argument");
            return Err(self
                .error(command.clone(), message)
                .help(format!("write `{written}{{…}}`")));
        };
        let Some(length) = balanced(inside) else {
            return Err(self.never_closed(Closing::Brace, self.at..self.at + 1));
        };
        let start = self.at + 1;
        self.at = start + length + 1;
        Ok(start..start + length)
    }
}
