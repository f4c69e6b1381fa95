//! Engines that are right pass; each known way to be wrong is caught.

use ogive_check::{
    Case, Element, Engine, Outputs, Reference, Row, Skip, Task, Tolerance, inputs, judge, round,
};
use ogive_formula::{Formula, Point};

/// An engine that computes y and dx of x by a closure.
struct Map<F>(F);

impl<T: Element, F: Fn(T) -> (T, T)> Engine<T> for Map<F> {
    fn name(&self) -> String {
        "map".to_owned()
    }

    fn run(&self, task: &Task<T>) -> Result<Outputs<T>, Skip> {
        let (y, dx) = task.x.iter().map(|x| (self.0)(*x)).unzip();
        Ok(Outputs { y, dx, ..Outputs::default() })
    }
}

/// The rows of y and dx.
fn rows<T: Element>(text: &str, engine: impl Fn(T) -> (T, T)) -> (Row, Row) {
    let formula = Formula::parse(text).expect("a formula");
    let rows = judge(&Map(engine), text, &formula, &inputs::all::<T>(&formula));
    let [y, dx] = <[Row; 2]>::try_from(rows.expect("no skip")).expect("two rows");
    (y, dx)
}

/// Correctly rounded value and derivative of a formula.
fn right<T: Element>(text: &str) -> impl Fn(T) -> (T, T) {
    let reference = Reference::new(&Formula::parse(text).expect("a formula"));
    move |x| {
        let exact = reference.at(&Point { x: x.widen(), ..Point::default() });
        (round(&exact.y), round(&exact.dx))
    }
}

const SILU: &str = "x/(1 + exp(-x))";
const GELU: &str = "x/2*(1 + erf(x/sqrt(2)))";

#[test]
fn the_right_engine_passes() {
    let (y, dx) = rows::<f32>(SILU, right(SILU));
    assert!(y.passes_strictly() && dx.passes_strictly(), "{y}\n{dx}");
    assert!(y.max_ulp <= 0.5 && y.max_ulp > 0.4 && y.unknown == 0);
    assert!(y.inputs > 2500 && y.quantity == "y" && y.dtype == "f32");
    let (y, dx) = rows::<f64>(SILU, right(SILU));
    assert!(y.passes_strictly() && dx.passes_strictly(), "{y}\n{dx}");
}

#[test]
fn one_step_the_wrong_way_is_caught() {
    let (exact, right) = (Reference::new(&Formula::parse(SILU).unwrap()), right::<f32>(SILU));
    let (y, dx) = rows::<f32>(SILU, |x| {
        let (y, dx) = right(x);
        let exact = exact.at(&Point { x: f64::from(x), ..Point::default() }).y;
        let wrong = if exact > y { y.next_down() } else { y.next_up() };
        (if wrong.is_infinite() { y } else { wrong }, dx)
    });
    assert!(!y.passes() && y.max_ulp > 1.4, "{y}");
    assert!(dx.passes(), "{dx}");
}

#[test]
fn one_wrong_input_is_caught_and_named() {
    let right = right::<f32>(SILU);
    let (y, dx) = rows::<f32>(SILU, |x| {
        let (y, dx) = right(x);
        (y, if x == 16.6 { dx.next_up().next_up() } else { dx })
    });
    assert!(y.passes(), "{y}");
    assert!(!dx.passes() && dx.at_x == f64::from(16.6f32), "{dx}");
}

#[test]
fn the_naive_gradient_of_elu_is_nan_at_89() {
    let (y, dx) = rows::<f32>("if x > 0 { x } else { exp(x) - 1 }", |x| {
        let above = f32::from(u8::from(x > 0.0));
        (if x > 0.0 { x } else { x.exp_m1() }, above + (1.0 - above) * x.exp())
    });
    assert!(y.max_ulp < 2.0 && y.nan_errors == 0, "{y}");
    assert!(!dx.passes() && dx.nan_errors > 10, "{dx}");
    assert!(dx.nan_at.is_some_and(|x| x > 88.7), "{dx}");
    assert!(dx.to_string().contains("NaN wrong"));
}

#[test]
fn nan_that_gets_lost_is_caught() {
    let (y, dx) = rows::<f32>("max(0, x)", |x| (x.max(0.0), f32::from(u8::from(x > 0.0))));
    assert!(y.nan_errors > 0 && y.max_ulp == 0.0 && !y.passes(), "{y}");
    assert!(dx.nan_errors > 0 && !dx.passes(), "{dx}");
}

#[test]
fn gelu_with_the_gradient_of_its_approximation_is_caught() {
    let (value, gradient) =
        (right::<f32>(GELU), right::<f32>("x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))"));
    let (y, dx) = rows::<f32>(GELU, |x| (value(x).0, gradient(x).1));
    assert!(y.passes(), "{y}");
    assert!(!dx.passes() && dx.max_ulp > 1e4, "{dx}");
}

#[test]
fn gelu_by_erf_loses_the_tail_and_is_caught() {
    let right = right::<f32>(GELU);
    let (y, _) = rows::<f32>(GELU, |x| {
        // 1 + erf rounded to f32, as a kernel in f32 has it.
        let gate = 1.0 + (2.0 * right(x).0 / x - 1.0);
        (x / 2.0 * gate, right(x).1)
    });
    assert!(!y.passes() && y.max_ulp > 1e4, "{y}");
}

#[test]
fn a_derivative_of_1_at_0_is_caught_in_both_types() {
    let slope = |x: f64| if x.is_nan() { x } else { f64::from(u8::from(x >= 0.0)) };
    let (y, dx) =
        rows::<f64>("max(0, x)", |x| (if x > 0.0 || x.is_nan() { x } else { 0.0 }, slope(x)));
    assert!(y.passes(), "{y}");
    assert!(!dx.passes() && dx.at_x == 0.0, "{dx}");
    let (_, dx) = rows::<f32>("max(0, x)", |x| (x.max(0.0), slope(f64::from(x)) as f32));
    assert!(!dx.passes() && dx.at_x == 0.0, "{dx}");
}

