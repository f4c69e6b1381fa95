//! Batch statistics, and the gradient through them.

use ogive::{Activation, Call, Layout, SampleMoments, Statistics, Through};

fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|i| ((i * 7919 + 13) % 1009) as f64 / 300.0 - 1.5).collect()
}

#[test]
fn mean_and_variance_are_those_of_two_plain_passes() {
    for layout in [
        Layout { outer: 64, channels: 5, inner: 1 },
        Layout { outer: 2000, channels: 33, inner: 1 },
        Layout { outer: 6, channels: 3, inner: 49 },
        Layout { outer: 2, channels: 2, inner: 50_000 },
        Layout { outer: 1, channels: 4, inner: 1 },
    ] {
        // A large mean: sums of squares would lose the variance.
        let x: Vec<f32> =
            numbers(layout.length().unwrap()).iter().map(|x| (x + 1000.0) as f32).collect();
        let found = Statistics::of(layout, &x).unwrap();
        for channel in 0..layout.channels {
            let of_channel: Vec<f64> = x
                .iter()
                .enumerate()
                .filter(|(i, _)| (i / layout.inner) % layout.channels == channel)
                .map(|(_, x)| f64::from(*x))
                .collect();
            let count = of_channel.len() as f64;
            let mean = of_channel.iter().sum::<f64>() / count;
            let variance = of_channel.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count;
            assert!((found.mean[channel] - mean).abs() < 1e-9, "{layout:?}");
            assert!((found.variance[channel] - variance).abs() < 1e-9, "{layout:?}");
        }
    }
}

/// Dice in training: the loss Σ w·y as a function of everything, statistics recomputed.
fn loss(x: &[f64], alpha: &[f64], layout: Layout, weights: &[f64]) -> f64 {
    let dice = Activation::new("dice").unwrap();
    let statistics = Statistics::of(layout, x).unwrap();
    let mut parameters = dice.initial_parameters();
    parameters[0] = alpha.to_vec();
    let statistics = Some(&statistics);
    let call = Call { layout, x, gate: None, parameters: &parameters, statistics };
    let mut y = vec![0.0; x.len()];
    dice.forward(&call, &mut y).unwrap();
    y.iter().zip(weights).map(|(y, w)| y * w).sum()
}

#[test]
fn the_gradient_flows_through_the_statistics() {
    let dice = Activation::new("dice").unwrap();
    for layout in [
        Layout { outer: 9, channels: 3, inner: 1 },
        Layout { outer: 3, channels: 2, inner: 5 },
        Layout { outer: 1, channels: 2, inner: 7 },
    ] {
        let count = layout.length().unwrap();
        let x = numbers(count);
        let weights: Vec<f64> = numbers(count + 5)[5..].to_vec();
        let alpha: Vec<f64> = (0..layout.channels).map(|c| 0.2 + 0.3 * c as f64).collect();
        let statistics = Statistics::of(layout, &x).unwrap();
        let mut parameters = dice.initial_parameters();
        parameters[0].clone_from(&alpha);
        let call = Call {
            layout,
            x: &x,
            gate: None,
            parameters: &parameters,
            statistics: Some(&statistics),
        };
        let mut dx = vec![0.0; count];
        let sums = dice.backward(&call, &weights, &mut dx, None).unwrap();
        let step = 1e-5;
        let central = |change: &dyn Fn(f64) -> f64| (change(step) - change(-step)) / (2.0 * step);
        for place in 0..count {
            let moved = central(&|by| {
                let mut x = x.clone();
                x[place] += by;
                loss(&x, &alpha, layout, &weights)
            });
            assert!((dx[place] - moved).abs() < 1e-8, "{layout:?}: {} {moved}", dx[place]);
        }
        for channel in 0..layout.channels {
            let moved = central(&|by| {
                let mut alpha = alpha.clone();
                alpha[channel] += by;
                loss(&x, &alpha, layout, &weights)
            });
            assert!((sums[0][channel] - moved).abs() < 1e-8);
        }
        // Fixed statistics give another gradient: the flag is not without effect.
        let fixed = Statistics { of_batch: false, ..statistics.clone() };
        let call = Call { statistics: Some(&fixed), ..call };
        let mut held = vec![0.0; count];
        dice.backward(&call, &weights, &mut held, None).unwrap();
        assert!(held.iter().zip(&dx).any(|(a, b)| (a - b).abs() > 1e-3));
    }
}

#[test]
fn running_statistics_follow_with_their_momentum() {
    let mut running = Statistics::standard(2);
    let batch = Statistics { mean: vec![2.0, -1.0], variance: vec![3.0, 0.5], of_batch: true };
    running.follow(&batch, 0.1);
    running.follow(&batch, 0.1);
    let expect = |start: f64, new: f64| start + (new - start) * (1.0 - 0.9f64.powi(2));
    for (found, wanted) in running.mean.iter().zip([expect(0.0, 2.0), expect(0.0, -1.0)]) {
        assert!((found - wanted).abs() < 1e-15);
    }
    assert!((running.variance[0] - expect(1.0, 3.0)).abs() < 1e-15);
    assert!(!running.of_batch);
}

