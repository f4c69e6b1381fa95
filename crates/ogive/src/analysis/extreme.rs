//! Extreme values by branch and bound: cells that cannot hold a better value are dropped. Where intervals
//! have no bound, beside some single places, limits and samples stand in for them.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use ogive_formula::{Interval, Op, interval};

use super::breaks::Breaks;
use super::cell::Cell;
use super::limit::{BEYOND, Limit, is_same};
use super::shape::Monotone;
use super::subject::{Subject, places};
use super::{Evidence, Finding};

/// How many cells are halved.
const MOST_CELLS: usize = 12_000;
/// A value that is proved within this share of itself is proved.
const CLOSE: f64 = 1e-8;
const INFINITY: f64 = f64::INFINITY;
/// So near to a place without bounds samples stand in for them, as a share of it or by itself.
const NEAR: f64 = 1e-3;

/// An extreme value and where it is taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extreme {
    /// The infimum or supremum.
    pub value: f64,
    /// Where it is taken, nearest to 0; infinite if it is a limit that is not taken.
    pub place: f64,
    /// Whether it is the value at this place, and not only a limit there.
    pub is_taken: bool,
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

impl Extreme {
    fn new(value: f64, place: f64, evidence: Evidence) -> Extreme {
        Extreme { value, place, is_taken: value.is_finite() && place.is_finite(), evidence }
    }
}

/// The lowest and the highest value. A monotone function comes to its limits, which intervals alone may
/// not show: in x/(1 + |x|) they count each x as another.
pub(super) fn range(
    subject: &Subject,
    limits: [f64; 2],
    breaks: &Breaks,
    monotone: Finding<Option<Monotone>>,
) -> [Extreme; 2] {
    let found = both(subject, 0, limits, breaks);
    let ends = match monotone.found {
        Some(Monotone::Increasing) => [(limits[0], -INFINITY), (limits[1], INFINITY)],
        Some(Monotone::Decreasing) => [(limits[1], INFINITY), (limits[0], -INFINITY)],
        _ => return found,
    };
    let mut out = found;
    for (extreme, (value, place)) in out.iter_mut().zip(ends) {
        let doubtful = extreme.evidence == Evidence::Search;
        if doubtful && monotone.evidence == Evidence::Proven && !value.is_nan() {
            *extreme = Extreme::new(value, place, Evidence::Proven);
        }
    }
    out
}

fn both(subject: &Subject, order: usize, limits: [f64; 2], breaks: &Breaks) -> [Extreme; 2] {
    [1.0, -1.0].map(|sign| {
        let landscape = Landscape { subject, order, sign, breaks };
        let found = search(&landscape, limits.map(|limit| sign * limit));
        Extreme { value: 0.0 + sign * found.value, ..found }
    })
}

/// The supremum of |f'|: of the slope itself, or of its lowest value where that is farther from 0.
pub(super) fn lipschitz(subject: &Subject, slopes: [f64; 2], breaks: &Breaks) -> Extreme {
    if let Some(jump) = breaks.jumps().next() {
        return Extreme::new(INFINITY, jump.x, breaks.evidence);
    }
    let [low, high] = both(subject, 1, slopes, breaks);
    let both = low.evidence == Evidence::Proven && high.evidence == Evidence::Proven;
    let evidence = if both { Evidence::Proven } else { Evidence::Search };
    let steepest = if -low.value > high.value { low } else { high };
    let value = steepest.value.abs();
    let value = if value > BEYOND { INFINITY } else { value };
    Extreme { value, evidence, ..steepest }
}

/// `order`, with its sign changed where the highest value is wanted.
struct Landscape<'a, 'b> {
    subject: &'a Subject<'b>,
    order: usize,
    sign: f64,
    breaks: &'a Breaks,
}

impl Landscape<'_, '_> {
    fn signed(&self, found: Interval) -> Interval {
        if self.sign < 0.0 && !found.is_empty() { interval(Op::Neg, &[found]) } else { found }
    }

    fn over(&self, x: Interval) -> Interval {
        // A derivative counts only where there is a value: that of log goes on below 0.
        if self.subject.over(0, x).is_empty() {
            return Interval::EMPTY;
        }
        self.signed(self.subject.over(self.order, x))
    }

    /// A lower bound over the cell, by its values or by its slopes, whichever is better.
    fn bound(&self, cell: Cell) -> Option<f64> {
        let x = cell.interval();
        if self.subject.over(0, x).is_empty() {
            return None;
        }
        let found = self.signed(self.subject.narrowed(self.order, x));
        (!found.is_empty()).then_some(found.low)
    }

    /// A value that is surely not below the exact one at `x`.
    fn value(&self, x: f64) -> f64 {
        let found = self.over(Interval::point(x));
        if found.is_empty() { INFINITY } else { found.high }
    }

    /// The value at `x`, as well as it can be told.
    fn at(&self, x: f64) -> f64 {
        self.sign * self.subject.at(self.order, x)
    }

    /// Whether the cell lies so near to a place without bounds that halving it leads to nothing.
    fn is_beside_singular(&self, cell: Cell) -> bool {
        self.breaks.singular.iter().any(|place| {
            let reach = NEAR * if place.x == 0.0 { 1.0 } else { place.x.abs() };
            cell.low() >= place.x - reach && cell.high() <= place.x + reach
        })
    }

