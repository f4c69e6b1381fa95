//! Calls: primitives, statistics, and functions that are formulas themselves.

use std::ops::Range;

use super::arguments::{Argument, Value};
use super::functions::{self, MEANINGS};
use super::{Library, Parser};
use crate::Error;
use crate::expr::{Id, Node};
use crate::op::Op;
use crate::token::{Token, tokens};

impl<'a> Parser<'a> {
    /// The call of `called`, whose bracket comes next; in LaTeX `\tanh x` has none.
    pub(super) fn call(&mut self, called: &str, span: &Range<usize>) -> Result<Id, Error> {
        let name = self.function(called);
        if name == Some("poly") {
            return self.polynomial(span);
        }
        let close = match self.peek() {
            Token::Sign("(") if !self.at_fraction() => ")",
            Token::Sign("[") => "]",
            Token::Sign("{") => "}",
            _ => {
                let start = self.span();
                let bars = self.at_sign("|");
                let value = if bars { self.bars_of(span)? } else { self.bare_argument()? };
                let value = Value::Number(value);
                let argument = Argument { key: None, value, span: start };
                return self.called(called, name, &[argument], span);
            }
        };
        self.at += 1;
        let mut arguments = self.arguments(name, close)?;
        // JAX has the lower bound first.
        if self.text[span.clone()].ends_with("lax.clamp") && arguments.len() == 3 {
            arguments.swap(0, 1);
        }
        // A module that is made and applied at once: `nn.Softplus(beta=2)(x)`.
        let path = &self.text[span.clone()];
        let module = ["nn.", "layers."].into_iter().any(|module| path.contains(module))
            && called.starts_with(|c: char| c.is_ascii_uppercase());
        if module && !self.at_sign("(") && arguments.iter().all(|given| !self.is_input(given)) {
            let made = &self.text[span.start..self.tokens[self.at - 1].1.end];
            let message = format!("`{made}` makes a module and does not apply it");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("apply it to the input: `{made}(x)`")));
        }
        let counts = module && path.contains("nn.") && name == Some("prelu");
        if let (true, Some(first)) =
            (counts, arguments.first().filter(|first| first.key().is_none()))
        {
            return Err(self.no_setting(called, "num_parameters", &["x", "alpha"], &first.span));
        }
        if module && self.accept("(") {
            let mut inputs = self.arguments(name, ")")?;
            inputs.append(&mut arguments);
            arguments = inputs;
        }
        self.called(called, name, &arguments, span)
    }

    /// Whether a function is called as a method, or as one of these libraries.
    pub(super) fn is_of(&self, span: &Range<usize>, libraries: &[&str]) -> bool {
        self.text[..span.start].ends_with('.')
            || libraries.iter().any(|library| self.text[span.clone()].starts_with(library))
    }

    /// Whether an argument depends on the input, as what a module is made with does not.
    pub(super) fn is_input(&self, argument: &Argument) -> bool {
        let Value::Number(value) = argument.value else { return false };
        self.graph.reachable(&[value]).contains(&self.x)
    }

    /// The methods called on `value`: `x.clamp(min=0).sqrt()`.
    pub(super) fn methods(&mut self, mut value: Id, start: usize) -> Result<Id, Error> {
        while matches!(self.peek(), Token::Sign(".")) {
            self.no_module(start)?;
            self.at += 1;
            let span = self.span();
            let Token::Name(method) = self.next() else {
                self.back();
                return Err(self.unexpected("the name of a function: `x.exp()`"));
            };
            if !self.accept("(") {
                let message = format!("`{method}` is not part of a number");
                let method = if self.function(&method).is_some() { &method } else { "exp" };
                return Err(Error::at(self.text, span, message)
                    .help(format!("a method is called: `x.{method}()`")));
            }
            let number = Value::Number(self.as_number(value)?);
            let receiver = Argument { key: None, value: number, span: start..span.start };
            let name = self.function(&method);
            let mut arguments = vec![receiver];
            arguments.append(&mut self.arguments(name, ")")?);
            if name == Some("where") && arguments.len() > 1 {
                // The number comes before its condition: `x.where(x > 0, 0)`.
                arguments.swap(0, 1);
            }
            self.biased(&method, name, &arguments, &span)?;
            value = self.called(&method, name, &arguments, &span)?;
        }
        Ok(value)
    }

    fn called(
        &mut self,
        called: &str,
        name: Option<&'a str>,
        arguments: &[Argument],
        span: &Range<usize>,
    ) -> Result<Id, Error> {
        let Some(name) = name else { return Err(self.no_function(called, span.clone())) };
        let typed = &self.text[span.clone()];
        if name == "sinc" && !self.is_of(span, &["np.", "numpy.", "jnp.", "jax.", "torch."]) {
            let message = "`sinc` means two functions";
            return Err(Error::at(self.text, span.clone(), message)
                .help("NumPy's and PyTorch's is `sin(pi*x)/(pi*x)`, the other one `sin(x)/x`"));
        }
        self.along_no_axis(name, arguments, span)?;
        let meant = MEANINGS.iter().find(|row| typed.starts_with(row.0) && row.1 == name);
        if meant.is_some_and(|row| row.2.is_empty()) {
            self.biased(called, Some(name), arguments, span)?;
        }
        if let ([only], Some((_, _, body))) = (arguments, meant.filter(|row| !row.2.is_empty()))
            && let Value::Number(value) = only.value
        {
            return self.expand(name, body, &[("x".to_owned(), value)], span);
        }
        let (name, arguments) = self.without_options(name, arguments, span)?;
        let arguments = arguments.as_slice();
        if let Some(op) = Op::function(name)
            && (self.formula_of(name).is_none() || Self::fits(arguments, op))
        {
            let many = matches!(op, Op::Min | Op::Max);
            let slots = if op.info().arity == 2 { &["x", "y"][..] } else { &["x"] };
            let (values, more) = self.bind(called, slots, slots.len(), arguments, span, many)?;
            let values: Vec<Id> = values.into_iter().flatten().chain(more).collect();
            let arity = op.info().arity;
            let mut value = self.operation(op, &values[..arity])?;
            for more in &values[arity..] {
                value = self.operation(op, &[value, *more])?;
            }
            return Ok(value);
        }
        if name == "where" {
            let slots = ["condition", "x", "y"];
            let (values, _) = self.bind(called, &slots, 3, arguments, span, false)?;
            return match values[..] {
                [Some(test), Some(then), Some(otherwise)] => self.select(test, then, otherwise),
                _ => Err(self.no_function(called, span.clone())),
            };
        }
        if name == "poly" {
            let message = "`poly` is no method";
            return Err(Error::at(self.text, span.clone(), message)
                .help("write `poly(a, x) | a = [0, 1, 0.5]`"));
        }
        if matches!(name, "mean" | "var") {
            let (values, _) = self.bind(called, &["x"], 1, arguments, span, false)?;
            return self.statistic(name, values[0], span);
        }
        self.formula_call(called, name, arguments, span)
    }

    /// The call of a function that is a formula: composed of primitives, or from the library.
    fn formula_call(
        &mut self,
        called: &str,
        name: &'a str,
        arguments: &[Argument],
        span: &Range<usize>,
    ) -> Result<Id, Error> {
        if let Some(&(_, slots, defaults, mut body)) = functions::composed(name) {
            let given = |slot: &str| arguments.iter().any(|argument| argument.stands_for(slot));
            let open = arguments.iter().any(Argument::is_none);
            // Libraries take the lower bound first, and may leave out the other.
            let is_of_library = self.text[..span.end].trim_end_matches(called).ends_with('.');
            let lower = match arguments {
                [of, low] if is_of_library && of.key().is_none() && low.key().is_none() => {
                    matches!(of.value, Value::Number(of) if self.graph.value(of).is_none())
                }
                _ => false,
            };
            let one_bound = name == "clamp" && (given("min") || given("max") || open || lower);
            let needed = if one_bound { 1 } else { slots.len() - defaults.len() };
            let (mut values, _) = self.bind(called, slots, needed, arguments, span, false)?;
            for (place, default) in defaults.iter().enumerate() {
                let value = self.graph.constant(*default);
                values[slots.len() - defaults.len() + place].get_or_insert(value);
            }
            if name == "clamp" {
                let held = values[0].is_some_and(|value| self.graph.value(value).is_some());
                if held && self.calls == 0 {
                    let message = format!("`{called}` holds its first argument, here a number");
                    return Err(Error::at(self.text, span.clone(), message)
                        .help(format!("the bounds follow: `{called}(x, 0, 1)`")));
                }
                self.bounds(called, [values[1], values[2]], span)?;
            }
            if one_bound {
                body = match values[1..] {
                    [None, Some(_)] => functions::body("clamp_above"),
                    [Some(_), None] => functions::body("clamp_below"),
                    _ => body,
                };
            }
            let named = slots.iter().map(|slot| (*slot).to_owned()).zip(values);
            let settings: Vec<(String, Id)> =
                named.filter_map(|(slot, value)| Some((slot, value?))).collect();
            return self.expand(name, body, &settings, span);
        }
        let body = self.formula_of(name).unwrap_or("x");
        let parameters = settings(body, self.library);
        let mut slots = vec!["x"];
        slots.extend(parameters.iter().map(String::as_str));
        let (values, _) = self.bind(called, &slots, 1, arguments, span, false)?;
        let named = slots.iter().map(|slot| (*slot).to_owned()).zip(values);
        let given: Vec<(String, Id)> =
            named.filter_map(|(slot, value)| Some((slot, value?))).collect();
        self.expand(name, body, &given, span)
    }

    /// What the library says of `name`.
    pub(super) fn formula_of(&self, name: &str) -> Option<&'static str> {
        self.library.iter().find(|entry| entry.0 == name).map(|entry| entry.1)
    }

    fn statistic(&mut self, name: &str, of: Option<Id>, span: &Range<usize>) -> Result<Id, Error> {
        if of != Some(self.graph.intern(Node::X)) {
            let message = format!("`{name}` is known of `x` alone");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("write `{name}(x)`: the statistic of the channel over the batch")));
        }
        Ok(self.graph.intern(if name == "mean" { Node::Mean } else { Node::Variance }))
    }

    /// PyTorch's variance divides by n - 1 unless it is told not to.
    fn biased(
        &self,
        called: &str,
        name: Option<&str>,
        arguments: &[Argument],
        span: &Range<usize>,
    ) -> Result<(), Error> {
        let says = |key: &str| arguments.iter().any(|argument| argument.key() == Some(key));
        let told = says("unbiased") || says("correction") || says("axis") || says("ddof");
        let divides_by_less = arguments.iter().any(|argument| {
            let tells = matches!(argument.key(), Some("unbiased" | "correction" | "ddof"));
            tells
                && match &argument.value {
                    Value::Word(word) => word == "True",
                    Value::Number(count) => self.folded(*count) != Some(0.0),
                }
        });
        if (told && !divides_by_less) || !matches!(name, Some("var" | "std")) {
            return Ok(());
        }
        let message = format!("PyTorch's `{called}` divides by n - 1, `{called}(x)` here by n");
        Err(Error::at(self.text, span.clone(), message).help(format!(
            "write `{called}(x)`, or say `unbiased=False` if that is what the code does"
        )))
    }

    /// Reads `body` as a formula of its own, where each name of `settings` has that value.
    pub(super) fn expand(
        &mut self,
        name: &str,
        body: &'static str,
        settings: &[(String, Id)],
        span: &Range<usize>,
    ) -> Result<Id, Error> {
        if self.calls >= 8 {
            let message = "formulas that call formulas nest deeper than 8";
            return Err(Error::at(self.text, span.clone(), message));
        }
        let graph = std::mem::take(&mut self.graph);
        let parameters = std::mem::take(&mut self.parameters);
        let mut inner = Parser::new(body, self.library, graph, parameters, self.calls + 1)?;
        inner.reading = self.reading;
        inner.own = self.own;
        for (name, value) in settings {
            if name == "x" {
                inner.x = *value;
            } else {
                inner.bindings.insert(name.clone(), *value);
            }
        }
        let result = inner.declarations().and_then(|_| inner.formula());
        self.graph = inner.graph;
        self.parameters = inner.parameters;
        result.map_err(|error| {
            let message = format!("in `{name}`: {}", error.message());
            Error::at(self.text, span.clone(), message).help_like(&error)
        })
    }
}

/// The parameters that a formula of the library declares, in their order; families are not set.
fn settings(body: &str, library: &Library) -> Vec<String> {
    let found = tokens(body, &|name| functions::is_word(name, library)).unwrap_or_default();
    let bar = super::bar(&found).unwrap_or(found.len());
    found[bar..]
        .windows(3)
        .filter_map(|three| match three {
            [(Token::Name(name), _), (Token::Sign("="), _), (value, _)]
                if *value != Token::Sign("[") =>
            {
                Some(name.clone())
            }
            _ => None,
        })
        .collect()
}
