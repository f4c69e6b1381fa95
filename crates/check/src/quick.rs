//! The fast reference: values and derivatives of a formula *as it was typed*, in f64, each with a
//! proven bound on its error.
//!
//! Multiprecision takes some ten microseconds for one input. This takes a tenth of a microsecond,
//! and says itself where it is not sure; there [`crate::Reference`] decides. Three stages, each for
//! what the one before it leaves open:
//!
//! 1. `bounded.rs`: an f64 with a bound on its absolute error. Elementary functions are correctly
//!    rounded (CORE-MATH), so the bound of every operation is a short proof, written next to it.
//! 2. `centred.rs`: (c + d)·e^(k·Z), for values that cancel or overflow on the way.
//! 3. `reference.rs`: multiprecision.
//!
//! `rules.rs` has the derivatives, `sweep.rs` runs them over tiles of inputs.

mod bounded;
mod centred;
mod number;
mod rules;
mod sweep;
#[cfg(test)]
mod tests;

use ogive_formula::{Formula, Point};

pub(crate) use bounded::Bounded;
use centred::Centred;
use number::Number as _;
use sweep::{Sweep, TILE};

use crate::tape::Tape;

/// The fast reference of one formula at fixed parameters and statistics.
pub(crate) struct Quick {
    tape: Tape,
    first: Sweep<Bounded>,
    second: Sweep<Centred>,
}

impl Quick {
    /// For the value and the derivatives in the `wanted` leaves of the tape.
    pub(crate) fn new(formula: &Formula, wanted: &[usize], point: &Point) -> Self {
        let tape = Tape::new(formula.graph(), formula.typed());
        let (first, second) = (Sweep::new(&tape, wanted, point), Sweep::new(&tape, wanted, point));
        Quick { tape, first, second }
    }

    /// Fills one list per quantity, the value first, for these inputs. A result that `settled` does
    /// not accept of the first stage is the second stage's; an input that is not finite is unknown.
    pub(crate) fn run(
        &mut self,
        x: &[f64],
        gate: &[f64],
        settled: impl Fn(Bounded) -> bool,
        into: &mut [Vec<Bounded>],
    ) {
        for list in into.iter_mut() {
            list.clear();
        }
        let mut open: Vec<usize> = Vec::with_capacity(TILE);
        for start in (0..x.len()).step_by(TILE) {
            let part = start..(start + TILE).min(x.len());
            let tile = &x[part.clone()];
            let gates = if gate.is_empty() { gate } else { &gate[part] };
            self.first.run(&self.tape, tile, gates);
            open.clear();
            for (at, x) in tile.iter().enumerate() {
                let mut all = x.is_finite();
                for (place, list) in into.iter_mut().enumerate() {
                    let found = match place {
                        _ if !x.is_finite() => Bounded::unknown(),
                        0 => self.first.value(at),
                        _ => self.first.tangent(place - 1, at),
                    };
                    all &= settled(found);
                    list.push(found);
                }
                if !all && x.is_finite() {
                    open.push(at);
                }
            }
            self.look_again(tile, gates, &open, start, &settled, into);
        }
    }

    /// The second stage, for the inputs of a tile that the first one left open.
    fn look_again(
        &mut self,
        tile: &[f64],
        gates: &[f64],
        open: &[usize],
        start: usize,
        settled: impl Fn(Bounded) -> bool,
        into: &mut [Vec<Bounded>],
    ) {
        if open.is_empty() {
            return;
        }
        let gather = |from: &[f64]| -> Vec<f64> {
            if from.is_empty() { Vec::new() } else { open.iter().map(|at| from[*at]).collect() }
        };
        self.second.run(&self.tape, &gather(tile), &gather(gates));
        for (at, place) in open.iter().enumerate() {
            for (leaf, list) in into.iter_mut().enumerate() {
                let known = &mut list[start + place];
                if !settled(*known) {
                    *known = match leaf {
                        0 => self.second.value(at),
                        _ => self.second.tangent(leaf - 1, at),
                    };
                }
            }
        }
    }
}
