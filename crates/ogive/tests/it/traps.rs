//! Traps that other implementations of activations fell into. Each test has a trap's name: it shows that
//! the plain form falls in, and asks the judge about the catalogue's entry and about the formula as a paper
//! prints it, which is that plain form. Traps of layers are in `traps.rs` of `ogive-burn`.

use ogive::formula::Formula;
use ogive::{Element, Engine, Layout, Statistics};
use ogive_check::{Case, distance};

use crate::bits::{numbers, run};
use crate::judge::engines;

/// Judges value and derivative of each text at these inputs, on every engine.
#[track_caller]
fn right<T: Element + ogive_check::Element>(texts: &[&str], inputs: &[T]) {
    for text in texts {
        let formula = ogive::catalog::formula(text).unwrap();
        let case = Case::new(text, &formula, inputs);
        for engine in engines() {
            let rows = case.judge(&engine).expect("the engine is available");
            for row in &rows {
                assert!(row.passes(), "{row}");
            }
        }
    }
}

/// Asserts that what the plain form gives for a formula at `x` is far from right: the input is one at which
/// the trap shows.
#[track_caller]
fn wrong<T: Element + ogive_check::Element>(text: &str, x: T, value: Option<T>, slope: Option<T>) {
    let formula = ogive::catalog::formula(text).unwrap();
    let case = Case::new(text, &formula, &[x]);
    let exact = &case.exact()[0];
    for (found, exact) in [(value, &exact.y), (slope, &exact.dx)] {
        let Some(found) = found else { continue };
        assert!(distance(found, exact) > 1000.0, "{text} at {x:?}: {found:?} is right");
    }
}

#[test]
fn gradient_of_elu_at_89_is_not_nan() {
    // What a framework's choice sends back: 0 from the branch not taken, times the slope of that branch.
    let slope = |x: f32| 1.0 + 0.0 * x.exp();
    wrong("elu", 89.0f32, None, Some(slope(89.0)));
    let texts = ["elu", "celu", "selu", "x > 0 ? x : alpha*(exp(x) - 1) | alpha = 1 fixed"];
    right(&texts, &[88.0f32, 89.0, 104.0, 1e4, 3e38]);
    right(&["elish", "isrlu"], &[88.0f32, 89.0, 104.0, 1e4]);
}

#[test]
fn gelu_and_its_gradient_are_of_one_function() {
    let c = (2.0 / std::f32::consts::PI).sqrt();
    let of_tanh_form = |x: f32| {
        let tanh = (c * (x + 0.044715 * x.powi(3))).tanh();
        f32::midpoint(1.0, tanh) + x / 2.0 * (1.0 - tanh * tanh) * c * (1.0 + 0.134145 * x * x)
    };
    wrong("gelu", 2.0, None, Some(of_tanh_form(2.0)));
    assert!((of_tanh_form(2.0) - 1.08610).abs() < 1e-5);
    // Each of the two has its own.
    let inputs: Vec<f32> = (-40..=40).map(|place| place as f32 / 8.0).collect();
    right(&["gelu", "gelu_tanh", "x/2*(1 + erf(x/sqrt(2)))"], &inputs);
}

#[test]
fn the_tail_of_gelu_is_not_lost() {
    let plain = |x: f32| x / 2.0 * (1.0 + libm::erff(x / std::f32::consts::SQRT_2));
    assert_eq!(plain(-6.0), 0.0);
    wrong("gelu", -6.0, Some(plain(-6.0)), None);
    let texts = ["gelu", "x/2*(1 + erf(x/sqrt(2)))"];
    right(&texts, &[-3.0f32, -5.0, -6.0, -8.0, -12.0, -13.5, -20.0, 1.7e38, -1.7e38]);
}

#[test]
fn sigmoid_and_silu_below_minus_88_are_not_flushed_to_0() {
    let plain = |x: f32| 1.0 / (1.0 + (-x).exp());
    let x = -90.4553f32;
    assert_eq!(plain(x), 0.0);
    wrong("sigmoid", x, Some(plain(x)), None);
    wrong("silu", x, Some(x * plain(x)), Some(plain(x)));
    let inputs: Vec<f32> = (-110..=-80).map(|place| place as f32 - 0.4553).collect();
    right(&["sigmoid", "silu", "1/(1 + exp(-x))", "x/(1 + exp(-x))"], &inputs);
}

