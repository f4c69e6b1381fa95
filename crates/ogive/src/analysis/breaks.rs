//! Kinks, jumps, poles, and where a function is not defined.
//!
//! A cell in which the value and its derivatives are all continuous has no break; what remains is
//! halved down to neighbouring f64 numbers. So no break is missed, wherever it is. What is found there
//! is judged by the limits from both sides, as intervals may have no bound where there is one: that of
//! sin(x)/x at 0 is 1.

use ogive_formula::{Decoration, Interval, Op};

use super::Evidence;
use super::cell::{LARGEST, Next, SMALLEST, explore, merged};
use super::limit::{Limit, is_same, limit, moved};
use super::subject::Subject;

/// How many cells are looked at.
const MOST_CELLS: usize = 20_000;

/// A place at which a function or one of its first derivatives jumps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// The place: the last number of the left side or the first of the right one.
    pub x: f64,
    /// What jumps: 0 the value, 1 the slope (a kink), 2 and 3 a higher derivative.
    pub order: usize,
    /// That derivative to the left and to the right: infinite at a pole, NaN where it has no limit.
    pub sides: [f64; 2],
    /// The value at the place itself, where that is neither side's, as `x == 0` has; else `None`.
    pub point: Option<f64>,
}

impl Break {
    /// The size of the jump, with its sign: right side less left side.
    pub fn jump(&self) -> f64 {
        self.sides[1] - self.sides[0]
    }

    /// Whether the values grow without bound towards the place.
    pub fn is_pole(&self) -> bool {
        self.sides.iter().any(|side| side.is_infinite())
    }
}

/// A place at which a formula has no value, though both sides come to the same one: 0 for sin(x)/x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hole {
    /// The place.
    pub x: f64,
    /// What the values come to.
    pub limit: f64,
}

/// How often a function can be differentiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Smoothness {
    /// The value jumps, has a pole, or has no limit.
    Discontinuous,
    /// Continuous; the slope is not. Without a break, of the slope nothing is known.
    C0,
    /// The slope is continuous; the second derivative is not, or not known to be.
    C1,
    /// The second derivative is continuous; the third is not, or not known to be.
    C2,
    /// No break in the value or the first three derivatives.
    Smooth,
}

/// The breaks of a function, and where it is undefined.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaks {
    /// From left to right.
    pub list: Vec<Break>,
    /// Single places without a value that a limit fills.
    pub holes: Vec<Hole>,
    /// Where the function has no value; infinite ends where it goes on for all larger numbers.
    pub undefined: Vec<[f64; 2]>,
    /// How many derivatives were looked at, the value included: 4, or fewer where higher ones leave f64;
    /// 0 where nothing is known at some place.
    pub orders: usize,
    /// Whether every place was looked at; else there may be more breaks, farther from 0.
    pub is_complete: bool,
    /// Proven if these are all the breaks, and each of them is one.
    pub evidence: Evidence,
    /// Where intervals have no bound, with the limits of the value and the slope from both sides; and
    /// where the function begins and ends to have values.
    pub(super) singular: Vec<Singular>,
}

/// A place that limits tell of, not intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Singular {
    pub(super) x: f64,
    /// Of the value and of the slope, each from the left and from the right.
    pub(super) limits: [[Limit; 2]; 2],
}

impl Breaks {
    /// The jumps of the value.
    pub fn jumps(&self) -> impl Iterator<Item = &Break> {
        self.list.iter().filter(|found| found.order == 0)
    }

    /// The jumps of the slope.
    pub fn kinks(&self) -> impl Iterator<Item = &Break> {
        self.list.iter().filter(|found| found.order == 1)
    }

    /// The highest class that the breaks leave; none where even of the value not enough is known.
    pub fn smoothness(&self) -> Option<Smoothness> {
        let first = self.list.iter().map(|found| found.order).min().unwrap_or(usize::MAX);
        match first.min(self.orders) {
            0 if first > 0 => None,
            0 => Some(Smoothness::Discontinuous),
            1 => Some(Smoothness::C0),
            2 => Some(Smoothness::C1),
            3 => Some(Smoothness::C2),
            _ => Some(Smoothness::Smooth),
        }
    }
}

pub(super) fn breaks(subject: &Subject) -> Breaks {
    // Where a high derivative leaves f64 nothing can be said of it; of a lower one still.
    let mut orders = subject.orders();
    loop {
        let (found, known) = up_to(subject, orders);
        if known >= orders && (found.is_complete || orders <= 2) {
            return found;
        }
        if known == 0 {
            return Breaks { orders: 0, ..found };
        }
        orders = known.min(orders - 1);
    }
}

/// What a candidate is.
struct Judged {
    found: Option<Break>,
    hole: Option<Hole>,
    singular: Option<Singular>,
    /// Whether sides that count as one differ by more than rounding.
    is_close: bool,
    /// How many derivatives can be told.
    known: usize,
}

