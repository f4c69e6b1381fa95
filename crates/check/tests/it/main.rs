//! Tests of the judge itself: it knows the truth, and it catches those who do not.

mod differences;
mod engines;
mod forms;
mod inputs;
mod known;
mod limits;
mod random;
mod rules;
mod survey;
mod ulp;

use rug::Float;
use rug::ops::Pow as _;

/// The difference of two numbers relative to the larger; 0 for NaN and NaN, 1 for NaN and a number.
fn relative_difference(a: &Float, b: &Float) -> Float {
    if a == b || (a.is_nan() && b.is_nan()) {
        return Float::new(200);
    }
    let larger = Float::with_val(200, a.abs_ref()).max(&Float::with_val(200, b.abs_ref()));
    let relative = Float::with_val(200, a - b).abs() / larger;
    if relative.is_nan() { Float::with_val(200, 1) } else { relative }
}

/// Whether two numbers agree to this many decimal digits.
fn agree(a: &Float, b: &Float, digits: i32) -> bool {
    relative_difference(a, b) <= Float::with_val(200, 10).pow(-digits)
}

/// A number from its decimal digits.
fn decimal(digits: &str) -> Float {
    Float::with_val(200, Float::parse(digits).expect("digits"))
}
