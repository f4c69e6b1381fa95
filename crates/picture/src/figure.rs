//! A figure: panels of curves, each with axes, a legend and a style of line that grey ink can tell apart.

use crate::scale::{Scale, range};
use crate::svg::{Anchor, Svg};
use crate::{braille, minus};

/// A curve of a panel.
#[derive(Clone, Debug)]
pub struct Curve {
    /// What it is, for the legend.
    pub label: String,
    /// (x, y), ascending in x; a y that is not finite leaves a gap.
    pub points: Vec<(f64, f64)>,
}

/// Curves over the same axes; the first five have styles of their own.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What it shows.
    pub title: String,
    /// The curves, the most important first.
    pub curves: Vec<Curve>,
}

/// Panels in rows of two.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it shows, for readers who do not see it.
    pub title: String,
    /// The panels, from left to right and down.
    pub panels: Vec<Panel>,
}

const PANEL: (f64, f64) = (330.0, 262.0);
const LEFT: f64 = 44.0;
const RIGHT: f64 = 318.0;
const BOTTOM: f64 = 234.0;
const LINE: f64 = 17.0;
/// About the width of a character of the legend.
const CHARACTER: f64 = 6.7;
const SAMPLE: f64 = 24.0;

/// A style sheet for [`Figure::svg`]: on white, and in grey by the dashes.
const STYLE: &str = "\
text { font: 12px Helvetica, Arial, 'Liberation Sans', sans-serif; fill: #444; }
.title { font-weight: bold; fill: #111; } .grid { stroke: #e4e4e4; }
.axis, .zero { stroke: #777; } .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
.c0 { stroke: #0072b2; } .c1 { stroke: #d55e00; stroke-dasharray: 7 3; }
.c2 { stroke: #00785a; stroke-dasharray: 2 2.5; } .c3 { stroke: #b0528a; stroke-dasharray: 9 3 2 3; }
.c4 { stroke: #222; stroke-dasharray: 14 4; }
";

impl Figure {
    /// A file of its own: an SVG picture with its style, on a white ground.
    pub fn svg(&self) -> String {
        let inline = self.draw(true);
        let head = "<svg xmlns=\"http://www.w3.org/2000/svg\"";
        let size = self.size();
        let size = format!(" width=\"{}\" height=\"{}\"", size.0, size.1);
        inline.replacen("<svg", &format!("{head}{size}"), 1)
    }

    /// A piece of a page that styles it: `.title`, `.tick`, `.grid`, `.axis`, `.zero`, and the curves
    /// `.c0` to `.c4`.
    pub fn inline(&self) -> String {
        self.draw(false)
    }

    /// The first panel without numbers and words, for a list: the axes and the curves.
    pub fn thumbnail(&self) -> String {
        const SIZE: (f64, f64) = (240.0, 120.0);
        let mut svg = Svg::new(SIZE, "thumbnail", &self.title, "");
        if let Some(panel) = self.panels.first() {
            let (in_x, in_y) = panel.window();
            let x = Scale::new(in_x, (4.0, SIZE.0 - 4.0), 0.0);
            let y = Scale::new(in_y, (SIZE.1 - 4.0, 4.0), 0.05);
            svg.line("zero", (x.from, y.clamped(0.0)), (x.to, y.clamped(0.0)));
            svg.line("zero", (x.clamped(0.0), y.from), (x.clamped(0.0), y.to));
            panel.lines(&mut svg, &x, &y);
        }
        svg.finish()
    }

    /// Lines of at most 80 characters, with colours for a terminal that has them.
    pub fn terminal(&self, color: bool) -> Vec<String> {
        braille::figure(&self.panels, color)
    }

    fn size(&self) -> (f64, f64) {
        let rows = self.panels.len().div_ceil(2).max(1);
        (PANEL.0 * self.panels.len().clamp(1, 2) as f64, PANEL.1 * rows as f64)
    }

    fn draw(&self, alone: bool) -> String {
        let words: Vec<String> = self.panels.iter().map(Panel::in_words).collect();
        let mut svg = Svg::new(self.size(), "figure", &self.title, &words.join("; "));
        if alone {
            svg.raw(&format!("<style>\n{STYLE}</style>\n"));
            svg.raw("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        }
        for (place, panel) in self.panels.iter().enumerate() {
            let corner = (PANEL.0 * (place % 2) as f64, PANEL.1 * (place / 2) as f64);
            panel.draw(&mut svg, corner);
        }
        svg.finish()
    }
}

impl Panel {
    fn in_words(&self) -> String {
        let labels: Vec<&str> = self.curves.iter().map(|curve| curve.label.as_str()).collect();
        format!("{}: {}", self.title, labels.join(", "))
    }

    /// The range of x, and a range of y that shows what matters: growth beyond bounds is cut.
    pub(crate) fn window(&self) -> ((f64, f64), (f64, f64)) {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let (low, high) = range(points().map(|point| point.1));
        let wide = high - low > 25.0 && low <= 10.0 && high >= -10.0;
        let (low, high) = if wide { (low.max(-10.0), high.min(10.0)) } else { (low, high) };
        // A curve along 0 needs the 0 to be seen.
        let (low, high) = if low > 0.0 && low < 0.5 * high { (0.0, high) } else { (low, high) };
        (range(points().map(|point| point.0)), (low, high))
    }

    fn draw(&self, svg: &mut Svg, (across, down): (f64, f64)) {
        let rows = self.legend(svg, (across, down));
        let (left, right) = (across + LEFT, across + RIGHT);
        let (top, bottom) = (down + 30.0 + rows as f64 * LINE, down + BOTTOM);
        let (in_x, in_y) = self.window();
        let x = Scale::new(in_x, (left, right), 0.0);
        let y = Scale::new(in_y, (bottom, top), 0.05);
        svg.vertical_axis(&y, left, right, 6);
        svg.horizontal_axis(&x, bottom, top, 11);
        if y.contains(0.0) {
            svg.line("zero", (left, y.at(0.0)), (right, y.at(0.0)));
        }
        self.lines(svg, &x, &y);
    }

    /// The curves, cut at the edges of the window.
    fn lines(&self, svg: &mut Svg, x: &Scale, y: &Scale) {
        let (top, height) = (y.to, y.from - y.to);
        svg.window((x.from, top), (x.to - x.from, height), |svg| {
            // The most important is drawn last, over the others.
            for (place, curve) in self.curves.iter().enumerate().rev() {
                // A huge coordinate would not be drawn at all.
                let at = |v: f64| y.at(v).clamp(top - 4.0 * height, top + 5.0 * height);
                let points = curve.points.iter();
                let points = points.map(|(u, v)| v.is_finite().then(|| (x.at(*u), at(*v))));
                svg.path(&class(place), points);
            }
        });
    }

    /// The title and a sample of each curve with its label; how many rows of labels there are.
    fn legend(&self, svg: &mut Svg, (across, down): (f64, f64)) -> usize {
        svg.text("title", (across + LEFT, down + 18.0), Anchor::Start, &minus(&self.title));
        if self.curves.len() < 2 {
            return 0;
        }
        let (mut x, mut rows) = (across + LEFT, 1);
        for (place, curve) in self.curves.iter().enumerate() {
            let width = SAMPLE + 5.0 + CHARACTER * curve.label.chars().count() as f64 + 12.0;
            if x + width > across + PANEL.0 && x > across + LEFT {
                (x, rows) = (across + LEFT, rows + 1);
            }
            let y = down + 18.0 + LINE * rows as f64;
            svg.line(&class(place), (x, y - 4.0), (x + SAMPLE, y - 4.0));
            svg.text("tick", (x + SAMPLE + 5.0, y), Anchor::Start, &minus(&curve.label));
            x += width;
        }
        rows
    }
}

fn class(place: usize) -> String {
    format!("curve c{}", place.min(4))
}
