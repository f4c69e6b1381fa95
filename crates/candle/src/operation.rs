//! The operation on Candle's tensors: one pass forward, one backward (two with statistics of the batch).
//!
//! Candle's custom operations take one, two or three tensors. The input is always one; the gate and the
//! learned values, packed into one tensor, are there or not. One [`Operation`] does the work, and an
//! adapter for each number of tensors hands it over.

use candle_core::backend::BackendStorage;
use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout as Strides, Result, Shape, Tensor,
};
use ogive::{Call, Layout, Statistics};
use ogive_layer::Site;

use crate::error::wrapped;
use crate::operands::{Lane, by_type, contiguous, numbers, read, slice, wide};

/// One call of an activation: all that is no tensor.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) site: Site,
    /// Of each cell.
    pub(crate) statistics: Option<Statistics>,
}

/// The activation of `x`, through which the gradient flows to all tensors.
///
/// `x` and `gate` have one shape and dtype; `packed` has the values of all learnable parameters, one after
/// the other.
pub(crate) fn apply(
    operation: Operation,
    x: &Tensor,
    gate: Option<&Tensor>,
    packed: Option<&Tensor>,
) -> Result<Tensor> {
    let x = contiguous(x)?;
    let gate = gate.map(contiguous).transpose()?;
    let packed = packed.map(contiguous).transpose()?;
    match (gate, packed) {
        (None, None) => x.apply_op1(Alone(operation)),
        (None, Some(packed)) => x.apply_op2(&packed, WithParameters(operation)),
        (Some(gate), None) => x.apply_op2(&gate, WithGate(operation)),
        (Some(gate), Some(packed)) => x.apply_op3(&gate, &packed, WithBoth(operation)),
    }
}

/// Mean and biased variance of each channel of `x`.
pub(crate) fn statistics(layout: Layout, x: &Tensor) -> Result<Statistics> {
    let x = contiguous(x)?;
    if x.elem_count() == 0 {
        let zeros = vec![0.0; layout.channels];
        return Ok(Statistics { mean: zeros.clone(), variance: zeros, of_batch: true });
    }
    by_type!(x.dtype(), "the input", T => {
        read(&x, |x: &[T]| Statistics::of(layout, x).map_err(wrapped))
    })
}

/// A storage and how a tensor lies in it.
type Part<'a> = (&'a CpuStorage, &'a Strides);

/// The gradients of the input, the gate and the packed values.
struct Gradients {
    x: Tensor,
    gate: Option<Tensor>,
    packed: Option<Tensor>,
}

impl Operation {
    fn forward<T: Lane>(
        &self,
        x: Part,
        gate: Option<Part>,
        packed: Option<Part>,
    ) -> Result<(CpuStorage, Shape)> {
        let packed = packed.map(|(storage, strides)| wide(storage, strides)).transpose()?;
        let call = Call {
            layout: self.site.layout(x.1.dims()),
            x: slice::<T>(x.0, x.1)?,
            gate: gate.map(|(storage, strides)| slice::<T>(storage, strides)).transpose()?,
            parameters: &self.site.plan.unpack(&packed.unwrap_or_default()),
            statistics: self.statistics.as_ref(),
        };
        let mut y = T::zeros(call.x.len());
        self.site.plan.activation().forward(&call, &mut y).map_err(wrapped)?;
        Ok((T::to_cpu_storage_owned(y), x.1.shape().clone()))
    }

