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
    /// What was judged: `y`, `dx`, `dgate`, `dmean`, `dvariance` or `dp:` and a parameter's name.
    pub quantity: String,
    /// The largest distance in units of the last place.
    pub max_ulp: f64,
    /// The input at which it is reached.
    pub at_x: f64,
    /// How many inputs were compared.
    pub inputs: u64,
    /// How many results were NaN and should not be, or should be and were not.
    pub nan_errors: u64,
    /// The first input at which that is so.
    pub nan_at: Option<f64>,
    /// How many values were a zero of the other sign than the exact one. This alone is no failure:
    /// the two zeros are equal. In derivatives it is not counted.
    pub zero_signs: u64,
    /// At how many inputs no exact value is known, so that nothing was compared.
    pub unknown: u64,
    /// At how many inputs multiprecision decided; the fast reference was certain of the others.
    pub multiprecision: u64,
    /// For bf16 and f16: how many results are not the number nearest to the exact value.
    pub misrounded: u64,
    /// How many of these are so near the middle of two numbers that rounding the exact value to f64
    /// first gives the same: no computation in f64 can do better.
    pub ties: u64,
    /// Where the engine gives other bits than the first one, if anywhere. It fails then.
    pub difference: Option<Difference>,
}

/// Two engines that do not agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// At how many inputs.
    pub count: u64,
    /// The first of them.
    pub at_x: f64,
    /// What this engine gives there.
    pub value: f64,
    /// The engine that it is compared with.
    pub other: String,
    /// What that one gives.
    pub other_value: f64,
}

impl Row {
    /// Whether the quantity is within its tolerance and NaN where it should be, and only there.
    pub fn passes(&self) -> bool {
        self.nan_errors == 0 && self.difference.is_none() && self.max_ulp <= self.tolerance().ulp
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
        if let Some(Difference { count, at_x, value, other, other_value }) = &self.difference {
            write!(
                f,
                "  other bits than {other} {count} times, first at {at_x:e}: {value:e}, not \
                 {other_value:e}"
            )?;
        }
        if !self.passes() {
            write!(f, "  FAILS (allowed: {} ulp)", self.tolerance().ulp)?;
        }
        Ok(())
    }
}
