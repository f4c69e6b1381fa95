//! The forest plot: the paired difference of each arm with both intervals, zero and the band.

use super::markup::{escape, figure, minus};
use crate::numbers::{clip, signed};
use crate::results::{Arm, Difference, Results};
use ogive_picture::{Anchor, Scale, Svg, range};

const WIDTH: f64 = 560.0;
const ROW: f64 = 62.0;
const TOP: f64 = 10.0;
/// Labels stand above the intervals, not beside them, so that the plot stays readable on a phone.
const SIDE: f64 = 24.0;
const TICKS: usize = 6;
/// An interval this many times wider than the typical one is cut, so that the others stay visible.
const TOO_WIDE: f64 = 6.0;

/// The plot; empty if there is no difference to show.
pub(super) fn forest(results: &Results) -> String {
    let arms: Vec<(&Arm, Difference)> = results
        .ranked()
        .into_iter()
        .filter_map(|arm| arm.difference.map(|difference| (arm, difference)))
        .collect();
    if arms.is_empty() {
        return String::new();
    }
    let (band, decimals) = (results.settings.band, results.decimals());
    let measure = &results.settings.measure;
    let bottom = TOP + ROW * arms.len() as f64;
    let scale = Scale::new(shown_range(&arms, band), (SIDE, WIDTH - SIDE), 0.04);
    let words: Vec<String> = arms
        .iter()
        .map(|(arm, difference)| {
            format!("{}: {}, {}", arm.name, interval(difference, decimals), arm.verdict.word())
        })
        .collect();
    let title = format!("Differences to {} in {}", results.settings.baseline, measure.name);
    let mut svg = Svg::new((WIDTH, bottom + 46.0), "wide", &title, &words.join("; "));

    for (row, (arm, difference)) in arms.iter().enumerate() {
        let top = TOP + ROW * row as f64;
        draw_lane(&mut svg, &scale, top, band);
        draw_row(&mut svg, &scale, top, arm, difference, decimals);
    }
    svg.horizontal_axis(&scale, bottom, bottom, TICKS);
    let unit = &measure.difference_unit;
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    svg.text("tick", (SIDE, bottom + 40.0), Anchor::Start, "← worse");
    let middle = format!("gain in {}{unit}", clip(&measure.name, 24));
    svg.text("tick", (WIDTH / 2.0, bottom + 40.0), Anchor::Middle, &middle);
    svg.text("tick", (WIDTH - SIDE, bottom + 40.0), Anchor::End, "better →");
    figure("", &svg.finish())
}

/// What the axis covers: zero, the band, and every interval that is not far wider than the typical one.
fn shown_range(arms: &[(&Arm, Difference)], band: f64) -> (f64, f64) {
    let mut widths: Vec<f64> = arms.iter().map(|(_, d)| d.high - d.low).collect();
    widths.sort_by(f64::total_cmp);
    let typical = widths[(widths.len() - 1) / 2].max(4.0 * band);
    let ends = arms.iter().flat_map(|(_, d)| {
        let wide = d.high - d.low > TOO_WIDE * typical;
        if wide {
            vec![d.mean.clamp(-2.0 * typical, 2.0 * typical)]
        } else {
            let new_data = [d.new_data_low, d.new_data_high].into_iter().flatten();
            let near = move |end: &f64| (end - d.mean).abs() <= TOO_WIDE * typical;
            [d.low, d.high].into_iter().chain(new_data.filter(near)).collect()
        }
    });
    range(ends.chain([0.0, -1.5 * band, 1.5 * band]))
}

/// The background of a row's interval. It stops below the labels, which so stand on plain paper.
fn draw_lane(svg: &mut Svg, scale: &Scale, top: f64, band: f64) {
    let (top, bottom) = (top + 25.0, top + ROW - 8.0);
    let (left, right) = (scale.clamped(-band), scale.clamped(band));
    svg.rectangle("tolerance", (left, top), (right - left, bottom - top));
    svg.grid(scale, top, bottom, TICKS);
    for edge in [left, right] {
        svg.line("tolerance-edge", (edge, top), (edge, bottom));
    }
    svg.line("zero", (scale.at(0.0), top), (scale.at(0.0), bottom));
}

fn draw_row(svg: &mut Svg, scale: &Scale, top: f64, arm: &Arm, d: &Difference, decimals: usize) {
    let word = arm.verdict.word();
    svg.text("name", (SIDE, top + 18.0), Anchor::Start, &clip(&arm.name, 26));
    svg.text("value", (WIDTH - SIDE, top + 18.0), Anchor::End, &interval(d, decimals));
    let y = top + 40.0;
    if let (Some(low), Some(high)) = (d.new_data_low, d.new_data_high) {
        let (left, right) = (scale.clamped(low), scale.clamped(high));
        svg.line("new-data", (left, y), (right, y));
        for (end, x) in [(low, left), (high, right)] {
            if scale.contains(end) {
                svg.line("new-data", (x, y - 5.0), (x, y + 5.0));
            }
        }
    }
    let class = format!("interval mark-{word}");
    let (left, right) = (scale.clamped(d.low), scale.clamped(d.high));
    svg.line(&class, (left, y), (right, y));
    // An end outside the axis is an arrow: the numbers above tell where it really is.
    for (end, x, way) in [(d.low, left, 1.0), (d.high, right, -1.0)] {
        if !scale.contains(end) {
            let tip = (x - 9.0 * way, y);
            svg.area(&class, [(x, y - 6.0), tip, (x, y + 6.0)]);
        }
    }
    if scale.contains(d.mean) {
        let hint = format!("{}: {}", arm.name, interval(d, decimals));
        svg.dot(&format!("mark-{word}"), (scale.at(d.mean), y), 6.0, &hint);
    }
}

/// "+0.31 [+0.11, +0.51]".
pub(super) fn interval(difference: &Difference, decimals: usize) -> String {
    let [mean, low, high] =
        [difference.mean, difference.low, difference.high].map(|value| signed(value, decimals));
    minus(&format!("{mean} [{low}, {high}]"))
}

/// The interval for new data; empty if there is none.
pub(super) fn new_data(difference: &Difference, decimals: usize) -> String {
    match (difference.new_data_low, difference.new_data_high) {
        (Some(low), Some(high)) => {
            minus(&escape(&format!("[{}, {}]", signed(low, decimals), signed(high, decimals))))
        }
        _ => String::new(),
    }
}
