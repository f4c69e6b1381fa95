//! Intervals hold every value, and no more than they need.

use ogive_formula::{Bounds, Decoration, Enclosure, Formula, Interval, Op, Point, TABLE, interval};
use proptest::prelude::*;

/// Numbers of every size and sign, and those at which functions turn.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::sample::select(&[-1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0, 3.0, -2.0, 1e-310, 1e300][..]),
        -3.0f64..3.0,
        -50.0f64..50.0,
        -1e4f64..1e4,
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
    ]
}

/// An interval and a number in it.
fn interval_and_number() -> impl Strategy<Value = (Interval, f64)> {
    let bounds = prop_oneof![
        8 => (number(), number(), number()).prop_map(|(a, b, c)| {
            let mut sorted = [a, b, c];
            sorted.sort_by(f64::total_cmp);
            (Interval::new(sorted[0], sorted[2]), sorted[1])
        }),
        2 => number().prop_map(|a| (Interval::point(a), a)),
        1 => number().prop_map(|a| (Interval::new(f64::NEG_INFINITY, a), a)),
        1 => number().prop_map(|a| (Interval::new(a, f64::INFINITY), a)),
    ];
    bounds.prop_map(|(bounds, inside)| (bounds, inside))
}

/// Whether the interval has `value`, where what overflows is some number beyond f64.
fn holds(found: &Interval, value: f64) -> bool {
    match value {
        f64::INFINITY => found.high == f64::INFINITY,
        f64::NEG_INFINITY => found.low == f64::NEG_INFINITY,
        _ => found.contains(value),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40_000))]

    #[test]
    fn of_an_operation_hold_its_values(
        op in prop::sample::select(TABLE.iter().map(|row| row.op).collect::<Vec<Op>>()),
        args in [interval_and_number(), interval_and_number(), interval_and_number()],
    ) {
        let arity = op.info().arity;
        let intervals = args.map(|(interval, _)| interval);
        let [a, b, c] = args.map(|(_, inside)| inside);
        let found = interval(op, &intervals[..arity]);
        let value = (op.info().value)(a, b, c);
        if value.is_nan() {
            prop_assert_eq!(found.decoration, Decoration::Trivial, "{:?} at {} {}", op, a, b);
        } else {
            // A pole has a value in f64 and none in the real numbers.
            let pole = value.is_infinite() && found.decoration == Decoration::Trivial;
            prop_assert!(
                pole || holds(&found, value),
                "{:?} at {:e} {:e}: {:e} is not in {:?}", op, a, b, value, found
            );
        }
    }
}

