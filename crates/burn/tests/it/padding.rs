//! Padded positions count for nothing.

use burn::module::Module;
use burn::tensor::{Bool, Device, Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig, Momentum};

use crate::support::{assert_near, flex, vector, wave};

fn dice(axis: isize, device: &Device) -> Activation {
    ActivationConfig::new("dice")
        .with_channels(3)
        .with_channel_axis(axis)
        .with_parameter("alpha", 0.25)
        .with_momentum(Momentum::OfNew(0.5))
        .init(device)
        .unwrap()
}

fn padding<const P: usize>(kept: &[bool], shape: [usize; P], device: &Device) -> Tensor<P, Bool> {
    let padded: Vec<bool> = kept.iter().map(|kept| !kept).collect();
    Tensor::from_data(TensorData::new(padded, shape), device)
}

/// y, dx, dalpha and the running statistics.
type Found = (Vec<f64>, Vec<f64>, Vec<f64>, [Vec<f64>; 2]);

/// The kept positions alone, as one batch of rows.
fn alone(rows: Tensor<2>, dy: Tensor<2>, device: &Device) -> Found {
    let module = dice(1, device);
    let x = rows.detach().require_grad();
    let y = module.forward(x.clone());
    let gradients = (y.clone() * dy).sum().backward();
    let dalpha = module.parameter("alpha").unwrap().grad(&gradients).unwrap();
    let running = module.running_statistics().unwrap().map(vector);
    (vector(y), vector(x.grad(&gradients).unwrap()), vector(dalpha), running)
}

/// What padded positions hold; NaN and numbers that would ruin any mean.
const RUBBISH: [f64; 3] = [f64::NAN, 1e30, f64::INFINITY];

#[test]
fn what_is_padded_is_as_if_it_were_not_there() {
    let device = flex().autodiff();
    let kept = [true, true, false, true, false, false, true, true];
    let (x, dy) = (wave([8, 3], 0.4, &device), wave([8, 3], 1.7, &device));
    let rows: Vec<usize> = (0..8).filter(|row| kept[*row]).collect();
    let pick = |tensor: &Tensor<2>| {
        let rows: Vec<Tensor<2>> =
            rows.iter().map(|row| tensor.clone().slice([*row..row + 1, 0..3])).collect();
        Tensor::cat(rows, 0)
    };
    let wanted = alone(pick(&x), pick(&dy), &device);
    let spoiled: Vec<f64> = vector(x)
        .into_iter()
        .enumerate()
        .map(|(i, x)| if kept[i / 3] { x } else { RUBBISH[i % 3] })
        .collect();
    let x = Tensor::<2>::from_data(TensorData::new(spoiled, [8, 3]), &device);

    // The same positions as [batch, channels], as [batch, time, channels] and with channels first.
    let check = |module: &Activation, found: Found| {
        for (row, kept) in kept.iter().enumerate() {
            let from = rows.iter().position(|known| *known == row);
            for channel in 0..3 {
                let place = row * 3 + channel;
                let at = |values: &[f64]| from.map_or(0.0, |from| values[from * 3 + channel]);
                assert_eq!(found.0[place], at(&wanted.0), "y, kept: {kept}");
                assert_eq!(found.1[place], at(&wanted.1), "dx, kept: {kept}");
            }
        }
        for (found, wanted) in found.2.iter().zip(&wanted.2) {
            assert_near(*found, *wanted, 1e-6, 1.0, "dalpha");
        }
        assert_eq!(found.3, wanted.3);
        assert_eq!(module.running_statistics().unwrap().map(vector), wanted.3);
    };
    let alpha = |module: &Activation| module.parameter("alpha").unwrap();
    let running = |module: &Activation| module.running_statistics().unwrap().map(vector);

    let module = dice(1, &device);
    let x2 = x.clone().require_grad();
    let y = module.forward_padded(x2.clone(), padding(&kept, [8], &device));
    let gradients = (y.clone() * dy.clone()).sum().backward();
    let dalpha = vector(alpha(&module).grad(&gradients).unwrap());
    let dx = vector(x2.grad(&gradients).unwrap());
    check(&module, (vector(y), dx, dalpha, running(&module)));

    let module = dice(-1, &device);
    let x3: Tensor<3> = x.clone().reshape([2, 4, 3]).detach().require_grad();
    let y = module.forward_padded(x3.clone(), padding(&kept, [2, 4], &device));
    assert_eq!(y.dims(), [2, 4, 3]);
    let gradients = (y.clone() * dy.clone().reshape([2, 4, 3])).sum().backward();
    let dalpha = vector(alpha(&module).grad(&gradients).unwrap());
    let dx = vector(x3.grad(&gradients).unwrap());
    check(&module, (vector(y), dx, dalpha, running(&module)));

    let module = dice(1, &device);
    let turned: Tensor<3> = x.reshape([2, 4, 3]).swap_dims(1, 2).detach().require_grad();
    let y = module.forward_padded(turned.clone(), padding(&kept, [2, 4], &device));
    assert_eq!(y.dims(), [2, 3, 4]);
    let back = y.swap_dims(1, 2);
    let gradients = (back.clone() * dy.reshape([2, 4, 3])).sum().backward();
    let dalpha = vector(alpha(&module).grad(&gradients).unwrap());
    let dx = vector(turned.grad(&gradients).unwrap().swap_dims(1, 2));
    check(&module, (vector(back), dx, dalpha, running(&module)));
}

