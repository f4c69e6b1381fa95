//! Traps that other implementations fell into, each a test with its name; where Burn's own functions are in
//! one, the test shows it. Traps of the kernels alone are in `traps.rs` of `ogive`; that PReLU's backward
//! pass takes no memory of the size of its input is shown in `tests/memory.rs`.

use burn::module::Module;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Bool, Device, Tensor, TensorData, activation};
use ogive_burn::{Activation, ActivationConfig, DiceVariant, Momentum};

use crate::statistics::{dice, moments};
use crate::support::{assert_near, flex, vector, wave};

/// The backends at hand: `Flex` with kernels, and one on which the operation is composed of the backend's
/// own.
fn devices() -> Vec<Device> {
    let mut devices = vec![flex().autodiff()];
    #[cfg(feature = "ndarray")]
    #[allow(deprecated, reason = "Burn's oldest CPU backend is the cheapest second one to build")]
    devices.push(Device::ndarray().autodiff());
    devices
}

/// Result and gradient of a function at these inputs.
fn run(
    inputs: &[f32],
    device: &Device,
    function: impl Fn(Tensor<2>) -> Tensor<2>,
) -> [Vec<f64>; 2] {
    let data = TensorData::new(inputs.to_vec(), [inputs.len(), 1]);
    let x = Tensor::<2>::from_data(data, device).require_grad();
    let y = function(x.clone());
    let gradients = y.clone().backward();
    [vector(y), vector(x.grad(&gradients).unwrap())]
}

/// The same for an activation of one channel.
fn of(text: &str, inputs: &[f32], device: &Device) -> [Vec<f64>; 2] {
    let module = Activation::parse(text, 1, device).unwrap();
    run(inputs, device, |x| module.forward(x))
}

#[test]
fn gradient_of_elu_at_89_is_not_nan() {
    const SCALE: f64 = 1.0507009873554805;
    for device in devices() {
        for burns_own in
            [|x| activation::elu(x, 1.0), |x| activation::celu(x, 1.0), activation::selu]
        {
            let [_, dx] = run(&[89.0], &device, burns_own);
            assert!(dx[0].is_nan(), "Burn has mended it on {device:?}: {}", dx[0]);
        }
        let printed = "x > 0 ? x : alpha*(exp(x) - 1)";
        for (text, slope) in [("elu", 1.0), ("celu", 1.0), ("selu", SCALE), (printed, 1.0)] {
            let [_, dx] = of(text, &[89.0, 104.0, 1e4, 3e38], &device);
            for dx in dx {
                assert_near(dx, slope, 1e-7, 0.0, &format!("{text} on {device:?}"));
            }
        }
    }
}

#[test]
fn gelu_and_its_gradient_are_of_one_function() {
    // x·φ(x) + Φ(x) at 2, and the same of the tanh form.
    let (exact, of_tanh_form) = (1.085_232_011, 1.086_099_2);
    for device in devices() {
        let [y, dx] = of("gelu", &[2.0], &device);
        assert_near(y[0], 1.954_499_736, 1e-6, 0.0, "gelu(2)");
        assert_near(dx[0], exact, 1e-6, 0.0, "the gradient of gelu");
        let [_, dx] = of("gelu_tanh", &[2.0], &device);
        assert_near(dx[0], of_tanh_form, 1e-6, 0.0, "the gradient of gelu_tanh");
    }
    #[cfg(feature = "ndarray")]
    {
        // Burn's default is the exact value with the gradient of the tanh form; its `Flex` has its own.
        let [y, dx] = run(&[2.0], &devices()[1], activation::gelu);
        assert_near(y[0], 1.954_499_736, 1e-6, 0.0, "Burn's gelu(2)");
        assert_near(dx[0], of_tanh_form, 1e-5, 0.0, "the gradient of Burn's gelu");
    }
}

