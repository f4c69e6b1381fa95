//! Cells of the number line, halved by counting its f64 numbers.
//!
//! The line is the range of f32: analysis says what holds for every x in it. Half of its f64 numbers lie
//! below 1e-3 or so: a search that halves cells by their count comes to any two neighbouring numbers, of
//! whatever size, in 64 steps, and a few cells cover the whole line. What is smaller than any f32 is as
//! good as 0, so that quotients by it stay in f64.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use ogive_formula::Interval;

/// The f64 numbers from `low` to `high`, both included, by their rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    low: i64,
    high: i64,
}

/// The largest number of the line.
pub(super) const LARGEST: f64 = f32::MAX as f64;
/// The smallest above 0, that of f32.
pub(super) const SMALLEST: f64 = 1.401298464324817e-45;

/// The place of a number among those of the line; that of 0 is 0.
fn rank(x: f64) -> i64 {
    let size = x.abs().to_bits() as i64 - SMALLEST.to_bits() as i64 + 1;
    if x < 0.0 { -size.max(0) } else { size.max(0) }
}

fn number(rank: i64) -> f64 {
    let size =
        if rank == 0 { 0.0 } else { f64::from_bits(rank.unsigned_abs() - 1 + SMALLEST.to_bits()) };
    if rank < 0 { -size } else { size }
}

impl Cell {
    pub(super) fn new(low: f64, high: f64) -> Self {
        Cell { low: rank(low), high: rank(high) }
    }

    /// Every number that f32 reaches.
    pub(super) fn line() -> Self {
        Cell::new(-LARGEST, LARGEST)
    }

    pub(super) fn low(self) -> f64 {
        number(self.low)
    }

    pub(super) fn high(self) -> f64 {
        number(self.high)
    }

    pub(super) fn middle(self) -> f64 {
        number(i64::midpoint(self.low, self.high))
    }

    pub(super) fn interval(self) -> Interval {
        Interval::new(self.low(), self.high())
    }

    /// Whether it is so short that what one place in it does is all that is left to know; an atomic one is.
    pub(super) fn is_narrow(self) -> bool {
        let x = self.interval();
        x.width() <= 1e-8 * (1e-3 + x.largest())
    }

    /// Whether no number lies between its ends.
    pub(super) fn is_atomic(self) -> bool {
        self.low + 1 >= self.high
    }

    /// Both halves; they share their middle.
    pub(super) fn halves(self) -> [Cell; 2] {
        let middle = i64::midpoint(self.low, self.high);
        [Cell { high: middle, ..self }, Cell { low: middle, ..self }]
    }

    /// The rank of what lies nearest to 0.
    pub(super) fn nearness(self) -> u64 {
        if self.low <= 0 && self.high >= 0 {
            0
        } else {
            self.low.unsigned_abs().min(self.high.unsigned_abs())
        }
    }
}

/// What a search does with a cell.
pub(super) enum Next {
    Settled,
    Split,
}

/// Looks at the whole line, then at halves of what is to be split, what is near 0 first; at `most`
/// cells. Whether everything was settled.
pub(super) fn explore(most: usize, mut look: impl FnMut(Cell) -> Next) -> bool {
    let mut open = BinaryHeap::from([Reverse((0, Cell::line()))]);
    for _ in 0..most {
        let Some(Reverse((_, cell))) = open.pop() else { return true };
        if matches!(look(cell), Next::Split) {
            open.extend(cell.halves().map(|half| Reverse((half.nearness(), half))));
        }
    }
    open.is_empty()
}

/// Looks at a cell, then at halves of what is to be split, large ones first; at `most` cells.
pub(super) fn explore_within(cell: Cell, most: usize, mut look: impl FnMut(Cell) -> Next) {
    let mut open = VecDeque::from([cell]);
    for _ in 0..most {
        let Some(cell) = open.pop_front() else { return };
        if matches!(look(cell), Next::Split) {
            open.extend(cell.halves());
        }
    }
}

/// Sorted cells with those that touch made one, as pairs of numbers.
pub(super) fn merged(mut cells: Vec<Cell>) -> Vec<[f64; 2]> {
    cells.sort_unstable();
    let mut out: Vec<Cell> = Vec::new();
    for cell in cells {
        match out.last_mut() {
            Some(last) if cell.low <= last.high => last.high = last.high.max(cell.high),
            _ => out.push(cell),
        }
    }
    out.into_iter().map(|cell| [cell.low(), cell.high()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_count_the_numbers() {
        for x in [-LARGEST, -1.0, -SMALLEST, SMALLEST, 0.1, LARGEST] {
            assert_eq!(number(rank(x)), x);
            let away = if x < 0.0 { x.next_down() } else { x.next_up() };
            assert_eq!(rank(away).abs(), rank(x).abs() + 1);
        }
        for x in [-0.0, 0.0, 1e-300] {
            assert_eq!((rank(x), number(rank(x))), (0, 0.0));
        }
    }

    #[test]
    fn any_place_is_reached_in_64_steps() {
        for place in [0.0, -1.0, 1e-30, 3.5e20] {
            let mut cell = Cell::line();
            let mut steps = 0;
            while !cell.is_atomic() {
                let [left, right] = cell.halves();
                cell = if place <= left.high() { left } else { right };
                steps += 1;
            }
            assert!(steps <= 65 && cell.low() <= place && place <= cell.high(), "{place}: {steps}");
        }
    }

    #[test]
    fn a_search_ends_with_the_line_or_its_budget() {
        assert!(explore(10, |_| Next::Settled));
        assert!(!explore(10, |_| Next::Split));
        let cells = vec![Cell::new(2.0, 3.0), Cell::new(0.0, 1.0), Cell::new(1.0, 1.5)];
        assert_eq!(merged(cells), [[0.0, 1.5], [2.0, 3.0]]);
    }
}
