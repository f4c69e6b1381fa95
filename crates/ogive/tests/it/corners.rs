//! Ties, NaN that only decides, powers of 0: one law for the compiler, every engine, the exact evaluation and
//! the judge.

use ogive::{Activation, Call, Layout};
use ogive_check::Reference;
use ogive_formula::{Formula, Point};

/// A formula, an input, its value there and its derivatives in x and in the parameter, if it has one.
type Corner = (&'static str, f64, [f64; 2], Option<f64>);

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[rustfmt::skip]
const CORNERS: &[Corner] = &[
    // A tie goes to the side that does not see the input, or to the second.
    ("max(0, x)",                     0.0,  [0.0, 0.0],   None),
    ("max(x, 0)",                     0.0,  [0.0, 0.0],   None),
    ("min(0, x)",                     0.0,  [0.0, 1.0],   None),
    ("max(x, -x)",                    0.0,  [0.0, -1.0],  None),
    ("max(-x, x)",                    0.0,  [0.0, 1.0],   None),
    ("max(a, x) | a = 2",             2.0,  [2.0, 0.0],   Some(1.0)),
    ("|x|",                           0.0,  [0.0, 0.0],   None),
    ("x*sign(x)",                     0.0,  [0.0, 0.0],   None),
    ("clamp(x, -1, 1)",               1.0,  [1.0, 0.0],   None),
    // A comparison with NaN does not hold.
    ("where(log(x) > 0, x, 0)",      -1.0,  [0.0, 0.0],   None),
    ("where(log(x) <= 0, 1, x)",     -1.0,  [-1.0, 1.0],  None),
    ("where(0 < sqrt(x) - x, 1, x)", -4.0,  [-4.0, 1.0],  None),
    ("where(not log(x) > 0, x, 0)",  -1.0,  [-1.0, 1.0],  None),
    ("max(log(x), 0)",               -1.0,  [NAN, 0.0],   None),
    // What is not taken says nothing.
    ("where(x > 0, log(x), x)",      -1.0,  [-1.0, 1.0],  None),
    ("where(x > 0, sqrt(x), 0)",      0.0,  [0.0, 0.0],   None),
    // Powers of 0, and the ends of roots and logarithms.
    ("x^0",                           0.0,  [1.0, 0.0],   None),
    ("x^2",                           0.0,  [0.0, 0.0],   None),
    ("x^4097",                       -1.0,  [-1.0, 4097.0], None),
    ("x^5000",                       -2.0,  [INF, -INF],  None),
    ("x^5001",                       -2.0,  [-INF, INF],  None),
    ("x^a | a = 2",                   0.0,  [0.0, 0.0],   Some(0.0)),
    ("x^a | a = 0.5",                 0.0,  [0.0, INF],   Some(0.0)),
    ("|x|^a | a = 1",                 0.0,  [0.0, 0.0],   Some(0.0)),
    ("x^(1/3)",                      -INF,  [NAN, NAN],   None),
    ("x^(2/3)",                      -INF,  [NAN, NAN],   None),
    ("log(x)^(1/3)",                  0.0,  [NAN, NAN],   None),
    ("(-1/x)^(1/3)",                  0.0,  [NAN, NAN],   None),
    ("x^3",                          -INF,  [-INF, INF],  None),
    ("sqrt(x)",                       0.0,  [0.0, INF],   None),
    ("sqrt(x)",                      -1.0,  [NAN, NAN],   None),
    ("log(x)",                        0.0,  [-INF, INF],  None),
    ("1/x",                           0.0,  [INF, -INF],  None),
    // A gap has its limit.
    ("x/(x + 1/x)",                   0.0,  [0.0, 0.0],   None),
    ("x*sqrt(|x|)",                   0.0,  [0.0, 0.0],   None),
];

fn same(got: f64, wanted: f64) -> bool {
    got == wanted || (got.is_nan() && wanted.is_nan())
}

#[test]
fn all_follow_one_law() {
    let mut wrong = Vec::new();
    for (text, x, [y, dx], dparameter) in CORNERS {
        let mut differs = |who: &str, got: f64, wanted: f64, of: &str| {
            if !same(got, wanted) {
                wrong.push(format!("{who}: {text} at {x}: {of} is {got}, not {wanted}"));
            }
        };
        let formula = Formula::parse(text).unwrap();
        let parameters: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
        let point = Point { x: *x, parameters: &parameters, ..Point::default() };
        let evaluate = |id| formula.evaluate(id, &point);
        differs("typed", evaluate(formula.typed()), *y, "y");
        differs("stable", evaluate(formula.stable()), *y, "y");
        let judged = Reference::new(&formula).at(&point);
        differs("judge", judged.y.to_f64(), *y, "y");
        differs("judge", judged.dx.to_f64(), *dx, "dx");
        if let (Some(wanted), Some(got)) = (dparameter, judged.dparameters.first()) {
            differs("judge", got.to_f64(), *wanted, "dp");
        }
        let activation = Activation::new(text).unwrap();
        let input = [*x as f32];
        let parameters = activation.initial_parameters();
        let call = Call {
            layout: Layout { outer: 1, channels: 1, inner: 1 },
            x: &input,
            gate: None,
            parameters: &parameters,
            statistics: None,
        };
        let (mut value, mut slope) = ([0.0f32], [0.0f32]);
        activation.forward(&call, &mut value).unwrap();
        differs("engine", value[0].into(), *y, "y");
        let gradients = activation.backward(&call, &[1.0], &mut slope, None).unwrap();
        differs("engine", slope[0].into(), *dx, "dx");
        if let (Some(wanted), Some(got)) = (dparameter, gradients.first()) {
            differs("engine", got[0], *wanted, "dp");
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn numbers_that_f32_does_not_hold_keep_their_size() {
    for (text, x, wanted) in [
        ("1e39*x", 1e-10, 1e29),
        ("1e-46*x", 1e38, 1e-8),
        ("1e-40*x", 1e38, 1e-2),
        ("x/1e40", 1e38, 1e-2),
        ("1e-30*x", 1e20, 1e-10),
    ] {
        let activation = Activation::new(text).unwrap();
        let layout = Layout { outer: 1, channels: 1, inner: 1 };
        let call = Call { layout, x: &[x], gate: None, parameters: &[], statistics: None };
        let mut y = [0.0f32];
        activation.forward(&call, &mut y).unwrap();
        assert!((f64::from(y[0]) / wanted - 1.0).abs() < 2e-7, "{text}: {}", y[0]);
    }
}
