//! Intervals hold every value, and no more than they need.

use std::f64::consts::SQRT_2;

use std::sync::LazyLock;

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
        ("sin(1/x) + cos(1/x)",            -1.0, 1.0, Decoration::Trivial),
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
        ("tanh_rest(x)", -0.5, 0.5,   -0.037_882_842_739_990_24, 0.037_882_842_739_990_24),
        ("max(-1, min(x, 1))", -9.0, 0.5, -1.0, 0.5),
        ("if x > 0 { x } else { 0 }", 0.0, 1.0, 0.0, 1.0),
        ("exp(x)",      -1e4,  0.0,   0.0, 1.0),
        ("sin(x) + cos(x)", -9.0, 9.0, -SQRT_2, SQRT_2),
        ("cos(2*x) - sin(2*x)", -9.0, 9.0, -SQRT_2, SQRT_2),
        ("1 + sin(x)",  -9.0,  9.0,   0.0, 2.0),
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

fn typed_over(formula: &Formula, low: f64, high: f64) -> Interval {
    let zero = Interval::point(0.0);
    let x = Interval::new(low, high);
    let bounds = Bounds { x, gate: zero, parameters: &[], mean: zero, variance: zero };
    Enclosure::new(formula.graph(), formula.typed()).over(&bounds)
}

fn softplus(a: f64) -> f64 {
    a.max(0.0) + (-a.abs()).exp().ln_1p()
}

/// An expression that leaves f64 on the way, and its logarithm.
type Logarithm = (&'static str, fn(f64) -> f64);

#[rustfmt::skip]
const BEYOND_DOUBLES: &[Logarithm] = &[
    ("exp(x)*exp(-exp(x))",             |x| x - x.exp()),
    ("exp(-exp(-x))/exp(x)",            |x| -(-x).exp() - x),
    ("exp(x)*sigmoid(-exp(x))",         |x| x - softplus(x.exp())),
    ("exp(3*x)/(1 + exp(x))^2",         |x| 3.0*x - 2.0*softplus(x)),
    ("exp(-2*x)*softplus(x)",           |x| softplus(x).ln() - 2.0*x),
    ("exp(x)^2*phi(exp(x))",            |x| 2.0*x - 0.5*(2.0*x).exp() - 0.5*std::f64::consts::TAU.ln()),
    ("exp(x)*erfc(exp(x))",             |x| x + libm::erfc(x.exp()).ln()),
    ("exp(x)*Phi(-exp(x))",             |x| x + (0.5*libm::erfc(x.exp()/2f64.sqrt())).ln()),
    ("cosh(x)/exp(2*x)",                |x| x.abs() - 2.0*x + (0.5 + 0.5*(-2.0*x.abs()).exp()).ln()),
    ("(exp(x) + exp(x/2))/exp(2*x)",    |x| softplus(-0.5*x) - x),
    ("(exp(x) - exp(x - 3))/exp(x/2)",  |x| 0.5*x + (-(-3f64).exp()).ln_1p()),
    ("expm1(|x| + 1)/exp(2*|x|)",       |x| 1.0 - x.abs() + (-(-1.0 - x.abs()).exp()).ln_1p()),
    ("exp(x)*tanh_softplus_slope(x)",   |x| {
        let e = (-x.abs()).exp();
        if x < 0.0 { 2.0*x + (4.0*(1.0 + e)/(2.0 + e*(2.0 + e)).powi(2)).ln() }
        else { -x + (4.0*(1.0 + e)/(1.0 + 2.0*e*(1.0 + e)).powi(2)).ln() }
    }),
    ("where(x > 0, exp(x), exp(-x))*exp(-x^2)", |x| x.abs() - x*x),
    ("max(exp(x), exp(2*x))/exp(3*x)",  |x| x.max(2.0*x) - 3.0*x),
    ("exp(log(exp(x)) - x)",            |_| 0.0),
];

static PARSED: LazyLock<Vec<Formula>> = LazyLock::new(|| {
    BEYOND_DOUBLES.iter().map(|(text, _)| Formula::parse(text).expect(text)).collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn what_leaves_doubles_on_the_way_is_held_too(
        place in 0..BEYOND_DOUBLES.len(),
        x in prop_oneof![-2000.0..2000.0f64, -1e6..1e6f64, -40.0..40.0f64],
        sides in (0.0..3.0f64, 0.0..3.0f64),
    ) {
        let (text, logarithm) = BEYOND_DOUBLES[place];
        let found = typed_over(&PARSED[place], x - sides.0, x + sides.1);
        let wanted = logarithm(x);
        // Some of the logarithms leave f64 in their turn.
        if !wanted.is_finite() {
            return Ok(());
        }
        let slack = 1e-9 * (1.0 + wanted.abs());
        prop_assert!(found.high.ln() >= wanted - slack, "{text} at {x}: e^{wanted}, {found:?}");
        let low = if found.low > 0.0 { found.low.ln() } else { f64::NEG_INFINITY };
        prop_assert!(low <= wanted + slack, "{text} at {x}: e^{wanted}, {found:?}");
    }
}

#[test]
fn what_leaves_doubles_on_the_way_is_bounded_by_its_logarithm() {
    #[rustfmt::skip]
    let table = [
        ("exp(x)*exp(-exp(x))",            710.0, 3e38,  0.0),
        ("x*exp(-x)*exp(-exp(-x))",       -3e38, -710.0, 0.0),
        ("exp(x)*tanh_softplus_slope(x)",  800.0, 850.0, 0.0),
        ("exp(3*x)/(1 + exp(x))^2",       -2e9,  -1e9,   0.0),
        ("exp(x)/exp(x)",                  1e5,   1e5,   1.0),
        ("log(exp(x))",                    1e5,   1e5,   1e5),
        ("log1p(exp(x))",                  1e9,   1e9,   1e9),
        ("cosh(x)/exp(2*x)",               2e9,   3e9,   0.0),
    ];
    for (text, low, high, wanted) in table {
        let found = typed_over(&Formula::parse(text).unwrap(), low, high);
        let near = |bound: f64| (bound - wanted).abs() <= 1e-8 * wanted.max(1e-290);
        assert!(near(found.low) && near(found.high), "{text}: {found:?}");
    }
}
