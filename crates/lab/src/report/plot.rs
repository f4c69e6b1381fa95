//! One curve and its derivative as a picture that stands alone.

use super::svg::{Anchor, Scale, Svg, range};

const SIZE: (f64, f64) = (480.0, 320.0);
const LEFT: f64 = 46.0;
const RIGHT: f64 = 468.0;
const TOP: f64 = 36.0;
const BOTTOM: f64 = 290.0;

/// Colours for a picture outside of the report's page.
const STYLE: &str = "<style>\
    text { font: 12px system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif; fill: #5b6470; } \
    .grid { stroke: #e6eaee; } .axis, .zero { stroke: #5b6470; } \
    .value { stroke: #1f6feb; stroke-width: 2.2; fill: none; } \
    .slope { stroke: #7a828c; stroke-width: 1.8; fill: none; stroke-dasharray: 5 3; } \
    text.name { fill: #1c2128; font-weight: 600; }</style>\n";

/// An activation and its derivative over the same x, as an SVG file. Points that are not finite
/// leave a gap.
pub fn plot(name: &str, value: &[(f64, f64)], slope: &[(f64, f64)]) -> String {
    let short = crate::numbers::clip(name, 56);
    let mut svg = Svg::new(SIZE, "plot", name, "the activation and, dashed, its derivative");
    let both = || value.iter().chain(slope);
    let x = Scale::new(range(both().map(|point| point.0)), (LEFT, RIGHT), 0.0);
    let finite = both().map(|point| point.1).filter(|y| y.is_finite());
    let y = Scale::new(range(finite), (BOTTOM, TOP), 0.04);
    svg.vertical_axis(&y, LEFT, RIGHT, 7);
    svg.horizontal_axis(&x, BOTTOM, TOP, 11);
    if y.contains(0.0) {
        svg.line("zero", (LEFT, y.at(0.0)), (RIGHT, y.at(0.0)));
    }
    for (class, points) in [("slope", slope), ("value", value)] {
        let points = points.iter().map(|(at, of)| of.is_finite().then(|| (x.at(*at), y.at(*of))));
        svg.path(class, points);
    }
    svg.text("name", (LEFT, 20.0), Anchor::Start, &short);
    svg.text("tick", (RIGHT, 20.0), Anchor::End, "f(x), dashed: f'(x)");
    let drawn = svg.finish();
    let head = "<svg xmlns=\"http://www.w3.org/2000/svg\"";
    let (open, body) = drawn.split_once(">\n").unwrap_or((&drawn, ""));
    format!("{}>\n{STYLE}{body}", open.replacen("<svg", head, 1))
}
