//! Kinks, infinities, overflow and NaN.

use ogive_check::{Exact, Reference};
use ogive_formula::{Formula, Point};

use crate::{agree, decimal};

const INF: f64 = f64::INFINITY;

fn at(text: &str, x: f64) -> Exact {
    let formula = Formula::parse(text).expect("a formula");
    let parameters: Vec<f64> = formula.parameters().iter().map(|known| known.initial).collect();
    Reference::new(&formula).at(&Point { x, parameters: &parameters, ..Point::default() })
}

#[test]
fn at_a_kink_the_side_that_the_test_takes_decides() {
    for (text, slope) in [
        ("if x > 0 { x } else { 0 }", 0.0),
        ("if x >= 0 { x } else { 0 }", 1.0),
        ("max(0, x)", 0.0),
        ("max(x, 0)", 0.0),
        ("relu(x)", 0.0),
        ("max(x, 0) + 0.25*min(x, 0)", 0.25),
        ("min(0, x)", 1.0),
        ("clamp(x, 0, 6)", 0.0),
        ("clamp(x + 6, 0, 6)", 0.0),
        ("|x|", 0.0),
        ("max(x, 2*x)", 2.0),
        ("max(2*x, x)", 1.0),
        ("min(x, 2*x)", 1.0),
        ("min(2*x, x)", 2.0),
    ] {
        assert_eq!(at(text, 0.0).dx, slope, "{text}");
        assert_eq!(at(text, -0.0).dx, slope, "{text}");
    }
}

#[test]
fn infinite_inputs_give_the_limit() {
    // text, y and dx at -inf, y and dx at inf
    for (text, low, low_slope, high, high_slope) in [
        ("x/(1 + exp(-x))", -0.0, 0.0, INF, 1.0),
        ("x/2*(1 + erf(x/sqrt(2)))", -0.0, 0.0, INF, 1.0),
        ("x*tanh(log(1 + exp(x)))", -0.0, 0.0, INF, 1.0),
        ("x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))", -0.0, 0.0, INF, 1.0),
        ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", -1.0, 0.0, 1.0, 0.0),
        ("if x > 0 { x } else { 1.5*(exp(x) - 1) }", -1.5, 0.0, INF, 1.0),
        ("log(1 + exp(x))", 0.0, 0.0, INF, 1.0),
        ("-log(1 + exp(-x))", -INF, 1.0, -0.0, 0.0),
        ("x/(1 + |x|)", -1.0, 0.0, 1.0, 0.0),
        ("(x + sqrt(x^2 + 4))/2", 0.0, 0.0, INF, 1.0),
        ("sign(x)*log(1 + |x|)", -INF, 0.0, INF, 0.0),
        ("exp(x)", 0.0, 0.0, INF, INF),
        ("x*clamp(x + 3, 0, 6)/6", -0.0, 0.0, INF, 1.0),
        ("if x > 0 { x^2 } else { 0 }", 0.0, 0.0, INF, INF),
    ] {
        for (x, y, slope) in [(-INF, low, low_slope), (INF, high, high_slope)] {
            let exact = at(text, x);
            assert_eq!(exact.y.to_f64(), y, "{text} at {x}");
            assert_eq!(exact.dx.to_f64(), slope, "{text}: slope at {x}");
            if y == 0.0 && y.is_sign_negative() {
                assert!(exact.y.is_sign_negative(), "{text} at {x} is -0");
            }
        }
    }
}

#[test]
fn where_there_is_no_limit_nothing_is_known() {
    assert!(at("sin(x)", INF).y.is_nan());
    let snake = at("x + sin(x)^2", -INF);
    assert_eq!(snake.y, -INF);
    assert!(snake.dx.is_nan());
}

#[test]
fn nan_gives_nan() {
    let exact = at("if x > 0 { x } else { alpha*x }", f64::NAN);
    assert!(exact.y.is_nan() && exact.dx.is_nan() && exact.dparameters[0].is_nan());
}

