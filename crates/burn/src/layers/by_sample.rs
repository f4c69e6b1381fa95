//! A formula whose parameters are computed from the input: they differ between samples.
//!
//! The kernels know parameters of channels. So what has parameters of its own, be it a sample or a channel
//! of a sample, is laid out as one channel of a single sample: a view, and the gradient of each parameter
//! is summed in the one pass that all kernels need.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Tensor;
use ogive::formula::Granularity;

use crate::plan::{Plan, Site};
use crate::{Error, call};

/// The formula, and the plan of its last call.
pub(super) struct BySample {
    activation: ogive::Activation,
    last: Mutex<Option<Arc<Plan>>>,
}

impl BySample {
    pub(super) fn new(formula: &str) -> Result<Self, Error> {
        let activation = ogive::Activation::new(formula)?;
        Ok(BySample { activation, last: Mutex::new(None) })
    }

    pub(super) fn activation(&self) -> &ogive::Activation {
        &self.activation
    }

    /// The formula of `x`, which is not empty. `parameters`, in the formula's order, have as many values
    /// as there are cells: equal stretches of `x` in the order of memory.
    pub(super) fn forward<const D: usize>(
        &self,
        x: Tensor<D>,
        parameters: Vec<Tensor<1>>,
    ) -> Tensor<D> {
        let shape = x.dims();
        let [cells] = parameters[0].dims();
        let rows = x.reshape([1, cells, shape.iter().product::<usize>() / cells]);
        let site = Site { plan: self.plan(cells), axis: Some(1), of_batch: false, shared: None };
        let packed = Tensor::cat(parameters, 0);
        call::activation(rows, None, Some(packed), None, site).reshape(shape)
    }

    /// The plan for so many cells. Batches of one size follow each other, so the last is kept.
    fn plan(&self, cells: usize) -> Arc<Plan> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = last.as_ref().filter(|plan| plan.channels() == cells) {
            return Arc::clone(plan);
        }
        let mut parameters = self.activation.parameters().to_vec();
        for known in &mut parameters {
            known.granularity = Granularity::PerChannel;
        }
        let plan = Arc::new(Plan::new(self.activation.clone(), parameters, cells, None));
        *last = Some(Arc::clone(&plan));
        plan
    }
}

/// The formula alone: what a layer shows of itself.
impl fmt::Debug for BySample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.activation.formula().text())
    }
}
