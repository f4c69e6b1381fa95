//! A pencil for SVG: shapes with classes, scales, ticks. Colours live in the style sheet.

use std::fmt::Write;

use crate::scale::Scale;
use crate::text::{escape, fixed};

/// A drawing under construction. Coordinates are in its own units, y downwards.
#[derive(Debug)]
pub struct Svg {
    width: f64,
    height: f64,
    class: &'static str,
    title: String,
    description: String,
    body: String,
}

/// Where a text is held.
#[derive(Clone, Copy, Debug)]
pub enum Anchor {
    /// At its beginning.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

impl Svg {
    /// An empty drawing. `title` names it and `description` says in words what it shows.
    pub fn new(
        (width, height): (f64, f64),
        class: &'static str,
        title: &str,
        description: &str,
    ) -> Self {
        let (title, description) = (escape(title), escape(description));
        Self { width, height, class, title, description, body: String::new() }
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let (x1, y1, x2, y2) = (short(from.0), short(from.1), short(to.0), short(to.1));
        let _ = writeln!(
            self.body,
            "<line class=\"{class}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>"
        );
    }

    /// A filled rectangle from its upper left corner.
    pub fn rectangle(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let [x, y, width, height] = [x, y, width.max(0.0), height.max(0.0)].map(short);
        let _ = writeln!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        );
    }

    /// A dot; `hint` is shown by the browser when the pointer rests on it.
    pub fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64, hint: &str) {
        let [x, y, radius] = [x, y, radius].map(short);
        let hint = escape(hint);
        let _ = writeln!(
            self.body,
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"><title>{hint}</title></circle>"
        );
    }

    /// A text on its baseline.
    pub fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
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
    pub fn path(&mut self, class: &str, points: impl IntoIterator<Item = Option<(f64, f64)>>) {
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
    pub fn area(&mut self, class: &str, points: impl IntoIterator<Item = (f64, f64)>) {
        let points: Vec<String> =
            points.into_iter().map(|(x, y)| format!("{},{}", short(x), short(y))).collect();
        if !points.is_empty() {
            let points = points.join(" ");
            let _ = writeln!(self.body, "<polygon class=\"{class}\" points=\"{points}\"/>");
        }
    }

    /// Draws with `pencil` inside a window: what leaves it is cut at its edge.
    pub fn window(
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
    pub fn cross(&mut self, class: &str, (x, y): (f64, f64), size: f64) {
        self.line(class, (x - size, y - size), (x + size, y + size));
        self.line(class, (x - size, y + size), (x + size, y - size));
    }

    /// The ticks of a horizontal axis at height `y`, with lines up to `top` and labels below.
    pub fn horizontal_axis(&mut self, scale: &Scale, y: f64, top: f64, most: usize) {
        let ticks = scale.ticks(most);
        for (value, label) in &ticks {
            let x = scale.at(*value);
            self.line("grid", (x, top), (x, y));
            self.text("tick", (x, y + 17.0), Anchor::Middle, label);
        }
        self.line("axis", (scale.from, y), (scale.to, y));
    }

    /// Only the lines of a horizontal axis, from `top` to `bottom`.
    pub fn grid(&mut self, scale: &Scale, top: f64, bottom: f64, most: usize) {
        for (value, _) in scale.ticks(most) {
            self.line("grid", (scale.at(value), top), (scale.at(value), bottom));
        }
    }

    /// The ticks of a vertical axis at `x`, with lines to `right` and labels to the left.
    pub fn vertical_axis(&mut self, scale: &Scale, x: f64, right: f64, most: usize) {
        for (value, label) in &scale.ticks(most) {
            let y = scale.at(*value);
            self.line("grid", (x, y), (right, y));
            self.text("tick", (x - 6.0, y + 4.0), Anchor::End, label);
        }
    }

    /// A piece of SVG as it is.
    pub(crate) fn raw(&mut self, text: &str) {
        self.body.push_str(text);
    }

    /// The finished drawing.
    pub fn finish(self) -> String {
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

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn coordinates_are_short_and_finite() {
        for (value, text) in [(1.04, "1"), (-2.25, "-2.2"), (f64::NAN, "0"), (-0.01, "0")] {
            assert_eq!(short(value), text);
        }
    }
}
