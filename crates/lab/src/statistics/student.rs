//! Means, spreads and Student's t interval.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// An estimate with its 95 % interval, in the units of the numbers it was made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub mean: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Interval {
    /// The interval `mean` ± `half_width`.
    pub(crate) fn around(mean: f64, half_width: f64) -> Self {
        Self { mean, low: mean - half_width, high: mean + half_width }
    }

    /// Whether 0 lies outside the interval.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// Whether the whole interval lies within ± `band`.
    pub fn lies_within(&self, band: f64) -> bool {
        -band <= self.low && self.high <= band
    }
}

/// The arithmetic mean; `None` for no numbers or a number that is not finite.
pub fn mean(values: &[f64]) -> Option<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    mean.is_finite().then_some(mean)
}

/// The standard deviation of a sample (divisor n − 1); `None` for fewer than two numbers.
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    // Equal numbers have no spread, and the rounding of their mean must not invent one.
    if values.iter().all(|value| *value == values[0]) {
        return values[0].is_finite().then_some(0.0);
    }
    let center = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    let deviation = (squares / (values.len() - 1) as f64).sqrt();
    deviation.is_finite().then_some(deviation)
}

/// The quantile of Student's t distribution; `None` unless 0 < `probability` < 1 and
/// `degrees_of_freedom` > 0.
pub fn student_quantile(probability: f64, degrees_of_freedom: f64) -> Option<f64> {
    let inside = probability > 0.0 && probability < 1.0;
    let distribution = StudentsT::new(0.0, 1.0, degrees_of_freedom).ok()?;
    inside.then(|| distribution.inverse_cdf(probability)).filter(|quantile| quantile.is_finite())
}

/// The probability that Student's t lies below `value`.
pub(super) fn student_probability(value: f64, degrees_of_freedom: f64) -> Option<f64> {
    let distribution = StudentsT::new(0.0, 1.0, degrees_of_freedom).ok()?;
    value.is_finite().then(|| distribution.cdf(value))
}

/// Half the width of the 95 % interval of a mean of `n` numbers with this standard deviation.
fn half_width(n: usize, deviation: f64) -> Option<f64> {
    let degrees = n.checked_sub(1)? as f64;
    Some(student_quantile(0.975, degrees)? * deviation / (n as f64).sqrt())
}

/// The mean difference with its 95 % Student-t interval: what another seed on this split would give.
///
/// Equal differences give an interval of width 0. `None` for fewer than two differences.
pub fn paired_interval(differences: &[f64]) -> Option<Interval> {
    let deviation = standard_deviation(differences)?;
    // The mean of equal numbers is that number, whatever the rounding of their sum.
    let center = if deviation == 0.0 { differences[0] } else { mean(differences)? };
    Some(Interval::around(center, half_width(differences.len(), deviation)?))
}
