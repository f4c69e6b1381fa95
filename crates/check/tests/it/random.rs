//! Random formulas: what the compiler makes of each is the function that was typed.

use ogive_check::Reference;
use ogive_formula::{Formula, Point};
use proptest::prelude::*;
use rug::Float;

/// Formulas in the forms that papers use, which is where the rewrite rules look.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("x"),
        1 => Just("alpha"),
        2 => prop::sample::select(&["1", "2", "0.5", "4"][..]),
    ];
    leaf.prop_map(str::to_owned).prop_recursive(5, 24, 2, |inner| {
        let one = prop::sample::select(
            &[
                "-(A)",
                "exp(A)",
                "exp(-(A))",
                "1 + exp(A)",
                "1 + exp(-(A))",
                "exp(A) - 1",
                "1 - exp(A)",
                "log(1 + exp(A))",
                "log(1 + (A)^2)",
                "1/(1 + exp(-(A)))",
                "tanh(A)",
                "1 + tanh(A)",
                "1 - tanh(A)^2",
                "sigmoid(A)",
                "1 - sigmoid(A)",
                "2*sigmoid(A) - 1",
                "softplus(A)",
                "1 + erf(A)",
                "erfc(A)",
                "1 - Phi(A)",
                "phi(A)",
                "sqrt(1 + (A)^2)",
                "sqrt((A)^2 + 2) + (A)",
                "|A|",
                "(A)^2",
                "(A)^3",
                "sin(A)",
                "atan(A)",
                "relu(A)",
                "exp(A)/(1 + exp(A))",
                "(exp(A) - exp(-(A)))/(exp(A) + exp(-(A)))",
                "sign(A)",
                "1/(1 + (A)^2)",
                "log(sigmoid(A))",
                "expm1(A)",
                "log1p(exp(A))",
                "cosh(A)",
                "cos(A)",
            ][..],
        );
        let two = prop::sample::select(
            &[
                "(A) + (B)",
                "(A) - (B)",
                "(A)*(B)",
                "(A)/(1 + |B|)",
                "max(A, B)",
                "min(A, B)",
                "if x > 0.3 { A } else { B }",
                "if x < 0.3 { A } else { B }",
                "(A)/(1 + exp(B))",
                "(A)*exp(B) - (A)",
                "(A)*exp(B)/(1 + exp(B))",
                "(A)/(2 - sin(B))",
                "(A) + (A)*(B)",
            ][..],
        );
        prop_oneof![
            1 => (one, inner.clone()).prop_map(|(form, a)| form.replace('A', &a)),
            2 => (two, inner.clone(), inner)
                .prop_map(|(form, a, b)| form.replace('A', &a).replace('B', &b)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_formulas_keep_their_values_and_derivatives(text in expression()) {
        let text = format!("({text}) + x");
        let Ok(formula) = Formula::parse(&text) else { return Ok(()) };
        let count = formula.parameters().len();
        let typed = Reference::new(&formula);
        let found = formula.derivatives();
        let mut made = vec![("y", formula.stable()), ("dx", found.x)];
        made.extend(found.parameters.iter().map(|id| ("dalpha", *id)));
        for x in [-2.59375, -0.8125, 0.1875, 1.40625, 3.0625] {
            let point = Point { x, parameters: &[0.71875][..count], ..Point::default() };
            let exact = typed.at(&point);
            let beside = typed.at(&Point { x: x * (1.0 + 1e-14), ..point });
            let wanted = [&exact.y, &exact.dx].into_iter().chain(&exact.dparameters);
            let beside = [&beside.y, &beside.dx].into_iter().chain(&beside.dparameters);
            for ((quantity, id), (wanted, beside)) in made.iter().zip(wanted.zip(beside)) {
                let got = Reference::of(formula.graph(), *id, count).at(&point).y;
                let size = wanted.to_f64().abs();
                // Where a chain of exponentials leaves all ranges, nothing is known.
                let graph = formula.graph();
                let overflows = || {
                    let mut nodes = graph.reachable(&[*id]).into_iter();
                    nodes.any(|id| formula.evaluate(id, &point).is_infinite())
                };
                if size > 1e30 || wanted.is_nan() || (got.is_nan() && overflows()) {
                    continue;
                }
                // Constants of the text meet and are rounded once, which the sine of a large angle
                // magnifies as it does a little more of x; nothing else may differ.
                let error = Float::with_val(64, &got - wanted).abs().to_f64();
                let rounding = Float::with_val(64, beside - wanted).abs().to_f64();
                prop_assert!(
                    error <= 1e-8 * (1e-3 + size) + rounding,
                    "{} at {}: {} is {:.20}, not {:.20}\nmade {}",
                    text, x, quantity, got, wanted, formula.print(*id)
                );
            }
        }
    }
}