    /// The limits at the places that limits tell of.
    fn limits(&self) -> impl Iterator<Item = (f64, f64)> {
        let limits = self
            .breaks
            .singular
            .iter()
            .filter_map(|place| Some((place.x, place.limits.get(self.order)?)));
        let sides = limits.flat_map(|(x, sides)| sides.iter().map(move |side| (*side, x)));
        let jumps = self.breaks.list.iter().filter(|found| found.order == self.order);
        let jumps = jumps.flat_map(|found| {
            found.sides.into_iter().chain(found.point).map(|value| (Limit::Finite(value), found.x))
        });
        sides
            .chain(jumps)
            .map(|(side, x)| (self.sign * side.value(), x))
            .filter(|(v, _)| !v.is_nan())
    }
}

fn search(landscape: &Landscape, limits: [f64; 2]) -> Extreme {
    let ends = [-INFINITY, INFINITY];
    if let Some(end) = (0..2).find(|end| limits[*end] == -INFINITY) {
        return Extreme::new(-INFINITY, ends[end], Evidence::Proven);
    }
    let mut best = (INFINITY, 0.0);
    let note = |(value, x): (f64, f64), best: &mut (f64, f64)| {
        if value < best.0 || (value == best.0 && x.abs() < best.1.abs()) {
            *best = (value, x);
        }
    };
    for found in landscape.limits() {
        note(found, &mut best);
    }
    if best.0 == -INFINITY {
        return Extreme::new(best.0, best.1, Evidence::Search);
    }
    let mut floor = INFINITY;
    let mut open = BinaryHeap::new();
    // Whether some cell was left to samples.
    let mut is_sampled = false;
    let mut push = |open: &mut BinaryHeap<Open>, best: &mut (f64, f64), cell: Cell| {
        let x = cell.middle();
        note((landscape.value(x), x), best);
        let Some(bound) = landscape.bound(cell) else { return };
        if bound < best.0 && landscape.is_beside_singular(cell) {
            is_sampled = true;
        } else {
            open.push(Open { bound, nearness: cell.nearness(), cell });
        }
    };
    push(&mut open, &mut best, Cell::line());
    let close = |best: f64| CLOSE * best.abs() + 1e-14;
    for _ in 0..landscape.subject.budget(MOST_CELLS) {
        let Some(Open { bound, cell, .. }) = open.pop() else { break };
        if bound >= best.0 - close(best.0) {
            floor = floor.min(bound);
            open.clear();
            break;
        }
        if cell.is_atomic() {
            // Its ends are numbers, and nothing lies between them.
            for x in [cell.low(), cell.high()] {
                let value = landscape.value(x);
                let at = landscape.over(Interval::point(x));
                floor = floor.min(if at.is_empty() { INFINITY } else { at.low });
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
    let proven = !is_sampled && floor >= best.0 - 2.0 * close(best.0);
    let evidence = if proven { Evidence::Proven } else { Evidence::Search };
    if !proven {
        best = sampled(landscape, best);
        if best.0 < -BEYOND {
            return Extreme::new(-INFINITY, INFINITY.copysign(best.1), evidence);
        }
    }
    let (value, place) = settled(landscape, best, limits);
    named(landscape, Extreme::new(value, place, evidence))
}

/// The best of some places of every size, where bounds alone do not lead to it.
fn sampled(landscape: &Landscape, mut best: (f64, f64)) -> (f64, f64) {
    // Beside the places without bounds, as near as f64 goes.
    const MOST: usize = 16;
    let nearby = landscape.breaks.singular.iter().take(MOST).flat_map(|place| {
        let reach = NEAR * if place.x == 0.0 { 1.0 } else { place.x.abs() };
        (0..40)
            .map(move |k| reach * (-f64::from(k)).exp2())
            .flat_map(|away| [place.x - away, place.x + away])
    });
    for x in places().into_iter().chain(nearby) {
        let value = landscape.at(x);
        if value < best.0 {
            best = (value, x);
        }
    }
    best
}

/// The extreme with a round name for its place: 0 or a break beside which it lies, where that is the
/// value or at least a limit.
fn named(landscape: &Landscape, found: Extreme) -> Extreme {
    let breaks = landscape.breaks.list.iter().map(|found| found.x);
    let at_breaks = breaks.chain([0.0]).map(|x| (landscape.at(x), x));
    let near = |(value, x): &(f64, f64)| {
        let away = (found.place - x).abs() / x.abs().max(1.0);
        away <= 1e-12 || (away <= 1e-3 && (value - found.value).abs() <= 1e-12 * value.abs())
    };
    let Some((_, place)) = landscape.limits().chain(at_breaks).find(near) else { return found };
    // At a kink one side has the slope, and that is the kink's.
    let is_taken = landscape.order > 0 || is_same(landscape.at(place), found.value);
    Extreme { place, is_taken: is_taken && found.value.is_finite(), ..found }
}

/// The value and the place, polished: a turning point where the slope is 0, the near end of a plateau, or
/// the limit that the values come to.
fn settled(landscape: &Landscape, (value, place): (f64, f64), limits: [f64; 2]) -> (f64, f64) {
    let (subject, order, sign) = (landscape.subject, landscape.order, landscape.sign);
    let at = |x: f64| landscape.at(x);
    // At a break it is a side's, not that of the place.
    let value = if is_same(at(place), value) { at(place) } else { value };
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
