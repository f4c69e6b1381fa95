//! The time of a training step: arms interleaved, medians of steady steps.

use std::time::Instant;

use burn::tensor::Device;

use crate::Error;
use crate::data::Standardized;
use crate::record::Task;
use crate::schedule::on_one_thread;
use crate::train::{Rows, Trainer, batches};

/// Rounds over all arms, and steps of an arm in each.
const ROUNDS: usize = 12;
const STEPS: usize = 10;

/// The median seconds of a training step for each task, on one thread.
pub(crate) fn step_seconds(tasks: &[Task], data: &Standardized) -> Result<Vec<f64>, Error> {
    on_one_thread(|| {
        let device = Device::flex().autodiff();
        let mut trainers: Vec<Option<Trainer>> = Vec::new();
        for task in tasks {
            trainers.push(Some(Trainer::new(task, &device)?));
        }
        let mut times = vec![Vec::new(); tasks.len()];
        for round in 0..ROUNDS {
            for ((task, slot), times) in tasks.iter().zip(&mut trainers).zip(&mut times) {
                let batches = batches(data.train.rows, task.batch_size, 0, round as u32);
                let Some(batch) = batches.first() else { continue };
                let rows = Rows::new(&data.train, data.columns, batch, &device);
                for step in 0..STEPS {
                    let Some(trainer) = slot.take() else { break };
                    let start = Instant::now();
                    let (next, _) = trainer.step(&rows);
                    *slot = Some(next);
                    // The first round warms up, and so does the first step after another arm.
                    if round > 0 && step > 0 {
                        times.push(start.elapsed().as_secs_f64());
                    }
                }
            }
        }
        Ok(times.into_iter().map(median).collect())
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
