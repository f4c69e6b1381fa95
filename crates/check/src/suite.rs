//! One judge for every engine.

use std::fmt;

use ogive_formula::Formula;

use crate::{Case, Element, Row};

/// Something that evaluates formulas: a kernel, an interpreter, a framework's adapter.
pub trait Engine<T: Element> {
    /// Its name in rows.
    fn name(&self) -> String;

    /// Evaluates the formula and its derivatives at every input, for dy = 1.
    ///
    /// # Errors
    /// If the engine cannot run this formula: the reason, in words.
    fn run(&self, task: &Task<T>) -> Result<Outputs<T>, Skip>;
}

/// What an engine is given.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a, T> {
    /// The formula.
    pub formula: &'a Formula,
    /// The inputs.
    pub x: &'a [T],
    /// The second input of each, where the formula has one; else empty.
    pub gate: &'a [T],
    /// The parameters' values, the same for every element.
    pub parameters: &'a [f64],
    /// The value of `mean(x)`; it is not the mean of the inputs.
    pub mean: f64,
    /// The value of `var(x)`.
    pub variance: f64,
    /// Whether only `y`, `dx` and `dgate` are asked for: an engine may leave out the others.
    pub inputs_only: bool,
}

/// What an engine gives back: one number per input each.
#[derive(Clone, Debug, Default)]
pub struct Outputs<T> {
    /// The values.
    pub y: Vec<T>,
    /// ∂y/∂x with the statistics held fixed.
    pub dx: Vec<T>,
    /// ∂y/∂gate; `None` if the engine has none to give, as below.
    pub dgate: Option<Vec<T>>,
    /// ∂y/∂θ of each element, one list per parameter. Those of parameters that are not learned, empty
    /// lists and lists that are not there are not judged.
    pub dparameters: Vec<Vec<T>>,
    /// ∂y/∂mean(x).
    pub dmean: Option<Vec<T>>,
    /// ∂y/∂var(x).
    pub dvariance: Option<Vec<T>>,
}

/// Why an engine does not run a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip(pub String);

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "skipped: {}", self.0)
    }
}

impl std::error::Error for Skip {}

/// Judges one engine on one formula at its initial parameters: [`Case::new`] and [`Case::judge`].
///
/// # Errors
/// If the engine skips the formula.
pub fn judge<T: Element>(
    engine: &dyn Engine<T>,
    name: &str,
    formula: &Formula,
    x: &[T],
) -> Result<Vec<Row>, Skip> {
    Case::new(name, formula, x).judge(engine)
}
