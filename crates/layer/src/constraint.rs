//! Constraints: in the precision that parameters are kept in, and by the way values are computed.

use ogive::formula::{Constraint, Parameter};

use crate::Error;

/// The constraint with its bounds rounded inwards to numbers of `digits` binary digits, so that a
/// value on the rounded bound satisfies the constraint as it was written: 0.01 in f32 is less than
/// 0.01.
pub fn inward(constraint: Constraint, digits: u32) -> Constraint {
    if digits >= f64::MANTISSA_DIGITS {
        return constraint;
    }
    let up = |bound: f64| {
        let near = bound as f32;
        f64::from(if f64::from(near) < bound { near.next_up() } else { near })
    };
    match constraint {
        Constraint::AtLeast(low) => Constraint::AtLeast(up(low)),
        Constraint::Between(low, high) => Constraint::Between(up(low), -up(-high)),
        other => other,
    }
}

/// The value, or the bound that it is in f32 unless values are `exact`.
///
/// # Errors
/// If the constraint excludes it, as when it is set in the configuration.
pub(crate) fn allowed(value: f64, known: &Parameter, exact: bool) -> Result<f64, Error> {
    let near = known.constraint.project(value);
    let value = if !exact && near as f32 == value as f32 { near } else { value };
    known.clone().set_initial(value).map_err(ogive::Error::from)?;
    Ok(value)
}

/// The raw number that stands for a value where a constraint holds by the way values are computed: `>= m`
/// and `> 0` as m + softplus(raw), `in [low, high]` as low + (high - low)·sigmoid(raw). `None` for a value
/// on a bound, which no number reaches.
pub(crate) fn raw(value: f64, constraint: Constraint) -> Option<f64> {
    let raw = match constraint {
        Constraint::Free => return Some(value),
        Constraint::AtLeast(low) => softplus_inverse(value - low),
        Constraint::Positive => softplus_inverse(value),
        Constraint::Between(low, high) => ((value - low) / (high - value)).ln(),
    };
    raw.is_finite().then_some(raw)
}

/// log(exp(y) - 1), without overflow.
fn softplus_inverse(y: f64) -> f64 {
    y + (-(-y).exp_m1()).ln()
}

/// How a parameter is called where its raw numbers are kept, so that a record of them is not taken for
/// one of values.
pub(crate) fn raw_name(parameter: &str, constraint: Constraint) -> String {
    match constraint {
        Constraint::Free => parameter.to_owned(),
        Constraint::AtLeast(_) | Constraint::Positive => format!("{parameter} by softplus"),
        Constraint::Between(..) => format!("{parameter} by sigmoid"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_round_inwards() {
        let rounded = inward(Constraint::Between(0.01, 0.1), 24);
        let (low, high) = rounded.bounds();
        assert!(low >= 0.01 && high <= 0.1);
        assert!(low - 0.01 < 1e-8 && 0.1 - high < 1e-8);
        assert_eq!((low as f32 as f64, high as f32 as f64), (low, high));
        assert_eq!(inward(Constraint::AtLeast(0.5), 24), Constraint::AtLeast(0.5));
        assert_eq!(inward(Constraint::AtLeast(0.01), 53), Constraint::AtLeast(0.01));
    }
}
