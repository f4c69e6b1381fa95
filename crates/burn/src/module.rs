//! The one module: any activation in a network.

use std::sync::Arc;

use burn::module::{Content, DisplaySettings, Flag, Module, ModuleDisplay, Param, RunningState};
use burn::tensor::{Device, Tensor, TensorData};
use ogive::SampleMoments;
use ogive::formula::Constraint;

use crate::call;
use crate::cells::spread;
use crate::constraint::project;
use crate::parameters::Parameters;
use crate::plan::{Plan, Site};
use crate::replicas::{Replicas, Shared};
use crate::settings::{Following, RunningVariance};
use crate::{ActivationConfig, Error, reparametrise};

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
    parameters: Parameters,
    /// Whether training behavior is enabled for this layer.
    training: Param<Flag>,
    /// The running mean of each channel, if the formula uses statistics.
    running_mean: Option<RunningState<Tensor<1>>>,
    /// The running biased variance.
    running_variance: Option<RunningState<Tensor<1>>>,
    channel_axis: isize,
    #[module(skip)]
    following: Following,
    #[module(skip)]
    replicas: Option<Arc<dyn Replicas>>,
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
        parameters: Parameters,
        running: [Option<RunningState<Tensor<1>>>; 2],
        following: Following,
    ) -> Self {
        let training = Param::from_bool(true);
        let [running_mean, running_variance] = running;
        Activation {
            parameters,
            training,
            running_mean,
            running_variance,
            channel_axis,
            following,
            replicas: None,
            plan,
        }
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
        if self.plan.activation().has_gate() {
            return Err(Error::GateMissing { activation: self.name().to_owned() });
        }
        self.compute(x, None, self.channel_axis)
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
        self.compute(x, Some(gate), self.channel_axis)
    }

    pub(crate) fn compute<const D: usize>(
        &self,
        x: Tensor<D>,
        gate: Option<Tensor<D>>,
        channel_axis: isize,
    ) -> Result<Tensor<D>, Error> {
        let of_batch = x.device().is_autodiff() && self.training.is_enabled();
        let mut site = self.site_on(channel_axis, &x.dims(), of_batch)?;
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
            .map(|((_, known), value)| spread(&self.plan, site.axis, known.granularity, value))
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
        self.site_on(self.channel_axis, shape, of_batch)
    }

    fn site_on(&self, channel_axis: isize, shape: &[usize], of_batch: bool) -> Result<Site, Error> {
        if let Some(sample) = self.plan.sample()
            && shape.get(1..) != Some(sample)
        {
            return Err(Error::Sample { sample: sample.to_vec(), shape: shape.to_vec() });
        }
        let axis = self.axis_in(channel_axis, shape)?;
        Ok(Site { plan: Arc::clone(&self.plan), axis, of_batch, shared: None })
    }

    /// The axis of the channels in an input of this shape, where there are such.
    fn axis_in(&self, axis: isize, shape: &[usize]) -> Result<Option<usize>, Error> {
        if !self.plan.sees_channels() {
            return Ok(None);
        }
        let axis = counted(axis, shape)?;
        let expected = self.plan.channels();
        if shape[axis] != expected {
            return Err(Error::Channels { axis, expected, shape: shape.to_vec() });
        }
        Ok(Some(axis))
    }

    /// The axis of the channels in an input of this shape, counted from the first.
    pub(crate) fn channel_axis_in(&self, shape: &[usize]) -> Result<usize, Error> {
        counted(self.channel_axis, shape)
    }

    /// Mean and variance, `[2, channels]`, where the formula uses them: those of `x` in training,
    /// which then move the running ones.
    fn statistics<const D: usize>(
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

    /// The module with every parameter moved to the nearest value that its constraint allows. Call
    /// it after each step of the optimizer: `model.activation = model.activation.constrained()`.
    #[must_use]
    pub fn constrained(mut self) -> Self {
        let constraints: Vec<Constraint> =
            self.plan.learnable().map(|(_, known)| known.constraint).collect();
        // What is reparametrised cannot leave its bounds.
        let kept: Vec<Constraint> =
            self.plan.learnable().map(|(_, known)| self.plan.form(known)).collect();
        self.parameters = self.parameters.replaced(|place, parameter| match constraints[place] {
            Constraint::Free => parameter,
            _ if kept[place] != Constraint::Free => parameter,
            constraint => parameter.map(|tensor| {
                let learns = tensor.is_require_grad();
                project(tensor.detach(), constraint).detach().set_require_grad(learns)
            }),
        });
        self
    }

    /// The module with these values of a learnable parameter, in one row as
    /// [`parameter`](Self::parameter) has them, instead of the present ones.
    ///
    /// # Errors
    /// If there is no such parameter, it has another number of values, or it is reparametrised and a
    /// value is not inside its bounds.
    pub fn with_values(mut self, name: &str, values: Tensor<1>) -> Result<Self, Error> {
        let Some((_, known)) = self.plan.learnable().find(|(_, known)| known.name == name) else {
            let known = self.plan.learnable().map(|(_, known)| known.name.clone());
            let (activation, parameter) = (self.name().to_owned(), name.to_owned());
            return Err(Error::Parameter { activation, parameter, known: known.collect() });
        };
        let (expected, [found]) = (self.plan.width(known), values.dims());
        if expected != found {
            return Err(Error::Values { parameter: name.to_owned(), expected, found });
        }
        let place = self.plan.learnable().position(|(_, known)| known.name == name);
        let mut values = values;
        if self.plan.form(known) != Constraint::Free {
            let numbers = call::numbers(&values).into_iter().map(|value| {
                let raw = reparametrise::raw(value, known.constraint);
                raw.ok_or_else(|| Error::on_bound(known, value))
            });
            let raw = numbers.collect::<Result<Vec<f64>, Error>>()?;
            let data = TensorData::new(raw, [expected]);
            values = Tensor::from_data(data, (&values.device(), values.dtype()));
        }
        self.parameters = self.parameters.replaced(|at, parameter| {
            if Some(at) != place {
                return parameter;
            }
            parameter.map(|old| {
                let learns = old.is_require_grad();
                Tensor::from_data(values.to_data(), (&old.device(), old.dtype()))
                    .set_require_grad(learns)
            })
        });
        Ok(self)
    }

    /// The present values of a learnable parameter in one row: one, or one for each channel, group, or
    /// element of a sample. Of a [reparametrised](ActivationConfig::reparametrised) one they are computed,
    /// and what has a gradient is what they are computed from.
    pub fn parameter(&self, name: &str) -> Option<Tensor<1>> {
        self.parameters().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and present values of all learnable parameters.
    pub fn parameters(&self) -> Vec<(&str, Tensor<1>)> {
        let names = self.plan.learnable().map(|(_, known)| known.name.as_str());
        names.zip(self.values()).collect()
    }

    /// The present values in order.
    fn values(&self) -> impl Iterator<Item = Tensor<1>> {
        let known = self.plan.learnable().map(|(_, known)| self.plan.form(known));
        known.zip(self.parameters.tensors()).map(|(form, kept)| reparametrise::values(kept, form))
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
            content.add("momentum", &self.following.momentum.of_new())
        } else {
            content
        };
        content.optional()
    }
}

