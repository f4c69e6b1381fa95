//! Layouts, lengths and ways to call: all give what a plain loop gives.

use ogive::formula::Point;
use ogive::{Activation, Call, Element, Layout};

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919 + 13) % 1009) as f32 / 200.0 - 2.5).collect()
}

const LAYOUTS: [Layout; 9] = [
    Layout { outer: 1, channels: 1, inner: 1 },
    Layout { outer: 5, channels: 3, inner: 1 },
    Layout { outer: 37, channels: 256, inner: 1 },
    Layout { outer: 2, channels: 1000, inner: 1 },
    Layout { outer: 3, channels: 5, inner: 49 },
    Layout { outer: 2, channels: 3, inner: 300 },
    Layout { outer: 1, channels: 2, inner: 40_000 },
    Layout { outer: 900, channels: 100, inner: 1 },
    Layout { outer: 7, channels: 1, inner: 255 },
];

#[test]
fn values_and_sums_are_those_of_a_plain_loop() {
    let activation = Activation::new("swish").unwrap();
    let formula = activation.formula();
    let on_tiles = activation.clone().on_tiles();
    for layout in LAYOUTS {
        let count = layout.length().unwrap();
        let (x, dy) = (numbers(count), numbers(count + 1)[1..].to_vec());
        for shared in [false, true] {
            let betas: Vec<f64> =
                (0..layout.channels).map(|c| 0.5 + (c % 17) as f64 / 16.0).collect();
            let parameters = if shared { vec![vec![1.25]] } else { vec![betas.clone()] };
            let call =
                Call { layout, x: &x, gate: None, parameters: &parameters, statistics: None };
            let (mut y, mut dx) = (vec![0.0; count], vec![0.0; count]);
            activation.forward(&call, &mut y).unwrap();
            let sums = activation.backward(&call, &dy, &mut dx, None).unwrap();
            let mut tiled_y = vec![0.0; count];
            on_tiles.forward(&call, &mut tiled_y).unwrap();

            let mut wanted = vec![0.0; parameters[0].len()];
            for i in 0..count {
                let channel = (i / layout.inner) % layout.channels;
                let beta = [if shared { 1.25 } else { betas[channel] }];
                let point = Point { x: f64::from(x[i]), parameters: &beta, ..Point::default() };
                let at = |id| formula.evaluate(id, &point);
                let derivatives = formula.derivatives();
                let value = at(formula.stable()) as f32;
                let off = y[i].to_bits().abs_diff(value.to_bits());
                assert!(off <= 1, "{layout:?} at {i}");
                assert_eq!(tiled_y[i], value, "{layout:?} at {i}");
                let slope = (f64::from(dy[i]) * at(derivatives.x)) as f32;
                assert!((dx[i] - slope).abs() <= f32::EPSILON * slope.abs(), "{layout:?} at {i}");
                wanted[if shared { 0 } else { channel }] +=
                    f64::from(dy[i]) * at(derivatives.parameters[0]);
            }
            for (sum, wanted) in sums[0].iter().zip(&wanted) {
                assert!((sum - wanted).abs() <= 1e-10 * (1.0 + wanted.abs()), "{layout:?}");
            }
        }
    }
}

#[test]
fn in_place_gives_the_same_as_side_by_side() {
    // Rows in long tiles and in short ones, long channels; NaN and infinities among what kernels take.
    // And chunks that hand-tuned kernels take at once.
    let layouts = [(61, 17, 1), (61, 48, 1), (3, 2, 1500), (3, 1, 20_011), (1, 1, 1025)];
    let names = ["prelu", "dice", "gelu", "swish", "tanh", "silu", "selu"];
    for (name, (outer, channels, inner)) in
        names.into_iter().flat_map(|name| layouts.map(|layout| (name, layout)))
    {
        let activation = Activation::new(name).unwrap();
        let layout = Layout { outer, channels, inner };
        let count = layout.length().unwrap();
        let (mut x, dy) = (numbers(count), numbers(count + 3)[3..].to_vec());
        let initial = activation.initial_parameters();
        let parameters: Vec<Vec<f64>> = initial
            .iter()
            .map(|one| (0..channels).map(|c| one[0] + c as f64 / 64.0).collect())
            .collect();
        let statistics = ogive::Statistics::of(layout, &x).unwrap();
        x[count / 2] = f32::INFINITY;
        x[count / 3] = f32::NAN;
        let call = Call {
            layout,
            x: &x,
            gate: None,
            parameters: &parameters,
            statistics: Some(&statistics),
        };
        let (mut y, mut dx) = (vec![0.0; count], vec![0.0; count]);
        activation.forward(&call, &mut y).unwrap();
        let sums = activation.backward(&call, &dy, &mut dx, None).unwrap();

        let mut in_place = x.clone();
        activation.forward_in_place(layout, &parameters, Some(&statistics), &mut in_place).unwrap();
        assert_eq!(bits(&in_place), bits(&y), "{name}, {layout:?}");
        let mut in_place = dy.clone();
        let sums_in_place = activation.backward_in_place(&call, &mut in_place, None).unwrap();
        assert_eq!(bits(&in_place), bits(&dx), "{name}, {layout:?}");
        assert_eq!(bits(&sums_in_place.concat()), bits(&sums.concat()), "{name}, {layout:?}");
    }
}

