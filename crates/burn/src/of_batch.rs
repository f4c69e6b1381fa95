//! Statistics in training and in evaluation.

use std::sync::Arc;

use burn::module::RunningState;
use burn::tensor::{Tensor, TensorData};
use ogive::SampleMoments;

use crate::module::Activation;
use crate::plan::Site;
use crate::replicas::{Replicas, Shared};
use crate::settings::RunningVariance;
use crate::{Error, call};

impl Activation {
    /// Mean and variance, `[2, channels]`, where the formula uses them: those of `x` in training,
    /// which then move the running ones.
    pub(crate) fn statistics<const D: usize>(
        &self,
        x: &Tensor<D>,
        site: &mut Site,
    ) -> Result<Option<Tensor<2>>, Error> {
        let (Some(mean), Some(variance)) = (&self.running_mean, &self.running_variance) else {
            return Ok(None);
        };
        let running = [mean, variance];
        let device = x.device();
        if !site.of_batch {
            let now = running.map(|state| state.value_sync().to_device(&device));
            return Ok(Some(Tensor::stack(now.to_vec(), 0)));
        }
        let mut found = call::statistics(x.clone(), site.clone());
        let mut count = (x.shape().num_elements() / self.plan.channels()) as f64;
        if let Some(replicas) = &self.replicas {
            (found, count) = merged(replicas.as_ref(), &found, count)?;
            site.shared = Some(Shared { replicas: Arc::clone(replicas), count });
        }
        site.of_batch = !self.following.constant;
        if count > 0.0 {
            self.follow(running, &found, count);
        }
        Ok(Some(found))
    }

    /// Moves the running statistics towards those of a batch.
    fn follow(&self, running: [&RunningState<Tensor<1>>; 2], found: &Tensor<2>, count: f64) {
        let momentum = self.following.momentum.of_new();
        for (row, state) in running.into_iter().enumerate() {
            let before = state.value_sync().to_device(&found.device());
            let mut new: Tensor<1> = found.clone().narrow(0, row, 1).flatten(0, 1);
            if row == 1 && self.following.variance == RunningVariance::Unbiased {
                if count < 2.0 {
                    continue;
                }
                new = new.mul_scalar(count / (count - 1.0));
            }
            let new = new.cast(before.dtype());
            let after = before.mul_scalar(1.0 - momentum).add(new.mul_scalar(momentum));
            state.update(after.detach());
            // Burn's own layers leave the update pending until the next forward pass, and a
            // record taken in between lacks it. Replicas on several devices then follow each
            // other's values instead of averaging theirs, which estimates the same.
            state.value_sync();
        }
    }
}

/// The statistics of all replicas from those of one, and how many elements each channel has in them.
fn merged(
    replicas: &dyn Replicas,
    found: &Tensor<2>,
    count: f64,
) -> Result<(Tensor<2>, f64), Error> {
    let [_, channels] = found.dims();
    let numbers = call::numbers(found.to_data());
    let (mean, variance) = numbers.split_at(channels);
    let own = mean.iter().zip(variance);
    let own =
        own.map(|(mean, variance)| SampleMoments { count, mean: *mean, squares: variance * count });
    let all = replicas.merged(own.collect());
    if all.len() != channels {
        return Err(Error::Replicas { channels, found: all.len() });
    }
    let count = all.first().map_or(0.0, |moments| moments.count);
    if let Some(other) = all.iter().find(|moments| moments.count != count) {
        return Err(Error::ReplicaCounts { counts: [count, other.count] });
    }
    let mean = all.iter().map(|moments| moments.mean);
    let numbers: Vec<f64> = mean.chain(all.iter().map(SampleMoments::variance)).collect();
    let data = TensorData::new(numbers, [2, channels]);
    Ok((Tensor::from_data(data, (&found.device(), found.dtype())), count))
}
