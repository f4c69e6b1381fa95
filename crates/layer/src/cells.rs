//! Parts of an input that have values of their own.
//!
//! The kernels know one layout: outer, channels, inner. So every parameter of a call that has more than
//! one value is given as many values as the finest of them.

use ogive::formula::Granularity;
use ogive::{Layout, Statistics, Through};

use crate::plan::Plan;
use crate::site::Site;

impl Plan {
    /// How values of this granularity become one for each cell: repeat each of them so many times in
    /// place, and then all of them as a block; `(1, 1)` where the values are taken as they are. `axis` is
    /// that of the channels in an input.
    ///
    /// With `(times, blocks)`, value `i` of `n` stands at the cells `b·n·times + i·times + t`. A value of
    /// `InGroups` is that of `channels/groups` neighbouring channels.
    pub fn repeats(&self, axis: Option<usize>, granularity: Granularity) -> (usize, usize) {
        let neighbours = match granularity {
            Granularity::Shared | Granularity::PerElement => return (1, 1),
            Granularity::PerChannel => 1,
            Granularity::InGroups(groups) => self.channels() / groups,
        };
        match (self.sample(), axis) {
            (Some(sample), Some(axis)) => {
                let Layout { outer, inner, .. } = of_sample(sample, axis);
                (neighbours * inner, outer)
            }
            _ => (neighbours, 1),
        }
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

    /// The statistics of each cell from those of each channel.
    pub fn of_cells(&self, of_channels: Statistics) -> Statistics {
        if self.plan.sample().is_none() {
            return of_channels;
        }
        let Statistics { mean, variance, of_batch } = of_channels;
        let [mean, variance] = [mean, variance].map(|channels| self.to_cells(&channels));
        Statistics { mean, variance, of_batch }
    }

    /// A value for each cell from one for each channel.
    fn to_cells(&self, channels: &[f64]) -> Vec<f64> {
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
    pub fn exchanges(&self) -> bool {
        self.of_batch
            && self.plan.activation().has_statistics()
            && (self.shared.is_some() || self.plan.sample().is_some())
    }

    /// What all cells of a channel and all replicas send through its statistics, from what the cells
    /// of this call send: for [`ogive::Activation::backward_through`].
    ///
    /// # Panics
    /// If replicas return another number of sums than they were given.
    pub fn exchange(&self, own: Through) -> Through {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Settings;

    #[test]
    fn repeats_put_values_where_their_channels_are() {
        let formula = "a*x + b + c | a = 1 per element, b = 0 per channel, c = 0 in 2 groups";
        // [batch, 3, 4, 5] with the channels on axis 2.
        let settings = Settings::new(formula).with_channels(4).with_channel_axis(2);
        let plan = Arc::new(settings.with_sample([3, 4, 5]).plan().expect("settings that fit"));
        let site = plan.site(&[2, 3, 4, 5], false).expect("a shape that fits");
        let spread = |granularity, values: &[f64]| -> Vec<f64> {
            let (times, blocks) = plan.repeats(site.axis, granularity);
            let block = values.iter().flat_map(|value| vec![*value; times]);
            let block: Vec<f64> = block.collect();
            block.repeat(blocks)
        };
        let channels = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(spread(Granularity::PerChannel, &channels), site.to_cells(&channels));
        let groups = site.to_cells(&[1.0, 1.0, 2.0, 2.0]);
        assert_eq!(spread(Granularity::InGroups(2), &[1.0, 2.0]), groups);
        assert_eq!(site.to_channels(&site.to_cells(&channels)), channels.map(|value| 15.0 * value));
    }
}
