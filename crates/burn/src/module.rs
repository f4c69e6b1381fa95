//! The one module: any activation in a network.

use std::sync::Arc;

use burn::module::{Content, DisplaySettings, Flag, Module, ModuleDisplay, Param, RunningState};
use burn::tensor::{Device, Tensor};
use ogive::formula::Constraint;

use crate::call;
use crate::constraint::project;
use crate::plan::{Plan, Site};
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
/// * **Records**: `into_record` and `load_record` as for every module. A record of a module with
///   another number of channels is refused with both shapes. The formula is no part of it: it
///   belongs to the configuration.
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
    /// The learnable parameters in the formula's order, each `[1]` or `[channels]`.
    parameters: Vec<Param<Tensor<1>>>,
    /// Whether training behavior is enabled for this layer.
    training: Param<Flag>,
    /// The running mean of each channel, if the formula uses statistics.
    running_mean: Option<RunningState<Tensor<1>>>,
    /// The running biased variance.
    running_variance: Option<RunningState<Tensor<1>>>,
    momentum: f64,
    channel_axis: isize,
    #[module(skip)]
    plan: Arc<Plan>,
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
        channel_axis: isize,
        parameters: Vec<Param<Tensor<1>>>,
        running_mean: Option<RunningState<Tensor<1>>>,
        running_variance: Option<RunningState<Tensor<1>>>,
        momentum: f64,
    ) -> Self {
        let training = Param::from_bool(true);
        Activation {
            parameters,
            training,
            running_mean,
            running_variance,
            momentum,
            channel_axis,
            plan,
        }
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
    /// If `x` has no channel axis or another number of channels, or the formula uses `gate`.
    pub fn try_forward<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, Error> {
        if self.plan.activation().has_gate() {
            return Err(Error::GateMissing { activation: self.name().to_owned() });
        }
        self.compute(x, None)
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
        if !self.plan.activation().has_gate() {
            return Err(Error::GateUnused { activation: self.name().to_owned() });
        }
        if x.dims() != gate.dims() {
            let (input, gate) = (x.dims().to_vec(), gate.dims().to_vec());
            return Err(Error::GateShape { input, gate });
        }
        self.compute(x, Some(gate))
    }

    fn compute<const D: usize>(
        &self,
        x: Tensor<D>,
        gate: Option<Tensor<D>>,
    ) -> Result<Tensor<D>, Error> {
        let of_batch = x.device().is_autodiff() && self.training.is_enabled();
        let site = self.site(&x.dims(), of_batch)?;
        let statistics = self.statistics(&x, &site);
        let values: Vec<Tensor<1>> = self.parameters.iter().map(Param::val).collect();
        let packed = match values.len() {
            0 | 1 => values.into_iter().next(),
            _ => Some(Tensor::cat(values, 0)),
        };
        Ok(call::activation(x, gate, packed, statistics, site))
    }

    /// What the operation needs to know for an input of this shape: for calling
    /// [`ActivationBackend`](crate::ActivationBackend) oneself.
    ///
    /// # Errors
    /// If the shape has no channel axis or another number of channels.
    pub fn site(&self, shape: &[usize], of_batch: bool) -> Result<Site, Error> {
        Ok(Site { plan: Arc::clone(&self.plan), axis: self.axis_in(shape)?, of_batch })
    }

    /// The axis of the channels in an input of this shape, where there are such.
    fn axis_in(&self, shape: &[usize]) -> Result<Option<usize>, Error> {
        if !self.plan.sees_channels() {
            return Ok(None);
        }
        let (rank, axis) = (shape.len() as isize, self.channel_axis);
        let axis = if rank == 1 && axis == 1 { 0 } else { axis };
        let counted = if axis < 0 { rank + axis } else { axis };
        if !(0..rank).contains(&counted) {
            return Err(Error::Axis { axis, shape: shape.to_vec() });
        }
        let (axis, expected) = (counted as usize, self.plan.channels());
        if shape[axis] != expected {
            return Err(Error::Channels { axis, expected, shape: shape.to_vec() });
        }
        Ok(Some(axis))
    }

    /// Mean and variance, `[2, channels]`, where the formula uses them: those of `x` in training,
    /// which then move the running ones.
    fn statistics<const D: usize>(&self, x: &Tensor<D>, site: &Site) -> Option<Tensor<2>> {
        let running = [self.running_mean.as_ref()?, self.running_variance.as_ref()?];
        let device = x.device();
        if !site.of_batch {
            let now = running.map(|state| state.value_sync().to_device(&device));
            return Some(Tensor::stack(now.to_vec(), 0));
        }
        let found = call::statistics(x.clone(), site.clone());
        if x.shape().num_elements() > 0 {
            for (row, state) in running.into_iter().enumerate() {
                let before = state.value_sync().to_device(&device);
                let new = found.clone().narrow(0, row, 1).flatten(0, 1).cast(before.dtype());
                let after =
                    before.mul_scalar(1.0 - self.momentum).add(new.mul_scalar(self.momentum));
                state.update(after.detach());
                // Burn's own layers leave the update pending until the next forward pass, and a
                // record taken in between lacks it. Replicas on several devices then follow each
                // other's values instead of averaging theirs, which estimates the same.
                state.value_sync();
            }
        }
        Some(found)
    }

    /// The module with every parameter moved to the nearest value that its constraint allows. Call
    /// it after each step of the optimizer: `model.activation = model.activation.constrained()`.
    #[must_use]
    pub fn constrained(mut self) -> Self {
        let constraints: Vec<Constraint> =
            self.plan.learnable().map(|(_, known)| known.constraint).collect();
        self.parameters = self
            .parameters
            .into_iter()
            .zip(constraints)
            .map(|(parameter, constraint)| match constraint {
                Constraint::Free => parameter,
                constraint => parameter.map(|tensor| {
                    let learns = tensor.is_require_grad();
                    project(tensor.detach(), constraint).detach().set_require_grad(learns)
                }),
            })
            .collect();
        self
    }

    /// The present values of a learnable parameter, `[1]` or `[channels]`.
    pub fn parameter(&self, name: &str) -> Option<Tensor<1>> {
        self.parameters().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and present values of all learnable parameters.
    pub fn parameters(&self) -> Vec<(&str, Tensor<1>)> {
        let names = self.plan.learnable().map(|(_, known)| known.name.as_str());
        names.zip(self.parameters.iter().map(Param::val)).collect()
    }

    /// The running mean and biased variance of each channel, if the formula uses statistics.
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
            content.add("momentum", &self.momentum)
        } else {
            content
        };
        content.optional()
    }
}
