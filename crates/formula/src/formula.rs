//! A formula with everything the compiler derives from it.

use crate::error::{alternatives, nearest};
use crate::expr::{Graph, Id, Node, Point};
use crate::grad::gradients;
use crate::mathml::mathml;
use crate::parse::{Library, parse};
use crate::print::print;
use crate::program::Program;
use crate::rules::recognise;
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
        let parsed = parse(text, library)?;
        let (mut graph, typed, parameters) = (parsed.graph, parsed.root, parsed.parameters);
        if !graph.contains(typed, Node::X) {
            let first = text.chars().next().map_or(0, char::len_utf8);
            return Err(Error::at(text, 0..first, "the formula does not use `x`")
                .help("`x` is the input of the activation"));
        }
        let stable = recognise(&mut graph, typed);
        let mut leaves = vec![Node::X, Node::Gate, Node::Mean, Node::Variance];
        leaves.extend((0..parameters.len()).map(|place| Node::Parameter(place as u32)));
        let leaves: Vec<Id> = leaves.into_iter().map(|leaf| graph.intern(leaf)).collect();
        let found = gradients(&mut graph, stable, &leaves);
        let derivatives = Derivatives {
            x: found[0],
            gate: found[1],
            mean: found[2],
            variance: found[3],
            parameters: found[4..].to_vec(),
        };
        let has_gate = graph.contains(stable, Node::Gate);
        let has_statistics =
            graph.contains(stable, Node::Mean) || graph.contains(stable, Node::Variance);
        let text = text.to_owned();
        Ok(Formula {
            text,
            graph,
            typed,
            stable,
            derivatives,
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
        let ascii = crate::token::ascii_name(name);
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
