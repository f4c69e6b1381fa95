//! Text to expression: a recursive-descent parser with spans.
//!
//! ```text
//! formula     = [ header ] body [ "|" declarations ]
//! header      = name "(" names ")" "=" | "lambda" names ":" | "def" name "(" names ")" ":"
//!             | name "=>" | "(" names ")" "=>"
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
//! power       = atom { "." name "(" arguments ")" } [ "_+" ] [ ( "^" | "**" ) unary ]
//! atom        = number | name [ "[" number "]" | "(" arguments ")" | "|" choice "|" ]
//!             | "(" choice ")" | "|" choice "|" | "√" atom
//! ```
//!
//! A comparison that stands where a number is wanted counts 1 or 0, as in NumPy.

mod application;
mod arguments;
mod calls;
mod cases;
mod choices;
mod constants;
mod cursor;
mod functions;
mod header;
mod misread;
mod names;
mod operators;
mod options;

use std::collections::HashMap;
use std::ops::Range;

use crate::characters::superscript;
use crate::declare;
use crate::error::{alternatives, nearest};
use crate::expr::{Graph, Id, Node};
use crate::latex;
use crate::op::Op;
use crate::token::{Spanned, Token, tokens};
use crate::{Error, Interval, Parameter};

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
pub(crate) fn without_input(text: &str, parsed: &Parsed) -> Error {
    let Parsed { graph, root, undeclared, .. } = parsed;
    let first = text.chars().next().map_or(0, char::len_utf8);
    let holding = undeclared.iter().find(|(name, _)| name.contains('x') && name.len() < 4);
    let uses_statistics = [Node::Mean, Node::Variance].iter().any(|it| graph.contains(*root, *it));
    let (span, help) = match (holding, &undeclared[..]) {
        (Some((name, span)), _) if name.starts_with("x_") => {
            (span.clone(), "each element is computed by itself: its input is `x`".to_owned())
        }
        (Some((name, span)), _) => {
            let factors: Vec<String> = name.chars().map(String::from).collect();
            let help = format!("`{name}` is one name; a product is `{}`", factors.join("*"));
            (span.clone(), help)
        }
        (None, [(name, span)]) => {
            let typed = &text[span.clone()];
            // Raised it is no name.
            let letter = if typed.chars().any(|c| superscript(c).is_some()) { name } else { typed };
            (span.clone(), format!("if `{letter}` is the input, write `f({letter}) = …`"))
        }
        _ if uses_statistics => {
            (0..first, "a statistic is not the input: `x - mean(x)`".to_owned())
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

/// Refuses parameters that the result does not use.
fn used(parser: Parser) -> Result<Parsed, Error> {
    let (text, root) = (parser.text, parser.root);
    for (place, parameter) in parser.parameters.iter().enumerate() {
        if !parser.graph.contains(root, Node::Parameter(place as u32)) {
            let name = &parameter.name;
            if let Some((_, span)) = parser.undeclared.iter().find(|known| known.0 == *name) {
                let message = format!("`{name}` has no part in the result");
                return Err(Error::at(text, span.clone(), message)
                    .help("drop it, or use what it stands in: `p = sigmoid(x); x*p`"));
            }
            let span = parser.places.get(name).cloned().unwrap_or(0..0);
            let message = format!("`{name}` is declared but the formula does not use it");
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
/// `simplify` puts it into canonical form.
pub(crate) fn template(
    graph: &mut Graph,
    text: &str,
    names: &[(&str, Id)],
    simplify: bool,
) -> Result<Id, Error> {
    let mut parser = Parser::new(text, &[], std::mem::take(graph), Vec::new(), 0)?;
    parser.bindings = names.iter().map(|(name, id)| ((*name).to_owned(), *id)).collect();
    parser.reading = if simplify { Reading::Canonical } else { Reading::Template };
    let result = parser.formula();
    *graph = parser.graph;
    result
}

/// What a parser reads.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    /// What somebody typed: it is bounded.
    Text,
    /// A derivative or a rule.
    Template,
    /// The same, and its operations are put into canonical form.
    Canonical,
}

pub use functions::refused;

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
    /// Where the numbers lie that are written as expressions of numbers.
    constants: HashMap<Id, Interval>,
    /// What `x` stands for: an argument, inside a formula that is called by name.
    x: Id,
    /// The name of the input in the text's own header, where it is another.
    renamed: Option<String>,
    /// The names between the brackets of the text's own header.
    arguments: Vec<String>,
    /// The formula, once it is read.
    root: Id,
    /// How many formulas called by name are open.
    calls: usize,
    /// How many parameters the text itself declares; formulas that it calls follow these.
    own: usize,
    reading: Reading,
    /// Whether declarations are read, where two values in a row are no product.
    declaring: bool,
    /// Whether the text is LaTeX, where a function takes its argument without brackets too.
    latex: bool,
    /// Whether an absolute value is open, so that a bar ends it.
    in_bars: bool,
    /// How many of Python's branches are open.
    nested: usize,
    /// Where each declared name stands.
    places: HashMap<String, Range<usize>>,
    pub(crate) undeclared: Vec<(String, Range<usize>)>,
}

impl<'a> Parser<'a> {
    /// Whether the text is the compiler's own.
    fn is_template(&self) -> bool {
        self.reading != Reading::Text
    }

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
            constants: HashMap::new(),
            x,
            renamed: None,
            arguments: Vec::new(),
            root: x,
            calls,
            own: 0,
            reading: Reading::Text,
            declaring: false,
            latex: latex::is_latex(text),
            in_bars: false,
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

    fn operation(&mut self, op: Op, args: &[Id]) -> Result<Id, Error> {
        let id = if self.reading == Reading::Canonical {
            self.graph.simplified(op, args)
        } else {
            self.graph.apply(op, args)
        };
        // Templates grow a graph that is already accepted.
        if !self.is_template() && self.graph.len() > MOST_OPERATIONS {
            let message = format!("the formula has more than {MOST_OPERATIONS} operations");
            return Err(Error::at(self.text, self.span(), message));
        }
        self.enclose(id, op, args);
        Ok(id)
    }

    /// A comparison counts 1 or 0 where a number is wanted, and so does what `and` and `or` make of it.
    fn as_number(&mut self, value: Id) -> Result<Id, Error> {
        let truth = match self.graph.operation(value) {
            Some((Op::Select, _)) => self.reading != Reading::Canonical && self.is_truth(value),
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
