//! Same input, same bits on every instruction set; on any number of threads, see `traps.rs`.

use ogive::{Activation, Call, Engine, Layout, Statistics};

pub(crate) fn numbers(count: usize, scale: f32) -> Vec<f32> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * scale
        })
        .collect()
}

/// Value, derivative and parameter gradients as bits.
pub(crate) fn run(name: &str, engine: Engine, layout: Layout) -> Results {
    results(&Activation::new(name).unwrap().with_engine(engine).unwrap(), layout)
}

pub(crate) type Results = (Vec<u32>, Vec<u32>, Vec<Vec<u64>>);

fn results(activation: &Activation, layout: Layout) -> Results {
    let count = layout.length().unwrap();
    let mut x = numbers(count, 9.0);
    // Every kind of number somewhere, and stretches of common ones.
    let rare = [f32::NAN, f32::INFINITY, -0.0, 0.0, 1e-40, -3e38, -f32::INFINITY, 50.0];
    for (place, value) in rare.into_iter().enumerate() {
        x[(place * 37 + 5) % count.min(600)] = value;
    }
    x[0] = 0.5;
    let mut dy = numbers(count, 2.0);
    for (place, value) in [-0.0, 0.0, 1e-37, 1e30].into_iter().enumerate() {
        dy[(place * 41 + 700) % count] = value;
    }
    let statistics = Statistics {
        mean: vec![0.1; layout.channels],
        variance: vec![1.3; layout.channels],
        of_batch: false,
    };
    let parameters: Vec<Vec<f64>> = activation
        .initial_parameters()
        .iter()
        .map(|one| (0..layout.channels).map(|c| one[0] + c as f64 / 64.0).collect())
        .collect();
    let gate = activation.has_gate().then_some(dy.as_slice());
    let call = Call { layout, x: &x, gate, parameters: &parameters, statistics: Some(&statistics) };
    let (mut y, mut dx) = (vec![0.0; count], vec![0.0; count]);
    activation.forward(&call, &mut y).unwrap();
    let sums = activation.backward(&call, &dy, &mut dx, None).unwrap();
    // The payload of a NaN is of no account.
    let bits = |values: Vec<f32>| -> Vec<u32> {
        values.into_iter().map(|v| if v.is_nan() { u32::MAX } else { v.to_bits() }).collect()
    };
    let sums = sums
        .into_iter()
        .map(|sum| {
            sum.into_iter().map(|v| if v.is_nan() { u64::MAX } else { v.to_bits() }).collect()
        })
        .collect();
    (bits(y), bits(dx), sums)
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    for (place, layout) in LAYOUTS.into_iter().enumerate() {
        // Without kernels one loop runs all entries: two layouts are enough.
        for entry in ogive::catalog::ALL.iter().filter(|entry| entry.kernels || place < 2) {
            let wanted = run(entry.name, Engine::Scalar, layout);
            for engine in Engine::ALL.iter().copied().filter(|engine| engine.is_available()) {
                let found = run(entry.name, engine, layout);
                assert!(found == wanted, "{} on {engine}, {layout:?}", entry.name);
            }
        }
    }
}

/// Channels that change with every element, in the middle of a tile, and rarely; odd lengths.
const LAYOUTS: [Layout; 8] = [
    Layout { outer: 11, channels: 7, inner: 13 },
    Layout { outer: 301, channels: 7, inner: 1 },
    Layout { outer: 1700, channels: 13, inner: 1 },
    Layout { outer: 170, channels: 100, inner: 1 },
    Layout { outer: 61, channels: 48, inner: 1 },
    Layout { outer: 3, channels: 1030, inner: 1 },
    Layout { outer: 2, channels: 3, inner: 777 },
    Layout { outer: 1, channels: 1, inner: 2501 },
];

/// Where tables and exponentials end, the roots of derivatives, what is no number.
#[rustfmt::skip]
const PLACES: [f32; 46] = [
    0.0, -0.0, 1e-40, 0.3, -0.2, -0.751_791_5, -0.7524, -1.278_464_5, 5.6, -5.6, -6.3, 9.0, -9.0, 14.5,
    -14.5, 31.0, -31.0, 61.0, -61.0, 95.0, -95.0, 1e3, -1e3, f32::MAX, f32::MIN, f32::INFINITY,
    f32::NEG_INFINITY, f32::NAN, 3.0, 2.999_999_8, -3.0, -2.999_999_8, -1.5, -1.500_000_1, 1e12, -0.999e12, -1.001e12,
    1.152_921_5e18, -1.152_921_5e18, -1.152_921_6e18, 1e-22, -1e-20, 3e-20, -2e-13, 1e-5, 0.049,
];

