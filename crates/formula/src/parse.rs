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

mod calls;
mod choices;
mod cursor;

use std::collections::HashMap;
use std::ops::Range;

use crate::declare;
use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::token::{Spanned, Token, tokens};
use crate::{Error, Parameter};

/// The deepest nesting of brackets, choices and signs.
const DEEPEST: usize = 128;
/// The most operations that a formula may have.
const MOST_OPERATIONS: usize = 1000;

/// Formulas that a text may call by name: `(name, formula)`.
pub type Library = [(&'static str, &'static str)];

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
/// `simplify` puts it into canonical form.
pub(crate) fn template(
    graph: &mut Graph,
    text: &str,
    names: &[(&str, Id)],
    simplify: bool,
) -> Result<Id, Error> {
    let mut parser = Parser::new(text, &[], std::mem::take(graph), Vec::new(), 0)?;
    parser.bindings = names.iter().map(|(name, id)| ((*name).to_owned(), *id)).collect();
    parser.simplify = simplify;
    parser.is_template = true;
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
    /// How many parameters the text itself declares; formulas that it calls follow these.
    own: usize,
    /// Whether operations are put into canonical form, as rules and derivatives are.
    simplify: bool,
    is_template: bool,
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
            own: 0,
            simplify: false,
            is_template: false,
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
        if self.calls == 0 {
            self.own = self.parameters.len();
        }
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
        if !self.is_template && self.graph.len() > MOST_OPERATIONS {
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
}
