//! A second look where a result is NaN, or must not be trusted: what it is exactly, or tends to at infinity.

use std::ops::{Range as Places, RangeInclusive};

use ogive_formula::{Code as Fusion, Op, Pair};

use super::{Doubles, InParts};
use crate::Element;
use crate::drive::Pass;
use crate::exact::{InCall, MOST_BITS, Place};
use crate::machine::Code;
use crate::math::Mode;
use crate::plan::{DY, GATE, X};
use crate::tiles::TILE;

/// What stands for infinity where infinity itself gives no answer, 2^160 and 2^140: beyond every f32,
/// and so small that the sixth power is still a finite f64; with the share of a too large exponent that
/// counts.
const HUGE: [[f64; 2]; 2] = [[1.461501637330903e48, 0.0], [1.393796574908164e42, 1.0 / 1024.0]];
/// What stands for infinity in an exact evaluation: the first and the last are enough but for what is
/// periodic.
const FAR: [f64; 8] = [1e60, 1.1e75, 1.3e88, 1.7e97, 1.9e109, 2.3e121, 2.9e133, 1e150];
/// From the least f32, 2^-149, to the largest: where a program that asks knows what to ask.
const KNOWN: RangeInclusive<f64> = 1.401298464324817e-45..=f32::MAX as f64;
/// A result beyond this, 2^128, grows without bound; one below its reciprocal vanishes.
const BEYOND: f64 = 3.402823669209385e38;

impl Doubles<'_> {
    /// The elements that are evaluated exactly whatever the program says: it asks what inputs of f32 make
    /// doubtful, and powers of others leave f64 elsewhere too.
    pub(super) fn strays(&self, length: usize) -> Vec<usize> {
        let plan = self.pass.plan;
        // Only results in f64 come from inputs outside f32, and only their plans have both.
        if !plan.is_narrow || plan.rests.is_none() {
            return Vec::new();
        }
        let mut buffer = [0.0; TILE];
        let (mut is_stray, mut is_finite) = ([false; TILE], [true; TILE]);
        for port in [X, GATE].into_iter().filter(|port| plan.reads(*port)) {
            self.tiles[port].read(&mut buffer);
            for (at, value) in buffer.into_iter().enumerate() {
                is_finite[at] &= value.is_finite();
                is_stray[at] |= value != 0.0 && !KNOWN.contains(&value.abs());
            }
        }
        // What infinity makes of a stray is no value but a limit.
        (0..length).filter(|at| is_stray[*at] && is_finite[*at]).collect()
    }

    /// Looks again where a result is NaN, and at `strays`. The program may have had doubts, or a finite element have left
    /// f64 on the way: then it is evaluated exactly. Or x or gate are infinite and the result is
    /// indeterminate (0·∞, ∞-∞) though it has a limit: two runs with saturating exponentials and two
    /// huge finite inputs stand for the limit where they agree; where they do not, or the input is NaN,
    /// NaN is the answer.
    #[cold]
    pub(super) fn second_look<T: Element>(
        &self,
        doubtful: &[usize],
        range: &Places<usize>,
        strays: &[usize],
    ) -> Vec<[f64; TILE]> {
        let Pass { plan, kernels, .. } = *self.pass;
        let length = range.len();
        let outcomes = |is_first: bool| -> Vec<[f64; TILE]> {
            let of_place = |place: &usize| {
                let mut values = [0.0; TILE];
                let output = &plan.outputs[*place];
                let outcome = if is_first { self.left(output) } else { self.outcome(output) };
                kernels.store_f64(outcome, &mut values[..length]);
                values
            };
            doubtful.iter().map(of_place).collect()
        };
        let mut results = outcomes(true);
        for values in &mut results {
            for at in strays {
                values[*at] = f64::NAN;
            }
        }
        let read = |port: usize| {
            let mut values = [0.0; TILE];
            self.tiles[port].read(&mut values);
            (port, values)
        };
        let ports = [X, GATE].into_iter().filter(|port| plan.reads(*port));
        let inputs: Vec<(usize, [f64; TILE])> = ports.map(read).collect();
        if let Some(exact) = &plan.exact {
            self.look_exactly::<T>(exact, doubtful, range, &mut results);
            return results;
        }
        let run = |[huge, share]: [f64; 2]| {
            for (port, values) in &inputs {
                // NaN stays NaN.
                self.tiles[*port].write(&values.map(|value| value.clamp(-huge, huge)));
            }
            self.execute(Mode::Saturating(share), length);
            outcomes(false)
        };
        let [first, second] = HUGE.map(run);
        for (place, values) in results.iter_mut().enumerate() {
            for (at, value) in values[..length].iter_mut().enumerate().filter(|(_, v)| v.is_nan()) {
                let beyond = inputs.iter().any(|(_, input)| input[at].abs() > HUGE[0][0]);
                *value = agreed(first[place][at], second[place][at], beyond);
            }
        }
        results
    }

    /// Looks again at what is NaN though no input is: on numbers of two parts, then exactly; for an infinite
    /// input, what it tends to.
    fn look_exactly<T: Element>(
        &self,
        exact: &InCall,
        doubtful: &[usize],
        range: &Places<usize>,
        results: &mut [[f64; TILE]],
    ) {
        let Pass { plan, layout, .. } = *self.pass;
        let of_port = |port: usize| {
            let mut values = [0.0; TILE];
            if plan.reads(port) {
                self.tiles[port].read(&mut values);
            }
            values
        };
        let [x, gate, dy] = [X, GATE, DY].map(of_port);
        let place = |at: usize| {
            let channel = ((range.start + at) / layout.inner) % layout.channels;
            Place { channel, x: x[at], gate: gate[at], dy: dy[at] }
        };
        let is_finite = |place: &Place| place.x.is_finite() && place.gate.is_finite();
        let mut places: Vec<(usize, Place)> = (0..range.len())
            .filter(|at| results.iter().any(|values| values[*at].is_nan()))
            .map(|at| (at, place(at)))
            .filter(|(_, place)| ![place.x, place.gate, place.dy].iter().any(|v| v.is_nan()))
            .collect();
        let settle = |results: &mut [[f64; TILE]], at: usize, values: &[f64]| {
            for (values_of, place) in results.iter_mut().zip(doubtful) {
                if values_of[at].is_nan() {
                    values_of[at] = values[*place];
                }
            }
        };
        let (finite, others): (Vec<_>, Vec<_>) =
            places.iter().partition(|(_, place)| is_finite(place));
        if plan.rests.is_none()
            && !finite.is_empty()
            && let Some(in_parts) = exact.in_parts()
        {
            let memory = self.in_parts.get_or_init(|| InParts::new(in_parts));
            for ((at, _), values) in finite.iter().zip(memory.run(self.pass, in_parts, &finite)) {
                settle(results, *at, &values);
            }
            places = others;
            let is_open = |at: usize| results.iter().any(|values| values[at].is_nan());
            places.extend(finite.into_iter().filter(|(at, _)| is_open(*at)));
        }
        let is_periodic = plan.steps.iter().any(|step| is_periodic(step.code));
        let far = if is_periodic { FAR.to_vec() } else { vec![FAR[0], FAR[FAR.len() - 1]] };
        for (at, place) in places {
            if is_finite(&place) {
                settle(results, at, &exact.at(place, T::BITS_ASKED));
                continue;
            }
            let at_far = |far: &f64| {
                let moved =
                    |value: f64| if value.is_infinite() { far.copysign(value) } else { value };
                let [x, gate] = [place.x, place.gate].map(moved);
                exact.at(Place { x, gate, ..place }, MOST_BITS)
            };
            let runs: Vec<Vec<f64>> = far.iter().map(at_far).collect();
            let of_place = |place: usize| runs.iter().map(|run| run[place]).collect::<Vec<_>>();
            let limits: Vec<f64> =
                (0..runs[0].len()).map(|place| tends(&of_place(place), &far)).collect();
            settle(results, at, &limits);
        }
    }
}