/// Whether two results are neighbours of one sign, or neither is a number.
fn are_close(a: f32, b: f32) -> bool {
    a.to_bits().abs_diff(b.to_bits()) <= 1 || (a.is_nan() && b.is_nan())
}

#[test]
fn gradients_of_every_size() {
    #[rustfmt::skip]
    let dy = [
        0.0, -0.0, 1e-45, -1e-39, 3e-36, -1e-20, 1.0, -0.3, 3e38, -3.3e38, f32::INFINITY, f32::NEG_INFINITY,
        f32::NAN,
    ];
    let (x, dy): (Vec<f32>, Vec<f32>) =
        PLACES.iter().flat_map(|x| dy.iter().map(move |dy| (*x, *dy))).unzip();
    let layout = Layout::flat(x.len());
    let slope = |activation: &Activation| {
        let parameters = activation.initial_parameters();
        let call = Call { layout, x: &x, gate: None, parameters: &parameters, statistics: None };
        let mut dx = vec![0.0; x.len()];
        activation.backward(&call, &dy, &mut dx, None).unwrap();
        dx
    };
    #[rustfmt::skip]
    let names = [
        "gelu", "gelu_tanh", "silu", "quick_gelu", "sigmoid", "tanh", "softplus", "log_sigmoid", "elu", "selu",
        "hard_swish", "squareplus", "tanhshrink",
    ];
    for name in names {
        let activation = Activation::new(name).unwrap();
        let found = slope(&activation);
        for (at, (found, tiled)) in found.iter().zip(slope(&activation.on_tiles())).enumerate() {
            let places = format!("{name} at {:e} times {:e}", x[at], dy[at]);
            // Of what f64 has lost far out infinity makes one or the other.
            let is_lost = dy[at].is_infinite() && x[at].abs() > 90.0 && !found.is_finite();
            // At a root nobody knows on which side of 0 the derivative is.
            let is_close =
                *found == tiled || are_close(*found, tiled) || (is_lost && !tiled.is_finite());
            assert!(is_close, "{places}: {found:e}, {tiled:e}");
        }
    }
}

#[test]
fn values_at_the_ends() {
    #[rustfmt::skip]
    let names = [
        "exp(x)", "gelu", "gelu_tanh", "silu", "quick_gelu", "sigmoid", "tanh", "softplus", "log_sigmoid", "elu",
        "selu", "hard_sigmoid", "hard_swish", "squareplus", "tanhshrink",
    ];
    let layout = Layout::flat(PLACES.len());
    for name in names {
        let activation = Activation::new(name).unwrap();
        let value = |activation: &Activation| {
            let parameters = activation.initial_parameters();
            let mut y = vec![0.0; PLACES.len()];
            let x = &PLACES;
            let call = Call { layout, x, gate: None, parameters: &parameters, statistics: None };
            activation.forward(&call, &mut y).unwrap();
            y
        };
        let tiled = value(&activation.clone().on_tiles());
        for ((x, found), tiled) in PLACES.iter().zip(value(&activation)).zip(tiled) {
            assert!(are_close(found, tiled), "{name} at {x:e}: {found:e}, {tiled:e}");
        }
    }
}

