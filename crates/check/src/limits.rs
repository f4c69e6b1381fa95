//! What a formula tends to where its digits say nothing: at infinity, far out, and in gaps.

use std::cmp::Ordering;

use rug::Float;
use rug::float::Special;
use rug::ops::Pow as _;

use crate::reference::{KEPT, Reference};
use crate::tape::{Leaves, X};
use crate::ulp::no_value;

/// Arguments that stand for infinity: 2 to these powers.
const FAR: [u32; 2] = [4000, 6000];
/// Inputs at which a power of x is looked for: 2 to these powers.
const POWERS: [i32; 3] = [24, 26, 28];
/// Higher powers than this and its inverse are none that a formula has.
const MOST_POWER: f64 = 64.0;
/// How far beside an input its limit is looked for: 2 to minus these powers, as shares of it.
const BESIDE: [i32; 2] = [100, 150];
/// More of them, to see whether what oscillates keeps its sign.
const BETWEEN: [u32; 8] = [4001, 4126, 4377, 4628, 4879, 5130, 5381, 5632];

impl Reference {
    /// The limit of each result at the infinite x of `leaves`; NaN where they disagree, as for `sin`.
    pub(crate) fn limit(&self, leaves: &Leaves) -> Vec<Float> {
        let negative = leaves.0[X].is_sign_negative();
        let at = |exponent: u32| {
            let mut leaves = leaves.clone();
            let huge = Float::with_val(53, Float::u_exp(1, exponent as i32));
            leaves.0[X] = if negative { -huge } else { huge };
            self.settled(&self.stable, &leaves).results
        };
        let [near, far] = FAR.map(at);
        let oscillates = self.stable.oscillates;
        let between: Vec<Vec<Float>> =
            if oscillates { BETWEEN.into_iter().map(at).collect() } else { Vec::new() };
        let one_limit = |(place, (near, far)): (usize, (Float, Float))| {
            let turns = |values: &Vec<Float>| {
                values[place].is_sign_negative() != far.is_sign_negative()
                    && !values[place].is_zero()
            };
            // What ends at 0 may change its sign on the way.
            if far.to_f64() != 0.0 && between.iter().any(turns) {
                return no_value();
            }
            limit_of(&near, far, oscillates)
        };
        near.into_iter().zip(far).enumerate().map(one_limit).collect()
    }

    /// The power of x that each result follows where x is large, taken at x; NaN where it follows none.
    pub(crate) fn far_out(&self, leaves: &Leaves) -> Vec<Float> {
        let x = &leaves.0[X];
        if x.get_exp().is_none_or(|exponent| exponent <= POWERS[2]) {
            return vec![no_value(); self.leaves + 1];
        }
        let places = POWERS.map(|power| {
            let size = Float::with_val(53, Float::u_exp(1, power));
            if x.is_sign_negative() { -size } else { size }
        });
        let [first, second, third] = places.clone().map(|place| self.moved(leaves, place).results);
        let power_at = |((first, second), third): ((Float, Float), Float)| {
            let tiny = |value: &Float| value.get_exp().is_none_or(|exponent| exponent < self.floor);
            let finite = first.is_finite() && second.is_finite() && third.is_finite();
            if finite && tiny(&second) && tiny(&third) {
                return Float::new(KEPT);
            }
            let growth = |near: &Float, far: &Float| Float::with_val(KEPT, far / near);
            let step = POWERS[2] - POWERS[1];
            let power = (growth(&second, &third).to_f64().log2() / f64::from(step)).round();
            if !(-MOST_POWER..=MOST_POWER).contains(&power) {
                return no_value();
            }
            let law = Float::with_val(KEPT, Float::i_exp(1, step * power as i32));
            let follows = |ratio: Float| (ratio / &law - 1u32).get_exp().is_none_or(|e| e < -60);
            if !follows(growth(&first, &second)) || !follows(growth(&second, &third)) {
                return no_value();
            }
            let ratio = Float::with_val(KEPT, x / &places[2]);
            third * ratio.pow(power as i32)
        };
        first.into_iter().zip(second).zip(third).map(power_at).collect()
    }

    /// The limit of each result at x; NaN where there is none.
    pub(crate) fn beside(&self, leaves: &Leaves) -> Vec<Float> {
        self.neighbours(leaves).0
    }

    /// The same, if every test has a value on both sides of x.
    pub(crate) fn beside_gap_of_test(&self, leaves: &Leaves) -> Option<Vec<Float>> {
        let (limits, is_decided) = self.neighbours(leaves);
        is_decided.then_some(limits)
    }

    fn neighbours(&self, leaves: &Leaves) -> (Vec<Float>, bool) {
        let x = &leaves.0[X];
        let at = |sign: i32, exponent: i32| {
            let unit = x.get_exp().unwrap_or(0).max(0);
            let step = Float::with_val(53, Float::i_exp(sign, unit - exponent));
            self.moved(leaves, Float::with_val(1200, x + &step))
        };
        let mut is_decided = true;
        let [right, left] = [1, -1].map(|sign| {
            let [far, near] = BESIDE.map(|exponent| at(sign, exponent));
            is_decided &= !far.is_undecided && !near.is_undecided;
            far.results.into_iter().zip(near.results).map(tends).collect::<Vec<Float>>()
        });
        let meet = |(right, left): (Float, Float)| match (right.is_nan(), left.is_nan()) {
            (false, true) => right,
            (true, _) => left,
            (false, false) if agree(&left, &right) => right,
            (false, false) => no_value(),
        };
        (right.into_iter().zip(left).map(meet).collect(), is_decided)
    }
}

/// What two values tend to, the second much nearer to the point; NaN where that is not clear.
fn tends((far, near): (Float, Float)) -> Float {
    let vanishes = || match (far.get_exp(), near.get_exp()) {
        (Some(far), Some(near)) => far - near > 20,
        _ => near.is_zero(),
    };
    if agree(&far, &near) {
        near
    } else if far.is_finite() && near.is_finite() && vanishes() {
        Float::new(KEPT)
    } else {
        no_value()
    }
}

/// Whether a value is a limit but for what moving the input so little does; of 0 it must be all.
pub(crate) fn agree(a: &Float, b: &Float) -> bool {
    let difference = Float::with_val(64, a - b);
    match (difference.get_exp(), b.get_exp()) {
        _ if a == b => true,
        (Some(difference), Some(size)) => difference < size - 40,
        _ => false,
    }
}

/// What two values at ever larger arguments tend to.
fn limit_of(near: &Float, far: Float, oscillates: bool) -> Float {
    let side = |value: &Float, special| {
        let limit = Float::with_val(KEPT, special);
        if value.is_sign_negative() { -limit } else { limit }
    };
    let (at_near, at_far) = (near.to_f64(), far.to_f64());
    if at_near.is_nan() || at_far.is_nan() {
        no_value()
    } else if at_near == at_far {
        match at_far {
            0.0 => side(&far, Special::Zero),
            _ if at_far.is_infinite() => side(&far, Special::Infinity),
            _ => far,
        }
    } else if oscillates || near.is_sign_negative() != far.is_sign_negative() {
        no_value()
    } else {
        // A logarithm still moves: by half from one argument to the other, either way.
        let ratio = Float::with_val(53, &far / near).to_f64();
        match ratio.partial_cmp(&1.0) {
            Some(Ordering::Greater) if ratio > 1.25 => side(&far, Special::Infinity),
            Some(Ordering::Less) if ratio < 0.8 => side(&far, Special::Zero),
            _ => no_value(),
        }
    }
}
