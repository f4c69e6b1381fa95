//! What an activation does to inputs from N(0, 1), and from there to the signals of a deep network.
//!
//! With weights of variance gain²/n a wide layer maps the second moment q of its inputs to
//! V(q) = gain²·E\[f(√q·z)²\], and its gradients grow by χ = gain²·E\[f'(z)²\] on the way back (Poole et
//! al. 2016, arXiv:1606.05340; Schoenholz et al. 2017, arXiv:1611.01232).

use ogive_formula::{Formula, Point};

use super::breaks::Breaks;
use super::signals::Signals;
use super::subject::Subject;

/// Expectations for z from N(0, 1). Not finite where the integral is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// E\[f(z)\]: 0 for an activation whose outputs are centred.
    pub mean: f64,
    /// E\[f(z)²\].
    pub second: f64,
    /// See [`gain`].
    pub gain: Option<f64>,
    /// χ = gain²·E\[f'(z)²\]: above 1 gradients grow from layer to layer, below 1 they fade. Infinite
    /// where the integral is, as of sqrt(|x|).
    pub gradient_growth: Option<f64>,
    /// V'(1): below 1 the second moment returns to 1 after a small disturbance, above 1 it runs away.
    pub second_moment_slope: Option<f64>,
    /// What becomes of second moments far from 1.
    pub signals: Option<Signals>,
}

impl Moments {
    pub(super) fn of(subject: &Subject, breaks: &Breaks) -> Moments {
        let singular: Vec<f64> = breaks.singular.iter().map(|found| found.x).collect();
        let breaks: Vec<f64> = breaks.list.iter().map(|found| found.x).collect();
        // Towards a place without bounds panels become ever shorter.
        let nearer = |x: &f64| {
            let (x, scale) = (*x, if *x == 0.0 { 1.0 } else { x.abs() });
            (2..40).flat_map(move |k| {
                [-1.0, 1.0].map(|side| x + side * scale * (-f64::from(k)).exp2())
            })
        };
        let graded = singular.iter().flat_map(nearer).chain(singular.iter().copied());
        let rule = Rule::new(breaks.iter().copied().chain(graded));
        let value = |z: f64| subject.at(0, z);
        let squared = |order: usize| {
            if singular.iter().any(|x| diverges(|z| subject.at(order, z), *x)) {
                return f64::INFINITY;
            }
            let found = rule.mean(|z| subject.at(order, z).powi(2));
            if is_cut_off(subject.at(order, END), found) { f64::INFINITY } else { found }
        };
        let second = squared(0);
        let gain = gain_of(second);
        let scaled = |moment: f64| gain.map(|gain| gain * gain * moment).filter(|m| !m.is_nan());
        Moments {
            mean: if second.is_finite() { rule.mean(value) } else { f64::NAN },
            second,
            gain,
            gradient_growth: scaled(squared(1)),
            // d/dq E[f(√q·z)²] at q = 1, where q stands in the density: a jump counts with what it does.
            second_moment_slope: scaled(rule.mean(|z| value(z).powi(2) * 0.5 * (z * z - 1.0))),
            signals: gain.map(|gain| Signals::of(subject, &breaks, gain)),
        }
    }
}

/// Whether the integral of the square over the neighbourhood of `x` is infinite: where f·√h does not
/// shrink with the distance h, on one side or the other.
fn diverges(f: impl Fn(f64) -> f64, x: f64) -> bool {
    let scale = if x == 0.0 { 1.0 } else { x.abs() };
    let size = |side: f64, k: i32| {
        // The largest over a stretch, as it may turn on the way.
        let steps = (0..8).map(|part| scale * (-f64::from(k) - f64::from(part) / 8.0).exp2());
        steps.map(|h| f(x + side * h).abs() * h.sqrt()).fold(0.0, f64::max)
    };
    [-1.0, 1.0].into_iter().any(|side| {
        let [far, near] = [20, 32].map(|k| size(side, k));
        near > 1e-9 && near > 0.5 * far
    })
}

/// Whether the integrand has not come to an end where the rule does.
fn is_cut_off(at_end: f64, found: f64) -> bool {
    at_end * at_end * (-0.5 * END * END).exp() > 1e-9 * found
}

fn gain_of(second: f64) -> Option<f64> {
    (second.is_finite() && second > 0.0).then(|| second.sqrt().recip())
}

