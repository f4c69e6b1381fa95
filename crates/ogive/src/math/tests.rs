//! The functions of the files beside this one, against MPFR, on every engine of this machine.

use std::f64::consts::{FRAC_PI_2, PI};

use ogive_check::{distance, inputs};
use ogive_formula::Op;
use rug::Float;
use rug::ops::Pow;

use crate::Engine;
use crate::dispatch::{Kernels, compiled};
use crate::lanes::{LANES, Target, View};
use crate::machine::{Code, Step};
use crate::tiles::{DoubleTile, TILE};

/// `op` of each pair of numbers in two parts: a program of one step. What it gives has two parts, too.
fn run_in_parts(kernels: Kernels, op: Op, a: [&[f64]; 2], b: [&[f64]; 2]) -> [Vec<f64>; 2] {
    let tiles: [DoubleTile; 6] = std::array::from_fn(|_| DoubleTile::new());
    let sources = [0, 1, 2, 3].map(|place: usize| View::of_cells(&tiles[place].0));
    let targets = [4, 5].map(|place: usize| Target::of_cells(&tiles[place].0));
    let code = Code::Program(ogive_formula::Code::Op(op));
    let step = Step { code, args: [0, 1, 0, 0], into: [0; 2] };
    let count = a[0].len();
    let mut results = [vec![0.0; count], vec![0.0; count]];
    for start in (0..count).step_by(TILE) {
        let range = start..count.min(start + TILE);
        for (tile, values) in tiles.iter().zip([a[0], b[0], a[1], b[1]]) {
            tile.write(&values[range.clone()]);
        }
        kernels.run_fine(&[step], (&sources, &targets, range.len().div_ceil(LANES)));
        for (tile, result) in tiles[4..].iter().zip(&mut results) {
            tile.read(&mut result[range.clone()]);
        }
    }
    results
}

/// `op` of each pair of arguments that lack nothing, rounded.
fn run(kernels: Kernels, op: Op, a: &[f64], b: &[f64]) -> Vec<f64> {
    let nothing = vec![0.0; a.len()];
    let [high, low] = run_in_parts(kernels, op, [a, &nothing], [b, &nothing]);
    high.into_iter()
        .zip(low)
        .map(|(high, low)| if low == 0.0 { high } else { high + low })
        .collect()
}

/// The results of the portable engine, after a look at those of the others.
fn on_every_engine(op: Op, a: &[f64], b: &[f64]) -> Vec<f64> {
    let wanted = run(Engine::Scalar.kernels().unwrap(), op, a, b);
    for (name, kernels) in compiled() {
        for (place, got) in run(kernels, op, a, b).into_iter().enumerate() {
            let wanted = wanted[place];
            let same = got.to_bits() == wanted.to_bits() || (got.is_nan() && wanted.is_nan());
            assert!(same, "{op:?}({:e}, {:e}) on {name}: {got:e}", a[place], b[place]);
        }
    }
    wanted
}

/// The inputs of functions of one argument: all magnitudes, the places where a function changes its
/// ways, and those where trigonometric functions are small.
fn arguments() -> Vec<f64> {
    let places = [
        0.5,
        0.75,
        1.0,
        1.5,
        2.0,
        4.0,
        5.9,
        5.95,
        22.18,
        26.5,
        27.22,
        28.0,
        709.78,
        710.47,
        712.0,
        1e-9,
        2f64.powi(-54),
        2f64.powi(30),
        2f64.powi(31),
        // The f64 that is nearest to a multiple of π/2.
        6381956970095103.0 * 2f64.powi(797),
    ];
    let places: Vec<f64> = places.iter().flat_map(|place| [*place, -*place]).collect();
    let quarters: Vec<f64> = (1..500)
        .map(f64::from)
        .chain((0..500).map(|k| (f64::from(k) * 0.083).exp2().floor()))
        .map(|k| if k % 3.0 == 0.0 { -k } else { k } * FRAC_PI_2)
        .collect();
    let dense = (-3000..3000).map(|k| f64::from(k) * 0.01003);
    // Between the first powers of 2^(1/16), where e^x - 1 and Φ have least room.
    let near = (-4000..4000).map(|k| f64::from(k) * 1.2007e-5);
    let wide = inputs::normal(1000).into_iter().map(|x: f64| x * 300.0);
    let mut found = inputs::kinks(&places, 3);
    found.extend(inputs::kinks::<f64>(&quarters, 1));
    found.extend(inputs::edges::<f64>().into_iter().chain(inputs::bits(1000)).chain(wide));
    found.extend(inputs::exponents::<f64>().into_iter().step_by(2).chain(dense).chain(near));
    found
}

