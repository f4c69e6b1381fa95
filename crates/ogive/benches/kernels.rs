//! Every engine, with the catalogue's compiled kernels and on tiles alone: `cargo bench -p ogive`.
//!
//! For work on the kernels. `ogive bench` measures beside a copy of memory, `benches/peers` beside
//! other libraries.

use std::fmt;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use ogive::{Activation, Call, Engine, Layout};

/// Nothing to compute, an exponential, Φ, a composition, learned, several learned.
const NAMES: &[&str] = &["relu", "silu", "gelu", "mish", "prelu", "xielu"];

/// What fits the first-level cache, the second, and neither.
const SIZES: &[usize] = &[1024, 65_536, 4_194_304];

fn main() {
    divan::main();
}

/// An activation on an engine.
struct Case {
    label: String,
    activation: Activation,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let engines = Engine::ALL.iter().copied().filter(|engine| engine.is_available());
    engines.flat_map(|engine| {
        NAMES.iter().flat_map(move |name| {
            let compiled = Activation::new(name).and_then(|one| one.with_engine(engine));
            let compiled = compiled.unwrap_or_else(|error| panic!("{name}: {error}"));
            let tiles = compiled.clone().on_tiles();
            [(compiled, "compiled"), (tiles, "tiles")].map(|(activation, how)| Case {
                label: format!("{name} {engine} {how}"),
                activation,
            })
        })
    })
}

/// Numbers from -4 to 4 in no order.
fn input(length: usize) -> Vec<f32> {
    (0..length).map(|i| (i.wrapping_mul(0x9e37_79b1) % 80_001) as f32 / 1e4 - 4.0).collect()
}

/// The flat call of a slice.
fn call<'a>(x: &'a [f32], parameters: &'a [Vec<f64>]) -> Call<'a, f32> {
    Call { layout: Layout::flat(x.len()), x, gate: None, parameters, statistics: None }
}

#[divan::bench(args = cases(), consts = SIZES)]
fn forward<const N: usize>(bencher: Bencher, case: &Case) {
    let (x, parameters) = (input(N), case.activation.initial_parameters());
    let mut y = vec![0.0; N];
    bencher.counter(ItemsCount::new(N)).bench_local(|| {
        case.activation.forward(&call(black_box(&x), &parameters), black_box(&mut y))
    });
}

#[divan::bench(args = cases(), consts = SIZES)]
fn backward<const N: usize>(bencher: Bencher, case: &Case) {
    let (x, parameters) = (input(N), case.activation.initial_parameters());
    let (dy, mut dx) = (input(N), vec![0.0; N]);
    bencher.counter(ItemsCount::new(N)).bench_local(|| {
        let call = call(black_box(&x), &parameters);
        case.activation.backward(&call, black_box(&dy), black_box(&mut dx), None)
    });
}
