//! Constraints in the precision that parameters are kept in.

use burn::tensor::{DType, Tensor};
use ogive::formula::Constraint;

/// The constraint with its bounds rounded inwards to numbers of `digits` binary digits, so that a
/// value on the rounded bound satisfies the constraint as it was written: 0.01 in f32 is less than
/// 0.01.
pub(crate) fn inward(constraint: Constraint, digits: u32) -> Constraint {
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

/// The values of `tensor`, each moved to the nearest one that the constraint allows.
pub(crate) fn project(tensor: Tensor<1>, constraint: Constraint) -> Tensor<1> {
    let digits =
        if tensor.dtype() == DType::F64 { f64::MANTISSA_DIGITS } else { f32::MANTISSA_DIGITS };
    let (low, high) = inward(constraint, digits).bounds();
    let tensor = if low > f64::NEG_INFINITY { tensor.clamp_min(low) } else { tensor };
    if high < f64::INFINITY { tensor.clamp_max(high) } else { tensor }
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
