//! Text to expression: a recursive-descent parser with spans.
//!
//! ```text
//! formula     = [ header ] body [ "|" declarations ]
//! header      = name "(" names ")" "=" | "lambda" names ":" | "def" name "(" names ")" ":"
//! body        = { name "=" choice ";" } ( [ "return" ] choice
//!             | "if" test ":" "return" choice [ "else" ":" ] body )
//! choice      = "if" test "{" choice "}" "else" ( "{" choice "}" | choice )
//!             | test "?" choice ":" choice
//!             | sum [ "if" test "else" choice ]
//!             | "\begin{cases}" row { "\\" row } "\end{cases}"
//! test        = comparison { ( "and" | "or" ) comparison }
//! comparison  = [ "not" ] sum { ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum }
//! sum         = product { ( "+" | "-" ) product }
//! product     = unary { ( "*" | "/" ) unary | power }
//! unary       = ( "-" | "+" ) unary | power
//! power       = atom { "." name "(" arguments ")" } [ ( "^" | "**" ) unary ]
//! atom        = number | name [ "[" number "]" | "(" arguments ")" ]
//!             | "(" choice ")" | "|" choice "|" | "√" atom
//! ```
//!
//! A comparison that stands where a number is wanted counts 1 or 0, as in NumPy.

mod arguments;
mod calls;
mod cases;
mod choices;
mod cursor;
mod functions;
mod header;
mod names;

use std::collections::HashMap;
use std::ops::Range;

use crate::declare;
use crate::error::{alternatives, nearest};
use crate::expr::{Graph, Id, Node, Point};
use crate::latex;
use crate::op::Op;
use crate::token::{Spanned, Token, tokens};
use crate::{Error, Parameter};

/// The deepest nesting of brackets, choices and signs.
pub(crate) const DEEPEST: usize = 128;
/// The most operations that a formula may have.
const MOST_OPERATIONS: usize = 1000;

/// Formulas that a text may call by name: `(name, formula)`.
pub type Library = [(&'static str, &'static str)];

/// What a text says: the expression as typed, and its parameters.
pub(crate) struct Parsed {
    pub graph: Graph,
    pub root: Id,
    pub parameters: Vec<Parameter>,
    /// The parameters that the text does not declare, and where each stands first.
    pub undeclared: Vec<(String, Range<usize>)>,
}

/// Where the bar is that the declarations follow.
fn bar(tokens: &[Spanned]) -> Option<usize> {
    tokens.windows(3).position(|three| {
        matches!(three, [(Token::Sign("|"), _), (Token::Name(_), _), (Token::Sign("="), _)])
    })
}

/// Parses a whole formula whose parameters are all declared.
pub(crate) fn parse_strict(text: &str, library: &Library) -> Result<Parsed, Error> {
    let parser = whole(text, library)?;
    if let Some((name, span)) = parser.undeclared.first() {
        let declared = parser.parameters.iter().filter(|known| known.declared);
        let near = nearest(name, declared.map(|known| known.name.as_str()));
        let error = Error::at(text, span.clone(), format!("`{name}` is not declared"));
        let bar = if parser.places.is_empty() { "|" } else { "," };
        return Err(if near.is_empty() {
            error.help(format!("declare it behind the formula: `{bar} {name} = 1`"))
        } else {
            error.help(format!("did you mean {}?", alternatives(&near)))
        });
    }
    used(parser)
}

/// What is said of a text that does not use `x`.
pub(crate) fn without_input(text: &str, undeclared: &[(String, Range<usize>)]) -> Error {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let holding = undeclared.iter().find(|(name, _)| name.contains('x') && name.len() < 4);
    let (span, help) = match (holding, undeclared) {
        (Some((name, span)), _) => {
            let factors: Vec<String> = name.chars().map(String::from).collect();
            let help = format!("`{name}` is one name; a product is `{}`", factors.join("*"));
            (span.clone(), help)
        }
        (None, [(_, span)]) => {
            let letter = &text[span.clone()];
            (span.clone(), format!("if `{letter}` is the input, write `f({letter}) = …`"))
        }
        _ => (0..first, "`x` is the input of the activation".to_owned()),
    };
    Error::at(text, span, "the formula does not use `x`").help(help)
}

