//! Constraints that hold by the way a value is computed.

use burn::module::Module;
use burn::optim::{GradientsParams, SgdConfig};
use burn::store::RecordError;
use burn::tensor::{Device, Tensor};
use ogive_burn::{Activation, ActivationConfig};

use crate::support::{assert_near, flex, vector, wave};

const FORMULA: &str = "a*x + b*x^2 + c*x^3 + d \
     | a = 0.75, >= 0.5, b = 2 per channel, > 0, c = 0.25, in [-1, 1], d = 3";

fn module(device: &Device) -> Activation {
    let config = ActivationConfig::new(FORMULA).with_channels(2).reparametrised();
    config.init(device).unwrap()
}

#[test]
fn values_are_those_that_are_given() {
    let device = flex();
    let module = module(&device);
    let values = |module: &Activation| -> Vec<f64> {
        module.parameters().into_iter().flat_map(|(_, value)| vector(value)).collect()
    };
    for (found, wanted) in values(&module).iter().zip([0.75, 2.0, 2.0, 0.25, 3.0]) {
        assert_near(*found, wanted, 1e-6, 1.0, "initial");
    }
    let given = Tensor::<1>::from_floats([0.001, 50.0], &device);
    let module = module.with_values("b", given).unwrap();
    let found = vector(module.parameter("b").unwrap());
    assert_near(found[0], 0.001, 1e-5, 0.0, "small");
    assert_near(found[1], 50.0, 1e-6, 0.0, "large");
    let plain = ActivationConfig::new(FORMULA).with_channels(2).init(&device).unwrap();
    let plain = plain.with_values("b", Tensor::<1>::from_floats([0.001, 50.0], &device)).unwrap();
    let x = wave([3, 2], 0.3, &device);
    for (found, wanted) in vector(module.forward(x.clone())).iter().zip(vector(plain.forward(x))) {
        assert_near(*found, wanted, 1e-5, 10.0, "y");
    }
}

#[test]
fn no_step_leaves_the_bounds() {
    let device = flex().autodiff();
    for direction in [1.0, -1.0] {
        let mut module = module(&device);
        let mut optimizer = SgdConfig::new().init();
        let x = Tensor::<2>::ones([4, 2], &device);
        for _ in 0..100 {
            let loss = module.forward(x.clone()).sum() * direction;
            let gradients = GradientsParams::from_grads(loss.backward(), &module);
            module = optimizer.step(1.0, module, gradients).constrained();
        }
        let values = |name: &str| vector(module.parameter(name).unwrap());
        assert!(values("a").iter().all(|a| *a >= 0.5), "{:?}", values("a"));
        assert!(values("b").iter().all(|b| *b > 0.0), "{:?}", values("b"));
        assert!(values("c").iter().all(|c| (-1.0..=1.0).contains(c)), "{:?}", values("c"));
        // And they went as far as they were pushed.
        let pushed = if direction > 0.0 { values("a")[0] < 0.51 } else { values("a")[0] > 10.0 };
        assert!(pushed, "{:?}", values("a"));
    }
}

#[test]
fn a_value_on_the_bound_is_refused() {
    let config = ActivationConfig::new("a*x | a = 0.5, >= 0.5");
    assert!(config.init(&flex()).is_ok());
    let error = config.reparametrised().init(&flex()).unwrap_err().to_string();
    assert!(error.contains("`a` cannot be 0.5") && error.contains(">= 0.5"), "{error}");
    let module = module(&flex());
    let error = module.with_values("c", Tensor::from_floats([1.0], &flex())).unwrap_err();
    assert!(error.to_string().contains("`c` cannot be 1"), "{error}");
    let module = self::module(&flex());
    let error = module.with_values("c", Tensor::from_floats([2.0], &flex())).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("`c` cannot be 2") && error.contains("in [-1, 1]"), "{error}");
}

#[test]
fn a_record_of_values_is_not_one_of_raw_numbers() {
    let plain = ActivationConfig::new(FORMULA).with_channels(2).init(&flex()).unwrap();
    let refused = module(&flex()).try_load_record(plain.into_record());
    let Err(RecordError::Validation(message)) = refused else { panic!("it was loaded") };
    assert!(message.contains("a by softplus") && message.contains("c by sigmoid"), "{message}");
}
