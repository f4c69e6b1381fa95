//! One value for all, for each channel, for each group of channels, for each element of a sample.

use burn::backend::Flex;
use burn::tensor::{DType, Device, Tensor};
use ogive::formula::Granularity;
use ogive_burn::{Activation, ActivationBackend, ActivationConfig, composed};

use crate::support::{
    assert_near, flex, operands, primitive, values, vector, wave, with_all_values,
};

/// Every granularity in one polynomial, whose derivatives are powers of x.
const MIXED: &str =
    "a*x + b*x^2 + c*x^3 + d | a = 1 per element, b = 2 per channel, c = 3 in 2 groups, d = 4";

/// Different values for the four parameters of [`MIXED`] and four channels.
fn mixed(axis: isize, sample: &[usize], device: &Device) -> (Activation, Vec<Vec<f64>>) {
    let module = ActivationConfig::new(MIXED)
        .with_channels(4)
        .with_channel_axis(axis)
        .with_sample(sample)
        .init(device)
        .unwrap();
    let widths: Vec<usize> = module.parameters().iter().map(|(_, v)| v.dims()[0]).collect();
    assert_eq!(widths, [sample.iter().product(), 4, 2, 1]);
    // Quarters are exact in f32.
    let values: Vec<Vec<f64>> = widths
        .iter()
        .enumerate()
        .map(|(of, width)| (0..*width).map(|i| 0.25 * (i * 7 % 11 + of) as f64 - 1.0).collect())
        .collect();
    let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
    (with_all_values(module, &slices), values)
}

/// Compares with the definition; `channel` tells the channel of an element of a sample.
fn check<const D: usize>(axis: isize, shape: [usize; D], channel: impl Fn(usize) -> usize) {
    let device = flex().autodiff();
    let (module, parameters) = mixed(axis, &shape[1..], &device);
    let elements: usize = shape[1..].iter().product();
    let places = |i: usize| [i % elements, channel(i % elements), channel(i % elements) / 2, 0];
    let x = wave(shape, 0.3, &device).cast(DType::F64).detach().require_grad();
    let dy = wave(shape, 1.1, &device).cast(DType::F64);
    let y = module.forward(x.clone());
    let gradients = (y.clone() * dy.clone()).sum().backward();
    let (y, dx) = (vector(y), vector(x.grad(&gradients).unwrap()));
    let mut sums: Vec<Vec<f64>> = parameters.iter().map(|v| vec![0.0; v.len()]).collect();
    for (i, (x, dy)) in vector(x).into_iter().zip(vector(dy)).enumerate() {
        let place = places(i);
        let [a, b, c, d] = [0, 1, 2, 3].map(|of| parameters[of][place[of]]);
        let slope = a + 2.0 * b * x + 3.0 * c * x * x;
        assert_near(y[i], a * x + b * x * x + c * x.powi(3) + d, 1e-13, 10.0, "y");
        assert_near(dx[i], dy * slope, 1e-13, 10.0, "dx");
        for (of, power) in [x, x * x, x.powi(3), 1.0].into_iter().enumerate() {
            sums[of][place[of]] += dy * power;
        }
    }
    for ((name, value), wanted) in module.parameters().iter().zip(&sums) {
        let found = vector(value.grad(&gradients).unwrap());
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert_near(*found, *wanted, 1e-6, 10.0, &format!("d{name}"));
        }
    }
}

#[test]
fn all_granularities_meet_in_one_formula() {
    check(1, [3, 4], |element| element);
    check(1, [3, 4, 2, 3], |element| element / 6);
    check(2, [3, 2, 4, 3], |element| element / 3 % 4);
    check(-1, [2, 5, 4], |element| element % 4);
}

#[test]
fn groups_alone_stay_on_the_layout_of_channels() {
    let device = flex().autodiff();
    let config = ActivationConfig::new("prelu").with_channels(6).in_groups(2);
    let module = config.init(&device).unwrap();
    assert_eq!(module.plan().cells(), 6);
    let module = with_all_values(module, &[&[0.5, -2.0]]);
    let x = -Tensor::<2>::ones([2, 6], &device);
    let y = module.forward(x);
    let gradients = y.clone().sum().backward();
    assert_eq!(vector(y), [-0.5, -0.5, -0.5, 2.0, 2.0, 2.0].repeat(2));
    let found = module.parameter("alpha").unwrap().grad(&gradients).unwrap();
    assert_eq!(vector(found), [-6.0, -6.0]);
}

