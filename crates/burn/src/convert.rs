//! From Burn's own activations to these.
//!
//! Burn's `Activation` and `ActivationConfig` are closed: its own layers that hold one, such as its
//! recurrent ones, cannot be given another. What can be converted is an activation in a field of one's
//! own network.

use burn::nn::activation as burns;
use burn::tensor::Device;

use crate::module::Activation;
use crate::{ActivationConfig, Error};

/// An activation of Burn that has the same formula here.
///
/// Values agree within roundings, and so do gradients, except where Burn's are not those of its
/// function:
///
/// * at a kink the side decides that the test of the catalogue's formula takes, see
///   [`ogive::catalog`];
/// * beyond its `threshold` Burn's `Softplus` is a line, and this is not;
/// * the gradient of Burn's exact `Gelu` is, on some of its backends, that of the approximation by
///   tanh, off by up to 0.001;
/// * where `exp` overflows on the side not taken, gradients of Burn's `Elu`, `Celu` and `Selu` may be
///   NaN, and these are not.
///
/// ```
/// use burn::nn::activation::PReluConfig;
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::ToOgive;
///
/// let device = Device::flex();
/// let trained = PReluConfig::new().with_num_parameters(3).init(&device);
/// let prelu = trained.to_ogive(&device)?;
/// let x = Tensor::<2>::from_floats([[-4.0, 0.0, 4.0]], &device);
/// assert_eq!(prelu.forward(x.clone()).to_data(), trained.forward(x).to_data());
/// # Ok::<(), ogive_burn::Error>(())
/// ```
pub trait ToOgive {
    /// The activation of the same formula, settings and learned values.
    ///
    /// # Errors
    /// If there is none: Burn's `SwiGlu` is two layers and a product, of which the product is `swiglu`,
    /// called as `forward_gated(outer, inner)` with the outputs of the two; or if this one refuses a
    /// setting or a value, such as a negative `lambda`.
    fn to_ogive(&self, device: &Device) -> Result<Activation, Error>;
}

/// A formula with its settings, as fixed parameters.
fn with(formula: &str, settings: &[(&str, f64)]) -> ActivationConfig {
    let config = ActivationConfig::new(formula);
    settings.iter().fold(config, |config, (name, value)| config.with_parameter(*name, *value))
}

const SHRINK: &str = "if x > edge { x - bias } else { if x < -edge { x + bias } else { 0 } } \
     | edge = 0.5 fixed, bias = 0.5 fixed";

impl ActivationConfig {
    /// The configuration of the same formula and settings, see [`ToOgive`].
    ///
    /// # Errors
    /// As [`ToOgive::to_ogive`].
    pub fn from_burn(config: &burns::ActivationConfig) -> Result<Self, Error> {
        use burns::ActivationConfig as Burn;
        Ok(match config {
            Burn::PRelu(of) => prelu(of.num_parameters).with_parameter("alpha", of.alpha),
            // Without parameters the module says the same.
            other => stateless(&other.init(&Device::flex()))?,
        })
    }
}

fn prelu(parameters: usize) -> ActivationConfig {
    let config = ActivationConfig::new("prelu").with_channels(parameters);
    if parameters == 1 { config.shared() } else { config }
}

fn stateless(activation: &burns::Activation) -> Result<ActivationConfig, Error> {
    use burns::Activation as Burn;
    #[rustfmt::skip]
    let config = match activation {
        Burn::Identity(_) => with("x", &[]),
        Burn::Gelu(of) => with(if of.approximate { "gelu_tanh" } else { "gelu" }, &[]),
        Burn::Relu(_) => with("relu", &[]),
        Burn::LeakyRelu(of) => with("leaky_relu", &[("alpha", of.negative_slope)]),
        Burn::Selu(_) => with("selu", &[]),
        Burn::Sigmoid(_) => with("sigmoid", &[]),
        Burn::Tanh(_) => with("tanh", &[]),
        Burn::HardSigmoid(of) => with(
            "clamp(alpha*x + beta, 0, 1) | alpha = 0.2 fixed, beta = 0.5 fixed",
            &[("alpha", of.alpha), ("beta", of.beta)],
        ),
        Burn::HardSwish(_) => with("hard_swish", &[]),
        Burn::Softplus(of) => with("softplus", &[("beta", of.beta)]),
        Burn::Softsign(_) => with("softsign", &[]),
        Burn::Elu(of) => with("elu", &[("alpha", of.alpha)]),
        Burn::Celu(of) => with("celu", &[("alpha", of.alpha)]),
        Burn::ThresholdedRelu(of) => with("thresholded_relu", &[("theta", of.alpha)]),
        Burn::HardShrink(of) => with("hard_shrink", &[("lambda", of.lambda)]),
        Burn::SoftShrink(of) => with("soft_shrink", &[("lambda", of.lambda)]),
        Burn::Shrink(of) => with(SHRINK, &[("edge", of.lambda), ("bias", of.bias)]),
        other => return Err(Error::NotConverted { activation: kind(other) }),
    };
    Ok(config)
}

/// The name of the kind alone: what is printed after it may be whole layers.
fn kind(activation: &burns::Activation) -> String {
    let printed = format!("{activation:?}");
    let name = printed.split(|letter: char| !letter.is_alphanumeric()).next();
    name.unwrap_or_default().to_owned()
}

impl ToOgive for burns::Activation {
    fn to_ogive(&self, device: &Device) -> Result<Activation, Error> {
        match self {
            burns::Activation::PRelu(of) => of.to_ogive(device),
            other => stateless(other)?.init(device),
        }
    }
}

impl ToOgive for burns::PRelu {
    fn to_ogive(&self, device: &Device) -> Result<Activation, Error> {
        let alpha = self.alpha.val();
        let [parameters] = alpha.dims();
        let module = prelu(parameters).with_parameter("alpha", self.alpha_value).init(device)?;
        module.with_values("alpha", alpha.to_device(device))
    }
}

macro_rules! from_the_enum {
    ($($type:ident)*) => {$(
        impl ToOgive for burns::$type {
            fn to_ogive(&self, device: &Device) -> Result<Activation, Error> {
                burns::Activation::from(self.clone()).to_ogive(device)
            }
        }
    )*};
}

from_the_enum! {
    Gelu Relu LeakyRelu Selu Sigmoid Tanh HardSigmoid HardSwish Softplus Softsign Elu Celu
    ThresholdedRelu HardShrink SoftShrink Shrink
}

macro_rules! from_modules {
    ($($type:ident $formula:literal [$($setting:literal $field:ident),*];)*) => {$(
        impl ToOgive for burns::$type {
            fn to_ogive(&self, device: &Device) -> Result<Activation, Error> {
                with($formula, &[$(($setting, self.$field)),*]).init(device)
            }
        }
    )*};
}

// Modules of Burn that are not in its list.
from_modules! {
    SiLU       "silu"        [];
    Mish       "mish"        [];
    LogSigmoid "log_sigmoid" [];
    Relu6      "relu6"       [];
    Tanhshrink "tanhshrink"  [];
    Threshold  "threshold"   ["theta" threshold, "value" value];
    Hardtanh   "clamp(x, low, high) | low = -1 fixed, high = 1 fixed" ["low" min_val, "high" max_val];
}
