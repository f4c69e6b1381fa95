//! Second moments through a deep network: layer after layer, from any size.

use super::moments::Rule;
use super::subject::Subject;

/// Sizes that are tried: 10^(k/4) for k from -16 to 16.
const SIZES: i32 = 16;
const TO_TEN: f64 = 4.0;
/// A second moment that a layer changes by no larger share stays as it is.
const SAME: f64 = 1e-6;
const LAYERS: usize = 2_000;
/// Second moments so near to 1 in the end, by their logarithm, have come to 1.
const NEAR: f64 = 0.05;

/// What a layer makes of a second moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// It becomes smaller.
    Shrinks,
    /// It becomes larger, perhaps beyond all bounds.
    Grows,
}

/// What becomes of second moments from 1e-4 to 1e4, tried at steps of 10^(1/4), where weights have the
/// gain that keeps 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signals {
    /// The range around 1 that a layer leaves as it is, within 1e-6.
    pub kept: [f64; 2],
    /// What a layer makes of those below and above that range; `None` where it reaches to the end.
    pub beyond: [Option<Trend>; 2],
    /// The range around 1 from which 2000 layers lead to 1.
    pub returning: [f64; 2],
}

impl Signals {
    /// The range of second moments that are tried.
    pub const TRIED: [f64; 2] = [1e-4, 1e4];

    /// `breaks` are where the formula has some. `None` where a second moment is not known.
    pub(super) fn of(subject: &Subject, breaks: &[f64], gain: f64) -> Option<Signals> {
        let map: Vec<f64> =
            sizes().map(|k| (gain * gain * second(subject, breaks, size(k))).ln()).collect();
        if map.iter().any(|size| size.is_nan()) {
            return None;
        }
        let middle = SIZES as usize;
        let shift = |place: usize| map[place] - size(place as i32 - SIZES).ln();
        let around = |holds: &dyn Fn(usize) -> bool| -> [usize; 2] {
            let low = (0..middle).rev().take_while(|place| holds(*place)).last();
            let high = (middle + 1..map.len()).take_while(|place| holds(*place)).last();
            [low.unwrap_or(middle), high.unwrap_or(middle)]
        };
        let named = |ends: [usize; 2]| ends.map(|place| size(place as i32 - SIZES));
        let kept = around(&|place| shift(place).abs() <= SAME);
        let trend = |place: usize| if shift(place) < 0.0 { Trend::Shrinks } else { Trend::Grows };
        let below = kept[0].checked_sub(1).map(trend);
        let above = Some(kept[1] + 1).filter(|place| *place < map.len()).map(trend);
        let returning = around(&|place| returns(&map, place));
        Some(Signals { kept: named(kept), beyond: [below, above], returning: named(returning) })
    }
}

fn sizes() -> impl Iterator<Item = i32> {
    -SIZES..=SIZES
}

fn size(k: i32) -> f64 {
    10f64.powf(f64::from(k) / TO_TEN)
}

/// E\[f(√q·z)²\].
fn second(subject: &Subject, breaks: &[f64], q: f64) -> f64 {
    // Where f turns, large inputs pass within a short way of z.
    let turns = (-2..6).map(|k| f64::from(k).exp2()).flat_map(|x| [-x, x]);
    let rule = Rule::new(breaks.iter().copied().chain(turns).map(|x| x / q.sqrt()));
    rule.mean(|z| subject.at(0, q.sqrt() * z).powi(2))
}

/// Whether the second moment at this place of the map, which goes from logarithm to logarithm, is led
/// to 1; between the places the map counts as straight.
fn returns(map: &[f64], place: usize) -> bool {
    let step = std::f64::consts::LN_10 / TO_TEN;
    let mut now = place as f64;
    for _ in 0..LAYERS {
        let low = (now.floor() as usize).min(map.len() - 2);
        let share = now - low as f64;
        let next = map[low] * (1.0 - share) + map[low + 1] * share;
        now = next / step + f64::from(SIZES);
        if !(0.0..=(map.len() - 1) as f64).contains(&now) {
            return false;
        }
    }
    ((now - f64::from(SIZES)) * step).abs() < NEAR
}
