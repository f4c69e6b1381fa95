//! Statistics in training and in evaluation.

use std::sync::Arc;

use burn::module::RunningState;
use burn::tensor::{Tensor, TensorData};
use ogive::Statistics;
use ogive_layer::{Replicas, Shared, Site};

use crate::module::Activation;
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
            let shared;
            (found, shared) = merged(replicas, &found, count)?;
            count = shared.count;
            site.shared = Some(shared);
        }
        site.of_batch = !self.plan.following().constant;
        if count > 0.0 {
            self.follow(running, &found, count);
        }
        Ok(Some(found))
    }

    /// Moves the running statistics towards those of a batch.
    fn follow(&self, running: [&RunningState<Tensor<1>>; 2], found: &Tensor<2>, count: f64) {
        let following = self.plan.following();
        let momentum = following.momentum.of_new();
        for (row, state) in running.into_iter().enumerate() {
            let before = state.value_sync().to_device(&found.device());
            let mut new: Tensor<1> = found.clone().narrow(0, row, 1).flatten(0, 1);
            if row == 1 {
                match following.variance_factor(count) {
                    None => continue,
                    Some(1.0) => {}
                    Some(factor) => new = new.mul_scalar(factor),
                }
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

/// The statistics of all replicas from those of one with so many elements in each channel.
fn merged(
    replicas: &Arc<dyn Replicas>,
    found: &Tensor<2>,
    count: f64,
) -> Result<(Tensor<2>, Shared), Error> {
    let [_, channels] = found.dims();
    let mut mean = call::numbers(found.to_data());
    let variance = mean.split_off(channels);
    let own = Statistics { mean, variance, of_batch: true };
    let (Statistics { mut mean, variance, .. }, shared) = Shared::merged(replicas, &own, count)?;
    mean.extend(variance);
    let data = TensorData::new(mean, [2, channels]);
    Ok((Tensor::from_data(data, (&found.device(), found.dtype())), shared))
}
