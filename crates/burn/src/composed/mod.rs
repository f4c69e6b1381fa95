//! The operation from the backend's own tensor operations, for every backend without kernels.
//!
//! The formula's stable expression and its derivatives are walked node by node. A choice is a
//! mask, and its derivative is a choice again, so that the side not taken cannot turn a gradient
//! into NaN. The work is done in the dtype of the input, f64 or f32 (the half precisions are cast to
//! f32 and back), so in f32 the result carries the roundings of every node: some units in the last
//! place, where the native kernels stay within one.
//!
//! Numbers of the formula and its settings are rounded to that dtype too. So at a kink that is no f32 the
//! composed form may take the other side: `x > 0.1` is false for the f32 nearest to 0.1, which is above
//! 0.1, and true for it in the native kernels.

mod host;
mod normal;
mod primitives;
pub(crate) mod value;
mod walk;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Slice, TensorMetadata};
use burn::tensor::{DType, FloatDType, Shape};
use ogive::formula::{Granularity, Id};

use crate::operation::{Gradients, Operand, Operands};
use ogive_layer::Site;
use value::Value;
use walk::Walk;

/// The activation of `operands`, by backend operations only.
pub fn forward<B: Backend>(operands: Operands<B>, site: &Site) -> FloatTensor<B> {
    let dtype = operands.x.dtype();
    let operands = working(operands);
    let formula = site.plan.activation().formula();
    let y = match bound::<B>(&operands.x, site) {
        None => {
            let walk = Walk::new(operands, site);
            let [y] = walk.values([formula.stable()]);
            walk.finished(y)
        }
        // Beyond what f32 can carry the formula goes on as a line.
        Some(bound) => {
            let (inside, beyond) = split::<B>(operands.x.clone(), bound);
            let walk = Walk::new(Operands { x: inside, ..operands }, site);
            let [y, slope] = walk.values([formula.stable(), formula.derivatives().x]);
            let rise = walk.ops.product(walk.finished(slope), beyond);
            B::float_add(walk.finished(y), rise)
        }
    };
    cast::<B>(y, dtype)
}

/// The gradients of `operands`, by backend operations only.
pub fn backward<B: Backend>(
    operands: Operands<B>,
    dy: FloatTensor<B>,
    site: &Site,
) -> Gradients<B> {
    let dtype = operands.x.dtype();
    let parameter_dtype = match &operands.parameters {
        Operand::Given(packed) => packed.dtype(),
        Operand::Absent => dtype,
    };
    let mut operands = working(operands);
    let dy = cast::<B>(dy, working_dtype(dtype));
    if let Some(bound) = bound::<B>(&operands.x, site) {
        operands.x = split::<B>(operands.x, bound).0;
    }
    let derivatives = site.plan.activation().formula().derivatives();
    let has_gate = matches!(operands.gate, Operand::Given(_));
    let through_statistics = site.of_batch && matches!(operands.statistics, Operand::Given(_));

    let mut wanted: Vec<Id> = vec![derivatives.x, derivatives.gate];
    wanted.extend(site.plan.learnable().map(|(place, _)| derivatives.parameters[place]));
    wanted.extend([derivatives.mean, derivatives.variance]);
    let walk = Walk::new(operands, site);
    let mut found: Vec<Value<B>> = walk.all(&wanted);
    // `dy` times one of the derivatives, element by element.
    let mut share = |place: usize| {
        let derivative = std::mem::replace(&mut found[place], Value::Number(0.0));
        walk.ops.product(walk.finished(derivative), dy.clone())
    };

    let mut dx = share(0);
    let dgate = has_gate.then(|| cast::<B>(share(1), dtype));
    let learnable: Vec<Kept> =
        site.plan.learnable().map(|(_, known)| Kept::of(known.granularity, site)).collect();
    let dparameters: Vec<FloatTensor<B>> = learnable
        .iter()
        .enumerate()
        .map(|(place, kept)| {
            let sum = walk.reduced(share(2 + place), *kept);
            let width = sum.shape().num_elements();
            B::float_reshape(sum, Shape::from([width]))
        })
        .collect();
    if through_statistics {
        let dmean = walk.reduced(share(2 + learnable.len()), Kept::Channels);
        let dvariance = walk.reduced(share(3 + learnable.len()), Kept::Channels);
        dx = B::float_add(dx, walk.through_statistics(dmean, dvariance));
    }
    let dparameters = match dparameters.len() {
        0 => None,
        1 => dparameters.into_iter().next(),
        _ => Some(B::float_cat(dparameters, 0)),
    };
    (cast::<B>(dx, dtype), dgate, dparameters.map(|packed| cast::<B>(packed, parameter_dtype)))
}

