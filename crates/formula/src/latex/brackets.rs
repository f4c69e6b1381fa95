//! Brackets of LaTeX and the signs that they become.

use std::ops::Range;

use super::Reader;
use super::commands::Command;
use super::names::plain_index;
use crate::Error;
use crate::characters::is_name;
use crate::token::Token;

/// What a bracket is closed by, and how both are written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Closing {
    Brace,
    Words,
    Parenthesis,
    Square,
    Set,
    Sized,
    Absolute,
    Cases,
}

/// Brackets: where they end, how the end is written.
#[rustfmt::skip]
const CLOSED: [(Closing, &str); 8] = [
    (Closing::Brace, "}"),     (Closing::Words, "}"),          (Closing::Parenthesis, ")"),
    (Closing::Square, "]"),    (Closing::Set, "\\}"),          (Closing::Sized, "\\right)"),
    (Closing::Absolute, "\\rvert"), (Closing::Cases, "\\end{cases}"),
];

/// What may stand behind `\left` and `\right`.
const BRACKETS: [&str; 14] = [
    "\\lvert", "\\rvert", "\\vert", "\\{", "\\}", "\\lbrace", "\\rbrace", "(", ")", "[", "]", "|",
    ".", "\\lbrack",
];

impl Reader<'_> {
    pub(super) fn open(&mut self, closing: Closing, sign: &'static str, span: Range<usize>) {
        self.open.push((closing, span.clone()));
        self.push(Token::Sign(sign), span);
    }

    pub(super) fn absolute(&mut self, closing: Closing, span: Range<usize>) {
        self.push(Token::Name("abs".to_owned()), span.clone());
        self.open(closing, "(", span);
    }

    /// `{`, or the `{\rm erf}` of older texts.
    pub(super) fn group(&mut self, span: Range<usize>) -> Result<(), Error> {
        for command in ["\\rm", "\\it", "\\bf", "\\sf", "\\tt"] {
            let word = self.rest().trim_start().strip_prefix(command);
            if word.is_some_and(|word| !word.starts_with(|c: char| c.is_alphabetic())) {
                let start = self.text.len() - word.map_or(0, str::len);
                let Some(length) = balanced(&self.text[start..]) else { break };
                let inside = start..start + length;
                let name = plain_index(&self.text[inside.clone()]);
                if name.is_empty() || !name.chars().all(is_name) {
                    return Err(self.no_name(inside));
                }
                self.at = start + length + 1;
                return self.named(name, span.start..self.at);
            }
        }
        self.open(Closing::Brace, "(", span);
        Ok(())
    }

    pub(super) fn close(&mut self, span: Range<usize>) -> Result<(), Error> {
        let written = &self.text[span.clone()];
        let Some((closing, opened)) = self.open.pop() else {
            return Err(self.error(span.clone(), format!("this `{written}` closes nothing")));
        };
        let fits = match closing {
            Closing::Sized => written.starts_with("\\right"),
            Closing::Cases => false,
            // Brackets of a size need no partner of the same kind.
            _ => written == ends(closing),
        };
        if !fits {
            let message =
                format!("this `{written}` closes nothing: `{}` is still open", &self.text[opened]);
            return Err(self.error(span, message).help(format!("close it by `{}`", ends(closing))));
        }
        if closing == Closing::Words {
            return Ok(());
        }
        let sign =
            if closing == Closing::Square && span.start > self.declarations { "]" } else { ")" };
        self.push(Token::Sign(sign), span);
        Ok(())
    }

    pub(super) fn never_closed(&self, closing: Closing, span: Range<usize>) -> Error {
        let message = format!("this `{}` is never closed", &self.text[span.clone()]);
        self.error(span, message).help(format!("close it by `{}`", ends(closing)))
    }

    /// `\left(`, `\right|`, `\Bigl[`: the bracket counts, its size does not.
    pub(super) fn sized(&mut self, command: Command, start: usize) -> Result<(), Error> {
        self.skip_blanks();
        let rest = self.rest();
        let Some(bracket) = BRACKETS.into_iter().find(|bracket| rest.starts_with(bracket)) else {
            let written = &self.text[start..self.at];
            let message = format!("`{}` is followed by no bracket", written.trim_end());
            return Err(self
                .error(start..start + written.trim_end().len(), message)
                .help("write `\\left(` and `\\right)`"));
        };
        if let Command::Size = command {
            return Ok(());
        }
        self.at += bracket.len();
        let span = start..self.at;
        match command {
            Command::Left if bracket.ends_with('|') || bracket.ends_with("vert") => {
                self.absolute(Closing::Sized, span);
            }
            Command::Left => self.open(Closing::Sized, "(", span),
            _ => self.close(span)?,
        }
        Ok(())
    }
}

pub(super) fn ends(closing: Closing) -> &'static str {
    CLOSED.iter().find(|row| row.0 == closing).map_or("}", |row| row.1)
}

/// How many bytes there are before the brace that closes this one.
pub(super) fn balanced(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
