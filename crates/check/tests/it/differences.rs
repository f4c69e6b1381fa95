//! The reference's derivatives against differences of its values.

use ogive_check::Reference;
use ogive_formula::{Formula, Point};
use rug::Float;

use crate::forms::FORMS;

/// A step that keeps every argument below an exact f64.
const STEP: f64 = 1.0 / (1u64 << 40) as f64;

#[test]
fn derivatives_are_the_slopes_of_the_values() {
    for form in FORMS {
        let formula = Formula::parse(form.text).unwrap();
        let reference = Reference::new(&formula);
        for x in [-7.1875, -2.5, -0.6875, 0.4375, 1.8125, 5.25] {
            let centre = [&[x, 0.625, 0.25, 1.5], form.parameters].concat();
            let exact = at(&reference, &centre);
            let slopes = [&exact.dx, &exact.dgate, &exact.dmean, &exact.dvariance];
            for (place, slope) in slopes.into_iter().chain(&exact.dparameters).enumerate() {
                let moved = |by: f64| {
                    let mut leaves = centre.clone();
                    leaves[place] += by;
                    at(&reference, &leaves).y
                };
                let difference = Float::with_val(200, &moved(STEP) - &moved(-STEP)) / (2.0 * STEP);
                let error = Float::with_val(64, &difference - slope).abs().to_f64();
                // The third derivative times the square of the step.
                let allowed = 1e-20 * (1.0 + slope.to_f64().abs());
                assert!(error <= allowed, "{} at {x}, leaf {place}: off by {error:e}", form.text);
            }
        }
    }
}

/// At x, gate, mean, variance and parameters.
fn at(reference: &Reference, leaves: &[f64]) -> ogive_check::Exact {
    let &[x, gate, mean, variance, ref parameters @ ..] = leaves else { panic!("four leaves") };
    reference.at(&Point { x, gate, mean, variance, parameters })
}
