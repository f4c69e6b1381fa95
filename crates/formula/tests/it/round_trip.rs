//! What is printed reads back as the same expression.

use ogive_formula::{Formula, Id, Node, Op, Point, Quantity, TABLE};
use proptest::prelude::*;

/// A random expression as text, fully bracketed, with every primitive in it.
fn expression() -> impl Strategy<Value = String> {
    let constant = prop_oneof![
        Just("0".to_owned()),
        Just("1".to_owned()),
        Just("2".to_owned()),
        (-1e3f64..1e3).prop_map(|value| format!("({value:?})")),
        any::<f64>().prop_filter("finite", |v| v.is_finite()).prop_map(|v| format!("({v:?})")),
    ];
    let name =
        prop::sample::select(&["x", "x", "gate", "alpha", "t1", "c[2]", "mean(x)", "var(x)"][..]);
    let leaf = prop_oneof![3 => name.prop_map(str::to_owned), 1 => constant];
    leaf.prop_recursive(6, 60, 3, |inner| {
        let functions: Vec<&str> =
            TABLE.iter().filter(|row| row.op.is_function()).map(|row| row.name).collect();
        let two = (inner.clone(), inner.clone());
        let comparison = (two.clone(), prop::sample::select(&["<", "<=", ">", ">=", "=="][..]))
            .prop_map(|((a, b), sign)| format!("({a}) {sign} ({b})"));
        let several = (comparison.clone(), comparison.clone(), comparison.clone());
        let test = prop_oneof![
            2 => comparison,
            1 => several.clone().prop_map(|(a, b, c)| format!("{a} and ({b} or not {c})")),
            1 => several.prop_map(|(a, b, c)| format!("({a} or {b}) and {c}")),
            1 => (two.clone(), inner.clone()).prop_map(|((a, b), c)| format!("({a}) < ({b}) <= ({c})")),
        ];
        prop_oneof![
            (two.clone(), prop::sample::select(&["+", "-", "*", "/", "^"][..])).prop_map(
                |((a, b), sign)| {
                    // A constant divisor may be zero, which is refused.
                    let varies = if sign == "/" { " + gate" } else { "" };
                    format!("({a}) {sign} (({b}){varies})")
                },
            ),
            inner.clone().prop_map(|a| format!("-({a})")),
            (two.clone(), prop::sample::select(functions)).prop_map(|((a, b), name)| {
                let two = Op::function(name).is_some_and(|op| op.info().arity == 2);
                if two { format!("{name}({a}, {b})") } else { format!("{name}({a})") }
            }),
            test.clone().prop_map(|test| format!("({test})*x")),
            (test, two).prop_map(|(test, (a, b))| format!("if {test} {{ {a} }} else {{ {b} }}")),
        ]
    })
}

/// The expression as nested brackets, by names and bits; only its beginning where it is large.
fn shape(formula: &Formula, id: Id, budget: &mut usize) -> String {
    if *budget == 0 {
        return "…".to_owned();
    }
    *budget -= 1;
    match (formula.graph().operation(id), formula.graph().node(id)) {
        (Some((op, args)), _) => {
            let args: Vec<String> = args.iter().map(|arg| shape(formula, *arg, budget)).collect();
            format!("({op:?} {})", args.join(" "))
        }
        (None, Node::Parameter(place)) => formula.parameters()[place as usize].name.clone(),
        (None, leaf) => format!("{leaf:?}"),
    }
}

fn typed(formula: &Formula) -> String {
    shape(formula, formula.typed(), &mut 20_000)
}

/// The formula of a text that may only be refused for numbers that cancel.
fn accepted(text: &str) -> Result<Formula, TestCaseError> {
    Formula::parse(text).map_err(|error| {
        let error = error.to_string();
        if error.contains("rounding takes its digits") {
            TestCaseError::reject(error)
        } else {
            TestCaseError::fail(error)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn printing_and_parsing_are_inverse(text in expression()) {
        let text = format!("({text}) + 0*x");
        let formula = accepted(&text)?;
        let printed = formula.print(formula.typed());
        let again = Formula::parse(&printed)
            .map_err(|error| TestCaseError::fail(format!("{error}\nfrom {text}")))?;
        prop_assert_eq!(typed(&formula), typed(&again), "{}", printed);
        prop_assert_eq!(&printed, &again.print(again.typed()));
    }

    #[test]
    fn stable_forms_and_derivatives_read_back_too(text in expression()) {
        let text = format!("({text}) + 0*x");
        let formula = accepted(&text)?;
        for id in [formula.stable(), formula.derivatives().x] {
            let printed = formula.print(id);
            match Formula::parse(&printed) {
                Ok(again) => prop_assert_eq!(
                    shape(&formula, id, &mut 20_000),
                    typed(&again),
                    "{}", printed
                ),
                // What is constant may end in a division by zero; what is typed may not.
                Err(error) if error.message() == "this divides by zero" => {}
                Err(error) if error.message().contains("rounding takes its digits") => {}
                Err(error) => {
                    prop_assert_eq!(error.message(), "the formula does not use `x`", "{}", printed);
                    prop_assert!(!formula.graph().contains(id, Node::X));
                }
            }
        }
    }
}

/// `1e200*(1e200*x)` is finite at 1e-300, `inf*x` is not.
#[test]
fn constants_that_overflow_together_stay_apart() {
    for (text, x, y) in [
        ("1e200*(1e200*x)", 1e-300, 1e100),
        ("1e-200*(1e-200*x)", 1e300, 1e-100),
        ("1e200*(1e200/x)", 1e300, 1e100),
        ("1e308*x + 1e308*x", 1e-308, 2.0),
    ] {
        let formula = Formula::parse(text).unwrap();
        let value = formula.evaluate(formula.stable(), &Point { x, ..Point::default() });
        assert!((value / y - 1.0).abs() < 1e-14, "{text} at {x} is {value}");
    }
    // Nor does the derivative meet them first.
    let formula = Formula::parse("expm1(x^2)*1e-200*1e-200").unwrap();
    let slope = formula.stable_quantity(Quantity::X).expect("it has a derivative");
    let slope = formula.evaluate(slope, &Point { x: 20.0, ..Point::default() });
    // 40*exp(400)*1e-400.
    let expected = 2.088_587_875_905_657_6e-225;
    assert!((slope / expected - 1.0).abs() < 1e-12, "{slope}");
}

#[test]
fn a_chain_of_signs_reads_back() {
    for count in [3, 40, 63, 64, 65, 100, 127, 128, 129] {
        let Ok(formula) = Formula::parse(&("-".repeat(count) + "x")) else {
            assert!(count >= 64, "{count} signs are not too many");
            continue;
        };
        let printed = formula.print(formula.typed());
        let again = Formula::parse(&printed).expect("what reads once reads again");
        assert_eq!(again.print(again.typed()), printed);
    }
}
