//! The arguments of a call: in order, by Python's keywords, and options in words.

use std::ops::Range;

use super::Parser;
use super::functions::{IGNORED, KEYWORDS, OPTIONS, UNSEEN};
use crate::Error;
use crate::expr::Id;
use crate::number::decimal_comma;
use crate::op::Op;
use crate::token::Token;

const SEPARATOR: &str = "arguments are separated by `,`";

/// One argument as it is written.
pub(super) struct Argument {
    pub(super) key: Option<String>,
    pub(super) value: Value,
    pub(super) span: Range<usize>,
}

/// What an argument is: a number, or a word such as `None` or `'tanh'`.
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

impl<'a> Parser<'a> {
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
                    Value::Word(word)
                }
                Token::Name(word) if ["None", "True", "False"].contains(&word.as_str()) => {
                    self.at += 1;
                    Value::Word(word)
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

    /// The function that an option in words selects: `gelu(x, approximate='tanh')`, `GELU('tanh')`.
    pub(super) fn option(name: &'a str, arguments: &[Argument]) -> &'a str {
        let chosen = OPTIONS.iter().find(|(function, keyword, word, _)| {
            *function == name
                && arguments.iter().any(|argument| {
                    argument.key().is_none_or(|key| key == *keyword)
                        && matches!(&argument.value, Value::Word(given) if given == word)
                })
        });
        chosen.map_or(name, |row| row.3)
    }

    /// Whether the arguments are those of a primitive, without settings.
    pub(super) fn fits(arguments: &[Argument], op: Op) -> bool {
        let ordered = arguments.iter().filter(|argument| argument.key.is_none()).count();
        ordered <= op.info().arity
            && arguments.iter().filter_map(Argument::key).all(|key| {
                let slot = KEYWORDS.iter().find(|row| row.0 == key).map_or(key, |row| row.1);
                let changes_nothing =
                    IGNORED.contains(&key) || (op == Op::Softplus && key == "threshold");
                ["x", "y"].contains(&slot) || changes_nothing
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
                    None if key == "threshold" && self.function(called) == Some("softplus") => {
                        self.no_threshold(called, argument)?;
                        continue;
                    }
                    None if IGNORED.contains(&key) || self.is_option(called, key) => continue,
                    None => return Err(self.no_setting(called, key, slots, &argument.span)),
                }
            } else if ordered == 2 && self.function(called) == Some("softplus") {
                self.no_threshold(called, argument)?;
                ordered += 1;
                continue;
            } else {
                ordered += 1;
                ordered - 1
            };
            let value = match &argument.value {
                Value::Number(value) => *value,
                Value::Word(_) if argument.is_none() => continue,
                // The flag of work in place, or an option.
                Value::Word(word)
                    if argument.key.is_none()
                        && (word == "True" || word == "False" || self.is_option(called, word)) =>
                {
                    ordered -= 1;
                    continue;
                }
                Value::Word(word) => {
                    let message = format!("`{word}` is no value for `{called}`");
                    return Err(
                        Error::at(self.text, argument.span.clone(), message).help("give a number")
                    );
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
        Err(if let Some(help) = decimal.filter(|_| given > takes) {
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

    /// Whether `word` is the keyword of an option of a function, or its value.
    fn is_option(&self, called: &str, word: &str) -> bool {
        let name = self.function(called).unwrap_or(called);
        let of_it = |row: &&(&str, &str, &str, &str)| row.0 == name || row.3 == name;
        OPTIONS.iter().filter(of_it).any(|row| row.1 == word || row.2 == word)
    }

    /// Refuses a threshold behind which PyTorch's softplus is visibly another function.
    fn no_threshold(&self, called: &str, argument: &Argument) -> Result<(), Error> {
        let unseen = |value| self.graph.value(value).is_some_and(|threshold| threshold >= UNSEEN);
        if matches!(argument.value, Value::Number(value) if unseen(value)) {
            return Ok(());
        }
        let message = format!("`{called}` has no threshold here: it is exact everywhere");
        Err(Error::at(self.text, argument.span.clone(), message).help(format!(
            "leave the threshold out, or write the straight part: `where(x > 4, x, {called}(x))`"
        )))
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
        match slots {
            [_, slope] if ["init", "num_parameters"].contains(&key) => error.help(format!(
                "declare how it starts and how many there are: `{called}(x) | {slope} = 0.25 per channel`"
            )),
            _ if key == "max_value" => error.help("with a ceiling it is `clamp(x, 0, 6)`"),
            [_] if ["alpha", "negative_slope"].contains(&key) => {
                error.help("with a slope it is `leaky_relu(x, 0.1)`")
            }
            [] | [_] => error.help(format!("write `{called}(x)`")),
            [_, settings @ ..] => error.help(format!("it has `{}`", settings.join("`, `"))),
        }
    }
}
