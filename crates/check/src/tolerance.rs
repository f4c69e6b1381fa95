//! How much each quantity may be off.

/// The most that one quantity may be off in one type, and why.
#[derive(Debug)]
pub struct Tolerance {
    /// The type: `f32` or `f64`.
    pub dtype: &'static str,
    /// The quantity without a parameter's name: `y`, `dx`, `dp`, `dgate`, `dmean`, `dvar`.
    pub quantity: &'static str,
    /// The largest distance, in units of the last place.
    pub ulp: f64,
    /// Whether the unit grows to what one rounding of x does to the result, where that is more.
    pub conditioned: bool,
    /// Why this much.
    pub reason: &'static str,
}

const ONE_ROUNDING: &str = "computed in f64 and rounded once";
const VALUE: &str = "a few operations in f64, each rounded";
const CANCELS: &str =
    "near a root of the derivative its terms cancel: what is left is their rounding";

/// Every tolerance. In f32 the bound is absolute. In f64 there is nothing wider to compute in: near a
/// root of the result, and where the function multiplies the error of its argument, the unit is what
/// one rounding of x does to the result.
#[rustfmt::skip]
pub static TOLERANCES: [Tolerance; 12] = [
    row("f32", "y",      1.0, false, ONE_ROUNDING),
    row("f32", "dx",     1.0, false, ONE_ROUNDING),
    row("f32", "dp",     1.0, false, ONE_ROUNDING),
    row("f32", "dgate",  1.0, false, ONE_ROUNDING),
    row("f32", "dmean",  1.0, false, ONE_ROUNDING),
    row("f32", "dvar",   1.0, false, ONE_ROUNDING),
    row("f64", "y",      8.0, true,  VALUE),
    row("f64", "dx",    16.0, true,  CANCELS),
    row("f64", "dp",    16.0, true,  CANCELS),
    row("f64", "dgate", 16.0, true,  CANCELS),
    row("f64", "dmean", 16.0, true,  CANCELS),
    row("f64", "dvar",  16.0, true,  CANCELS),
];

const fn row(
    dtype: &'static str,
    quantity: &'static str,
    ulp: f64,
    conditioned: bool,
    reason: &'static str,
) -> Tolerance {
    Tolerance { dtype, quantity, ulp, conditioned, reason }
}

impl Tolerance {
    /// The tolerance of a quantity such as `dp:alpha`.
    ///
    /// # Panics
    /// If the table has no row for it.
    pub fn of(dtype: &str, quantity: &str) -> &'static Tolerance {
        let kind = quantity.split(':').next().unwrap_or(quantity);
        TOLERANCES
            .iter()
            .find(|row| row.dtype == dtype && row.quantity == kind)
            .unwrap_or_else(|| panic!("no tolerance is set for {quantity} in {dtype}"))
    }
}
