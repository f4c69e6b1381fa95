//! Random streams. The expected bits come from an independent implementation of `ChaCha8` in Python,
//! itself checked against the published keystream of the zero key.

use crate::fixture::normal;
use ogive_lab::random::{Purpose, Stream};

#[test]
fn a_key_gives_the_same_bits_everywhere() {
    #[rustfmt::skip]
    let expected = [
        (Stream::new(0, Purpose::Split, 0, 0), [0x3febe7d052d76565, 0x519d89fdb939a805, 0x5eecaa33822196c6]),
        (Stream::new(7, Purpose::Weights, 0, 3), [0x5a4032b93aba2120, 0x52954edfb235741f, 0x785a3ac11f7bcc16]),
        (Stream::new(u64::MAX, Purpose::Order, 40, 0), [0x8d8d118c94e6fd62, 0x8e5ae941749aadac, 0x1afa3c3aff8beb1e]),
    ];
    for (mut stream, bits) in expected {
        assert_eq!([stream.bits(), stream.bits(), stream.bits()], bits);
    }
}

#[test]
fn numbers_are_made_from_the_bits_as_documented() {
    let simulation = |step| Stream::new(1, Purpose::Simulation, 0, step);
    let mut stream = simulation(0);
    let uniform: Vec<f64> = (0..4).map(|_| stream.uniform()).collect();
    #[rustfmt::skip]
    assert_eq!(uniform, [0.6711838110034146, 0.846338875905793, 0.6009411026547189, 0.7945458928659611]);
    let mut stream = simulation(0);
    assert!((normal(&mut stream) - 0.8486836884988623).abs() < 1e-15);
    assert!((normal(&mut stream) - 0.3744479712363641).abs() < 1e-15);
    let mut stream = simulation(1);
    let below: Vec<u64> = (0..6).map(|_| stream.below(1000)).collect();
    assert_eq!(below, [669, 202, 746, 199, 339, 343]);
    let order = Stream::new(5, Purpose::Order, 2, 0).permutation(10);
    assert_eq!(order, [5, 9, 2, 6, 0, 8, 1, 3, 7, 4]);
}

#[test]
fn every_part_of_the_key_matters() {
    let first = |seed, purpose, epoch, step| Stream::new(seed, purpose, epoch, step).bits();
    let base = first(1, Purpose::Weights, 1, 1);
    assert_ne!(base, first(2, Purpose::Weights, 1, 1));
    assert_ne!(base, first(1, Purpose::Order, 1, 1));
    assert_ne!(base, first(1, Purpose::Weights, 2, 1));
    assert_ne!(base, first(1, Purpose::Weights, 1, 2));
}

#[test]
fn the_distributions_are_right() {
    let mut stream = Stream::new(3, Purpose::Simulation, 0, 0);
    let n = 100_000;
    let normal: Vec<f64> = (0..n).map(|_| normal(&mut stream)).collect();
    let mean = normal.iter().sum::<f64>() / f64::from(n);
    let variance = normal.iter().map(|x| x * x).sum::<f64>() / f64::from(n) - mean * mean;
    // Five standard errors each.
    assert!(mean.abs() < 5.0 / 316.0, "{mean}");
    assert!((variance - 1.0).abs() < 5.0 * 2_f64.sqrt() / 316.0, "{variance}");
    let mut counts = [0_u32; 6];
    for _ in 0..60_000 {
        counts[stream.below(6) as usize] += 1;
    }
    assert!(counts.iter().all(|count| count.abs_diff(10_000) < 5 * 92), "{counts:?}");
}

#[test]
fn small_cases_do_not_panic() {
    let mut stream = Stream::new(0, Purpose::Simulation, 0, 0);
    assert_eq!((stream.below(0), stream.below(1)), (0, 0));
    assert!(stream.permutation(0).is_empty());
    assert_eq!(stream.permutation(1), [0]);
    assert!(stream.below(u64::MAX) < u64::MAX);
}
