//! Nothing beyond the caller's elements is read or written: odd lengths, any alignment, no element at
//! all, every layout, in place.
//!
//! Slices end where their allocation ends, so that `cargo xtask valgrind` sees one element too many;
//! written slices also stand between marks, which any run checks.

use half::{bf16, f16};
use ogive::{Activation, Call, Element, Engine, Layout, Statistics};

/// An array that fills its allocation; its first elements are not in use, so that the others start
/// at any address.
struct Exact<T> {
    all: Box<[T]>,
    shift: usize,
}

impl<T: Element> Exact<T> {
    fn new(count: usize, shift: usize, number: impl Fn(usize) -> f64) -> Self {
        let all: Vec<T> = (0..count + shift).map(|place| T::from_f64(number(place))).collect();
        Exact { all: all.into_boxed_slice(), shift }
    }

    fn get(&self) -> &[T] {
        &self.all[self.shift..]
    }

    fn get_mut(&mut self) -> &mut [T] {
        &mut self.all[self.shift..]
    }
}

const MARK: f64 = -77.0;

/// An array between marks.
struct Marked<T>(Vec<T>, usize);

impl<T: Element> Marked<T> {
    fn new(count: usize, shift: usize) -> Self {
        Marked(vec![T::from_f64(MARK); count + 2 * (shift + 16)], shift + 16)
    }

    fn get_mut(&mut self) -> &mut [T] {
        let end = self.0.len() - self.1;
        &mut self.0[self.1..end]
    }

    fn assert_marks(&self, what: &str) {
        let (before, after) = (&self.0[..self.1], &self.0[self.0.len() - self.1..]);
        let intact = before.iter().chain(after).all(|value| value.to_f64() == MARK);
        assert!(intact, "{what}: written beyond its elements");
    }
}

/// `far` is what the first look of a program cannot settle.
fn x_at(place: usize, far: f64) -> f64 {
    match place % if place < 300 { 41 } else { 29 } {
        29 => far,
        37 => f64::NAN,
        other => (other as f64 - 20.0) / 3.0,
    }
}

fn dy_at(place: usize) -> f64 {
    ((place * 7) % 11) as f64 / 4.0 - 1.0
}

/// All results of one activation on one layout, as bits.
fn run<T: Element>(activation: &Activation, layout: Layout, shift: usize) -> Vec<u64> {
    let count = layout.length().unwrap();
    let what = format!("{} in {} on {layout:?}", activation.name(), T::NAME);
    // A limit at infinity takes a program that asks milliseconds, many times that in valgrind: one length
    // and one layout stand for all.
    let far = match (activation.asks() && ![31, 54].contains(&count), T::NAME) {
        (true, "f16") => 6e4,
        (true, "f64") => 1e60,
        (true, _) => 1e30,
        (false, _) => f64::INFINITY,
    };
    let x = Exact::<T>::new(count, shift, |place| x_at(place, far));
    let dy = Exact::<T>::new(count, (shift + 1) % 4, dy_at);
    let gate = Exact::<T>::new(count, (shift + 2) % 4, dy_at);
    let statistics = Statistics {
        mean: vec![0.25; layout.channels],
        variance: vec![1.5; layout.channels],
        of_batch: shift == 0,
    };
    let statistics = activation.has_statistics().then_some(&statistics);
    let parameters: Vec<Vec<f64>> = activation
        .initial_parameters()
        .iter()
        .map(|one| (0..layout.channels).map(|c| one[0] + (c % 3) as f64 / 8.0).collect())
        .collect();
    let gate = activation.has_gate().then(|| gate.get());
    let call = Call { layout, x: x.get(), gate, parameters: &parameters, statistics };

    let mut y = Exact::<T>::new(count, shift, |_| 0.0);
    activation.forward(&call, y.get_mut()).unwrap();
    let (mut dx, mut dgate) = (Marked::<T>::new(count, shift), Marked::<T>::new(count, shift));
    let wanted = gate.map(|_| dgate.get_mut());
    let sums = activation.backward(&call, dy.get(), dx.get_mut(), wanted).unwrap();
    dx.assert_marks(&what);
    dgate.assert_marks(&what);

    let mut in_place = Exact::<T>::new(count, (shift + 1) % 4, dy_at);
    activation.backward_in_place(&call, in_place.get_mut(), None).unwrap();
    assert_eq!(bits(in_place.get()), bits(dx.get_mut()), "{what}, backward in place");
    if gate.is_none() {
        let mut in_place = Marked::<T>::new(count, shift);
        in_place.get_mut().copy_from_slice(x.get());
        activation.forward_in_place(layout, &parameters, statistics, in_place.get_mut()).unwrap();
        in_place.assert_marks(&what);
        assert_eq!(bits(in_place.get_mut()), bits(y.get()), "{what}, forward in place");
    }
    let sums: Vec<f64> = sums.concat();
    [bits(y.get()), bits(dx.get_mut()), bits(dgate.get_mut()), bits(&sums)].concat()
}

