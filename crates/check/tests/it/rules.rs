//! Each rewrite rule holds, far beyond the accuracy of f64.

use ogive_check::{Reference, inputs};
use ogive_formula::{Formula, Point, RULES};

use crate::agree;

#[test]
fn both_sides_of_every_rule_are_equal() {
    // The metavariable `a` is the input; the others, as parameters, take numbers of their own.
    let side = |text: &str| Formula::parse(&format!("a = x; {text}")).unwrap();
    let samples: Vec<f64> = [inputs::uniform::<f64>(100), inputs::normal(100)].concat();
    for (name, left, right) in RULES {
        let (left, right) = (side(left), side(right));
        let value = |formula: &Formula, x: f64, others: [f64; 2]| {
            let parameter = |name: &str| if name == "k" { others[1] } else { others[0] };
            let parameters: Vec<f64> =
                formula.parameters().iter().map(|known| parameter(&known.name)).collect();
            let exact = Reference::of(formula.graph(), formula.typed(), parameters.len());
            exact.at(&Point { x, parameters: &parameters, ..Point::default() }).y
        };
        let mut compared = 0;
        for (x, other) in samples.iter().zip(samples.iter().rev()) {
            let others = [*other, other.abs() + 0.1];
            let known = value(&left, *x, others);
            if known.is_finite() {
                let got = value(&right, *x, others);
                assert!(agree(&got, &known, 40), "`{name}` at {x}, {others:?}: {got} and {known}");
                compared += 1;
            }
        }
        assert!(compared >= 80, "`{name}` was compared at {compared} points only");
    }
}