#[test]
fn a_sample_is_a_row_of_channels_unless_told() {
    let config = ActivationConfig::new("prelu").with_channels(5).per_element();
    let module = config.init(&flex()).unwrap();
    assert_eq!(module.parameter("alpha").unwrap().dims(), [5]);
    assert_eq!(module.forward(wave([2, 5], 0.1, &flex())).dims(), [2, 5]);
}

/// Dice with a value per channel or per element, for `[batch, 3, 5]` and `[batch, 5, 3]`.
fn dice(granularity: Granularity, axis: isize, device: &Device) -> Activation {
    ActivationConfig::new("dice")
        .with_channels(3)
        .with_channel_axis(axis)
        .with_sample(if axis == 1 { [3, 5] } else { [5, 3] })
        .with_parameter("alpha", 0.375)
        .with_granularity("alpha", granularity)
        .init(device)
        .unwrap()
}

#[test]
fn elements_with_values_of_their_own_share_the_statistics_of_their_channel() {
    let device = flex().autodiff();
    for axis in [1, -1] {
        let shape = if axis == 1 { [4, 3, 5] } else { [4, 5, 3] };
        let dy = wave(shape, 2.2, &device);
        let run = |granularity| {
            let module = dice(granularity, axis, &device);
            let x = wave(shape, 0.4, &device).require_grad();
            let y = module.forward(x.clone());
            let gradients = (y.clone() * dy.clone()).sum().backward();
            let slopes = vector(module.parameter("alpha").unwrap().grad(&gradients).unwrap());
            (vector(y), vector(x.grad(&gradients).unwrap()), slopes)
        };
        let (of_channels, of_elements) =
            (run(Granularity::PerChannel), run(Granularity::PerElement));
        for (found, wanted) in of_elements.0.iter().zip(&of_channels.0) {
            assert_near(*found, *wanted, 1e-6, 1.0, "y");
        }
        for (found, wanted) in of_elements.1.iter().zip(&of_channels.1) {
            assert_near(*found, *wanted, 2e-6, 1.0, "dx");
        }
        let channel = |element: usize| if axis == 1 { element / 5 } else { element % 3 };
        let mut sums = [0.0; 3];
        for (element, slope) in of_elements.2.iter().enumerate() {
            sums[channel(element)] += slope;
        }
        for (found, wanted) in sums.iter().zip(&of_channels.2) {
            assert_near(*found, *wanted, 1e-5, 1.0, "dalpha");
        }
    }
}

#[test]
fn the_composed_form_knows_elements_too() {
    for axis in [1, -1] {
        let shape = if axis == 1 { [4, 3, 5] } else { [4, 5, 3] };
        let module = dice(Granularity::PerElement, axis, &flex());
        let x = wave(shape, 0.4, &flex()).cast(DType::F64);
        let dy = primitive(wave(shape, 2.2, &flex()).cast(DType::F64));
        let site = module.site(&shape, true).unwrap();
        let statistics = Flex::activation_statistics(primitive(x.clone()), site.clone());
        let statistics = Tensor::<2>::from_primitive::<Flex>(statistics);
        let operands = operands(&module, x, None, Some(statistics));
        let y = Flex::activation(operands.clone(), site.clone());
        let own = composed::forward::<Flex>(operands.clone(), &site);
        for (found, wanted) in values(own).iter().zip(values(y)) {
            assert_near(*found, wanted, 1e-13, 1.0, "y");
        }
        let (dx, _, dalpha) = composed::backward::<Flex>(operands.clone(), dy.clone(), &site);
        let native = Flex::activation_backward(operands, dy, site);
        for (found, wanted) in values(dx).iter().zip(values(native.0)) {
            assert_near(*found, wanted, 1e-13, 1.0, "dx");
        }
        for (found, wanted) in values(dalpha.unwrap()).iter().zip(values(native.2.unwrap())) {
            assert_near(*found, wanted, 1e-6, 1.0, "dalpha");
        }
    }
}