#[test]
fn the_typed_form_may_overflow_even_here() {
    // e^(1e30) has more digits in its exponent than MPFR keeps.
    for (text, x, y, slope) in [
        ("x*exp(x)/(1 + exp(x))", 1e30, 1e30, 1.0),
        ("x*tanh(log(1 + exp(x)))", 1e300, 1e300, 1.0),
        ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", -1e30, -1.0, 0.0),
        ("log(1 + exp(x))", 1e30, 1e30, 1.0),
    ] {
        let exact = at(text, x);
        assert_eq!((exact.y.to_f64(), exact.dx.to_f64()), (y, slope), "{text}");
    }
}

#[test]
fn far_out_a_derivative_follows_a_power() {
    for (text, x, slope) in [
        ("x*tanh(exp(x))", 1e30, 1.0),
        ("x^2*tanh(exp(x))", 1e30, 2e30),
        ("x*exp(-exp(-x))", -1e30, 0.0),
        ("x^3*erf(exp(x))", -2e38, 0.0),
        ("x*(1 + exp(-x))^(-2)", -3e38, 0.0),
    ] {
        assert_eq!(at(text, x).dx.to_f64(), slope, "{text} at {x}");
    }
    // No power: a logarithm, and what oscillates.
    assert!(at("log(1 + x^2)*x*tanh(exp(x))", 1e30).dx.is_nan());
    assert!(at("sin(x)*x*tanh(exp(x))", 1e30).dx.is_nan());
    // e^(-10^12) is too small for an exponent, its logarithm is none.
    assert!(at("log(Phi(x))", -1e6).y.is_nan());
    assert_eq!(at("log(|x|)", 0.0).y.to_f64(), -INF);
}

#[test]
fn a_gap_has_the_limit_from_both_sides() {
    for (text, x, y, slope) in [
        ("sin(x)/x", 0.0, 1.0, 0.0),
        ("(1 - cos(x))/x^2", 0.0, 0.5, 0.0),
        ("(exp(x) - exp(2))/(x - 2)", 2.0, 2f64.exp(), 0.5 * 2f64.exp()),
        ("x*sqrt(|x|)", 0.0, 0.0, 0.0),
        // Of what has no value yet neither side is the larger one.
        ("max(exp(sin(x)/x + x), x)", 0.0, 1f64.exp(), 1f64.exp()),
    ] {
        let exact = at(text, x);
        assert_eq!((exact.y.to_f64(), exact.dx.to_f64()), (y, slope), "{text} at {x}");
    }
    assert_eq!(at("x*log(x)", 0.0).y, 0.0);
    assert!(at("|x|/x", 0.0).y.is_nan());
    assert!(at("sin(1/x)", 0.0).y.is_nan());
    assert!(at("log(x)", -1.0).y.is_nan());
}

#[test]
fn cancellation_is_paid_for_with_precision() {
    // mpmath: x/2*erfc(-x/sqrt(2)) at -30 and at -38
    for (x, known) in
        [(-30.0, "-1.4720141781444561179e-196"), (-38.0, "-1.0964627768261380372e-314")]
    {
        assert!(agree(&at("x/2*(1 + erf(x/sqrt(2)))", x).y, &decimal(known), 19), "{x}");
    }
    // 1 - tanh(x)^2 has lost 577 bits at 200, and its derivative is still exact.
    let exact = at("1 - tanh(x)^2", 200.0);
    let known = at("4*exp(-2*x)/(1 + exp(-2*x))^2", 200.0);
    assert!(agree(&exact.y, &known.y, 25) && agree(&exact.dx, &known.dx, 25));
    // What cannot be seen in f64 any more is zero, and found without end of precision.
    assert_eq!(at("1 - tanh(x)^2", 1e7).y.to_f64(), 0.0);
}

#[test]
fn both_inputs_of_a_gated_unit_have_a_derivative() {
    let formula = Formula::parse("gate*max(0, x)").unwrap();
    let exact = Reference::new(&formula).at(&Point { x: 3.0, gate: -2.0, ..Point::default() });
    assert_eq!([exact.y, exact.dx, exact.dgate].map(|number| number.to_f64()), [-6.0, -2.0, 3.0]);
}

