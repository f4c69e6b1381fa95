//! The arguments of a call: in order, and by Python's keywords.

use std::ops::Range;

use super::Parser;
use super::functions::{IGNORED, KEYWORDS};
use crate::Error;
use crate::expr::Id;
use crate::number::decimal_comma;
use crate::op::Op;
use crate::token::Token;

const SEPARATOR: &str = "arguments are separated by `,`";

/// One argument as it is written.
#[derive(Clone)]
pub(super) struct Argument {
    pub(super) key: Option<String>,
    pub(super) value: Value,
    pub(super) span: Range<usize>,
}

/// What an argument is: a number, or a word such as `None` or `'tanh'`.
#[derive(Clone)]
pub(super) enum Value {
    Number(Id),
    Word(String),
}

impl Argument {
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether it is Python's `None`, which leaves the argument out.
    pub(super) fn is_none(&self) -> bool {
        matches!(&self.value, Value::Word(word) if word == "None")
    }

    /// Whether its keyword means the argument that is called `slot`.
    pub(super) fn stands_for(&self, slot: &str) -> bool {
        self.key().is_some_and(|key| {
            key == slot || KEYWORDS.iter().any(|row| row.0 == key && row.1 == slot)
        })
    }
}

impl Parser<'_> {
    /// Reads arguments up to the bracket `close`.
    pub(super) fn arguments(
        &mut self,
        name: Option<&str>,
        close: &str,
    ) -> Result<Vec<Argument>, Error> {
        self.between(false, |parser| parser.arguments_up_to(name, close))
    }

    fn arguments_up_to(&mut self, name: Option<&str>, close: &str) -> Result<Vec<Argument>, Error> {
        let mut found = Vec::new();
        while !self.accept(close) {
            let start = self.span();
            let mut key = None;
            if let (Token::Name(name), Token::Sign("=")) = (self.peek().clone(), self.peek_second())
            {
                key = Some(name);
                self.at += 2;
            }
            let value = match self.peek().clone() {
                Token::Text(word) => {
                    self.at += 1;
                    Value::Word(format!("'{word}'"))
                }
                Token::Name(word) if ["None", "True", "False"].contains(&word.as_str()) => {
                    self.at += 1;
                    Value::Word(word)
                }
                // `self.inplace`, as the modules of PyTorch hand it on.
                Token::Name(word) if word == "inplace" && !found.is_empty() => {
                    self.at += 1;
                    Value::Word("False".to_owned())
                }
                _ if name == Some("where") && found.is_empty() => Value::Number(self.test()?),
                _ => Value::Number(self.choice()?),
            };
            let end = self.tokens[self.at - 1].1.end;
            found.push(Argument { key, value, span: start.start..end });
            if !self.accept(",") && !self.at_sign(close) {
                let error = self.unfinished(&format!("`,` or `{close}`"));
                let semicolon = self.at_sign(";");
                return Err(if semicolon { error.help(SEPARATOR) } else { error });
            }
        }
        Ok(found)
    }

    /// Whether the arguments are those of a primitive, without settings.
    pub(super) fn fits(arguments: &[Argument], op: Op) -> bool {
        let ordered = arguments.iter().filter(|argument| argument.key.is_none()).count();
        ordered <= op.info().arity
            && arguments.iter().filter_map(Argument::key).all(|key| {
                let slot = KEYWORDS.iter().find(|row| row.0 == key).map_or(key, |row| row.1);
                ["x", "y"].contains(&slot) || IGNORED.contains(&key)
            })
    }

    /// Puts each argument into its slot; `needed` slots must be filled. With `many`, what is left over
    /// is returned too.
    pub(super) fn bind(
        &self,
        called: &str,
        slots: &[&str],
        needed: usize,
        arguments: &[Argument],
        span: &Range<usize>,
        many: bool,
    ) -> Result<(Vec<Option<Id>>, Vec<Id>), Error> {
        let mut values = vec![None; slots.len()];
        let mut more = Vec::new();
        let mut ordered = 0;
        for argument in arguments {
            let place = if let Some(key) = argument.key() {
                match slots.iter().position(|slot| argument.stands_for(slot)) {
                    Some(place) => place,
                    None if ["dim", "axis"].contains(&key) && !self.is_batch(argument) => {
                        let message = "statistics are taken over the batch, axis 0, per channel";
                        return Err(Error::at(self.text, argument.span.clone(), message)
                            .help(format!("write `{called}(x)` if that is meant")));
                    }
                    None if IGNORED.contains(&key) => continue,
                    None => return Err(self.no_setting(called, key, slots, &argument.span)),
                }
            } else {
                ordered += 1;
                ordered - 1
            };
            let value = match &argument.value {
                Value::Number(value) => *value,
                Value::Word(_) if argument.is_none() => continue,
                // The flag of work in place, which is the last.
                Value::Word(word)
                    if argument.key.is_none()
                        && ["True", "False"].contains(&word.as_str())
                        && values.iter().all(Option::is_some)
                        && arguments.iter().filter(|other| other.key.is_none()).count()
                            == ordered =>
                {
                    continue;
                }
                Value::Word(word) => {
                    let message = format!("`{word}` is no value for `{called}`");
                    let help = match word.as_str() {
                        "True" | "False" => "give a number, or say `inplace=True`",
                        _ => "give a number",
                    };
                    return Err(Error::at(self.text, argument.span.clone(), message).help(help));
                }
            };
            match values.get_mut(place) {
                Some(Some(_)) => {
                    let message = format!("`{called}` has its `{}` twice", slots[place]);
                    return Err(Error::at(self.text, argument.span.clone(), message)
                        .help("keep one of the two"));
                }
                Some(slot) => *slot = Some(value),
                None => more.push(value),
            }
        }
        if (more.is_empty() || many) && values[..needed].iter().all(Option::is_some) {
            return Ok((values, more));
        }
        let given = values.iter().flatten().count() + more.len();
        let most = if many { "or more " } else { "" };
        let takes = if needed == slots.len() || more.is_empty() { needed } else { slots.len() };
        let plural = if takes == 1 { "" } else { "s" };
        let message =
            format!("`{called}` takes {takes} {most}argument{plural}, here it has {given}");
        let error = Error::at(self.text, span.clone(), message);
        let gap = |two: &[Argument]| two[0].span.end..two[1].span.start;
        let decimal = arguments.windows(2).find_map(|two| decimal_comma(self.text, &gap(two)));
        Err(if called == "log" && given == 2 {
            error.help("to base b it is `log(x)/log(b)`")
        } else if let Some(help) = decimal.filter(|_| given > takes) {
            error.help(help)
        } else if called == "clamp" || called == "clip" {
            error.help(format!("with one bound, say which: `{called}(x, min=0)`"))
        } else if given < needed && slots.len() > 2 {
            error.help(format!("write `{called}({})`", slots.join(", ")))
        } else if given < needed && given > 0 {
            error.help(SEPARATOR)
        } else {
            error
        })
    }

    /// Whether an axis is that of the batch.
    fn is_batch(&self, argument: &Argument) -> bool {
        matches!(argument.value, Value::Number(axis) if self.graph.value(axis) == Some(0.0))
    }

    /// The value of an argument as it is written, without its keyword.
    pub(super) fn given(&self, span: &Range<usize>) -> &str {
        let text = &self.text[span.clone()];
        text.split_once('=').map_or(text, |(_, value)| value).trim()
    }

    pub(super) fn no_setting(
        &self,
        called: &str,
        key: &str,
        slots: &[&str],
        span: &Range<usize>,
    ) -> Error {
        let message = format!("`{called}` has no setting `{key}`");
        let end = if self.text[span.start..].starts_with(key) {
            span.start + key.len()
        } else {
            span.end
        };
        let error = Error::at(self.text, span.start..end, message);
        let number = self.given(span);
        let is_slope = key == "alpha" || KEYWORDS.contains(&(key, "alpha"));
        match slots {
            [_, slope] if ["init", "num_parameters"].contains(&key) => error.help(format!(
                "declare how it starts and how many there are: `{called}(x) | {slope} = 0.25 per channel`"
            )),
            [_] if self.function(called) == Some("relu") && key == "max_value" => {
                error.help(format!("with a ceiling it is `clamp(x, 0, {number})`"))
            }
            [_] if self.function(called) == Some("relu") && is_slope => {
                error.help(format!("with a slope it is `leaky_relu(x, {number})`"))
            }
            [] | [_] => error.help(format!("write `{called}(x)`")),
            [_, settings @ ..] => error.help(format!("it has `{}`", settings.join("`, `"))),
        }
    }
}