/// An axis of a shape, counted from the first; 1 is the only one of rank 1.
fn counted(axis: isize, shape: &[usize]) -> Result<usize, Error> {
    let rank = shape.len() as isize;
    let axis = if rank == 1 && axis == 1 { 0 } else { axis };
    let counted = if axis < 0 { rank + axis } else { axis };
    if !(0..rank).contains(&counted) {
        return Err(Error::Axis { axis, shape: shape.to_vec() });
    }
    Ok(counted as usize)
}

/// The statistics of all replicas from those of one, and how many elements each channel has in them.
fn merged(
    replicas: &dyn Replicas,
    found: &Tensor<2>,
    count: f64,
) -> Result<(Tensor<2>, f64), Error> {
    let [_, channels] = found.dims();
    let numbers = call::numbers(found);
    let (mean, variance) = numbers.split_at(channels);
    let own = mean.iter().zip(variance);
    let own =
        own.map(|(mean, variance)| SampleMoments { count, mean: *mean, squares: variance * count });
    let all = replicas.merged(own.collect());
    if all.len() != channels {
        return Err(Error::Replicas { channels, found: all.len() });
    }
    let count = all.first().map_or(0.0, |moments| moments.count);
    let mean = all.iter().map(|moments| moments.mean);
    let numbers: Vec<f64> = mean.chain(all.iter().map(SampleMoments::variance)).collect();
    let data = TensorData::new(numbers, [2, channels]);
    Ok((Tensor::from_data(data, (&found.device(), found.dtype())), count))
}