/// The breaks of the value and the derivatives below this order, and how many of those can be told.
fn up_to(subject: &Subject, orders: usize) -> (Breaks, usize) {
    let (mut candidates, mut undefined) = (Vec::new(), Vec::new());
    let is_complete = explore(subject.budget(MOST_CELLS), |cell| {
        let over = |order| subject.over(order, cell.interval());
        if over(0).is_empty() {
            undefined.push(cell);
            return Next::Settled;
        }
        let continuous = |order| over(order).decoration == Decoration::Continuous;
        if (0..orders).all(continuous) {
            return Next::Settled;
        }
        if cell.is_atomic() {
            candidates.push(cell);
            return Next::Settled;
        }
        Next::Split
    });
    let undefined = far_ends(merged(undefined));
    let (mut list, mut holes, mut singular) = (Vec::new(), Vec::new(), Vec::new());
    let (mut known, mut doubtful) = (orders, false);
    for ends in merged(candidates) {
        if undefined.iter().any(|gap| touches(*gap, ends)) {
            singular.push(Singular { x: place(ends), limits: limits(subject, ends) });
            continue;
        }
        let judged = judged(subject, ends, orders);
        list.extend(judged.found);
        holes.extend(judged.hole);
        doubtful |= judged.singular.is_some() || judged.is_close;
        singular.extend(judged.singular);
        known = known.min(judged.known);
    }
    // A single point, `if x == 3`, is not seen from its two sides.
    let graph = subject.formula.graph();
    let has_points = graph
        .reachable(&[subject.formula.stable()])
        .into_iter()
        .any(|id| matches!(graph.operation(id), Some((Op::Equal, _))));
    let proven = is_complete && !has_points && !doubtful && known == orders;
    let evidence = if proven { Evidence::Proven } else { Evidence::Search };
    (Breaks { list, holes, undefined, orders, is_complete, evidence, singular }, known)
}

/// Intervals that reach the largest numbers have no end; those that come next to 0 end there.
pub(super) fn far_ends(mut intervals: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    for [low, high] in &mut intervals {
        if *low == -LARGEST {
            *low = f64::NEG_INFINITY;
        }
        if *high == LARGEST {
            *high = f64::INFINITY;
        }
        for end in [low, high] {
            if end.abs() == SMALLEST {
                *end = 0.0;
            }
        }
    }
    intervals
}

fn touches(gap: [f64; 2], ends: [f64; 2]) -> bool {
    gap[0] <= ends[1] && ends[0] <= gap[1]
}

/// What a place is called: 0 if it is among the numbers of a candidate, else the one with the shortest
/// decimal form.
fn place(ends: [f64; 2]) -> f64 {
    if ends[0] <= 0.0 && ends[1] >= 0.0 {
        return 0.0;
    }
    let length = |x: &f64| format!("{x:?}").len();
    numbers(ends).min_by_key(length).unwrap_or(ends[0])
}

/// The numbers of a candidate: its ends and the few between them.
fn numbers([left, right]: [f64; 2]) -> impl Iterator<Item = f64> {
    const MOST: usize = 16;
    let all = std::iter::successors(Some(left), |x| Some(following(*x)));
    all.take(MOST).take_while(move |x| *x <= right)
}

/// The limits of one derivative from the left and from the right.
fn sides(subject: &Subject, order: usize, [left, right]: [f64; 2]) -> [Limit; 2] {
    [limit(subject, order, left, -step(left)), limit(subject, order, right, step(right))]
}

/// The distance of neighbouring numbers.
fn step(x: f64) -> f64 {
    SMALLEST.max(x.abs().next_up() - x.abs())
}

/// How far apart limits may be because the values move on either side, with a margin for going on.
fn movement(subject: &Subject, order: usize, [left, right]: [f64; 2]) -> f64 {
    let moved = |x: f64, step: f64| moved(subject, order, x, step);
    8.0 * (moved(left, -step(left)) + moved(right, step(right)))
}

fn limits(subject: &Subject, ends: [f64; 2]) -> [[Limit; 2]; 2] {
    [0, 1].map(|order| sides(subject, order, ends))
}

/// The lowest derivative that differs between the two sides, if any does.
fn judged(subject: &Subject, ends: [f64; 2], orders: usize) -> Judged {
    let x = place(ends);
    let around = |order| subject.over(order, Interval::new(ends[0], ends[1]));
    let mut out =
        Judged { found: None, hole: None, singular: None, is_close: false, known: orders };
    for order in 0..orders {
        let over = around(order);
        let is_bounded = over.low > f64::NEG_INFINITY && over.high < f64::INFINITY;
        let is_known = is_bounded && over.decoration > Decoration::Trivial;
        if !is_known && out.singular.is_none() {
            out.singular = Some(Singular { x, limits: limits(subject, ends) });
        }
        let limits = sides(subject, order, ends);
        if limits.contains(&Limit::Unknown) {
            out.known = order;
            return out;
        }
        let [left, right] = limits.map(Limit::value);
        let is_near =
            matches!(limits, [Limit::Finite(_), Limit::Finite(_)]) && is_same(left, right);
        // What evaluation may make of one limit on two sides, as `Subject::at` promises.
        let rounding = 1e-12 + 1e-9 * left.abs().max(right.abs());
        let rest = (right - left).abs() - rounding;
        let is_apart = is_near && rest > 0.0;
        let is_step = is_apart && rest > movement(subject, order, ends);
        let joined = is_near && !is_step;
        out.is_close |= is_apart && joined;
        let point = if order == 0 { isolated(subject, ends, [left, right]) } else { None };
        if !joined || point.is_some() {
            out.found = Some(Break { x, order, sides: [left, right], point });
            return out;
        }
        if order == 0 && subject.is_undefined(x) {
            out.hole = Some(Hole { x, limit: left });
        }
    }
    out
}

/// The value between the two sides, if it is that of neither.
fn isolated(subject: &Subject, ends: [f64; 2], sides: [f64; 2]) -> Option<f64> {
    let between = numbers(ends).filter(|x| ends[0] < *x && *x < ends[1]);
    let mut alone = between.map(|x| subject.at(0, x)).filter(|value| {
        value.is_finite() && sides.iter().all(|side| side.is_finite() && !is_same(*side, *value))
    });
    alone.next()
}

/// The next larger number of the line.
fn following(x: f64) -> f64 {
    if x == -SMALLEST {
        0.0
    } else if x == 0.0 {
        SMALLEST
    } else {
        x.next_up()
    }
}
