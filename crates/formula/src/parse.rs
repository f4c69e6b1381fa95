//! Text to expression: a recursive-descent parser with spans.
//!
//! ```text
//! formula     = { name "=" choice ";" } choice [ "|" declarations ]
//! choice      = "if" test "{" choice "}" "else" ( "{" choice "}" | choice )
//!             | test "?" choice ":" choice
//!             | sum [ "if" test "else" choice ]
//! test        = sum ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum
//! sum         = product { ( "+" | "-" ) product }
//! product     = unary { ( "*" | "/" ) unary }
//! unary       = ( "-" | "+" ) unary | power
//! power       = atom [ ( "^" | "**" ) unary ]
//! atom        = number | name [ "[" number "]" | "(" choice { "," choice } ")" ]
//!             | "(" choice ")" | "|" choice "|"
//! ```
//!
//! A comparison that stands where a number is wanted counts 1 or 0, as in NumPy.

use std::collections::HashMap;
use std::ops::Range;

use crate::declare;
use crate::error::{alternatives, nearest};
use crate::expr::{Graph, Id, Node};
use crate::op::{Op, TABLE};
use crate::token::{Spanned, Token, tokens};
use crate::{Error, Parameter};

/// The deepest nesting of brackets, choices and signs.
const DEEPEST: usize = 128;
/// The most operations that a formula may have.
const MOST_OPERATIONS: usize = 1000;

/// Formulas that a text may call by name: `(name, formula)`.
pub type Library = [(&'static str, &'static str)];

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
    ("clamp",  3, "min(max(a, b), c)"),
    ("pow",    2, "a^b"),
    ("square", 1, "a^2"),
    ("std",    1, "sqrt(var(a))"),
];

/// Names with a meaning of their own, which nothing else may take.
const RESERVED: [&str; 12] =
    ["x", "gate", "pi", "e", "if", "else", "where", "mean", "var", "poly", "in", "per"];

/// What a text says: the expression as typed, and its parameters.
pub(crate) struct Parsed {
    pub graph: Graph,
    pub root: Id,
    pub parameters: Vec<Parameter>,
}

/// Parses a whole formula.
pub(crate) fn parse(text: &str, library: &Library) -> Result<Parsed, Error> {
    let mut parser = Parser::new(text, library, Graph::default(), Vec::new(), 0)?;
    if *parser.peek() == Token::End {
        return Err(Error::new("the formula is empty").help("an example is `x*sigmoid(x)`"));
    }
    let declared = parser.declarations()?;
    let root = parser.formula()?;
    for (place, parameter) in parser.parameters.iter().enumerate() {
        if !parser.graph.contains(root, Node::Parameter(place as u32)) {
            let span = declared.get(&parameter.name).cloned().unwrap_or(0..0);
            let message =
                format!("`{}` is declared but the formula does not use it", parameter.name);
            let help = match parameter.name.split_once('[') {
                Some((family, _)) => format!("use the family by `poly({family}, x)`"),
                None => "use it, or drop its declaration".to_owned(),
            };
            return Err(Error::at(text, span, message).help(help));
        }
    }
    Ok(Parsed { graph: parser.graph, root, parameters: parser.parameters })
}

/// Parses a derivative or a rule over nodes that exist: `names` says what each name stands for.
pub(crate) fn template(graph: &mut Graph, text: &str, names: &[(&str, Id)]) -> Result<Id, Error> {
    let mut parser = Parser::new(text, &[], std::mem::take(graph), Vec::new(), 0)?;
    parser.bindings = names.iter().map(|(name, id)| ((*name).to_owned(), *id)).collect();
    parser.simplify = true;
    let result = parser.formula();
    *graph = parser.graph;
    result
}

