//! The mathematics of LaTeX as the tokens that every other formula is made of.
//!
//! Braces group, so they become parentheses; a fraction becomes a quotient of two groups; a size is
//! dropped. Letters that touch are a product, as TeX sets them, unless they are a word of the
//! language. What stands behind the bar, the declarations, is read as plain text.

mod arguments;
mod brackets;
mod commands;
mod names;

use std::collections::HashSet;
use std::ops::Range;

use crate::Error;
use crate::characters::{greek, is_blank, plain, sign, unexpected};
use crate::error::{alternatives, nearest};
use crate::number::{number, number_length};
use crate::token::{Spanned, Token, positive_part};
use brackets::Closing;
use commands::Command;
use names::SUBSCRIPT;

/// Words that stand in the rows of `\begin{cases}` and between comparisons.
const WORDS: [&str; 9] =
    ["if", "for", "when", "otherwise", "else", "elsewhere", "and", "or", "gate"];

/// Environments that only lay a formula out.
#[rustfmt::skip]
const LAYOUT: [&str; 8] =
    ["equation", "equation*", "align", "align*", "aligned", "split", "gather", "displaymath"];
/// Environments whose rows are the sides of a choice.
const ROWS: [&str; 5] = ["cases", "dcases", "rcases", "array", "cases*"];

/// Whether a text is written in LaTeX: it has a command or begins with `$`.
pub(crate) fn is_latex(text: &str) -> bool {
    text.trim_start().starts_with('$')
        || text
            .match_indices('\\')
            .any(|(at, _)| !text[at + 1..].starts_with(['\n', '\r']) && !text[at + 1..].is_empty())
}

/// Splits `text` into tokens; the last is always [`Token::End`].
pub(crate) fn tokens(text: &str, known: &dyn Fn(&str) -> bool) -> Result<Vec<Spanned>, Error> {
    let declarations = declarations(text);
    let behind = text.get(declarations + 1..).unwrap_or("");
    let declared = behind.match_indices('=').map(|(at, _)| last_name(&behind[..at])).collect();
    let (found, open) = (Vec::new(), Vec::new());
    let mut reader = Reader { text, at: 0, found, open, known, declarations, declared, depth: 0 };
    while reader.at < text.len() {
        reader.token()?;
    }
    if let Some((closing, span)) = reader.open.pop() {
        return Err(reader.never_closed(closing, span));
    }
    // The number of an equation, behind a wide space.
    if let [.., (_, before), (Token::Sign("("), open), (Token::Number(_), _), (Token::Sign(")"), _)] =
        &reader.found[..]
        && text.get(before.end..open.start).is_some_and(|gap| {
            ["\\quad", "\\qquad", "\\hspace", "\\hfill"].iter().any(|space| gap.contains(space))
        })
    {
        reader.found.truncate(reader.found.len() - 3);
    }
    // A line of several may end with its break, and a formula in a sentence with its punctuation.
    while let Some((Token::Sign("\\\\"), _)) = reader.found.last() {
        reader.found.pop();
    }
    if let Some((Token::Sign("," | "."), _)) = reader.found.last() {
        reader.found.pop();
    }
    reader.found.push((Token::End, text.len()..text.len()));
    Ok(reader.found)
}

/// Where the declarations begin: at the last bar that a name and `=` follow.
fn declarations(text: &str) -> usize {
    let declares = |at: &usize| {
        let behind = text[at + 1..].trim_start_matches(|c: char| is_blank(c) || c == '$');
        let name = behind.strip_prefix('\\').unwrap_or(behind);
        let after = name.trim_start_matches(|c: char| c.is_alphanumeric() || "_{}".contains(c));
        let value = after.trim_start();
        after.len() < name.len() && value.starts_with('=') && !value.starts_with("==")
    };
    text.match_indices('|').map(|(at, _)| at).find(declares).unwrap_or(text.len())
}

