//! How much each quantity may be off.

/// The most that one quantity may be off in one type, and why.
#[derive(Debug)]
pub struct Tolerance {
    /// The type: `f32`, `f64`, `bf16` or `f16`.
    pub dtype: &'static str,
    /// The quantity without a parameter's name: `y`, `dx`, `dp`, `dgate`, `dmean`, `dvariance`.
    pub quantity: &'static str,
    /// The largest distance, in units of the last place.
    pub ulp: f64,
    /// Whether the unit grows to what one rounding of x does to the result, where that is more.
    pub conditioned: bool,
    /// The largest finite |x| at which the distance counts; beyond it only NaN does.
    pub reach: f64,
    /// Why this much.
    pub reason: &'static str,
}

const ONE_ROUNDING: &str = "computed in f64 and rounded once";
const HALF: &str = "computed in f64 and rounded once: the nearest number, or one of two at a tie";
const VALUE: &str = "a few operations in f64, each rounded";
const CANCELS: &str =
    "near a root of the derivative its terms cancel: what is left is their rounding";

/// 2^500: the square of any smaller number, times a constant, is still in the range of f64.
const SQUARES: f64 = 3.273390607896142e150;

/// Every tolerance. In f32 the bound is absolute. In f64 there is nothing wider to compute in: near a
/// root of the result, and where the function multiplies the error of its argument, the unit is what
/// one rounding of x does to the result; and an input whose square is out of range may overflow on
/// the way.
#[rustfmt::skip]
pub static TOLERANCES: [Tolerance; 24] = [
    row("f32",  "y",          1.0, f64::MAX, ONE_ROUNDING),
    row("f32",  "dx",         1.0, f64::MAX, ONE_ROUNDING),
    row("f32",  "dp",         1.0, f64::MAX, ONE_ROUNDING),
    row("f32",  "dgate",      1.0, f64::MAX, ONE_ROUNDING),
    row("f32",  "dmean",      1.0, f64::MAX, ONE_ROUNDING),
    row("f32",  "dvariance",  1.0, f64::MAX, ONE_ROUNDING),
    row("f64",  "y",          8.0, SQUARES, VALUE),
    row("f64",  "dx",        16.0, SQUARES, CANCELS),
    row("f64",  "dp",        16.0, SQUARES, CANCELS),
    row("f64",  "dgate",     16.0, SQUARES, CANCELS),
    row("f64",  "dmean",     16.0, SQUARES, CANCELS),
    row("f64",  "dvariance", 16.0, SQUARES, CANCELS),
    row("bf16", "y",          0.5, f64::MAX, HALF),
    row("bf16", "dx",         0.5, f64::MAX, HALF),
    row("bf16", "dp",         0.5, f64::MAX, HALF),
    row("bf16", "dgate",      0.5, f64::MAX, HALF),
    row("bf16", "dmean",      0.5, f64::MAX, HALF),
    row("bf16", "dvariance",  0.5, f64::MAX, HALF),
    row("f16",  "y",          0.5, f64::MAX, HALF),
    row("f16",  "dx",         0.5, f64::MAX, HALF),
    row("f16",  "dp",         0.5, f64::MAX, HALF),
    row("f16",  "dgate",      0.5, f64::MAX, HALF),
    row("f16",  "dmean",      0.5, f64::MAX, HALF),
    row("f16",  "dvariance",  0.5, f64::MAX, HALF),
];

const fn row(
    dtype: &'static str,
    quantity: &'static str,
    ulp: f64,
    reach: f64,
    reason: &'static str,
) -> Tolerance {
    Tolerance { dtype, quantity, ulp, conditioned: reach < f64::MAX, reach, reason }
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
