//! Sums, products, powers and what they are made of.

use std::ops::Range;

use super::{Parser, functions};
use crate::Error;
use crate::characters::POSITIVE;
use crate::expr::{Id, Point};
use crate::op::Op;
use crate::token::Token;

impl Parser<'_> {
    /// A sum: an expression that holds no bare comparison.
    pub(crate) fn sum(&mut self) -> Result<Id, Error> {
        let start = self.span().start;
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Token::Sign("+") => Op::Add,
                Token::Sign("-") => Op::Sub,
                _ => return self.with_digits(left, start),
            };
            self.at += 1;
            let right = self.product()?;
            left = self.binary(op, left, right)?;
        }
    }

    pub(super) fn product(&mut self) -> Result<Id, Error> {
        let mut left = self.unary()?;
        let (mut divides, mut behind_bar) = (false, false);
        loop {
            let op = match self.peek() {
                Token::Sign("*") => Op::Mul,
                Token::Sign("/") => Op::Div,
                _ if self.at_factor() => {
                    self.no_equation_number()?;
                    if divides {
                        let message = "a product without `*` behind `/` can be read in two ways";
                        return Err(Error::at(self.text, self.span(), message)
                            .help("write `a/(b*c)` or `a/b*c`"));
                    }
                    let is_bar = self.at_sign("|");
                    if is_bar && self.is_truth(left) {
                        return Ok(left);
                    }
                    if is_bar && behind_bar {
                        let message = "which bars belong together is not clear";
                        return Err(Error::at(self.text, self.span(), message)
                            .help("write the products with `*`, or `abs(…)`"));
                    }
                    behind_bar = self.tokens[self.at - 1].0 == Token::Sign("|");
                    let right = self.power()?;
                    left = self.binary(Op::Mul, left, right)?;
                    continue;
                }
                _ => return Ok(left),
            };
            self.at += 1;
            divides = op == Op::Div;
            let place = self.span();
            let right = self.unary()?;
            if divides && self.is_zero(right) {
                let place = place.start..self.tokens[self.at - 1].1.end;
                return Err(Error::at(self.text, place, "this divides by zero")
                    .help("a quotient needs a divisor that is not the number 0"));
            }
            left = self.binary(op, left, right)?;
        }
    }

    /// Whether a value is the constant zero, as typed or by its arithmetic.
    pub(super) fn is_zero(&self, value: Id) -> bool {
        if self.is_template() || (self.calls > 0 && self.graph.value(value).is_none()) {
            return false;
        }
        self.folded(value) == Some(0.0)
    }

    /// The value of an expression of numbers alone.
    pub(super) fn folded(&self, value: Id) -> Option<f64> {
        let constant =
            |id: &Id| self.graph.operation(*id).is_some() || self.graph.value(*id).is_some();
        let is_number = self.graph.reachable(&[value]).iter().all(constant);
        is_number.then(|| self.graph.evaluate(value, &Point::default()))
    }

    pub(super) fn unary(&mut self) -> Result<Id, Error> {
        if self.accept("-") {
            let value = if matches!(self.peek(), Token::Sign("-")) {
                // Printed, the second sign stands in brackets, which count.
                self.deeper(|parser| parser.deeper(Self::unary))?
            } else {
                self.deeper(Self::unary)?
            };
            let value = self.as_number(value)?;
            return match self.graph.value(value) {
                Some(number) => Ok(self.graph.constant(-number)),
                None => self.operation(Op::Neg, &[value]),
            };
        }
        if self.accept("+") {
            return self.deeper(Self::unary);
        }
        self.power()
    }

    pub(super) fn power(&mut self) -> Result<Id, Error> {
        let base_is_e = matches!(self.peek(), Token::Name(name) if name == "e")
            && !self.bindings.contains_key("e");
        let start = self.span().start;
        let base = self.atom()?;
        let base = self.methods(base, start)?;
        let mut base = self.with_digits(base, start)?;
        if self.accept("_+") {
            base = self.expand(
                "relu",
                functions::body("relu"),
                &[("x".to_owned(), base)],
                &(start..self.at),
            )?;
        }
        let sign = self.span();
        if !self.accept("^") && !self.accept("**") {
            return Ok(base);
        }
        if self.at_sign("+") && !base_is_e && self.text[sign.clone()] == *"^" {
            let message = "a raised `+` may be the positive part or the sign of an exponent";
            return Err(Error::at(self.text, sign.start..self.span().end, message).help(POSITIVE));
        }
        // `e^{-x}` is how a typesetter groups an exponent.
        let exponent = if matches!(self.peek(), Token::Sign("{")) {
            self.braced()?
        } else {
            self.deeper(Self::unary)?
        };
        self.exponent_ends(&sign)?;
        if base_is_e {
            let exponent = self.as_number(exponent)?;
            return self.operation(Op::Exp, &[exponent]);
        }
        let place = start..self.tokens[self.at - 1].1.end;
        self.superscript(base, exponent, place)?;
        self.binary(Op::Pow, base, exponent)
    }

    /// Refuses `e^2x`, where what touches the exponent may or may not belong to it.
    pub(super) fn exponent_ends(&self, sign: &Range<usize>) -> Result<(), Error> {
        let (last, end) = &self.tokens[self.at - 1];
        let factor = matches!(self.peek(), Token::Name(_) | Token::Sign("|"));
        let touches = factor && end.end == self.span().start;
        let bracketed = matches!(last, Token::Sign(_));
        let raised = !matches!(&self.text[sign.clone()], "^" | "**");
        if self.latex || self.is_template() || !touches || bracketed || raised || !self.at_factor()
        {
            return Ok(());
        }
        let exponent = &self.text[sign.end..end.end];
        let called = if self.peek_second() == Token::Sign("(") { "(…)" } else { "" };
        let bars = if self.at_sign("|") { "…|" } else { "" };
        let factor = format!("{}{called}{bars}", &self.text[self.span()]);
        let exponent = exponent.trim();
        let message = format!("`{factor}` may or may not belong to the exponent");
        Err(Error::at(self.text, self.span(), message)
            .help(format!("write `^({exponent}*{factor})` or `^({exponent})*{factor}`")))
    }

    pub(super) fn atom(&mut self) -> Result<Id, Error> {
        let span = self.span();
        match self.next() {
            Token::Number(value) => Ok(self.graph.constant(value)),
            Token::Name(name) => self.name(&name, &span),
            Token::Sign("(") => self.bracketed(")"),
            Token::Sign("[") => self.bracketed("]"),
            Token::Sign("cases") => {
                self.between(false, |parser| parser.deeper(|parser| parser.cases(&span)))
            }
            Token::Sign("indicator") => self.indicator(&span),
            Token::Sign("√") => self.root(&span),
            Token::Sign("|") => {
                let value = self.between(true, Self::choice)?;
                if !self.accept("|") {
                    return Err(self.unfinished("`|`, the end of the absolute value"));
                }
                self.operation(Op::Abs, &[value])
            }
            _ => {
                self.back();
                Err(self.unexpected("a number, a name or `(`"))
            }
        }
    }

    pub(super) fn bracketed(&mut self, close: &str) -> Result<Id, Error> {
        let value = self.between(false, |parser| parser.deeper(Self::any_choice))?;
        if self.accept(close) { Ok(value) } else { Err(self.unfinished(&format!("`{close}`"))) }
    }

    /// 1 where the test in the bracket holds, 0 elsewhere.
    fn indicator(&mut self, span: &Range<usize>) -> Result<Id, Error> {
        self.at += 1;
        let test = self.between(false, Self::test)?;
        if !self.accept(")") {
            return Err(self.unfinished("`)`"));
        }
        let applied = [Token::Sign("("), Token::Name("x".to_owned()), Token::Sign(")")];
        let behind = self.tokens[self.at..].iter().map(|spanned| &spanned.0);
        if behind.take(3).eq(applied.iter()) && self.text[span.end..].trim_start().starts_with('_')
        {
            return Err(Error::at(self.text, self.span(), "an indicator with a test is a number")
                .help("leave out the `(x)` behind it, or write `\\cdot x`"));
        }
        self.as_number(test)
    }

    /// `√2`, `√(x^2 + 1)`: the root of one value.
    pub(super) fn root(&mut self, span: &Range<usize>) -> Result<Id, Error> {
        let bracket = matches!(self.peek(), Token::Sign("(" | "["));
        let value = self.deeper(Self::atom)?;
        if !bracket && matches!(self.peek(), Token::Sign("^" | "**")) {
            return Err(Error::at(
                self.text,
                span.start..self.span().end,
                "what the root is of is not clear",
            )
            .help("write `√(x²)` or `(√x)²`"));
        }
        let value = self.as_number(value)?;
        self.operation(Op::Sqrt, &[value])
    }

    pub(super) fn binary(&mut self, op: Op, left: Id, right: Id) -> Result<Id, Error> {
        let args = [self.as_number(left)?, self.as_number(right)?];
        self.operation(op, &args)
    }
}
