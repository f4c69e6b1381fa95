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
/// where the derivative jumps; limits as [`Activation::forward`] gives them.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The limits at -∞ and +∞; NaN where there is none.
    pub limits: [f64; 2],
    /// The lowest value and where it is taken; an infinite place for a limit that is not taken.
    pub lowest: (f64, f64),
    /// The highest value and where it is taken.
    pub highest: (f64, f64),
    /// Where the derivative jumps, at most 100 places.
    pub kinks: Vec<f64>,
    /// The gain, see [`gain`].
    pub gain: Option<f64>,
}

/// More kinks than these are not looked for.
const MOST_KINKS: usize = 100;

impl Analysis {
    /// Analyses an activation.
    ///
    /// # Errors
    /// If no engine can run it.
    pub fn of(activation: &Activation) -> Result<Analysis, Error> {
        let limits = values(activation, &[f64::NEG_INFINITY, f64::INFINITY])?;
        let limits = [limits[0], limits[1]];
        Ok(Analysis {
            limits,
            lowest: extreme(activation, limits, |a, b| a < b)?,
            highest: extreme(activation, limits, |a, b| a > b)?,
            kinks: kinks(activation)?,
            gain: gain(activation.formula()),
        })
    }
}

fn call<'a>(
    activation: &Activation,
    x: &'a [f64],
    gate: &'a [f64],
    parameters: &'a [Vec<f64>],
    statistics: &'a Statistics,
) -> Call<'a, f64> {
    let gate = activation.has_gate().then_some(gate);
    Call { layout: Layout::flat(x.len()), x, gate, parameters, statistics: Some(statistics) }
}

fn values(activation: &Activation, x: &[f64]) -> Result<Vec<f64>, Error> {
    let (gate, statistics) = (vec![1.0; x.len()], Statistics::standard(1));
    let parameters = activation.initial_parameters();
    let mut y = vec![0.0; x.len()];
    activation.forward(&call(activation, x, &gate, &parameters, &statistics), &mut y)?;
    Ok(y)
}

fn slopes(activation: &Activation, x: &[f64]) -> Result<Vec<f64>, Error> {
    let (gate, statistics) = (vec![1.0; x.len()], Statistics::standard(1));
    let parameters = activation.initial_parameters();
    let mut dx = vec![0.0; x.len()];
    let call = call(activation, x, &gate, &parameters, &statistics);
    activation.backward(&call, &gate, &mut dx, None)?;
    Ok(dx)
}

/// The extreme value by `better` and its place.
fn extreme(
    activation: &Activation,
    limits: [f64; 2],
    better: impl Fn(f64, f64) -> bool,
) -> Result<(f64, f64), Error> {
    // x = sinh(t): even steps near 0, a constant factor far out.
    let steps = 20_000;
    let place = |k: i32| (f64::from(k) / f64::from(steps) * 1000f64.asinh()).sinh();
    let mut x: Vec<f64> = (-steps..=steps).map(place).collect();
    let mut best = (f64::NAN, 0.0f64);
    // The grid, then twice as many points around its best as between two of them.
    for _ in 0..4 {
        let mut at = 0;
        for (index, (value, x)) in values(activation, &x)?.into_iter().zip(&x).enumerate() {
            let nearer = value == best.0 && x.abs() < best.1.abs();
            if best.0.is_nan() || better(value, best.0) || nearer {
                (best, at) = ((value, *x), index);
            }
        }
        let (low, high) = (x[at.saturating_sub(1)], x[(at + 1).min(x.len() - 1)]);
        if !(low..=high).contains(&best.1) || low == high {
            break;
        }
        x = (0..=400).map(|k| low + (high - low) * f64::from(k) / 400.0).collect();
    }
    for (limit, place) in limits.into_iter().zip([f64::NEG_INFINITY, f64::INFINITY]) {
        if better(limit, best.0) {
            best = (limit, place);
        }
    }
    Ok(best)
}

fn kinks(activation: &Activation) -> Result<Vec<f64>, Error> {
    // Half a step off the round numbers, so that a kink at one lies inside a cell.
    let grid: Vec<f64> = (-10_000..=10_000).map(|k| (f64::from(k) - 0.5) / 1000.0).collect();
    let at_grid = slopes(activation, &grid)?;
    let formula = activation.formula();
    let parameters = initial(formula);
    let slope = |x: f64| formula.evaluate(formula.derivatives().x, &point(&parameters, x));
    let jumps = |left: f64, right: f64, share: f64| {
        (right - left).abs() > share * (1.0 + left.abs().max(right.abs()))
    };
    let mut found: Vec<f64> = Vec::new();
    for (x, dx) in grid.windows(2).zip(at_grid.windows(2)) {
        if found.len() >= MOST_KINKS || !jumps(dx[0], dx[1], 0.002) {
            continue;
        }
        let ((mut low, mut high), (mut left, mut right)) = ((x[0], x[1]), (dx[0], dx[1]));
        for round in 0..44 {
            let middle = 0.5 * (low + high);
            let at = slope(middle);
            if (at - left).abs() > (at - right).abs() {
                (high, right) = (middle, at);
            } else {
                (low, left) = (middle, at);
            }
            // A smooth slope evens out as the cell shrinks.
            if round == 12 && !jumps(left, right, 0.001) {
                break;
            }
        }
        if jumps(left, right, 0.0005) && high - low < 1e-12 {
            found.push((high * 1e9).round() / 1e9 + 0.0);
        }
    }
    found.dedup();
    Ok(found)
}

fn initial(formula: &Formula) -> Vec<f64> {
    formula.parameters().iter().map(|parameter| parameter.initial).collect()
}

fn point(parameters: &[f64], x: f64) -> Point<'_> {
    Point { x, gate: 1.0, parameters, mean: 0.0, variance: 1.0 }
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
