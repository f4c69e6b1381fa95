//! How much each quantity may be off.

/// The most that one quantity may be off in one type, and why.
#[derive(Debug)]
pub struct Tolerance {
    /// The type: `f32`, `f64`, `bf16` or `f16`.
    pub dtype: &'static str,
    /// Whether it is for derivatives (`dx`, `dp`, `dgate`, `dmean`, `dvariance`), or for `y`.
    pub derivative: bool,
    /// The largest distance, in units of the last place.
    pub ulp: f64,
    /// Whether the unit grows to what one rounding of x does to the result, where that is more.
    pub conditioned: bool,
    /// The largest finite |x| at which the distance counts; beyond it only NaN does.
    pub reach: f64,
    /// Why this much.
    pub reason: &'static str,
}

const ONE_ROUNDING: &str = "computed in more digits than f32 has and rounded once";
const HALF: &str = "computed in f64 and rounded once: the nearest number, or one of two at a tie";
const PARTS: &str = "computed in numbers of two f64 each; constants and rarer functions have one";

/// 2^500: the square of any smaller number, times a constant, is still in the range of f64.
const SQUARES: f64 = 3.273390607896142e150;

/// Every tolerance. In f32 the bound is absolute. In f64 there is nothing wider to compute in: near a
/// root of the result, and where the function multiplies the error of its argument, the unit is what
/// one rounding of x does to the result; and an input whose square is out of range may overflow on
/// the way.
#[rustfmt::skip]
pub static TOLERANCES: [Tolerance; 8] = [
    //   dtype   derivative  ulp  reach
    row("f32",  false,       1.0, f64::MAX, ONE_ROUNDING),
    row("f32",  true,        1.0, f64::MAX, ONE_ROUNDING),
    row("f64",  false,       4.0, SQUARES,  PARTS),
    row("f64",  true,        4.0, SQUARES,  PARTS),
    row("bf16", false,       0.5, f64::MAX, HALF),
    row("bf16", true,        0.5, f64::MAX, HALF),
    row("f16",  false,       0.5, f64::MAX, HALF),
    row("f16",  true,        0.5, f64::MAX, HALF),
];

const fn row(
    dtype: &'static str,
    derivative: bool,
    ulp: f64,
    reach: f64,
    reason: &'static str,
) -> Tolerance {
    Tolerance { dtype, derivative, ulp, conditioned: reach < f64::MAX, reach, reason }
}

impl Tolerance {
    /// The tolerance of a quantity such as `dp:alpha`.
    ///
    /// # Panics
    /// If the table has no row for the type.
    pub fn of(dtype: &str, quantity: &str) -> &'static Tolerance {
        let derivative = quantity != "y";
        TOLERANCES
            .iter()
            .find(|row| row.dtype == dtype && row.derivative == derivative)
            .unwrap_or_else(|| panic!("no tolerance is set for {dtype}"))
    }
}
