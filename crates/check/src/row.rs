//! The verdict on one quantity.

use std::fmt;

use crate::Tolerance;

/// What a judge found of one quantity of one formula in one engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The formula's name.
    pub name: String,
    /// The type that the engine computed in.
    pub dtype: &'static str,
    /// The engine.
    pub engine: String,
    /// What was judged: `y`, `dx`, `dgate`, `dmean`, `dvar` or `dp:` and a parameter's name.
    pub quantity: String,
    /// The largest distance in units of the last place.
    pub max_ulp: f64,
    /// The input at which it is reached.
    pub at_x: f64,
    /// How many inputs were compared.
    pub inputs: usize,
    /// How many results were NaN and should not be, or should be and were not.
    pub nan_errors: usize,
    /// The first input at which that is so.
    pub nan_at: Option<f64>,
    /// How many values were a zero of the other sign than the exact one. This alone is no failure:
    /// the two zeros are equal. In derivatives it is not counted.
    pub zero_signs: usize,
    /// At how many inputs no exact value is known, so that nothing was compared.
    pub unknown: usize,
}

impl Row {
    /// Whether the quantity is within its tolerance and NaN where it should be, and only there.
    pub fn passes(&self) -> bool {
        self.nan_errors == 0 && self.max_ulp <= self.tolerance().ulp
    }

    /// Whether zeros carry the right sign, too.
    pub fn passes_strictly(&self) -> bool {
        self.passes() && self.zero_signs == 0
    }

    /// What the quantity is allowed.
    pub fn tolerance(&self) -> &'static Tolerance {
        Tolerance::of(self.dtype, &self.quantity)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { name, dtype, engine, quantity, max_ulp, at_x, inputs, .. } = self;
        let at = format!("{at_x:e}");
        write!(
            f,
            "{name:<20} {dtype} {engine:<10} {quantity:<12} {max_ulp:>12.5} ulp at {at:<24} {inputs:>6} inputs"
        )?;
        if let Some(first) = self.nan_at {
            write!(f, "  NaN wrong {} times, first at {first:e}", self.nan_errors)?;
        }
        if !self.passes() {
            write!(f, "  FAILS (allowed: {} ulp)", self.tolerance().ulp)?;
        }
        Ok(())
    }
}
