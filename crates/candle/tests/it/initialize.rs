//! Weights that keep the size of signals.

use candle_core::{DType, Device, Module, Tensor};
use candle_nn::init::NormalOrUniform;
use candle_nn::{Linear, VarBuilder, VarMap};
use ogive_candle::{Gelu, Mish, Relu, Selu, Tanh};

use crate::support::vector;

fn second_moment(tensor: &Tensor) -> f64 {
    let values = vector(tensor);
    values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64
}

#[test]
fn signals_keep_their_size_through_layers() {
    let variables = VarMap::new();
    let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let activations = [
        Relu::new().init(vb.pp("relu")),
        Tanh::new().init(vb.pp("tanh")),
        Gelu::new().init(vb.pp("gelu")),
        Selu::new().init(vb.pp("selu")),
        Mish::new().init(vb.pp("mish")),
    ];
    for activation in activations.map(Result::unwrap) {
        for kind in [NormalOrUniform::Normal, NormalOrUniform::Uniform] {
            let inits = [activation.he(kind).unwrap(), activation.xavier(kind, 384, 384).unwrap()];
            for init in inits {
                // What goes into an activation has the second moment 1 in every layer.
                let mut signal = Tensor::randn(0f32, 1.0, (64, 384), &Device::Cpu).unwrap();
                for layer in 0..5 {
                    let weights = init.var((384, 384), DType::F32, &Device::Cpu).unwrap();
                    let linear = Linear::new(weights.as_tensor().clone(), None);
                    signal = linear.forward(&activation.forward(&signal).unwrap()).unwrap();
                    let size = second_moment(&signal);
                    let name = activation.name();
                    assert!((0.5..2.0).contains(&size), "{name}, layer {layer}: {size}");
                }
            }
        }
    }
    let zero = ogive_candle::Activation::parse("0*x", 1, vb.pp("zero")).unwrap();
    assert!(zero.gain().unwrap_err().to_string().contains("no gain"));
}
