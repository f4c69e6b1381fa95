//! Every entry of the catalogue, and formulas as papers print them, on every engine of this machine,
//! against the multiprecision reference.

#![allow(clippy::print_stdout, reason = "the rows are the record of accuracy")]

use ogive::formula::Formula;
use ogive::{Activation, Call, Element, Engine, Layout, Statistics};
use ogive_check::{Case, Outputs, Skip, Task, inputs};
use rug::Float;

/// An instruction set as the judge sees it.
pub(crate) struct Slices(Engine);

impl<T: Element + ogive_check::Element> ogive_check::Engine<T> for Slices {
    fn name(&self) -> String {
        self.0.to_string()
    }

    fn run(&self, task: &Task<T>) -> Result<Outputs<T>, Skip> {
        let skip = |error: ogive::Error| Skip(error.to_string());
        let activation = Activation::from_formula("judged", task.formula.clone());
        let activation = activation.with_engine(self.0).map_err(skip)?;
        // Each element is a channel of its own, so that nothing is summed.
        let count = task.x.len();
        let parameters: Vec<Vec<f64>> =
            task.parameters.iter().map(|value| vec![*value; count]).collect();
        let statistics = Statistics {
            mean: vec![task.mean; count],
            variance: vec![task.variance; count],
            of_batch: false,
        };
        let call = Call {
            layout: Layout { outer: 1, channels: count, inner: 1 },
            x: task.x,
            gate: task.formula.has_gate().then_some(task.gate),
            parameters: &parameters,
            statistics: Some(&statistics),
        };
        let mut y = vec![T::default(); count];
        activation.forward(&call, &mut y).map_err(skip)?;
        let (mut dx, mut dgate) = (y.clone(), y.clone());
        let ones = vec![<T as Element>::from_f64(1.0); count];
        let gated = call.gate.is_some().then_some(dgate.as_mut_slice());
        let sums = activation.backward(&call, &ones, &mut dx, gated).map_err(skip)?;
        let rounded =
            |sums: Vec<f64>| sums.into_iter().map(<T as Element>::from_f64).collect::<Vec<T>>();
        Ok(Outputs {
            y,
            dx,
            dgate: call.gate.map(|_| dgate),
            dparameters: sums.into_iter().map(rounded).collect(),
            ..Outputs::default()
        })
    }
}

pub(crate) fn engines() -> impl Iterator<Item = Slices> {
    Engine::ALL.iter().copied().filter(|engine| engine.is_available()).map(Slices)
}

/// Judges a formula on every engine; the rows that do not pass.
fn failures<T: Element + ogive_check::Element>(case: &Case<T>) -> Vec<String> {
    let mut found = Vec::new();
    for engine in engines() {
        let rows = case.judge(&engine).expect("the engine is available");
        let formula = case.task().formula;
        let learned = formula.parameters().iter().filter(|parameter| parameter.learnable).count();
        let wanted = 2 + learned + usize::from(formula.has_gate());
        assert!(rows.len() >= wanted, "y, dx and all other derivatives are judged");
        // `cargo test -p ogive --test it judge -- --nocapture` prints the record.
        for row in &rows {
            println!("{row}");
        }
        found.extend(rows.iter().filter(|row| !row.passes()).map(ToString::to_string));
    }
    found
}

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_entry_in_f32() {
    let mut found = Vec::new();
    for entry in ogive::catalog::ALL.iter() {
        let formula = entry.formula().unwrap();
        found.extend(failures(&Case::<f32>::new(entry.name, &formula, &inputs::all(&formula))));
    }
    assert_none(&found);
}

/// Outside the range of f32 programs that ask, as all without kernels do, are evaluated exactly, which takes
/// its time: a few inputs speak for them.
#[test]
fn every_entry_in_f64() {
    let mut found = Vec::new();
    for entry in ogive::catalog::ALL.iter() {
        let formula = entry.formula().unwrap();
        let mut x: Vec<f64> = inputs::all(&formula);
        if !entry.kernels || entry.asks {
            let in_single = 1e-45..=f64::from(f32::MAX);
            let is_far = |x: &f64| x.is_finite() && *x != 0.0 && !in_single.contains(&x.abs());
            let (far, near): (Vec<f64>, Vec<f64>) = x.into_iter().partition(is_far);
            x = near.into_iter().step_by(8).chain(far.into_iter().step_by(40)).collect();
        }
        found.extend(failures(&Case::<f64>::new(entry.name, &formula, &x)));
    }
    assert_none(&found);
}

