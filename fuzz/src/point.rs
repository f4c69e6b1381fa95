//! Bytes to numbers: where formulas go wrong, usual ones, and any.

use arbitrary::{Result, Unstructured};
use ogive_formula::{Formula, Granularity, Parameter};

/// Where functions bend, saturate, overflow and underflow in f32.
const CRITICAL: [f32; 22] = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 3.0, -3.0, 1e-3, -1e-8, 1e-20, 9.01, 16.6, -17.4, 44.0, 88.7,
    -87.3, -104.0, 1e4, -1e10, 1e30, -3e38,
];

/// A finite f32.
///
/// # Errors
/// If the bytes end too soon.
pub fn number(bytes: &mut Unstructured) -> Result<f32> {
    Ok(match bytes.int_in_range(0..=3)? {
        0 => *bytes.choose(&CRITICAL)?,
        1 | 2 => f32::from(bytes.arbitrary::<i16>()?) / 2048.0,
        _ => {
            let any = f32::from_bits(bytes.arbitrary()?);
            if any.is_finite() { any } else { 0.25 }
        }
    })
}

/// Any f32: infinities and NaN too.
///
/// # Errors
/// If the bytes end too soon.
pub fn any_number(bytes: &mut Unstructured) -> Result<f32> {
    if bytes.ratio(1, 8)? { Ok(f32::from_bits(bytes.arbitrary()?)) } else { number(bytes) }
}

/// A value that `parameter` may take; every other time the initial one.
///
/// # Errors
/// If the bytes end too soon.
pub fn parameter(bytes: &mut Unstructured, parameter: &Parameter) -> Result<f64> {
    if bytes.arbitrary()? {
        return Ok(parameter.initial);
    }
    let value = f64::from(bytes.arbitrary::<i16>()?) / 8192.0;
    Ok(parameter.constraint.project(value))
}

/// The values of every parameter: one, or one for each channel where it is declared so.
///
/// # Errors
/// If the bytes end too soon.
pub fn parameters(
    bytes: &mut Unstructured,
    formula: &Formula,
    channels: usize,
) -> Result<Vec<Vec<f64>>> {
    let of = |known: &Parameter| {
        let count = if known.granularity == Granularity::PerChannel { channels } else { 1 };
        (0..count).map(|_| parameter(bytes, known)).collect()
    };
    formula.parameters().iter().map(of).collect()
}
