//! The one module: any activation in a network.

use std::sync::Arc;

use burn::module::{Content, DisplaySettings, Flag, Module, ModuleDisplay, Param, RunningState};
use burn::tensor::{Device, Tensor};
use ogive_layer::{Plan, Replicas, Site};

use crate::call;
use crate::cells::spread;
use crate::parameters::Parameters;
use crate::{ActivationConfig, Error};

/// An activation function with its learnable parameters and, where its formula uses `mean(x)` or
/// `var(x)`, its running statistics. Built by [`ActivationConfig`].
///
/// * **Input**: any rank from 1, any float dtype; the result has the shape and dtype of the input.
///   Where something is per channel, the channel axis must have as many elements as the module has
///   channels.
/// * **Training and evaluation** follow Burn's convention (that of `BatchNorm`): on an autodiff
///   device, with the module's training flag enabled, the statistics are those of the batch, the
///   gradient flows through them, and the running statistics move; otherwise the running
///   statistics are used. `module.valid()` is the module for evaluation.
/// * **Constraints** that the formula declares (`>= 0.01`) hold at the start. An optimizer knows
///   nothing of them: call [`constrained`](Self::constrained) after each of its steps.
/// * **Records**: `into_record` and `load_record` as for every module. Parameters stand in a record under
///   their names, beside a mark with the name of the activation or its formula. So a record of another
///   activation is refused, which names the mark that is missing; a parameter with another number of
///   values is refused by its name, with both shapes. What cannot be told apart are settings and initial
///   values of the same formula: they belong to the configuration.
/// * **Several layers**: call `init` of the configuration for each. To share parameters, use one module in
///   several places. A clone keeps the ids of its parameters, as every module's does in Burn: in one network
///   with the original, an optimizer moves only one of the two, by gradients that may be the other's.
/// * **Batches of one and of none**: in a batch with one element per channel every element is its
///   channel's mean, and the variance is 0: in Dice the gate stands half open, and what flows through
///   the statistics cancels what flows through the gate. Moving averages follow it as any other. An
///   empty batch gives an empty result and moves nothing.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::ActivationConfig;
///
/// let device = Device::flex().autodiff();
/// let swish = ActivationConfig::new("x*sigmoid(beta*x) | beta = 1").init(&device)?;
/// let x = Tensor::<2>::from_floats([[-1.0, 2.0]], &device).require_grad();
/// let y = swish.forward(x.clone());
/// let gradients = y.sum().backward();
/// assert_eq!(x.grad(&gradients).unwrap().dims(), [1, 2]);
/// assert_eq!(swish.parameter("beta").unwrap().grad(&gradients).unwrap().dims(), [1]);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
#[derive(Module, Debug)]
#[module(custom_display)]
pub struct Activation {
    /// The learnable parameters in the formula's order, each with as many values as its granularity
    /// says, in one row.
    pub(crate) parameters: Parameters,
    /// Whether training behavior is enabled for this layer.
    training: Param<Flag>,
    /// The running mean of each channel, if the formula uses statistics.
    pub(crate) running_mean: Option<RunningState<Tensor<1>>>,
    /// The running variance, biased or not as it was configured.
    pub(crate) running_variance: Option<RunningState<Tensor<1>>>,
    #[module(skip)]
    pub(crate) replicas: Option<Arc<dyn Replicas>>,
    #[module(skip)]
    pub(crate) plan: Arc<Plan>,
}

impl Activation {
    /// The activation of that name or formula with its default configuration; `channels` is of no
    /// account where nothing is per channel.
    ///
    /// ```
    /// let device = burn::tensor::Device::flex();
    /// let mish = ogive_burn::Activation::parse("x*tanh(log(1 + exp(x)))", 1, &device)?;
    /// # Ok::<(), ogive_burn::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`ActivationConfig::init`].
    pub fn parse(name_or_formula: &str, channels: usize, device: &Device) -> Result<Self, Error> {
        ActivationConfig::new(name_or_formula).with_channels(channels).init(device)
    }

    pub(crate) fn assemble(
        plan: Arc<Plan>,
        parameters: Parameters,
        running: [Option<RunningState<Tensor<1>>>; 2],
    ) -> Self {
        let training = Param::from_bool(true);
        let [running_mean, running_variance] = running;
        Activation { parameters, training, running_mean, running_variance, replicas: None, plan }
    }

