//! A second look where a result is NaN: what it would be at infinity.

use super::Doubles;
use crate::drive::Pass;
use crate::math::Mode;
use crate::plan::{GATE, X};
use crate::tiles::TILE;

/// What stands for infinity where infinity itself gives no answer, 2^160 and 2^140: beyond every
/// f32, and so small that the sixth power is still a finite f64.
const HUGE: [f64; 2] = [1.461501637330903e48, 1.393796574908164e42];
/// The share of a too large exponent that counts in the second run.
const SHARE: f64 = 1.0 / 1024.0;
/// A result beyond this, 2^128, grows without bound; one below its reciprocal vanishes.
const BEYOND: f64 = 3.402823669209385e38;

impl Doubles<'_> {
    /// Looks again where a result is NaN: x or gate may be infinite, or an exponential have left f64,
    /// and the result be indeterminate (0·∞, ∞-∞) though it has a limit. Two runs with saturating
    /// exponentials and, for infinite inputs, two huge finite ones stand for the limit where they
    /// agree; where they do not, or the input is NaN, NaN is the answer.
    #[cold]
    pub(super) fn second_look(&self, doubtful: &[usize], length: usize) -> Vec<[f64; TILE]> {
        let Pass { plan, kernels, .. } = *self.pass;
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
        let run = |huge: f64, share: f64| {
            for (port, values) in &inputs {
                // NaN stays NaN.
                self.tiles[*port].write(&values.map(|value| value.clamp(-huge, huge)));
            }
            self.execute(Mode::Saturating(share), length);
            outcomes()
        };
        let (first, second) = (run(HUGE[0], 0.0), run(HUGE[1], SHARE));
        for (place, values) in results.iter_mut().enumerate() {
            for (at, value) in values[..length].iter_mut().enumerate().filter(|(_, v)| v.is_nan()) {
                let beyond = inputs.iter().any(|(_, input)| input[at].abs() > HUGE[0]);
                *value = agreed(first[place][at], second[place][at], beyond);
            }
        }
        results
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
    } else if same_sign && a.abs().max(b.abs()) < BEYOND.recip() {
        0f64.copysign(a)
    } else {
        f64::NAN
    }
}
