//! A formula whose parameters are computed from the input: they differ between samples.
//!
//! The kernels know parameters of channels. So what has parameters of its own, be it a sample or a channel
//! of a sample, is laid out as one channel of a single sample: a view, and the gradient of each parameter
//! is summed in the one pass that all kernels need.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ogive::formula::Granularity;

use crate::following::Following;
use crate::plan::Plan;
use crate::site::Site;
use crate::split::Split;
use crate::{Error, Settings};

/// The formula, and the plan of its last call.
pub struct BySample {
    activation: ogive::Activation,
    last: Mutex<Option<Arc<Plan>>>,
}

impl BySample {
    /// The activation of that name, or of that formula. Its parameters will be per cell, whatever it
    /// declares.
    ///
    /// # Errors
    /// If there is no such activation, or its formula is wrong.
    pub fn new(name_or_formula: &str) -> Result<Self, Error> {
        let activation = ogive::Activation::new(name_or_formula)?;
        Ok(BySample { activation, last: Mutex::new(None) })
    }

    /// The activation.
    pub fn activation(&self) -> &ogive::Activation {
        &self.activation
    }

    /// The call for an input of shape `[1, cells, elements of a cell]`, whose packed parameters are those
    /// of all cells in the formula's order.
    pub fn site(&self, cells: usize) -> Site {
        Site { plan: self.plan(cells), axis: Some(1), of_batch: false, shared: None }
    }

    /// The plan for so many cells. Batches of one size follow each other, so the last is kept.
    fn plan(&self, cells: usize) -> Arc<Plan> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = last.as_ref().filter(|plan| plan.channels() == cells) {
            return Arc::clone(plan);
        }
        let mut parameters = self.activation.parameters().to_vec();
        for known in parameters.iter_mut().filter(|known| known.learnable) {
            known.granularity = Granularity::PerChannel;
        }
        let plan = Arc::new(Plan {
            activation: self.activation.clone(),
            parameters,
            channels: cells,
            channel_axis: 1,
            sample: None,
            following: Following::default(),
            reparametrised: false,
            split: Split::default(),
            reach: OnceLock::new(),
        });
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

/// `max_k (a_k·x + b_k)`, of lines that are computed for each sample (Chen et al. 2020,
/// arXiv:2003.10027): the parameters in order are all slopes, then all offsets. It starts as `relu`.
///
/// # Errors
/// If there is no line.
pub fn largest_line(lines: usize) -> Result<BySample, Error> {
    let line = |place: usize| format!("a_{place}*x + b_{place}");
    let largest = (2..=lines).fold(line(1), |all, place| format!("max({all}, {})", line(place)));
    let declared = ["a", "b"].map(|kind| {
        let start = |place: usize| u8::from((kind, place) == ("a", 1));
        let one = |place: usize| format!("{kind}_{place} = {}", start(place));
        (1..=lines).map(one).collect::<Vec<_>>().join(", ")
    });
    BySample::new(&format!("{largest} | {}", declared.join(", ")))
}

/// The call of `max(x, gate)`, the larger of two tensors of one shape; where they are equal the gradient
/// is that of the gate.
///
/// # Panics
/// Never: the formula is of the language.
pub fn larger() -> Site {
    static PLAN: OnceLock<Arc<Plan>> = OnceLock::new();
    let plan = PLAN.get_or_init(|| {
        Arc::new(Settings::new("max(x, gate)").plan().expect("a formula of the language"))
    });
    Site { plan: Arc::clone(plan), axis: None, of_batch: false, shared: None }
}
