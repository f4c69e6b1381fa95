//! Parameters of activations in a group of their own.

use std::collections::HashSet;

use candle_core::{Result, Tensor, TensorId, Var};
use candle_nn::{Optimizer, VarMap};

use crate::layers::MetaAcon;
use crate::module::Activation;

/// The variables of a `VarMap`, in the order of their names: those that activations learn, and all others
/// that an optimizer may move.
///
/// ```
/// use candle_core::{DType, Device, Module, Tensor};
/// use candle_nn::{AdamW, Optimizer, ParamsAdamW, VarBuilder, VarMap, linear};
/// use ogive_candle::{Prelu, decay_groups};
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let first = linear(2, 8, vb.pp("first"))?;
/// let activation = Prelu::new().with_channels(8).init(vb.pp("activation"))?;
///
/// // Weight decay stays off the slopes, which learn at half the rate.
/// let groups = decay_groups(&variables, [&activation]);
/// let of = |lr, weight_decay| ParamsAdamW { lr, weight_decay, ..Default::default() };
/// let mut weights = AdamW::new(groups.others, of(0.01, 0.1))?;
/// let mut slopes = AdamW::new(groups.activations, of(0.005, 0.0))?;
///
/// let x = Tensor::new(&[[1.0f32, -2.0], [-0.5, 3.0]], &Device::Cpu)?;
/// let loss = activation.forward(&first.forward(&x)?)?.sqr()?.mean_all()?;
/// let gradients = loss.backward()?;
/// weights.step(&gradients)?;
/// slopes.step(&gradients)?;
/// # Ok::<(), candle_core::Error>(())
/// ```
///
/// Decay pulls a slope to 0, which is not a simpler activation but another one: it makes `relu` of `prelu`
/// and `x/2` of `swish`.
#[derive(Clone, Debug)]
pub struct DecayGroups {
    /// What the activations learn.
    pub activations: Vec<Var>,
    /// The others: weights. Running statistics and marks of the activations are in neither.
    pub others: Vec<Var>,
}

/// Separates what these activations learn from the rest of a `VarMap`.
///
/// # Panics
/// If another thread panicked while it held the map.
pub fn decay_groups<'a>(
    variables: &VarMap,
    activations: impl IntoIterator<Item = &'a Activation>,
) -> DecayGroups {
    let (mut learned, mut state): (HashSet<TensorId>, HashSet<TensorId>) = Default::default();
    for activation in activations {
        learned.extend(activation.kept.iter().map(Tensor::id));
        state.extend(activation.running.iter().flatten().map(|state| state.id()));
        state.extend(activation.mark.iter().map(Tensor::id));
    }
    let all = variables.data().lock().expect("no thread panicked");
    let mut named: Vec<(&String, &Var)> = all.iter().collect();
    named.sort_by_key(|(name, _)| *name);
    let mut groups = DecayGroups { activations: Vec::new(), others: Vec::new() };
    for (_, variable) in named {
        if learned.contains(&variable.id()) {
            groups.activations.push(variable.clone());
        } else if !state.contains(&variable.id()) {
            groups.others.push(variable.clone());
        }
    }
    groups
}

impl DecayGroups {
    /// The same with the slopes of a [`MetaAcon`] among what the activations learn; its weights stay with the
    /// others.
    #[must_use]
    pub fn with_slopes_of(mut self, layer: &MetaAcon) -> Self {
        let slopes = layer.slopes.each_ref().map(Tensor::id);
        let (moved, others): (Vec<Var>, _) =
            self.others.into_iter().partition(|variable| slopes.contains(&variable.id()));
        self.activations.extend(moved);
        DecayGroups { others, ..self }
    }

    /// One optimizer for each group, the activations' first.
    ///
    /// # Errors
    /// As the optimizer's own constructor.
    pub fn optimizers<O: Optimizer>(
        self,
        activations: O::Config,
        others: O::Config,
    ) -> Result<[O; 2]> {
        Ok([O::new(self.activations, activations)?, O::new(self.others, others)?])
    }
}
