//! Where a unit stops learning: intervals on which |f'| stays below a threshold.

use super::Evidence;
use super::breaks::far_ends;
use super::cell::{Next, explore, merged};
use super::subject::Subject;

/// A slope below this passes no gradient on.
const FLAT: f64 = 1e-6;
/// How many cells are looked at.
const MOST_CELLS: usize = 8_000;
/// Shorter intervals are turning points, not dead zones.
const SHORTEST: f64 = 0.01;

/// The intervals on which |f'| < 1e-6, on each of which that is proved.
#[derive(Clone, Debug, PartialEq)]
pub struct Saturation {
    /// From left to right; those shorter than 0.01 are left out.
    pub intervals: Vec<[f64; 2]>,
    /// Proven if there are no others.
    pub evidence: Evidence,
}

impl Saturation {
    /// Whether the slope is nowhere flat.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }
}

pub(super) fn saturation(subject: &Subject) -> Saturation {
    let mut flat = Vec::new();
    let complete = explore(subject.budget(MOST_CELLS), |cell| {
        let x = cell.interval();
        if subject.over(0, x).is_empty() {
            return Next::Settled;
        }
        let slope = subject.over(1, x);
        if slope.is_empty() {
            return Next::Settled;
        }
        if slope.low > -FLAT && slope.high < FLAT {
            flat.push(cell);
            return Next::Settled;
        }
        let steep = slope.low >= FLAT || slope.high <= -FLAT;
        let narrow = x.width() <= 1e-8 * (1e-3 + x.low.abs().max(x.high.abs()));
        if steep || narrow || cell.is_atomic() { Next::Settled } else { Next::Split }
    });
    let mut intervals = far_ends(merged(flat));
    intervals.retain(|[low, high]| high - low >= SHORTEST);
    let evidence = if complete { Evidence::Proven } else { Evidence::Search };
    Saturation { intervals, evidence }
}
