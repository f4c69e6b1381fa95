//! Whether a rewritten expression still is what was typed.
//!
//! Both are enclosed at a few hundred points: where the enclosures have no number in common, the
//! rewriting is proved wrong. Points where the typed form overflows or cancels say less, as its
//! enclosure is wide there.

use std::fmt;

use crate::expr::{Graph, Id};
use crate::{Bounds, Constraint, Enclosure, Interval, Parameter};

/// Inputs where formulas go wrong, beside those drawn at random.
const CRITICAL: [f64; 18] = [
    0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e-3, -1e-3, 1e-8, -1e-8, 10.0, -10.0, 30.0,
    -30.0, 88.5,
];
/// The most points that are drawn, and the most nodes that are enclosed.
const DRAWN: usize = 64;
const MOST_WORK: usize = 100_000;

/// A place that proves two expressions different.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    pub(crate) x: f64,
    pub(crate) typed: Interval,
    pub(crate) rewritten: Interval,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { x, typed, rewritten } = self;
        write!(
            f,
            "at x = {x} the stable form is in [{}, {}] and the form as typed in [{}, {}]: what was \
             typed runs; please report the formula",
            rewritten.low, rewritten.high, typed.low, typed.high
        )
    }
}

/// The first point where one of the pairs, as typed and rewritten, is proved to differ.
pub(crate) fn difference(
    graph: &Graph,
    pairs: &[[Id; 2]],
    parameters: &[Parameter],
) -> Option<Difference> {
    let pairs: Vec<[Id; 2]> =
        pairs.iter().filter(|[typed, rewritten]| typed != rewritten).copied().collect();
    let enclosure = Enclosure::of_all(graph, &pairs.concat());
    let drawn = (MOST_WORK / enclosure.steps().max(1)).clamp(2, DRAWN);
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let points = CRITICAL.into_iter().map(Some).chain(std::iter::repeat_n(None, drawn));
    for point in points {
        let x = point.unwrap_or_else(|| draw.number());
        let [gate, mean, variance] = std::array::from_fn(|_| draw.number());
        let parameters: Vec<Interval> =
            parameters.iter().map(|parameter| Interval::point(draw.parameter(parameter))).collect();
        let values = enclosure.all_over(&Bounds {
            x: Interval::point(x),
            gate: Interval::point(gate),
            parameters: &parameters,
            mean: Interval::point(mean),
            variance: Interval::point(variance.abs()),
        });
        for both in values.chunks_exact(2) {
            let (typed, rewritten) = (both[0], both[1]);
            if typed.is_empty() || rewritten.is_empty() {
                continue;
            }
            // Constants of the rewritten form are rounded.
            let slack = 1e-12 * typed.largest().max(f64::MIN_POSITIVE);
            if rewritten.high < typed.low - slack || rewritten.low > typed.high + slack {
                return Some(Difference { x, typed, rewritten });
            }
        }
    }
    None
}

/// Numbers of the usual sizes, the same at every run.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> f64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn number(&mut self) -> f64 {
        let share = 2.0 * self.next() - 1.0;
        match (self.next() * 4.0) as u32 {
            0 => share,
            1 => share * 4.0,
            2 => share * 40.0,
            _ => share * 0.01,
        }
    }

    fn parameter(&mut self, parameter: &Parameter) -> f64 {
        let share = self.next();
        match parameter.constraint {
            Constraint::Free if self.next() < 0.5 => parameter.initial + share - 0.5,
            Constraint::Free => 4.0 * share - 2.0,
            Constraint::AtLeast(low) => low + 2.0 * share,
            Constraint::Positive => 0.01 + 2.0 * share,
            Constraint::Between(low, high) => low + (high - low) * share,
        }
    }
}
