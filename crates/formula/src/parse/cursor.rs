//! Walking over the tokens.

use std::ops::Range;

use super::{DEEPEST, Parser};
use crate::Error;
use crate::characters::REMAINDER;
use crate::error::nearest;
use crate::token::Token;

impl Parser<'_> {
    pub(super) fn deeper<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("the formula nests deeper than {DEEPEST}");
            return Err(Error::at(self.text, self.span(), message)
                .help("name a part of it: `p = sigmoid(x); x*p`"));
        }
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Reads what stands between bars, which another bar ends, or between brackets, where it begins an absolute
    /// value again.
    pub(super) fn between<T>(
        &mut self,
        bars: bool,
        parse: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let outside = std::mem::replace(&mut self.in_bars, bars);
        let result = parse(self);
        self.in_bars = outside;
        result
    }

    pub(crate) fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    pub(crate) fn peek_second(&self) -> Token {
        self.tokens.get(self.at + 1).map_or(Token::End, |spanned| spanned.0.clone())
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// Takes the next token; at the end it stays there.
    pub(crate) fn next(&mut self) -> Token {
        let token = self.tokens[self.at].0.clone();
        self.at += 1;
        if self.at == self.tokens.len() {
            self.tokens.push((Token::End, self.text.len()..self.text.len()));
        }
        token
    }

    /// Whether this sign comes next.
    pub(super) fn at_sign(&self, wanted: &str) -> bool {
        matches!(self.peek(), Token::Sign(sign) if *sign == wanted)
    }

    pub(crate) fn back(&mut self) {
        self.at -= 1;
    }

    /// Takes the next token if it is this sign or word.
    pub(crate) fn accept(&mut self, wanted: &str) -> bool {
        let found = match self.peek() {
            Token::Sign(sign) => *sign == wanted,
            Token::Name(name) => name == wanted,
            _ => false,
        };
        self.at += usize::from(found);
        found
    }

    /// As [`Parser::unexpected`] behind a value: two values in a row may be meant as a product.
    pub(super) fn unfinished(&self, expected: &str) -> Error {
        let error = self.unexpected(expected);
        let value = match self.peek() {
            Token::Name(name) => !["if", "else"].contains(&name.as_str()),
            token => matches!(token, Token::Number(_) | Token::Sign("(")),
        };
        // One of the two may be a function that is mistyped.
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at].0);
        let near =
            [before, Some(self.peek())].into_iter().flatten().find_map(|token| match token {
                Token::Name(name) if name.len() > 3 => {
                    nearest(name, self.functions()).into_iter().next().filter(|near| near != name)
                }
                _ => None,
            });
        if matches!(self.peek(), Token::Name(word) if word == "mod") {
            return error.help(REMAINDER);
        }
        match near {
            Some(near) if value => {
                error.help(format!("did you mean `{near}(…)`? A product is written with `*`"))
            }
            _ if value => error.help("a product is written with `*`"),
            _ => error,
        }
    }

    pub(crate) fn unexpected(&self, expected: &str) -> Error {
        let found = match self.peek() {
            Token::End => "the formula ends here".to_owned(),
            _ => format!("unexpected `{}`", &self.text[self.span()]),
        };
        let error = Error::at(self.text, self.span(), format!("{found}; expected {expected}"));
        match self.peek() {
            Token::Text(_) => error.help("give the formula without quotes"),
            _ => error,
        }
    }
}