#[test]
fn in_evaluation_padding_comes_out_as_0_and_the_rest_as_ever() {
    let device = flex().autodiff();
    let module = dice(1, &device);
    module.forward(wave([5, 3], 0.8, &device));
    let module = module.valid();
    let x = wave([4, 3], 0.1, &flex());
    let wanted = vector(module.forward(x.clone()));
    let kept = [false, true, true, false];
    let y = vector(module.forward_padded(x, padding(&kept, [4], &flex())));
    for (i, y) in y.iter().enumerate() {
        assert_eq!(*y, if kept[i / 3] { wanted[i] } else { 0.0 });
    }
}

#[test]
fn where_all_is_padding_nothing_moves() {
    let device = flex().autodiff();
    let module = dice(1, &device);
    let x = wave([4, 3], 0.1, &device).require_grad();
    let y = module.forward_padded(x.clone(), padding(&[false; 4], [4], &device));
    let gradients = y.clone().sum().backward();
    assert_eq!(vector(y), [0.0; 12]);
    assert_eq!(vector(x.grad(&gradients).unwrap()), [0.0; 12]);
    assert_eq!(vector(module.parameter("alpha").unwrap().grad(&gradients).unwrap()), [0.0; 3]);
    assert_eq!(module.running_statistics().unwrap().map(vector), [vec![0.0; 3], vec![1.0; 3]]);
}

#[test]
fn paddings_are_checked() {
    let device = flex();
    let says = |error: ogive_burn::Error, parts: &[&str]| {
        let message = error.to_string();
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    };
    let last = dice(-1, &device);
    let x = wave([2, 4, 3], 0.1, &device);
    let error = last.try_forward_padded(x.clone(), padding(&[true; 6], [2, 3], &device));
    says(error.unwrap_err(), &["shape [2, 4]", "[2, 4, 3]", "[2, 3]"]);
    let error = last.try_forward_padded(x.clone(), padding(&[true; 2], [2], &device));
    says(error.unwrap_err(), &["shape [2, 4]", "has the shape [2]", "`with_channel_axis(-1)`"]);
    let error = dice(1, &device).try_forward_padded(x, padding(&[true; 6], [2, 3], &device));
    says(error.unwrap_err(), &["3 channels", "axis 1"]);
    let own = ActivationConfig::new("prelu").with_channels(3).per_element().init(&device).unwrap();
    let x = wave([4, 3], 0.1, &device);
    let error = own.try_forward_padded(x.clone(), padding(&[true; 4], [4], &device));
    says(error.unwrap_err(), &["prelu", "per element"]);
    let gated = Activation::parse("x*gate", 1, &device).unwrap();
    let error = gated.try_forward_padded(x, padding(&[true; 4], [4], &device));
    says(error.unwrap_err(), &["x*gate", "second input", "padding"]);
    let x = Tensor::<1>::zeros([3], &device);
    let error = dice(1, &device).try_forward_padded(x, padding(&[true; 3], [3], &device));
    says(error.unwrap_err(), &["[3] is one position", "an axis for the batch"]);
}
