//! The one module: any activation in a network.

use std::sync::Arc;

use candle_core::{ModuleT, Result, Tensor, Var};
use candle_nn::VarBuilder;
use ogive_layer::{Plan, Replicas, Site};

use crate::error::{Error, wrapped};
use crate::operation::{Operation, apply};
use crate::{ActivationConfig, reparametrise};

/// An activation function with its learnable parameters and, where its formula uses `mean(x)` or
/// `var(x)`, its running statistics. Built by [`ActivationConfig`].
///
/// * **Input**: any rank, f32, f64, bf16 or f16 on the CPU; the result has the shape and dtype of the
///   input, and parameters are of f32, or f64 as the `VarBuilder` is. Where something is per channel, the
///   channel axis must have as many elements as the module has channels.
/// * **Training and evaluation** follow Candle's `ModuleT`: in `forward_t(x, true)` the statistics are
///   those of the batch, the gradient flows through them, and the running statistics move; in
///   `forward_t(x, false)` and in [`forward`](Self::forward) the running statistics are used. There is
///   no `Module`, whose `forward_t` would evaluate even in training; where a function is wanted,
///   `candle_nn::func(move |x| activation.forward(x))` is one.
/// * **Constraints** that the formula declares (`>= 0.01`) hold at the start. An optimizer knows
///   nothing of them: call [`constrain`](Self::constrain) after each of its steps.
/// * **Parameters** are the variables that the `VarBuilder` gave, under their names. A clone of the module
///   shares them, and so do two that were built from one path: give each its own with `vb.pp`.
/// * **Batches of one and of none**: in a batch with one element per channel every element is its
///   channel's mean, and the variance is 0: in Dice the gate stands half open, and what flows through
///   the statistics cancels what flows through the gate. Moving averages follow it as any other. An
///   empty batch gives an empty result and moves nothing.
///
/// ```
/// use candle_core::{DType, Device, Tensor, Var};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::Activation;
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let swish = Activation::parse("x*sigmoid(beta*x) | beta = 1", 1, vb.pp("swish"))?;
/// let x = Var::new(&[[-1.0f32, 2.0]], &Device::Cpu)?;
/// let gradients = swish.forward(&x)?.sum_all()?.backward()?;
/// assert_eq!(gradients.get(&x).unwrap().dims(), [1, 2]);
/// let beta = &variables.data().lock().unwrap()["swish.beta"];
/// assert_eq!(gradients.get(beta).unwrap().dims(), [1]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Activation {
    pub(crate) plan: Arc<Plan>,
    /// What is kept of each learnable parameter, in the formula's order.
    pub(crate) kept: Vec<Tensor>,
    /// Mean and variance of each channel.
    pub(crate) running: Option<[Var; 2]>,
    /// What stands in a record for the name of the activation.
    pub(crate) mark: Option<Tensor>,
    pub(crate) replicas: Option<Arc<dyn Replicas>>,
}

impl Activation {
    /// The activation of that name or formula with its default configuration; `channels` is of no
    /// account where nothing is per channel.
    ///
    /// # Errors
    /// As [`ActivationConfig::init`].
    pub fn parse(name_or_formula: &str, channels: usize, vb: VarBuilder) -> Result<Self> {
        ActivationConfig::new(name_or_formula).with_channels(channels).init(vb)
    }

    pub(crate) fn assemble(
        plan: Arc<Plan>,
        kept: Vec<Tensor>,
        running: Option<[Var; 2]>,
        mark: Option<Tensor>,
    ) -> Self {
        Activation { plan, kept, running, mark, replicas: None }
    }

    /// The module as one of several replicas that see different parts of each batch and have its
    /// statistics in common. Of no account for a formula without statistics. Each replica needs variables of
    /// its own, as one in a process of its own has: clones share theirs, and would move the running
    /// statistics once each.
    #[must_use]
    pub fn with_replicas(mut self, replicas: Arc<dyn Replicas>) -> Self {
        self.replicas = Some(replicas);
        self
    }

    /// The activation of every element of `x`, in evaluation.
    ///
    /// # Errors
    /// If `x` has no channel axis or another number of channels, is not a batch of samples of the shape
    /// that a parameter per element was made for, is on another device than the CPU or not of
    /// floating-point numbers, or the formula uses `gate`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.forward_t(x, false)
    }

    /// The activation of a formula with a second input, such as `swiglu`, in training or in evaluation.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), and if `gate` has another shape or dtype than `x` or the formula
    /// does not use it.
    pub fn forward_gated(&self, x: &Tensor, gate: &Tensor, train: bool) -> Result<Tensor> {
        self.plan.check_gate(x.dims(), Some(gate.dims())).map_err(wrapped)?;
        if gate.dtype() != x.dtype() {
            let (expected, found) = (x.dtype().as_str(), gate.dtype());
            return Err(wrapped(Error::Type { tensor: "the gate", expected, found }));
        }
        self.compute(x, Some(gate), self.plan.channel_axis(), train)
    }

    pub(crate) fn compute(
        &self,
        x: &Tensor,
        gate: Option<&Tensor>,
        channel_axis: isize,
        train: bool,
    ) -> Result<Tensor> {
        let mut site = self.plan.site_on(channel_axis, x.dims(), train).map_err(wrapped)?;
        let statistics = self.statistics(x, &mut site)?.map(|known| site.of_cells(known));
        let packed = self.packed(&site)?;
        apply(Operation { site, statistics }, x, gate, packed.as_ref())
    }

    /// The learnable parameters as the operation takes them.
    fn packed(&self, site: &Site) -> Result<Option<Tensor>> {
        let mut values = Vec::new();
        for ((_, known), kept) in self.plan.learnable().zip(&self.kept) {
            let value = reparametrise::values(kept, self.plan.form(known))?;
            let (times, blocks) = site.plan.repeats(site.axis, known.granularity);
            let width = value.elem_count();
            values.push(if (times, blocks) == (1, 1) {
                value
            } else {
                // The framework sums the gradient of a copied value on its way back.
                let rows = value.reshape((1, width, 1))?.broadcast_as((blocks, width, times))?;
                rows.reshape(blocks * width * times)?
            });
        }
        match values.len() {
            0 | 1 => Ok(values.pop()),
            _ => Tensor::cat(&values, 0).map(Some),
        }
    }

    /// The running mean and variance of each channel, if the formula uses statistics; the variance is the
    /// estimate that [`ActivationConfig::with_running_variance`] chose.
    pub fn running_statistics(&self) -> Option<[&Tensor; 2]> {
        self.running.as_ref().map(|running| running.each_ref().map(Var::as_tensor))
    }

    /// The name in the catalogue, or the formula.
    pub fn name(&self) -> &str {
        self.plan.activation().name()
    }

    /// The formula, its parameters and the channels.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl ModuleT for Activation {
    fn forward_t(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        self.plan.check_gate(x.dims(), None).map_err(wrapped)?;
        self.compute(x, None, self.plan.channel_axis(), train)
    }
}
