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
const LAYOUTS: [Layout; 7] = [
    Layout { outer: 11, channels: 7, inner: 13 },
    Layout { outer: 301, channels: 7, inner: 1 },
    Layout { outer: 170, channels: 100, inner: 1 },
    Layout { outer: 61, channels: 48, inner: 1 },
    Layout { outer: 3, channels: 1030, inner: 1 },
    Layout { outer: 2, channels: 3, inner: 777 },
    Layout { outer: 1, channels: 1, inner: 2501 },
];

#[test]
fn gradients_of_every_size() {
    // The roots of derivatives, where tables end, where exponentials do, what is no number.
    #[rustfmt::skip]
    let x = [
        0.0, -0.0, 1e-40, 0.3, -0.2, -0.751_791_5, -0.7524, -1.278_464_5, 5.6, -5.6, -6.3, 9.0, -9.0, 14.5,
        -14.5, 31.0, -31.0, 61.0, -61.0, 95.0, -95.0, 1e3, -1e3, f32::MAX, f32::MIN, f32::INFINITY,
        f32::NEG_INFINITY, f32::NAN,
    ];
    #[rustfmt::skip]
    let dy = [
        0.0, -0.0, 1e-45, -1e-39, 3e-36, -1e-20, 1.0, -0.3, 3e38, -3.3e38, f32::INFINITY, f32::NEG_INFINITY,
        f32::NAN,
    ];
    let (x, dy): (Vec<f32>, Vec<f32>) =
        x.iter().flat_map(|x| dy.iter().map(move |dy| (*x, *dy))).unzip();
    let layout = Layout::flat(x.len());
    let slope = |activation: &Activation| {
        let parameters = activation.initial_parameters();
        let call = Call { layout, x: &x, gate: None, parameters: &parameters, statistics: None };
        let mut dx = vec![0.0; x.len()];
        activation.backward(&call, &dy, &mut dx, None).unwrap();
        dx
    };
    for name in
        ["gelu", "gelu_tanh", "silu", "quick_gelu", "sigmoid", "tanh", "softplus", "log_sigmoid"]
    {
        let activation = Activation::new(name).unwrap();
        let found = slope(&activation);
        for (at, (found, tiled)) in found.iter().zip(slope(&activation.on_tiles())).enumerate() {
            let is_close = found.to_bits().abs_diff(tiled.to_bits()) <= 1
                || *found == tiled
                || (found.is_nan() && tiled.is_nan());
            assert!(is_close, "{name} at {:e} times {:e}: {found:e}, {tiled:e}", x[at], dy[at]);
        }
    }
}

#[test]
fn compiled_kernels_agree_with_the_tile_engine() {
    // These have kernels in the lanes that the tile engine uses for them, and so its bits.
    let same =
        ["relu", "leaky_relu", "relu_squared", "hard_swish", "prelu", "scaled_relu", "xielu"];
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