/// Powers that leave f64 where the result does not: no NaN and no infinity shows that.
#[test]
fn powers_that_leave_f64_cost_no_digits() {
    let mut found = Vec::new();
    for text in [
        "x/(1 + x^2)^2 - 1/(1 + x^2)^2",
        "(x^3 - x)/(x^4 + x^2 + 1)",
        "(x^2 + 1e-300)/(x^2 + 2e-300)",
        "x*gate^2/(1 + gate^4)",
        "a*x/(1 + (a*x)^2)^2 | a = 1.5",
    ] {
        let formula = Formula::parse(text).unwrap();
        let mut x: Vec<f64> = inputs::all(&formula).into_iter().step_by(8).collect();
        x.extend([1e77, -3e100, 1e155, -1e200, 1e300, 1e-150, -3e-151, 1e-200, 5e-324, f64::MAX]);
        found.extend(failures(&Case::<f64>::new(text, &formula, &x)));
    }
    assert_none(&found);
}

/// What lies outside the range of f32 is no other number beside an infinity.
#[test]
fn beside_an_infinity_the_other_input_counts() {
    let at = |text: &str, x: f64, gate: f64| {
        let activation = Activation::new(text).unwrap();
        let (x, gate, layout) = ([x], [gate], Layout::flat(1));
        let call = Call { layout, x: &x, gate: Some(&gate), parameters: &[], statistics: None };
        let (mut y, mut dx, mut dgate) = ([0.0], [0.0], [0.0]);
        activation.forward(&call, &mut y).unwrap();
        activation.backward(&call, &[1.0], &mut dx, Some(&mut dgate)).unwrap();
        [y[0], dx[0]]
    };
    let infinity = f64::INFINITY;
    assert_eq!(at("x*gate", infinity, 1e-200), [infinity, 1e-200]);
    assert_eq!(at("x*gate", infinity, 1e200), [infinity, 1e200]);
    assert_eq!(at("gate*tanh(x)", infinity, 1e100), [1e100, 0.0]);
    assert_eq!(at("gate*x/(1 + |x|)", -infinity, 1e100), [-1e100, 0.0]);
}

/// The f32 next to where y or dx of a formula changes its sign.
fn near_roots(activation: &Activation) -> Vec<f32> {
    let parameters = activation.initial_parameters();
    let at = |x: &[f64]| {
        let layout = Layout::flat(x.len());
        let call = Call { layout, x, gate: None, parameters: &parameters, statistics: None };
        let (mut y, mut dx) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        activation.forward(&call, &mut y).unwrap();
        activation.backward(&call, &vec![1.0; x.len()], &mut dx, None).unwrap();
        [y, dx]
    };
    let grid: Vec<f64> = (-256..=256).map(|step| f64::from(step) / 64.0 + 0.003).collect();
    let mut found = Vec::new();
    for (which, values) in at(&grid).into_iter().enumerate() {
        for place in (1..grid.len()).filter(|place| values[place - 1] * values[*place] < 0.0) {
            let [mut low, mut high] = [grid[place - 1], grid[place]];
            for _ in 0..30 {
                let middle = f64::midpoint(low, high);
                let same = at(&[middle])[which][0] * values[place - 1] > 0.0;
                *(if same { &mut low } else { &mut high }) = middle;
            }
            found.extend(inputs::kinks::<f32>(&[low], 12));
        }
    }
    found
}