pub(crate) struct Parser<'a> {
    pub(crate) text: &'a str,
    tokens: Vec<Spanned>,
    at: usize,
    depth: usize,
    library: &'a Library,
    pub(crate) graph: Graph,
    pub(crate) parameters: Vec<Parameter>,
    /// How many coefficients each declared family `a[0..n]` has.
    pub(crate) families: HashMap<String, usize>,
    bindings: HashMap<String, Id>,
    /// What `x` stands for: an argument, inside a formula that is called by name.
    x: Id,
    /// How many formulas called by name are open.
    calls: usize,
    /// Whether operations are put into canonical form, as rules and derivatives are.
    simplify: bool,
}

impl<'a> Parser<'a> {
    fn new(
        text: &'a str,
        library: &'a Library,
        mut graph: Graph,
        parameters: Vec<Parameter>,
        calls: usize,
    ) -> Result<Self, Error> {
        let x = graph.intern(Node::X);
        Ok(Parser {
            text,
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
            library,
            graph,
            parameters,
            families: HashMap::new(),
            bindings: HashMap::new(),
            x,
            calls,
            simplify: false,
        })
    }

    /// Reads the declarations, which stand behind the expression, before it: a family's length must
    /// be known where `poly` uses it. Afterwards the text ends at the bar.
    fn declarations(&mut self) -> Result<HashMap<String, Range<usize>>, Error> {
        let bar = self.tokens.windows(3).position(|three| {
            matches!(three, [(Token::Sign("|"), _), (Token::Name(_), _), (Token::Sign("="), _)])
        });
        let Some(bar) = bar else { return Ok(HashMap::new()) };
        self.at = bar + 1;
        let places = declare::declarations(self)?;
        let end = self.tokens[bar].1.clone();
        self.tokens.truncate(bar);
        self.tokens.push((Token::End, end));
        self.at = 0;
        Ok(places)
    }

    fn formula(&mut self) -> Result<Id, Error> {
        while let (Token::Name(name), Token::Sign("=")) = (self.peek().clone(), self.peek_second())
        {
            let span = self.span();
            self.free_name(&name, &span)?;
            self.at += 2;
            let value = self.choice()?;
            self.bindings.insert(name, value);
            if !self.accept(";") {
                return Err(self.unexpected("`;` after the binding, then the result"));
            }
        }
        self.accept("return");
        let root = self.choice()?;
        if self.accept(";") && *self.peek() != Token::End {
            let error = self.unexpected("the end");
            return Err(
                error.help("what stands before the last `;` needs a name: `p = sigmoid(x);`")
            );
        }
        match self.peek() {
            Token::End => Ok(root),
            Token::Sign("|") => Err(self.unexpected("a declaration such as `alpha = 0.25`")),
            Token::Sign(bracket @ (")" | "]" | "}")) => {
                let message = format!("this `{bracket}` closes nothing");
                Err(Error::at(self.text, self.span(), message))
            }
            Token::Sign(",") => Err(self
                .unexpected("an operator or the end")
                .help("declarations stand behind a bar: `alpha*x | alpha = 0.25`")),
            _ => Err(self.unfinished("an operator or the end")),
        }
    }

    /// A number: an expression, or a choice between two.
    pub(crate) fn choice(&mut self) -> Result<Id, Error> {
        self.deeper(|parser| {
            let value = parser.any_choice()?;
            parser.as_number(value)
        })
    }

    fn any_choice(&mut self) -> Result<Id, Error> {
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

    fn braced(&mut self) -> Result<Id, Error> {
        if !self.accept("{") {
            return Err(self.unexpected("`{` and the value on this side"));
        }
        let value = self.choice()?;
        if !self.accept("}") {
            return Err(self.unexpected("`}`"));
        }
        Ok(value)
    }

    fn test(&mut self) -> Result<Id, Error> {
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
            _ => Err(Error::at(self.text, span, "this is a number, but a choice needs a test")
                .help("compare it: `x > 0`")),
        }
    }

