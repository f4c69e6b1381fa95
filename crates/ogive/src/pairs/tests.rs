//! The functions on pairs against those in f64 lanes, which are right to a few 2^-53.

use super::{Pair, Pairs, functions};
use crate::lanes::{LANES, SINGLES, Scalar};
use crate::math;

type Vector = [f32; SINGLES];
type OnPairs = fn(&Pairs<Scalar<f32>>, Pair<Vector>) -> Pair<Vector>;
type InDoubles = fn(Scalar<f64>, [f64; LANES]) -> [f64; LANES];

/// The largest error over the range as a share of the result, and where it is.
fn worst(on_pairs: OnPairs, in_doubles: InDoubles, low: f64, high: f64) -> (f64, f64) {
    let mut worst = (0.0, 0.0);
    let count = 200_000;
    for start in (0..count).step_by(LANES) {
        let number = |at: usize| low + (high - low) * (at as f64 + 0.37) / f64::from(count as u32);
        let inputs: [f64; LANES] = std::array::from_fn(|lane| number(start + lane));
        // A pair holds the input whole.
        let [mut first, mut rest] = [[1.0f32; SINGLES]; 2];
        for (lane, input) in inputs.iter().enumerate() {
            first[lane] = *input as f32;
            rest[lane] = (*input - f64::from(first[lane])) as f32;
        }
        let held: [f64; LANES] =
            std::array::from_fn(|lane| f64::from(first[lane]) + f64::from(rest[lane]));
        let pairs = Pairs::new(Scalar::<f32>::new());
        let found = on_pairs(&pairs, Pair { high: first, low: Some(rest) });
        assert!(!pairs.doubtful(), "doubts at {inputs:?}");
        let Some(lows) = found.low else { panic!("a function has two parts") };
        let wanted = in_doubles(Scalar::<f64>::new(), held);
        for lane in 0..LANES {
            let found = f64::from(found.high[lane]) + f64::from(lows[lane]);
            let error = ((found - wanted[lane]) / wanted[lane]).abs();
            if error > worst.0 {
                worst = (error, held[lane]);
            }
        }
    }
    worst
}

#[test]
fn functions_are_right_to_35_binary_digits() {
    let rows: &[(&str, OnPairs, InDoubles, f64)] = &[
        ("exp", functions::exp, math::exp, 40.0),
        ("exp of two", |p, a| functions::exponentials(p, a)[0], math::exp, 40.0),
        ("expm1", functions::expm1, math::expm1, 40.0),
        ("sigmoid", functions::sigmoid, math::sigmoid, 40.0),
        ("sigmoids", |p, a| functions::sigmoids(p, a)[1], |l, a| math::sigmoids(l, a)[1], 40.0),
        ("tanh", functions::tanh, math::tanh, 20.0),
        ("softplus", functions::softplus, math::softplus, 40.0),
        ("tanh_softplus", functions::tanh_softplus, math::tanh_softplus, 20.0),
    ];
    for (name, on_pairs, in_doubles, end) in rows {
        for (scale, digits) in [(1.0, 32.5), (0.1, 35.0), (1e-3, 35.5)] {
            let (error, place) = worst(*on_pairs, *in_doubles, -end * scale, end * scale);
            assert!(error.log2() < -digits, "{name}: 2^{:.1} at {place:e}", error.log2());
        }
    }
}

/// Whether some work leaves a doubt where one lane is `x`.
fn doubts(work: fn(&Pairs<Scalar<f32>>, Pair<Vector>), x: f32) -> bool {
    let mut lanes = [0.5; SINGLES];
    lanes[11] = x;
    let pairs = Pairs::new(Scalar::<f32>::new());
    work(&pairs, Pair { high: lanes, low: None });
    pairs.doubtful()
}

#[test]
fn what_is_extreme_or_cancels_leaves_a_doubt() {
    type Work = fn(&Pairs<Scalar<f32>>, Pair<Vector>);
    #[rustfmt::skip]
    let rows: [(&str, Work, &[f32], &[f32]); 5] = [
        // work                                             doubts                             none
        ("input",  |p, x| _ = p.input(x.high),
            &[f32::NAN, f32::INFINITY, -f32::INFINITY, 2e9, 9e-10, -1e-40], &[0.0, -0.0, 1e-9, -1e9]),
        ("exp",    |p, x| _ = functions::exp(p, x),
            &[40.1, -41.0],                                                 &[39.9, -39.9]),
        ("result", |p, x| p.result(x.high),
            &[f32::NAN, -7e-31, 1e-40],                                     &[1e-30, 0.0, 3e38]),
        // 1 - e^x is about -x, with the error of e^x.
        ("cancel", |p, x| _ = p.sub(p.splat(1.0), functions::exp(p, x)),
            &[0.0009, -0.0009, 0.0],                                        &[0.0011, -0.0011]),
        // Exact numbers cancel without harm.
        ("exact",  |p, x| _ = p.sub(p.splat(0.5), x),
            &[],                                                            &[0.500_01, 0.5]),
    ];
    for (what, work, some, none) in rows {
        assert!(some.iter().all(|x| doubts(work, *x)), "{what}: {some:?}");
        assert!(!none.iter().any(|x| doubts(work, *x)), "{what}: {none:?}");
    }
}

#[test]
fn zero_has_the_sign_that_it_has_in_f64() {
    let p = Pairs::new(Scalar::<f32>::new());
    let of = |x: f32| Pair { high: [x; SINGLES], low: None };
    let half = functions::sigmoid(&p, of(0.0));
    for (what, result) in [
        ("a product with -0", p.mul(half, of(-0.0))),
        ("0 times a negative number", p.mul(functions::expm1(&p, of(-1.0)), of(0.0))),
        ("expm1 of -0", functions::expm1(&p, of(-0.0))),
        ("tanh of -0", functions::tanh(&p, of(-0.0))),
        ("half of it", p.mul(functions::tanh(&p, of(-0.0)), of(0.5))),
    ] {
        assert!(p.rounded(result).iter().all(|y| y.to_bits() == (-0f32).to_bits()), "{what}");
    }
    assert!(!p.doubtful());
}