#[test]
fn the_tail_of_gelu_is_not_lost() {
    // x·Φ(x) at -6.
    let wanted = -5.919_526e-9;
    for device in devices() {
        let [y, _] = run(&[-6.0], &device, activation::gelu);
        assert!((y[0] / wanted - 1.0).abs() > 0.01, "Burn has mended it: {:e}", y[0]);
        let [y, dx] = of("gelu", &[-6.0, 1.7e38, -1.7e38], &device);
        assert_near(y[0], wanted, 1e-5, 0.0, "gelu(-6)");
        assert_near(y[1], 1.7e38, 1e-6, 0.0, "gelu(1.7e38)");
        assert_eq!((y[2], dx[1], dx[2]), (0.0, 1.0, 0.0));
    }
}

#[test]
fn the_slope_of_relu_at_0_is_0() {
    for device in devices() {
        for text in ["relu", "max(0, x)", "x > 0 ? x : 0", "relu6", "relu_squared"] {
            assert_eq!(of(text, &[0.0, -0.0], &device), [[0.0; 2]; 2], "{text}");
        }
    }
}

#[test]
fn gradients_are_the_same_bits_on_any_number_of_threads_and_every_time() {
    let device = flex().autodiff();
    for name in ["prelu", "dice", "swish", "acon_c"] {
        let found = [1, 2, 3, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let config = ActivationConfig::new(name).with_channels(24).per_channel();
                let module = config.init(&device).unwrap();
                let x = wave([16, 24, 20, 20], 0.3, &device).require_grad();
                let y = module.forward(x.clone());
                let gradients = y.clone().backward();
                let mut all = vec![vector(y), vector(x.grad(&gradients).unwrap())];
                for (_, value) in module.parameters() {
                    all.push(vector(value.grad(&gradients).unwrap()));
                }
                all.extend(module.running_statistics().into_iter().flatten().map(vector));
                all
            })
        });
        assert!(found.iter().all(|other| *other == found[0]), "{name}");
    }
}

#[test]
fn dice_in_training_uses_statistics_of_the_batch_and_moves_the_running_ones() {
    let device = flex().autodiff();
    let momentum = 0.1;
    let module = ActivationConfig::new("dice")
        .with_channels(2)
        .with_momentum(Momentum::OfNew(momentum))
        .init(&device)
        .unwrap();
    let mut wanted = [[0.0, 1.0]; 2];
    for step in 0..5 {
        let x = wave([8, 2], f64::from(step), &device) + f64::from(step);
        let y = vector(module.forward(x.clone()));
        let of_batch = moments(&vector(x.clone()), 2);
        for (place, (y, x)) in y.iter().zip(vector(x)).enumerate() {
            assert_near(*y, dice(x, of_batch[place % 2], 0.0), 1e-6, 1.0, "training");
        }
        for (wanted, batch) in wanted.iter_mut().zip(of_batch) {
            for (wanted, batch) in wanted.iter_mut().zip(batch) {
                *wanted += momentum * (batch - *wanted);
            }
        }
    }
    let [mean, variance] = module.running_statistics().unwrap().map(vector);
    for (channel, wanted) in wanted.iter().enumerate() {
        assert_near(mean[channel], wanted[0], 1e-6, 1.0, "mean");
        assert_near(variance[channel], wanted[1], 1e-6, 1.0, "variance");
    }

    // Evaluation uses them and leaves them alone, whatever the batch is.
    let evaluated = module.valid();
    let x = wave([3, 2], 0.8, &flex());
    let y = vector(evaluated.forward(x.clone()));
    for (place, (y, x)) in y.iter().zip(vector(x)).enumerate() {
        let channel = place % 2;
        let wanted = dice(x, [mean[channel], variance[channel]], 0.0);
        assert_near(*y, wanted, 1e-6, 1.0, "evaluated");
    }
    assert_eq!(evaluated.running_statistics().unwrap().map(vector), [mean, variance]);
}

