//! What accuracy costs: time per step, parameters, and both against each other.

use super::markup::{Cell, figure, minus, section, table};
use crate::numbers::{clip, duration, fixed, significant, thousands};
use crate::results::{Arm, ArmTiming, Results};
use crate::statistics::mean;
use ogive_picture::{Anchor, Scale, Svg, range};

const WIDTH: f64 = 560.0;
const LEFT: f64 = 58.0;
/// Names stand in a column of their own at the right, so that they cannot meet.
const NAMES: f64 = 370.0;
const NAME_HEIGHT: f64 = 22.0;

/// The table and the scatter plot; the plot only where times were measured.
pub(super) fn cost(results: &Results) -> String {
    let rows: Vec<Vec<Cell>> = results
        .ranked()
        .into_iter()
        .map(|arm| {
            let timing = results.timing(arm);
            let step = timing.and_then(|timing| timing.step_seconds);
            let run = timing.and_then(|timing| mean(&timing.run_seconds));
            let or_blank = |value: Option<String>| Cell::Number(value.unwrap_or_default());
            vec![
                Cell::Head(arm.name.clone(), None),
                or_blank(step.map(duration)),
                or_blank(ratio(timing)),
                or_blank(run.map(duration)),
                Cell::Number(thousands(arm.parameter_count)),
            ]
        })
        .collect();
    let header =
        ["activation", "time per step", "relative to baseline", "time per run", "parameters"];
    let content = table(&header, &rows, true) + &scatter(results);
    section(
        "Cost",
        "Time per step is the median over training steps, steps of all activations interleaved so that \
         a busy machine slows all of them alike. Parameters are all trainable numbers of the network.",
        &content,
    )
}

/// "1.04×".
pub(super) fn ratio(timing: Option<&ArmTiming>) -> Option<String> {
    timing?.ratio.map(|ratio| format!("{}×", fixed(ratio, 2)))
}

fn scatter(results: &Results) -> String {
    let points: Vec<(&Arm, f64)> = results
        .ranked()
        .into_iter()
        .filter_map(|arm| {
            Some((arm, results.timing(arm)?.ratio.filter(|ratio| ratio.is_finite())?))
        })
        .collect();
    if points.len() < 2 {
        return String::new();
    }
    let measure = &results.settings.measure;
    let height = (NAME_HEIGHT * points.len() as f64 + 40.0).max(230.0);
    let bottom = height - 48.0;
    let words: Vec<String> = points
        .iter()
        .map(|(arm, ratio)| {
            format!("{}: {}, {}×", arm.name, significant(arm.mean, 4), significant(*ratio, 3))
        })
        .collect();
    let title = format!("Mean test {} against time per step", measure.name);
    let mut svg = Svg::new((WIDTH, height), "wide", &title, &words.join("; "));
    let x = Scale::new(range(points.iter().map(|(_, ratio)| *ratio)), (LEFT, NAMES - 24.0), 0.1);
    let y = Scale::new(range(points.iter().map(|(arm, _)| arm.mean)), (bottom, 10.0), 0.1);
    svg.vertical_axis(&y, LEFT, NAMES - 24.0, 6);
    svg.horizontal_axis(&x, bottom, 10.0, 4);
    let middle = f64::midpoint(LEFT, NAMES - 24.0);
    svg.text("tick", (middle, height - 8.0), Anchor::Middle, "time per step (× baseline)");

    let wanted: Vec<f64> = points.iter().map(|(arm, _)| y.at(arm.mean)).collect();
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let sorted: Vec<f64> = order.iter().map(|index| wanted[*index]).collect();
    for (index, label_y) in order.into_iter().zip(spread(&sorted, NAME_HEIGHT, height - 12.0)) {
        let (arm, ratio) = points[index];
        let dot = (x.at(ratio), wanted[index]);
        let bend = (NAMES - 18.0, label_y);
        svg.path("leader", [dot, bend, (NAMES - 4.0, label_y)].map(Some));
        let score = minus(&fixed(arm.mean, results.decimals()));
        let hint = format!("{}: {score}, {}×", arm.name, fixed(ratio, 2));
        svg.dot(&format!("mark-{}", arm.verdict.word()), dot, 6.0, &hint);
        svg.text("value", (NAMES, label_y + 4.0), Anchor::Start, &clip(&arm.name, 20));
    }
    let unit = if measure.unit.is_empty() { String::new() } else { format!(" ({})", measure.unit) };
    figure(&format!("Mean test {}{unit}, by time per step", measure.name), &svg.finish())
}

/// Moves ascending heights apart until they are `gap` from each other, none below `bottom`.
fn spread(heights: &[f64], gap: f64, bottom: f64) -> Vec<f64> {
    let mut placed: Vec<f64> = heights.to_vec();
    for index in 1..placed.len() {
        placed[index] = placed[index].max(placed[index - 1] + gap);
    }
    let mut limit = bottom;
    for height in placed.iter_mut().rev() {
        *height = height.min(limit);
        limit = *height - gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn labels_keep_their_distance() {
        let placed = spread(&[10.0, 11.0, 95.0, 96.0, 97.0], 20.0, 110.0);
        assert!(placed.windows(2).all(|pair| pair[1] - pair[0] >= 20.0 - 1e-9), "{placed:?}");
        assert!(placed[4] <= 110.0);
    }
}
