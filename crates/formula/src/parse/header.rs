//! Around the expression: `f(x) = …`, `lambda x: …`, `def f(x): …`, bindings and early returns.

use std::ops::Range;

use super::Parser;
use crate::declare;
use crate::expr::Id;
use crate::number::decimal_comma;
use crate::token::Token;
use crate::{Error, Parameter};

/// Arguments of a method that are not its input.
const RECEIVERS: [&str; 3] = ["self", "cls", "ctx"];

impl Parser<'_> {
    /// A whole formula: what introduces it, bindings, and the result.
    pub(super) fn formula(&mut self) -> Result<Id, Error> {
        self.header()?;
        let root = self.body()?;
        match self.peek() {
            Token::End => Ok(root),
            Token::Sign("|") => Err(self.no_declaration()),
            Token::Sign(bracket @ (")" | "]" | "}")) => {
                let message = format!("this `{bracket}` closes nothing");
                Err(Error::at(self.text, self.span(), message))
            }
            Token::Sign(",") => {
                let help = decimal_comma(self.text, &self.span());
                Err(self.unexpected("an operator or the end").help(help.unwrap_or_else(|| {
                    "declarations stand behind a bar: `alpha*x | alpha = 0.25`".to_owned()
                })))
            }
            Token::Sign("//") => Err(self
                .unexpected("an operator or the end")
                .help("a quotient is written `/`, a comment begins with `#`")),
            Token::Sign("=") => Err(Error::at(self.text, self.span(), "a formula is no equation")
                .help("give one side of it, or write `f(x) = …`")),
            _ => Err(self.unfinished("an operator or the end")),
        }
    }

    fn header(&mut self) -> Result<(), Error> {
        use Token::{Name, Sign};
        let is_arrow =
            |at: usize| matches!(self.tokens.get(self.at + at), Some((Sign("=>" | "->"), _)));
        let named = matches!(self.peek(), Name(_)) && self.peek_second() == Sign("=");
        if named && (self.at_lambda(2) || is_arrow(3)) {
            self.at += 2;
        }
        if self.at_lambda(0) {
            self.at += 1;
            return self.inputs(":");
        }
        if let (Name(_), Sign(arrow @ ("=>" | "->"))) = (self.peek(), self.peek_second()) {
            return self.inputs(arrow);
        }
        self.no_closure()?;
        if self.word(0, "class") || self.word(0, "import") || self.word(0, "from") {
            return Err(self
                .unexpected("a formula")
                .help("give the function alone: `def forward(self, x): return …`"));
        }
        if self.word(0, "def") && matches!(self.peek_second(), Name(_)) {
            self.at += 2;
            if !self.accept("(") {
                return Err(self.unexpected("`(` and the input"));
            }
            self.inputs(")")?;
            while !matches!(self.peek(), Sign(":") | Token::End) {
                self.at += 1;
            }
            if !self.accept(":") {
                return Err(self.unexpected("`:` and the body"));
            }
            return Ok(());
        }
        for (names, signs) in [(0, &["=>", "->"][..]), (1, &["="])] {
            if self.at_definition(names, signs) {
                self.at += names + 1;
                self.inputs(")")?;
                self.at += 1;
                break;
            }
        }
        Ok(())
    }

    /// Whether Python's `lambda` stands so many tokens further on: the Greek letter is a name.
    fn at_lambda(&self, further: usize) -> bool {
        let mut tokens = self.tokens.iter().skip(self.at + further);
        tokens.next().is_some_and(|(_, span)| &self.text[span.clone()] == "lambda")
            && matches!(tokens.next(), Some((Token::Name(_) | Token::Sign(":"), _)))
    }

    /// Whether this word stands so many tokens further on.
    fn word(&self, further: usize, wanted: &str) -> bool {
        let token = self.tokens.get(self.at + further);
        matches!(token, Some((Token::Name(name), _)) if name == wanted)
    }

    /// Whether `(name, …)` and one of these signs stand here, behind so many names.
    fn at_definition(&self, names: usize, signs: &[&str]) -> bool {
        use Token::{Name, Sign};
        let mut tokens = self.tokens[self.at..].iter().map(|spanned| &spanned.0);
        let named = tokens.by_ref().take(names).all(|token| matches!(token, Name(_)));
        if !named || tokens.next() != Some(&Sign("(")) {
            return false;
        }
        loop {
            if !matches!(tokens.next(), Some(Name(_))) {
                return false;
            }
            let mut behind = tokens.next();
            if behind == Some(&Sign("=")) {
                // A default: numbers and their signs.
                behind = tokens.find(|token| matches!(token, Sign("," | ";" | ")") | Token::End));
            }
            match behind {
                Some(Sign("," | ";")) => {}
                Some(Sign(")")) => {
                    return matches!(tokens.next(), Some(Sign(sign)) if signs.contains(sign));
                }
                _ => return false,
            }
        }
    }

    /// The names up to `close`: `x` is the input, or else the first; the others are parameters, which a
    /// default declares.
    fn inputs(&mut self, close: &str) -> Result<(), Error> {
        let has_x = self.is_argument("x", close);
        let mut has_input = false;
        while !self.accept(close) {
            let span = self.span();
            // What follows is given by keyword alone.
            if self.accept("*") && self.accept(",") {
                continue;
            }
            let Token::Name(name) = self.next() else {
                self.back();
                return Err(self.unexpected(&format!("the name of the input, or `{close}`")));
            };
            if close == ")" && self.accept(":") {
                while !matches!(self.peek(), Token::Sign("," | ")" | "=") | Token::End) {
                    self.at += 1;
                }
            }
            let value = if self.accept("=") { self.default()? } else { None };
            self.arguments.push(name.clone());
            if let Some(value) = value {
                self.declare_default(&name, value, &span)?;
            } else if has_x {
                has_input |= name == "x";
            } else if !has_input && !RECEIVERS.contains(&name.as_str()) {
                has_input = true;
                self.free_name(&name, &span)?;
                self.renamed = Some(self.text[span].to_owned());
                self.bindings.insert(name, self.x);
            }
            if !self.accept(",") && !self.accept(";") && !self.at_sign(close) {
                return Err(self.unexpected(&format!("`,` or `{close}`")));
            }
        }
        if has_input {
            return Ok(());
        }
        self.back();
        Err(self.unexpected("the name of the input"))
    }

    /// Whether this name is among the arguments up to `close`.
    fn is_argument(&self, name: &str, close: &str) -> bool {
        let tokens = self.tokens[self.at..].iter().map(|(token, _)| token);
        let goes_on = |token: &&Token| !matches!(token, Token::Sign(sign) if *sign == close);
        tokens.take_while(goes_on).any(|token| matches!(token, Token::Name(found) if found == name))
    }

    /// The default of an argument; flags and names of modes have no value here.
    fn default(&mut self) -> Result<Option<f64>, Error> {
        match self.peek() {
            Token::Text(_) => {}
            Token::Name(word) if ["None", "True", "False"].contains(&word.as_str()) => {}
            _ => return declare::constant(self).map(Some),
        }
        self.at += 1;
        Ok(None)
    }

    /// What the text itself declares goes before a default.
    fn declare_default(
        &mut self,
        name: &str,
        value: f64,
        span: &Range<usize>,
    ) -> Result<(), Error> {
        self.free_name(name, span)?;
        if self.parameters.iter().any(|known| known.name == *name) {
            return Ok(());
        }
        let mut parameter = Parameter { declared: true, ..Parameter::undeclared(name) };
        parameter.set_initial(value)?;
        self.parameters.push(parameter);
        self.own = self.parameters.len();
        self.places.insert(name.to_owned(), span.clone());
        Ok(())
    }

    /// Bindings, then the result.
    fn body(&mut self) -> Result<Id, Error> {
        let mut last = None;
        while let (Token::Name(name), Token::Sign("=")) = (self.peek().clone(), self.peek_second())
        {
            let span = self.span();
            self.free_name(&name, &span)?;
            self.at += 2;
            let value = self.choice()?;
            self.bindings.insert(name.clone(), value);
            last = Some((name, span));
            let word = matches!(self.peek(), Token::Name(word) if word == "return" || word == "if");
            if !self.accept(";") && *self.peek() != Token::End && !word {
                return Err(self.unfinished("`;` after the binding, then the result"));
            }
        }
        if let (Some((name, span)), Token::End) = (last, self.peek()) {
            let message = format!("`{name}` has a value, but the formula has no result");
            return Err(Error::at(self.text, span, message).help(format!(
                "give the expression alone, write `f(x) = …`, or end with the result: `; x*{name}`"
            )));
        }
        if !self.accept("if") {
            self.accept("return");
            return self.result(Self::choice);
        }
        let test = self.test()?;
        if self.accept(":") {
            return self.deeper(|parser| parser.branches(test));
        }
        self.result(|parser| {
            let value = parser.chosen(test)?;
            parser.as_number(value)
        })
    }

    /// The result and the `;` that may end it.
    fn result(&mut self, read: impl FnOnce(&mut Self) -> Result<Id, Error>) -> Result<Id, Error> {
        let root = read(self)?;
        let before = self.at;
        if !self.accept(";") || *self.peek() == Token::End || self.at_branch() {
            return Ok(root);
        }
        if self.nested > 0 {
            self.at = before;
            return Ok(root);
        }
        let error = self.unexpected("the end");
        Err(error.help("what stands before the last `;` needs a name: `p = sigmoid(x);`"))
    }

    fn at_branch(&self) -> bool {
        matches!(self.peek(), Token::Name(word) if word == "elif" || word == "else")
    }

    /// Python's `if test:` with a `return`, and what holds otherwise.
    fn branches(&mut self, test: Id) -> Result<Id, Error> {
        if !self.accept("return") {
            return Err(self
                .unexpected("`return` and the value")
                .help("or write a choice: `x if x > 0 else 0`"));
        }
        self.nested += 1;
        let then = self.result(Self::choice)?;
        self.nested -= 1;
        self.accept(";");
        let otherwise = if self.accept("elif") {
            let test = self.test()?;
            if !self.accept(":") {
                return Err(self.unexpected("`:`"));
            }
            self.deeper(|parser| parser.branches(test))?
        } else {
            if self.accept("else") && !self.accept(":") {
                return Err(self.unexpected("`:`"));
            }
            self.body()?
        };
        self.select(test, then, otherwise)
    }
}
