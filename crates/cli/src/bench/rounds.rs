//! Rounds: copy, forward, backward, copy, forward, backward …
//!
//! A machine that others use as well is fast now and slow then. What takes turns sees the same
//! moments, and the median does not mind a few bad ones.

use std::time::{Duration, Instant};

use super::Phase;

/// Nanoseconds per element over the rounds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) minimum: f64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) rounds: usize,
    pub(crate) copy: Spread,
    pub(crate) forward: Spread,
    pub(crate) backward: Spread,
}

/// As few rounds as a median makes sense with, however long they take.
const FEWEST: usize = 3;
/// One reading of the clock covers this many elements or more, so that the clock is not measured.
const PER_READING: usize = 65_536;

/// How long a row of so many elements takes: 0.5 s for 65,536, 2 s for 16,777,216.
pub(crate) fn seconds(length: usize) -> f64 {
    0.5 * (length as f64 / 65_536.0).sqrt().sqrt()
}

/// Runs all phases in turn for so many seconds.
pub(crate) fn interleaved<E>(
    length: usize,
    seconds: f64,
    mut run: impl FnMut(Phase) -> Result<(), E>,
) -> Result<Times, E> {
    let repeats = PER_READING.div_ceil(length.max(1));
    // The first round pays for cold caches and new pages.
    for phase in Phase::ALL {
        run(phase)?;
    }
    let mut readings: [Vec<Duration>; 3] = Default::default();
    let begin = Instant::now();
    let mut rounds = 0;
    while rounds < FEWEST || begin.elapsed().as_secs_f64() < seconds {
        for (phase, readings) in Phase::ALL.into_iter().zip(&mut readings) {
            let start = Instant::now();
            for _ in 0..repeats {
                run(phase)?;
            }
            readings.push(start.elapsed());
        }
        rounds += 1;
    }
    let elements = (repeats * length.max(1)) as f64;
    let [copy, forward, backward] = readings.map(|readings| spread(readings, elements));
    Ok(Times { rounds, copy, forward, backward })
}

fn spread(mut readings: Vec<Duration>, elements: f64) -> Spread {
    readings.sort_unstable();
    let of = |reading: Duration| reading.as_secs_f64() * 1e9 / elements;
    let (low, high) = (readings[(readings.len() - 1) / 2], readings[readings.len() / 2]);
    Spread { median: f64::midpoint(of(low), of(high)), minimum: of(readings[0]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_take_turns() {
        let mut seen = String::new();
        let times = interleaved(PER_READING, 0.0, |phase| {
            seen.push(format!("{phase:?}").chars().next().unwrap());
            Ok::<(), ()>(())
        });
        assert_eq!(seen, "CFB".repeat(1 + FEWEST), "one round to warm up");
        assert_eq!(times.unwrap().rounds, FEWEST);
        assert_eq!(interleaved(1, 0.0, |_| Err("no")).unwrap_err(), "no");
    }

    #[test]
    fn few_elements_are_repeated() {
        let mut calls = 0;
        interleaved(PER_READING / 4, 0.0, |_| {
            calls += 1;
            Ok::<(), ()>(())
        })
        .unwrap();
        assert_eq!(calls, 3 + 3 * 4 * FEWEST);
    }

    #[test]
    fn the_median_is_the_middle() {
        let of = |readings: &[u64]| {
            let readings = readings.iter().copied().map(Duration::from_nanos).collect();
            let Spread { median, minimum } = spread(readings, 2.0);
            (median, minimum)
        };
        let near =
            |(a, b): (f64, f64), (c, d): (f64, f64)| (a - c).abs() < 1e-9 && (b - d).abs() < 1e-9;
        assert!(near(of(&[9, 1, 4]), (2.0, 0.5)));
        assert!(near(of(&[9, 2, 4, 100]), (3.25, 1.0)));
    }
}
