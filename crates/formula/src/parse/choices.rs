//! Choices in all their spellings, and the tests that they ask.

use std::ops::Range;

use super::Parser;
use crate::Error;
use crate::expr::Id;
use crate::op::Op;
use crate::token::Token;

impl Parser<'_> {
    pub(super) fn any_choice(&mut self) -> Result<Id, Error> {
        if self.accept("if") {
            let test = self.test()?;
            let then = self.braced()?;
            if !self.accept("else") {
                return Err(self.unexpected("`else { … }`: both sides of a choice have a value"));
            }
            let otherwise = if matches!(self.peek(), Token::Sign("{")) {
                self.braced()?
            } else {
                self.choice()?
            };
            return self.select(test, then, otherwise);
        }
        let start = self.span();
        let value = self.comparison()?;
        if self.accept("?") {
            let test = self.as_test(value, start)?;
            let then = self.choice()?;
            if !self.accept(":") {
                return Err(self.unexpected("`:` and the value where the test fails"));
            }
            let otherwise = self.choice()?;
            return self.select(test, then, otherwise);
        }
        if self.accept("if") {
            let test = self.test()?;
            if !self.accept("else") {
                return Err(self.unexpected("`else` and the value where the test fails"));
            }
            let then = self.as_number(value)?;
            let otherwise = self.choice()?;
            return self.select(test, then, otherwise);
        }
        Ok(value)
    }

    pub(super) fn braced(&mut self) -> Result<Id, Error> {
        if !self.accept("{") {
            return Err(self.unexpected("`{` and the value on this side"));
        }
        let value = self.choice()?;
        if !self.accept("}") {
            return Err(self.unexpected("`}`"));
        }
        Ok(value)
    }

    pub(super) fn test(&mut self) -> Result<Id, Error> {
        let start = self.span();
        let value = self.deeper(Self::comparison)?;
        if matches!(self.peek(), Token::Sign("=")) {
            return Err(Error::at(self.text, self.span(), "`=` gives a name to a value")
                .help("a comparison is written `==`"));
        }
        self.as_test(value, start)
    }

    /// Refuses a number as the test of a choice.
    fn as_test(&self, value: Id, span: Range<usize>) -> Result<Id, Error> {
        match self.graph.operation(value) {
            Some((op, _)) if op.is_comparison() || op == Op::Select => Ok(value),
            // A comparison of two constants, in canonical form.
            None if self.simplify && self.graph.value(value).is_some() => Ok(value),
            _ => Err(Error::at(self.text, span, "this is a number, but a choice needs a test")
                .help("compare it: `x > 0`")),
        }
    }

    pub(super) fn select(&mut self, test: Id, then: Id, otherwise: Id) -> Result<Id, Error> {
        // `a != b` is spelled as the choice of 0 where they are equal: choose the other way.
        if let Some([equal, zero, one]) = self.graph.matches(test, Op::Select)
            && (self.graph.value(zero), self.graph.value(one)) == (Some(0.0), Some(1.0))
        {
            return self.operation(Op::Select, &[equal, otherwise, then]);
        }
        self.operation(Op::Select, &[test, then, otherwise])
    }

    fn comparison(&mut self) -> Result<Id, Error> {
        let left = self.sum()?;
        let Token::Sign(sign @ ("<" | "<=" | ">" | ">=" | "==" | "!=")) = *self.peek() else {
            return Ok(left);
        };
        self.at += 1;
        let right = self.sum()?;
        let (left, right) = (self.as_number(left)?, self.as_number(right)?);
        let test = match sign {
            "<" => self.operation(Op::Less, &[left, right])?,
            "<=" => self.operation(Op::LessEqual, &[left, right])?,
            ">" => self.operation(Op::Less, &[right, left])?,
            ">=" => self.operation(Op::LessEqual, &[right, left])?,
            "==" => self.operation(Op::Equal, &[left, right])?,
            _ => {
                let equal = self.operation(Op::Equal, &[left, right])?;
                let (zero, one) = (self.graph.constant(0.0), self.graph.constant(1.0));
                self.operation(Op::Select, &[equal, zero, one])?
            }
        };
        let joined = match self.peek() {
            Token::Sign("<" | "<=" | ">" | ">=" | "==" | "!=") => Some("comparisons form no chain"),
            Token::Sign("&&") => Some("`&&` is not part of the language"),
            Token::Sign("|") if self.at_or() => Some("`||` is not part of the language"),
            _ => None,
        };
        if let Some(message) = joined {
            return Err(Error::at(self.text, self.span(), message)
                .help("write a choice inside a choice, or use `min`, `max` or `clamp`"));
        }
        Ok(test)
    }

    /// Whether two bars stand here with a value behind them: the `||` of other languages. Without a
    /// value they end two absolute values.
    fn at_or(&self) -> bool {
        matches!(
            self.tokens[self.at..],
            [
                _,
                (Token::Sign("|"), _),
                (Token::Name(_) | Token::Number(_) | Token::Sign("("), _),
                ..
            ]
        )
    }
}