/// The gain 1/√E\[f(x)²\] for x ~ N(0, 1): the factor by which weights must grow so that activations
/// keep their second moment. Statistics count as mean 0 and variance 1, the gate as 1, parameters
/// as their initial values. `None` where the expectation is 0 or not finite.
///
/// ```
/// let relu = ogive::Activation::new("relu")?;
/// assert!((ogive::gain(relu.formula()).unwrap() - 2f64.sqrt()).abs() < 1e-4);
/// # Ok::<(), ogive::Error>(())
/// ```
pub fn gain(formula: &Formula) -> Option<f64> {
    let parameters: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
    let value = |x: f64| {
        let point = Point { x, gate: 1.0, parameters: &parameters, mean: 0.0, variance: 1.0 };
        formula.evaluate(formula.stable(), &point)
    };
    gain_of(Rule::new([]).mean(|z| value(z).powi(2)))
}

/// Panels end at multiples of this.
const PANEL: f64 = 0.25;
/// A panel is done if halving it changes less than this share of the whole.
const NEGLIGIBLE: f64 = 1e-11;
/// How many panels are halved.
const MOST_HALVINGS: usize = 200;
/// The density beyond this is below 1e-31.
const END: f64 = 12.0;

/// Nodes and weights of the Gauss-Legendre rule with five points on \[-1, 1\].
#[rustfmt::skip]
const LEGENDRE: [(f64, f64); 5] = [
    ( 0.0,                       0.568_888_888_888_888_9),
    (-0.538_469_310_105_683_1,   0.478_628_670_499_366_47),
    ( 0.538_469_310_105_683_1,   0.478_628_670_499_366_47),
    (-0.906_179_845_938_664,     0.236_926_885_056_189_08),
    ( 0.906_179_845_938_664,     0.236_926_885_056_189_08),
];

/// A quadrature for expectations under N(0, 1), whose panels end where the integrand breaks.
pub(super) struct Rule {
    /// Ascending.
    ends: Vec<f64>,
}

impl Rule {
    pub(super) fn new(breaks: impl IntoIterator<Item = f64>) -> Self {
        let panels = (2.0 * END / PANEL) as i32;
        let mut ends: Vec<f64> = (0..=panels).map(|k| f64::from(k) * PANEL - END).collect();
        ends.extend(breaks.into_iter().filter(|x| x.abs() < END));
        ends.sort_by(f64::total_cmp);
        // A panel without width would ask for the value at the break itself.
        ends.dedup();
        Rule { ends }
    }

    /// The expectation of the integrand. Panels are halved where that makes a difference.
    pub(super) fn mean(&self, integrand: impl Fn(f64) -> f64) -> f64 {
        let panel = |[low, high]: [f64; 2]| {
            let (middle, half) = (f64::midpoint(low, high), 0.5 * (high - low));
            let node = |(node, weight): (f64, f64)| {
                let z = middle + half * node;
                half * weight * (-0.5 * z * z).exp() * integrand(z)
            };
            LEGENDRE.into_iter().map(node).sum::<f64>()
        };
        let panels = self.ends.windows(2).map(|ends| [ends[0], ends[1]]);
        let mut open: Vec<([f64; 2], f64)> = panels.map(|ends| (ends, panel(ends))).collect();
        let size: f64 = open.iter().map(|(_, found)| found.abs()).sum();
        let (mut total, mut halvings) = (0.0, MOST_HALVINGS);
        // From left to right.
        open.reverse();
        while let Some(([low, high], found)) = open.pop() {
            let middle = f64::midpoint(low, high);
            let [left, right] = [[low, middle], [middle, high]];
            let (first, second) = (panel(left), panel(right));
            let difference = (first + second - found).abs();
            // NaN and infinity are not mended by more panels.
            if halvings > 0 && difference.is_finite() && difference > NEGLIGIBLE * size {
                halvings -= 1;
                open.extend([(right, second), (left, first)]);
            } else {
                total += first + second;
            }
        }
        total / std::f64::consts::TAU.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn moments_of_polynomials_and_steps() {
        let rule = Rule::new([0.3]);
        for (power, wanted) in [(0, 1.0), (1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0), (8, 105.0)] {
            let found = rule.mean(|z| z.powi(power));
            assert!((found - wanted).abs() < 1e-11 * (1.0 + wanted), "{power}: {found}");
        }
        // Peaks that are narrow beside a panel.
        for steep in [30.0, 1000.0f64] {
            let found = rule.mean(|z| (-steep * z * z).exp());
            assert!((found - (1.0 + 2.0 * steep).sqrt().recip()).abs() < 1e-10, "{steep}: {found}");
        }
        let step = rule.mean(|z| f64::from(u8::from(z > 0.3)));
        assert!((step - 0.382_088_577_811_047_3).abs() < 1e-12, "{step}");
    }
}