#[test]
fn derivatives_at_their_roots() {
    // The f32 that is nearest to the root, and its neighbours; gradients of all fractions.
    let roots = [
        ("gelu", 0xbf40_7569),
        ("gelu_tanh", 0xbf40_a150),
        ("silu", 0xbfa3_a4bc),
        ("quick_gelu", 0xbf40_4ba5),
        ("hard_swish", 0xbfc0_0000u32),
    ];
    let count = 4096;
    let dy: Vec<f32> = (0..count).map(|at| 1.0 + at as f32 / 4096.0 + 1e-7).collect();
    for (name, root) in roots {
        let activation = Activation::new(name).unwrap();
        for bits in root - 2..=root + 2 {
            let (x, layout) = (vec![f32::from_bits(bits); count], Layout::flat(count));
            let parameters = activation.initial_parameters();
            let call =
                Call { layout, x: &x, gate: None, parameters: &parameters, statistics: None };
            let mut dx = vec![0.0; count];
            activation.backward(&call, &dy, &mut dx, None).unwrap();
            let wide = [f64::from(x[0])];
            let call = Call {
                layout: Layout::flat(1),
                x: &wide,
                gate: None,
                parameters: &parameters,
                statistics: None,
            };
            let mut slope = [0.0];
            activation.backward(&call, &[1.0], &mut slope, None).unwrap();
            for (dy, dx) in dy.iter().zip(dx) {
                let wanted = f64::from(*dy) * slope[0];
                if wanted == 0.0 {
                    assert_eq!(dx, 0.0, "{name} at its root times {dy}");
                    continue;
                }
                let unit = (wanted.abs().log2().floor() - 23.0).exp2();
                let error = (f64::from(dx) - wanted).abs() / unit;
                assert!(error <= 1.0, "{name} at {:e} times {dy}: {error} ulp", x[0]);
            }
        }
    }
}

#[test]
fn factors_of_every_size() {
    let factors =
        [1.0, 0.0, -2.5, -0.0, 1e-20, -3e-39, 1e20, 1e30, f32::INFINITY, f32::NAN].map(f64::from);
    // What two f32 hold, and what they do not.
    let wide = [0.2, -1e-15 / 3.0, 1e-39 / 3.0];
    let finite: Vec<f32> = PLACES.into_iter().filter(|x| x.is_finite()).collect();
    for name in ["parametric_sigmoid", "parametric_tanh", "dice_bipolar", "swish", "snake"] {
        let activation = Activation::new(name).unwrap();
        let value = |activation: &Activation, x: &[f32], factors: &[f64], layout| {
            let parameters = [factors.to_vec()];
            let mut y = vec![0.0; x.len()];
            let call = Call { layout, x, gate: None, parameters: &parameters, statistics: None };
            activation.forward(&call, &mut y).unwrap();
            y
        };
        let check = |x: &[f32], factors: &[f64], layout: Layout| {
            let tiled = value(&activation.clone().on_tiles(), x, factors, layout);
            let found = value(&activation, x, factors, layout);
            for (at, (found, tiled)) in found.iter().zip(tiled).enumerate() {
                let places = format!("{name} of {factors:?} at {:e}", x[at]);
                assert!(are_close(*found, tiled), "{places}: {found:e}, {tiled:e}");
            }
        };
        for places in [&PLACES[..], &finite] {
            for factor in factors.iter().chain(&wide) {
                check(places, &[*factor], Layout::flat(places.len()));
            }
            for of_channels in [&factors[..4], &factors[..7], &factors[..], &wide[..]] {
                let channels = of_channels.len();
                let rows = places.repeat(channels);
                check(&rows, of_channels, Layout { outer: places.len(), channels, inner: 1 });
                let inner = 8 * places.len();
                check(&rows.repeat(8), of_channels, Layout { outer: 1, channels, inner });
            }
        }
    }
}

#[test]
fn compiled_kernels_agree_with_the_tile_engine() {
    // These have kernels in the lanes that the tile engine uses for them, and so its bits.
    let same = [
        "relu",
        "leaky_relu",
        "relu_squared",
        "prelu",
        "scaled_relu",
        "xielu",
        "rrelu",
        "threshold",
        "hard_shrink",
        "soft_shrink",
        "reglu",
        "pau",
        "rational32",
    ];
    let size = |bits: u64| f64::from_bits(bits).abs();
    for layout in LAYOUTS {
        for entry in ogive::catalog::ALL.iter().filter(|entry| entry.kernels) {
            let activation = Activation::new(entry.name).unwrap();
            let (y, dx, sums) = results(&activation, layout);
            let (tiled_y, tiled_dx, tiled_sums) = results(&activation.on_tiles(), layout);
            let name = entry.name;
            if same.contains(&name) {
                let (found, tiled) = ((y, dx, sums), (tiled_y, tiled_dx, tiled_sums));
                assert!(found == tiled, "{name}, {layout:?}");
                continue;
            }
            for (a, b) in [y, dx].concat().into_iter().zip([tiled_y, tiled_dx].concat()) {
                assert!(a.abs_diff(b) <= 1, "{name}, {layout:?}: {a:x} {b:x}");
            }
            for (a, b) in sums.concat().into_iter().zip(tiled_sums.concat()) {
                let off = (f64::from_bits(a) - f64::from_bits(b)).abs();
                let is_close = a == b || off <= 1e-9 * size(a).max(size(b)).max(1e-3);
                assert!(is_close, "{name}, {layout:?}: {a:x} {b:x}");
            }
        }
    }
}