/// The largest error in units of the last place, and where it is.
fn worst(op: Op, a: &[f64], b: &[f64], exact: impl Fn(f64, f64) -> Float) -> (f64, f64, f64) {
    let got = on_every_engine(op, a, b);
    let mut worst = (0.0, 0.0, 0.0);
    for ((a, b), got) in a.iter().zip(b).zip(got) {
        let error = distance(got, &exact(*a, *b));
        if error > worst.0 {
            worst = (error, *a, *b);
        }
    }
    worst
}

/// A function, its bound in units of the last place, and its exact value.
type Row = (Op, f64, fn(f64) -> Float);

/// e^x - 1 - x; near 0 by its series.
fn expm1_rest(x: f64) -> Float {
    if x.abs() < 1e-12 {
        (wide(x) / 3u32 + 1u32) * wide(x).square() / 2u32
    } else {
        Float::with_val(240, x).exp_m1() - x.min(f64::MAX)
    }
}

/// x - tanh x; near 0 by its series.
fn tanh_rest(x: f64) -> Float {
    if x.abs() < 1e-12 {
        let square = wide(x).square();
        wide(x) * (1u32 - square.clone() * 2u32 / 5u32) * square / 3u32
    } else {
        let x = Float::with_val(400, x);
        x.clone() - x.tanh()
    }
}

fn density(x: f64) -> Float {
    let circle = Float::with_val(240, rug::float::Constant::Pi) * 2u32;
    (-Float::with_val(240, x).square() / 2u32).exp() / circle.sqrt()
}

/// tanh(softplus(x)) and its derivative, from e^-|x|: what cancels nothing.
fn gate(x: f64) -> [Float; 2] {
    let e = (-wide(x.abs())).exp();
    let (square, next) = (e.clone().square(), e.clone() + 1u32);
    let (top, share) = if x < 0.0 {
        (square + 2u32 * e.clone(), 4u32 * e)
    } else {
        (2u32 * e + 1u32, 4u32 * square)
    };
    let beyond = if x < 0.0 { wide(2.0) } else { share.clone() / 2u32 };
    let bottom = top.clone() + beyond;
    [top / bottom.clone(), share * next / bottom.square()]
}

fn wide(x: f64) -> Float {
    Float::with_val(120, x)
}

/// Numbers that lack up to half of their last place.
fn in_parts(seed: usize) -> [Vec<f64>; 2] {
    let high: Vec<f64> = inputs::normal::<f64>(5000).into_iter().skip(seed).step_by(2).collect();
    let shares = inputs::normal::<f64>(9000).into_iter().rev().skip(seed);
    let low = high.iter().zip(shares).map(|(high, share)| high * share.sin() * f64::EPSILON / 4.0);
    let low = low.collect();
    [high, low]
}

fn both(high: f64, low: f64) -> Float {
    Float::with_val(240, high) + low
}

