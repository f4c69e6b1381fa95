//! Softmax, log-softmax and softmin along an axis.

use ogive::{
    Layout, log_softmax, log_softmax_backward, softmax, softmax_backward, softmin, softmin_backward,
};
use ogive_check::distance;
use rug::Float;

const LAYOUT: Layout = Layout { outer: 3, channels: 300, inner: 2 };

fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|i| ((i * 7919 + 13) % 1009) as f64 / 60.0 - 8.0).collect()
}

/// The places of one line along the channels.
fn line(outer: usize, inner: usize) -> impl Iterator<Item = usize> {
    (0..LAYOUT.channels).map(move |c| (outer * LAYOUT.channels + c) * LAYOUT.inner + inner)
}

#[test]
fn values_are_those_of_the_definition() {
    let x = numbers(LAYOUT.length().unwrap());
    let (mut y, mut logs) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    let (mut of_minus, minus) = (vec![0.0; x.len()], x.iter().map(|x| -x).collect::<Vec<f64>>());
    softmin(LAYOUT, &minus, &mut of_minus).unwrap();
    softmax(LAYOUT, &x, &mut y).unwrap();
    assert_eq!(of_minus, y);
    log_softmax(LAYOUT, &x, &mut logs).unwrap();
    for outer in 0..LAYOUT.outer {
        for inner in 0..LAYOUT.inner {
            let total: f64 = line(outer, inner).map(|place| x[place].exp()).sum();
            for place in line(outer, inner) {
                let wanted = x[place].exp() / total;
                assert!((y[place] - wanted).abs() <= 1e-14 * wanted);
                assert!((logs[place] - (x[place] - total.ln())).abs() <= 1e-13);
            }
        }
    }
}

type Forward = fn(Layout, &[f64], &mut [f64]) -> Result<(), ogive::Error>;
type Backward = fn(Layout, &[f64], &[f64], &mut [f64]) -> Result<(), ogive::Error>;

#[test]
fn gradients_are_those_of_central_differences() {
    let layout = Layout { outer: 1, channels: 5, inner: 2 };
    let x = numbers(10);
    let dy: Vec<f64> = numbers(13)[3..].to_vec();
    let all: [(Forward, Backward); 3] = [
        (softmax, softmax_backward),
        (log_softmax, log_softmax_backward),
        (softmin, softmin_backward),
    ];
    for (forward, backward) in all {
        let loss = |x: &[f64]| -> f64 {
            let mut y = vec![0.0; 10];
            forward(layout, x, &mut y).unwrap();
            y.iter().zip(&dy).map(|(y, w)| y * w).sum()
        };
        let (mut y, mut dx) = (vec![0.0; 10], vec![0.0; 10]);
        forward(layout, &x, &mut y).unwrap();
        backward(layout, &y, &dy, &mut dx).unwrap();
        for place in 0..10 {
            let moved = |by: f64| {
                let mut x = x.clone();
                x[place] += by;
                loss(&x)
            };
            let wanted = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!((dx[place] - wanted).abs() < 1e-7, "{} {wanted}", dx[place]);
        }
    }
}

#[test]
fn large_inputs_do_not_overflow_and_small_probabilities_keep_their_logarithm() {
    let layout = Layout { outer: 1, channels: 3, inner: 1 };
    let x = [1e30f32, 0.0, 1e30];
    let mut y = [0.0; 3];
    softmax(layout, &x, &mut y).unwrap();
    assert_eq!(y, [0.5, 0.0, 0.5]);
    log_softmax(layout, &[0.0f32, -1000.0, f32::NEG_INFINITY], &mut y).unwrap();
    assert_eq!(y, [0.0, -1000.0, f32::NEG_INFINITY]);
    assert!(softmax(layout, &x, &mut y[..2]).is_err());
}

/// Where the difference from the largest x is rounded, its exponential is off by many units.
#[test]
fn in_f64_small_shares_keep_their_digits() {
    let x: Vec<f64> = (0..40).map(|i| 0.1 - f64::from(i) * 16.7).collect();
    let layout = Layout { outer: 1, channels: x.len(), inner: 1 };
    let (mut y, mut logs) = (vec![0.0; x.len()], vec![0.0; x.len()]);
    softmax(layout, &x, &mut y).unwrap();
    log_softmax(layout, &x, &mut logs).unwrap();
    let exact: Vec<Float> = x.iter().map(|x| Float::with_val(300, *x)).collect();
    let total: Float = exact.iter().fold(Float::new(300), |sum, x| sum + x.clone().exp());
    for (place, x) in exact.into_iter().enumerate() {
        let wanted = x.clone().exp() / &total;
        assert!(distance(y[place], &wanted) <= 3.0, "share {place}: {:e}", y[place]);
        let wanted = x - total.clone().ln();
        assert!(distance(logs[place], &wanted) <= 3.0, "logarithm {place}: {:e}", logs[place]);
    }
}
