//! Extreme values by branch and bound: cells that cannot hold a better value are dropped.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ogive_formula::{Decoration, Interval, Op, interval};

use super::breaks::Breaks;
use super::cell::Cell;
use super::shape::Monotone;
use super::subject::Subject;
use super::{Evidence, Finding};

/// How many cells are halved.
const MOST_CELLS: usize = 12_000;
/// A value that is proved within this share of itself is proved.
const CLOSE: f64 = 1e-8;
const INFINITY: f64 = f64::INFINITY;
/// A derivative beyond this has no bound.
const BEYOND: f64 = 1e30;

/// An extreme value and where it is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extreme {
    /// The infimum or supremum.
    pub value: f64,
    /// Where it is taken, nearest to 0; infinite if it is a limit that is not taken.
    pub place: f64,
    /// Proven within 1e-8 of itself, or found by search; an infinite value that is a limit counts as
    /// proven, as [`crate::Analysis::limits`] has it.
    pub evidence: Evidence,
}

/// A cell with a lower bound of the values in it; the lowest comes first, then what is near 0.
struct Open {
    bound: f64,
    nearness: u64,
    cell: Cell,
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Open {}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Open {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(other.nearness.cmp(&self.nearness))
    }
}

/// The lowest and the highest value. A monotone function comes to its limits, which intervals alone may
/// not show: in x/(1 + |x|) they count each x as another.
pub(super) fn range(
    subject: &Subject,
    limits: [f64; 2],
    monotone: Finding<Option<Monotone>>,
) -> [Extreme; 2] {
    let found = [lowest(subject, 0, limits), highest(subject, 0, limits)];
    let ends = match monotone.found {
        Some(Monotone::Increasing) => [(limits[0], -INFINITY), (limits[1], INFINITY)],
        Some(Monotone::Decreasing) => [(limits[1], INFINITY), (limits[0], -INFINITY)],
        _ => return found,
    };
    let mut out = found;
    for (extreme, (value, place)) in out.iter_mut().zip(ends) {
        let doubtful = extreme.evidence == Evidence::Search;
        if doubtful && monotone.evidence == Evidence::Proven && !value.is_nan() {
            *extreme = Extreme { value, place, evidence: Evidence::Proven };
        }
    }
    out
}

fn lowest(subject: &Subject, order: usize, limits: [f64; 2]) -> Extreme {
    search(subject, order, 1.0, limits)
}

fn highest(subject: &Subject, order: usize, limits: [f64; 2]) -> Extreme {
    let found = search(subject, order, -1.0, limits.map(|limit| -limit));
    Extreme { value: 0.0 - found.value, ..found }
}

/// The supremum of |f'|: of the slope itself, or of its lowest value where that is farther from 0.
pub(super) fn lipschitz(subject: &Subject, slopes: [f64; 2], breaks: &Breaks) -> Extreme {
    if let Some(jump) = breaks.jumps().next() {
        return Extreme { value: f64::INFINITY, place: jump.x, evidence: breaks.evidence };
    }
    let (low, high) = (lowest(subject, 1, slopes), highest(subject, 1, slopes));
    let both = low.evidence == Evidence::Proven && high.evidence == Evidence::Proven;
    let evidence = if both { Evidence::Proven } else { Evidence::Search };
    let steepest = if -low.value > high.value { low } else { high };
    let value = steepest.value.abs();
    let value = if value > BEYOND { f64::INFINITY } else { value };
    Extreme { value, place: steepest.place, evidence }
}

/// `order`, with its sign changed where the highest value is wanted.
struct Landscape<'a, 'b> {
    subject: &'a Subject<'b>,
    order: usize,
    sign: f64,
}

impl Landscape<'_, '_> {
    fn over(&self, order: usize, x: Interval) -> Interval {
        // A derivative counts only where there is a value: that of log goes on below 0.
        if self.subject.over(0, x).is_empty() {
            return Interval::EMPTY;
        }
        let found = self.subject.over(order, x);
        if self.sign < 0.0 && !found.is_empty() { interval(Op::Neg, &[found]) } else { found }
    }

    /// A lower bound over the cell, by its values or by its slopes, whichever is better.
    fn bound(&self, cell: Cell) -> Option<f64> {
        let x = cell.interval();
        let found = self.over(self.order, x);
        if found.is_empty() {
            return None;
        }
        // The mean value form needs a continuous function.
        let slope = self.over(self.order + 1, x);
        if found.decoration != Decoration::Continuous || slope.is_empty() {
            return Some(found.low);
        }
        let middle = Interval::point(cell.middle());
        let away = interval(Op::Sub, &[x, middle]);
        let rise = interval(Op::Mul, &[slope, away]);
        let by_slope = interval(Op::Add, &[self.over(self.order, middle), rise]);
        Some(found.low.max(by_slope.low))
    }

    /// A value that is surely not below the exact one at `x`.
    fn value(&self, x: f64) -> f64 {
        let found = self.over(self.order, Interval::point(x));
        if found.is_empty() { f64::INFINITY } else { found.high }
    }
}