/// Sums of each channel beside one of all channels, over tiles of many rows.
#[test]
fn one_slope_for_all_channels_whose_statistics_differ() {
    let dice = Activation::new("dice").unwrap();
    for channels in [3, 17, 48, 300] {
        let layout = Layout { outer: 61, channels, inner: 1 };
        let count = layout.length().unwrap();
        let (x, dy) = (numbers(count), numbers(count + 3)[3..].to_vec());
        let statistics = ogive::Statistics::of(layout, &x).unwrap();
        let run = |slope: Vec<f64>| {
            let mut parameters = dice.initial_parameters();
            parameters[0] = slope;
            let statistics = Some(&statistics);
            let call = Call { layout, x: &x, gate: None, parameters: &parameters, statistics };
            let mut dx = vec![0.0; count];
            let sums = dice.backward(&call, &dy, &mut dx, None).unwrap();
            (dx, sums[0].iter().sum::<f64>())
        };
        let (dx, sum) = run(vec![0.25]);
        let (of_each, sum_of_each) = run(vec![0.25; channels]);
        assert_eq!(bits(&dx), bits(&of_each), "{channels}");
        assert!((sum - sum_of_each).abs() < 1e-12 * count as f64, "{sum} {sum_of_each}");
    }
}

/// The payload of a NaN is of no account.
fn bits<T: Element>(values: &[T]) -> Vec<u64> {
    let bits = |value: &T| if value.to_f64().is_nan() { 0 } else { value.to_f64().to_bits() };
    values.iter().map(bits).collect()
}

#[test]
fn slices_of_any_alignment_and_length() {
    let activation = Activation::new("mish").unwrap();
    let data = numbers(600);
    for start in 0..5 {
        for length in [0, 1, 7, 8, 9, 255, 256, 257, 511] {
            let x = &data[start..start + length];
            let layout = Layout::flat(length);
            let call = Call { layout, x, gate: None, parameters: &[], statistics: None };
            let mut y = vec![0.0; length];
            activation.forward(&call, &mut y).unwrap();
            for (x, y) in x.iter().zip(&y) {
                let point = Point { x: f64::from(*x), ..Point::default() };
                let formula = activation.formula();
                assert_eq!(*y, formula.evaluate(formula.stable(), &point) as f32);
            }
        }
    }
}

#[test]
fn the_gate_has_its_own_gradient() {
    let activation = Activation::new("gate*x*sigmoid(x)").unwrap();
    let (x, gate) = ([0.5f32, -1.0, 2.0], [2.0f32, 3.0, -1.0]);
    let layout = Layout::flat(3);
    let call = Call { layout, x: &x, gate: Some(&gate), parameters: &[], statistics: None };
    let (mut y, mut dx, mut dgate) = ([0.0; 3], [0.0; 3], [0.0; 3]);
    activation.forward(&call, &mut y).unwrap();
    activation.backward(&call, &[1.0; 3], &mut dx, Some(&mut dgate)).unwrap();
    for i in 0..3 {
        assert!((y[i] - gate[i] * dgate[i]).abs() < 1e-6);
    }
    let mut without = [0.0; 3];
    activation.backward(&call, &[1.0; 3], &mut without, None).unwrap();
    assert_eq!(without, dx);
}

