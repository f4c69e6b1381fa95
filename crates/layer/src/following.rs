//! What is chosen about statistics and granularity, as it stands in a configuration file.

use ogive::formula::Granularity;
use serde::{Deserialize, Serialize};

/// How fast running statistics follow those of the batches; frameworks count it from opposite ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Momentum {
    /// The weight of the new value, as `PyTorch` and Burn have it: 0.01 is slow.
    OfNew(f64),
    /// The weight of the old value, as TensorFlow and Keras have it: 0.99 is slow.
    OfOld(f64),
}

impl Momentum {
    /// The weight of the new value.
    pub fn of_new(self) -> f64 {
        match self {
            Momentum::OfNew(weight) => weight,
            Momentum::OfOld(weight) => 1.0 - weight,
        }
    }
}

/// Which estimate of the variance the running statistics follow. Within a batch it is always the biased
/// one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RunningVariance {
    /// That of the batch itself, as Keras has it where its kernel is not fused, which is for inputs of
    /// two and three axes.
    #[default]
    Biased,
    /// Bessel's correction, n/(n - 1) of that, as `PyTorch` has it. A batch of one element in each
    /// channel has no such estimate and leaves the running variance as it is.
    Unbiased,
}

/// The granularity of one parameter, or of all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Choice {
    pub(crate) parameter: Option<String>,
    #[serde(with = "Values")]
    pub(crate) granularity: Granularity,
}

/// [`Granularity`] as it is written to files.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Granularity")]
enum Values {
    Shared,
    PerChannel,
    InGroups(usize),
    PerElement,
}

/// What running statistics follow, and how fast.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Following {
    /// How fast.
    pub momentum: Momentum,
    /// Which estimate of the variance.
    pub variance: RunningVariance,
    /// Whether statistics of the batch are constants to the gradient.
    pub constant: bool,
}

impl Following {
    /// By what the biased variance of a batch with so many elements per channel is multiplied to be what
    /// the running variance follows; `None` where it follows nothing.
    pub fn variance_factor(&self, count: f64) -> Option<f64> {
        match self.variance {
            RunningVariance::Biased => Some(1.0),
            RunningVariance::Unbiased if count < 2.0 => None,
            RunningVariance::Unbiased => Some(count / (count - 1.0)),
        }
    }
}

impl Default for Following {
    fn default() -> Self {
        let (momentum, variance) = (Momentum::OfNew(0.01), RunningVariance::Biased);
        Following { momentum, variance, constant: false }
    }
}
