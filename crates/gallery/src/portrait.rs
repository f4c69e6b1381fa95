//! The picture of an activation: its curve and slope, and what each parameter does to it.

use ogive::formula::{Formula, Id, Parameter, Point, number};
use ogive::{Activation, Analysis};
use ogive_picture::{Curve, Figure, Panel};

/// The curve runs over [-5, 5], and farther to show breaks beyond.
const END: f64 = 5.0;
/// Breaks beyond this are not shown.
const FARTHEST: f64 = 20.0;
const STEPS: i32 = 400;
/// More parameters than these have no panel.
const MOST_PANELS: usize = 7;

/// The value and the derivative, then a panel for each parameter with the value at some settings of
/// it at which it has values; for mean 0, variance 1 and gate 1.
pub fn portrait(activation: &Activation, analysis: &Analysis) -> Figure {
    let formula = activation.formula();
    let breaks: Vec<f64> = analysis.breaks.list.iter().map(|found| found.x).collect();
    let initial: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
    let shown = breaks.iter().map(|x| x.abs()).filter(|x| *x <= FARTHEST);
    let end = shown.map(|x| (1.25 * x).ceil()).fold(END, f64::max);
    let curve = |label: &str, id: Id| Curve {
        label: label.to_owned(),
        points: points(formula, id, &initial, &breaks, end),
    };
    let (value, slope) = (formula.stable(), formula.derivatives().x);
    let panel = |title: &str, curve: Curve| Panel { title: title.to_owned(), curves: vec![curve] };
    let mut panels =
        vec![panel("f(x)", curve("value", value)), panel("f′(x)", curve("derivative", slope))];
    for (place, parameter) in formula.parameters().iter().enumerate().take(MOST_PANELS) {
        let curves = settings(parameter).into_iter().filter_map(|setting| {
            let mut parameters = initial.clone();
            parameters[place] = setting;
            let points = points(formula, value, &parameters, &breaks, end);
            // At alpha = 0 of sin(alpha*x)/alpha there is nothing to draw, and nothing to name.
            let has_values = points.iter().any(|(_, y)| y.is_finite());
            let label = format!("{} = {}", parameter.name, number(setting));
            has_values.then_some(Curve { label, points })
        });
        let title = format!("f(x) by {}", parameter.name);
        panels.push(Panel { title, curves: curves.collect() });
    }
    Figure { title: activation.name().to_owned(), panels }
}

/// The initial value first, then others that the parameter may take.
fn settings(parameter: &Parameter) -> Vec<f64> {
    let initial = to_read(parameter.initial);
    let others = if initial.abs() < 0.05 {
        [-0.25, 0.25, 0.5]
    } else {
        [0.0, 2.0, 4.0].map(|factor| to_read(initial * factor) + 0.0)
    };
    let others = others.into_iter().filter(|value| parameter.constraint.allows(*value));
    std::iter::once(initial).chain(others).collect()
}

/// A number in as many digits as anyone reads.
fn to_read(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// The expression over the range of the picture, with a gap at each place where it jumps, and points
/// beside each break so that a kink is not cut off.
fn points(
    formula: &Formula,
    id: Id,
    parameters: &[f64],
    breaks: &[f64],
    end: f64,
) -> Vec<(f64, f64)> {
    let at = |x: f64| {
        let point = Point { x, gate: 1.0, parameters, mean: 0.0, variance: 1.0 };
        // Where there is no value there is no slope, whatever its expression says.
        let defined = !formula.evaluate(formula.stable(), &point).is_nan();
        if defined { formula.evaluate(id, &point) } else { f64::NAN }
    };
    let near = |x: f64| 1e-9 * (1.0 + x.abs());
    let mut places: Vec<f64> =
        (-STEPS..=STEPS).map(|k| f64::from(k) / f64::from(STEPS) * end).collect();
    for x in breaks.iter().filter(|x| x.abs() < end) {
        places.extend([x - near(*x), *x, x + near(*x)]);
    }
    places.sort_by(f64::total_cmp);
    places.dedup();
    let mut out: Vec<(f64, f64)> = Vec::with_capacity(places.len());
    for x in places {
        let y = at(x);
        if let Some((before, last)) = out.last().copied() {
            // Between neighbours so close only a jump makes such a difference.
            let jumps = x - before <= 2.0 * near(x) && (y - last).abs() > 1e-4;
            if jumps {
                out.push((x, f64::NAN));
            }
        }
        out.push((x, y));
    }
    out
}
