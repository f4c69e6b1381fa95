//! A formula with everything the compiler derives from it.

use std::collections::HashSet;

use crate::error::{alternatives, nearest};
use crate::expr::{Graph, Id, Node, Point};
use crate::grad::{Form, gradients};
use crate::mathml::mathml;
use crate::parse::{Library, Parsed, parse, parse_strict, without_input};
use crate::print::print;
use crate::program::Program;
use crate::programs::Quantity;
use crate::reading::readable;
use crate::recognise::{canonical, recognise};
use crate::rewrite::{difference, shared};
use crate::{Error, Parameter};

/// An activation as text, its parameters, its stable form and its derivatives.
///
/// ```
/// use ogive_formula::Formula;
///
/// let swish = Formula::parse("x / (1 + exp(-beta*x)) | beta = 1 per channel")?;
/// assert_eq!(swish.print(swish.stable()), "x*sigmoid(beta*x)");
/// assert_eq!(swish.parameters()[0].to_string(), "beta = 1 per channel");
///
/// let dbeta = swish.derivatives().parameters[0];
/// assert_eq!(swish.print(dbeta), "x*(sigmoid(beta*x)*sigmoid(-(beta*x)))*x");
/// # Ok::<(), ogive_formula::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Formula {
    text: String,
    graph: Graph,
    typed: Id,
    stable: Id,
    derivatives: Derivatives,
    textbook: Derivatives,
    /// The magnitudes of the numbers that the text holds, as bits.
    literals: HashSet<u64>,
    notes: Vec<String>,
    parameters: Vec<Parameter>,
    has_gate: bool,
    has_statistics: bool,
}

/// The stable derivatives of a formula: nodes of its graph.
#[derive(Clone, Debug)]
pub struct Derivatives {
    /// ∂/∂x with the statistics held fixed.
    pub x: Id,
    /// ∂/∂gate; the constant 0 where the formula has no gate.
    pub gate: Id,
    /// ∂/∂θ for each parameter, in their order.
    pub parameters: Vec<Id>,
    /// ∂/∂mean(x).
    pub mean: Id,
    /// ∂/∂var(x).
    pub variance: Id,
}

impl Derivatives {
    fn of(found: &[Id]) -> Derivatives {
        Derivatives {
            x: found[0],
            gate: found[1],
            mean: found[2],
            variance: found[3],
            parameters: found[4..].to_vec(),
        }
    }
}

