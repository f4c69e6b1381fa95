//! Statistics in common: replicas of a network that see different parts of a batch.

use std::fmt::Debug;
use std::sync::Arc;

use ogive::{SampleMoments, Through};

/// The replicas of a network that share their statistics: give it to
/// [`Activation::with_replicas`](crate::Activation::with_replicas).
///
/// Every replica calls [`merged`](Self::merged) once in each forward pass in training, and
/// [`summed`](Self::summed) once on the way back, in the same order of layers; both return when all
/// have called. Values and gradients are then those of one machine that sees all parts as one batch,
/// to rounding. A replica whose part is empty calls too, as long as its result takes part in the loss.
///
/// ```
/// use ogive::SampleMoments;
/// use ogive_burn::Replicas;
///
/// /// One replica that takes part twice, as if its twin had seen the same samples.
/// #[derive(Debug)]
/// struct Twins;
///
/// impl Replicas for Twins {
///     fn merged(&self, own: Vec<SampleMoments>) -> Vec<SampleMoments> {
///         own.into_iter().map(|moments| moments.merged(moments)).collect()
///     }
///
///     fn summed(&self, own: Vec<f64>) -> Vec<f64> {
///         own.into_iter().map(|gradient| 2.0 * gradient).collect()
///     }
/// }
/// ```
pub trait Replicas: Debug + Send + Sync {
    /// The moments of each channel over all replicas, from those of this one. The order of merging
    /// should be the same on every replica, so that all compute with the same bits.
    fn merged(&self, own: Vec<SampleMoments>) -> Vec<SampleMoments>;

    /// The sum over all replicas of these numbers, as many as are given.
    fn summed(&self, own: Vec<f64>) -> Vec<f64>;
}

/// Statistics of one call that are of more than its input.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Those that share them.
    pub replicas: Arc<dyn Replicas>,
    /// How many elements each channel has in all replicas together.
    pub count: f64,
}

impl Shared {
    /// What all replicas send through the statistics, from what this one sends.
    pub(crate) fn through(&self, own: Through) -> Through {
        let Through { mean, variance, .. } = own;
        let channels = mean.len();
        let mut sums = self.replicas.summed([mean, variance].concat());
        let variance = sums.split_off(channels.min(sums.len()));
        Through { mean: sums, variance, count: self.count }
    }
}
