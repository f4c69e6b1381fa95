//! Kinks, jumps, poles, and where a function is not defined.
//!
//! A cell in which the value and its derivatives are all continuous has no break; what remains is
//! halved down to neighbouring f64 numbers. So no break is missed, wherever it is.

use ogive_formula::{Decoration, Interval, Op};

use super::Evidence;
use super::cell::{LARGEST, Next, SMALLEST, explore, merged};
use super::subject::Subject;

/// How many cells are looked at.
const MOST_CELLS: usize = 20_000;
/// Values of neighbouring f64 numbers that differ by a larger share than this jump.
const JUMP: f64 = 1e-6;

/// A place at which a function or one of its first derivatives jumps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Break {
    /// The place: the last number of the left side or the first of the right one.
    pub x: f64,
    /// What jumps: 0 the value, 1 the slope (a kink), 2 and 3 a higher derivative.
    pub order: usize,
    /// That derivative to the left and to the right; not finite at a pole.
    pub sides: [f64; 2],
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

/// How often a function can be differentiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Smoothness {
    /// The value jumps, or has a pole.
    Discontinuous,
    /// Continuous; the slope jumps.
    C0,
    /// The slope is continuous; the second derivative jumps.
    C1,
    /// The second derivative is continuous; the third jumps.
    C2,
    /// No break in the value or the first three derivatives.
    Smooth,
}

/// The breaks of a function, and where it is undefined.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaks {
    /// From left to right.
    pub list: Vec<Break>,
    /// Where the function has no value; infinite ends where it goes on for all larger numbers.
    pub undefined: Vec<[f64; 2]>,
    /// How many derivatives were looked at, the value included: 4, or fewer where higher ones leave f64.
    pub orders: usize,
    /// Proven if there is no other break; else there may be more, farther from 0.
    pub evidence: Evidence,
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

    /// The highest class that the breaks leave.
    pub fn smoothness(&self) -> Smoothness {
        match self.list.iter().map(|found| found.order).min() {
            Some(0) => Smoothness::Discontinuous,
            Some(1) => Smoothness::C0,
            Some(2) => Smoothness::C1,
            Some(_) => Smoothness::C2,
            None if self.orders > 3 => Smoothness::Smooth,
            None if self.orders == 3 => Smoothness::C2,
            None => Smoothness::C1,
        }
    }
}

pub(super) fn breaks(subject: &Subject) -> Breaks {
    // Where a high derivative leaves f64 nothing can be said of it; of a lower one still.
    let mut orders = subject.orders();
    loop {
        let found = up_to(subject, orders);
        if found.evidence == Evidence::Proven || orders <= 2 {
            return found;
        }
        orders -= 1;
    }
}

/// The breaks of the value and the derivatives below this order.
fn up_to(subject: &Subject, orders: usize) -> Breaks {
    let (mut candidates, mut undefined) = (Vec::new(), Vec::new());
    let complete = explore(subject.budget(MOST_CELLS), |cell| {
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
    let list = merged(candidates)
        .into_iter()
        .filter(|[left, right]| !undefined.iter().any(|gap| touches(*gap, [*left, *right])))
        .filter_map(|ends| broken(subject, ends, orders))
        .collect();
    // A single point, `if x == 3`, is not seen from its two sides.
    let graph = subject.formula.graph();
    let has_points = graph
        .reachable(&[subject.formula.stable()])
        .into_iter()
        .any(|id| matches!(graph.operation(id), Some((Op::Equal, _))));
    let proven = complete && !has_points;
    let evidence = if proven { Evidence::Proven } else { Evidence::Search };
    Breaks { list, undefined, orders, evidence }
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

/// The lowest derivative that differs between two neighbouring numbers, if any does.
fn broken(subject: &Subject, [left, right]: [f64; 2], orders: usize) -> Option<Break> {
    // Of 0 and its neighbour 0 is the place; else the side that the sides share.
    let x = if left <= 0.0 && right >= 0.0 { 0.0 } else { nearest_round(left, right) };
    (0..orders).find_map(|order| {
        let sides = [subject.at(order, left), subject.at(order, right)];
        let around = subject.over(order, Interval::new(left, right));
        if around.low == f64::NEG_INFINITY || around.high == f64::INFINITY {
            let sides = sides.map(|side| f64::INFINITY.copysign(side));
            return Some(Break { x, order, sides });
        }
        let size = sides[0].abs().max(sides[1].abs());
        let same = (sides[1] - sides[0]).abs() <= JUMP * (1.0 + size);
        (!same).then_some(Break { x, order, sides })
    })
}

/// Whichever has the shorter decimal form.
fn nearest_round(left: f64, right: f64) -> f64 {
    let length = |x: f64| format!("{x:?}").len();
    if length(right) < length(left) { right } else { left }
}