fn search(subject: &Subject, order: usize, sign: f64, limits: [f64; 2]) -> Extreme {
    let ends = [f64::NEG_INFINITY, f64::INFINITY];
    if let Some(end) = (0..2).find(|end| limits[*end] == f64::NEG_INFINITY) {
        let (value, place) = (f64::NEG_INFINITY, ends[end]);
        return Extreme { value, place, evidence: Evidence::Proven };
    }
    let landscape = Landscape { subject, order, sign };
    let mut best = (f64::INFINITY, 0.0);
    let mut floor = f64::INFINITY;
    let mut open = BinaryHeap::new();
    let push = |open: &mut BinaryHeap<Open>, best: &mut (f64, f64), cell: Cell| {
        let x = cell.middle();
        let value = landscape.value(x);
        if value < best.0 || (value == best.0 && x.abs() < best.1.abs()) {
            *best = (value, x);
        }
        if let Some(bound) = landscape.bound(cell) {
            open.push(Open { bound, nearness: cell.nearness(), cell });
        }
    };
    push(&mut open, &mut best, Cell::line());
    let close = |best: f64| CLOSE * best.abs() + 1e-14;
    for _ in 0..subject.budget(MOST_CELLS) {
        let Some(Open { bound, cell, .. }) = open.pop() else { break };
        if bound >= best.0 - close(best.0) {
            floor = floor.min(bound);
            open.clear();
            break;
        }
        if cell.is_atomic() && bound == f64::NEG_INFINITY {
            // A pole, as far as f64 can see.
            let place = if cell.interval().contains(0.0) { 0.0 } else { cell.low() };
            return Extreme { value: bound, place, evidence: Evidence::Search };
        }
        if cell.is_atomic() {
            // Its ends are numbers, and nothing lies between them.
            for x in [cell.low(), cell.high()] {
                let value = landscape.value(x);
                let at = landscape.over(order, Interval::point(x));
                floor = floor.min(if at.is_empty() { f64::INFINITY } else { at.low });
                if value < best.0 {
                    best = (value, x);
                }
            }
            continue;
        }
        for half in cell.halves() {
            push(&mut open, &mut best, half);
        }
    }
    floor = open.peek().map_or(floor, |first| floor.min(first.bound));
    let proven = floor >= best.0 - 2.0 * close(best.0);
    let evidence = if proven { Evidence::Proven } else { Evidence::Search };
    if !proven {
        best = sampled(&landscape, best);
        if best.0 < -BEYOND {
            return Extreme { value: -INFINITY, place: INFINITY.copysign(best.1), evidence };
        }
    }
    let (value, place) = settled(&landscape, best, limits);
    // Beside 0 is as good as at 0.
    let place = if place.abs() < 1e-12 { 0.0 } else { place };
    Extreme { value, place, evidence }
}

/// The best of some places of every size, where bounds alone do not lead to it.
fn sampled(landscape: &Landscape, mut best: (f64, f64)) -> (f64, f64) {
    const SHARES: f64 = 16.0;
    for k in -149 * SHARES as i32..127 * SHARES as i32 {
        let size = (f64::from(k) / SHARES).exp2();
        for x in [size, -size] {
            let value = landscape.sign * landscape.subject.at(landscape.order, x);
            if value < best.0 {
                best = (value, x);
            }
        }
    }
    best
}

/// The value and the place, polished: a
/// turning point where the slope is 0, the near end of a plateau,
/// or the limit that the values come to.
fn settled(landscape: &Landscape, (value, place): (f64, f64), limits: [f64; 2]) -> (f64, f64) {
    let (subject, order, sign) = (landscape.subject, landscape.order, landscape.sign);
    let at = |x: f64| sign * subject.at(order, x);
    let value = if at(place).is_finite() { at(place) } else { value };
    let flat = subject.over(order + 1, Interval::point(place));
    let flat = order + 1 < subject.orders() && flat.low == 0.0 && flat.high == 0.0;
    let ends = [f64::NEG_INFINITY, f64::INFINITY];
    let nearly = |limit: f64| limit - value <= 1e-7 * value.abs() + 1e-12;
    if let Some(end) = (0..2).find(|end| !flat && nearly(limits[*end])) {
        return (limits[end], ends[end]);
    }
    if flat && place != 0.0 {
        let mut cell = Cell::new(place.min(0.0), place.max(0.0));
        while !cell.is_atomic() {
            let [left, right] = cell.halves();
            let far = at(cell.middle()) == value;
            cell = if (place > 0.0) == far { left } else { right };
        }
        let near = if place > 0.0 { [cell.low(), cell.high()] } else { [cell.high(), cell.low()] };
        let near = if at(near[0]) == value { near[0] } else { near[1] };
        return (value, near);
    }
    if order + 1 >= subject.orders() {
        return (value, place);
    }
    let slope = |x: f64| sign * subject.at(order + 1, x);
    let step = 1e-3 * (1.0 + place.abs());
    let (mut low, mut high) = (place - step, place + step);
    if !(slope(low) < 0.0 && slope(high) > 0.0) {
        return (value, place);
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if slope(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    let found = at(high);
    if found <= value { (found, high) } else { (value, place) }
}
