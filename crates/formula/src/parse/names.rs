//! Names: the inputs, constants, bindings and parameters.

use std::ops::Range;

use super::Parser;
use crate::characters::is_greek;
use crate::expr::{Id, Node};
use crate::token::Token;
use crate::{Error, Parameter};

/// Names with a meaning of their own, which nothing else may take.
const RESERVED: [&str; 12] =
    ["x", "gate", "pi", "e", "if", "else", "where", "mean", "var", "poly", "in", "per"];

/// Words that stand between values, never for one.
#[rustfmt::skip]
const BETWEEN: [&str; 14] = [
    "if", "else", "elif", "then", "and", "or", "not", "return", "for", "when", "otherwise", "elsewhere",
    "in", "per",
];

/// Greek letters that papers use for functions; the others in front of a bracket are factors.
const GREEK_FUNCTIONS: [&str; 7] = ["sigma", "phi", "Phi", "psi", "chi", "xi", "Sigma"];

impl Parser<'_> {
    pub(super) fn name(&mut self, name: &str, span: &Range<usize>) -> Result<Id, Error> {
        let bracket = matches!(self.peek(), Token::Sign("("));
        let bound = self.bindings.get(name).copied();
        if name == "e" {
            self.no_lost_exponent(span)?;
        }
        if let Some(value) = bound.or_else(|| self.value_of(name)) {
            return Ok(value);
        }
        if let Some(power) = self.power_of_function(name)? {
            return self.raised_call(name, span, power);
        }
        let factor = bracket && self.is_factor(name, span);
        if factor && !self.declares(name) {
            self.no_function_of_input(span)?;
        }
        let bare = self.latex && self.is_function(name) && self.at_value();
        // `max{0, x}` as papers set it; `{` is the brace of a choice elsewhere.
        let braces = matches!(self.peek(), Token::Sign("{")) && matches!(name, "max" | "min");
        let square = braces || matches!(self.peek(), Token::Sign("[")) && self.is_function(name);
        let bars = self.at_absolute() && !self.declares(name) && self.function(name).is_some();
        if !factor && (bracket || bare || square || bars) {
            return self.call(name, span);
        }
        if !self.is_known(name) {
            self.without_brackets(name, span)?;
        }
        if let Some(input) = self.renamed.as_ref().filter(|_| name == "x") {
            let message = format!("the input is `{input}`, and `x` is none of the arguments");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("write `{input}` for it, or make `x` an argument")));
        }
        if self.is_function(name) || RESERVED.contains(&name) {
            let message = format!("`{name}` is a function, it needs its argument");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("write `{name}(…)`; a parameter needs another name")));
        }
        if ["inf", "infty", "infinity", "nan"].contains(&name) {
            let message = format!("`{name}` is not a number of a formula");
            return Err(
                Error::at(self.text, span.clone(), message).help(crate::characters::INFINITY)
            );
        }
        if BETWEEN.contains(&name) {
            self.back();
            return Err(self.unexpected("a number, a name or `(`"));
        }
        if let Some(factor) = name.strip_suffix('e')
            && matches!(self.peek(), Token::Sign("^"))
            && self.is_known(factor)
            && !self.is_known(name)
        {
            let message = format!("`{name}` is one name");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("a product is written with `*` or a space: `{factor}*e^…`")));
        }
        let mut name = name.to_owned();
        if self.accept("[") {
            let place = match self.next() {
                Token::Number(place) if place.fract() == 0.0 && place < 1e6 => place,
                _ => {
                    self.back();
                    return Err(self.unexpected("the number of a coefficient, as in `a[0]`"));
                }
            };
            if !self.accept("]") {
                return Err(self.unexpected("`]`"));
            }
            name = format!("{name}[{place}]");
        }
        self.undeclared_name(&name, span)?;
        Ok(self.parameter(&name, span))
    }

    /// The value of a name that the language itself gives one.
    fn value_of(&mut self, name: &str) -> Option<Id> {
        Some(match name {
            "x" if self.renamed.is_some() => return None,
            "x" => self.x,
            "gate" => self.graph.intern(Node::Gate),
            "pi" => self.graph.constant(std::f64::consts::PI),
            "e" => self.graph.constant(std::f64::consts::E),
            // What C and JavaScript call the numbers.
            _ if self.declares(name) || self.is_template() => return None,
            "PI" | "M_PI" => self.graph.constant(std::f64::consts::PI),
            "M_E" => self.graph.constant(std::f64::consts::E),
            "M_SQRT2" | "SQRT2" => self.graph.constant(std::f64::consts::SQRT_2),
            "M_SQRT1_2" | "SQRT1_2" => self.graph.constant(std::f64::consts::FRAC_1_SQRT_2),
            "M_2_SQRTPI" => self.graph.constant(std::f64::consts::FRAC_2_SQRT_PI),
            "M_LN2" | "LN2" => self.graph.constant(std::f64::consts::LN_2),
            _ => return None,
        })
    }

    /// Whether the text declares a parameter of that name.
    fn declares(&self, name: &str) -> bool {
        self.parameters.iter().any(|known| known.declared && known.name == name)
    }

    /// A Greek letter in front of a bracket multiplies it: `α(e^x - 1)`.
    pub(super) fn is_factor(&self, name: &str, span: &Range<usize>) -> bool {
        let letter = name.split('_').next().unwrap_or(name);
        let typed = self.text[span.clone()].chars().next();
        is_greek(letter)
            && !GREEK_FUNCTIONS.contains(&letter)
            && typed.is_some_and(|c| !c.is_ascii() || c == '\\')
    }

    /// Refuses `θ(x)`, a function that nobody has told or a product.
    fn no_function_of_input(&self, span: &Range<usize>) -> Result<(), Error> {
        let [_, (Token::Name(input), _), (Token::Sign(")"), close), ..] = &self.tokens[self.at..]
        else {
            return Ok(());
        };
        if input != "x" {
            return Ok(());
        }
        let letter = &self.text[span.clone()];
        let message = format!("`{letter}(x)` may be a function or a product");
        Err(Error::at(self.text, span.start..close.end, message)
            .help(format!("the product is `{letter}*x`; a function is written out")))
    }

    /// Whether a value begins here without an operator, so that it multiplies the one before:
    /// `2x`, `(x + 1)(x - 1)`, `x tanh(x)`. A word that nobody knows is no factor; it is a mistake.
    pub(super) fn at_factor(&self) -> bool {
        if self.declaring || self.is_template() || self.at_new_line() {
            return false;
        }
        let before = match self.at.checked_sub(1).map(|at| &self.tokens[at].0) {
            Some(Token::Name(name)) => self.is_known(name),
            Some(token) => {
                matches!(
                    token,
                    Token::Number(_) | Token::Sign(")" | "]" | "}" | "|" | "end" | "_+")
                )
            }
            None => false,
        };
        let after = match (self.peek(), self.peek_second()) {
            (Token::Name(name), Token::Sign("(")) => !BETWEEN.contains(&name.as_str()),
            (Token::Name(name), _) if self.latex => !BETWEEN.contains(&name.as_str()),
            (Token::Name(name), Token::Sign("^")) if self.is_function(name) => true,
            (Token::Name(name), Token::Sign("|"))
                if self.absolute(self.at + 1) && self.function(name).is_some() =>
            {
                true
            }
            (Token::Name(name), _) if self.is_known(name) => true,
            // Read on, so that it is the function that is refused.
            (Token::Name(name), Token::Name(_) | Token::Number(_)) => self.function(name).is_some(),
            (Token::Sign("(" | "√" | "cases" | "indicator"), _) => true,
            (Token::Sign("|"), _) => self.at_absolute(),
            _ => false,
        };
        before && after
    }

    /// Whether a bar begins an absolute value here: it touches what it holds, and another one ends it. A bar
    /// with blanks on both sides is that of declarations.
    pub(super) fn at_absolute(&self) -> bool {
        self.absolute(self.at)
    }

    /// The same of the token at that place.
    fn absolute(&self, at: usize) -> bool {
        let (bar, others) = match self.tokens.get(at..) {
            Some([(Token::Sign("|"), span), others @ ..]) if !self.in_bars => (span, others),
            _ => return false,
        };
        let touches = others.first().is_some_and(|next| next.1.start == bar.end);
        let is_or = matches!(others.first(), Some((Token::Sign("|"), _)));
        let mut depth = 0;
        for (token, _) in others {
            match token {
                Token::Sign("(" | "[" | "{" | "cases") => depth += 1,
                Token::Sign(")" | "]" | "}" | "end") => depth -= 1,
                Token::Sign("|") if depth == 0 => return touches && !is_or,
                _ => {}
            }
            if depth < 0 {
                break;
            }
        }
        false
    }

    /// Whether this token begins a line; in LaTeX a line means nothing.
    pub(super) fn at_new_line(&self) -> bool {
        let end = self.at.checked_sub(1).map_or(0, |at| self.tokens[at].1.end);
        !self.latex && self.text.get(end..self.span().start).is_some_and(|gap| gap.contains('\n'))
    }

    /// Whether a value begins here.
    pub(super) fn at_value(&self) -> bool {
        match self.peek() {
            Token::Number(_) | Token::Sign("|" | "√") => true,
            Token::Name(name) => !BETWEEN.contains(&name.as_str()),
            _ => false,
        }
    }

    /// Whether a name can only mean a value: an input, a constant, what the text names, a letter.
    fn is_known(&self, name: &str) -> bool {
        let letter = name.split('_').next().unwrap_or(name);
        let letter = letter.trim_end_matches(|c: char| c.is_ascii_digit());
        !BETWEEN.contains(&name)
            && (RESERVED[..4].contains(&name)
                || self.bindings.contains_key(name)
                || self.declares(name)
                || letter.len() == 1
                || is_greek(letter))
            && !self.is_function(name)
    }

    /// The parameter `name`; one that is not declared starts at 1.
    pub(super) fn parameter(&mut self, name: &str, span: &Range<usize>) -> Id {
        let known = self.parameters.iter().position(|known| known.name == name);
        let place = known.unwrap_or_else(|| {
            self.parameters.push(Parameter::undeclared(name));
            self.undeclared.push((name.to_owned(), span.clone()));
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

    /// Refuses a name for a binding or a parameter that already means something.
    pub(crate) fn free_name(&self, name: &str, span: &Range<usize>) -> Result<(), Error> {
        if RESERVED.contains(&name) || self.is_function(name) {
            let what = if self.is_function(name) { "a function" } else { "a word of the language" };
            let message = format!("`{name}` is {what} and cannot be redefined");
            return Err(Error::at(self.text, span.clone(), message).help("choose another name"));
        }
        Ok(())
    }
}
