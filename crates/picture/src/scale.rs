//! A ruler: values to coordinates, and round values to mark.

use crate::text::{fixed, minus};

/// A linear map from values to coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    low: f64,
    high: f64,
    /// The coordinate of the lowest value.
    pub from: f64,
    /// The coordinate of the highest value.
    pub to: f64,
}

impl Scale {
    /// Maps `low..high` to `from..to`, with a margin of `margin` times the range at both ends. A range
    /// that is empty or not finite is widened to one that can be drawn.
    pub fn new((low, high): (f64, f64), (from, to): (f64, f64), margin: f64) -> Self {
        let (low, high) =
            if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
        let tiny = (low.abs().max(high.abs()) * 1e-9).max(1e-12);
        let (low, high) = if high - low > tiny {
            (low, high)
        } else {
            let half = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low - half, high + half)
        };
        let extra = (high - low) * margin;
        Self { low: low - extra, high: high + extra, from, to }
    }

    /// The coordinate of a value.
    pub fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The coordinate of a value, moved into the range if it is outside.
    pub fn clamped(&self, value: f64) -> f64 {
        self.at(value.clamp(self.low, self.high))
    }

    /// Whether a value lies in the range.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// At most `most` round values (1, 2 or 5 times a power of ten apart) with their labels.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let range = self.high - self.low;
        let rough = range / most.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        let count = |step: f64| (self.high / step).floor() - (self.low / step).ceil() + 1.0;
        let step = step.into_iter().find(|step| count(*step) <= most as f64).unwrap_or(range);
        let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last)
            .map(|index| index as f64 * step)
            .map(|value| (value, minus(&fixed(value, decimals))))
            .collect()
    }
}

/// The smallest and the largest finite value; infinite where there is none.
pub fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    values
        .into_iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn ticks_are_round_few_and_inside() {
        for (low, high) in [(0.0, 1.0), (96.13, 98.91), (-0.4, 0.07), (1e-7, 3e-7), (-3e6, 8e6)] {
            let scale = Scale::new((low, high), (0.0, 100.0), 0.05);
            let ticks = scale.ticks(6);
            assert!((2..=6).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            assert!(ticks.iter().all(|(value, _)| scale.contains(*value)));
            let mut labels: Vec<&String> = ticks.iter().map(|(_, label)| label).collect();
            labels.dedup();
            assert_eq!(labels.len(), ticks.len(), "labels differ");
        }
    }

    #[test]
    fn a_range_without_width_can_be_drawn() {
        let scale = Scale::new((5.0, 5.0), (0.0, 100.0), 0.0);
        assert_eq!(scale.at(5.0), 50.0);
        assert!(Scale::new((f64::INFINITY, 0.0), (0.0, 1.0), 0.0).at(0.5).is_finite());
    }
}
