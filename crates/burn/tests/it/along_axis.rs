//! Softmax, its logarithm and softmin against sums in multiprecision.

use burn::tensor::{DType, Device, Tensor, TensorData};
use ogive_burn::{Error, LogSoftmax, Softmax, Softmin};
use ogive_check::{Element, distance};
use rug::Float;

use crate::support::{flex, vector, wave};

/// Digits, in bits, of the reference: as many as a float has behind those of e^-300 beside 1.
const PRECISION: u32 = 600;

const NAMES: [&str; 3] = [Softmax::NAME, LogSoftmax::NAME, Softmin::NAME];

fn apply<const D: usize>(name: &str, axis: isize, x: Tensor<D>) -> Result<Tensor<D>, Error> {
    match name {
        Softmax::NAME => Softmax::new(axis).try_forward(x),
        LogSoftmax::NAME => LogSoftmax::new(axis).try_forward(x),
        Softmin::NAME => Softmin::new(axis).try_forward(x),
        other => panic!("{other} is not taken along an axis"),
    }
}

/// One line: its values, and each gradient with the size of the largest term in it.
struct Line {
    y: Vec<Float>,
    dx: Vec<(Float, f64)>,
}

fn exact(name: &str, x: &[f64], dy: &[f64]) -> Line {
    let number = |value: f64| Float::with_val(PRECISION, value);
    let sign = if name == Softmin::NAME { -1.0 } else { 1.0 };
    let largest = x.iter().map(|x| sign * x).fold(f64::NEG_INFINITY, f64::max);
    let shifted: Vec<Float> = x.iter().map(|x| number(sign * x) - largest).collect();
    let exponentials: Vec<Float> = shifted.iter().map(|value| value.clone().exp()).collect();
    let total = exponentials.iter().fold(number(0.0), |sum, value| sum + value);
    let shares: Vec<Float> = exponentials.iter().map(|value| value.clone() / &total).collect();
    let weighted = |of: &dyn Fn(f64) -> f64| -> Float {
        let terms = shares.iter().zip(dy).map(|(share, dy)| share.clone() * of(*dy));
        terms.fold(number(0.0), |sum, term| sum + term)
    };
    if name == LogSoftmax::NAME {
        let logarithm = total.ln();
        let sum = dy.iter().fold(number(0.0), |sum, dy| sum + *dy);
        let size: f64 = dy.iter().map(|dy| dy.abs()).sum();
        let gradient = |(share, dy): (&Float, &f64)| {
            let scale = dy.abs().max(share.to_f64() * size);
            (number(*dy) - share.clone() * &sum, scale)
        };
        return Line {
            y: shifted.into_iter().map(|value| value - &logarithm).collect(),
            dx: shares.iter().zip(dy).map(gradient).collect(),
        };
    }
    let (mean, size) = (weighted(&|dy| dy), weighted(&f64::abs).to_f64());
    let gradient = |(share, dy): (&Float, &f64)| {
        let scale = share.to_f64() * dy.abs().max(size);
        (share.clone() * (number(*dy) - &mean) * sign, scale)
    };
    let dx = shares.iter().zip(dy).map(gradient).collect();
    Line { y: shares, dx }
}

/// Units in the last place that a result in `T` may be off, of the largest term in it.
fn units<T: Element>(found: f64, wanted: &Float, scale: f64) -> f64 {
    let scale = T::narrow(scale.max(wanted.to_f64().abs()));
    (Float::with_val(PRECISION, found) - wanted).abs().to_f64()
        / (scale.up().widen() - scale.widen())
}

/// Compares values and gradients of every line along `axis`, counted from the first, with the reference.
#[track_caller]
fn check<T: Element, const D: usize>(name: &str, axis: usize, given: isize, x: Tensor<D>) {
    // Nothing finer than f64 is rounded to it.
    let [in_values, in_gradients] = if T::NAME == "f64" { [3.0, 6.0] } else { [2.0; 2] };
    let shape = x.dims();
    let x = x.require_grad();
    let dy = wave(shape, 0.77, &x.device()).cast(x.dtype());
    let y = apply(name, given, x.clone()).unwrap();
    assert_eq!((y.dims(), y.dtype()), (shape, x.dtype()));
    let gradients = (y.clone() * dy.clone()).sum().backward();
    let dx = vector(x.grad(&gradients).unwrap());
    let [x, y, dy] = [x, y, dy].map(vector);
    let inner: usize = shape[axis + 1..].iter().product();
    let block = shape[axis] * inner;
    for first in (0..x.len()).filter(|place| place % block < inner) {
        let places: Vec<usize> = (first..first + block).step_by(inner).collect();
        let line = |of: &[f64]| places.iter().map(|place| of[*place]).collect::<Vec<f64>>();
        let wanted = exact(name, &line(&x), &line(&dy));
        for (place, (value, (gradient, scale))) in
            places.iter().zip(wanted.y.iter().zip(&wanted.dx))
        {
            let what = format!("{name} along {given} of {shape:?} at {place}, x {:e}", x[*place]);
            let off = distance(T::narrow(y[*place]), value);
            assert!(off <= in_values, "{what}: y {:e}, {off} units off", y[*place]);
            let off = units::<T>(dx[*place], gradient, *scale);
            // A share below the normal range has lost digits, and dy multiplies what it lost.
            let is_normal = *scale >= f64::exp2(f64::from(T::LOWEST + T::DIGITS as i32));
            let in_gradients = if is_normal { in_gradients } else { 8.0 };
            assert!(off <= in_gradients, "{what}: dx {:e}, {off} units off", dx[*place]);
        }
    }
}

