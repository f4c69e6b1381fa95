//! From an expression graph to tensors.

use std::collections::HashMap;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Slice, TensorMetadata};
use burn::tensor::{DType, Shape};
use ogive::Through;
use ogive::formula::{Id, Node, Op};

use super::host::{numbers, tensor};
use super::primitives::Ops;
use super::value::Value;
use super::{Kept, reduced, row};
use crate::operation::Operands;
use ogive_layer::Site;

/// The leaves of a formula as tensors of one rank and dtype.
pub(super) struct Walk<'a, B: Backend> {
    pub(super) ops: Ops<B>,
    site: &'a Site,
    shape: Shape,
    x: FloatTensor<B>,
    gate: Option<FloatTensor<B>>,
    parameters: Vec<Value<B>>,
    statistics: Option<[FloatTensor<B>; 2]>,
}

impl<'a, B: Backend> Walk<'a, B> {
    pub(super) fn new(operands: Operands<B>, site: &'a Site) -> Self {
        let x = operands.x;
        let shape = x.shape();
        let rank = shape.num_dims();
        let mut start = 0;
        let packed = operands.parameters.tensor();
        let parameters = site
            .plan
            .parameters()
            .iter()
            .map(|known| match &packed {
                Some(packed) if known.learnable => {
                    let width = site.plan.operand_width(known);
                    let slice = [Slice::new(start, Some(start + width as isize), 1)];
                    start += width as isize;
                    let mine = B::float_slice(packed.clone(), &slice);
                    Value::Tensor(B::float_reshape(mine, site.parameter_shape(rank, width).into()))
                }
                _ => Value::Number(known.initial),
            })
            .collect();
        let statistics = operands.statistics.tensor().map(|both| {
            // The variance of numbers beyond 1e19 is infinite in f32, and 0 times that is NaN.
            let largest = if x.dtype() == DType::F64 { f64::MAX } else { f64::from(f32::MAX) };
            let both = B::float_clamp_max(both, largest.into());
            [0, 1].map(|place| row::<B>(both.clone(), place, site, rank))
        });
        let (ops, gate) = (Ops::of(&x, site.plan.reach()), operands.gate.tensor());
        Walk { ops, site, shape, x, gate, parameters, statistics }
    }

    /// The values of these expressions.
    pub(super) fn values<const N: usize>(&self, roots: [Id; N]) -> [Value<B>; N] {
        let mut found = self.all(&roots).into_iter();
        roots.map(|_| found.next().unwrap_or(Value::Number(f64::NAN)))
    }

    /// The same for any number; a tensor lives until its last use.
    pub(super) fn all(&self, roots: &[Id]) -> Vec<Value<B>> {
        let graph = self.site.plan.activation().formula().graph();
        let order = graph.reachable(roots);
        let mut uses: HashMap<Id, usize> = HashMap::new();
        let arguments = order.iter().filter_map(|id| graph.operation(*id)).flat_map(|(_, a)| a);
        for id in arguments.chain(roots) {
            *uses.entry(*id).or_default() += 1;
        }
        let mut values: HashMap<Id, Value<B>> = HashMap::new();
        let mut taken = |values: &mut HashMap<Id, Value<B>>, id: &Id| {
            let left = uses.entry(*id).or_default();
            *left = left.saturating_sub(1);
            let value = if *left == 0 { values.remove(id) } else { values.get(id).cloned() };
            value.expect("arguments precede what is made of them")
        };
        for id in order {
            let value = match graph.operation(id) {
                None => self.leaf(graph.node(id)),
                Some((op, args)) => {
                    let args = args.iter().map(|arg| taken(&mut values, arg)).collect();
                    self.apply(op, args)
                }
            };
            values.insert(id, value);
        }
        roots.iter().map(|id| taken(&mut values, id)).collect()
    }

    fn leaf(&self, node: Node) -> Value<B> {
        let statistic = |place: usize| {
            let both = self.statistics.as_ref().expect("the site provides the statistics");
            Value::Tensor(both[place].clone())
        };
        match node {
            Node::Constant(bits) => Value::Number(f64::from_bits(bits)),
            Node::X => Value::Tensor(self.x.clone()),
            Node::Gate => Value::Tensor(self.gate.clone().expect("the site provides the gate")),
            Node::Parameter(place) => self.parameters[place as usize].clone(),
            Node::Mean => statistic(0),
            Node::Variance => statistic(1),
            Node::Apply(..) => unreachable!("an operation is no leaf"),
        }
    }

    fn apply(&self, op: Op, args: Vec<Value<B>>) -> Value<B> {
        let numbers: Vec<f64> = args
            .iter()
            .map_while(|value| if let Value::Number(n) = value { Some(*n) } else { None })
            .collect();
        if numbers.len() == args.len() {
            let at = |place: usize| numbers.get(place).copied().unwrap_or(0.0);
            return Value::Number((op.info().value)(at(0), at(1), at(2)));
        }
        self.ops.apply(op, args)
    }

    /// A result as a tensor of the shape of the input, NaN where an input is NaN: a choice may have
    /// hidden it.
    pub(super) fn finished(&self, value: Value<B>) -> FloatTensor<B> {
        let mut result = B::float_expand(self.ops.tensor(value), self.shape.clone());
        for input in [Some(&self.x), self.gate.as_ref()].into_iter().flatten() {
            let missing = B::float_is_nan(input.clone(), self.ops.truth);
            result = B::float_mask_where(result, missing, input.clone());
        }
        result
    }

    /// The sum over all elements, or over those of each channel, or of each element of a sample.
    pub(super) fn reduced(&self, tensor: FloatTensor<B>, kept: Kept) -> FloatTensor<B> {
        reduced::<B>(tensor, self.site, kept)
    }

    /// What reaches x through its mean and its variance: `dmean/N + dvariance*2*(x - mean)/N`.
    pub(super) fn through_statistics(
        &self,
        dmean: FloatTensor<B>,
        dvariance: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let [mean, _] = self.statistics.clone().expect("the site provides the statistics");
        let channels = mean.shape().num_elements().max(1);
        let mut count = (self.shape.num_elements() / channels).max(1) as f64;
        let (mut dmean, mut dvariance) = (dmean, dvariance);
        if let Some(shared) = &self.site.shared {
            let own = [&dmean, &dvariance].map(|sum| numbers::<B>(sum.clone()));
            let [mean, variance] = own;
            let all = shared.through(Through { mean, variance, count });
            count = all.count;
            dmean = tensor::<B>(all.mean, &dmean);
            dvariance = tensor::<B>(all.variance, &dvariance);
        }
        let deviation = B::float_sub(self.x.clone(), mean);
        let dvariance = B::float_mul_scalar(dvariance, (2.0 / count).into());
        let dmean = B::float_mul_scalar(dmean, count.recip().into());
        B::float_add(self.ops.product(deviation, dvariance), dmean)
    }
}
