//! Statistics in common: replicas of a network that see different parts of a batch.

use std::fmt::Debug;
use std::sync::Arc;

use ogive::{SampleMoments, Statistics, Through};

use crate::Error;

/// The replicas of a network that share their statistics: give it to
/// `with_replicas` of a module.
///
/// Every replica calls [`merged`](Self::merged) once in each forward pass in training, and
/// [`summed`](Self::summed) once on the way back, in the same order of layers; both return when all
/// have called. Values and gradients are then those of one machine that sees all parts as one batch,
/// to rounding. A replica whose part is empty calls too, as long as its result takes part in the loss.
/// With [constant statistics](crate::Settings::with_constant_statistics) nothing flows through
/// them, and `summed` is never called.
///
/// A replica that gets an error before it calls `merged`, such as for an input of the wrong shape, does
/// not call it, and the others wait: an implementation should give up after some time, and a program
/// should end all replicas when one fails.
///
/// ```
/// use ogive::SampleMoments;
/// use ogive_layer::Replicas;
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
    /// The moments of each channel over all replicas, from those of this one: as many as are given, all
    /// of one count. The order of merging should be the same on every replica, so that all compute with
    /// the same bits. Anything else is an error of the forward pass.
    fn merged(&self, own: Vec<SampleMoments>) -> Vec<SampleMoments>;

    /// The sum over all replicas of these numbers, as many as are given. Another number of them ends the
    /// backward pass with a panic.
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
    /// The statistics of all replicas from those of one with so many elements in each channel.
    ///
    /// # Errors
    /// If the replicas return moments of other channels, or of different numbers of elements.
    pub fn merged(
        replicas: &Arc<dyn Replicas>,
        own: &Statistics,
        count: f64,
    ) -> Result<(Statistics, Shared), Error> {
        let moments = own.mean.iter().zip(&own.variance).map(|(mean, variance)| SampleMoments {
            count,
            mean: *mean,
            squares: variance * count,
        });
        let all = replicas.merged(moments.collect());
        let channels = own.mean.len();
        if all.len() != channels {
            return Err(Error::Replicas { channels, found: all.len() });
        }
        let count = all.first().map_or(0.0, |moments| moments.count);
        if let Some(other) = all.iter().find(|moments| moments.count != count) {
            return Err(Error::ReplicaCounts { counts: [count, other.count] });
        }
        let shared = Shared { replicas: Arc::clone(replicas), count };
        Ok((Statistics::of_moments(&all), shared))
    }

    /// What all replicas send through the statistics, from what this one sends.
    ///
    /// # Panics
    /// If they return another number of sums.
    pub fn through(&self, own: Through) -> Through {
        let Through { mean, variance, .. } = own;
        let channels = mean.len();
        let own = [mean, variance].concat();
        let expected = own.len();
        let mut sums = self.replicas.summed(own);
        assert!(
            sums.len() == expected,
            "the replicas returned {} sums, and there are {expected}\n  help: `Replicas::summed` returns \
             as many as it is given",
            sums.len(),
        );
        let variance = sums.split_off(channels);
        Through { mean: sums, variance, count: self.count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns this many sums, whatever it is given.
    #[derive(Debug)]
    struct So(usize);

    impl Replicas for So {
        fn merged(&self, own: Vec<SampleMoments>) -> Vec<SampleMoments> {
            own
        }

        fn summed(&self, _: Vec<f64>) -> Vec<f64> {
            (0..self.0).map(|place| place as f64).collect()
        }
    }

    fn through(returned: usize) -> Through {
        let shared = Shared { replicas: Arc::new(So(returned)), count: 7.0 };
        shared.through(Through { mean: vec![5.0; 2], variance: vec![6.0; 2], count: 3.0 })
    }

    #[test]
    fn sums_are_means_first() {
        let Through { mean, variance, count } = through(4);
        assert_eq!((mean, variance, count), (vec![0.0, 1.0], vec![2.0, 3.0], 7.0));
    }

    #[test]
    #[should_panic(expected = "the replicas returned 3 sums, and there are 4")]
    fn too_few_sums_are_refused() {
        through(3);
    }

    #[test]
    #[should_panic(expected = "the replicas returned 5 sums, and there are 4")]
    fn too_many_sums_are_refused() {
        through(5);
    }
}