impl Formula {
    /// Parses `text` and derives everything else.
    ///
    /// # Errors
    /// If the text is no formula; the error shows the place and what was expected there.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Formula::parse_with(text, &[])
    }

    /// The same, with formulas that the text may call by name: `silu(beta*x)`.
    ///
    /// # Errors
    /// As [`Formula::parse`].
    pub fn parse_with(text: &str, library: &Library) -> Result<Self, Error> {
        Formula::derive(text, parse(text, library)?)
    }

    /// As [`Formula::parse_with`], but a parameter that the text does not declare is an error: a name
    /// that is mistyped is then no new parameter.
    ///
    /// ```
    /// # use ogive_formula::Formula;
    /// let error = Formula::parse_strict("x*sigmoid(bta*x) | beta = 1", &[]).unwrap_err();
    /// assert_eq!(error.span(), Some(10..13));
    /// assert!(Formula::parse_strict("x*sigmoid(beta*x) | beta = 1", &[]).is_ok());
    /// ```
    ///
    /// # Errors
    /// As [`Formula::parse`], and at the first parameter that is not declared.
    pub fn parse_strict(text: &str, library: &Library) -> Result<Self, Error> {
        Formula::derive(text, parse_strict(text, library)?)
    }

    fn derive(text: &str, parsed: Parsed) -> Result<Self, Error> {
        if !parsed.graph.contains(parsed.root, Node::X) {
            return Err(without_input(text, &parsed));
        }
        let (mut graph, typed, parameters) = (parsed.graph, parsed.root, parsed.parameters);
        let stable = recognise(&mut graph, typed);
        let mut leaves = vec![Node::X, Node::Gate, Node::Mean, Node::Variance];
        leaves.extend((0..parameters.len()).map(|place| Node::Parameter(place as u32)));
        let leaves: Vec<Id> = leaves.into_iter().map(|leaf| graph.intern(leaf)).collect();
        let found = gradients(&mut graph, stable, &leaves, Form::Stable);
        let together = [&[stable], found.as_slice()].concat();
        let together = shared(&mut graph, &together, &parameters, |graph| {
            // The derivative of the text may have a better form than that of the value's stable form.
            let canonical = canonical(graph, typed);
            let by_text = gradients(graph, canonical, &leaves, Form::Stable);
            [&[stable], by_text.as_slice()].concat()
        });
        let by_book = gradients(&mut graph, typed, &leaves, Form::Textbook);
        let as_typed = [typed].into_iter().chain(by_book.iter().copied());
        let pairs: Vec<[Id; 2]> = as_typed.zip(&together).map(|(a, b)| [a, *b]).collect();
        let proved = difference(&graph, &pairs, &parameters);
        let (stable, derivatives) = match &proved {
            None => (together[0], Derivatives::of(&together[1..])),
            // A rule does not hold here: what was typed runs, with its questions.
            Some(_) => (typed, Derivatives::of(&by_book)),
        };
        let textbook = Derivatives::of(&by_book);
        let notes = proved.iter().map(ToString::to_string).collect();
        let has_gate = graph.contains(stable, Node::Gate);
        let has_statistics =
            graph.contains(stable, Node::Mean) || graph.contains(stable, Node::Variance);
        let numbers = graph.reachable(&[typed]).into_iter().filter_map(|id| graph.value(id));
        let numbers = numbers.map(f64::abs).filter(|number| *number != std::f64::consts::PI);
        let literals = numbers.map(f64::to_bits).collect();
        let text = text.to_owned();
        Ok(Formula {
            text,
            graph,
            typed,
            stable,
            derivatives,
            textbook,
            literals,
            notes,
            parameters,
            has_gate,
            has_statistics,
        })
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The graph that all expressions of this formula live in.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The expression exactly as typed.
    pub fn typed(&self) -> Id {
        self.typed
    }

    /// The expression after recognition: what is computed.
    pub fn stable(&self) -> Id {
        self.stable
    }

    /// The derivatives of the stable form.
    pub fn derivatives(&self) -> &Derivatives {
        &self.derivatives
    }

    /// The derivatives of the form as typed, as the chain rule has them and with no constant folded.
    ///
    /// They cancel and overflow wherever the text does; evaluated to enough digits they are exact.
    pub fn textbook(&self) -> &Derivatives {
        &self.textbook
    }

    /// Whether a number in an expression of this formula may be off by its rounding: it is π, or the compiler
    /// has made it of others and it has no short form.
    pub fn is_rounded(&self, number: f64) -> bool {
        const LAST_BITS: u64 = (1 << 26) - 1;
        number.to_bits() & LAST_BITS != 0 && !self.literals.contains(&number.abs().to_bits())
    }

    /// What a reader should know of how the text was taken: that a rewriting was found to be wrong and
    /// the form as typed runs instead.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The expression of a quantity in stable form; none for a correction, which no formula has.
    pub fn stable_quantity(&self, quantity: Quantity) -> Option<Id> {
        quantity_of(quantity, self.stable, &self.derivatives)
    }

    /// The expression of a quantity as typed and by the textbook.
    pub fn textbook_quantity(&self, quantity: Quantity) -> Option<Id> {
        quantity_of(quantity, self.typed, &self.textbook)
    }

    /// The parameters, declared ones first, then in order of appearance.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Whether the formula takes a second input, `gate`.
    pub fn has_gate(&self) -> bool {
        self.has_gate
    }

    /// Whether the formula uses `mean(x)` or `var(x)`.
    pub fn has_statistics(&self) -> bool {
        self.has_statistics
    }

    /// Sets the initial value of the parameter `name`.
    ///
    /// # Errors
    /// If the formula has no such parameter, or it may not take that value.
    pub fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Error> {
        let ascii = crate::characters::ascii_name(name);
        let known: Vec<&str> = self.parameters.iter().map(|known| known.name.as_str()).collect();
        let Some(place) = known.iter().position(|known| *known == ascii) else {
            let error = Error::new(format!("the formula has no parameter `{name}`"));
            let near = nearest(name, known.iter().copied());
            return Err(match (known.as_slice(), near.as_slice()) {
                ([], _) => error.help("it has no parameters at all"),
                (_, []) => error.help(format!("it has `{}`", known.join("`, `"))),
                (_, near) => error.help(format!("did you mean {}?", alternatives(near))),
            });
        };
        self.parameters[place].set_initial(value)
    }

    /// The text of an expression of this formula; the parser reads it back as the same expression.
    pub fn print(&self, id: Id) -> String {
        let names: Vec<String> = self.parameters.iter().map(|known| known.name.clone()).collect();
        print(&self.graph, id, &names)
    }

    /// An expression of this formula as MathML: an `mrow` to stand in a `math` element, then an equation
    /// for each of its parts that has a name, as a long expression says once what it needs often.
    ///
    /// ```
    /// let formula = ogive_formula::Formula::parse("x/beta")?;
    /// assert_eq!(
    ///     formula.mathml(formula.typed()),
    ///     ["<mrow><mfrac><mrow><mi>x</mi></mrow><mrow><mi>β</mi></mrow></mfrac></mrow>"]
    /// );
    /// # Ok::<(), ogive_formula::Error>(())
    /// ```
    pub fn mathml(&self, id: Id) -> Vec<String> {
        let names: Vec<String> = self.parameters.iter().map(|known| known.name.clone()).collect();
        mathml(&self.graph, id, &names)
    }

    /// As [`Formula::mathml`], with choices on the same tests drawn together into one brace: a form of
    /// derivatives to be read, with the same values.
    pub fn mathml_to_read(&self, id: Id) -> Vec<String> {
        let mut graph = self.graph.clone();
        let id = readable(&mut graph, id);
        let names: Vec<String> = self.parameters.iter().map(|known| known.name.clone()).collect();
        mathml(&graph, id, &names)
    }

    /// Compiles expressions of this formula into one program with shared sub-expressions.
    pub fn program(&self, outputs: &[Id]) -> Program {
        Program::compile(&self.graph, outputs)
    }

    /// The value of an expression at one point in scalar f64, for plots and analysis.
    ///
    /// # Panics
    /// If the point has fewer parameters than the formula.
    pub fn evaluate(&self, id: Id, point: &Point) -> f64 {
        self.graph.evaluate(id, point)
    }
}

fn quantity_of(quantity: Quantity, value: Id, derivatives: &Derivatives) -> Option<Id> {
    match quantity {
        Quantity::Value => Some(value),
        Quantity::X => Some(derivatives.x),
        Quantity::Gate => Some(derivatives.gate),
        Quantity::Parameter(place) => derivatives.parameters.get(place).copied(),
        Quantity::Mean => Some(derivatives.mean),
        Quantity::Variance => Some(derivatives.variance),
        Quantity::Correction => None,
    }
}
