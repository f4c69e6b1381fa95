//! Choices in all their spellings, and the tests that they ask.

use std::collections::HashMap;
use std::ops::Range;

use super::Parser;
use crate::Error;
use crate::expr::Id;
use crate::op::Op;
use crate::token::Token;

/// Comparisons of other languages, and of haste.
const MISTYPED: [(&str, &str); 5] =
    [("=>", ">="), ("=<", "<="), ("<>", "!="), ("===", "=="), ("!==", "!=")];

impl Parser<'_> {
    pub(super) fn any_choice(&mut self) -> Result<Id, Error> {
        if self.accept("if") {
            let test = self.test()?;
            return self.chosen(test);
        }
        let start = self.span();
        let value = self.disjunction()?;
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

    /// What follows `if test`: `{ … } else { … }`, or `then … else …`.
    pub(super) fn chosen(&mut self, test: Id) -> Result<Id, Error> {
        let words = self.accept("then");
        let then = if words { self.choice()? } else { self.braced()? };
        if !self.accept("else") {
            return Err(self.unexpected("`else { … }`: both sides of a choice have a value"));
        }
        let braced = matches!(self.peek(), Token::Sign("{"));
        let otherwise = if braced { self.braced()? } else { self.choice()? };
        self.select(test, then, otherwise)
    }

    /// `{ … }`; in C the value stands behind `return`.
    pub(super) fn braced(&mut self) -> Result<Id, Error> {
        if !self.accept("{") {
            let error = self.unexpected("`{` and the value on this side");
            return Err(error.help("a choice is written `if x > 0 { x } else { 0 }`"));
        }
        let returned = self.accept("return");
        let value = self.between(false, Self::choice)?;
        if returned {
            self.accept(";");
        }
        if !self.accept("}") {
            return Err(self.unfinished("`}`"));
        }
        Ok(value)
    }

    pub(super) fn test(&mut self) -> Result<Id, Error> {
        let start = self.span();
        let value = self.deeper(Self::disjunction)?;
        if matches!(self.peek(), Token::Sign("=")) {
            return Err(Error::at(self.text, self.span(), "`=` gives a name to a value")
                .help("a comparison is written `==`"));
        }
        self.as_test(value, start)
    }

    /// Refuses a number as the test of a choice.
    fn as_test(&self, value: Id, span: Range<usize>) -> Result<Id, Error> {
        // A comparison of two constants, in canonical form.
        let folded = self.is_template() && self.graph.value(value).is_some();
        if folded || (self.graph.value(value).is_none() && self.is_truth(value)) {
            return Ok(value);
        }
        Err(Error::at(self.text, span, "this is a number, but a choice needs a test")
            .help("compare it: `x > 0`"))
    }

    /// Whether a value is 1 or 0 by its making: a comparison, or a choice between such values.
    pub(super) fn is_truth(&self, value: Id) -> bool {
        let mut open = vec![value];
        let mut seen = std::collections::HashSet::new();
        while let Some(id) = open.pop() {
            let truth = match (self.graph.operation(id), self.graph.value(id)) {
                (Some((Op::Select, &[_, then, otherwise])), _) => {
                    if seen.insert(id) {
                        open.extend([then, otherwise]);
                    }
                    true
                }
                (Some((op, _)), _) => op.is_comparison(),
                // Not -0, which is a number of its own.
                (None, value) => value.is_some_and(|v| v == 1.0 || v.to_bits() == 0),
            };
            if !truth {
                return false;
            }
        }
        true
    }

    /// `then` where `test` holds. A test that is itself a choice between truths, as `and`, `or`, `!=`
    /// and chains are made, becomes choices between `then` and `otherwise`.
    pub(super) fn select(&mut self, test: Id, then: Id, otherwise: Id) -> Result<Id, Error> {
        // From the leaves up, so that no depth of tests needs a depth of calls.
        let mut chosen: HashMap<Id, Id> = HashMap::new();
        let mut open = vec![test];
        while let Some(&id) = open.last() {
            if chosen.contains_key(&id) {
                open.pop();
                continue;
            }
            let made = match (self.graph.matches(id, Op::Select), self.graph.value(id)) {
                (Some([asked, yes, no]), _) => {
                    let sides = (chosen.get(&yes).copied(), chosen.get(&no).copied());
                    let (Some(yes), Some(no)) = sides else {
                        open.extend([yes, no]);
                        continue;
                    };
                    self.operation(Op::Select, &[asked, yes, no])?
                }
                (None, Some(value)) if id != test => {
                    if value == 0.0 {
                        otherwise
                    } else {
                        then
                    }
                }
                _ => self.operation(Op::Select, &[id, then, otherwise])?,
            };
            chosen.insert(id, made);
        }
        Ok(chosen[&test])
    }

    /// 1 or 0: what truths are made of.
    fn truth(&mut self, value: bool) -> Id {
        self.graph.constant(f64::from(u8::from(value)))
    }

    fn disjunction(&mut self) -> Result<Id, Error> {
        let start = self.span();
        let mut value = self.conjunction()?;
        loop {
            // NumPy writes one bar between tests.
            let is_test =
                self.at_sign("|") && self.graph.value(value).is_none() && self.is_truth(value);
            let bars = if self.at_sign("|") && (!self.in_bars || is_test) && self.at_or() {
                2
            } else {
                usize::from(is_test && !self.in_bars && !self.is_template())
            };
            if bars == 0 && !self.accept("or") {
                return Ok(value);
            }
            self.at += bars;
            let left = self.as_test(value, start.clone())?;
            let place = self.span();
            let right = self.conjunction()?;
            let right = self.as_test(right, place)?;
            let yes = self.truth(true);
            value = self.select(left, yes, right)?;
        }
    }

    fn conjunction(&mut self) -> Result<Id, Error> {
        let start = self.span();
        let mut value = self.inversion()?;
        while self.accept("and") || self.accept("&&") || (!self.latex && self.accept("&")) {
            let left = self.as_test(value, start.clone())?;
            let place = self.span();
            let right = self.inversion()?;
            let right = self.as_test(right, place)?;
            let no = self.truth(false);
            value = self.select(left, right, no)?;
        }
        Ok(value)
    }

    fn inversion(&mut self) -> Result<Id, Error> {
        if !self.accept("not") {
            return self.comparison();
        }
        let place = self.span();
        let value = self.deeper(Self::inversion)?;
        let test = self.as_test(value, place)?;
        let (yes, no) = (self.truth(true), self.truth(false));
        self.select(test, no, yes)
    }

    /// A sum, or comparisons of sums: `0 < x < 1` holds where both do.
    fn comparison(&mut self) -> Result<Id, Error> {
        let mut left = self.sum()?;
        let mut all = None;
        if let Token::Sign(sign) = self.peek()
            && let Some((_, meant)) = MISTYPED.iter().find(|row| row.0 == *sign)
        {
            let message = format!("`{sign}` compares nothing");
            return Err(Error::at(self.text, self.span(), message).help(format!("write `{meant}`")));
        }
        while let Token::Sign(sign @ ("<" | "<=" | ">" | ">=" | "==" | "!=")) = *self.peek() {
            self.at += 1;
            let right = self.sum()?;
            let test = self.compared(sign, left, right)?;
            all = Some(match all {
                None => test,
                Some(before) => {
                    let no = self.truth(false);
                    self.select(before, test, no)?
                }
            });
            left = right;
        }
        Ok(all.unwrap_or(left))
    }

    fn compared(&mut self, sign: &str, left: Id, right: Id) -> Result<Id, Error> {
        let (left, right) = (self.as_number(left)?, self.as_number(right)?);
        match sign {
            "<" => self.operation(Op::Less, &[left, right]),
            "<=" => self.operation(Op::LessEqual, &[left, right]),
            ">" => self.operation(Op::Less, &[right, left]),
            ">=" => self.operation(Op::LessEqual, &[right, left]),
            "==" => self.operation(Op::Equal, &[left, right]),
            _ => {
                let equal = self.operation(Op::Equal, &[left, right])?;
                let (yes, no) = (self.truth(true), self.truth(false));
                self.operation(Op::Select, &[equal, no, yes])
            }
        }
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