    fn select(&mut self, test: Id, then: Id, otherwise: Id) -> Result<Id, Error> {
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

    /// A sum: an expression that holds no bare comparison.
    pub(crate) fn sum(&mut self) -> Result<Id, Error> {
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Token::Sign("+") => Op::Add,
                Token::Sign("-") => Op::Sub,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = self.binary(op, left, right)?;
        }
    }

    fn product(&mut self) -> Result<Id, Error> {
        let mut left = self.unary()?;
        loop {
            let op = match self.peek() {
                Token::Sign("*") => Op::Mul,
                Token::Sign("/") => Op::Div,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.unary()?;
            left = self.binary(op, left, right)?;
        }
    }

    fn unary(&mut self) -> Result<Id, Error> {
        if self.accept("-") {
            let value = self.deeper(Self::unary)?;
            let value = self.as_number(value)?;
            return match self.graph.value(value) {
                Some(number) => Ok(self.graph.constant(-number)),
                None => self.operation(Op::Neg, &[value]),
            };
        }
        if self.accept("+") {
            return self.deeper(Self::unary);
        }
        let base_is_e = matches!(self.peek(), Token::Name(name) if name == "e")
            && !self.bindings.contains_key("e");
        let base = self.atom()?;
        if !self.accept("^") && !self.accept("**") {
            return Ok(base);
        }
        // `e^{-x}` is how a typesetter groups an exponent.
        let exponent = if matches!(self.peek(), Token::Sign("{")) {
            self.braced()?
        } else {
            self.deeper(Self::unary)?
        };
        if base_is_e {
            let exponent = self.as_number(exponent)?;
            return self.operation(Op::Exp, &[exponent]);
        }
        self.binary(Op::Pow, base, exponent)
    }

    fn atom(&mut self) -> Result<Id, Error> {
        let span = self.span();
        match self.next() {
            Token::Number(value) => Ok(self.graph.constant(value)),
            Token::Name(name) => self.name(&name, &span),
            Token::Sign("(") => {
                let value = self.deeper(Self::any_choice)?;
                if self.accept(")") { Ok(value) } else { Err(self.unfinished("`)`")) }
            }
            Token::Sign("|") => {
                let value = self.choice()?;
                if !self.accept("|") {
                    return Err(self.unfinished("`|`, the end of the absolute value"));
                }
                self.operation(Op::Abs, &[value])
            }
            _ => {
                self.at -= 1;
                Err(self.unexpected("a number, a name or `(`"))
            }
        }
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Result<Id, Error> {
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
    fn parameter(&mut self, name: &str) -> Id {
        let known = self.parameters.iter().position(|known| known.name == name);
        let place = known.unwrap_or_else(|| {
            self.parameters.push(Parameter::undeclared(name));
            self.parameters.len() - 1
        });
        self.graph.intern(Node::Parameter(place as u32))
    }

    fn call(&mut self, called: &str, span: &Range<usize>) -> Result<Id, Error> {
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

    fn arity(&self, name: &str, span: &Range<usize>) -> Result<usize, Error> {
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

    fn statistic(&mut self, name: &str, of: Id, span: &Range<usize>) -> Result<Id, Error> {
        if of != self.graph.intern(Node::X) {
            let message = format!("`{name}` is known of `x` alone");
            return Err(Error::at(self.text, span.clone(), message)
                .help(format!("write `{name}(x)`: the statistic of the channel over the batch")));
        }
        Ok(self.graph.intern(if name == "mean" { Node::Mean } else { Node::Variance }))
    }

    /// A function that is itself a formula: composed of primitives, or called from the library.
    fn expand(&mut self, name: &str, args: &[Id], span: &Range<usize>) -> Result<Id, Error> {
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
        inner.x = args[0];
        if composed.is_some() {
            inner.bindings =
                ["a", "b", "c"].iter().zip(args).map(|(n, id)| ((*n).to_owned(), *id)).collect();
        }
        let result = inner.declarations().and_then(|_| inner.formula());
        self.graph = inner.graph;
        self.parameters = inner.parameters;
        result.map_err(|error| {
            Error::at(self.text, span.clone(), format!("in `{name}`: {}", error.message()))
        })
    }

    /// `poly(a, u)` is `a[0] + a[1]*u + a[2]*u^2 + …` by Horner's rule.
    fn polynomial(&mut self, span: &Range<usize>) -> Result<Id, Error> {
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

    fn binary(&mut self, op: Op, left: Id, right: Id) -> Result<Id, Error> {
        let args = [self.as_number(left)?, self.as_number(right)?];
        self.operation(op, &args)
    }

    fn operation(&mut self, op: Op, args: &[Id]) -> Result<Id, Error> {
        let id = if self.simplify {
            self.graph.simplified(op, args)
        } else {
            self.graph.apply(op, args)
        };
        // Templates grow a graph that is already accepted.
        if !self.simplify && self.graph.len() > MOST_OPERATIONS {
            let message = format!("the formula has more than {MOST_OPERATIONS} operations");
            return Err(Error::at(self.text, self.span(), message));
        }
        Ok(id)
    }

    /// A comparison counts 1 or 0 where a number is wanted.
    fn as_number(&mut self, value: Id) -> Result<Id, Error> {
        match self.graph.operation(value) {
            Some((op, _)) if op.is_comparison() => {
                let (one, zero) = (self.graph.constant(1.0), self.graph.constant(0.0));
                self.operation(Op::Select, &[value, one, zero])
            }
            _ => Ok(value),
        }
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("the formula nests deeper than {DEEPEST}");
            return Err(Error::at(self.text, self.span(), message)
                .help("name a part of it: `p = sigmoid(x); x*p`"));
        }
        let result = parse(self);
        self.depth -= 1;
        result
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

    fn is_function(&self, name: &str) -> bool {
        // `sigma` and the like are functions only where they are called.
        self.functions().any(|known| known == name)
    }

    fn functions(&self) -> impl Iterator<Item = &'a str> {
        let primitives = TABLE.iter().filter(|row| row.op.is_function()).map(|row| row.name);
        let composed = COMPOSED.iter().map(|row| row.0);
        primitives.chain(composed).chain(["where", "poly"]).chain(self.library.iter().map(|e| e.0))
    }

    pub(crate) fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn peek_second(&self) -> Token {
        self.tokens.get(self.at + 1).map_or(Token::End, |spanned| spanned.0.clone())
    }

    pub(crate) fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    /// Takes the next token; at the end it stays there.
    pub(crate) fn next(&mut self) -> Token {
        let token = self.tokens[self.at].0.clone();
        self.at += 1;
        if self.at == self.tokens.len() {
            self.tokens.push((Token::End, self.text.len()..self.text.len()));
        }
        token
    }

    pub(crate) fn back(&mut self) {
        self.at -= 1;
    }

    /// Takes the next token if it is this sign or word.
    pub(crate) fn accept(&mut self, wanted: &str) -> bool {
        let found = match self.peek() {
            Token::Sign(sign) => *sign == wanted,
            Token::Name(name) => name == wanted,
            _ => false,
        };
        self.at += usize::from(found);
        found
    }

    /// As [`Parser::unexpected`] behind a value: two values in a row may be meant as a product.
    fn unfinished(&self, expected: &str) -> Error {
        let error = self.unexpected(expected);
        let value = match self.peek() {
            Token::Name(name) => !["if", "else"].contains(&name.as_str()),
            token => matches!(token, Token::Number(_) | Token::Sign("(")),
        };
        if value { error.help("a product is written with `*`") } else { error }
    }

    pub(crate) fn unexpected(&self, expected: &str) -> Error {
        let found = match self.peek() {
            Token::End => "the formula ends here".to_owned(),
            _ => format!("unexpected `{}`", &self.text[self.span()]),
        };
        Error::at(self.text, self.span(), format!("{found}; expected {expected}"))
    }
}
