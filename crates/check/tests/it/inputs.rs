//! The inputs reach every corner.

use ogive_check::{Element, inputs};
use ogive_formula::Formula;

#[test]
fn the_edges_are_there() {
    let edges: Vec<f32> = inputs::edges();
    for wanted in [0.0, 1e-45, 1e-39, 1e-20, 0.5, 1.0, 5.0, 16.6, 88.73, 89.0, 104.0, 1.7e38] {
        assert!(edges.contains(&wanted) && edges.contains(&-wanted), "{wanted}");
    }
    for wanted in [f32::MAX, f32::MIN, f32::INFINITY, f32::NEG_INFINITY] {
        assert!(edges.contains(&wanted), "{wanted}");
    }
    assert!(edges.iter().any(|x| x.is_nan()));
    assert!(edges.iter().any(|x| *x == 0.0 && x.is_sign_negative()));
    assert!(inputs::edges::<f64>().contains(&-745.2));
}

#[test]
fn every_exponent_comes_with_both_signs() {
    fn check<T: Element>(lowest: i32, highest: i32) {
        let found: Vec<T> = inputs::exponents();
        for exponent in lowest..=highest {
            let range = f64::exp2(f64::from(exponent))..f64::exp2(f64::from(exponent + 1));
            for sign in [1.0, -1.0] {
                let inside = |x: &&T| range.contains(&(sign * x.widen()));
                assert!(found.iter().filter(inside).count() >= 2, "{} 2^{exponent}", T::NAME);
            }
        }
    }
    check::<f32>(-148, 127);
    check::<f64>(-1073, 1022);
}

#[test]
fn kinks_come_with_their_neighbours() {
    let found: Vec<f32> = inputs::kinks(&[3.0, 0.0], 2);
    for wanted in [3.0, 3.0f32.next_up(), 3.0f32.next_up().next_up(), 3.0f32.next_down()] {
        assert!(found.contains(&wanted));
    }
    assert!(found.contains(&f32::from_bits(2)) && found.contains(&-f32::from_bits(1)));
    assert_eq!(found.len(), 10);
}

#[test]
fn the_formula_says_where_it_bends() {
    let formula = Formula::parse("clamp(x, -2.5, 7) + max(x, t) | t = 0.625").unwrap();
    let places = inputs::kink_places(&formula);
    for wanted in [-2.5, 7.0, 0.625, 0.0, 6.0] {
        assert!(places.contains(&wanted), "{wanted}");
    }
}

#[test]
fn the_same_inputs_come_every_time() {
    // The first outputs of splitmix64 for seed 2, computed in Python.
    let first = [0x975835de1c9756ce, 0xbfc846100bfc1e42, 0x987bbcbfdd7e532f];
    assert_eq!(inputs::bits::<f64>(3), first.map(f64::from_bits));
    let normal: Vec<f64> = inputs::normal(4000);
    let mean = normal.iter().sum::<f64>() / 4000.0;
    let variance = normal.iter().map(|x| x * x).sum::<f64>() / 4000.0;
    assert!(mean.abs() < 0.06 && (variance - 1.0).abs() < 0.1, "{mean} {variance}");
    let uniform: Vec<f32> = inputs::uniform(1000);
    assert!(uniform.iter().all(|x| x.abs() <= 20.0));
    assert!(uniform.iter().any(|x| *x > 19.0) && uniform.iter().any(|x| *x < -19.0));
}
