//! Gated activations of one tensor that holds both halves.

use burn::config::Config;
use burn::tensor::{Tensor, TensorData};
use ogive_burn::{Activation, ActivationConfig, GateHalf, Geglu, Glu, Swiglu};

use crate::support::{flex, vector, wave};

/// y and dx of a split input, and of the halves that a loop cuts out of it.
fn both<const D: usize>(config: &ActivationConfig, axis: usize, gate: GateHalf, x: Tensor<D>) {
    let module = config.init(&x.device()).unwrap();
    let x = x.require_grad();
    let mut half = x.dims();
    half[axis] /= 2;
    let dy = wave(half, 0.9, &x.device());
    let y = module.forward_split(x.clone());
    assert_eq!(y.dims(), half);
    let dx = vector(x.grad(&(y.clone() * dy.clone()).sum().backward()).unwrap());

    let (numbers, inner) = (vector(x.clone()), x.dims()[axis + 1..].iter().product::<usize>());
    let (width, block) = (half[axis], x.dims()[axis] * inner);
    let is_first = |place: usize| place % block / inner < width;
    let cut = |first: bool| {
        let kept = (0..numbers.len()).filter(|place| is_first(*place) == first);
        let values: Vec<f32> = kept.map(|place| numbers[place] as f32).collect();
        Tensor::<D>::from_data(TensorData::new(values, half), &x.device()).require_grad()
    };
    let halves = [cut(true), cut(false)];
    let [first, second] = halves.clone();
    let wanted = match gate {
        GateHalf::First => module.forward_gated(second, first),
        GateHalf::Second => module.forward_gated(first, second),
    };
    assert_eq!(vector(y), vector(wanted.clone()), "{config:?}");
    let gradients = (wanted * dy).sum().backward();
    let [mut first, mut second] =
        halves.map(|half| vector(half.grad(&gradients).unwrap()).into_iter());
    for (place, dx) in dx.into_iter().enumerate() {
        let wanted = if is_first(place) { first.next() } else { second.next() };
        assert_eq!(Some(dx), wanted, "dx[{place}] of {config:?}");
    }
}

#[test]
fn a_split_input_gives_what_its_halves_give() {
    let device = flex().autodiff();
    for config in [Glu::new().config(), Swiglu::new().config(), Geglu::new().config()] {
        both(&config, 3, GateHalf::Second, wave([2, 3, 2, 6], 0.1, &device));
        both(&config, 0, GateHalf::Second, wave([8], 0.1, &device));
        for half in [GateHalf::First, GateHalf::Second] {
            let chosen = config.clone().with_gate_half(half);
            for axis in 0..3 {
                let first = chosen.clone().with_split_axis(axis as isize);
                both(&first, axis, half, wave([2, 4, 6], 0.2, &device));
                let last = chosen.clone().with_split_axis(axis as isize - 3);
                both(&last, axis, half, wave([2, 4, 6], 0.2, &device));
            }
        }
    }
}

/// As PyTorch's `glu(x, dim)` has it: the first half times the sigmoid of the second.
#[test]
fn the_second_half_gates_by_default() {
    let glu = Glu::new().init(&flex()).unwrap();
    let x = Tensor::<2>::from_floats([[2.0, -4.0, 0.0, 100.0]], &flex());
    assert_eq!(vector(glu.forward_split(x)), [1.0, -4.0]);
}

/// The channels are those of a half.
#[test]
fn parameters_per_channel_are_those_of_a_half() {
    let device = flex().autodiff();
    let gated =
        ActivationConfig::new("x*sigmoid(beta*gate) | beta = 1 per channel").with_channels(3);
    both(&gated.clone().with_split_axis(1), 1, GateHalf::Second, wave([2, 6, 4], 0.1, &device));
    let error = gated.init(&device).unwrap().try_forward_split(wave([2, 5, 4], 0.1, &device));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("expected 3 channels"), "{error}");
}

#[test]
fn an_empty_input_gives_an_empty_result() {
    let glu = Glu::new().init(&flex()).unwrap();
    assert_eq!(glu.forward_split(Tensor::<2>::zeros([3, 0], &flex())).dims(), [3, 0]);
    assert_eq!(glu.forward_split(Tensor::<2>::zeros([0, 4], &flex())).dims(), [0, 2]);
}

#[test]
fn what_cannot_be_halved_is_an_error() {
    let says = |module: &Activation, x: Tensor<3>, parts: &[&str]| {
        let error = module.try_forward_split(x).unwrap_err().to_string();
        for part in parts {
            assert!(error.contains(part), "`{part}` is missing in:\n{error}");
        }
    };
    let swiglu = Swiglu::new().init(&flex()).unwrap();
    let odd = ["`swiglu`", "axis 2", "[2, 4, 7]", "7 elements", "twice the width"];
    says(&swiglu, wave([2, 4, 7], 0.0, &flex()), &odd);
    let other = Swiglu::new().config().with_split_axis(-4).init(&flex()).unwrap();
    let none = ["`swiglu`", "axis -4", "[2, 4, 6]", "`with_split_axis`"];
    says(&other, wave([2, 4, 6], 0.0, &flex()), &none);
    let relu = Activation::parse("relu", 1, &flex()).unwrap();
    says(&relu, wave([2, 4, 6], 0.0, &flex()), &["`relu` takes no second input", "call `forward`"]);
}

#[test]
#[should_panic(expected = "swiglu: `swiglu` halves its input along axis 0")]
fn forward_split_panics_with_the_same_words() {
    let _ = Swiglu::new().init(&flex()).unwrap().forward_split(wave([3], 0.0, &flex()));
}

#[test]
fn the_choice_survives_a_file() {
    let config = Swiglu::new().config().with_split_axis(1).with_gate_half(GateHalf::First);
    let json = serde_json(&config);
    assert_eq!(ActivationConfig::load_binary(json.as_bytes()).unwrap(), config);
    let older = r#"{"formula": "swiglu"}"#;
    let read = ActivationConfig::load_binary(older.as_bytes()).unwrap();
    assert_eq!(read, Swiglu::new().config());
}

fn serde_json(config: &ActivationConfig) -> String {
    let path = std::env::temp_dir().join(format!("ogive-burn-split-{}.json", std::process::id()));
    config.save(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    text
}