/// Where sums cancel that are terms of other sums, of products and quotients, and below functions.
#[test]
fn sums_in_sums_near_their_roots() {
    let mut found = Vec::new();
    let mut count = 0;
    for text in [
        "x^3 - 0.3*x^2 + 0.1*x - 1",
        "(x - 2*tanh(x))*x^2 - 0.3*sigmoid(x)",
        "x/(1 + x^2) - x^3/(2 + x^4) + 0.1",
        "1/(x^2 - x + 1) - 1/(x^2 + x + 1) - 0.3*x",
        "(x^2 - 2)/(x^3 - x + 3) - 1/(x^3 - x + 3)",
        "1/(2 + 1/(tanh(x) - 0.46211715726000973))",
        "sign(x^3 - x + 0.1)*(x^2 - 0.5)",
        "|x^2 - x - 0.3| + x*(x - a)^3 - 0.2 | a = 0.2",
        "if x^2 > a*x + 0.5 { x^3 - x } else { x - x^2*(a - x) } | a = 0.3",
        "atan(x - sigmoid(x)) - 0.3*x",
        "|atan(x - sigmoid(x)) - 1e-6|",
        "sin(x^2 - x)*(x - cos(x)) + 0.1*x",
        "max(x^2 - x, x - 0.2)*(x - 0.2) - 0.01",
        // The entry with a constraint that its kernel does not know.
        "poly(p, x)/poly(q, x) | p = [0.0218, 0.5, -1.5957, 1.1915], q = [1, 0, 2.383] >= 0",
    ] {
        let formula = Formula::parse(text).unwrap();
        let x = near_roots(&Activation::new(text).unwrap());
        count += x.len();
        found.extend(failures(&Case::<f32>::new(text, &formula, &x)));
    }
    assert!(count > 600, "only {count} inputs are near roots");
    assert_none(&found);
}

#[test]
fn parameters_lose_nothing_in_f64() {
    let mut found = Vec::new();
    for (name, text) in [
        ("cancels", "x*(log(a) - 1) | a = 3"),
        ("turns", "x*sin(pi*a) | a = 1.02"),
        ("multiplies", "a*b*c*d*x | a = 3.3, b = 1.5, c = 3.5, d = 0.9"),
        ("adds", "max(0, x)*(b + softplus(q)) | b = -0.69, q = 0"),
    ] {
        let formula = Formula::parse(text).unwrap();
        let x: Vec<f64> = inputs::normal(200);
        let case = Case::<f64>::new(name, &formula, &x);
        let rows = case.judge(&Slices(Engine::Scalar)).expect("the portable engine is there");
        found.extend(rows.iter().filter(|row| row.max_ulp > 1.5).map(ToString::to_string));
        found.extend(failures(&case));
    }
    assert_none(&found);
}

#[test]
fn gradients_in_f64_are_rounded_once() {
    let x: Vec<f64> = inputs::normal(2000);
    let silu = Activation::new("silu").unwrap();
    let dy: Vec<f64> = x.iter().rev().map(|x| x * 0.1 + 0.7).collect();
    let layout = Layout::flat(x.len());
    let call = Call { layout, x: &x, gate: None, parameters: &[], statistics: None };
    let mut dx = vec![0.0; x.len()];
    silu.backward(&call, &dy, &mut dx, None).unwrap();
    for ((x, dy), dx) in x.iter().zip(&dy).zip(&dx) {
        let share = ((-Float::with_val(200, *x)).exp() + 1u32).recip();
        let slope = (Float::with_val(200, 1u32 - &share) * x + 1u32) * share;
        // Near the root of the slope less is left of its terms.
        if slope.to_f64().abs() > 0.05 {
            let error = ogive_check::distance(*dx, &(slope * dy));
            assert!(error < 0.52, "{x:e}, {dy:e}: {error}");
        }
    }
}

