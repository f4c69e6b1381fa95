//! A pencil for SVG: shapes with classes, scales, ticks. Colours live in the style sheet.

use std::fmt::Write;

use super::markup::{escape, minus};
use crate::numbers::fixed;

/// A drawing under construction. Coordinates are in its own units, y downwards.
pub(super) struct Svg {
    width: f64,
    height: f64,
    class: &'static str,
    title: String,
    description: String,
    body: String,
}

/// Where a text is held.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    /// An empty drawing. `title` names it and `description` says in words what it shows.
    pub(super) fn new(
        (width, height): (f64, f64),
        class: &'static str,
        title: &str,
        description: &str,
    ) -> Self {
        let (title, description) = (escape(title), escape(description));
        Self { width, height, class, title, description, body: String::new() }
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1, x2, y2) = (short(from.0), short(from.1), short(to.0), short(to.1));
        let _ = writeln!(
            self.body,
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        );
    }

    pub(super) fn rectangle(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) {
        let [x, y, width, height] = [x, y, width.max(0.0), height.max(0.0)].map(short);
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }

    /// A dot; `hint` is shown by the browser when the pointer rests on it.
    pub(super) fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64, hint: &str) {
        let [x, y, radius] = [x, y, radius].map(short);
        let hint = escape(hint);
        let _ = writeln!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"><title>{hint}</title></circle>"
        );
    }

    pub(super) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, text) = (short(x), short(y), escape(text));
        let _ = writeln!(
            self.body,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    }

    /// A line through the points; a `None` lifts the pencil.
    pub(super) fn path(
        &mut self,
        class: &str,
        points: impl IntoIterator<Item = Option<(f64, f64)>>,
    ) {
        let mut commands = String::new();
        let mut down = false;
        for point in points {
            if let Some((x, y)) = point {
                let command = if down { 'L' } else { 'M' };
                let _ = write!(commands, "{command}{} {}", short(x), short(y));
            }
            down = point.is_some();
        }
        if !commands.is_empty() {
            let _ = writeln!(self.body, "<path class=\"{class}\" d=\"{commands}\"/>");
        }
    }

    /// The area inside the points.
    pub(super) fn area(&mut self, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        let points: Vec<String> =
            points.into_iter().map(|(x, y)| format!("{},{}", short(x), short(y))).collect();
        if !points.is_empty() {
            let points = points.join(" ");
            let _ = writeln!(self.body, "<polygon class=\"{class}\" points=\"{points}\"/>");
        }
    }

    /// Draws with `pencil` inside a window: what leaves it is cut at its edge.
    pub(super) fn window(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        pencil: impl FnOnce(&mut Self),
    ) {
        let [x, y, width, height] = [x, y, width, height].map(short);
        let place = format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
        let _ = writeln!(self.body, "<svg {place} viewBox=\"{x} {y} {width} {height}\">");
        pencil(self);
        self.body.push_str("</svg>\n");
    }

    /// A cross, for what failed.
    pub(super) fn cross(&mut self, class: &str, (x, y): (f64, f64), size: f64) {
        self.line(class, (x - size, y - size), (x + size, y + size));
        self.line(class, (x - size, y + size), (x + size, y - size));
    }

    /// The ticks of a horizontal axis at height `y`, with lines up to `top` and labels below.
    pub(super) fn horizontal_axis(&mut self, scale: &Scale, y: f64, top: f64, most: usize) {
        let ticks = scale.ticks(most);
        for (value, label) in &ticks {
            let x = scale.at(*value);
            self.line("grid", (x, top), (x, y));
            self.text("tick", (x, y + 17.0), Anchor::Middle, label);
        }
        self.line("axis", (scale.from, y), (scale.to, y));
    }

    /// Only the lines of a horizontal axis, from `top` to `bottom`.
    pub(super) fn grid(&mut self, scale: &Scale, top: f64, bottom: f64, most: usize) {
        for (value, _) in scale.ticks(most) {
            self.line("grid", (scale.at(value), top), (scale.at(value), bottom));
        }
    }

    /// The ticks of a vertical axis at `x`, with lines to `right` and labels to the left.
    pub(super) fn vertical_axis(&mut self, scale: &Scale, x: f64, right: f64, most: usize) {
        for (value, label) in &scale.ticks(most) {
            let y = scale.at(*value);
            self.line("grid", (x, y), (right, y));
            self.text("tick", (x - 6.0, y + 4.0), Anchor::End, label);
        }
    }

    /// The finished drawing.
    pub(super) fn finish(self) -> String {
        let Self { width, height, class, title, description, body } = self;
        format!(
            "<svg class=\"{class}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{title}\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n{body}</svg>\n",
            short(width),
            short(height)
        )
    }
}