fn is_periodic(code: Code) -> bool {
    matches!(
        code,
        Code::Program(Fusion::Op(Op::Sin | Op::Cos | Op::Tan) | Fusion::Pair(Pair::Waves))
    )
}

/// What values at ever larger inputs, those of `far`, tend to.
fn tends(values: &[f64], far: &[f64]) -> f64 {
    let last = values[values.len() - 1];
    let same_sign = values.iter().all(|value| value.is_sign_negative() == last.is_sign_negative());
    // Sizes beyond a root of the input's own, either way: what is periodic may go up and down.
    let root = |far: &f64| far.sqrt().sqrt();
    let pairs = || values.iter().map(|value| value.abs()).zip(far);
    let by_ratio = |ratio: fn(f64) -> bool| {
        values.windows(2).all(|pair| ratio((pair[1] / pair[0]).abs())) && same_sign
    };
    if values.iter().any(|value| value.is_nan()) {
        f64::NAN
    } else if values.iter().all(|v| *v == last || (v - last).abs() <= 1e-9 * last.abs()) {
        // The same everywhere, be it 0 or ∞.
        last
    } else if pairs().all(|(size, far)| size < 1.0 / root(far)) {
        if same_sign { 0f64.copysign(last) } else { 0.0 }
    } else if same_sign && pairs().all(|(size, far)| size > root(far)) {
        f64::INFINITY.copysign(last)
    } else if by_ratio(|ratio| ratio > 1.04) {
        // A logarithm grows by as much.
        f64::INFINITY.copysign(last)
    } else if by_ratio(|ratio| ratio < 0.96) {
        0f64.copysign(last)
    } else {
        f64::NAN
    }
}

/// What two runs say of a limit; `beyond` if they are of different huge inputs.
fn agreed(a: f64, b: f64, beyond: bool) -> f64 {
    let same_sign = a.is_sign_negative() == b.is_sign_negative();
    if (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) {
        // Of one limit both come equally near; a huge number is no limit.
        if beyond && a.abs() > BEYOND { f64::INFINITY.copysign(a) } else { a }
    } else if beyond && same_sign && a.abs().min(b.abs()) > BEYOND {
        f64::INFINITY.copysign(a)
    } else if a.abs().max(b.abs()) < BEYOND.recip() {
        if same_sign { 0f64.copysign(a) } else { 0.0 }
    } else {
        f64::NAN
    }
}
