//! What a formula looks like from outside: range, kinks, symmetry, slopes, moments, cost.
//!
//! What can be proved is proved, by interval arithmetic over every x in the range of f32; what cannot is
//! found by search. Each finding says which.

mod breaks;
mod cell;
mod cost;
mod extreme;
mod limit;
mod moments;
mod saturation;
mod shape;
mod signals;
mod subject;

pub use breaks::{Break, Breaks, Hole, Smoothness};
pub use cost::Cost;
pub use extreme::Extreme;
pub use moments::{Moments, gain};
pub use saturation::Saturation;
pub use shape::Monotone;
pub use signals::{Signals, Trend};

use ogive_formula::Symmetry;

use crate::Error;
use crate::activation::Activation;
use subject::Subject;

/// How a finding is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// By interval arithmetic or by symbols, for every x in the range of f32.
    Proven,
    /// By a search that could miss an exception.
    Search,
}

/// A finding and how it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding<T> {
    /// What was found.
    pub found: T,
    /// How.
    pub evidence: Evidence,
}

/// Properties of an activation at its initial parameters, with mean 0, variance 1 and gate 1.
///
/// ```
/// use ogive::{Activation, Analysis, Evidence};
///
/// let silu = Analysis::of(&Activation::new("silu")?)?;
/// assert!((silu.lowest.value + 0.278_464_5).abs() < 1e-6);
/// assert!((silu.lowest.place + 1.278_464_5).abs() < 1e-6);
/// assert_eq!(silu.lowest.evidence, Evidence::Proven);
/// # Ok::<(), ogive::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The limits at -∞ and +∞, as [`Activation::forward`] gives them; NaN where there is none.
    pub limits: [f64; 2],
    /// The infimum of the values.
    pub lowest: Extreme,
    /// The supremum of the values.
    pub highest: Extreme,
    /// The Lipschitz constant: the supremum of |f'|; infinite where the function jumps.
    pub lipschitz: Extreme,
    /// Kinks and jumps, and where the function is not defined.
    pub breaks: Breaks,
    /// Whether it only rises or only falls.
    pub monotone: Finding<Option<Monotone>>,
    /// Whether it is odd or even.
    pub symmetry: Finding<Option<Symmetry>>,
    /// Where the derivative vanishes or nearly so.
    pub saturation: Saturation,
    /// What it does to inputs from N(0, 1).
    pub moments: Moments,
    /// What one element costs.
    pub cost: Cost,
}

impl Analysis {
    /// Analyses an activation.
    ///
    /// # Errors
    /// If no engine can run it.
    pub fn of(activation: &Activation) -> Result<Analysis, Error> {
        let subject = Subject::new(activation.formula());
        let ends = [f64::NEG_INFINITY, f64::INFINITY];
        let limits = subject::values(activation, ends)?;
        let slopes = subject::slopes(activation, ends)?;
        let breaks = breaks::breaks(&subject);
        let monotone = shape::monotone(&subject, &breaks);
        let [lowest, highest] = extreme::range(&subject, limits, &breaks, monotone);
        let lipschitz = extreme::lipschitz(&subject, slopes, &breaks);
        Ok(Analysis {
            limits,
            lowest,
            highest,
            lipschitz,
            monotone,
            symmetry: shape::symmetry(&subject),
            saturation: saturation::saturation(&subject),
            moments: moments::Moments::of(&subject, &breaks, lipschitz.place),
            cost: Cost::of(activation.formula()),
            breaks,
        })
    }

    /// Whether both bounds of the range are finite.
    pub fn is_bounded(&self) -> bool {
        self.lowest.value.is_finite() && self.highest.value.is_finite()
    }

    /// The highest class of differentiability that the breaks leave; none where too little is known.
    pub fn smoothness(&self) -> Option<Smoothness> {
        self.breaks.smoothness()
    }
}
