//! Names in LaTeX: letters, words, and what is written below them.

use std::ops::Range;

use super::brackets::{Closing, balanced};
use super::commands::{self, Command};
use super::{Reader, WORDS};
use crate::Error;
use crate::characters::{greek, is_blank, is_greek, is_name, plain};
use crate::token::Token;

pub(super) const SUBSCRIPT: &str =
    "a name is a letter with letters or digits below it: `\\alpha_{1}`";
pub(super) const POSITIVE: &str =
    "the positive part is `\\max(0, x)`, the negative part `\\min(0, x)`";

/// The longest word, in letters; of more, each is a name.
const LONGEST: usize = 32;

impl Reader<'_> {
    /// A run of letters: a word of the language, or a product of names of one letter.
    pub(super) fn letters(&mut self) -> Result<(), Error> {
        let (rest, start) = (self.rest(), self.at);
        let typed = |c: char| plain(c).unwrap_or(c);
        let length = rest.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
        let run = rest[..length].trim_end_matches(|c: char| c.is_ascii_digit());
        if start > self.declarations {
            let ends = |c: char| !typed(c).is_ascii_alphanumeric() && c != '_';
            self.at += rest.find(ends).unwrap_or(rest.len());
            let name = rest[..self.at - start].chars().map(typed).collect();
            return self.named(name, start..self.at);
        }
        let called = length > 2 && rest[length..].trim_start().starts_with('(');
        let word = |name: &str| {
            WORDS.contains(&name)
                || is_greek(name)
                || (self.known)(name)
                || self.declared.contains(name)
        };
        let whole = [&rest[..length], run].into_iter().find(|name| name.len() > 1 && word(name));
        let taken = match whole {
            Some(name) => name.len(),
            None if called => length,
            None => rest.chars().next().map_or(0, char::len_utf8),
        };
        self.at += taken;
        let name: String = rest[..taken].chars().map(typed).collect();
        self.named(name, start..self.at)
    }

    /// Pushes a name with the subscript behind it: `\alpha_{1}` is `alpha_1`.
    pub(super) fn named(&mut self, mut name: String, span: Range<usize>) -> Result<(), Error> {
        let before = self.at;
        self.skip_blanks();
        if !self.rest().starts_with('_') {
            self.at = before;
            self.push(Token::Name(name), span);
            return Ok(());
        }
        let start = self.at;
        self.at += 1;
        self.skip_blanks();
        let rest = self.rest();
        let (inside, length) = if let Some(inside) = rest.strip_prefix('{') {
            let Some(length) = balanced(inside) else {
                return Err(self.never_closed(Closing::Brace, self.at..self.at + 1));
            };
            (&inside[..length], length + 2)
        } else {
            let more = |text: &str| text.find(|c: char| !c.is_ascii_alphabetic());
            let length = match rest.strip_prefix('\\') {
                Some(command) => 1 + more(command).unwrap_or(command.len()),
                None => rest.chars().next().map_or(0, char::len_utf8),
            };
            (&rest[..length], length)
        };
        self.at += length;
        let span = span.start..self.at;
        let index = plain_index(inside);
        if (self.known)(&name) && !is_greek(&name) {
            let help = match name.as_str() {
                "log" => "a logarithm to another base is a quotient: `\\frac{\\ln x}{\\ln 2}`",
                _ => "a function takes its arguments in brackets",
            };
            let message = format!("`{name}` takes no subscript");
            return Err(self.error(start..self.at, message).help(help));
        }
        if index.is_empty() || !index.chars().all(is_name) {
            let help = if inside == "+" || inside == "-" { POSITIVE } else { SUBSCRIPT };
            return Err(self
                .error(start..self.at, "a subscript is made of letters and digits")
                .help(help));
        }
        name = format!("{name}_{index}");
        self.push(Token::Name(name), span);
        Ok(())
    }

    /// Takes the `{1}` or `{I}` of an indicator function and the sign of its subscript, before the bracket in
    /// which the parser looks for a test.
    pub(super) fn indicator(&mut self, span: &Range<usize>) -> Result<(), Error> {
        self.skip_blanks();
        let start = self.at;
        let inside = if self.rest().starts_with('{') {
            self.raw(span)?
        } else {
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            start..self.at
        };
        let inside = &self.text[inside];
        if !["1", "I"].contains(&inside) {
            let message = format!("`{inside}` is a set, and no part of the language");
            return Err(self.error(span.start..self.at, message).help(SUBSCRIPT));
        }
        let end = self.at;
        self.skip_blanks();
        self.at += usize::from(self.rest().starts_with('_'));
        self.skip_blanks();
        let brackets = ["{", "(", "[", "\\{", "\\left(", "\\left[", "\\left\\{"];
        let is_open = brackets.into_iter().any(|bracket| self.rest().starts_with(bracket));
        if !is_open {
            let message = "an indicator needs a test";
            let help = "write `\\mathbb{1}(x > 0)` or `\\mathbb{1}_{x > 0}`";
            return Err(self.error(span.start..self.at, message).help(help));
        }
        self.push(Token::Sign("indicator"), span.start..end);
        Ok(())
    }

    /// `\mathrm{erf}` is a name; `\text{if } x > 0` and `\text{if $x > 0$}` hold a word.
    pub(super) fn words(&mut self, span: Range<usize>) -> Result<(), Error> {
        self.skip_blanks();
        if let Some(letter) = self.rest().chars().next().filter(char::is_ascii_alphabetic) {
            self.at += 1;
            return self.named(letter.to_string(), span.start..self.at);
        }
        let inside = self.raw(&span)?;
        let text = &self.text[inside.clone()];
        if text == "1" || text == "I" && self.rest().starts_with(['_', '{', '(', '[']) {
            self.at = inside.start - 1;
            return self.indicator(&span);
        }
        let mut words = text.split(|c: char| is_blank(c) || "~,:.".contains(c));
        let first = words.find(|word| !word.is_empty()).unwrap_or("");
        if WORDS.contains(&first) && first != "gate" {
            let start = inside.start + text.find(first).unwrap_or(0);
            self.push(Token::Name(first.to_owned()), start..start + first.len());
            self.at = start + first.len();
            self.open.push((Closing::Words, span.start..inside.start));
            return Ok(());
        }
        let name = plain_index(text);
        if name.is_empty() {
            return Ok(());
        }
        if !name.chars().all(is_name) {
            return Err(self.no_name(inside));
        }
        self.named(name, span.start..self.at)
    }

    /// What is said of a text that is set as a name and is none.
    pub(super) fn no_name(&self, inside: Range<usize>) -> Error {
        let message = format!("`{}` is not a name", &self.text[inside.clone()]);
        self.error(inside, message).help(SUBSCRIPT)
    }
}

/// A name or an index without the commands that only set it: `\text{pos}` is `pos`.
pub(super) fn plain_index(text: &str) -> String {
    let text = text.replace("\\_", "_");
    let text = text.trim();
    let inner = text.strip_prefix('\\').and_then(|command| {
        let (name, inside) = command.split_once('{')?;
        let text = matches!(commands::command(name), Some(Command::Text));
        text.then(|| inside.strip_suffix('}')).flatten()
    });
    let text = inner.unwrap_or(text).trim();
    let name = text.strip_prefix('\\').filter(|name| is_greek(name)).unwrap_or(text);
    name.chars()
        .filter(|c| !",'".contains(*c))
        .map(|c| {
            if c == ' ' || c == '-' || c == '~' {
                "_".to_owned()
            } else {
                greek(c).map_or(c.to_string(), str::to_owned)
            }
        })
        .collect()
}
