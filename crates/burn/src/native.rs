//! The operation on the CPU backend `Flex`: one pass over memory with Ogive's kernels.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata, ops::FloatTensorOps};
use burn::tensor::{DType, FloatDType, Shape, TensorData};
use ogive::{Call, Statistics};
use ogive_layer::Site;

use crate::operation::{ActivationBackend, Gradients, Operand, Operands};

type FlexTensor = FloatTensor<Flex>;

impl ActivationBackend for Flex {
    fn activation(operands: Operands<Self>, site: Site) -> FlexTensor {
        match operands.x.dtype() {
            DType::F32 => forward::<f32>(operands, &site),
            DType::F64 => forward::<f64>(operands, &site),
            half => {
                let y = forward::<f32>(widened(operands), &site);
                Flex::float_cast(y, half.into())
            }
        }
    }

    fn activation_backward(
        operands: Operands<Self>,
        dy: FlexTensor,
        site: Site,
    ) -> (FlexTensor, Option<FlexTensor>, Option<FlexTensor>) {
        match operands.x.dtype() {
            DType::F32 => backward::<f32>(operands, dy, &site),
            DType::F64 => backward::<f64>(operands, dy, &site),
            half => {
                let dy = Flex::float_cast(dy, FloatDType::F32);
                let (dx, dgate, dparameters) = backward::<f32>(widened(operands), dy, &site);
                let narrow = |tensor| Flex::float_cast(tensor, half.into());
                (narrow(dx), dgate.map(narrow), dparameters)
            }
        }
    }

    fn activation_statistics(x: FlexTensor, site: Site) -> FlexTensor {
        match x.dtype() {
            DType::F32 => statistics::<f32>(x, &site),
            DType::F64 => statistics::<f64>(x, &site),
            _ => statistics::<f32>(Flex::float_cast(x, FloatDType::F32), &site),
        }
    }
}

/// The operands with `x` and the gate in f32.
fn widened(operands: Operands<Flex>) -> Operands<Flex> {
    let wide = |tensor| Flex::float_cast(tensor, FloatDType::F32);
    Operands {
        x: wide(operands.x),
        gate: Operand::from_option(operands.gate.tensor().map(wide)),
        ..operands
    }
}

fn forward<T: Lane>(operands: Operands<Flex>, site: &Site) -> FlexTensor {
    let shape = operands.x.shape();
    let layout = site.layout(&shape);
    let parameters = parameters(operands.parameters, site);
    let statistics = constants(operands.statistics, site);
    let mut x = contiguous(operands.x);
    let activation = site.plan.activation();
    let Some(gate) = operands.gate.tensor().map(contiguous) else {
        // Nobody else holds the buffer: write the result where the input was.
        if let Some(x_then_y) = T::in_place(&mut x) {
            let done =
                activation.forward_in_place(layout, &parameters, statistics.as_ref(), x_then_y);
            fits(done);
            return x;
        }
        let call = Call {
            layout,
            x: T::slice(&x),
            gate: None,
            parameters: &parameters,
            statistics: statistics.as_ref(),
        };
        let mut y = T::zeros(call.x.len());
        fits(activation.forward(&call, &mut y));
        return T::tensor(y, shape);
    };
    let call = Call {
        layout,
        x: T::slice(&x),
        gate: Some(T::slice(&gate)),
        parameters: &parameters,
        statistics: statistics.as_ref(),
    };
    let mut y = T::zeros(call.x.len());
    fits(activation.forward(&call, &mut y));
    T::tensor(y, shape)
}

