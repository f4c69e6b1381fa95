//! Distances and roundings at the boundaries of the formats.

use ogive_check::{correctly_rounded_f32, distance, round};
use proptest::prelude::*;
use rug::Float;

/// a·2^b + c·2^d.
fn sum(a: i32, b: i32, c: i32, d: i32) -> Float {
    let term = |factor: i32, exponent: i32| Float::with_val(400, factor) << exponent;
    Float::with_val(400, term(a, b) + term(c, d))
}

fn power(exponent: i32) -> Float {
    sum(1, exponent, 0, 0)
}

#[test]
fn the_unit_is_the_last_place_at_the_exact_value() {
    assert_eq!(distance(1.0f32, &sum(1, 0, 1, -24)), 0.5);
    // Below 1 the unit is half of that above.
    assert_eq!(distance(1.0f32, &sum(1, 0, -1, -25)), 0.5);
    assert_eq!(distance(1.0f32.next_up(), &power(0)), 1.0);
    assert_eq!(distance(-1.0f32, &sum(-1, 0, -3, -23)), 3.0);
    assert_eq!(distance(1.0f64, &sum(1, 0, 3, -53)), 1.5);
    assert_eq!(distance(1.0f32, &power(0)), 0.0);
    assert_eq!(distance(-1.0f32, &power(0)), 2.0 * 8388608.0);
}

#[test]
fn below_the_normal_range_the_unit_is_the_smallest_subnormal() {
    let smallest = f32::from_bits(1);
    assert_eq!(distance(0.0f32, &power(-150)), 0.5);
    assert_eq!(distance(smallest, &power(-150)), 0.5);
    assert_eq!(distance(0.0f32, &sum(0, 0, 5, -149)), 5.0);
    assert_eq!(distance(smallest, &Float::new(64)), 1.0);
    assert_eq!(distance(-0.0f32, &Float::new(64)), 0.0);
    assert_eq!(distance(f64::from_bits(3), &power(-1074)), 2.0);
    // A kernel that flushes 1e-39 to zero is far off.
    assert!(distance(0.0f32, &Float::with_val(64, 1e-39)) > 7e5);
}

#[test]
fn infinity_is_right_where_the_exact_value_is_beyond_the_largest_number() {
    let beyond = |quarters: i32| sum(1, 128, quarters - 4, 102);
    // From the largest number upwards in quarters of its unit.
    assert_eq!(distance(f32::INFINITY, &beyond(0)), f64::INFINITY);
    assert_eq!(distance(f32::MAX, &beyond(1)), 0.25);
    assert_eq!(distance(f32::INFINITY, &beyond(1)), 0.75);
    assert_eq!(distance(f32::INFINITY, &beyond(3)), 0.25);
    assert_eq!(distance(f32::MAX, &beyond(3)), 0.75);
    assert_eq!(distance(f32::INFINITY, &beyond(9)), 0.0);
    assert_eq!(distance(f32::NEG_INFINITY, &beyond(9)), f64::INFINITY);
    assert_eq!(distance(f32::NEG_INFINITY, &-beyond(9)), 0.0);
    assert!(distance(f32::MAX, &power(200)) > 1e9);
    assert_eq!(distance(f32::MAX, &Float::with_val(64, f64::INFINITY)), f64::INFINITY);
    assert_eq!(distance(f32::INFINITY, &Float::with_val(64, f64::INFINITY)), 0.0);
    assert_eq!(distance(f64::INFINITY, &power(1024)), 0.0);
}

#[test]
fn nan_is_right_only_where_the_exact_value_is_nan() {
    let nan = Float::with_val(64, f64::NAN);
    assert_eq!(distance(f32::NAN, &nan), 0.0);
    assert_eq!(distance(1.0f32, &nan), f64::INFINITY);
    assert_eq!(distance(f64::NAN, &power(0)), f64::INFINITY);
}

#[test]
fn rounding_goes_straight_to_the_type() {
    // By way of f64 this would become a tie, and 1.
    assert_eq!(correctly_rounded_f32(&sum(1, -24, 1, -100).clone()), f32::exp2(-24.0));
    let above_tie = Float::with_val(400, power(0) + sum(1, -24, 1, -100));
    assert_eq!(correctly_rounded_f32(&above_tie), 1.0f32.next_up());
    assert_eq!(correctly_rounded_f32(&sum(1, 0, 1, -24)), 1.0);
    assert_eq!(correctly_rounded_f32(&power(-150)), 0.0);
    assert_eq!(correctly_rounded_f32(&sum(1, -150, 1, -200)), f32::from_bits(1));
    assert_eq!(correctly_rounded_f32(&sum(-3, -150, 0, 0)), -f32::from_bits(2));
    assert!(correctly_rounded_f32(&-power(-400)).is_sign_negative());
    assert_eq!(correctly_rounded_f32(&sum(1, 128, -1, 103)), f32::INFINITY);
    let below_tie = Float::with_val(400, sum(1, 128, -1, 103) - 1u32);
    assert_eq!(correctly_rounded_f32(&below_tie), f32::MAX);
    assert!(correctly_rounded_f32(&Float::with_val(64, f64::NAN)).is_nan());
    assert_eq!(round::<f64>(&sum(1, 0, 1, -53)), 1.0);
}

proptest! {
    #[test]
    fn rounding_is_that_of_the_hardware(bits: u64, exponent in -160i32..140) {
        let value = f64::from_bits(bits);
        prop_assert!(value.is_nan() || round::<f64>(&Float::with_val(53, value)) == value);
        let significand = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
        for value in [value, significand * f64::exp2(f64::from(exponent))] {
            let rounded = correctly_rounded_f32(&Float::with_val(53, value));
            let hardware = value as f32;
            prop_assert!(rounded.to_bits() == hardware.to_bits() || value.is_nan());
        }
    }

    #[test]
    fn the_rounded_number_is_within_half_a_unit(bits: u64, exponent in -160i32..127) {
        let significand = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
        let value = Float::with_val(53, significand) << exponent;
        let rounded = correctly_rounded_f32(&value);
        prop_assert!(distance(rounded, &value) <= 0.5);
        prop_assert!(distance(rounded.next_up().next_up(), &value) > 0.75);
    }
}