#[test]
fn alpha_of_dice_is_trained() {
    let device = flex().autodiff();
    let mut module = Activation::parse("dice", 3, &device).unwrap();
    let alpha = module.parameter("alpha").unwrap();
    assert_eq!(vector(alpha.clone()), [0.0; 3]);
    let gradients = module.forward(wave([8, 3], 0.4, &device)).sum().backward();
    let gradient = vector(alpha.grad(&gradients).unwrap());
    assert!(gradient.iter().all(|value| value.abs() > 1e-3), "{gradient:?}");
    // An optimizer that is given the module alone finds it.
    let found = GradientsParams::from_grads(gradients, &module);
    module = SgdConfig::new().init().step(0.5, module, found);
    for (after, gradient) in vector(module.parameter("alpha").unwrap()).iter().zip(gradient) {
        assert_near(*after, -0.5 * gradient, 1e-6, 0.0, "alpha after a step");
    }
}

#[test]
fn dice_learns_no_scale_and_no_shift_unless_asked() {
    let names = |variant: DiceVariant| -> Vec<String> {
        let module = ActivationConfig::dice(variant, 3).init(&flex()).unwrap();
        module.parameters().iter().map(|(name, _)| (*name).to_owned()).collect()
    };
    for variant in [DiceVariant::Paper, DiceVariant::DeepCtr, DiceVariant::FuxiCtr] {
        assert_eq!(names(variant), ["alpha"], "{variant:?}");
    }
    assert_eq!(names(DiceVariant::TorchEasyRec), ["alpha", "gamma", "beta"]);
    let module = Activation::parse("dice", 3, &flex()).unwrap();
    assert_eq!(module.parameters().len(), 1);
}

/// The running statistics of a Dice that takes those of the batch as they are.
fn statistics_of<const D: usize>(x: Tensor<D>, channels: usize, axis: isize) -> [Vec<f64>; 2] {
    let module = ActivationConfig::new("dice")
        .with_channels(channels)
        .with_channel_axis(axis)
        .with_momentum(Momentum::OfNew(1.0))
        .init(&x.device())
        .unwrap();
    module.forward(x);
    module.running_statistics().unwrap().map(vector)
}

#[track_caller]
fn are_moments_of([mean, variance]: [Vec<f64>; 2], rows: Tensor<2>) {
    let [_, channels] = rows.dims();
    assert_eq!(mean.len(), channels);
    for (channel, wanted) in moments(&vector(rows), channels).iter().enumerate() {
        assert_near(mean[channel], wanted[0], 1e-6, 1.0, "mean");
        assert_near(variance[channel], wanted[1], 1e-6, 1.0, "variance");
    }
}

#[test]
fn statistics_of_dice_are_over_batch_and_time() {
    let device = flex().autodiff();
    let x = wave([4, 5, 3], 0.3, &device);
    are_moments_of(statistics_of(x.clone(), 3, -1), x.clone().reshape([20, 3]));
    // Channels in the middle, as in images.
    let images = wave([4, 3, 2, 2], 0.3, &device);
    let rows = images.clone().permute([0, 2, 3, 1]).reshape([16, 3]);
    are_moments_of(statistics_of(images, 3, 1), rows);
    // Time taken for channels is an error, not another result.
    let on_axis_1 = ActivationConfig::new("dice").with_channels(3).init(&device).unwrap();
    let error = on_axis_1.try_forward(x).unwrap_err().to_string();
    assert!(error.contains("axis 1") && error.contains("[4, 5, 3]"), "{error}");
}

#[test]
fn variance_of_dice_is_averaged_not_summed() {
    let device = flex().autodiff();
    let x = wave([8, 2], 0.4, &device);
    let thrice = Tensor::cat(vec![x.clone(); 3], 0);
    let [once, thrice_as_many] =
        [x.clone(), thrice.clone()].map(|rows| statistics_of(rows, 2, 1)[1].clone());
    for (once, thrice) in once.iter().zip(&thrice_as_many) {
        assert_near(*thrice, *once, 1e-6, 0.0, "variance");
    }
    are_moments_of(statistics_of(x.clone(), 2, 1), x.clone());
    let module = Activation::parse("dice", 2, &device).unwrap();
    let (few, many) = (vector(module.forward(x)), vector(module.forward(thrice)));
    for (few, many) in few.iter().zip(&many) {
        assert_near(*many, *few, 1e-6, 1.0, "y");
    }
}