/// f64, bf16 and f16 take every layout as f32 does, and each result is the nearest number of its type.
#[test]
fn every_type_takes_every_layout() {
    fn check<T: ogive::Element>(layout: Layout) {
        let count = layout.length().unwrap();
        let x: Vec<T> = numbers(count).into_iter().map(|x| T::from_f64(f64::from(x))).collect();
        let wide: Vec<f64> = x.iter().map(|x| x.to_f64()).collect();
        let betas: Vec<f64> = (0..layout.channels).map(|c| 0.5 + (c % 17) as f64 / 16.0).collect();
        let activation = Activation::new("swish").unwrap();
        let (mut y, mut dx) = (vec![T::default(); count], vec![T::default(); count]);
        let (mut wide_y, mut wide_dx) = (vec![0.0; count], vec![0.0; count]);
        let parameters = [betas];
        let call = Call { layout, x: &x, gate: None, parameters: &parameters, statistics: None };
        activation.forward(&call, &mut y).unwrap();
        let sums = activation.backward(&call, &x, &mut dx, None).unwrap();
        let call = Call { layout, x: &wide, gate: None, parameters: &parameters, statistics: None };
        activation.forward(&call, &mut wide_y).unwrap();
        let wide_sums = activation.backward(&call, &wide, &mut wide_dx, None).unwrap();
        // In f64 the last places of each term are looked after too.
        for (sum, wide) in sums.concat().iter().zip(wide_sums.concat()) {
            assert!((sum - wide).abs() <= 1e-13 * count as f64, "{} {layout:?}", T::NAME);
        }
        for (narrow, wide) in y.iter().zip(&wide_y).chain(dx.iter().zip(&wide_dx)) {
            assert_eq!(narrow.to_f64(), T::from_f64(*wide).to_f64(), "{} {layout:?}", T::NAME);
        }
    }
    for layout in LAYOUTS {
        check::<f64>(layout);
        check::<half::bf16>(layout);
        check::<half::f16>(layout);
    }
}

/// A parameter for every element is a channel for every element.
#[test]
fn parameters_per_element() {
    let count = 1003;
    let x = numbers(count);
    let alphas: Vec<f64> = (0..count).map(|i| (i % 8) as f64 / 8.0).collect();
    let activation = Activation::new("prelu").unwrap();
    let layout = Layout { outer: 1, channels: count, inner: 1 };
    let parameters = [alphas.clone()];
    let call = Call { layout, x: &x, gate: None, parameters: &parameters, statistics: None };
    let (mut y, mut dx) = (vec![0.0; count], vec![0.0; count]);
    activation.forward(&call, &mut y).unwrap();
    let sums = activation.backward(&call, &vec![1.0; count], &mut dx, None).unwrap();
    for i in 0..count {
        let (x, alpha) = (f64::from(x[i]), alphas[i]);
        assert_eq!(y[i], if x > 0.0 { x } else { alpha * x } as f32);
        assert_eq!(sums[0][i], x.min(0.0));
    }
}

/// Large outputs are stored past the caches where they are aligned: the same numbers as in small pieces,
/// for f32 kernels, hand-tuned ones and those in f64, and none beyond the end.
#[test]
fn large_outputs() {
    const COUNT: usize = (8 << 20) + 1003;
    let x: Vec<f32> = numbers(COUNT);
    let mut memory = vec![7f32; COUNT + 32];
    let start = memory.as_ptr().align_offset(64);
    for name in ["relu", "silu", "elu"] {
        let activation = Activation::new(name).unwrap();
        let parameters = activation.initial_parameters();
        let call = |x| Call {
            layout: Layout::flat(<[f32]>::len(x)),
            x,
            gate: None,
            parameters: &parameters,
            statistics: None,
        };
        activation.forward(&call(&x[..]), &mut memory[start..start + COUNT]).unwrap();
        let mut piece = vec![0f32; 100_000];
        for (x, y) in x.chunks(piece.len()).zip(memory[start..start + COUNT].chunks(100_000)) {
            let piece = &mut piece[..x.len()];
            activation.forward(&call(x), piece).unwrap();
            assert!(piece == y, "{name}");
        }
        assert!(memory[start + COUNT..].iter().all(|value| *value == 7.0), "{name}");
    }
}