#[test]
#[rustfmt::skip]
fn arithmetic_in_parts_keeps_a_hundred_bits() {
    let kernels = Engine::Scalar.kernels().unwrap();
    let ([a, a_low], [b, b_low]) = (in_parts(0), in_parts(1));
    let rows: [RowOfTwo; 5] = [
        (Op::Add,  |a, b| a + b),
        (Op::Sub,  |a, b| a - b),
        (Op::Mul,  |a, b| a * b),
        (Op::Div,  |a, b| a / b),
        (Op::Sqrt, |a, _| a.sqrt()),
    ];
    for (op, exact) in rows {
        let sized = |values: &[f64], by: &[f64]| -> Vec<f64> {
            values.iter().zip(by).map(|(v, by)| if op == Op::Sqrt { v * by.signum() } else { *v }).collect()
        };
        let (a, a_low) = (sized(&a, &a), sized(&a_low, &a));
        let [high, low] = run_in_parts(kernels, op, [&a, &a_low], [&b, &b_low]);
        for place in 0..a.len() {
            let wanted = exact(both(a[place], a_low[place]), both(b[place], b_low[place]));
            let terms = if matches!(op, Op::Add | Op::Sub) { a[place].abs() + b[place].abs() } else { 0.0 };
            let off = (both(high[place], low[place]) - &wanted).abs();
            let share = off / (wanted.abs() + terms);
            assert!(share < 2f64.powi(-100), "{op:?}({:e}, {:e}): {share}", a[place], b[place]);
        }
    }
}

#[test]
fn functions_of_numbers_in_parts_take_in_what_these_lack() {
    let kernels = Engine::Scalar.kernels().unwrap();
    let [a, a_low] = in_parts(0);
    // What f64 holds is nowhere near: these lack a thousand last places.
    let a_low: Vec<f64> = a_low.iter().map(|low| low * 1024.0).collect();
    for (op, bound, exact) in functions_in_parts() {
        let [high, low] = run_in_parts(kernels, op, [&a, &a_low], [&a, &a_low]);
        for place in 0..a.len() {
            let wanted = exact(both(a[place], a_low[place]));
            let error = distance(high[place] + low[place], &wanted);
            assert!(error <= bound, "{op:?}({:e} + {:e}): {error}", a[place], a_low[place]);
        }
    }
}

/// An operation and its exact value.
type RowOfTwo = (Op, fn(Float, Float) -> Float);

/// As [`Row`], of a number that no f64 holds.
type RowInParts = (Op, f64, fn(Float) -> Float);

/// Functions, their bounds in units of the last place, and their exact values.
#[rustfmt::skip]
fn functions_in_parts() -> [RowInParts; 21] {
    fn sigmoid(x: Float) -> Float { ((-x).exp() + 1u32).recip() }
    fn bell(x: Float) -> Float { (-x.square() / 2u32).exp() }
    fn tanh_softplus(x: Float) -> Float { x.exp().ln_1p().tanh() }
    [
        (Op::Exp,          0.6, |x| x.exp()),
        (Op::Expm1,        0.6, |x| x.exp_m1()),
        (Op::Expm1Rest,    1.0, |x| x.clone().exp_m1() - x),
        (Op::Tanh,         0.6, |x| x.tanh()),
        (Op::TanhRest,     1.6, |x| x.clone() - x.tanh()),
        (Op::Sigmoid,      0.6, sigmoid),
        (Op::Softplus,     0.6, |x| x.exp().ln_1p()),
        (Op::Phi,          1.2, |x| (-x / Float::with_val(240, 2).sqrt()).erfc() / 2u32),
        (Op::Density,      0.6, |x| bell(x) / (Float::with_val(240, rug::float::Constant::Pi) * 2u32).sqrt()),
        (Op::TanhSoftplus, 0.6, tanh_softplus),
        (Op::TanhSoftplusSlope, 0.6, |x| {
            let t = tanh_softplus(x.clone());
            (1u32 - t.square()) * sigmoid(x)
        }),
        (Op::Log,          1.5, |x| x.ln()),
        (Op::Log1p,        1.5, |x| x.ln_1p()),
        (Op::Sin,          0.6, |x| x.sin()),
        (Op::Cos,          0.6, |x| x.cos()),
        (Op::Tan,          1.5, |x| x.tan()),
        (Op::Atan,         1.8, |x| x.atan()),
        (Op::Sinh,         1.5, |x| x.sinh()),
        (Op::Cosh,         1.5, |x| x.cosh()),
        (Op::Erf,          1.7, |x| x.erf()),
        (Op::Erfc,         2.5, |x| x.erfc()),
    ]
}

