//! Statistics of the batch in training, running ones in evaluation, and positions that count in neither.

use candle_core::{DType, Device, ModuleT, Tensor};
use ogive_candle::{Activation, ActivationConfig, Momentum};

use crate::support::{assert_all_near, assert_near, built_in, variable, vector, wave};

fn dice(channels: usize, axis: isize) -> ActivationConfig {
    ActivationConfig::new("dice")
        .with_channels(channels)
        .with_channel_axis(axis)
        .with_parameter("alpha", 0.25)
}

/// Dice of one channel in plain f64, with alpha = 0.25: the sum of dy·y.
fn weighted(x: &[f64], dy: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    let y = x.iter().map(|x| {
        let p = 1.0 / (1.0 + (-(x - mean) / (variance + 1e-8).sqrt()).exp());
        p * x + (1.0 - p) * 0.25 * x
    });
    y.zip(dy).map(|(y, dy)| y * dy).sum()
}

#[test]
fn the_gradient_flows_through_the_statistics_of_the_batch() {
    let (module, _) = built_in(&dice(3, 1), DType::F64);
    let (x, dy) = (wave(&[5, 3, 2], 0.4), wave(&[5, 3, 2], 1.3));
    let y = module.forward_t(&x, true).unwrap();
    let gradients = (&y * dy.as_tensor()).unwrap().sum_all().unwrap().backward().unwrap();
    let dx = vector(gradients.get(&x).unwrap());
    let (x, dy) = (vector(&x), vector(&dy));
    for channel in 0..3 {
        let mine: Vec<usize> = (0..30).filter(|i| i / 2 % 3 == channel).collect();
        let of = |values: &[f64]| -> Vec<f64> { mine.iter().map(|i| values[*i]).collect() };
        let (x, dy) = (of(&x), of(&dy));
        for (place, i) in mine.iter().enumerate() {
            let at = |shift: f64| {
                let mut x = x.clone();
                x[place] += shift;
                weighted(&x, &dy)
            };
            // The error of this difference is of fourth order.
            let step = 1e-3;
            let slope =
                (8.0 * (at(step) - at(-step)) - (at(2.0 * step) - at(-2.0 * step))) / (12.0 * step);
            assert_near(dx[*i], slope, 1e-9, 1.0, "dx");
        }
    }
}

#[test]
fn evaluation_uses_and_training_moves_the_running_statistics() {
    let (module, variables) = built_in(&dice(3, -1), DType::F64);
    let x = wave(&[4, 3], 0.7);
    let before = vector(&module.forward(&x).unwrap());
    assert_eq!(vector(&variable(&variables, "running_mean")), [0.0; 3]);
    module.forward_t(&x, true).unwrap();
    let [mean, variance] = module.running_statistics().unwrap().map(vector);
    for channel in 0..3 {
        let mine: Vec<f64> = vector(&x).into_iter().skip(channel).step_by(3).collect();
        let batch_mean = mine.iter().sum::<f64>() / 4.0;
        let squares: f64 = mine.iter().map(|x| (x - batch_mean).powi(2)).sum();
        assert_near(mean[channel], 0.01 * batch_mean, 1e-14, 0.0, "mean");
        assert_near(variance[channel], 0.99 + 0.01 * squares / 4.0, 1e-14, 0.0, "variance");
    }
    assert_ne!(vector(&module.forward(&x).unwrap()), before);
}

#[test]
fn constant_statistics_pass_no_gradient() {
    let x = wave(&[6, 2], 0.2);
    let slope = |module: &Activation, train| {
        let loss = module.forward_t(&x, train).unwrap().sum_all().unwrap();
        vector(loss.backward().unwrap().get(&x).unwrap())
    };
    let follows = dice(2, 1).with_momentum(Momentum::OfNew(1.0));
    let (module, _) = built_in(&follows.clone().with_constant_statistics(), DType::F64);
    let constant = slope(&module, true);
    // The running statistics are those of the batch now, and constants.
    assert_all_near(&constant, &slope(&module, false), 1e-13, "dx");
    let (module, _) = built_in(&follows, DType::F64);
    let through = slope(&module, true);
    assert!(through.iter().zip(&constant).all(|(a, b)| (a - b).abs() > 1e-6));
}

