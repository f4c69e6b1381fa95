//! Sums of gradients against exact sums.

use ogive::{Activation, Call, Layout};
use rug::Float;

fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    };
    (0..count).map(|_| 3.0 * next()).collect()
}

/// The gradient of one slope of `prelu` is the sum of dy·min(x, 0): its terms are exact in f64, and of
/// either sign.
fn is_exact(count: usize) {
    let (x, dy) = (numbers(count, 1), numbers(count, 2));
    let mut exact = Float::new(200);
    for (x, dy) in x.iter().zip(&dy) {
        exact += f64::from(x.min(0.0)) * f64::from(*dy);
    }
    let activation = Activation::new("prelu").unwrap();
    let call = Call {
        layout: Layout::flat(count),
        x: &x,
        gate: None,
        parameters: &[vec![0.25]],
        statistics: None,
    };
    let mut dx = vec![0.0; count];
    let sum = activation.backward(&call, &dy, &mut dx, None).unwrap()[0][0];
    let exact = exact.to_f64();
    assert!((sum - exact).abs() <= 1e-12 * exact.abs(), "{sum} instead of {exact}");
}

#[test]
fn a_sum_over_a_million_elements_is_exact_to_twelve_digits() {
    is_exact(1 << 20);
}

#[test]
#[ignore = "a minute: cargo test --release -p ogive --test it -- --ignored sums"]
fn a_sum_over_2_to_the_26_elements_is_exact_to_twelve_digits() {
    is_exact(1 << 26);
}

#[test]
fn a_cancelling_sum_keeps_its_digits() {
    // The same terms with both signs, far apart, and one more.
    let half = numbers(150_000, 3);
    let x: Vec<f32> = half.iter().chain(&half).map(|x| -x.abs()).chain([-1.5]).collect();
    let dy: Vec<f32> = half.iter().copied().chain(half.iter().map(|x| -x)).chain([2.0]).collect();
    let activation = Activation::new("prelu").unwrap();
    let layout = Layout::flat(x.len());
    let call = Call { layout, x: &x, gate: None, parameters: &[vec![0.25]], statistics: None };
    let mut dx = vec![0.0; x.len()];
    let sum = activation.backward(&call, &dy, &mut dx, None).unwrap()[0][0];
    assert!((sum + 3.0).abs() <= 1e-9, "{sum}");
}
