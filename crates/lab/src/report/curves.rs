//! Validation score by epoch: one panel per arm, the baseline dashed in each.

use std::fmt::Write;

use super::markup::{escape, figure, section};
use crate::numbers::clip;
use crate::results::{Arm, Band, CurvePoint, Results};
use ogive_picture::{Anchor, Scale, Svg, range};

const SIZE: (f64, f64) = (280.0, 190.0);
const LEFT: f64 = 44.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 152.0;

/// The panels; empty if no curve was recorded.
pub(super) fn curves(results: &Results) -> String {
    let baseline = results.baseline();
    let arms: Vec<&Arm> =
        results.ranked().into_iter().filter(|arm| !arm.curves.is_empty()).collect();
    let others: Vec<&&Arm> =
        arms.iter().filter(|arm| baseline.is_none_or(|base| base.name != arm.name)).collect();
    // With nothing but a baseline, its own curve is still worth seeing.
    let shown: Vec<&Arm> =
        if others.is_empty() { arms.clone() } else { others.into_iter().copied().collect() };
    if shown.is_empty() {
        return String::new();
    }
    let mut panels = String::new();
    for (what, pick) in quantities(results) {
        let window = window(&arms, pick);
        let drawn: String =
            shown.iter().map(|arm| panel(arm, baseline, &what, pick, window)).collect();
        let _ = write!(panels, "<h3>{}</h3>\n<div class=\"panels\">{drawn}</div>\n", escape(&what));
    }
    let base = baseline.map_or_else(String::new, |arm| {
        format!("<span class=\"key dashed\"></span>{}", escape(&clip(&arm.name, 40)))
    });
    let key = format!(
        "<p class=\"note\"><span class=\"key\"></span>the activation named above each panel {base}</p>\n"
    );
    section(
        "Learning curves",
        "Means over the seeds that did not fail; the shaded bands reach from the lowest to the highest \
         seed. The epoch of each run is chosen on the validation rows, never on the test rows.",
        &(key + &panels),
    )
}

type Pick = fn(&CurvePoint) -> Option<Band>;

fn quantities(results: &Results) -> [(String, Pick); 2] {
    let measure = &results.settings.measure;
    let unit = if measure.unit.is_empty() { String::new() } else { format!(" ({})", measure.unit) };
    [
        (format!("Validation {}{unit}", measure.name), |point| point.validation),
        ("Training loss".to_owned(), |point| point.train_loss),
    ]
}

/// The common range of all panels. The first third of the epochs would flatten what matters and may
/// leave the panel, as long as there is a rest.
fn window(arms: &[&Arm], pick: Pick) -> (f64, f64) {
    let settled = arms.iter().flat_map(|arm| {
        let skip = if arm.curves.len() >= 6 { arm.curves.len() / 3 } else { 0 };
        arm.curves.iter().skip(skip).filter_map(pick).flat_map(|band| [band.low, band.high])
    });
    range(settled)
}

fn panel(arm: &Arm, base: Option<&Arm>, what: &str, pick: Pick, window: (f64, f64)) -> String {
    let last = arm.curves.last().map_or(1, |point| point.epoch);
    let first = arm.curves.first().map_or(0, |point| point.epoch);
    let end = |point: Option<&CurvePoint>| {
        let band = point.and_then(pick);
        band.map_or_else(|| "unknown".to_owned(), |band| crate::numbers::significant(band.mean, 4))
    };
    let description =
        format!("{what} from {} to {}", end(arm.curves.first()), end(arm.curves.last()));
    let title = format!("{what} of {} by epoch", arm.name);
    let mut svg = Svg::new(SIZE, "panel", &title, &description);
    let x = Scale::new((f64::from(first), f64::from(last)), (LEFT, SIZE.0 - 10.0), 0.0);
    let y = Scale::new(window, (BOTTOM, TOP), 0.06);
    svg.vertical_axis(&y, LEFT, SIZE.0 - 10.0, 6);
    svg.horizontal_axis(&x, BOTTOM, BOTTOM, 6);
    let middle = f64::midpoint(LEFT, SIZE.0 - 10.0);
    svg.text("tick", (middle, SIZE.1 - 5.0), Anchor::Middle, "epoch");
    let lines = [(base.filter(|base| base.name != arm.name), "base"), (Some(arm), "arm")];
    svg.window((LEFT, TOP), (SIZE.0 - 10.0 - LEFT, BOTTOM - TOP), |svg| {
        for (curve, class) in lines.into_iter().filter_map(|(arm, class)| Some((arm?, class))) {
            let points: Vec<(f64, Band)> = curve
                .curves
                .iter()
                .filter_map(|point| Some((x.at(f64::from(point.epoch)), pick(point)?)))
                .collect();
            let upper = points.iter().map(|(x, band)| (*x, y.at(band.high)));
            let lower = points.iter().rev().map(|(x, band)| (*x, y.at(band.low)));
            svg.area(&format!("band-{class}"), upper.chain(lower));
            let means = points.iter().map(|(x, band)| Some((*x, y.at(band.mean))));
            svg.path(&format!("curve-{class}"), means);
        }
    });
    figure(&arm.name, &svg.finish())
}
