//! A fingerprint of all results, one line for each activation: machines of different kinds must print
//! the same. `cargo xtask neon` compares this machine's with those of 64-bit ARM.

use ogive::formula::TABLE;
use ogive::{Activation, Call, Element, Engine, Layout, Statistics};

/// FNV-1a.
fn add(hash: &mut u64, values: impl Iterator<Item = f64>) {
    for value in values {
        let bits = if value.is_nan() { u64::MAX } else { value.to_bits() };
        for byte in bits.to_le_bytes() {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Numbers of every size, and as many of the usual one.
fn number<T: Element>(place: usize) -> T {
    let bits = (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let wide = f64::from_bits(bits.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    let share = (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
    let narrow = f64::from(f32::from_bits((bits >> 32) as u32));
    T::from_f64([wide, narrow, share * 8.0, share * 90.0][place % 4])
}

fn fingerprint<T: Element>(activation: &Activation) -> u64 {
    let layout = Layout { outer: 41, channels: 5, inner: 3 };
    let count = layout.length().unwrap();
    let array = |from: usize| -> Vec<T> { (from..from + count).map(number).collect() };
    let (x, dy, gate) = (array(0), array(2), array(100_003));
    let statistics =
        Statistics { mean: vec![0.1; 5], variance: vec![1.3, 0.2, 7.0, 1.0, 0.0], of_batch: true };
    let initial = activation.initial_parameters();
    let parameters: Vec<Vec<f64>> =
        initial.iter().map(|one| (0..5).map(|c| one[0] + c as f64 / 64.0).collect()).collect();
    let gate = activation.has_gate().then_some(gate.as_slice());
    let statistics = activation.has_statistics().then_some(&statistics);
    let call = Call { layout, x: &x, gate, parameters: &parameters, statistics };
    let (mut y, mut dx) = (vec![T::default(); count], vec![T::default(); count]);
    activation.forward(&call, &mut y).unwrap();
    let sums = activation.backward(&call, &dy, &mut dx, None).unwrap();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    add(&mut hash, y.iter().chain(&dx).map(|value| value.to_f64()));
    add(&mut hash, sums.concat().into_iter());
    hash
}

/// Every entry of the catalogue with kernels of its own, and every function of the language, which the
/// others are made of: theirs are evaluated again at many numbers, which takes long.
fn subjects() -> Vec<String> {
    let with_kernels = ogive::catalog::ALL.iter().filter(|entry| entry.kernels);
    let entries = with_kernels.map(|entry| entry.name.to_owned());
    let functions = TABLE.iter().filter(|row| row.op.is_function()).map(|row| match row.arity {
        1 => format!("{}(x)", row.name),
        _ => format!("{}(x, 1.5)", row.name),
    });
    entries.chain(functions).chain(["x*gate*sigmoid(x)".to_owned()]).collect()
}

#[test]
fn fingerprints() {
    for subject in subjects() {
        let activation = Activation::new(&subject).unwrap().with_engine(Engine::Scalar).unwrap();
        let fingerprints = |of: &Activation| (fingerprint::<f32>(of), fingerprint::<f64>(of));
        let (single, double) = fingerprints(&activation);
        println!("fingerprint of {subject:24} {single:016x} {double:016x}");
        // The engines of one machine are alike, so one stands for all between machines.
        for engine in Engine::ALL.iter().filter(|engine| engine.is_available()) {
            let other = activation.clone().with_engine(*engine).unwrap();
            assert_eq!(fingerprints(&other), (single, double), "{subject} on {engine}");
        }
    }
}