#[test]
fn a_test_without_a_value_does_not_hold() {
    let found = |text: &str, x: f64| {
        let exact = at(text, x);
        [exact.y, exact.dx].map(|number| number.to_f64())
    };
    // Nor anywhere near: over half a line, at its end, at a kink, at what is tiny.
    assert_eq!(found("if log(-1 - x^2) > 0 { x } else { 3*x }", 0.0), [0.0, 3.0]);
    assert_eq!(found("if log(x)*x > 0 { x } else { 3*x }", 0.0), [0.0, 3.0]);
    assert_eq!(found("if log(x) > 0 { x } else { |x + 1| }", -1.0), [0.0, 0.0]);
    assert_eq!(found("if log(x) > 0 { x } else { 3*x }", -1e-300), [-3e-300, 3.0]);
    // The side taken overflows as typed; a test on a side that is not taken is none.
    let [y, dx] = found("if log(x) > 0 { x } else { exp(-x)/(1 + exp(-x)) }", -1e30);
    assert_eq!([y, dx], [1.0, 0.0]);
    let nested = "if x > 0 { if log(x) > 0 { x } else { 0 } } else { max(x, -1) }";
    assert_eq!(found(nested, -1.0), [-1.0, 0.0]);
}

#[test]
fn in_a_gap_of_a_test_both_readings_count() {
    let found = |text: &str, x: f64| {
        let exact = at(text, x);
        [exact.y, exact.dx].map(|number| number.to_f64())
    };
    let same = |text: &str, x: f64, wanted: [f64; 2]| {
        let found = found(text, x);
        let pairs = found.iter().zip(&wanted);
        assert!(
            pairs.clone().all(|(a, b)| a == b || (a.is_nan() && b.is_nan())),
            "{text}: {found:?}"
        );
    };
    same("if x/x > 2 { x } else { -x }", 0.0, [0.0, -1.0]);
    same("if x/x > 0 { x } else { -x }", 0.0, [0.0, f64::NAN]);
    same("if x/x/x >= x { x } else { -x }", 0.0, [0.0, f64::NAN]);
    same("if x/x > 0 { 1 } else { 2 }", 0.0, [f64::NAN, 0.0]);
    same("if x/x > 0 { 3*x } else { 3*x + x^2 }", 0.0, [0.0, 3.0]);
    same("if x/x > 0 { sin(x)/x } else { 5*sin(x)/x }", 0.0, [f64::NAN; 2]);
    // Infinity is such a place too.
    same("if x/x > 0 { x } else { -x }", f64::INFINITY, [f64::NAN; 2]);
    same("if x/x > 2 { x } else { -x }", f64::INFINITY, [f64::NEG_INFINITY, -1.0]);
}

#[test]
fn a_small_term_of_a_large_angle_counts() {
    // 2^664 leaves room for 3 in no fewer than 664 bits.
    let [one, other] =
        ["cos(1e200 + x + 1.5)", "cos(1e200 + 1.5 + x)"].map(|text| at(text, 11.25).y);
    let without = at("cos(1e200 + 0*x)", 11.25).y;
    assert_eq!(one, other);
    assert!((one - without).abs().to_f64() > 1e-3);
}

#[test]
fn a_small_term_of_a_base_counts() {
    // 2x·log(1 + x) + x²/(1 + x), of which 1 + x = 1 leaves the second term alone.
    let dx = at("1e200*(1 + x)^(x^2)", 1e-80).dx.to_f64();
    assert!((dx / 3e40 - 1.0).abs() < 1e-12, "{dx}");
    // (1 + t)^(1/t) is e: for want of t it would be 1.
    let y = at("(1 + x)^1e130", 1e-130).y.to_f64();
    assert!((y / std::f64::consts::E - 1.0).abs() < 1e-12, "{y}");
}
