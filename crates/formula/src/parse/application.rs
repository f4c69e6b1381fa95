//! Functions whose argument is not plainly in brackets: `sin^2(x)`, LaTeX's `\tanh x`, `poly(a, x)`.

use std::ops::Range;

use super::Parser;
use crate::Error;
use crate::characters::superscript;
use crate::expr::Id;
use crate::op::Op;
use crate::token::Token;

impl Parser<'_> {
    /// The exponent of `sin^2(x)`, if one stands between a function and its argument.
    pub(super) fn power_of_function(&mut self, name: &str) -> Result<Option<Id>, Error> {
        use Token::{Number, Sign};
        if !matches!(self.peek(), Sign("^" | "**")) || self.function(name).is_none() {
            return Ok(None);
        }
        self.no_raised_index(name)?;
        let tokens = &self.tokens[self.at + 1..];
        let grouped = matches!(tokens, [(Sign("("), _), ..]);
        let inside = if grouped { &tokens[1..] } else { tokens };
        let (value, length) = match inside {
            [(Number(value), _), ..] => (*value, 1),
            [(Sign("-"), _), (Number(value), _), ..] => (-*value, 2),
            _ => return Ok(None),
        };
        let length = length + usize::from(grouped);
        let behind = &inside[length - usize::from(grouped)..];
        let behind = match behind {
            [(Sign(")"), _), rest @ ..] if grouped => rest,
            rest => rest,
        };
        let applied = match behind {
            [(Sign("("), _), ..] => true,
            [(Token::Name(_) | Number(_), _), ..] => self.latex && self.is_function(name),
            _ => false,
        };
        if !applied {
            return Ok(None);
        }
        let place = self.span().start..self.tokens[self.at + length].1.end;
        if value < 0.0 {
            let message =
                "a negative exponent of a function may mean its inverse or its reciprocal";
            let inverse = match name {
                "tan" => ", or the inverse by its name: `atan(x)`",
                "sinh" => ", or the inverse by its name: `asinh(x)`",
                "cosh" => ", or the inverse by its name: `acosh(x)`",
                "tanh" => ", or the inverse by its name: `atanh(x)`",
                "exp" => ", or the inverse by its name: `log(x)`",
                _ => "; the inverse has no name here",
            };
            return Err(
                Error::at(self.text, place, message).help(format!("write `1/{name}(x)`{inverse}"))
            );
        }
        self.at += 1 + length + usize::from(grouped);
        Ok(Some(self.graph.constant(value)))
    }

    /// Refuses `σⁿ(x)` and `σ⁽²⁾(x)`: a power, a derivative, or a function of that name.
    fn no_raised_index(&self, name: &str) -> Result<(), Error> {
        let (start, sign) = (self.at + 1, &self.tokens[self.at].1);
        if self.text[sign.clone()].chars().next().and_then(superscript).is_none() {
            return Ok(());
        }
        let mut depth = 0;
        let end = self.tokens[start..].iter().position(|(token, _)| {
            depth += i32::from(*token == Token::Sign("(")) - i32::from(*token == Token::Sign(")"));
            depth == 0
        });
        let end = start + end.unwrap_or(0);
        let inside = self.tokens.get(start + 1..end).unwrap_or_default();
        let is_number = matches!(
            inside,
            [(Token::Number(_), _)] | [(Token::Sign("-"), _), (Token::Number(_), _)]
        );
        let is_applied = matches!(self.tokens.get(end + 1), Some((Token::Sign("("), _)));
        if is_number || !is_applied {
            return Ok(());
        }
        let place = sign.start..self.tokens[end].1.end;
        let message = "what is raised here may be a power, a derivative or an index";
        Err(Error::at(self.text, place, message).help(format!("a power is `{name}(x)^n`")))
    }

    /// `sin^2(x)` is `sin(x)^2`.
    pub(super) fn raised_call(
        &mut self,
        name: &str,
        span: &Range<usize>,
        power: Id,
    ) -> Result<Id, Error> {
        let value = self.call(name, span)?;
        self.binary(Op::Pow, value, power)
    }

    /// Whether a fraction or a root of LaTeX begins here, whose braces are no brackets to a reader.
    pub(super) fn at_fraction(&self) -> bool {
        let typed = &self.text[self.span().start..];
        match self.peek() {
            Token::Sign("(") => {
                let fractions = ["\\frac", "\\tfrac", "\\dfrac", "\\cfrac"];
                fractions.iter().any(|fraction| typed.starts_with(fraction))
            }
            Token::Name(_) => typed.starts_with("\\sqrt"),
            _ => false,
        }
    }

    /// What follows a function without brackets in LaTeX: `\sin \alpha x`. Factors belong to it up to the
    /// input; before it no function and no bracket, behind it no factor, where readers would not agree.
    pub(super) fn bare_argument(&mut self) -> Result<Id, Error> {
        self.deeper(|parser| {
            let applied = |parser: &Self| match (parser.peek(), parser.peek_second()) {
                _ if parser.at_fraction() => false,
                (Token::Name(name), Token::Sign("(")) => !parser.is_factor(name, &parser.span()),
                (Token::Name(name), _) => parser.is_function(name),
                (token, _) => matches!(token, Token::Sign(_)),
            };
            let whole = applied(parser);
            let start = parser.span().start;
            let first = parser.power()?;
            let mut value = parser.as_number(first)?;
            while !whole && parser.at_factor() && !parser.at_absolute() {
                let (has_input, is_applied) = (parser.graph.varies(value), applied(parser));
                if has_input && is_applied {
                    break;
                }
                if has_input || is_applied {
                    let argument = &parser.text[start..parser.tokens[parser.at - 1].1.end];
                    let message = "whether the function is of this factor too is not clear";
                    return Err(Error::at(parser.text, parser.span(), message).help(format!(
                        "write its argument in brackets: `({argument})` or `({argument} …)`"
                    )));
                }
                let right = parser.power()?;
                value = parser.binary(Op::Mul, value, right)?;
            }
            if !whole && parser.at_absolute() {
                let message = "whether the function is of the absolute value too is not clear";
                return Err(Error::at(parser.text, parser.span(), message)
                    .help("write its argument in brackets: `\\ln(2|x|)`"));
            }
            Ok(value)
        })
    }

    /// The absolute value behind a function, `log|x|`, whose place is `span`.
    pub(super) fn bars_of(&mut self, span: &Range<usize>) -> Result<Id, Error> {
        let value = self.atom()?;
        if matches!(self.peek(), Token::Sign("^" | "**")) {
            let place = span.start..self.span().end;
            let (function, argument) =
                (&self.text[span.clone()], &self.text[span.end..self.span().start]);
            return Err(Error::at(self.text, place, "what the power is of is not clear")
                .help(format!("write `{function}({argument})^…` or `{function}({argument}^…)`")));
        }
        Ok(value)
    }

    /// `poly(a, u)` is `a[0] + a[1]*u + a[2]*u^2 + …` by Horner's rule.
    pub(super) fn polynomial(&mut self, span: &Range<usize>) -> Result<Id, Error> {
        self.at += 1;
        let place = self.span();
        let family = match self.next() {
            Token::Name(name) if self.free_name(&name, span).is_ok() => name,
            _ => {
                self.back();
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
        let mut value = self.parameter(&format!("{family}[{}]", count - 1), &place);
        for index in (0..count - 1).rev() {
            let product = self.operation(Op::Mul, &[value, of])?;
            let coefficient = self.parameter(&format!("{family}[{index}]"), &place);
            value = self.operation(Op::Add, &[coefficient, product])?;
        }
        Ok(value)
    }
}