    fn backward<T: Lane>(
        &self,
        x: &Tensor,
        gate: Option<&Tensor>,
        packed: Option<&Tensor>,
        dy: &Tensor,
    ) -> Result<Gradients> {
        let plan = &self.site.plan;
        let values = packed.map(numbers).transpose()?;
        let parameters = plan.unpack(&values.unwrap_or_default());
        let layout = self.site.layout(x.dims());
        let mut dx = T::zeros(x.elem_count());
        let mut dgate = gate.map(|gate| T::zeros(gate.elem_count()));
        let mut run = |x: &[T], gate: Option<&[T]>, dy: &[T]| {
            let statistics = self.statistics.as_ref();
            let call = Call { layout, x, gate, parameters: &parameters, statistics };
            let dgate = dgate.as_deref_mut();
            let sums = if self.site.exchanges() {
                dx.copy_from_slice(dy);
                let exchange = |sent| self.site.exchange(sent);
                plan.activation().backward_through(&call, &mut dx, dgate, exchange)
            } else {
                plan.activation().backward(&call, dy, &mut dx, dgate)
            };
            sums.map_err(wrapped)
        };
        // A storage is not locked twice: x and the gate may be views of one, and a writer that waits
        // between two readers would stop the second.
        let gate = gate.map(Tensor::copy).transpose()?;
        let sums = read(x, |x: &[T]| {
            read(dy, |dy: &[T]| match &gate {
                Some(gate) => read(gate, |gate: &[T]| run(x, Some(gate), dy)),
                None => run(x, None, dy),
            })
        })?;
        let dpacked = packed.map(|packed| {
            let sums = plan.pack(&sums);
            Tensor::from_vec(sums, packed.shape(), packed.device())?.to_dtype(packed.dtype())
        });
        let like_x = |elements| Tensor::from_vec(elements, x.shape(), x.device());
        Ok(Gradients {
            gate: dgate.map(like_x).transpose()?,
            packed: dpacked.transpose()?,
            x: like_x(dx)?,
        })
    }

    fn forward_of(
        &self,
        x: Part,
        gate: Option<Part>,
        packed: Option<Part>,
    ) -> Result<(CpuStorage, Shape)> {
        by_type!(x.0.dtype(), "the input", T => self.forward::<T>(x, gate, packed))
    }

    fn backward_of(
        &self,
        x: &Tensor,
        gate: Option<&Tensor>,
        packed: Option<&Tensor>,
        dy: &Tensor,
    ) -> Result<Gradients> {
        let dy = dy.contiguous()?;
        by_type!(x.dtype(), "the input", T => self.backward::<T>(x, gate, packed, &dy))
    }
}

const NAME: &str = "ogive-activation";

struct Alone(Operation);

impl CustomOp1 for Alone {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, x: &CpuStorage, strides: &Strides) -> Result<(CpuStorage, Shape)> {
        self.0.forward_of((x, strides), None, None)
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, dy: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(self.0.backward_of(x, None, None, dy)?.x))
    }
}

struct WithParameters(Operation);

impl CustomOp2 for WithParameters {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        strides: &Strides,
        packed: &CpuStorage,
        packed_strides: &Strides,
    ) -> Result<(CpuStorage, Shape)> {
        self.0.forward_of((x, strides), None, Some((packed, packed_strides)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        packed: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let found = self.0.backward_of(x, None, Some(packed), dy)?;
        Ok((Some(found.x), found.packed))
    }
}

struct WithGate(Operation);

impl CustomOp2 for WithGate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        strides: &Strides,
        gate: &CpuStorage,
        gate_strides: &Strides,
    ) -> Result<(CpuStorage, Shape)> {
        self.0.forward_of((x, strides), Some((gate, gate_strides)), None)
    }

    fn bwd(
        &self,
        x: &Tensor,
        gate: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let found = self.0.backward_of(x, Some(gate), None, dy)?;
        Ok((Some(found.x), found.gate))
    }
}

struct WithBoth(Operation);

impl CustomOp3 for WithBoth {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        strides: &Strides,
        gate: &CpuStorage,
        gate_strides: &Strides,
        packed: &CpuStorage,
        packed_strides: &Strides,
    ) -> Result<(CpuStorage, Shape)> {
        self.0.forward_of((x, strides), Some((gate, gate_strides)), Some((packed, packed_strides)))
    }

    fn bwd(
        &self,
        x: &Tensor,
        gate: &Tensor,
        packed: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let found = self.0.backward_of(x, Some(gate), Some(packed), dy)?;
        Ok((Some(found.x), found.gate, found.packed))
    }
}
