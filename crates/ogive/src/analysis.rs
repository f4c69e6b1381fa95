//! What a formula looks like from outside: range, limits, kinks, gain. Found numerically.

use ogive_formula::{Formula, Point};

use crate::Error;
use crate::activation::{Activation, Call};
use crate::layout::Layout;
use crate::statistics::Statistics;

/// Properties of an activation at its initial parameters, with mean 0, variance 1 and gate 1.
///
/// They are found by evaluation, not proved: extremes on a grid of 40,001 points over
/// \[-1000, 1000\], denser towards 0, and refined; kinks on a grid of step 1/1000 over \[-10, 10\],
/// where the derivative jumps.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The limits at -∞ and +∞; NaN where there is none.
    pub limits: [f64; 2],
    /// The lowest value and where it is taken; -∞ for a limit that is not taken.
    pub lowest: (f64, f64),
    /// The highest value and where it is taken.
    pub highest: (f64, f64),
    /// Where the derivative jumps.
    pub kinks: Vec<f64>,
    /// The gain, see [`gain`].
    pub gain: Option<f64>,
}

impl Analysis {
    /// Analyses an activation.
    ///
    /// # Errors
    /// If no engine can run it.
    pub fn of(activation: &Activation) -> Result<Analysis, Error> {
        let formula = activation.formula();
        let f = |x: f64| formula.evaluate(formula.stable(), &point(&initial(formula), x));
        let derivative =
            |x: f64| formula.evaluate(formula.derivatives().x, &point(&initial(formula), x));
        let limits = limits(activation)?;
        Ok(Analysis {
            limits,
            lowest: extreme(&f, limits, |a, b| a < b),
            highest: extreme(&f, limits, |a, b| a > b),
            kinks: kinks(&derivative),
            gain: gain(formula),
        })
    }
}

fn initial(formula: &Formula) -> Vec<f64> {
    formula.parameters().iter().map(|parameter| parameter.initial).collect()
}

fn point(parameters: &[f64], x: f64) -> Point<'_> {
    Point { x, gate: 1.0, parameters, mean: 0.0, variance: 1.0 }
}

fn limits(activation: &Activation) -> Result<[f64; 2], Error> {
    let x = [f64::NEG_INFINITY, f64::INFINITY];
    let (parameters, statistics) = (activation.initial_parameters(), Statistics::standard(1));
    let call = Call {
        layout: Layout::flat(2),
        x: &x,
        gate: activation.has_gate().then_some(&[1.0, 1.0]),
        parameters: &parameters,
        statistics: Some(&statistics),
    };
    let mut y = [0.0; 2];
    activation.forward(&call, &mut y)?;
    Ok(y)
}

/// The extreme value by `better` and its place.
fn extreme(
    f: &impl Fn(f64) -> f64,
    limits: [f64; 2],
    better: impl Fn(f64, f64) -> bool,
) -> (f64, f64) {
    // x = sinh(t): even steps near 0, a constant factor far out.
    let steps = 20_000;
    let x = |k: i32| (f64::from(k) / f64::from(steps) * 1000f64.asinh()).sinh();
    let values: Vec<f64> = (-steps..=steps).map(|k| f(x(k))).collect();
    let mut best = (values[0], x(-steps));
    let mut place = 0;
    for (at, value) in values.iter().enumerate() {
        let nearer = *value == best.0 && x(at as i32 - steps).abs() < best.1.abs();
        if better(*value, best.0) || nearer {
            best = (*value, x(at as i32 - steps));
            place = at;
        }
    }
    // Thirds around the best point of the grid.
    let mut low = x(place.saturating_sub(1) as i32 - steps);
    let mut high = x((place + 1).min(values.len() - 1) as i32 - steps);
    for _ in 0..80 {
        let (left, right) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if better(f(left), f(right)) { high = right } else { low = left }
    }
    let middle = 0.5 * (low + high);
    if better(f(middle), best.0) {
        best = (f(middle), middle);
    }
    for (limit, place) in limits.into_iter().zip([f64::NEG_INFINITY, f64::INFINITY]) {
        if better(limit, best.0) {
            best = (limit, place);
        }
    }
    best
}

fn kinks(derivative: &impl Fn(f64) -> f64) -> Vec<f64> {
    let grid = |k: i32| f64::from(k) / 1000.0;
    let mut found: Vec<f64> = Vec::new();
    for k in -10_000..10_000 {
        // Half a step off the grid, so that a kink at a round number lies inside.
        let (mut low, mut high) = (grid(k) - 0.0005, grid(k) + 0.0005);
        if (derivative(high) - derivative(low)).abs() < 0.005 {
            continue;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            let (left, right) = (derivative(low), derivative(high));
            let at = derivative(middle);
            if (at - left).abs() > (at - right).abs() { high = middle } else { low = middle }
        }
        if (derivative(high) - derivative(low)).abs() > 1e-4 {
            let place = if high.abs() < 1e-12 { 0.0 } else { high };
            found.push((place * 1e9).round() / 1e9);
        }
    }
    found.dedup();
    found
}

/// The gain 1/√E\[f(x)²\] for x ~ N(0, 1): the factor by which weights must grow so that activations
/// keep their second moment. Statistics count as mean 0 and variance 1, the gate as 1, parameters
/// as their initial values. `None` where the expectation is 0 or not finite.
///
/// ```
/// let relu = ogive::Activation::new("relu")?;
/// assert!((ogive::gain(relu.formula()).unwrap() - 2f64.sqrt()).abs() < 1e-4);
/// # Ok::<(), ogive::Error>(())
/// ```
pub fn gain(formula: &Formula) -> Option<f64> {
    let parameters = initial(formula);
    // The trapezoidal rule converges faster than any power of the step for a smooth integrand; at a
    // kink the step decides.
    let (step, end) = (1.0 / 256.0, 12.0);
    let mut total = 0.0;
    for k in 0..=(2.0 * end / step) as u32 {
        let x = f64::from(k) * step - end;
        let y = formula.evaluate(formula.stable(), &point(&parameters, x));
        total += y * y * (-0.5 * x * x).exp() * step;
    }
    let second_moment = total / std::f64::consts::TAU.sqrt();
    (second_moment.is_finite() && second_moment > 0.0).then(|| second_moment.sqrt().recip())
}
