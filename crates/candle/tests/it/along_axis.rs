//! Softmax, its logarithm and softmin against their definitions in f64.

use candle_core::{DType, Device, Module, Tensor, Var};
use ogive_candle::{LogSoftmax, Softmax, Softmin};

use crate::support::{assert_near, vector, wave};

/// The shares of a line by the definition.
fn shares(line: &[f64], sign: f64) -> Vec<f64> {
    let largest = line.iter().map(|x| sign * x).fold(f64::NEG_INFINITY, f64::max);
    let terms: Vec<f64> = line.iter().map(|x| (sign * x - largest).exp()).collect();
    let total: f64 = terms.iter().sum();
    terms.iter().map(|term| term / total).collect()
}

#[test]
fn values_and_gradients_are_those_of_the_definition() {
    // Lines along axis 1 of [2, 5, 3].
    let (x, dy) = (wave(&[2, 5, 3], 0.3), wave(&[2, 5, 3], 1.7));
    let run = |module: &dyn Module| {
        let y = module.forward(&x).unwrap();
        let loss = (&y * dy.as_tensor()).unwrap().sum_all().unwrap();
        (vector(&y), vector(loss.backward().unwrap().get(&x).unwrap()))
    };
    let all = [run(&Softmax::new(1)), run(&Softmin::new(-2)), run(&LogSoftmax::new(1))];
    let (x, dy) = (vector(&x), vector(&dy));
    for line in 0..6 {
        let places: Vec<usize> = (0..5).map(|i| line / 3 * 15 + i * 3 + line % 3).collect();
        let of = |values: &[f64]| -> Vec<f64> { places.iter().map(|i| values[*i]).collect() };
        let (x, dy) = (of(&x), of(&dy));
        for (function, (y, dx)) in all.iter().enumerate() {
            let sign = if function == 1 { -1.0 } else { 1.0 };
            let p = shares(&x, sign);
            let mean: f64 = p.iter().zip(&dy).map(|(p, dy)| p * dy).sum();
            let total: f64 = dy.iter().sum();
            for (i, (y, dx)) in of(y).into_iter().zip(of(dx)).enumerate() {
                let (wanted, slope) = if function == 2 {
                    (p[i].ln(), dy[i] - p[i] * total)
                } else {
                    (p[i], sign * p[i] * (dy[i] - mean))
                };
                assert_near(y, wanted, 1e-14, 1.0, "y");
                assert_near(dx, slope, 1e-14, 1.0, "dx");
            }
        }
    }
}

#[test]
fn masks_and_empty_axes_are_taken_and_missing_ones_named() {
    let masked = Tensor::new(&[f32::NEG_INFINITY, 1.0, 1.0], &Device::Cpu).unwrap();
    assert_eq!(
        Softmax::new(0).forward(&masked).unwrap().to_vec1::<f32>().unwrap(),
        [0.0, 0.5, 0.5]
    );
    let x = Var::from_tensor(&masked).unwrap();
    let y = Softmax::new(0).forward(&x).unwrap();
    let loss = y.narrow(0, 1, 1).unwrap().sum_all().unwrap();
    let dx = loss.backward().unwrap().get(&x).unwrap().to_vec1::<f32>().unwrap();
    assert_eq!(dx, [0.0, 0.25, -0.25]);
    let empty = Tensor::zeros((2, 0), DType::F32, &Device::Cpu).unwrap();
    assert_eq!(Softmax::default().forward(&empty).unwrap().dims(), [2, 0]);
    let error = Softmax::new(2).forward(&empty).unwrap_err().to_string();
    assert!(error.contains("axis 2"), "{error}");
}

#[test]
fn the_gradient_of_a_large_share_keeps_its_digits() {
    let share = 1.0 / (1.0 + 20f64.exp());
    let slope = share * (1.0 - share);
    for (module, wanted) in
        [(&Softmax::new(0) as &dyn Module, [slope, -slope]), (&LogSoftmax::new(0), [share, -share])]
    {
        let x = Var::new(&[20.0f32, 0.0], &Device::Cpu).unwrap();
        let y = module.forward(&x).unwrap().narrow(0, 0, 1).unwrap();
        let dx = vector(y.sum_all().unwrap().backward().unwrap().get(&x).unwrap());
        for (found, wanted) in dx.iter().zip(wanted) {
            assert_near(*found, wanted, 1e-6, 0.0, "dx");
        }
    }
}
