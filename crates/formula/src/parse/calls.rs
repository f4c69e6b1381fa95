//! Names and calls: parameters, primitives, functions that are formulas themselves.

use std::ops::Range;

use super::Parser;
use crate::Error;
use crate::Parameter;
use crate::error::{alternatives, nearest};
use crate::expr::{Id, Node};
use crate::op::{Op, TABLE};
use crate::token::Token;

/// Other spellings of primitives.
#[rustfmt::skip]
const SPELLINGS: [(&str, &str); 17] = [
    ("ln", "log"), ("arctan", "atan"), ("fabs", "abs"), ("absolute", "abs"), ("sgn", "sign"),
    ("maximum", "max"), ("minimum", "min"), ("power", "pow"), ("sigma", "sigmoid"),
    ("expit", "sigmoid"), ("special_erf", "erf"), ("ndtr", "Phi"), ("cdf", "Phi"), ("pdf", "phi"),
    ("fmax", "max"), ("fmin", "min"), ("clip", "clamp"),
];

/// Functions that are written with other primitives; `a`, `b`, `c` are their arguments.
#[rustfmt::skip]
const COMPOSED: [(&str, usize, &str); 5] = [
    ("relu",   1, "if a > 0 { a } else { 0 }"),
    ("clamp",  3, "if a > b { if a < c { a } else { c } } else { b }"),
    ("pow",    2, "a^b"),
    ("square", 1, "a^2"),
    ("std",    1, "sqrt(var(a))"),
];

/// Names with a meaning of their own, which nothing else may take.
const RESERVED: [&str; 12] =
    ["x", "gate", "pi", "e", "if", "else", "where", "mean", "var", "poly", "in", "per"];

