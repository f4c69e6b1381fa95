//! The compiler's stable forms and gradients against the formulas as papers print them.

use ogive_check::{Reference, inputs};
use ogive_formula::{Formula, Id, Point};
use rug::Float;

use crate::agree;

/// A formula as a paper or a framework's documentation prints it.
pub(crate) struct Form {
    pub(crate) text: &'static str,
    /// Its parameters, in the formula's order: exact in few bits.
    pub(crate) parameters: &'static [f64],
    /// Decimal digits to which both forms agree; few where the compiler folds constants of the text
    /// into one rounded f64.
    digits: i32,
}

const EXACT: i32 = 30;
const FOLDED: i32 = 12;

#[rustfmt::skip]
pub(crate) const FORMS: &[Form] = &[
    Form { text: "1/(1 + exp(-x))", parameters: &[], digits: EXACT },
    Form { text: "exp(x)/(1 + exp(x))", parameters: &[], digits: EXACT },
    Form { text: "(exp(x) - exp(-x))/(exp(x) + exp(-x))", parameters: &[], digits: EXACT },
    Form { text: "2/(1 + exp(-2*x)) - 1", parameters: &[], digits: EXACT },
    Form { text: "x*tanh(log(1 + exp(x)))", parameters: &[], digits: EXACT },
    Form { text: "2/(1 + exp(-alpha*x)) - 1 | alpha = 0.25", parameters: &[0.25], digits: EXACT },
    Form { text: "x/2*(1 + erf(x/sqrt(2)))", parameters: &[], digits: FOLDED },
    Form { text: "0.5*x*erfc(-x/sqrt(2))", parameters: &[], digits: FOLDED },
    Form { text: "max(0, x) + alpha*min(0, x) | alpha = 0.25", parameters: &[0.25], digits: EXACT },
    Form { text: "x > 0 ? x : alpha*(exp(x) - 1)", parameters: &[1.25], digits: EXACT },
    Form { text: "x/(1 + exp(-x))", parameters: &[], digits: EXACT },
    Form { text: "0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))", parameters: &[], digits: FOLDED },
    Form { text: "x/(1 + |x|)", parameters: &[], digits: EXACT },
    Form { text: "(x + sqrt(x^2 + b))/2 | b = 4", parameters: &[4.0], digits: EXACT },
    Form { text: "(x + sqrt(x^2 + 4))/2", parameters: &[], digits: EXACT },
    Form { text: "1.0507009873554805*(x > 0 ? x : 1.6732632423543772*(exp(x) - 1))", parameters: &[], digits: FOLDED },
    Form { text: "x*sigmoid(beta*x) | beta = 1.5", parameters: &[1.5], digits: EXACT },
    Form { text: "x*exp(beta*x)/(1 + exp(beta*x))", parameters: &[0.75], digits: EXACT },
    Form { text: "p = 1/(1 + exp(-(x - mean(x))/sqrt(var(x) + 1e-8))); p*x + (1 - p)*alpha*x", parameters: &[0.125], digits: EXACT },
    Form { text: "if x > 0 { log(1 + exp(p))*x^2 + x/2 } else { (0.5 + log(1 + exp(q)))*(expm1(min(x, -1e-6)) - x) + x/2 }", parameters: &[0.25, -0.75], digits: EXACT },
    Form { text: "poly(a, x)/(1 + |poly(b, x)|) | a = [0.5, 1, 0.25], b = [0.125, 0.75]", parameters: &[0.5, 1.0, 0.25, 0.125, 0.75], digits: EXACT },
    Form { text: "log((1 + exp(a*x))/(1 + exp(a*(x - 1))))/a | a = 0.5", parameters: &[0.5], digits: EXACT },
    Form { text: "x + sin(a*x)^2/a", parameters: &[1.25], digits: EXACT },
    Form { text: "x*log(1 + 1/(1 + exp(-x)))", parameters: &[], digits: EXACT },
    Form { text: "x/(1 - x*exp(-(x + exp(x))))", parameters: &[], digits: EXACT },
    Form { text: "(p - q)*x*sigmoid(beta*(p - q)*x) + q*x", parameters: &[1.25, 0.25, 0.75], digits: EXACT },
    Form { text: "gate*x/(1 + exp(-x))", parameters: &[], digits: EXACT },
    Form { text: "max(x, gate) + |x|^a", parameters: &[2.5], digits: EXACT },
    Form { text: "log(1 + exp(beta*x))/beta", parameters: &[1.5], digits: EXACT },
    Form { text: "x*log(2 - exp(-exp(x)))", parameters: &[], digits: EXACT },
];

#[test]
fn stable_forms_and_gradients_are_those_of_the_typed_form() {
    for form in FORMS {
        let formula = Formula::parse(form.text).unwrap();
        let count = formula.parameters().len();
        let typed = Reference::new(&formula);
        let of = |id: Id| Reference::of(formula.graph(), id, count);
        let found = formula.derivatives();
        let mut stable = vec![of(formula.stable()), of(found.x), of(found.gate)];
        stable.extend([of(found.mean), of(found.variance)]);
        stable.extend(found.parameters.iter().map(|id| of(*id)));
        let mut compared = 0;
        let samples = [inputs::uniform::<f32>(60), inputs::normal(60), inputs::exponents()];
        for x in samples.concat().into_iter().filter(|x| x.abs() < 300.0) {
            let (gate, mean, variance) = (0.625, 0.25, 1.5);
            let x = f64::from(x);
            let point = Point { x, gate, mean, variance, parameters: form.parameters };
            let exact = typed.at(&point);
            let known = [&exact.y, &exact.dx, &exact.dgate, &exact.dmean, &exact.dvariance];
            for (place, known) in known.into_iter().chain(&exact.dparameters).enumerate() {
                let got: Float = stable[place].at(&point).y;
                let text = form.text;
                assert!(!known.is_nan(), "{text} has no value at {x}, quantity {place}");
                // The reference does not resolve what f64 cannot hold.
                let held = got.to_f64() != 0.0 || known.to_f64() != 0.0;
                assert!(
                    !held || agree(&got, known, form.digits),
                    "{text} at {x}, quantity {place}: {got:.40}, not {known:.40}"
                );
                compared += usize::from(held);
            }
        }
        assert!(compared > 1200, "only {compared} comparisons for {}", form.text);
    }
}

#[test]
fn the_extreme_of_nan_is_nan() {
    for text in ["max(log(x), 0)", "max(0, log(x))", "min(log(x), x)", "x*max(gate, sqrt(x))"] {
        let formula = Formula::parse(text).unwrap();
        let exact = Reference::new(&formula).at(&Point { x: -1.0, ..Point::default() });
        assert!(exact.y.is_nan(), "{text} is {}", exact.y);
    }
}

#[test]
fn angles_without_a_place_on_the_circle_have_no_sine() {
    for text in ["sin(exp(exp(x)))", "x*cos(exp(exp(x)))", "tan(cosh(sinh(x)))"] {
        let reference = Reference::new(&Formula::parse(text).unwrap());
        let exact = reference.at(&Point { x: 30.0, ..Point::default() });
        assert!(exact.y.is_nan() && exact.dx.is_nan(), "{text} is {}", exact.y);
    }
}
