//! Funnel `ReLU`.

use burn::module::Module;
use burn::tensor::{DType, Tensor};
use ogive_burn::{FunnelRelu, FunnelReluConfig};

use super::{
    Numbers, Parameter, backward, cast, check, of_normalization, plain, running, waved,
    waved_normalization,
};
use crate::support::{flex, vector, wave};

const CHANNELS: usize = 2;
const HEIGHT: usize = 4;
const WIDTH: usize = 5;
const SHAPE: [usize; 4] = [3, CHANNELS, HEIGHT, WIDTH];

/// A window of each channel over an image with zeros around it.
fn convolved(x: &[f64], window: &[f64], bias: &[f64], size: usize) -> Vec<f64> {
    let around = size as isize / 2;
    let mut y = Vec::new();
    for (plane, image) in x.chunks(HEIGHT * WIDTH).enumerate() {
        let channel = plane % CHANNELS;
        for row in 0..HEIGHT as isize {
            for column in 0..WIDTH as isize {
                let mut sum = bias[channel];
                for (place, weight) in
                    window[channel * size * size..(channel + 1) * size * size].iter().enumerate()
                {
                    let row = row + (place / size) as isize - around;
                    let column = column + (place % size) as isize - around;
                    let inside = (0..HEIGHT as isize).contains(&row)
                        && (0..WIDTH as isize).contains(&column);
                    if inside {
                        sum += weight * image[row as usize * WIDTH + column as usize];
                    }
                }
                y.push(sum);
            }
        }
    }
    y
}

/// max(x, BN(conv(x))).
fn definition(at: &Numbers, bias: &[f64], size: usize, of: Option<&[Vec<f64>; 2]>) -> Vec<f64> {
    let [x, window, gamma, beta] = &at[..] else { panic!("four tensors") };
    let condition = convolved(x, window, bias, size);
    let condition = plain::normalized(&condition, gamma, beta, HEIGHT * WIDTH, of);
    x.iter().zip(&condition).map(|(x, other)| x.max(*other)).collect()
}

fn layer(size: usize, dtype: DType) -> FunnelRelu {
    let config = FunnelReluConfig::new(CHANNELS).with_kernel_size(size);
    let mut layer = cast(config.init(&flex().autodiff()).unwrap(), dtype);
    layer.convolution.weight = waved(layer.convolution.weight, 0.2);
    layer.convolution.bias = layer.convolution.bias.map(|bias| waved(bias, 0.6));
    layer.normalization = waved_normalization(layer.normalization, 1.3);
    layer
}

/// All that has a gradient: in training the offset in front of the normalisation has no effect.
fn parameters(layer: &FunnelRelu) -> Vec<Parameter> {
    let mut all = vec![Parameter::Window(layer.convolution.weight.val())];
    all.extend(of_normalization(&layer.normalization));
    all
}

fn numbers(layer: &FunnelRelu, x: &Tensor<4>) -> Numbers {
    let mut numbers = vec![vector(x.clone())];
    numbers.extend(parameters(layer).iter().map(Parameter::numbers));
    numbers
}

fn bias(layer: &FunnelRelu) -> Vec<f64> {
    vector(layer.convolution.bias.as_ref().unwrap().val())
}

#[test]
fn in_training_values_and_gradients_are_those_of_the_definition() {
    for dtype in [DType::F64, DType::F32] {
        for size in [1, 3, 5] {
            let layer = layer(size, dtype);
            let x = wave(SHAPE, 0.1, &flex().autodiff()).cast(dtype).require_grad();
            let dy = wave(SHAPE, 0.9, &x.device()).cast(dtype);
            let found = backward(layer.forward(x.clone()), &dy, &x, &parameters(&layer));
            let offsets = bias(&layer);
            check(&found, &numbers(&layer, &x), &vector(dy), dtype, |at| {
                definition(at, &offsets, size, None)
            });
        }
    }
}

#[test]
fn in_evaluation_they_are_too_with_running_statistics() {
    for dtype in [DType::F64, DType::F32] {
        let layer = layer(3, dtype);
        layer.forward(wave(SHAPE, 0.4, &flex().autodiff()).cast(dtype));
        let moved = running(&layer.normalization);
        let layer = layer.freeze();
        let x = wave(SHAPE, 0.1, &flex().autodiff()).cast(dtype).require_grad();
        let dy = wave(SHAPE, 0.9, &x.device()).cast(dtype);
        let found = backward(layer.forward(x.clone()), &dy, &x, &[]);
        let (numbers, offsets) = (numbers(&layer, &x), bias(&layer));
        check(&found, &numbers, &vector(dy), dtype, |at| definition(at, &offsets, 3, Some(&moved)));
        assert_eq!(vector(layer.valid().forward(x.without_autodiff())), found.y);
    }
}

#[test]
fn an_empty_batch_gives_an_empty_result_and_moves_nothing() {
    let layer = layer(3, DType::F32);
    let before = running(&layer.normalization);
    let none = Tensor::<4>::zeros([0, CHANNELS, HEIGHT, WIDTH], &flex().autodiff());
    assert_eq!(layer.forward(none.clone()).dims(), none.dims());
    assert_eq!(running(&layer.normalization), before);
}