/// y, dx and the running statistics.
type Found = (Vec<f64>, Vec<f64>, [Vec<f64>; 2]);

fn padded(module: &Activation, x: &Tensor, padding: &Tensor, dy: &Tensor) -> Found {
    let x = candle_core::Var::from_tensor(&x.detach()).unwrap();
    let y = module.forward_padded(&x, padding, true).unwrap();
    let gradients = (&y * dy).unwrap().sum_all().unwrap().backward().unwrap();
    let running = module.running_statistics().unwrap().map(vector);
    (vector(&y), vector(gradients.get(&x).unwrap()), running)
}

#[test]
fn padded_positions_count_for_nothing() {
    for axis in [1, -1] {
        let shape: &[usize] = if axis == 1 { &[2, 3, 4] } else { &[2, 4, 3] };
        let (x, dy) = (wave(shape, 0.4), wave(shape, 1.9));
        let flags = [0u8, 1, 0, 0, 0, 0, 1, 1];
        let padding = Tensor::new(&flags, &Device::Cpu).unwrap().reshape((2, 4)).unwrap();
        let (module, _) = built_in(&dice(3, axis), DType::F64);
        let (y, dx, running) = padded(&module, &x, &padding, &dy);

        // What is not padding, as rows of channels.
        let rows = |tensor: &Tensor| {
            let last = if axis == 1 { tensor.transpose(1, 2).unwrap() } else { tensor.clone() };
            last.reshape((8, 3)).unwrap()
        };
        let kept = Tensor::new(&[0u32, 2, 3, 4, 5], &Device::Cpu).unwrap();
        let selected = |tensor: &Tensor| rows(tensor).index_select(&kept, 0).unwrap();
        let (alone, _) = built_in(&dice(3, 1), DType::F64);
        let x_alone = candle_core::Var::from_tensor(&selected(&x).detach()).unwrap();
        let y_alone = alone.forward_t(&x_alone, true).unwrap();
        let loss = (&y_alone * selected(&dy)).unwrap().sum_all().unwrap();
        let dx_alone = vector(loss.backward().unwrap().get(&x_alone).unwrap());
        let as_rows = |values: Vec<f64>| {
            let tensor = Tensor::from_vec(values, shape, &Device::Cpu).unwrap();
            (vector(&selected(&tensor)), vector(&rows(&tensor)))
        };
        for (all, alone) in [(y, vector(&y_alone)), (dx, dx_alone)] {
            let (kept, all) = as_rows(all);
            assert_eq!(kept, alone);
            for position in [1, 6, 7] {
                assert_eq!(all[3 * position..3 * position + 3], [0.0; 3]);
            }
        }
        assert_eq!(running, alone.running_statistics().unwrap().map(vector));
    }
}

#[test]
fn where_all_is_padding_nothing_moves() {
    let (module, _) = built_in(&dice(3, 1), DType::F64);
    let padding = Tensor::ones(4, DType::U8, &Device::Cpu).unwrap();
    let x = wave(&[4, 3], 0.4);
    let (y, dx, running) = padded(&module, &x, &padding, &x);
    assert_eq!((y, dx), (vec![0.0; 12], vec![0.0; 12]));
    assert_eq!(running, [vec![0.0; 3], vec![1.0; 3]]);
}

#[test]
fn values_per_element_share_the_statistics_of_their_channel() {
    let (x, dy) = (wave(&[4, 3, 5], 0.4), wave(&[4, 3, 5], 2.2));
    let run = |config: ActivationConfig| {
        let (module, _) = built_in(&config, DType::F64);
        let y = module.forward_t(&x, true).unwrap();
        let loss = (&y * dy.as_tensor()).unwrap().sum_all().unwrap();
        (vector(&y), vector(loss.backward().unwrap().get(&x).unwrap()))
    };
    let (y, dx) = run(dice(3, 1));
    let (y_elements, dx_elements) = run(dice(3, 1).per_element().with_sample([3, 5]));
    assert_all_near(&y_elements, &y, 1e-12, "y");
    assert_all_near(&dx_elements, &dx, 1e-12, "dx");
}
