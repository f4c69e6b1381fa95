//! Statistics in training and in evaluation.

use candle_core::{Result, Tensor};
use ogive::Statistics;
use ogive_layer::{Shared, Site};

use crate::error::wrapped;
use crate::module::Activation;
use crate::operands::numbers;
use crate::operation::statistics;

impl Activation {
    /// Mean and variance of each channel, where the formula uses them: those of `x` in training, which
    /// then move the running ones.
    pub(crate) fn statistics(&self, x: &Tensor, site: &mut Site) -> Result<Option<Statistics>> {
        let Some([mean, variance]) = &self.running else { return Ok(None) };
        if !site.of_batch {
            let (mean, variance) = (numbers(mean)?, numbers(variance)?);
            return Ok(Some(Statistics { mean, variance, of_batch: false }));
        }
        let mut found = statistics(site.channel_layout(x.dims()), x)?;
        let mut count = (x.elem_count() / self.plan.channels()) as f64;
        if let Some(replicas) = &self.replicas {
            let shared;
            (found, shared) = Shared::merged(replicas, &found, count).map_err(wrapped)?;
            count = shared.count;
            site.shared = Some(shared);
        }
        site.of_batch = !self.plan.following().constant;
        found.of_batch = site.of_batch;
        if count > 0.0 {
            self.follow(&found, count)?;
        }
        Ok(Some(found))
    }

    /// Moves the running statistics towards those of a batch.
    fn follow(&self, found: &Statistics, count: f64) -> Result<()> {
        let following = self.plan.following();
        let momentum = following.momentum.of_new();
        let factors = [Some(1.0), following.variance_factor(count)];
        let new = [&found.mean, &found.variance];
        for ((state, new), factor) in self.running.iter().flatten().zip(new).zip(factors) {
            let Some(factor) = factor else { continue };
            let before = numbers(state)?;
            let after = before.iter().zip(new);
            let after: Vec<f64> = after
                .map(|(before, new)| (1.0 - momentum) * before + momentum * (factor * new))
                .collect();
            let after = Tensor::from_vec(after, state.shape(), state.device())?;
            state.set(&after.to_dtype(state.dtype())?)?;
        }
        Ok(())
    }
}
