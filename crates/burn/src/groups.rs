//! Parameters of activations in a group of their own.

use burn::module::{Module, ParamGroup};
use burn::optim::{LearningRate, ModuleOptimizer, Optimizer};
use burn::tensor::{Device, Tensor};

use crate::collect;

/// The parameters of all [`Activation`](crate::Activation)s in a module, for whatever takes a group of
/// them: optimizers, learning rate schedulers, `freeze_group`, records. They are known by their ids, and
/// by their paths in this module, because a record that is loaded brings ids of its own.
pub fn activation_group<M: Module>(module: &M) -> ParamGroup {
    let found = collect::parameters(module).into_iter();
    let (ids, paths): (Vec<_>, Vec<_>) = found.map(|of| (of.id, of.path)).unzip();
    ParamGroup::from_ids(ids).fuse(&ParamGroup::from_paths(paths))
}

/// An optimizer for a module that keeps weight decay off the parameters of its activations, and steps
/// them at `learning_rate_factor` times the learning rate that each step is given: 1 for the same, 0.5 for
/// half of it. All else is left to `optimizer`, which must be of a kind that [`Undecayed`] suits.
///
/// Decay pulls a slope to 0, which is not a simpler activation but another one: it makes `relu` of
/// `prelu` and `x/2` of `swish`.
///
/// ```
/// use burn::module::Module;
/// use burn::nn::{Linear, LinearConfig};
/// use burn::optim::{AdamWConfig, GradientsParams};
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::{Activation, Prelu, decay_groups};
///
/// #[derive(Module, Debug)]
/// struct Network {
///     first: Linear,
///     activation: Activation,
///     last: Linear,
/// }
///
/// let device = Device::flex().autodiff();
/// let mut network = Network {
///     first: LinearConfig::new(2, 8).init(&device),
///     activation: Prelu::new().with_channels(8).init(&device)?,
///     last: LinearConfig::new(8, 1).init(&device),
/// };
/// let mut optimizer = decay_groups(&network, AdamWConfig::new().with_weight_decay(0.1).build(), 0.5);
/// let x = Tensor::<2>::from_floats([[1.0, -2.0], [-0.5, 3.0]], &device);
/// let loss = |network: &Network| {
///     let hidden = network.activation.forward(network.first.forward(x.clone()));
///     (network.last.forward(hidden) - 1.0).square().mean()
/// };
/// let before = loss(&network).into_scalar::<f32>();
/// for _ in 0..20 {
///     let gradients = GradientsParams::from_grads(loss(&network).backward(), &network);
///     network = optimizer.step(0.01, network, gradients);
/// }
/// assert!(loss(&network).into_scalar::<f32>() < before);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
pub fn decay_groups<M: Module, O: Optimizer>(
    module: &M,
    optimizer: O,
    learning_rate_factor: f64,
) -> ModuleOptimizer {
    let own = Undecayed::new(optimizer.clone()).with_learning_rate_factor(learning_rate_factor);
    ModuleOptimizer::from(optimizer).with_group(activation_group(module), own, None)
}

/// An optimizer without its weight decay, perhaps at another learning rate: for a group of parameters.
///
/// It takes every step from 0 and adds it to the parameter, so it suits any optimizer whose step depends
/// on the value of the parameter through decay only: SGD, Adam and its kin, `AdaGrad`, `RMSProp`, Lion.
/// It does not suit LAMB and Adafactor, which measure steps by the parameter, nor Muon, which is for
/// matrices and panics at parameters in a row.
#[derive(Clone, Debug)]
pub struct Undecayed<O> {
    optimizer: O,
    learning_rate_factor: f64,
}

impl<O: Optimizer> Undecayed<O> {
    /// The steps of `optimizer`, without decay.
    pub fn new(optimizer: O) -> Self {
        Undecayed { optimizer, learning_rate_factor: 1.0 }
    }

    /// At so many times the learning rate that each step is given. Default: 1.
    #[must_use]
    pub fn with_learning_rate_factor(mut self, factor: f64) -> Self {
        self.learning_rate_factor = factor;
        self
    }
}

impl<O: Optimizer> Optimizer for Undecayed<O> {
    type State<const D: usize> = O::State<D>;

    fn step<const D: usize>(
        &self,
        lr: LearningRate,
        tensor: Tensor<D>,
        grad: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let lr = lr * self.learning_rate_factor;
        let (step, state) = self.optimizer.step(lr, tensor.zeros_like(), grad, state);
        (tensor + step, state)
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        O::to_device(state, device)
    }
}