#[test]
#[rustfmt::skip]
fn functions_of_one_argument_keep_their_bounds() {
    let x = arguments();
    let rows: [Row; 19] = [
        // op      bound  exact
        (Op::Sin,  1.0, |x| wide(x).sin()),
        (Op::Cos,  1.0, |x| wide(x).cos()),
        (Op::Tan,  1.0, |x| wide(x).tan()),
        (Op::Atan, 1.3, |x| wide(x).atan()),
        (Op::Sinh, 1.0, |x| wide(x).sinh()),
        (Op::Cosh, 1.0, |x| wide(x).cosh()),
        (Op::Erf,  1.2, |x| wide(x).erf()),
        (Op::Erfc, 2.0, |x| wide(x).erfc()),
        (Op::Exp,               0.7, |x| wide(x).exp()),
        (Op::Expm1,             0.6, |x| wide(x).exp_m1()),
        (Op::Expm1Rest,         0.8, expm1_rest),
        (Op::Tanh,              0.6, |x| wide(x).tanh()),
        (Op::TanhRest,          2.5, tanh_rest),
        (Op::Sigmoid,           0.7, |x| ((-wide(x)).exp() + 1u32).recip()),
        (Op::Softplus,          0.7, |x| (-wide(x.abs())).exp().ln_1p() + x.max(0.0)),
        (Op::Phi,               1.1, |x| (-wide(x) / wide(2.0).sqrt()).erfc() / 2u32),
        (Op::Density,           0.6, density),
        (Op::TanhSoftplus,      0.7, |x| gate(x)[0].clone()),
        (Op::TanhSoftplusSlope, 0.7, |x| gate(x)[1].clone()),
    ];
    let mut failed = Vec::new();
    for (op, bound, exact) in rows {
        let (error, at, _) = worst(op, &x, &x, |x, _| exact(x));
        // `cargo test -p ogive --lib math -- --nocapture` prints the record.
        println!("{op:?}: {error:.3} ulp at {at:e}");
        if error > bound {
            failed.push((op, error, at));
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

/// Pairs whose power is a number of f64, most of them: bases near 1 and far from it, exponents that
/// lead anywhere, the ends of f64 included.
fn powers() -> (Vec<f64>, Vec<f64>) {
    let mut bases: Vec<f64> = inputs::bits(3000);
    bases.extend(inputs::normal::<f64>(3000).iter().map(|x| 1.0 + x / 32.0));
    bases.extend(inputs::normal::<f64>(500).iter().map(|x| 1.0 + x * 1e-9));
    // The ends of the logarithm's parts.
    let ends: Vec<f64> =
        (0..16).map(|part| f64::from_bits(super::power::FIRST + (part << 48))).collect();
    bases.extend(inputs::kinks::<f64>(&ends, 20));
    bases.extend(inputs::kinks::<f64>(&[1.0, 2.0, 0.5, f64::MIN_POSITIVE], 20));
    let bases: Vec<f64> = bases.into_iter().filter(|x| x.is_finite()).map(f64::abs).collect();
    let exponents: Vec<f64> = inputs::uniform::<f64>(400);
    let pairs = bases.iter().enumerate().map(|(place, base)| {
        let share = exponents[place % exponents.len()] / 20.0;
        match place % 3 {
            0 => share * 1080.0 / base.log2(),
            1 => share * 60.0 / base.log2(),
            _ => share * 3.0,
        }
    });
    let exponents = pairs.collect();
    (bases, exponents)
}

#[test]
fn powers_keep_their_bound() {
    let (x, y) = powers();
    let (error, base, exponent) = worst(Op::Pow, &x, &y, |x, y| wide(x).pow(wide(y)));
    println!("Pow: {error:.3} ulp at {base:e}, {exponent:e}");
    assert!(error < 1.0, "{error} at {base:e}^{exponent:e}");
}

#[test]
fn special_powers_are_those_of_ieee_754_but_for_fractions_of_minus_infinity() {
    let positive = [
        0.0,
        5e-324,
        1e-310,
        0.3,
        0.5,
        1.0 - f64::EPSILON / 2.0,
        1.0,
        1.0 + f64::EPSILON,
        1.5,
        2.0,
        3.0,
        4.0,
        1e9 + 0.5,
        4503599627370495.5,
        4503599627370497.0,
        9007199254740991.0,
        9007199254740992.0,
        9007199254740994.0,
        1e300,
        f64::MAX,
        f64::INFINITY,
        f64::NAN,
    ];
    let all: Vec<f64> = positive.iter().flat_map(|x| [*x, -*x]).collect();
    let pairs = || all.iter().flat_map(|x| all.iter().map(move |y| (*x, *y)));
    let (x, y): (Vec<f64>, Vec<f64>) = pairs().unzip();
    for ((x, y), got) in pairs().zip(on_every_engine(Op::Pow, &x, &y)) {
        let wanted = (Op::Pow.info().value)(x, y, 0.0);
        let near = (got - wanted).abs() <= wanted.abs() * f64::EPSILON;
        let same = got == wanted || (got.is_nan() && wanted.is_nan());
        assert!(same || near, "{x:e}^{y:e}: {got:e} for {wanted:e}");
        let sign = got.is_nan() || got.is_sign_negative() == wanted.is_sign_negative();
        assert!(sign, "{x:e}^{y:e}: {got:e} for {wanted:e}");
    }
}

#[test]
#[rustfmt::skip]
fn special_values_are_exact() {
    let (infinity, nan) = (f64::INFINITY, f64::NAN);
    let tiny = 5e-324;
    let rows = [
        // op       at  0   5e-324  ∞          -∞         NaN
        (Op::Sin,  [0.0, tiny, nan,       nan,       nan]),
        (Op::Cos,  [1.0, 1.0,  nan,       nan,       nan]),
        (Op::Tan,  [0.0, tiny, nan,       nan,       nan]),
        (Op::Atan, [0.0, tiny, PI / 2.0,  -PI / 2.0, nan]),
        (Op::Sinh, [0.0, tiny, infinity,  -infinity, nan]),
        (Op::Cosh, [1.0, 1.0,  infinity,  infinity,  nan]),
        (Op::Erf,  [0.0, tiny, 1.0,       -1.0,      nan]),
        (Op::Erfc, [1.0, 1.0,  0.0,       2.0,       nan]),
        (Op::Expm1, [0.0, tiny, infinity, -1.0,     nan]),
        (Op::Expm1Rest, [0.0, 0.0, infinity, infinity, nan]),
        (Op::Tanh, [0.0, tiny, 1.0,       -1.0,      nan]),
        (Op::TanhRest, [0.0, 0.0, infinity, -infinity, nan]),
        (Op::Sigmoid, [0.5, 0.5, 1.0,     0.0,       nan]),
        (Op::Exp,  [1.0, 1.0,  infinity,  0.0,       nan]),
        (Op::Phi,  [0.5, 0.5,  1.0,       0.0,       nan]),
        (Op::Density, [0.3989422804014327, 0.3989422804014327, 0.0, 0.0, nan]),
        (Op::TanhSoftplus, [0.6, 0.6, 1.0, 0.0,      nan]),
        (Op::TanhSoftplusSlope, [0.32, 0.32, 0.0, 0.0, nan]),
    ];
    let x = [0.0, tiny, infinity, -infinity, nan];
    for (op, wanted) in rows {
        for ((x, wanted), got) in x.iter().zip(wanted).zip(on_every_engine(op, &x, &x)) {
            let same = got.to_bits() == wanted.to_bits() || (got.is_nan() && wanted.is_nan());
            assert!(same, "{op:?}({x}): {got} for {wanted}");
        }
        // The odd functions keep the sign of zero.
        let at_zero = on_every_engine(op, &[-0.0], &[0.0])[0];
        let is_odd = wanted[1] == tiny || op == Op::TanhRest;
        assert_eq!(at_zero.is_sign_negative(), is_odd, "{op:?}(-0)");
    }
}