/// Mean and biased variance of each channel of `x`, `[2, channels]`, by backend operations only.
pub fn statistics<B: Backend>(x: FloatTensor<B>, site: &Site) -> FloatTensor<B> {
    let dtype = x.dtype();
    let x = cast::<B>(x, working_dtype(dtype));
    let shape = x.shape();
    let channels = site.axis.map_or(1, |axis| shape[axis]);
    let count = shape.num_elements() / channels.max(1);
    let (device, row) = (x.device(), Shape::from([1, channels]));
    if count == 0 {
        return B::float_zeros(Shape::from([2, channels]), &device, x.dtype().into());
    }
    // Division before the sum, so that no sum overflows that a mean does not.
    let mean_of = |tensor: FloatTensor<B>| {
        reduced::<B>(B::float_div_scalar(tensor, (count as f64).into()), site, Kept::Channels)
    };
    let mean = mean_of(x.clone());
    let deviation = B::float_sub(x, mean.clone());
    let variance = mean_of(B::float_mul(deviation.clone(), deviation));
    B::float_cat(vec![B::float_reshape(mean, row.clone()), B::float_reshape(variance, row)], 0)
}

/// The largest |x| up to which an input like `x` carries the formula, if it does not carry all.
fn bound<B: Backend>(x: &FloatTensor<B>, site: &Site) -> Option<f64> {
    site.plan.reach().bound.filter(|_| x.dtype() != DType::F64)
}

/// `x` within the bound, and by how much it lies beyond; NaN stays in the first.
fn split<B: Backend>(x: FloatTensor<B>, bound: f64) -> (FloatTensor<B>, FloatTensor<B>) {
    let inside = B::float_clamp(x.clone(), (-bound).into(), bound.into());
    let beyond = B::float_sub(x, inside.clone());
    (inside, beyond)
}

/// Which axes a sum leaves.
#[derive(Clone, Copy, Debug)]
enum Kept {
    None,
    Channels,
    Sample,
}

impl Kept {
    /// Those along which a parameter differs, as the operation takes it.
    fn of(granularity: Granularity, site: &Site) -> Self {
        match (granularity, site.plan.sample()) {
            (Granularity::Shared, _) => Kept::None,
            (_, Some(_)) => Kept::Sample,
            (_, None) => Kept::Channels,
        }
    }
}

/// The sum over all axes but those that are kept; every axis stays, with one element.
fn reduced<B: Backend>(tensor: FloatTensor<B>, site: &Site, kept: Kept) -> FloatTensor<B> {
    let is_summed = |axis: usize| match kept {
        Kept::None => true,
        Kept::Channels => Some(axis) != site.axis,
        Kept::Sample => axis == 0,
    };
    (0..tensor.shape().num_dims())
        .filter(|axis| is_summed(*axis))
        .fold(tensor, |tensor, axis| B::float_sum_dim(tensor, axis))
}

/// Row `row` of a `[2, channels]` tensor, shaped to meet tensors of `rank` axes.
fn row<B: Backend>(tensor: FloatTensor<B>, row: isize, site: &Site, rank: usize) -> FloatTensor<B> {
    let channels = tensor.shape()[1];
    let slice = [Slice::new(row, Some(row + 1), 1), Slice::new(0, None, 1)];
    B::float_reshape(B::float_slice(tensor, &slice), site.channel_shape(rank, channels).into())
}

pub(crate) fn working_dtype(dtype: DType) -> DType {
    if dtype == DType::F64 { DType::F64 } else { DType::F32 }
}

/// All operands in the dtype that the work is done in.
fn working<B: Backend>(operands: Operands<B>) -> Operands<B> {
    let dtype = working_dtype(operands.x.dtype());
    let cast = |operand: Operand<B>| {
        Operand::from_option(operand.tensor().map(|tensor| cast::<B>(tensor, dtype)))
    };
    Operands {
        gate: cast(operands.gate),
        parameters: cast(operands.parameters),
        statistics: cast(operands.statistics),
        x: self::cast::<B>(operands.x, dtype),
    }
}

pub(crate) fn cast<B: Backend>(tensor: FloatTensor<B>, dtype: DType) -> FloatTensor<B> {
    if tensor.dtype() == dtype { tensor } else { B::float_cast(tensor, FloatDType::from(dtype)) }
}