#[test]
fn padding_is_not_counted_by_dice() {
    let device = flex().autodiff();
    let module = ActivationConfig::new("dice")
        .with_channels(3)
        .with_channel_axis(-1)
        .with_momentum(Momentum::OfNew(1.0))
        .init(&device)
        .unwrap();
    // Two sequences of 4 steps and of 2, filled up with zeros.
    let x = wave([2, 4, 3], 0.4, &device) + 5.0;
    let padded = [[false; 4], [false, false, true, true]];
    let padding = Tensor::<2, Bool>::from_bool(padded, &device);
    let mask = padding.clone().unsqueeze_dim::<3>(2).expand([2, 4, 3]);
    let x = x.mask_fill(mask, 0.0);
    let real = x.clone().reshape([8, 3]).slice([0..6, 0..3]);
    module.forward_padded(x.clone(), padding);
    are_moments_of(module.running_statistics().unwrap().map(vector), real);
    // Counted, they would have been seen.
    module.forward(x);
    let mean = vector(module.running_statistics().unwrap()[0].clone());
    assert!(mean.iter().all(|mean| *mean < 4.5), "{mean:?}");
}

/// Two layers and what they make of a batch.
#[derive(Module, Debug)]
struct Two {
    first: Activation,
    second: Activation,
}

#[test]
fn two_layers_made_from_one_config_do_not_share_a_slope() {
    let device = flex().autodiff();
    let config = ActivationConfig::new("prelu").with_channels(1);
    let mut two =
        Two { first: config.init(&device).unwrap(), second: config.init(&device).unwrap() };
    assert_eq!(two.num_params(), 2);
    let x = Tensor::<2>::from_floats([[-1.0], [-2.0]], &device);
    let gradients = (two.first.forward(x.clone()) + two.second.forward(x) * 3.0).sum().backward();
    let found = GradientsParams::from_grads(gradients, &two);
    two = SgdConfig::new().init().step(0.125, two, found);
    let slope = |module: &Activation| vector(module.parameter("alpha").unwrap());
    // The sums are -3 and -9.
    assert_eq!((slope(&two.first), slope(&two.second)), (vec![0.625], vec![1.375]));
}

#[test]
fn a_slope_is_shared_by_using_one_layer_twice() {
    let device = flex().autodiff();
    let mut one = Activation::parse("prelu", 1, &device).unwrap();
    let x = Tensor::<2>::from_floats([[-1.0], [-2.0]], &device);
    let gradients = (one.forward(x.clone()) + one.forward(x) * 3.0).sum().backward();
    let found = GradientsParams::from_grads(gradients, &one);
    one = SgdConfig::new().init().step(0.125, one, found);
    assert_eq!(vector(one.parameter("alpha").unwrap()), [1.75]);
}

#[test]
fn a_clone_is_no_layer_of_its_own() {
    let device = flex().autodiff();
    let layer = Activation::parse("prelu", 1, &device).unwrap();
    let mut two = Two { first: layer.clone(), second: layer };
    let x = Tensor::<2>::from_floats([[-1.0], [-2.0]], &device);
    for _ in 0..2 {
        let sum = two.first.forward(x.clone()) + two.second.forward(x.clone()) * 3.0;
        let found = GradientsParams::from_grads(sum.sum().backward(), &two);
        two = SgdConfig::new().init().step(0.125, two, found);
    }
    // To Burn both are one parameter, of which it moves the first alone. The module's page warns of it.
    let slope = |module: &Activation| vector(module.parameter("alpha").unwrap());
    assert_ne!(slope(&two.first), [0.25]);
    assert_eq!(slope(&two.second), [0.25], "clones are layers of their own now: tell the page");
}
