//! How much an activation shrinks its input: for initialisation.

use ogive_formula::{Formula, Point};

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
    let parameters: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
    let at = |x: f64| Point { x, gate: 1.0, parameters: &parameters, mean: 0.0, variance: 1.0 };
    // The trapezoidal rule converges faster than any power of the step for a smooth integrand; at a
    // kink the step decides.
    let (step, end) = (1.0 / 256.0, 12.0);
    let mut total = 0.0;
    for k in 0..=(2.0 * end / step) as u32 {
        let x = f64::from(k) * step - end;
        let y = formula.evaluate(formula.stable(), &at(x));
        total += y * y * (-0.5 * x * x).exp() * step;
    }
    let second_moment = total / std::f64::consts::TAU.sqrt();
    (second_moment.is_finite() && second_moment > 0.0).then(|| second_moment.sqrt().recip())
}