/// A coordinate with a tenth of a unit, which is finer than a pixel.
fn short(value: f64) -> String {
    let text = fixed(if value.is_finite() { value } else { 0.0 }, 1);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A linear map from values to coordinates.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    /// The coordinate of the lowest value.
    pub(super) from: f64,
    /// The coordinate of the highest value.
    pub(super) to: f64,
}

impl Scale {
    /// Maps `low..high` to `from..to`, with a margin of `margin` times the range at both ends. A range
    /// that is empty or not finite is widened to one that can be drawn.
    pub(super) fn new((low, high): (f64, f64), (from, to): (f64, f64), margin: f64) -> Self {
        let (low, high) =
            if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) };
        let tiny = (low.abs().max(high.abs()) * 1e-9).max(1e-12);
        let (low, high) = if high - low > tiny {
            (low, high)
        } else {
            let half = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
            (low - half, high + half)
        };
        let extra = (high - low) * margin;
        Self { low: low - extra, high: high + extra, from, to }
    }

    /// The coordinate of a value.
    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (value - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    /// The coordinate of a value, moved into the range if it is outside.
    pub(super) fn clamped(&self, value: f64) -> f64 {
        self.at(value.clamp(self.low, self.high))
    }

    /// Whether a value lies in the range.
    pub(super) fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// At most `most` round values (1, 2 or 5 times a power of ten apart) with their labels.
    pub(super) fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let range = self.high - self.low;
        let rough = range / most.max(1) as f64;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
        let count = |step: f64| (self.high / step).floor() - (self.low / step).ceil() + 1.0;
        let step = step.into_iter().find(|step| count(*step) <= most as f64).unwrap_or(range);
        let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last)
            .map(|index| index as f64 * step)
            .map(|value| (value, minus(&fixed(value, decimals))))
            .collect()
    }
}

/// The smallest and the largest finite value; infinite where there is none.
pub(super) fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    values
        .into_iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
}

#[cfg(test)]
mod tests {
    use super::{Scale, short};

    #[test]
    fn ticks_are_round_few_and_inside() {
        for (low, high) in [(0.0, 1.0), (96.13, 98.91), (-0.4, 0.07), (1e-7, 3e-7), (-3e6, 8e6)] {
            let scale = Scale::new((low, high), (0.0, 100.0), 0.05);
            let ticks = scale.ticks(6);
            assert!((2..=6).contains(&ticks.len()), "{low} {high}: {ticks:?}");
            assert!(ticks.iter().all(|(value, _)| scale.contains(*value)));
            let mut labels: Vec<&String> = ticks.iter().map(|(_, label)| label).collect();
            labels.dedup();
            assert_eq!(labels.len(), ticks.len(), "labels differ");
        }
    }

    #[test]
    fn a_range_without_width_can_be_drawn() {
        let scale = Scale::new((5.0, 5.0), (0.0, 100.0), 0.0);
        assert_eq!(scale.at(5.0), 50.0);
        assert!(Scale::new((f64::INFINITY, 0.0), (0.0, 1.0), 0.0).at(0.5).is_finite());
        assert_eq!(short(f64::NAN), "0");
    }
}