/// Parses a whole formula.
pub(crate) fn parse(text: &str, library: &Library) -> Result<Parsed, Error> {
    used(whole(text, library)?)
}

fn whole<'a>(text: &'a str, library: &'a Library) -> Result<Parser<'a>, Error> {
    let mut parser = Parser::new(text, library, Graph::default(), Vec::new(), 0)?;
    if *parser.peek() == Token::End {
        return Err(Error::new("the formula is empty").help("an example is `x*sigmoid(x)`"));
    }
    parser.places = parser.declarations()?;
    parser.root = parser.formula()?;
    Ok(parser)
}

/// Refuses declarations that the formula does not use.
fn used(parser: Parser) -> Result<Parsed, Error> {
    let (text, root) = (parser.text, parser.root);
    for (place, parameter) in parser.parameters.iter().enumerate() {
        if !parser.graph.contains(root, Node::Parameter(place as u32)) {
            let span = parser.places.get(&parameter.name).cloned().unwrap_or(0..0);
            let message =
                format!("`{}` is declared but the formula does not use it", parameter.name);
            let help = match parameter.name.split_once('[') {
                Some((family, _)) => format!("use the family by `poly({family}, x)`"),
                None => "use it, or drop its declaration".to_owned(),
            };
            return Err(Error::at(text, span, message).help(help));
        }
    }
    let Parser { graph, parameters, undeclared, .. } = parser;
    Ok(Parsed { graph, root, parameters, undeclared })
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
    /// What each name of the text means; in a formula that is called, what the call sets.
    pub(crate) bindings: HashMap<String, Id>,
    /// What `x` stands for: an argument, inside a formula that is called by name.
    x: Id,
    /// The formula, once it is read.
    root: Id,
    /// How many formulas called by name are open.
    calls: usize,
    /// How many parameters the text itself declares; formulas that it calls follow these.
    own: usize,
    /// Whether operations are put into canonical form, as rules and derivatives are.
    simplify: bool,
    /// Whether declarations are read, where two values in a row are no product.
    declaring: bool,
    /// Whether the text is LaTeX, where a function takes its argument without brackets too.
    latex: bool,
    /// How many of Python's branches are open.
    nested: usize,
    /// Where each declared name stands.
    places: HashMap<String, Range<usize>>,
    pub(crate) undeclared: Vec<(String, Range<usize>)>,
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
            tokens: tokens(text, &|name| functions::is_word(name, library))?,
            at: 0,
            depth: 0,
            library,
            graph,
            parameters,
            families: HashMap::new(),
            bindings: HashMap::new(),
            x,
            root: x,
            calls,
            own: 0,
            simplify: false,
            declaring: false,
            latex: latex::is_latex(text),
            nested: 0,
            places: HashMap::new(),
            undeclared: Vec::new(),
        })
    }

    /// Reads the declarations, which stand behind the expression, before it: a family's length must
    /// be known where `poly` uses it. Afterwards the text ends at the bar.
    fn declarations(&mut self) -> Result<HashMap<String, Range<usize>>, Error> {
        let Some(bar) = bar(&self.tokens) else { return Ok(HashMap::new()) };
        self.at = bar + 1;
        self.declaring = true;
        let places = declare::declarations(self)?;
        self.declaring = false;
        if self.calls == 0 {
            self.own = self.parameters.len();
        }
        let end = self.tokens[bar].1.clone();
        self.tokens.truncate(bar);
        self.tokens.push((Token::End, end));
        self.at = 0;
        Ok(places)
    }

    /// A number: an expression, or a choice between two.
    pub(crate) fn choice(&mut self) -> Result<Id, Error> {
        self.deeper(|parser| {
            let value = parser.any_choice()?;
            parser.as_number(value)
        })
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
        let mut divides = false;
        loop {
            let op = match self.peek() {
                Token::Sign("*") => Op::Mul,
                Token::Sign("/") => Op::Div,
                _ if self.at_factor() => {
                    if divides {
                        let message = "a product without `*` behind `/` can be read in two ways";
                        return Err(Error::at(self.text, self.span(), message)
                            .help("write `a/(b*c)` or `a/b*c`"));
                    }
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
    fn is_zero(&self, value: Id) -> bool {
        if self.simplify || (self.calls > 0 && self.graph.value(value).is_none()) {
            return false;
        }
        let constant =
            |id: &Id| self.graph.operation(*id).is_some() || self.graph.value(*id).is_some();
        self.graph.reachable(&[value]).iter().all(constant)
            && self.graph.evaluate(value, &Point::default()) == 0.0
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
        self.power()
    }

    fn power(&mut self) -> Result<Id, Error> {
        let base_is_e = matches!(self.peek(), Token::Name(name) if name == "e")
            && !self.bindings.contains_key("e");
        let start = self.span().start;
        let base = self.atom()?;
        let base = self.methods(base, start)?;
        let sign = self.span();
        if !self.accept("^") && !self.accept("**") {
            return Ok(base);
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
        self.binary(Op::Pow, base, exponent)
    }

    /// Refuses `e^2x`, where what touches the exponent may or may not belong to it.
    fn exponent_ends(&self, sign: &Range<usize>) -> Result<(), Error> {
        let (last, end) = &self.tokens[self.at - 1];
        let touches = matches!(self.peek(), Token::Name(_)) && end.end == self.span().start;
        let bracketed = matches!(last, Token::Sign(_));
        let raised = !matches!(&self.text[sign.clone()], "^" | "**");
        if self.latex || self.simplify || !touches || bracketed || raised || !self.at_factor() {
            return Ok(());
        }
        let exponent = &self.text[sign.end..end.end];
        let called = if self.peek_second() == Token::Sign("(") { "(…)" } else { "" };
        let factor = format!("{}{called}", &self.text[self.span()]);
        let exponent = exponent.trim();
        let message = format!("`{factor}` may or may not belong to the exponent");
        Err(Error::at(self.text, self.span(), message)
            .help(format!("write `^({exponent}*{factor})` or `^({exponent})*{factor}`")))
    }

    fn atom(&mut self) -> Result<Id, Error> {
        let span = self.span();
        match self.next() {
            Token::Number(value) => Ok(self.graph.constant(value)),
            Token::Name(name) => self.name(&name, &span),
            Token::Sign("(") => self.bracketed(")"),
            Token::Sign("[") => self.bracketed("]"),
            Token::Sign("cases") => self.deeper(|parser| parser.cases(&span)),
            Token::Sign("√") => self.root(&span),
            Token::Sign("|") => {
                let value = self.choice()?;
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

    fn bracketed(&mut self, close: &str) -> Result<Id, Error> {
        let value = self.deeper(Self::any_choice)?;
        if self.accept(close) { Ok(value) } else { Err(self.unfinished(&format!("`{close}`"))) }
    }

    /// `√2`, `√(x^2 + 1)`: the root of one value.
    fn root(&mut self, span: &Range<usize>) -> Result<Id, Error> {
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

    /// A comparison counts 1 or 0 where a number is wanted, and so does what `and` and `or` make of it.
    fn as_number(&mut self, value: Id) -> Result<Id, Error> {
        let truth = match self.graph.operation(value) {
            Some((Op::Select, _)) => !self.simplify && self.is_truth(value),
            Some((op, _)) => op.is_comparison(),
            None => false,
        };
        if !truth {
            return Ok(value);
        }
        let (one, zero) = (self.graph.constant(1.0), self.graph.constant(0.0));
        self.select(value, one, zero)
    }
}