impl<'a> Parser<'a> {
    pub(super) fn name(&mut self, name: &str, span: &Range<usize>) -> Result<Id, Error> {
        if matches!(self.peek(), Token::Sign("(")) {
            return self.call(name, span);
        }
        if let Some(id) = self.bindings.get(name) {
            return Ok(*id);
        }
        match name {
            "x" => return Ok(self.x),
            "gate" => return Ok(self.graph.intern(Node::Gate)),
            "pi" => return Ok(self.graph.constant(std::f64::consts::PI)),
            "e" => return Ok(self.graph.constant(std::f64::consts::E)),
            _ => {}
        }
        if self.is_function(name) || RESERVED.contains(&name) {
            let message = format!("`{name}` is a function, it needs its argument");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("write `{name}(x)`; a parameter needs another name")));
        }
        let mut name = name.to_owned();
        if self.accept("[") {
            let place = match self.next() {
                Token::Number(place) if place.fract() == 0.0 && place < 1e6 => place,
                _ => {
                    self.at -= 1;
                    return Err(self.unexpected("the number of a coefficient, as in `a[0]`"));
                }
            };
            if !self.accept("]") {
                return Err(self.unexpected("`]`"));
            }
            name = format!("{name}[{place}]");
        }
        Ok(self.parameter(&name))
    }

    /// The parameter `name`; one that is not declared starts at 1.
    pub(super) fn parameter(&mut self, name: &str) -> Id {
        let known = self.parameters.iter().position(|known| known.name == name);
        let place = known.unwrap_or_else(|| {
            self.parameters.push(Parameter::undeclared(name));
            self.parameters.len() - 1
        });
        self.graph.intern(Node::Parameter(place as u32))
    }

    /// Takes a declared parameter. What the text itself declares holds for the formulas that it calls
    /// too; two of those must not mean different things by one name.
    pub(crate) fn admit(&mut self, parameter: Parameter, span: &Range<usize>) -> Result<(), Error> {
        let name = &parameter.name;
        let Some(place) = self.parameters.iter().position(|known| known.name == *name) else {
            self.parameters.push(parameter);
            return Ok(());
        };
        if place < self.own || self.parameters[place] == parameter {
            return Ok(());
        }
        let message = format!("its parameter `{name}` is not the `{name}` that stands elsewhere");
        Err(Error::at(self.text, span.clone(), message)
            .help(format!("declare it for all of them: `| {name} = {}`", parameter.initial)))
    }

    pub(super) fn call(&mut self, called: &str, span: &Range<usize>) -> Result<Id, Error> {
        let spelled = SPELLINGS.iter().find(|(other, _)| *other == called);
        let name = spelled.map_or(called, |(_, name)| name);
        if name == "poly" {
            return self.polynomial(span);
        }
        self.at += 1;
        let mut args = Vec::new();
        while !self.accept(")") {
            // Python's keywords for the bounds of a clamp say nothing that the order does not.
            if let (Token::Name(key), Token::Sign("=")) = (self.peek(), self.peek_second())
                && ["min", "max", "min_val", "max_val", "a_min", "a_max", "dim"].contains(&&**key)
            {
                self.at += 2;
            }
            let value =
                if name == "where" && args.is_empty() { self.test()? } else { self.choice()? };
            args.push(value);
            if !self.accept(",") && !matches!(self.peek(), Token::Sign(")")) {
                return Err(self.unfinished("`,` or `)`"));
            }
        }
        let arity = self.arity(name, span)?;
        if args.len() != arity && !(matches!(name, "min" | "max") && args.len() > 2) {
            let message = format!(
                "`{called}` takes {arity} argument{}, here it has {}",
                if arity == 1 { "" } else { "s" },
                args.len()
            );
            return Err(Error::at(self.text, span.clone(), message));
        }
        if let Some(op) = Op::function(name) {
            let mut value = self.operation(op, &args[..arity])?;
            for more in &args[arity..] {
                value = self.operation(op, &[value, *more])?;
            }
            return Ok(value);
        }
        match name {
            "where" => self.select(args[0], args[1], args[2]),
            "mean" | "var" => self.statistic(name, args[0], span),
            _ => self.expand(name, &args, span),
        }
    }

    pub(super) fn arity(&self, name: &str, span: &Range<usize>) -> Result<usize, Error> {
        if let Some(op) = Op::function(name) {
            return Ok(op.info().arity);
        }
        if let Some((_, arity, _)) = COMPOSED.iter().find(|row| row.0 == name) {
            return Ok(*arity);
        }
        match name {
            "where" => Ok(3),
            "mean" | "var" => Ok(1),
            _ if self.library.iter().any(|entry| entry.0 == name) => Ok(1),
            _ => {
                let error =
                    Error::at(self.text, span.clone(), format!("there is no function `{name}`"));
                let near = nearest(name, self.functions());
                Err(if near.is_empty() {
                    error.help("a product is written with `*`: `alpha*(x + 1)`")
                } else {
                    error.help(format!("did you mean {}?", alternatives(&near)))
                })
            }
        }
    }

    pub(super) fn statistic(
        &mut self,
        name: &str,
        of: Id,
        span: &Range<usize>,
    ) -> Result<Id, Error> {
        if of != self.graph.intern(Node::X) {
            let message = format!("`{name}` is known of `x` alone");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("write `{name}(x)`: the statistic of the channel over the batch")));
        }
        Ok(self.graph.intern(if name == "mean" { Node::Mean } else { Node::Variance }))
    }

    /// A function that is itself a formula: composed of primitives, or called from the library.
    pub(super) fn expand(
        &mut self,
        name: &str,
        args: &[Id],
        span: &Range<usize>,
    ) -> Result<Id, Error> {
        if self.calls >= 8 {
            let message = "formulas that call formulas nest deeper than 8";
            return Err(Error::at(self.text, span.clone(), message));
        }
        let composed = COMPOSED.iter().find(|row| row.0 == name).map(|row| row.2);
        let listed = self.library.iter().find(|entry| entry.0 == name).map(|entry| entry.1);
        let body = composed.or(listed).unwrap_or("x");
        let graph = std::mem::take(&mut self.graph);
        let parameters = std::mem::take(&mut self.parameters);
        let mut inner = Parser::new(body, self.library, graph, parameters, self.calls + 1)?;
        inner.simplify = self.simplify;
        inner.is_template = self.is_template;
        inner.own = self.own;
        inner.x = args[0];
        if composed.is_some() {
            inner.bindings =
                ["a", "b", "c"].iter().zip(args).map(|(n, id)| ((*n).to_owned(), *id)).collect();
        }
        let result = inner.declarations().and_then(|_| inner.formula());
        self.graph = inner.graph;
        self.parameters = inner.parameters;
        result.map_err(|error| {
            let message = format!("in `{name}`: {}", error.message());
            Error::at(self.text, span.clone(), message).help_like(&error)
        })
    }

    /// `poly(a, u)` is `a[0] + a[1]*u + a[2]*u^2 + …` by Horner's rule.
    pub(super) fn polynomial(&mut self, span: &Range<usize>) -> Result<Id, Error> {
        self.at += 1;
        let place = self.span();
        let family = match self.next() {
            Token::Name(name) if self.free_name(&name, span).is_ok() => name,
            _ => {
                self.at -= 1;
                return Err(self.unexpected("the name of a coefficient family: `poly(a, x)`"));
            }
        };
        let Some(count) = self.families.get(&family).copied() else {
            let message = format!("`{family}` is not declared as a family of coefficients");
            return Err(Error::at(self.text, place, message)
                .help(format!("declare it after the formula: `| {family} = [0, 1, 0.5]`")));
        };
        if !self.accept(",") {
            return Err(self.unexpected("`,` and what the polynomial is taken of"));
        }
        let of = self.choice()?;
        if !self.accept(")") {
            return Err(self.unexpected("`)`"));
        }
        let mut value = self.parameter(&format!("{family}[{}]", count - 1));
        for place in (0..count - 1).rev() {
            let product = self.operation(Op::Mul, &[value, of])?;
            let coefficient = self.parameter(&format!("{family}[{place}]"));
            value = self.operation(Op::Add, &[coefficient, product])?;
        }
        Ok(value)
    }

    /// Refuses a name for a binding or a parameter that already means something.
    pub(crate) fn free_name(&self, name: &str, span: &Range<usize>) -> Result<(), Error> {
        if RESERVED.contains(&name) || self.is_function(name) {
            let what = if self.is_function(name) { "a function" } else { "a word of the language" };
            let message = format!("`{name}` is {what} and cannot be redefined");
            return Err(Error::at(self.text, span.clone(), message).help("choose another name"));
        }
        Ok(())
    }

    pub(super) fn is_function(&self, name: &str) -> bool {
        // `sigma` and the like are functions only where they are called.
        self.functions().any(|known| known == name)
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &'a str> {
        let primitives = TABLE.iter().filter(|row| row.op.is_function()).map(|row| row.name);
        let composed = COMPOSED.iter().map(|row| row.0);
        primitives.chain(composed).chain(["where", "poly"]).chain(self.library.iter().map(|e| e.0))
    }
}