    /// The module as one of several replicas that see different parts of each batch and have its
    /// statistics in common. Of no account for a formula without statistics.
    #[must_use]
    pub fn with_replicas(mut self, replicas: Arc<dyn Replicas>) -> Self {
        self.replicas = Some(replicas);
        self
    }

    /// The activation of every element of `x`.
    ///
    /// # Panics
    /// Where [`try_forward`](Self::try_forward) gives an error, with its message.
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.try_forward(x).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    /// The activation of a formula with a second input, such as `swiglu`.
    ///
    /// # Panics
    /// Where [`try_forward_gated`](Self::try_forward_gated) gives an error, with its message.
    pub fn forward_gated<const D: usize>(&self, x: Tensor<D>, gate: Tensor<D>) -> Tensor<D> {
        self.try_forward_gated(x, gate).unwrap_or_else(|error| panic!("{}: {error}", self.name()))
    }

    /// The same as [`forward`](Self::forward).
    ///
    /// # Errors
    /// If `x` has no channel axis or another number of channels, is not a batch of samples of the shape
    /// that a parameter per element was made for, or the formula uses `gate`.
    pub fn try_forward<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, Error> {
        self.plan.check_gate(&x.dims(), None)?;
        self.compute(x, None, self.plan.channel_axis())
    }

    /// The same as [`forward_gated`](Self::forward_gated).
    ///
    /// # Errors
    /// As [`try_forward`](Self::try_forward), and if `gate` has another shape than `x` or the
    /// formula does not use it.
    pub fn try_forward_gated<const D: usize>(
        &self,
        x: Tensor<D>,
        gate: Tensor<D>,
    ) -> Result<Tensor<D>, Error> {
        self.plan.check_gate(&x.dims(), Some(&gate.dims()))?;
        self.compute(x, Some(gate), self.plan.channel_axis())
    }

    pub(crate) fn compute<const D: usize>(
        &self,
        x: Tensor<D>,
        gate: Option<Tensor<D>>,
        channel_axis: isize,
    ) -> Result<Tensor<D>, Error> {
        let of_batch = x.device().is_autodiff() && self.training.is_enabled();
        let mut site = self.plan.site_on(channel_axis, &x.dims(), of_batch)?;
        let statistics = self.statistics(&x, &mut site)?;
        let packed = self.packed(&site);
        Ok(call::activation(x, gate, packed, statistics, site))
    }

    /// The learnable parameters as the operation takes them at this site, see
    /// [`Operands`](crate::Operands); `None` where there are none.
    pub fn packed(&self, site: &Site) -> Option<Tensor<1>> {
        let values: Vec<Tensor<1>> = self
            .plan
            .learnable()
            .zip(self.values())
            .map(|((_, known), value)| spread(site, known.granularity, value))
            .collect();
        match values.len() {
            0 | 1 => values.into_iter().next(),
            _ => Some(Tensor::cat(values, 0)),
        }
    }

    /// What the operation needs to know for an input of this shape: for calling
    /// [`ActivationBackend`](crate::ActivationBackend) oneself.
    ///
    /// # Errors
    /// If the shape has no channel axis or another number of channels, or is not that of a batch of
    /// samples.
    pub fn site(&self, shape: &[usize], of_batch: bool) -> Result<Site, Error> {
        Ok(self.plan.site(shape, of_batch)?)
    }

    /// The running mean and variance of each channel, if the formula uses statistics; the variance is the
    /// estimate that [`ActivationConfig::with_running_variance`] chose.
    pub fn running_statistics(&self) -> Option<[Tensor<1>; 2]> {
        let running = [self.running_mean.as_ref()?, self.running_variance.as_ref()?];
        Some(running.map(RunningState::value_sync))
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

impl ModuleDisplay for Activation {
    fn custom_settings(&self) -> Option<DisplaySettings> {
        DisplaySettings::new().with_new_line_after_attribute(false).optional()
    }

    fn custom_content(&self, content: Content) -> Option<Content> {
        let formula = self.plan.activation().formula();
        let content = content.add("formula", formula.text());
        let content = if self.plan.sees_channels() {
            content.add("channels", &self.plan.channels())
        } else {
            content
        };
        let content = if self.running_mean.is_some() {
            content.add("momentum", &self.plan.following().momentum.of_new())
        } else {
            content
        };
        content.optional()
    }
}