#[test]
fn flushed_subnormals_are_caught() {
    let right = right::<f32>(SILU);
    let flushed = |x: f32| if x.abs() < f32::MIN_POSITIVE { 0.0 } else { x };
    let (y, _) = rows::<f32>(SILU, |x| (flushed(right(x).0), right(x).1));
    assert!(!y.passes(), "{y}");
}

#[test]
fn the_sign_of_zero_counts_only_strictly() {
    let right = right::<f32>(SILU);
    let (y, _) = rows::<f32>(SILU, |x| {
        let (y, dx) = right(x);
        (if x == f32::NEG_INFINITY { 0.0 } else { y }, dx)
    });
    assert!(y.passes() && !y.passes_strictly() && y.zero_signs == 1, "{y}");
}

/// Silu's derivative s·(1 + x·(1 - s)) in f64, with an exponential of a chosen relative error.
fn silu_in_f64(error: f64) -> impl Fn(f64) -> (f64, f64) {
    move |x: f64| {
        let e = (-x.abs()).exp() * (1.0 + error);
        let (large, small) = (1.0 / (1.0 + e), e / (1.0 + e));
        let (s, complement) = if x > 0.0 { (large, small) } else { (small, large) };
        // 0 times infinity is 0 here.
        let product = |a: f64| if a == 0.0 { a } else { x * a };
        (if s == 0.0 { -0.0 } else { x * s }, s + product(s * complement))
    }
}

#[test]
fn in_f64_the_rounding_near_a_root_is_excused_and_no_more() {
    let (_, dx) = rows::<f64>(SILU, silu_in_f64(0.0));
    assert!(dx.passes(), "{dx}");
    let (_, dx) = rows::<f64>(SILU, silu_in_f64(f64::exp2(-40.0)));
    assert!(!dx.passes(), "{dx}");
    // In f32 nothing is excused: arithmetic in f32 fails near the root at -1.278.
    let (_, dx) = rows::<f32>(SILU, |x| {
        let s = 1.0 / (1.0 + (-x).exp());
        (x * s, s * (1.0 + x * (1.0 - s)))
    });
    assert!(!dx.passes(), "{dx}");
}

#[test]
fn parameters_statistics_and_the_gate_are_judged() {
    struct Full(bool);
    impl Engine<f32> for Full {
        fn name(&self) -> String {
            "full".to_owned()
        }
        fn run(&self, task: &Task<f32>) -> Result<Outputs<f32>, Skip> {
            if !self.0 {
                return Err(Skip("no gates here".to_owned()));
            }
            let reference = Reference::new(task.formula);
            let (parameters, mean, variance) = (task.parameters, task.mean, task.variance);
            let exact = task.x.iter().zip(task.gate).map(|(x, gate)| {
                let (x, gate) = (f64::from(*x), f64::from(*gate));
                reference.at(&Point { x, gate, parameters, mean, variance })
            });
            let exact: Vec<_> = exact.collect();
            let all = |of: &dyn Fn(&ogive_check::Exact) -> f32| exact.iter().map(of).collect();
            Ok(Outputs {
                y: all(&|e| round(&e.y)),
                dx: all(&|e| round(&e.dx)),
                dgate: Some(all(&|e| round(&e.dgate))),
                dparameters: vec![
                    all(&|e| round(&e.dparameters[0])),
                    all(&|e| 2.0 * round::<f32>(&e.dparameters[1])),
                    Vec::new(),
                ],
                dmean: Some(all(&|e| -round::<f32>(&e.dmean))),
                dvariance: Some(all(&|e| round(&e.dvariance))),
            })
        }
    }
    let text = "a*gate*sigmoid(b*(x - mean(x))/sqrt(var(x) + c)) | a = 1.5, b = 0.3, c = 0.5 fixed";
    let formula = Formula::parse(text).unwrap();
    let case = Case::new("gated", &formula, &inputs::normal::<f32>(50));
    assert_eq!(case.task().parameters[1], f64::from(0.3f32), "parameters are numbers of the type");
    let rows = case.judge(&Full(true)).unwrap();
    let verdicts: Vec<(&str, bool)> =
        rows.iter().map(|row| (row.quantity.as_str(), row.passes())).collect();
    let expected = [
        ("y", true),
        ("dx", true),
        ("dgate", true),
        ("dp:a", true),
        ("dp:b", false),
        ("dmean", false),
        ("dvariance", true),
    ];
    assert_eq!(verdicts, expected);
    let skip = case.judge(&Full(false)).unwrap_err();
    assert_eq!(skip.to_string(), "skipped: no gates here");
}

#[test]
fn a_row_is_one_aligned_line() {
    let row = Row {
        name: "silu".to_owned(),
        dtype: "f32",
        engine: "tiles".to_owned(),
        quantity: "dp:beta".to_owned(),
        max_ulp: 1.25,
        at_x: -1.5,
        inputs: 2815,
        nan_errors: 0,
        nan_at: None,
        zero_signs: 0,
        unknown: 0,
        multiprecision: 2815,
        misrounded: 0,
        ties: 0,
        difference: None,
    };
    let line = "silu                 f32 tiles      dp:beta           1.25000 ulp at -1.5e0                     2815 inputs  FAILS (allowed: 1 ulp)";
    assert_eq!(row.to_string(), line);
    assert!(Tolerance::of("f64", "dp:beta").derivative && !Tolerance::of("f64", "y").derivative);
}
