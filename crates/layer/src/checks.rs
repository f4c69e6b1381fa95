//! What layers around a formula ask of their configuration and of their input.

use crate::Error;

/// That a setting is 1 or more.
///
/// # Errors
/// If it is 0.
pub fn at_least_one(layer: &'static str, setting: &'static str, value: usize) -> Result<(), Error> {
    if value == 0 {
        let expected = "1 or more";
        return Err(Error::LayerSetting { layer, setting, value, expected });
    }
    Ok(())
}

/// That a setting is odd.
///
/// # Errors
/// If it is even.
pub fn odd(layer: &'static str, setting: &'static str, value: usize) -> Result<(), Error> {
    if value.is_multiple_of(2) {
        let expected = "an odd number, so that the window has a centre";
        return Err(Error::LayerSetting { layer, setting, value, expected });
    }
    Ok(())
}

/// That a setting is a finite number.
///
/// # Errors
/// If it is not.
pub fn finite(layer: &'static str, setting: &'static str, value: f64) -> Result<(), Error> {
    if value.is_finite() { Ok(()) } else { Err(Error::LayerNumber { layer, setting, value }) }
}

/// That so many numbers lie on an axis, counted from the first.
///
/// # Errors
/// If there is no such axis, or another number of them.
pub fn width(
    layer: &'static str,
    axis: usize,
    expected: usize,
    shape: &[usize],
) -> Result<(), Error> {
    if shape.get(axis) == Some(&expected) {
        return Ok(());
    }
    Err(Error::LayerWidth { layer, axis, expected, shape: shape.to_vec() })
}