#[test]
fn finite_input_gives_no_nan_in_f64() {
    let gate = |x: &[f64]| -> Vec<f64> { x.iter().map(|x| x.clamp(-30.0, 30.0)).collect() };
    for entry in ogive::catalog::ALL.iter() {
        let activation = Activation::new(entry.name).unwrap();
        let mut x: Vec<f64> = [inputs::edges(), inputs::normal(200)].concat();
        x.retain(|x| x.is_finite());
        let (gate, count) = (gate(&x), x.len());
        let initial = activation.initial_parameters();
        let statistics = Statistics::standard(count);
        let call = Call {
            layout: Layout { outer: 1, channels: count, inner: 1 },
            x: &x,
            gate: activation.has_gate().then_some(gate.as_slice()),
            parameters: &initial,
            statistics: Some(&statistics),
        };
        let (mut y, mut dx, mut dgate) = (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
        activation.forward(&call, &mut y).unwrap();
        let gated = activation.has_gate().then_some(dgate.as_mut_slice());
        activation.backward(&call, &vec![1.0; count], &mut dx, gated).unwrap();
        for (place, x) in x.iter().enumerate() {
            let all = [y[place], dx[place], dgate[place]];
            assert!(all.iter().all(|value| !value.is_nan()), "{} at {x:e}: {all:?}", entry.name);
        }
    }
}

#[test]
fn formulas_as_papers_print_them() {
    let mut found = Vec::new();
    for text in [
        "1/(1+exp(-x))",
        "exp(x)/(1+exp(x))",
        "(exp(x)-exp(-x))/(exp(x)+exp(-x))",
        "1 - 2/(exp(2*x)+1)",
        "log(1+exp(x))",
        "x*tanh(log(1+exp(x)))",
        "2/(1+exp(-alpha*x))-1 | alpha = 0.2",
        "x/2*(1+erf(x/sqrt(2)))",
        "0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))",
        "max(0,x)+alpha*min(0,x) | alpha = 0.25",
        "x > 0 ? x : alpha*(exp(x)-1) | alpha = 1",
        "x/(1+exp(-beta*x)) | beta = 1.5",
        "-log(1+exp(-x))",
        "(sqrt(x^2+4)+x)/2",
        "x*erf(log(1+exp(x)))",
        "x*atan(x)",
        "gate*x*sigmoid(x)",
        "poly(a, x)/(1 + |poly(b, x)|) | a = [0.02, 0.5, 0.5, 0.02], b = [0, 0.1, 0.3]",
    ] {
        let formula = Formula::parse(text).unwrap();
        let case = Case::<f32>::new(text, &formula, &inputs::all(&formula));
        found.extend(failures(&case));
    }
    assert_none(&found);
}

#[test]
fn periodic_formulas_where_they_have_values() {
    let mut found = Vec::new();
    for text in ["x*cos(x)", "x + sin(a*x)^2/a | a = 0.5"] {
        let formula = Formula::parse(text).unwrap();
        let mut x: Vec<f32> = inputs::all(&formula);
        x.retain(|x| x.is_finite());
        found.extend(failures(&Case::new(text, &formula, &x)));
    }
    assert_none(&found);
    // There is no limit, and NaN says so.
    let sine = Activation::new("sin(x)").unwrap();
    let x = [f64::INFINITY, 0.0];
    let layout = Layout::flat(2);
    let call = Call { layout, x: &x, gate: None, parameters: &[], statistics: None };
    let mut y = [1.0; 2];
    sine.forward(&call, &mut y).unwrap();
    assert!(y[0].is_nan() && y[1] == 0.0);
}

#[test]
fn large_exponentials_are_those_of_f64() {
    for (text, x, wanted) in [
        ("log(2+exp(x))", 200.0f32, 200.0f32),
        ("log(2+exp(x))", 1e30, 1e30),
        ("sqrt(exp(x))", 300.0, f32::INFINITY),
        ("exp(x)^0.1", 400.0, 2.353_852_7e17),
        ("log(cosh(x))", 800.0, 799.3068),
        ("x*tanh(exp(x))", 1e4, 1e4),
        ("(expm1(x)-x)/exp(x)", 800.0, 1.0),
        ("x*(exp(x)-2)/(exp(x)+2)", 1e4, 1e4),
        ("sqrt(1+sinh(x)^2)-1", 80.0, 2.770_311_2e34),
    ] {
        let activation = Activation::new(text).unwrap();
        let layout = Layout::flat(1);
        let call = Call { layout, x: &[x], gate: None, parameters: &[], statistics: None };
        let mut y = [0.0f32];
        activation.forward(&call, &mut y).unwrap();
        assert!(y[0] == wanted, "{text} at {x}: {} for {wanted}", y[0]);
        let mut dx = [0.0f32];
        activation.backward(&call, &[1.0], &mut dx, None).unwrap();
        assert!(!dx[0].is_nan(), "{text} at {x}");
    }
    // Two exponentials of different growth: no saturated value stands for their ratio.
    let ratio = Activation::new("exp(x)/(2+exp(0.9*x))").unwrap();
    let layout = Layout::flat(2);
    let call =
        Call { layout, x: &[300.0f32, 800.0], gate: None, parameters: &[], statistics: None };
    let mut y = [0.0; 2];
    ratio.forward(&call, &mut y).unwrap();
    assert_eq!(y, [30f64.exp() as f32, 80f64.exp() as f32]);
}

#[test]
fn nan_in_the_gate_reaches_the_result() {
    let gated = Activation::new("x*relu(gate)").unwrap();
    let layout = Layout::flat(1);
    let call =
        Call { layout, x: &[1.0f32], gate: Some(&[f32::NAN]), parameters: &[], statistics: None };
    let mut y = [0.0];
    gated.forward(&call, &mut y).unwrap();
    assert!(y[0].is_nan());
}

#[test]
fn parameters_away_from_their_initial_values() {
    let mut found = Vec::new();
    for (name, parameters, mean, variance) in [
        ("prelu", vec![-0.75], 0.0, 1.0),
        ("dice", vec![0.3, 1e-8], 0.7, 2.5),
        ("dice", vec![-1.25, 1e-8], -1.5, 0.0),
        ("dice", vec![-1.25, 0.5], -1.5, 1.0),
        ("swish", vec![4.0], 0.0, 1.0),
        ("swish", vec![0.0], 0.0, 1.0),
        ("swish", vec![-1.5], 0.0, 1.0),
        ("dice_bipolar", vec![3.0], 0.0, 1.0),
        ("xielu", vec![-2.0, 1.5, 0.5], 0.0, 1.0),
        ("celu", vec![2.0], 0.0, 1.0),
        ("softplus", vec![5.0], 0.0, 1.0),
        ("squareplus", vec![9.0], 0.0, 1.0),
        ("acon_c", vec![1.25, -0.5, 3.0], 0.0, 1.0),
        ("arelu", vec![0.01, -1.0], 0.0, 1.0),
        ("pelu", vec![0.5, 2.0], 0.0, 1.0),
        ("mpelu", vec![-0.5, 0.0], 0.0, 1.0),
        ("srelu", vec![-1.0, -0.25, 1.0, 0.5], 0.0, 1.0),
        ("apl", vec![0.25, 0.5, -0.5, -1.0], 0.0, 1.0),
        ("rprelu", vec![0.5, -0.25, 1.0], 0.0, 1.0),
        ("smu", vec![0.25, 1.5], 0.0, 1.0),
        ("dyt", vec![-1.5, 0.75, 0.25], 0.0, 1.0),
        ("taaf_sigmoid", vec![-2.0, 0.5, 1.0, -0.5], 0.0, 1.0),
        ("scaled_parametric_tanh", vec![2.0, 1.75], 0.0, 1.0),
    ] {
        let formula = ogive::catalog::formula(name).unwrap();
        let x: Vec<f32> = inputs::all(&formula);
        let case = Case::with(name, &formula, &x, &parameters, mean, variance);
        found.extend(failures(&case));
    }
    assert_none(&found);
}

#[test]
fn documented_zeros_have_their_sign() {
    for name in ["silu", "gelu", "mish", "hard_swish", "gelu_tanh"] {
        let activation = Activation::new(name).unwrap();
        let x = [f32::NEG_INFINITY, -1e30];
        let parameters = activation.initial_parameters();
        let layout = Layout::flat(2);
        let call = Call { layout, x: &x, gate: None, parameters: &parameters, statistics: None };
        let mut y = [1.0f32; 2];
        activation.forward(&call, &mut y).unwrap();
        assert!(y.iter().all(|y| *y == 0.0 && y.is_sign_negative()), "{name}: {y:?}");
    }
}
