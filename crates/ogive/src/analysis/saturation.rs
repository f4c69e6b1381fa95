//! Where a unit stops learning: intervals on which |f'| stays below a threshold.

use super::Evidence;
use super::breaks::far_ends;
use super::cell::{Cell, LARGEST, Next, explore, explore_within, merged};
use super::subject::{Subject, places};

/// A slope below this passes no gradient on.
const FLAT: f64 = 1e-6;
/// How many cells are looked at.
const MOST_CELLS: usize = 8_000;
/// Shorter intervals are turning points, not dead zones.
const SHORTEST: f64 = 0.01;

/// The intervals on which |f'| < 1e-6.
#[derive(Clone, Debug, PartialEq)]
pub struct Saturation {
    /// From left to right, without those shorter than 0.01.
    pub intervals: Vec<[f64; 2]>,
    /// Proven if all are flat throughout and there are no others; else that holds of samples.
    pub evidence: Evidence,
}

impl Saturation {
    /// Whether the slope is nowhere flat.
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }
}

pub(super) fn saturation(subject: &Subject) -> Saturation {
    let (mut flat, mut open) = (Vec::new(), Vec::new());
    let complete = explore(subject.budget(MOST_CELLS), |cell| {
        look(subject, cell, |found| flat.push(found), |found| open.push(found))
    });
    let is_short = |[low, high]: &[f64; 2]| high - low < SHORTEST;
    // Where the slope passes the threshold a narrow cell stays open; a long row of them is not known.
    let mut proven = complete && merged(open).iter().all(is_short);
    let mut intervals = if proven {
        let mut intervals = merged(flat);
        intervals.retain(|ends| !is_short(ends));
        // Beside single places of which nothing is known.
        let count = intervals.len();
        let intervals = joined(intervals, |low, high| high - low < 1e-9);
        proven &= intervals.len() == count;
        intervals
    } else {
        within_runs(subject)
    };
    intervals.retain(|ends| !is_short(ends));
    let evidence = if proven { Evidence::Proven } else { Evidence::Search };
    Saturation { intervals: far_ends(intervals), evidence }
}

/// Where samples in a row are flat, what lies around them may be, though a search that begins at 0 never
/// comes to it.
fn within_runs(subject: &Subject) -> Vec<[f64; 2]> {
    let runs = runs(subject);
    let most = subject.budget(MOST_CELLS) / runs.len().max(1);
    let mut out = Vec::new();
    let is_flat = |x: f64| subject.at(1, x).abs() < FLAT;
    for Run { around, ends } in runs {
        let mut flat = Vec::new();
        explore_within(around, most, |cell| look(subject, cell, |found| flat.push(found), |_| {}));
        // Intervals may be too wide for parts of it, where much cancels; samples are not.
        let low = passed(around.low(), ends[0], is_flat);
        let high = passed(around.high(), ends[1], is_flat);
        let mut pieces = merged(flat);
        pieces.extend([[low; 2], [high; 2]]);
        pieces.sort_by(|a, b| a[0].total_cmp(&b[0]));
        out.extend(joined(pieces, |low, high| {
            const SAMPLES: i32 = 32;
            let step = (high - low) / f64::from(SAMPLES);
            (1..SAMPLES).all(|k| is_flat(low + f64::from(k) * step))
        }));
    }
    out
}

/// Neighbours made one where `is_filled` holds of the gap between them.
fn joined(intervals: Vec<[f64; 2]>, is_filled: impl Fn(f64, f64) -> bool) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = Vec::new();
    for [low, high] in intervals {
        match out.last_mut() {
            Some(last) if is_filled(last[1], low) => last[1] = last[1].max(high),
            _ => out.push([low, high]),
        }
    }
    out
}

/// Settles a cell that is flat, steep, undefined, or so narrow that it is left open.
fn look(
    subject: &Subject,
    cell: Cell,
    mut flat: impl FnMut(Cell),
    mut open: impl FnMut(Cell),
) -> Next {
    let x = cell.interval();
    if subject.over(0, x).is_empty() {
        return Next::Settled;
    }
    if subject.may_be_undefined(x) && !cell.is_narrow() {
        return Next::Split;
    }
    let slope = subject.narrowed(1, x);
    if slope.is_empty() || slope.low >= FLAT || slope.high <= -FLAT {
        return Next::Settled;
    }
    if slope.low > -FLAT && slope.high < FLAT {
        flat(cell);
        return Next::Settled;
    }
    if cell.is_narrow() {
        open(cell);
        return Next::Settled;
    }
    Next::Split
}

/// Samples in a row that are flat.
struct Run {
    /// From the last sample before them to the first after them.
    around: Cell,
    /// The first and the last of them.
    ends: [f64; 2],
}

fn runs(subject: &Subject) -> Vec<Run> {
    let mut places = places();
    places.insert(0, -LARGEST);
    places.push(LARGEST);
    let last = places.len() - 1;
    let flat: Vec<bool> = places.iter().map(|x| subject.at(1, *x).abs() < FLAT).collect();
    let mut out: Vec<Run> = Vec::new();
    for (place, x) in places.iter().enumerate().filter(|(place, _)| flat[*place]) {
        let next = places[last.min(place + 1)];
        match out.last_mut() {
            Some(run) if place > 0 && flat[place - 1] => {
                *run = Run { around: Cell::new(run.around.low(), next), ends: [run.ends[0], *x] };
            }
            _ => {
                let before = places[place.saturating_sub(1)];
                out.push(Run { around: Cell::new(before, next), ends: [*x; 2] });
            }
        }
    }
    out
}

/// The last flat place on the way to one that is not.
fn passed(mut steep: f64, mut flat: f64, is_flat: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = f64::midpoint(steep, flat);
        if is_flat(middle) {
            flat = middle;
        } else {
            steep = middle;
        }
    }
    flat
}