/// Zero has one sign here: valgrind 3.19 gives that of `c - a*b` wrong where the result is 0. The
/// tests of `bits.rs` look at it.
fn bits<T: Element>(values: &[T]) -> Vec<u64> {
    let bits = |value: f64| if value.is_nan() { u64::MAX } else { (value + 0.0).to_bits() };
    values.iter().map(|value| bits(value.to_f64())).collect()
}

/// Every entry on every engine of this machine, with its bits those of the portable one.
fn assert_all_agree<T: Element>(places: &[(Layout, usize)], entries: &[&str]) {
    for name in entries {
        let activation = Activation::new(name).unwrap();
        let on = |engine| activation.clone().with_engine(engine).unwrap();
        let engines = Engine::ALL.iter().copied().filter(|engine| engine.is_available());
        let engines: Vec<Activation> = engines.map(on).collect();
        let on_tiles: Vec<Activation> = engines.iter().map(|it| it.clone().on_tiles()).collect();
        for (layout, shift) in places {
            // Hand-tuned kernels round otherwise than the tile engine: like is compared with like. The
            // portable engine comes first.
            for alike in [&engines, &on_tiles] {
                let wanted = run::<T>(&alike[0], *layout, *shift);
                for other in &alike[1..] {
                    let same = run::<T>(other, *layout, *shift) == wanted;
                    assert!(same, "{name} in {} on {layout:?}, {shift}: other bits", T::NAME);
                }
            }
        }
    }
}

/// Every entry with kernels of its own. The tile engine runs the others by the same loops: some stand
/// for all, one that asks questions and one of two inputs among them.
fn catalogue() -> Vec<&'static str> {
    let with_kernels = ogive::catalog::ALL.iter().filter(|entry| entry.kernels);
    let on_tiles = ["snake", "bilinear", "srelu", "tlu"];
    with_kernels.map(|entry| entry.name).chain(on_tiles).collect()
}

const LAYOUTS: [Layout; 10] = [
    Layout { outer: 0, channels: 3, inner: 5 },
    Layout { outer: 5, channels: 3, inner: 1 },
    Layout { outer: 3, channels: 37, inner: 1 },
    Layout { outer: 61, channels: 17, inner: 1 },
    Layout { outer: 101, channels: 3, inner: 1 },
    Layout { outer: 1, channels: 300, inner: 1 },
    Layout { outer: 3, channels: 2, inner: 9 },
    Layout { outer: 2, channels: 1, inner: 17 },
    Layout { outer: 1, channels: 2, inner: 261 },
    Layout { outer: 1, channels: 1, inner: 1030 },
];

#[test]
fn every_length() {
    let places: Vec<(Layout, usize)> =
        (0..=70).map(|length| (Layout::flat(length), length % 4)).collect();
    assert_all_agree::<f32>(&places, &catalogue());
}

#[test]
fn every_layout() {
    let places: Vec<(Layout, usize)> =
        LAYOUTS.iter().flat_map(|layout| [0, 3].map(|shift| (*layout, shift))).collect();
    assert_all_agree::<f32>(&places, &catalogue());
}

#[test]
fn every_type() {
    let flat = [0, 1, 7, 8, 9, 23, 70].map(|length| (Layout::flat(length), length % 4));
    let places: Vec<(Layout, usize)> =
        flat.into_iter().chain(LAYOUTS.map(|layout| (layout, 1))).collect();
    // A choice, a sum of everything, statistics, a gate, powers.
    let entries = ["prelu", "mish", "dice", "x*gate*sigmoid(x)", "x*gate/(a^2 + x^2) | a = 2"];
    assert_all_agree::<f64>(&places, &entries);
    assert_all_agree::<bf16>(&places, &entries);
    assert_all_agree::<f16>(&places, &entries);
}

#[test]
fn statistics_and_softmax() {
    for layout in LAYOUTS {
        let count = layout.length().unwrap();
        for shift in 0..4 {
            let finite = |place: usize| (place % 13) as f64 - 6.0;
            let x = Exact::<f32>::new(count, shift, finite);
            if count > 0 {
                Statistics::of(layout, x.get()).unwrap();
            }
            let mut y = Exact::<f32>::new(count, shift, |_| 0.0);
            let mut dx = Marked::<f32>::new(count, shift);
            ogive::softmax(layout, x.get(), y.get_mut()).unwrap();
            ogive::softmax_backward(layout, y.get(), x.get(), dx.get_mut()).unwrap();
            ogive::log_softmax(layout, x.get(), y.get_mut()).unwrap();
            ogive::log_softmax_backward(layout, y.get(), x.get(), dx.get_mut()).unwrap();
            ogive::softmin(layout, x.get(), y.get_mut()).unwrap();
            ogive::softmin_backward(layout, y.get(), x.get(), dx.get_mut()).unwrap();
            dx.assert_marks("softmax");
        }
    }
}