fn on_every_axis<const D: usize>(shape: [usize; D], size: f64) {
    let device = flex().autodiff();
    let x = wave(shape, 0.2, &device) * size;
    for name in NAMES {
        for axis in 0..D {
            let given = [axis as isize, axis as isize - D as isize];
            check::<f32, D>(name, axis, given[0], x.clone());
            check::<f64, D>(name, axis, given[1], x.clone().cast(DType::F64) * 1.000_000_001);
        }
    }
}

#[test]
fn values_and_gradients_are_those_of_the_definition_along_any_axis() {
    // Shares from nearly equal ones to those that a float hardly holds.
    for size in [1e-3, 1.0, 12.0, 30.0] {
        on_every_axis([7], size);
        on_every_axis([3, 300], size);
        on_every_axis([2, 5, 4], size);
        on_every_axis([2, 3, 4, 5], size);
        on_every_axis([2, 3, 1, 2, 2], size);
    }
}

/// A tensor of this line along the second axis, twice.
fn lines(line: &[f32], device: &Device) -> Tensor<3> {
    let values: Vec<f32> = line.iter().flat_map(|x| [*x, *x]).collect();
    Tensor::from_data(TensorData::new(values, [1, line.len(), 2]), device)
}

#[test]
fn large_numbers_neither_overflow_nor_cancel() {
    let device = flex().autodiff();
    for line in [
        [1e30, 0.0, 1e30, -1e30],
        [3.4e38, -3.4e38, 1.0, 2.0],
        [88.0, 89.0, 104.0, -104.0],
        [0.0, -40.0, -60.0, -80.0],
        [1e-40, -1e-40, 0.0, 1e-20],
    ] {
        for name in NAMES {
            check::<f32, 3>(name, 1, 1, lines(&line, &device));
            check::<f64, 3>(name, 1, 1, lines(&line, &device).cast(DType::F64));
        }
    }
}

#[test]
fn what_is_masked_by_infinity_has_no_share_and_no_gradient() {
    let device = flex().autodiff();
    let line = [0.5, f32::NEG_INFINITY, -1.25, f32::NEG_INFINITY];
    for name in [Softmax::NAME, Softmin::NAME] {
        let sign = if name == Softmin::NAME { -1.0 } else { 1.0 };
        check::<f32, 3>(name, 1, -2, lines(&line.map(|x| sign * x), &device));
    }
    // The gradient of a masked logarithm is dy, less nothing: the reference has no -∞ to subtract.
    let x = lines(&line, &device).require_grad();
    let y = LogSoftmax::new(1).forward(x.clone());
    let kept = vector(y.clone().slice([0..1, 0..1]));
    let gradients = y.clone().slice([0..1, 0..1]).sum().backward();
    let dx = vector(x.grad(&gradients).unwrap());
    assert_eq!(kept[0], f64::from(-(-1.75f64).exp().ln_1p() as f32));
    assert_eq!(vector(y)[2..4], [f64::NEG_INFINITY; 2]);
    assert_eq!([dx[2], dx[3], dx[6], dx[7]], [0.0; 4]);
    assert_eq!(dx[0], -dx[4]);
}

#[test]
fn where_there_is_no_share_there_is_nan() {
    let device = flex();
    for line in [[f32::NAN, 0.0], [f32::NEG_INFINITY; 2], [f32::INFINITY, 0.0]] {
        for name in [Softmax::NAME, LogSoftmax::NAME] {
            let y = vector(apply(name, 1, lines(&line, &device)).unwrap());
            assert!(y.iter().any(|y| y.is_nan()), "{name} of {line:?}: {y:?}");
        }
        let y = vector(Softmin::new(1).forward(lines(&line.map(|x| -x), &device)));
        assert!(y.iter().all(|y| y.is_nan()), "softmin of {line:?}: {y:?}");
    }
}

#[test]
fn half_precisions_are_rounded_once() {
    let device = flex().autodiff();
    for dtype in [DType::BF16, DType::F16] {
        let x = wave([3, 4], 0.4, &device).cast(dtype);
        let wanted = Softmax::new(1).forward(x.clone().cast(DType::F32));
        let found = Softmax::new(1).forward(x);
        assert_eq!(found.dtype(), dtype);
        assert_eq!(vector(found), vector(wanted.cast(dtype)));
    }
}

#[test]
fn nothing_gives_nothing() {
    let device = flex().autodiff();
    for name in NAMES {
        for shape in [[2, 0, 3], [0, 4, 3], [2, 4, 0]] {
            let x = Tensor::<3>::zeros(shape, &device).require_grad();
            let y = apply(name, 1, x.clone()).unwrap();
            assert_eq!(y.dims(), shape);
            assert_eq!(x.grad(&y.sum().backward()).unwrap().dims(), shape);
        }
    }
}

#[test]
fn an_axis_that_is_not_there_is_an_error() {
    for name in NAMES {
        for axis in [2, -3, isize::MAX, isize::MIN] {
            let error = apply(name, axis, wave([2, 3], 0.0, &flex())).unwrap_err().to_string();
            for part in [name, "[2, 3]", &format!("axis {axis}"), "0 to 1"] {
                assert!(error.contains(part), "`{part}` is missing in:\n{error}");
            }
        }
    }
}

#[test]
#[should_panic(expected = "softmax: `softmax` is taken along axis 1, and the input of shape [3]")]
fn forward_panics_with_the_same_words() {
    let _ = Softmax::new(1).forward(wave([3], 0.0, &flex()));
}
