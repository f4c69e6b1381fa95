//! From what a module keeps of a parameter to what the operation takes.
//!
//! The kernels know one layout: outer, channels, inner. So every parameter of a call that has more than
//! one value is given as many values as the finest of them, by tensor operations that copy little
//! tensors; the framework sums the gradient of a copied value on its way back.

use burn::tensor::Tensor;
use ogive::formula::Granularity;
use ogive::{Layout, Through};

use crate::plan::{Plan, Site};

/// The values of a parameter, one for each cell of the plan; a single one stays alone. `axis` is that
/// of the channels in an input.
pub(crate) fn spread(
    plan: &Plan,
    axis: Option<usize>,
    granularity: Granularity,
    values: Tensor<1>,
) -> Tensor<1> {
    let channels = plan.channels();
    let of_channels = match granularity {
        Granularity::Shared | Granularity::PerElement => return values,
        Granularity::PerChannel => values,
        Granularity::InGroups(groups) => {
            let columns: Tensor<2> = values.reshape([groups, 1]);
            columns.expand([groups, channels / groups]).reshape([channels])
        }
    };
    match (plan.sample(), axis) {
        (Some(sample), Some(axis)) => {
            let Layout { outer, inner, .. } = of_sample(sample, axis);
            let rows: Tensor<3> = of_channels.reshape([1, channels, 1]);
            rows.expand([outer, channels, inner]).reshape([outer * channels * inner])
        }
        _ => of_channels,
    }
}

/// How the channels lie in one sample; `axis` is theirs in an input.
fn of_sample(sample: &[usize], axis: usize) -> Layout {
    let (before, channels) = (&sample[..axis - 1], sample[axis - 1]);
    Layout { outer: before.iter().product(), channels, inner: sample[axis..].iter().product() }
}

impl Site {
    /// The channel of a cell.
    fn channel_of(&self, cell: usize) -> usize {
        match (self.plan.sample(), self.axis) {
            (Some(sample), Some(axis)) => {
                let Layout { channels, inner, .. } = of_sample(sample, axis);
                cell / inner % channels
            }
            _ => cell,
        }
    }

    /// A value for each cell from one for each channel.
    pub(crate) fn to_cells(&self, channels: &[f64]) -> Vec<f64> {
        (0..self.plan.cells()).map(|cell| channels[self.channel_of(cell)]).collect()
    }

    /// The sum of the cells of each channel.
    fn to_channels(&self, cells: &[f64]) -> Vec<f64> {
        let mut channels = vec![0.0; self.plan.channels()];
        for (cell, value) in cells.iter().enumerate() {
            channels[self.channel_of(cell)] += value;
        }
        channels
    }

    /// Whether a backward pass must see what flows through the statistics: because the cells are
    /// finer than the channels, or because others share them.
    pub(crate) fn exchanges(&self) -> bool {
        self.of_batch
            && self.plan.activation().has_statistics()
            && (self.shared.is_some() || self.plan.sample().is_some())
    }

    /// What all cells of a channel and all replicas send through its statistics, from what the cells
    /// of this call send.
    pub(crate) fn exchange(&self, own: Through) -> Through {
        let by_cell = self.plan.sample().is_some();
        let mut all = own;
        if by_cell {
            let cells = self.plan.cells() / self.plan.channels().max(1);
            all = Through {
                mean: self.to_channels(&all.mean),
                variance: self.to_channels(&all.variance),
                count: all.count * cells as f64,
            };
        }
        if let Some(shared) = &self.shared {
            all = shared.through(all);
        }
        if by_cell {
            all.mean = self.to_cells(&all.mean);
            all.variance = self.to_cells(&all.variance);
        }
        all
    }
}
