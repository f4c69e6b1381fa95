//! Every run as a dot: one row per arm, lines between runs of the same seed.

use super::markup::figure;
use crate::numbers::{clip, fixed};
use crate::results::{Arm, Results};
use ogive_picture::{Anchor, Scale, Svg, range};

const WIDTH: f64 = 560.0;
const ROW: f64 = 64.0;
const TOP: f64 = 6.0;
const SIDE: f64 = 20.0;
/// The strip at the left where failed runs stand: at chance level they would squeeze all others.
const FAILED: f64 = 44.0;

/// The plot of all test scores.
pub(super) fn dots(results: &Results) -> String {
    let arms = results.ranked();
    let (measure, decimals) = (&results.settings.measure, results.decimals());
    let any_failed = arms.iter().any(|arm| arm.runs.iter().any(|run| run.failed));
    let left = if any_failed { SIDE + FAILED } else { SIDE };
    let finished = arms.iter().flat_map(|arm| &arm.runs).filter(|run| !run.failed);
    let scale = Scale::new(range(finished.map(|run| run.test)), (left, WIDTH - SIDE), 0.03);
    let bottom = TOP + ROW * arms.len() as f64;
    let words: Vec<String> = arms
        .iter()
        .map(|arm| format!("{}: mean {}", arm.name, fixed(arm.mean, decimals)))
        .collect();
    let title = format!("Test {} of every run", measure.name);
    let mut svg = Svg::new((WIDTH, bottom + 46.0), "wide", &title, &words.join("; "));
    svg.horizontal_axis(&scale, bottom, TOP, 6);

    let height = |row: usize| TOP + ROW * row as f64 + 42.0;
    for (row, pair) in arms.windows(2).enumerate() {
        let (upper, lower) = (pair[0], pair[1]);
        for (a, b) in upper.runs.iter().zip(&lower.runs).filter(|(a, b)| !a.failed && !b.failed) {
            let from = (scale.at(a.test), height(row));
            svg.line("pair", from, (scale.at(b.test), height(row + 1)));
        }
    }
    for (row, arm) in arms.iter().enumerate() {
        draw_row(&mut svg, &scale, height(row), arm, decimals);
    }
    if any_failed {
        svg.line("grid", (left - 8.0, TOP), (left - 8.0, bottom));
        svg.text("tick", (SIDE - 8.0, bottom + 17.0), Anchor::Start, "failed");
    }
    let unit = if measure.unit.is_empty() { String::new() } else { format!(" ({})", measure.unit) };
    let label = format!("test {}{unit}", clip(&measure.name, 30));
    svg.text("tick", (WIDTH / 2.0, bottom + 40.0), Anchor::Middle, &label);
    figure("", &svg.finish())
}

fn draw_row(svg: &mut Svg, scale: &Scale, y: f64, arm: &Arm, decimals: usize) {
    let word = arm.verdict.word();
    // The label stands on the side away from the dots' centre of mass, above them.
    svg.text("name", (SIDE, y - 16.0), Anchor::Start, &clip(&arm.name, 34));
    let mut failed = 0.0;
    for run in &arm.runs {
        let hint = format!("seed {}: {}", run.seed, fixed(run.test, decimals));
        if run.failed {
            svg.cross("failed", (SIDE + 4.0 + failed, y), 5.0);
            failed = (failed + 5.0) % (FAILED - 14.0);
        } else {
            svg.dot(&format!("dot mark-{word}"), (scale.at(run.test), y), 5.0, &hint);
        }
    }
    let finished: Vec<f64> =
        arm.runs.iter().filter(|run| !run.failed).map(|run| run.test).collect();
    if let Some(mean) = crate::statistics::mean(&finished) {
        svg.line("mean", (scale.at(mean), y - 10.0), (scale.at(mean), y + 10.0));
    }
}
