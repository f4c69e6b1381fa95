//! The operation under autodiff, once for all backends.

use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::retro_forward::RetroForward;
use burn::backend::autodiff::checkpoint::state::BackwardStates;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend};

use crate::operation::{ActivationBackend, Operand, Operands};
use ogive_layer::Site;

impl<B: ActivationBackend, C: CheckpointStrategy> ActivationBackend for Autodiff<B, C> {
    fn activation(operands: Operands<Self>, site: Site) -> FloatTensor<Self> {
        let Operands { x, gate, parameters, statistics } = operands;
        // Statistics are no parent: what flows through them is part of ∂x.
        let statistics =
            Operand::from_option(statistics.tensor().map(FloatTensor::<Self>::into_primitive));
        let kind = Kind { gate: is_given(&gate), parameters: is_given(&parameters) };
        let mut parents = vec![x];
        parents.extend(gate.tensor());
        parents.extend(parameters.tensor());
        let step = Step { kind, statistics, site };
        // The number of parents is part of a type in the framework, and there are three of them.
        match <[FloatTensor<Self>; 1]>::try_from(parents) {
            Ok(parents) => tracked::<B, C, 1>(parents, step),
            Err(parents) => match <[FloatTensor<Self>; 2]>::try_from(parents) {
                Ok(parents) => tracked::<B, C, 2>(parents, step),
                Err(parents) => match <[FloatTensor<Self>; 3]>::try_from(parents) {
                    Ok(parents) => tracked::<B, C, 3>(parents, step),
                    Err(_) => unreachable!("x, the gate and the parameters are three"),
                },
            },
        }
    }

    fn activation_statistics(x: FloatTensor<Self>, site: Site) -> FloatTensor<Self> {
        Self::from_inner(B::activation_statistics(x.into_primitive(), site))
    }
}

fn is_given<B: burn::backend::Backend>(operand: &Operand<B>) -> bool {
    matches!(operand, Operand::Given(_))
}

/// Which parents follow `x`.
#[derive(Clone, Copy, Debug)]
struct Kind {
    gate: bool,
    parameters: bool,
}

/// All of a call that is no parent.
#[derive(Clone, Debug)]
struct Step<B: ActivationBackend> {
    kind: Kind,
    statistics: Operand<B>,
    site: Site,
}

impl<B: ActivationBackend> Step<B> {
    /// The operands again, from the parents in their order.
    fn operands(&self, parents: impl IntoIterator<Item = FloatTensor<B>>) -> Operands<B> {
        let mut parents = parents.into_iter();
        let x = parents.next().expect("x is the first parent");
        let mut next =
            |given: bool| Operand::from_option(if given { parents.next() } else { None });
        let (gate, parameters) = (next(self.kind.gate), next(self.kind.parameters));
        Operands { x, gate, parameters, statistics: self.statistics.clone() }
    }
}

fn tracked<B: ActivationBackend, C: CheckpointStrategy, const N: usize>(
    parents: [FloatTensor<Autodiff<B, C>>; N],
    step: Step<B>,
) -> FloatTensor<Autodiff<B, C>> {
    let nodes = parents.each_ref().map(FloatTensor::<Autodiff<B, C>>::node);
    let ids = parents.each_ref().map(FloatTensor::<Autodiff<B, C>>::id);
    // Cheap to compute again: a checkpointing strategy may drop the result and keep the parents.
    let prepared = ActivationBackward
        .prepare::<C>(nodes)
        .memory_bound()
        .retro_forward(Again { parents: ids, step: step.clone() })
        .parents(&parents)
        .stateful();
    match prepared {
        OpsKind::Tracked(mut prepared) => {
            let kept = parents.each_ref().map(|parent| prepared.checkpoint(parent));
            let operands =
                step.operands(parents.map(FloatTensor::<Autodiff<B, C>>::into_primitive));
            let y = B::activation(operands, step.site.clone());
            prepared.finish((kept, step), y)
        }
        OpsKind::UnTracked(prepared) => {
            let operands =
                step.operands(parents.map(FloatTensor::<Autodiff<B, C>>::into_primitive));
            prepared.finish(B::activation(operands, step.site))
        }
    }
}

#[derive(Debug)]
struct ActivationBackward;

impl<B: ActivationBackend, const N: usize> Backward<B, N> for ActivationBackward {
    type State = ([NodeId; N], Step<B>);

    fn backward(
        self,
        ops: Ops<Self::State, N>,
        gradients: &mut Gradients,
        checkpointer: &mut Checkpointer,
    ) {
        let dy = gradients.consume::<B>(&ops.node);
        let (kept, step) = ops.state;
        let parents = kept.map(|id| checkpointer.retrieve_node_output::<FloatTensor<B>>(id));
        let operands = step.operands(parents);
        let (dx, dgate, dparameters) = B::activation_backward(operands, dy, step.site);
        let found = [Some(dx), dgate, dparameters].into_iter().flatten();
        for (parent, gradient) in ops.parents.into_iter().zip(found) {
            if let Some(parent) = parent {
                gradients.register::<B>(parent.id, gradient);
            }
        }
    }
}

/// Computes the result once more during the backward pass.
#[derive(Debug)]
struct Again<B: ActivationBackend, const N: usize> {
    parents: [NodeId; N],
    step: Step<B>,
}

impl<B: ActivationBackend, const N: usize> RetroForward for Again<B, N> {
    fn forward(&self, states: &mut BackwardStates, out: NodeId) {
        let parents = self.parents.map(|id| states.get_state::<FloatTensor<B>>(&id));
        let y = B::activation(self.step.operands(parents), self.step.site.clone());
        states.save(out, y);
    }
}