fn over(formula: &Formula, low: f64, high: f64) -> Interval {
    let one = Interval::point(1.0);
    let bounds = Bounds {
        x: Interval::new(low, high),
        gate: one,
        parameters: &[],
        mean: Interval::point(0.0),
        variance: one,
    };
    Enclosure::new(formula.graph(), formula.stable()).over(&bounds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn of_an_expression_hold_its_values(
        text in prop::sample::select(&[
            "x*sigmoid(x)", "x*Phi(x)", "x*tanh(softplus(x))", "if x > 0 { x^2 } else { expm1(x) }",
            "x/(1 + |x|)", "log(1 + x^2)", "sin(x)*cos(3*x)", "x^3 - 2*x", "sqrt(x)/(x - 1)",
            "max(x, 0) - min(x, sin(x))", "|x|^1.5", "2^x", "clamp(x + 3, 0, 6)*x/6",
        ][..]),
        (bounds, x) in interval_and_number(),
    ) {
        let formula = Formula::parse(text).unwrap();
        let found = over(&formula, bounds.low, bounds.high);
        for id in [formula.typed(), formula.stable()] {
            let value = formula.evaluate(id, &Point { x, ..Point::default() });
            // In f64 a sum that overflows or cancels is not that of the real numbers.
            if value.is_finite() && x.abs() < 1e6 {
                let slack = 1e-9 * (1.0 + value.abs());
                let near = found.low - slack <= value && value <= found.high + slack;
                prop_assert!(near, "{text} at {x:e}: {value:e} is not in {found:?}");
            }
        }
    }
}

#[test]
fn decorations_tell_where_a_function_is_defined_and_continuous() {
    #[rustfmt::skip]
    let table = [
        ("exp(x)",                         -1.0, 1.0, Decoration::Continuous),
        ("if x > 0 { x } else { 0 }",      -1.0, 1.0, Decoration::Defined),
        ("if x > 0 { x } else { 0 }",       1.0, 2.0, Decoration::Continuous),
        ("sign(x)",                        -1.0, 1.0, Decoration::Defined),
        ("|x|",                            -1.0, 1.0, Decoration::Continuous),
        ("1/x",                            -1.0, 1.0, Decoration::Trivial),
        ("1/x",                             0.0, 1.0, Decoration::Trivial),
        ("1/x",                             0.5, 1.0, Decoration::Continuous),
        ("log(x)",                          0.0, 1.0, Decoration::Trivial),
        ("sqrt(x)",                         0.0, 1.0, Decoration::Continuous),
        ("tan(x)",                         -1.0, 1.0, Decoration::Continuous),
        ("tan(x)",                         -1.0, 2.0, Decoration::Trivial),
        ("x^0.5",                          -1.0, 2.0, Decoration::Trivial),
        ("x^3",                            -1.0, 2.0, Decoration::Continuous),
        ("where(x > 0, log(x + 1), 0)",     1.0, 2.0, Decoration::Continuous),
        ("where(x > 0, log(x), 0)",        -3.0, -1.0, Decoration::Continuous),
    ];
    for (text, low, high, wanted) in table {
        let formula = Formula::parse(text).unwrap();
        assert_eq!(over(&formula, low, high).decoration, wanted, "{text} over [{low}, {high}]");
    }
}

/// Bounds that are much too wide would hold everything and prove nothing.
#[test]
fn intervals_are_tight() {
    #[rustfmt::skip]
    let table = [
        ("tanh(x)",     -1.0,  1.0,  -0.761_594_155_955_764_9, 0.761_594_155_955_764_9),
        ("Phi(x)",      -30.0, 0.0,   4.906_713_927_148_187e-198, 0.5),
        ("x^2",         -2.0,  3.0,   0.0, 9.0),
        ("x^3",         -2.0,  3.0,  -8.0, 27.0),
        ("1/x",          2.0,  4.0,   0.25, 0.5),
        ("sin(x)",       0.0,  1.0,   0.0, 0.841_470_984_807_896_5),
        ("sin(x)",       1.0,  2.0,   0.841_470_984_807_896_5, 1.0),
        ("cosh(x)",     -1.0,  2.0,   1.0, 3.762_195_691_083_631_4),
        ("expm1_rest(x)", -1.0, 0.5,  0.0, 0.367_879_441_171_442_33),
        ("max(-1, min(x, 1))", -9.0, 0.5, -1.0, 0.5),
        ("if x > 0 { x } else { 0 }", 0.0, 1.0, 0.0, 1.0),
        ("exp(x)",      -1e4,  0.0,   0.0, 1.0),
    ];
    for (text, low, high, below, above) in table {
        let found = over(&Formula::parse(text).unwrap(), low, high);
        let near =
            |found: f64, wanted: f64| (found - wanted).abs() <= 1e-12 * wanted.abs().max(1e-200);
        assert!(near(found.low, below) && near(found.high, above), "{text}: {found:?}");
    }
    let found = over(&Formula::parse("exp(x)").unwrap(), 800.0, 900.0);
    assert_eq!((found.low, found.high), (f64::MAX, f64::INFINITY));
    assert!(over(&Formula::parse("log(x)").unwrap(), -2.0, 0.0).is_empty());
    assert!(Interval::new(f64::NAN, 1.0).is_empty() && Interval::new(2.0, 1.0).is_empty());
}