#[test]
fn softplus_has_no_threshold() {
    // In f32 the step at 20 is below half a unit in the last place; in f64 it is 3e5 units high.
    wrong("softplus", 20.5f64, Some(20.5), Some(1.0));
    right(&["softplus", "log(1 + exp(x))"], &[19.5f64, 20.5, 30.0, -20.0, -40.0, -700.0]);
    // The plain form overflows on one side and is 0 on the other.
    let plain = |x: f32| (1.0 + x.exp()).ln();
    wrong("softplus", 89.0, Some(plain(89.0)), None);
    wrong("softplus", -20.0, Some(plain(-20.0)), None);
    wrong("mish", -20.0, Some(-20.0 * plain(-20.0).tanh()), None);
    let texts = ["softplus", "mish", "log(1 + exp(x))", "x*tanh(log(1 + exp(x)))"];
    right(&texts, &[-100.0f32, -50.0, -20.0, 19.0, 20.0, 21.0, 89.0, 104.0, 1e4, 3e38]);
}

#[test]
fn log_sigmoid_far_below_0_is_x_and_far_above_keeps_its_digits() {
    let plain = |x: f32| (1.0 / (1.0 + (-x).exp())).ln();
    assert_eq!(plain(-104.0), f32::NEG_INFINITY);
    wrong("log_sigmoid", -104.0, Some(plain(-104.0)), None);
    wrong("log_sigmoid", 20.0, Some(plain(20.0)), None);
    let texts = ["log_sigmoid", "log(1/(1 + exp(-x)))"];
    right(&texts, &[-3e38f32, -1e4, -104.0, -89.0, -20.0, 20.0, 50.0, 100.0, 104.0]);
}

#[test]
fn tanh_near_0_keeps_its_digits() {
    let plain = |x: f32| 2.0 / (1.0 + (-2.0 * x).exp()) - 1.0;
    wrong("tanh", 1e-4, Some(plain(1e-4)), None);
    let texts = ["tanh", "2/(1 + exp(-2*x)) - 1", "parametric_tanh", "dice_bipolar"];
    right(&texts, &[1e-2f32, 1e-3, -1e-4, 1e-6, 1e-20, -1e-40, 1e-45]);
}

#[test]
fn the_slope_of_relu_at_0_is_0() {
    for text in ["relu", "max(0, x)", "max(x, 0)", "x > 0 ? x : 0", "relu6", "relu_squared"] {
        let formula = ogive::catalog::formula(text).unwrap();
        let case = Case::new(text, &formula, &[0.0f32, -0.0]);
        assert!(case.exact().iter().all(|exact| exact.dx == 0.0), "{text}");
    }
    right(&["relu", "max(0, x)", "max(x, 0)", "relu6", "relu_squared"], &[0.0f32, -0.0]);
    // A test that includes 0 takes the other side.
    let included = Formula::parse("x >= 0 ? x : 0").unwrap();
    assert_eq!(Case::new("x >= 0", &included, &[0.0f32]).exact()[0].dx, 1.0);
}

#[test]
fn sums_of_parameter_gradients_are_the_same_bits_on_any_number_of_threads_and_every_time() {
    let engine = Engine::chosen().unwrap();
    for layout in [
        Layout { outer: 3000, channels: 64, inner: 1 },
        Layout { outer: 4, channels: 3, inner: 20_000 },
        Layout::flat(200_001),
    ] {
        for name in ["prelu", "dice", "swish"] {
            let in_pool = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| {
                    let x = numbers(layout.length().unwrap(), 3.0);
                    (run(name, engine, layout), Statistics::of(layout, &x).unwrap())
                })
            };
            let wanted = in_pool(1);
            for threads in [2, 3, 3, 3] {
                assert!(in_pool(threads) == wanted, "{name} on {threads} threads, {layout:?}");
            }
        }
    }
    // The order of terms matters for these numbers, so that sums in another order would show.
    let terms: Vec<f64> = numbers(200_001, 3.0).into_iter().map(f64::from).collect();
    let scaled = |x: &f64| x / 3.0;
    let forth: f64 = terms.iter().map(scaled).sum();
    let back: f64 = terms.iter().rev().map(scaled).sum();
    assert_ne!(forth.to_bits(), back.to_bits());
}