/// NaN and infinities make a tile look again, where more digits are kept: at them alone.
#[test]
fn a_result_does_not_depend_on_nan_beside_it() {
    // Of this and 0.01 the product is half way between two subnormal numbers, but for a little.
    let tie = -3.761_582e-37f32;
    let mut x = numbers(3000, 3.0);
    x.extend((0..600u32).map(|step| f32::from_bits(tie.to_bits() - 300 + step)));
    let (mut beside, mut beside_dy) = (x.clone(), x.clone());
    for at in (0..x.len()).step_by(97) {
        beside[at] = f32::NAN;
        beside_dy[at] = if at % 2 == 0 { f32::INFINITY } else { f32::NAN };
    }
    for text in [
        "leaky_relu",
        "if x > 0 { x } else { 0.01*x }",
        "rrelu",
        "threshold",
        "soft_shrink",
        "prelu",
    ] {
        let mut first = None;
        for engine in Engine::ALL.iter().filter(|engine| engine.is_available()) {
            let activation = Activation::new(text).unwrap().with_engine(*engine).unwrap();
            let parameters = activation.initial_parameters();
            // y, and dx of x as the gradient of y too.
            let run = |x: &[f32], dy: &[f32]| {
                let layout = Layout::flat(x.len());
                let call =
                    Call { layout, x, gate: None, parameters: &parameters, statistics: None };
                let (mut y, mut dx) = (vec![0.0; x.len()], vec![0.0; x.len()]);
                activation.forward(&call, &mut y).unwrap();
                activation.backward(&call, dy, &mut dx, None).unwrap();
                y.into_iter().chain(dx).map(f32::to_bits).collect::<Vec<u32>>()
            };
            let alone = run(&x, &x);
            for (what, together) in
                [("NaN in x", run(&beside, &x)), ("NaN and ∞ in dy", run(&x, &beside_dy))]
            {
                for at in (0..2 * x.len()).filter(|at| !(at % x.len()).is_multiple_of(97)) {
                    let (found, other) = (alone[at], together[at]);
                    let x = x[at % x.len()];
                    assert!(found == other, "{text} on {engine}, {what}, at {x:e}: {other:x}");
                }
            }
            assert_eq!(&alone, first.get_or_insert_with(|| alone.clone()), "{text} on {engine}");
        }
    }
}

#[test]
fn large_results_are_those_of_their_parts() {
    // So many that they are stored past the caches; with NaN, after which a tile is done again.
    let count = (8 << 20) + 5;
    let mut x = numbers(count, 4.0);
    x[300_000] = f32::NAN;
    x[count - 1] = f32::INFINITY;
    for name in ["tanh", "prelu", "swish"] {
        let activation = Activation::new(name).unwrap();
        let parameters = activation.initial_parameters();
        let run = |x: &[f32]| {
            let layout = Layout::flat(x.len());
            let call = Call { layout, x, gate: None, parameters: &parameters, statistics: None };
            let [mut y, mut dx] = [vec![0.0; x.len()], vec![0.0; x.len()]];
            activation.forward(&call, &mut y).unwrap();
            activation.backward(&call, x, &mut dx, None).unwrap();
            (y, dx)
        };
        let (y, dx) = run(&x);
        for start in (0..count).step_by(1 << 16) {
            let end = (start + (1 << 16)).min(count);
            let (part_y, part_dx) = run(&x[start..end]);
            for at in start..end {
                assert!(are_same(y[at], part_y[at - start]), "y of {name} at {at}");
                assert!(are_same(dx[at], part_dx[at - start]), "dx of {name} at {at}");
            }
        }
    }
}

fn are_same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
}