fn backward<T: Lane>(operands: Operands<Flex>, dy: FlexTensor, site: &Site) -> Gradients<Flex> {
    let shape = operands.x.shape();
    let parameter_dtype = match &operands.parameters {
        Operand::Given(packed) => packed.dtype(),
        Operand::Absent => DType::F32,
    };
    let parameters = parameters(operands.parameters, site);
    let statistics = constants(operands.statistics, site);
    let x = contiguous(operands.x);
    let gate = operands.gate.tensor().map(contiguous);
    let call = Call {
        layout: site.layout(&shape),
        x: T::slice(&x),
        gate: gate.as_ref().map(T::slice),
        parameters: &parameters,
        statistics: statistics.as_ref(),
    };
    let activation = site.plan.activation();
    let mut dgate = gate.as_ref().map(|_| T::zeros(call.x.len()));
    let mut dy = contiguous(dy);
    let (dx, dparameters) = if site.exchanges() {
        let mut dx = T::zeros(call.x.len());
        dx.copy_from_slice(T::slice(&dy));
        let exchange = |own| site.exchange(own);
        let found = activation.backward_through(&call, &mut dx, dgate.as_deref_mut(), exchange);
        (T::tensor(dx, shape.clone()), fits(found))
    } else if let Some(dy_then_dx) = T::in_place(&mut dy) {
        let found = activation.backward_in_place(&call, dy_then_dx, dgate.as_deref_mut());
        let found = fits(found);
        (dy, found)
    } else {
        let mut dx = T::zeros(call.x.len());
        let found = activation.backward(&call, T::slice(&dy), &mut dx, dgate.as_deref_mut());
        (T::tensor(dx, shape.clone()), fits(found))
    };
    let dparameters = (!dparameters.iter().all(Vec::is_empty)).then(|| {
        let packed = site.plan.pack(&dparameters);
        let width = packed.len();
        let packed = f64::tensor(packed, Shape::from([width]));
        Flex::float_cast(packed, parameter_dtype.into())
    });
    (dx, dgate.map(|dgate| T::tensor(dgate, shape)), dparameters)
}

/// Statistics in f64, whatever the input is, so that the kernels see them unrounded.
fn statistics<T: Lane>(x: FlexTensor, site: &Site) -> FlexTensor {
    let layout = site.channel_layout(&x.shape());
    let x = contiguous(x);
    let Statistics { mut mean, variance, .. } = if T::slice(&x).is_empty() {
        let zero = vec![0.0; layout.channels];
        Statistics { mean: zero.clone(), variance: zero, of_batch: true }
    } else {
        fits(Statistics::of(layout, T::slice(&x)))
    };
    mean.extend(variance);
    f64::tensor(mean, Shape::from([2, layout.channels]))
}

/// The values of all parameters from the packed tensor of the learnable ones.
fn parameters(packed: Operand<Flex>, site: &Site) -> Vec<Vec<f64>> {
    site.plan.unpack(&packed.tensor().map(wide_values).unwrap_or_default())
}

fn constants(statistics: Operand<Flex>, site: &Site) -> Option<Statistics> {
    statistics.tensor().map(|tensor| {
        let mut mean = wide_values(tensor);
        let variance = mean.split_off(mean.len() / 2);
        site.of_cells(Statistics { mean, variance, of_batch: site.of_batch })
    })
}

/// A small tensor's values as f64.
fn wide_values(tensor: FlexTensor) -> Vec<f64> {
    f64::slice(&contiguous(Flex::float_cast(tensor, FloatDType::F64))).to_vec()
}

/// The tensor itself if its elements lie in order, else a copy that does; owned, so that a tensor
/// which nobody else holds stays so.
pub(crate) fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() { tensor } else { tensor.to_contiguous() }
}

/// The kernels refuse only lengths that do not fit together.
pub(crate) fn fits<R>(result: Result<R, ogive::Error>) -> R {
    result.unwrap_or_else(|error| panic!("operands that do not fit their site: {error}"))
}

/// An element type that both the kernels and the tensors of `Flex` know.
pub(crate) trait Lane: ogive::Element + Default {
    /// The elements of a contiguous tensor.
    fn slice(tensor: &FlexTensor) -> &[Self];
    /// The same, writable, if nobody else can see them.
    fn in_place(tensor: &mut FlexTensor) -> Option<&mut [Self]>;
    /// A contiguous tensor of these elements.
    fn tensor(elements: Vec<Self>, shape: Shape) -> FlexTensor;
}

macro_rules! lane {
    ($($type:ty),*) => {$(
        impl Lane for $type {
            fn slice(tensor: &FlexTensor) -> &[Self] {
                tensor.as_slice().expect("a contiguous tensor of the dtype that was matched")
            }

            fn in_place(tensor: &mut FlexTensor) -> Option<&mut [Self]> {
                // Broadcast axes alias elements, and a view covers a part of its buffer only.
                let (start, end) = tensor.layout().contiguous_offsets()?;
                tensor.try_storage_mut::<$type>()?.get_mut(start..end)
            }

            fn tensor(elements: Vec<Self>, shape: Shape) -> FlexTensor {
                FlexTensor::from_data(TensorData::new(elements, shape))
            }
        }
    )*};
}

lane!(f32, f64);
