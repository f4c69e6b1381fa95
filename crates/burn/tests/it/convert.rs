//! Burn's own activations become these.

use burn::module::{Module, Param};
use burn::nn::activation::{
    Activation as Burns, ActivationConfig as BurnsConfig, CeluConfig, EluConfig, HardShrinkConfig,
    HardSigmoidConfig, HardtanhConfig, LeakyReluConfig, LogSigmoid, Mish, PReluConfig, Relu, Relu6,
    ShrinkConfig, SiLU, SoftShrinkConfig, SoftplusConfig, SwiGluConfig, Tanhshrink,
    ThresholdConfig, ThresholdedReluConfig,
};
use burn::tensor::{Device, Tensor};
use ogive_burn::{Activation, ActivationConfig, Error, ToOgive};

use crate::support::{NORMAL, assert_near, flex, row, vector, wave};

/// Every kind of Burn's closed list that has no layers in it.
fn kinds() -> Vec<BurnsConfig> {
    vec![
        BurnsConfig::Identity,
        BurnsConfig::Gelu,
        BurnsConfig::GeluApproximate,
        BurnsConfig::PRelu(PReluConfig::new().with_alpha(0.125)),
        BurnsConfig::Relu,
        BurnsConfig::LeakyRelu(LeakyReluConfig::new().with_negative_slope(0.2)),
        BurnsConfig::Selu,
        BurnsConfig::Sigmoid,
        BurnsConfig::Tanh,
        BurnsConfig::HardSigmoid(HardSigmoidConfig::new().with_alpha(0.3)),
        BurnsConfig::HardSwish,
        BurnsConfig::Softplus(SoftplusConfig::new().with_beta(2.0)),
        BurnsConfig::Softsign,
        BurnsConfig::Elu(EluConfig::new().with_alpha(0.5)),
        BurnsConfig::Celu(CeluConfig::new().with_alpha(0.5)),
        BurnsConfig::ThresholdedRelu(ThresholdedReluConfig::new().with_alpha(0.6)),
        BurnsConfig::HardShrink(HardShrinkConfig::new().with_lambda(0.6)),
        BurnsConfig::SoftShrink(SoftShrinkConfig::new().with_lambda(0.6)),
        BurnsConfig::Shrink(ShrinkConfig::new().with_lambda(0.6).with_bias(0.2)),
    ]
}

/// Value and gradient.
fn both(forward: impl Fn(Tensor<2>) -> Tensor<2>, device: &Device) -> [Vec<f64>; 2] {
    let x = row(&NORMAL, device).require_grad();
    let y = forward(x.clone());
    let gradients = y.clone().sum().backward();
    [vector(y), vector(x.grad(&gradients).unwrap())]
}

#[test]
fn values_and_gradients_agree() {
    let device = flex().autodiff();
    for config in kinds() {
        let theirs = config.init(&device);
        let ours = theirs.to_ogive(&device).unwrap();
        let again = ActivationConfig::from_burn(&config).unwrap().init(&device).unwrap();
        assert_eq!(again.name(), ours.name());
        let wanted = both(|x| theirs.forward(x), &device);
        for module in [ours, again] {
            let found = both(|x| module.forward(x), &device);
            for (what, (found, wanted)) in ["y", "dx"].iter().zip(found.iter().zip(&wanted)) {
                for ((found, wanted), x) in found.iter().zip(wanted).zip(NORMAL) {
                    assert_near(
                        *found,
                        *wanted,
                        2e-6,
                        1.0,
                        &format!("{what} of {config:?} at {x}"),
                    );
                }
            }
        }
    }
}

#[test]
fn those_that_are_modules_only_agree_too() {
    fn check(theirs: impl Fn(Tensor<2>) -> Tensor<2>, ours: &Activation, device: &Device) {
        let (found, wanted) = (both(|x| ours.forward(x), device), both(theirs, device));
        for (found, wanted) in found.iter().flatten().zip(wanted.iter().flatten()) {
            assert_near(*found, *wanted, 2e-6, 1.0, ours.name());
        }
    }
    let device = flex().autodiff();
    macro_rules! checked {
        ($($module:expr),*) => {$(
            let theirs = $module;
            check(|x| theirs.forward(x), &theirs.to_ogive(&device).unwrap(), &device);
        )*};
    }
    checked!(
        SiLU::new(),
        Mish::new(),
        LogSigmoid::new(),
        Relu6::new(),
        Tanhshrink::new(),
        HardtanhConfig::new().with_min_val(-0.5).with_max_val(2.0).init(),
        ThresholdConfig::new(0.6, -2.0).init(),
        Relu::new()
    );
}

#[test]
fn the_slopes_that_a_prelu_has_learned_stay() {
    let device = flex().autodiff();
    let mut trained = PReluConfig::new().with_num_parameters(3).init(&device);
    let slopes = Tensor::<1>::from_floats([0.5, -0.25, 2.0], &device);
    trained.alpha = Param::from_tensor(slopes);
    let ours = trained.to_ogive(&device).unwrap();
    let x = -Tensor::<4>::ones([2, 3, 2, 2], &device);
    assert_eq!(vector(ours.forward(x.clone())), vector(trained.forward(x.clone())));
    // It goes on learning.
    let gradients = ours.forward(x).sum().backward();
    let gradient = ours.parameter("alpha").unwrap().grad(&gradients).unwrap();
    assert_eq!(vector(gradient), [-8.0; 3]);
    assert!(trained.no_grad().to_ogive(&device).is_ok());
}

