//! What each activation became: its shape per layer before and after training, over its inputs.

use std::fmt::Write;

use super::markup::{escape, figure, minus, section};
use crate::numbers::{clip, significant};
use crate::results::{Arm, LayerShape, Results};
use ogive_picture::{Anchor, Scale, Svg, range};

const SIZE: (f64, f64) = (280.0, 190.0);
const LEFT: f64 = 36.0;
const BOTTOM: f64 = 152.0;

/// One row of panels per arm; empty if no shape was recorded.
pub(super) fn shapes(results: &Results) -> String {
    let mut content = String::new();
    for arm in results.ranked().into_iter().filter(|arm| !arm.shapes.is_empty()) {
        let panels: String = arm.shapes.iter().map(|shape| panel(arm, shape)).collect();
        let name = escape(&arm.name);
        let _ = write!(content, "<h3>{name}</h3>\n<div class=\"panels\">{panels}</div>\n");
    }
    if content.is_empty() {
        return String::new();
    }
    let key = "<p class=\"note\"><span class=\"key dashed\"></span>before training\
               <span class=\"key\"></span>after training (thin: each seed; thick: their mean)</p>\n";
    section(
        "Shapes",
        "The activation of each layer, over the histogram of the inputs that reach it on the validation \
         rows (grey, its height has no scale). Parameters are given as before → after, mean ± standard \
         deviation over seeds and channels. What happens where there is no grey does not matter.",
        &(key.to_owned() + &content),
    )
}

fn panel(arm: &Arm, shape: &LayerShape) -> String {
    let title = format!("Layer {} of {}", shape.layer, arm.name);
    let parameters = parameters(arm, shape.layer);
    let caption = match parameters.as_str() {
        "" => format!("layer {}", shape.layer),
        _ => format!("layer {}: {parameters}", shape.layer),
    };
    let mut svg = Svg::new(SIZE, "panel", &title, &caption);
    let right = SIZE.0 - 8.0;
    let x = Scale::new(range(shape.x.iter().copied()), (LEFT, right), 0.0);
    let mean = mean_shape(shape);
    let all = shape.initial.iter().chain(&mean).flatten().copied();
    let y = Scale::new(range(all), (BOTTOM, 10.0), 0.06);

    let counts = &shape.histogram.counts;
    let most = counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    for (edges, count) in shape.histogram.edges.windows(2).zip(counts) {
        let (from, to) = (x.clamped(edges[0]), x.clamped(edges[1]));
        let height = 0.8 * (BOTTOM - 10.0) * *count as f64 / most;
        svg.rectangle("bar", (from, BOTTOM - height), (to - from - 0.6, height));
    }
    svg.vertical_axis(&y, LEFT, right, 5);
    svg.horizontal_axis(&x, BOTTOM, BOTTOM, 6);
    svg.text("tick", (f64::midpoint(LEFT, right), SIZE.1 - 5.0), Anchor::Middle, "input");

    let points = |values: &[Option<f64>]| -> Vec<Option<(f64, f64)>> {
        let place = |(at, value): (&f64, &Option<f64>)| {
            value.filter(|value| y.contains(*value)).map(|value| (x.at(*at), y.at(value)))
        };
        shape.x.iter().zip(values).map(place).collect()
    };
    if shape.learned.is_empty() {
        // A fixed shape has no before and after.
        svg.path("learned", points(&shape.initial));
    } else {
        for seed in &shape.learned {
            svg.path("learned-seed", points(seed));
        }
        svg.path("initial", points(&shape.initial));
        svg.path("learned", points(&mean));
    }
    figure(&caption, &svg.finish())
}

/// The mean over seeds at each input; `None` where any seed has no finite value.
fn mean_shape(shape: &LayerShape) -> Vec<Option<f64>> {
    (0..shape.x.len())
        .map(|index| {
            let values: Option<Vec<f64>> =
                shape.learned.iter().map(|seed| seed.get(index).copied().flatten()).collect();
            crate::statistics::mean(&values?)
        })
        .collect()
}

/// "alpha 0.25 → 0.31 ± 0.06, beta 1 → 1.2 ± 0.1".
fn parameters(arm: &Arm, layer: usize) -> String {
    const MOST: usize = 6;
    let all: Vec<String> = arm
        .learned
        .iter()
        .filter(|parameter| parameter.layer == layer)
        .map(|parameter| {
            let number = |value: f64| minus(&significant(value, 3));
            let after = match (parameter.mean, parameter.sd) {
                (Some(mean), Some(sd)) => {
                    format!("{} ± {}", number(mean), number(sd).replace('\u{2212}', ""))
                }
                (Some(mean), None) => number(mean),
                (None, _) => "unknown".to_owned(),
            };
            format!("{} {} → {after}", clip(&parameter.name, 16), number(parameter.initial))
        })
        .collect();
    let more = all.len().saturating_sub(MOST);
    let shown = all.into_iter().take(MOST).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
