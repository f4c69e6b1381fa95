//! Candle's tensors as slices.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, DType, Layout, Result, Storage, Tensor, WithDType};
use half::{bf16, f16};

use crate::error::{Error, wrapped};

/// An element type that both the kernels and Candle know.
pub(crate) trait Lane: ogive::Element + WithDType + Default {}

impl Lane for f32 {}
impl Lane for f64 {}
impl Lane for bf16 {}
impl Lane for f16 {}

/// `$body` with `$type` for the element type that a tensor has, or an error for other types.
macro_rules! by_type {
    ($dtype:expr, $tensor:literal, $type:ident => $body:expr) => {
        match $dtype {
            candle_core::DType::F32 => by_type!(@ $type = f32 => $body),
            candle_core::DType::F64 => by_type!(@ $type = f64 => $body),
            candle_core::DType::BF16 => by_type!(@ $type = half::bf16 => $body),
            candle_core::DType::F16 => by_type!(@ $type = half::f16 => $body),
            other => Err($crate::operands::not_a_float($tensor, other)),
        }
    };
    (@ $type:ident = $element:ty => $body:expr) => {{
        type $type = $element;
        $body
    }};
}
pub(crate) use by_type;

pub(crate) fn not_a_float(tensor: &'static str, found: DType) -> candle_core::Error {
    wrapped(Error::Type { tensor, expected: "f32, f64, bf16 or f16", found })
}

/// The elements of a contiguous part of a storage.
pub(crate) fn slice<'a, T: Lane>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    let all = storage.as_slice::<T>()?;
    let Some((start, end)) = layout.contiguous_offsets() else {
        return Err(candle_core::Error::RequiresContiguous { op: "ogive" });
    };
    Ok(&all[start..end])
}

/// What `read` makes of the elements of a contiguous tensor.
pub(crate) fn read<T: Lane, R>(tensor: &Tensor, read: impl FnOnce(&[T]) -> Result<R>) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => read(slice::<T>(storage, layout)?),
        _ => Err(elsewhere(tensor)),
    }
}

/// The elements of a little storage as f64.
pub(crate) fn wide(storage: &CpuStorage, layout: &Layout) -> Result<Vec<f64>> {
    by_type!(storage.dtype(), "the parameters", T => {
        let values = slice::<T>(storage, layout)?.iter();
        Ok(values.map(|value| WithDType::to_f64(*value)).collect())
    })
}

/// The elements of a little tensor as f64.
pub(crate) fn numbers(tensor: &Tensor) -> Result<Vec<f64>> {
    tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1()
}

/// The tensor itself if its elements lie in order on the CPU, else a copy that does.
pub(crate) fn contiguous(tensor: &Tensor) -> Result<Tensor> {
    if !tensor.device().is_cpu() {
        return Err(elsewhere(tensor));
    }
    tensor.contiguous()
}

fn elsewhere(tensor: &Tensor) -> candle_core::Error {
    wrapped(Error::Device { device: format!("{:?}", tensor.device().location()) })
}
