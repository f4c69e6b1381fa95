//! A second look where a result is NaN: what it would be at infinity.

use std::ops::Range as Places;

use ogive_formula::{Code as Fusion, Op};

use super::Doubles;
use crate::Element;
use crate::drive::Pass;
use crate::exact::Place;
use crate::machine::Code;
use crate::math::Mode;
use crate::plan::{DY, GATE, X};
use crate::tiles::TILE;

/// What stands for infinity where infinity itself gives no answer, 2^160 and 2^140 and between: beyond
/// every f32, and so small that the sixth power is still a finite f64; with the share of a too large
/// exponent that counts. Two are enough but for what is periodic.
const HUGE: [[f64; 2]; 6] = [
    [1.461501637330903e48, 0.0],
    [1.393796574908164e42, 1.0 / 1024.0],
    [1.4e43, 0.0],
    [1.5e44, 0.0],
    [1.6e45, 0.0],
    [1.7e46, 0.0],
];
/// A result beyond this, 2^128, grows without bound; one below its reciprocal vanishes.
const BEYOND: f64 = 3.402823669209385e38;

impl Doubles<'_> {
    /// Looks again where a result is NaN. The program may have had doubts, or a finite element have left
    /// f64 on the way: then it is evaluated exactly. Or x or gate are infinite and the result is
    /// indeterminate (0·∞, ∞-∞) though it has a limit: two runs with saturating exponentials and two
    /// huge finite inputs stand for the limit where they agree; where they do not, or the input is NaN,
    /// NaN is the answer.
    #[cold]
    pub(super) fn second_look<T: Element>(
        &self,
        doubtful: &[usize],
        range: &Places<usize>,
    ) -> Vec<[f64; TILE]> {
        let Pass { plan, kernels, .. } = *self.pass;
        let length = range.len();
        let outcomes = || -> Vec<[f64; TILE]> {
            let of_place = |place: &usize| {
                let mut values = [0.0; TILE];
                kernels.store_f64(self.outcome(&plan.outputs[*place]), &mut values[..length]);
                values
            };
            doubtful.iter().map(of_place).collect()
        };
        let mut results = outcomes();
        let read = |port: usize| {
            let mut values = [0.0; TILE];
            self.tiles[port].read(&mut values);
            (port, values)
        };
        let ports = [X, GATE].into_iter().filter(|port| plan.reads(*port));
        let inputs: Vec<(usize, [f64; TILE])> = ports.map(read).collect();
        let is_finite = |at: usize| inputs.iter().all(|(_, values)| values[at].is_finite());
        if plan.exact.is_some() {
            self.look_exactly::<T>(doubtful, range, &mut results, &is_finite);
        }
        // Without an exact evaluation, a finite element can still have left f64 by an exponential.
        let is_open = |at: usize| {
            results.iter().any(|values| values[at].is_nan())
                && (plan.exact.is_none() || !is_finite(at))
        };
        let open: Vec<usize> = (0..length).filter(|at| is_open(*at)).collect();
        if open.is_empty() {
            return results;
        }
        if plan.exact.is_some() {
            // At infinity all that overflows is right to do so.
            self.execute(Mode::Unasked, length);
            for (values, plain) in results.iter_mut().zip(outcomes()) {
                open.iter().for_each(|at| values[*at] = plain[*at]);
            }
        }
        let run = |[huge, share]: &[f64; 2]| {
            for (port, values) in &inputs {
                // NaN stays NaN.
                self.tiles[*port].write(&values.map(|value| value.clamp(-huge, *huge)));
            }
            self.execute(Mode::Saturating(*share), length);
            outcomes()
        };
        let is_periodic = plan.steps.iter().any(|step| is_periodic(step.code));
        let count = if is_periodic { HUGE.len() } else { 2 };
        let runs: Vec<Vec<[f64; TILE]>> = HUGE[..count].iter().map(run).collect();
        for (place, values) in results.iter_mut().enumerate() {
            for at in &open {
                if values[*at].is_nan() {
                    let beyond = inputs.iter().any(|(_, input)| input[*at].abs() > HUGE[0][0]);
                    let said: Vec<f64> = runs.iter().map(|run| run[place][*at]).collect();
                    values[*at] = agreed(&said, beyond);
                }
            }
        }
        results
    }

    /// Evaluates exactly what is NaN though its inputs are finite.
    fn look_exactly<T: Element>(
        &self,
        doubtful: &[usize],
        range: &Places<usize>,
        results: &mut [[f64; TILE]],
        is_finite: &dyn Fn(usize) -> bool,
    ) {
        let Pass { plan, layout, .. } = *self.pass;
        let Some(exact) = &plan.exact else { return };
        let of_port = |port: usize| {
            let mut values = [0.0; TILE];
            if plan.reads(port) {
                self.tiles[port].read(&mut values);
            }
            values
        };
        let [x, gate, dy] = [X, GATE, DY].map(of_port);
        for at in 0..range.len() {
            let is_nan = results.iter().any(|values| values[at].is_nan());
            if !is_nan || !is_finite(at) || dy[at].is_nan() {
                continue;
            }
            let channel = ((range.start + at) / layout.inner) % layout.channels;
            let place = Place { channel, x: x[at], gate: gate[at], dy: dy[at] };
            let values = self.memory.at(exact, place, T::BITS_ASKED);
            for (values_of, place) in results.iter_mut().zip(doubtful) {
                if values_of[at].is_nan() {
                    values_of[at] = values[*place];
                }
            }
        }
    }
}

fn is_periodic(code: Code) -> bool {
    matches!(code, Code::Program(Fusion::Op(Op::Sin | Op::Cos | Op::Tan)))
}

/// What runs say of a limit; `beyond` if they are of different huge inputs.
fn agreed(values: &[f64], beyond: bool) -> f64 {
    let first = values[0];
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let same_sign = values.iter().all(|value| value.is_sign_negative() == first.is_sign_negative());
    if values.iter().any(|value| value.is_nan()) {
        f64::NAN
    } else if beyond && same_sign && values.iter().all(|value| value.abs() > BEYOND) {
        f64::INFINITY.copysign(first)
    } else if values.iter().all(|value| (value - first).abs() <= 1e-9 * largest) {
        // Of one limit all come equally near; a huge number is no limit.
        first
    } else if largest < BEYOND.recip() {
        if same_sign { 0f64.copysign(first) } else { 0.0 }
    } else {
        f64::NAN
    }
}