#[test]
fn where_burn_s_gradient_is_not_a_number_this_one_is() {
    let device = flex().autodiff();
    let theirs = EluConfig::new().init();
    let ours = theirs.to_ogive(&device).unwrap();
    let x = Tensor::<1>::from_floats([89.0], &device).require_grad();
    let gradients = ours.forward(x.clone()).sum().backward();
    assert_eq!(vector(x.grad(&gradients).unwrap()), [1.0]);
}

#[test]
fn layers_are_refused() {
    let config = BurnsConfig::SwiGlu(SwiGluConfig::new(2, 3));
    let error = ActivationConfig::from_burn(&config).unwrap_err().to_string();
    assert!(
        error.contains("`SwiGlu`") && error.contains("`forward_gated(outer, inner)`"),
        "{error}"
    );
    assert!(!error.contains("Linear"), "{error}");
    let module: Burns = config.init(&flex());
    let error = module.to_ogive(&flex()).unwrap_err();
    assert_eq!(error, Error::NotConverted { activation: "SwiGlu".to_owned() });
    // What the message says of it is true.
    let Burns::SwiGlu(theirs) = module else { panic!("it was asked for") };
    let x = wave([3, 2], 0.4, &flex());
    let [inner, outer] = [&theirs.linear_inner, &theirs.linear_outer].map(|l| l.forward(x.clone()));
    let ours = Activation::parse("swiglu", 1, &flex()).unwrap().forward_gated(outer, inner);
    for (found, wanted) in vector(ours).iter().zip(vector(theirs.forward(x))) {
        assert_near(*found, wanted, 2e-6, 1.0, "swiglu");
    }
    // Kinds of later versions of Burn need not hold layers.
    let unknown = Error::NotConverted { activation: "Newer".to_owned() }.to_string();
    assert!(unknown.contains("`Newer`") && !unknown.contains("layers"), "{unknown}");
}

#[test]
fn entries_of_the_catalogue_are_taken_where_there_are_such() {
    let name = |config: BurnsConfig| {
        let config = ActivationConfig::from_burn(&config).unwrap();
        config.init(&flex()).unwrap().name().to_owned()
    };
    let relu = ThresholdedReluConfig::new().with_alpha(0.6);
    assert_eq!(name(BurnsConfig::ThresholdedRelu(relu)), "thresholded_relu");
    let hard = HardShrinkConfig::new().with_lambda(0.6);
    assert_eq!(name(BurnsConfig::HardShrink(hard)), "hard_shrink");
    let soft = SoftShrinkConfig::new().with_lambda(0.6);
    assert_eq!(name(BurnsConfig::SoftShrink(soft)), "soft_shrink");
    let module = Tanhshrink::new().to_ogive(&flex()).unwrap();
    assert_eq!(module.name(), "tanhshrink");
    let module = ThresholdConfig::new(0.6, -2.0).init().to_ogive(&flex()).unwrap();
    assert_eq!(module.name(), "threshold");
}

#[test]
fn values_can_be_given() {
    let prelu = Activation::parse("prelu", 2, &flex()).unwrap();
    let values = |count: usize| Tensor::<1>::ones([count], &flex());
    let given = prelu.clone().with_values("alpha", values(2)).unwrap();
    assert_eq!(vector(given.parameter("alpha").unwrap()), [1.0, 1.0]);
    let error = prelu.clone().with_values("alpha", values(3)).unwrap_err().to_string();
    assert!(error.contains("`alpha` has 2 values, and 3 were given"), "{error}");
    let error = prelu.with_values("beta", values(2)).unwrap_err().to_string();
    assert!(error.contains("`beta`") && error.contains("`alpha`"), "{error}");
}

/// On some backends Burn's gradient of the exact gelu is that of its approximation.
#[test]
#[cfg(feature = "ndarray")]
#[allow(deprecated, reason = "Burn's oldest CPU backend is the cheapest second one to build")]
fn the_gradient_of_gelu_is_that_of_gelu() {
    let device = Device::ndarray().autodiff();
    let theirs = burn::nn::activation::Gelu::new();
    let ours = theirs.to_ogive(&device).unwrap();
    let slope = |forward: &dyn Fn(Tensor<1>) -> Tensor<1>| {
        let x = Tensor::<1>::from_floats([2.0], &device).require_grad();
        let gradients = forward(x.clone()).sum().backward();
        vector(x.grad(&gradients).unwrap())[0]
    };
    // Phi(2) + 2*phi(2)
    let exact = 0.977_249_868_051_820_8 + 2.0 * 0.053_990_966_513_188_06;
    assert_near(slope(&|x| ours.forward(x)), exact, 1e-6, 0.0, "ours");
    assert_near(slope(&|x| theirs.forward(x)), exact, 1e-3, 0.0, "theirs");
}