/// The name at the end of `text`.
fn last_name(text: &str) -> &str {
    let text = text.trim_end();
    &text[text.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len()..]
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    found: Vec<Spanned>,
    open: Vec<(Closing, Range<usize>)>,
    known: &'a dyn Fn(&str) -> bool,
    /// Where the declarations begin, and the names that they declare.
    declarations: usize,
    declared: HashSet<&'a str>,
    /// How many arguments of commands are open.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn push(&mut self, token: Token, span: Range<usize>) {
        self.found.push((token, span));
    }

    fn error(&self, span: Range<usize>, message: impl Into<String>) -> Error {
        Error::at(self.text, span, message)
    }

    fn skip_blanks(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            if !is_blank(c) && c != '~' && c != '$' {
                break;
            }
            self.at += c.len_utf8();
        }
    }

    /// Takes one token of the text, which may be several of the formula.
    fn token(&mut self) -> Result<(), Error> {
        self.skip_blanks();
        let (rest, start) = (self.rest(), self.at);
        let Some(first) = rest.chars().next() else { return Ok(()) };
        let c = plain(first).unwrap_or(first);
        if first == '\\' {
            return self.command();
        }
        if first == '%' {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return Ok(());
        }
        if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit()))
        {
            self.at += number_length(rest);
            let value = number(self.text, start..self.at)?;
            self.push(Token::Number(value), start..self.at);
            return Ok(());
        }
        if c.is_ascii_alphabetic() {
            return self.letters();
        }
        if let Some(length) = positive_part(self.text, start, self.found.last()) {
            self.at += length;
            self.push(Token::Sign("_+"), start..self.at);
            return Ok(());
        }
        self.at += first.len_utf8();
        let span = start..self.at;
        if let Some(name) = greek(c) {
            return self.named(name.to_owned(), span);
        }
        match c {
            '{' => return self.group(span),
            '}' | ')' | ']' => return self.close(span),
            '^' => return self.raised(span),
            '(' => self.open(Closing::Parenthesis, "(", span),
            // Behind the bar a bracket is a list or an interval, before it a parenthesis.
            '[' if start < self.declarations => self.open(Closing::Square, "(", span),
            '[' => self.open(Closing::Square, "[", span),
            '_' => return Err(self.error(span, "a subscript belongs to a name").help(SUBSCRIPT)),
            '&' if self.rest().trim_start().starts_with('=') => {}
            // It may end a sentence; elsewhere the parser refuses it.
            '.' => self.push(Token::Sign("."), span),
            _ => return self.sign(first, c, span),
        }
        Ok(())
    }

    fn sign(&mut self, first: char, c: char, span: Range<usize>) -> Result<(), Error> {
        const SIGNS: [&str; 19] = [
            "<=", ">=", "==", "!=", ":=", "+", "-", "*", "/", "<", ">", "=", ",", ";", "|", "?",
            ":", "&", "√",
        ];
        let text = &self.text[span.start..];
        let mut letters = [0; 4];
        let written = if c == first { text } else { c.encode_utf8(&mut letters) };
        let Some(found) =
            sign(c).or_else(|| SIGNS.iter().copied().find(|sign| written.starts_with(*sign)))
        else {
            let (message, help) = unexpected(first);
            return Err(self.error(span, message).help(help));
        };
        if sign(c).is_none() && c == first {
            self.at = span.start + found.len();
        }
        let found = if found == ":=" { "=" } else { found };
        self.push(Token::Sign(found), span.start..self.at);
        Ok(())
    }

    fn command(&mut self) -> Result<(), Error> {
        let (rest, start) = (&self.text[self.at + 1..], self.at);
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let name = &rest[..letters.max(first)];
        self.at += 1 + name.len();
        let span = start..self.at;
        match name {
            "\\" => {
                // The distance to the next row.
                if self.rest().starts_with('[') {
                    self.at += self.rest().find(']').map_or(0, |end| end + 1);
                }
                self.push(Token::Sign("\\\\"), span);
                return Ok(());
            }
            "{" => {
                self.open(Closing::Set, "(", span);
                return Ok(());
            }
            "}" => return self.close(span),
            _ => {}
        }
        let Some(command) = commands::command(name) else {
            let near = nearest(name, commands::names().filter(|known| known.len() > 1));
            let error = self.error(span, format!("there is no command `\\{name}`"));
            return Err(if near.is_empty() || name.len() < 2 {
                error.help("a function of another name is `\\operatorname{softplus}(x)`")
            } else {
                let near: Vec<String> = near.iter().map(|name| format!("\\{name}")).collect();
                let near: Vec<&str> = near.iter().map(String::as_str).collect();
                error.help(format!("did you mean {}?", alternatives(&near)))
            });
        };
        match command {
            Command::Sign(sign) => self.push(Token::Sign(sign), span),
            Command::AbsoluteBegin => self.absolute(Closing::Absolute, span),
            Command::Nothing => {}
            Command::Name(name) => self.named(name.to_owned(), span)?,
            Command::AbsoluteEnd => self.close(span)?,
            Command::Left | Command::Right | Command::Size => self.sized(command, start)?,
            Command::Text => self.words(span)?,
            Command::Fraction => self.fraction(&span)?,
            Command::Root => self.root(span)?,
            Command::Begin | Command::End => self.environment(command, span)?,
            Command::Note => {
                self.raw(&span)?;
            }
            Command::Indicator => self.indicator(&span)?,
            Command::Refused(message, help) => return Err(self.error(span, message).help(help)),
        }
        Ok(())
    }

    fn environment(&mut self, command: Command, span: Range<usize>) -> Result<(), Error> {
        let inside = self.raw(&span)?;
        let name = &self.text[inside.clone()];
        let span = span.start..self.at;
        if LAYOUT.contains(&name) {
            return Ok(());
        }
        if !ROWS.contains(&name) {
            let message = format!("the environment `{name}` is not part of the language");
            return Err(self.error(span, message).help("a choice is written `\\begin{cases}`"));
        }
        if let Command::End = command {
            return match self.open.pop() {
                Some((Closing::Cases, _)) => {
                    self.push(Token::Sign("end"), span);
                    Ok(())
                }
                Some((closing, opened)) => Err(self.never_closed(closing, opened)),
                None => Err(self.error(span, "this `\\end` closes nothing")),
            };
        }
        // The columns of an array say nothing.
        if name == "array" && self.rest().starts_with('{') {
            self.raw(&span)?;
        }
        self.open.push((Closing::Cases, span.clone()));
        self.push(Token::Sign("cases"), span);
        Ok(())
    }
}
