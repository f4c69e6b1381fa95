//! One value for all, for each channel, for each group of channels, for each element of a sample.

use ogive_candle::ActivationConfig;

use crate::support::{assert_near, built_in, variable, vector, wave};
use candle_core::{DType, Device, Tensor};

/// Every granularity in one polynomial, whose derivatives are powers of x.
const MIXED: &str =
    "a*x + b*x^2 + c*x^3 + d | a = 1 per element, b = 2 per channel, c = 3 in 2 groups, d = 4";

/// Compares with the definition; `channel` tells the channel of an element of a sample.
fn check(axis: isize, shape: &[usize], channel: impl Fn(usize) -> usize) {
    let config = ActivationConfig::new(MIXED)
        .with_channels(4)
        .with_channel_axis(axis)
        .with_sample(&shape[1..]);
    let (module, variables) = built_in(&config, DType::F64);
    let elements: usize = shape[1..].iter().product();
    let widths: Vec<usize> = module.variables().map(|(_, kept)| kept.elem_count()).collect();
    assert_eq!(widths, [elements, 4, 2, 1]);
    let mut parameters = Vec::new();
    for (of, (name, kept)) in module.variables().enumerate() {
        let value = |i: usize| 0.25 * (i * 7 % 11 + of) as f64 - 1.0;
        let values: Vec<f64> = (0..kept.elem_count()).map(value).collect();
        let tensor = Tensor::new(values.as_slice(), &Device::Cpu).unwrap();
        module.set_values(name, &tensor).unwrap();
        parameters.push(values);
    }
    let places = |i: usize| [i % elements, channel(i % elements), channel(i % elements) / 2, 0];
    let (x, dy) = (wave(shape, 0.3), wave(shape, 1.1));
    let y = module.forward(&x).unwrap();
    let gradients = (&y * dy.as_tensor()).unwrap().sum_all().unwrap().backward().unwrap();
    let (y, dx) = (vector(&y), vector(gradients.get(&x).unwrap()));
    let mut sums: Vec<Vec<f64>> = parameters.iter().map(|v| vec![0.0; v.len()]).collect();
    for (i, (x, dy)) in vector(&x).into_iter().zip(vector(&dy)).enumerate() {
        let place = places(i);
        let [a, b, c, d] = [0, 1, 2, 3].map(|of| parameters[of][place[of]]);
        let slope = a + 2.0 * b * x + 3.0 * c * x * x;
        assert_near(y[i], a * x + b * x * x + c * x.powi(3) + d, 1e-13, 10.0, "y");
        assert_near(dx[i], dy * slope, 1e-13, 10.0, "dx");
        for (of, power) in [x, x * x, x.powi(3), 1.0].into_iter().enumerate() {
            sums[of][place[of]] += dy * power;
        }
    }
    for ((name, _), wanted) in module.variables().zip(&sums) {
        let found = vector(gradients.get(&variable(&variables, name)).unwrap());
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert_near(*found, *wanted, 1e-13, 10.0, &format!("d{name}"));
        }
    }
}

#[test]
fn all_granularities_meet_in_one_formula() {
    check(1, &[3, 4], |element| element);
    check(1, &[3, 4, 2, 3], |element| element / 6);
    check(2, &[3, 2, 4, 3], |element| element / 3 % 4);
    check(-1, &[2, 5, 4], |element| element % 4);
}
