//! What an activation does to inputs from N(0, 1), and from there to the signals of a deep network.
//!
//! With weights of variance gain²/n a wide layer maps the second moment q of its inputs to
//! V(q) = gain²·E\[f(√q·z)²\], and its gradients grow by χ = gain²·E\[f'(z)²\] on the way back (Poole et
//! al. 2016, arXiv:1606.05340; Schoenholz et al. 2017, arXiv:1611.01232).

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

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
    /// `steepest` is where the slope is largest: what happens there alone, no panel may see.
    pub(super) fn of(subject: &Subject, breaks: &Breaks, steepest: f64) -> Moments {
        let singular: Vec<f64> = breaks.singular.iter().map(|found| found.x).collect();
        let breaks: Vec<f64> = breaks.list.iter().map(|found| found.x).collect();
        // Towards a place without bounds panels become ever shorter.
        let nearer = |x: &f64| {
            let (x, scale) = (*x, if *x == 0.0 { 1.0 } else { x.abs() });
            (2..40).flat_map(move |k| {
                [-1.0, 1.0].map(|side| x + side * scale * (-f64::from(k)).exp2())
            })
        };
        let narrow = singular.iter().chain(Some(&steepest).filter(|x| x.is_finite()));
        let graded = narrow.clone().flat_map(nearer).chain(narrow.copied());
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
            signals: gain.and_then(|gain| Signals::of(subject, &breaks, gain)),
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
const MOST_HALVINGS: usize = 2000;
/// Where the last halvings change more than this share, the whole is not known.
const UNKNOWN: f64 = 1e-4;
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

/// A part of the line, and what its halves contribute.
#[derive(Clone, Copy)]
struct Panel {
    ends: [f64; 2],
    halves: [f64; 2],
    /// What halving it has changed.
    change: f64,
}

impl Panel {
    fn total(&self) -> f64 {
        self.halves[0] + self.halves[1]
    }
}

impl Ord for Panel {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_place = || other.ends[0].total_cmp(&self.ends[0]);
        self.change.total_cmp(&other.change).then_with(by_place)
    }
}

impl PartialOrd for Panel {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Panel {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Panel {}

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

    /// The expectation of the integrand: the panels that change most are halved first. NaN where so many
    /// halvings leave it open.
    pub(super) fn mean(&self, integrand: impl Fn(f64) -> f64) -> f64 {
        let part = |[low, high]: [f64; 2]| {
            let (middle, half) = (f64::midpoint(low, high), 0.5 * (high - low));
            let node = |(node, weight): (f64, f64)| {
                let z = middle + half * node;
                half * weight * (-0.5 * z * z).exp() * integrand(z)
            };
            LEGENDRE.into_iter().map(node).sum::<f64>()
        };
        let halved = |ends: [f64; 2], whole: f64| {
            let middle = f64::midpoint(ends[0], ends[1]);
            let halves = [part([ends[0], middle]), part([middle, ends[1]])];
            let change = (halves[0] + halves[1] - whole).abs();
            // NaN and infinity are not mended by more panels.
            Panel { ends, halves, change: if change.is_finite() { change } else { 0.0 } }
        };
        let whole = self.ends.windows(2).map(|ends| [ends[0], ends[1]]);
        let mut panels: BinaryHeap<Panel> = whole.map(|ends| halved(ends, part(ends))).collect();
        let mut size: f64 = panels.iter().map(|panel| panel.total().abs()).sum();
        for _ in 0..MOST_HALVINGS {
            let is_open = |panel: &Panel| panel.change > NEGLIGIBLE * size;
            let Some(open) = panels.peek_mut().filter(|panel| is_open(panel)) else { break };
            let Panel { ends: [low, high], halves: [first, second], .. } = PeekMut::pop(open);
            let middle = f64::midpoint(low, high);
            size -= (first + second).abs();
            for (ends, whole) in [([low, middle], first), ([middle, high], second)] {
                let panel = halved(ends, whole);
                size += panel.total().abs();
                panels.push(panel);
            }
        }
        let size: f64 = panels.iter().map(|panel| panel.total().abs()).sum();
        if panels.iter().map(|panel| panel.change).sum::<f64>() > UNKNOWN * size {
            return f64::NAN;
        }
        let mut panels = panels.into_vec();
        panels.sort_by(|a, b| a.ends[0].total_cmp(&b.ends[0]));
        panels.iter().map(Panel::total).sum::<f64>() / std::f64::consts::TAU.sqrt()
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
        // One that waves faster than panels are wide, and one that no panel can follow.
        let fast = rule.mean(|z| (100.0 * z).sin().powi(2));
        assert!((fast - 0.5).abs() < 1e-10, "{fast}");
        assert!(rule.mean(|z| (1e9 * z).sin().powi(2)).is_nan());
        let step = rule.mean(|z| f64::from(u8::from(z > 0.3)));
        assert!((step - 0.382_088_577_811_047_3).abs() < 1e-12, "{step}");
    }
}
