//! The operation under autodiff, once for all backends.

use burn::backend::Autodiff;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;

use super::operation::{AlongAxis, AxisBackend};

impl<B: AxisBackend, C: CheckpointStrategy> AxisBackend for Autodiff<B, C> {
    fn along_axis(x: FloatTensor<Self>, along: AlongAxis) -> FloatTensor<Self> {
        // One tensor is kept either way, and computing the result again would take an exponential for
        // each element: no checkpointing strategy is asked.
        match AxisBackward.prepare::<C>([x.node()]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                let x = x.into_primitive();
                let y = B::along_axis(x.clone(), along);
                let kept = if along.function.keeps_input() { x } else { y.clone() };
                prepared.finish((kept, along), y)
            }
            OpsKind::UnTracked(prepared) => {
                prepared.finish(B::along_axis(x.into_primitive(), along))
            }
        }
    }
}

#[derive(Debug)]
struct AxisBackward;

impl<B: AxisBackend> Backward<B, 1> for AxisBackward {
    type State = (FloatTensor<B>, AlongAxis);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let dy = gradients.consume::<B>(&ops.node);
        let (kept, along) = ops.state;
        let [parent] = ops.parents;
        if let Some(parent) = parent {
            gradients.register::<B>(parent.id, B::along_axis_backward(kept, dy, along));
        }
    }
}