#[test]
fn a_batch_of_one_row_is_defined() {
    let layout = Layout { outer: 1, channels: 3, inner: 1 };
    let x = [1.0f32, -2.0, 0.0];
    let statistics = Statistics::of(layout, &x).unwrap();
    let dice = Activation::new("dice").unwrap();
    let parameters = dice.initial_parameters();
    let call =
        Call { layout, x: &x, gate: None, parameters: &parameters, statistics: Some(&statistics) };
    let (mut y, mut dx) = ([0.0; 3], [0.0; 3]);
    dice.forward(&call, &mut y).unwrap();
    // Every element is its channel's mean: the gate stands half open.
    assert_eq!(y, [0.5, -1.0, 0.0]);
    dice.backward(&call, &[1.0; 3], &mut dx, None).unwrap();
    assert!(dx.iter().all(|dx| dx.is_finite()), "{dx:?}");
}

#[test]
fn merged_moments_are_those_of_all() {
    let layout = |outer| Layout { outer, channels: 3, inner: 4 };
    let x: Vec<f64> = numbers(20 * 12).iter().map(|x| x + 1e6).collect();
    let all = SampleMoments::of(layout(20), &x).unwrap();
    for cut in [0, 1, 7, 20] {
        let parts = x.split_at(cut * 12);
        let first = SampleMoments::of(layout(cut), parts.0).unwrap();
        let second = SampleMoments::of(layout(20 - cut), parts.1).unwrap();
        for (channel, wanted) in all.iter().enumerate() {
            let found = first[channel].merged(second[channel]);
            assert_eq!(found.count, 80.0);
            assert!((found.mean - wanted.mean).abs() < 1e-9, "{cut}: {found:?} {wanted:?}");
            assert!((found.squares / wanted.squares - 1.0).abs() < 1e-9, "{found:?} {wanted:?}");
        }
    }
    assert_eq!(Statistics::of_moments(&all), Statistics::of(layout(20), &x).unwrap());
    assert_eq!(SampleMoments::default().variance(), 0.0);
}

/// Two machines with half a batch each, that exchange moments on the way there and gradients on the
/// way back.
#[test]
fn halves_that_exchange_are_the_whole() {
    let dice = Activation::new("dice").unwrap();
    let layout = |outer| Layout { outer, channels: 3, inner: 5 };
    let (x, dy) = (numbers(150), numbers(163)[13..].to_vec());
    let mut parameters = dice.initial_parameters();
    parameters[0] = vec![0.25, -0.5, 0.0];
    let statistics = Statistics::of(layout(10), &x).unwrap();
    let call = |x, layout| Call {
        layout,
        x,
        gate: None,
        parameters: &parameters,
        statistics: Some(&statistics),
    };
    let mut wanted = vec![0.0; 150];
    let sums = dice.backward(&call(&x[..], layout(10)), &dy, &mut wanted, None).unwrap();

    let parts = [0..45, 45..150].map(|range| (range.clone(), layout(range.len() / 15)));
    // What each sends; the gradient is of no account yet.
    let own = parts.clone().map(|(range, layout)| {
        let mut sent = None;
        let mut dx = dy[range.clone()].to_vec();
        let call = call(&x[range], layout);
        dice.backward_through(&call, &mut dx, None, |own| sent.insert(own).clone()).unwrap();
        sent.unwrap()
    });
    let sum = |of: fn(&Through) -> &Vec<f64>| -> Vec<f64> {
        of(&own[0]).iter().zip(of(&own[1])).map(|(a, b)| a + b).collect()
    };
    let all = Through {
        mean: sum(|of| &of.mean),
        variance: sum(|of| &of.variance),
        count: own[0].count + own[1].count,
    };
    assert_eq!(all.count, 50.0);
    let mut of_parts = [0.0; 3];
    for (range, layout) in parts {
        let mut dx = dy[range.clone()].to_vec();
        let call = call(&x[range.clone()], layout);
        let found = dice.backward_through(&call, &mut dx, None, |_| all.clone()).unwrap();
        for (dx, wanted) in dx.iter().zip(&wanted[range]) {
            assert!((dx - wanted).abs() < 1e-14, "{dx} {wanted}");
        }
        of_parts.iter_mut().zip(&found[0]).for_each(|(sum, part)| *sum += part);
    }
    for (found, wanted) in of_parts.iter().zip(&sums[0]) {
        assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
    }
    let mut dx = dy.clone();
    let short = |own: Through| Through { mean: vec![0.0], ..own };
    let error = dice.backward_through(&call(&x[..], layout(10)), &mut dx, None, short).unwrap_err();
    assert!(error.to_string().contains("gradient of the mean has 1 values"), "{error}");
}
