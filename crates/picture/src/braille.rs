//! Curves in the terminal, in braille: each character holds two by four dots.

use crate::figure::Panel;

/// Columns of a panel's dots and of the numbers to its left; two panels fit into 80.
const COLUMNS: usize = 31;
const MARGIN: usize = 8;
const ROWS: usize = 8;
const PANEL: usize = MARGIN + COLUMNS + 1;

/// The colours of curves: blue, yellow, green, magenta, cyan.
const COLORS: [u8; 5] = [34, 33, 32, 35, 36];

/// How many columns of so many each curve is drawn in where no colour tells them apart.
const STROKES: [(usize, usize); 5] = [(1, 1), (4, 6), (1, 3), (1, 5), (2, 8)];

/// Panels in rows of two, without blanks at the ends of lines.
pub(crate) fn figure(panels: &[Panel], color: bool) -> Vec<String> {
    let mut out = Vec::new();
    for (row, pair) in panels.chunks(2).enumerate() {
        if row > 0 {
            out.push(String::new());
        }
        let mut drawn: Vec<Vec<Line>> = pair.iter().map(|one| panel(one, color)).collect();
        let height = drawn.iter().map(Vec::len).max().unwrap_or(0);
        // Under a heading of two lines or of one the dots stand side by side.
        for panel in drawn.iter_mut().filter(|panel| panel.len() < height) {
            panel.insert(1, plain(String::new()));
        }
        for line in 0..height {
            let mut text = String::new();
            let mut width = 0;
            for (place, panel) in drawn.iter().enumerate() {
                let Some(part) = panel.get(line) else { continue };
                text.push_str(&" ".repeat((place * PANEL).saturating_sub(width)));
                text.push_str(&part.text);
                width = (place * PANEL).max(width) + part.width;
            }
            out.push(text.trim_end().to_owned());
        }
    }
    out
}

/// A text and how many columns it takes: a change of colour takes none.
struct Line {
    text: String,
    width: usize,
}

fn plain(text: String) -> Line {
    let width = text.chars().count();
    Line { text, width }
}

fn panel(panel: &Panel, color: bool) -> Vec<Line> {
    let ((left, right), (low, high)) = panel.window();
    // The line of 0 is always in the picture.
    let (mut low, mut high) = (low.min(0.0), high.max(0.0));
    if !(high - low >= 1e-12 && (high - low).is_finite()) {
        (low, high) = (-1.0, 1.0);
    }
    let frame = Frame { left, right, low, high };
    let mut dots = Dots::new();
    frame.axes(&mut dots);
    for (place, curve) in panel.curves.iter().enumerate().rev() {
        let stroke = if color { STROKES[0] } else { STROKES[place.min(STROKES.len() - 1)] };
        frame.curve(&mut dots, &curve.points, place.min(COLORS.len() - 1), stroke);
    }
    let mut out = heading(panel, color);
    for line in 0..ROWS {
        let margin = match line {
            0 => label(high),
            _ if line + 1 == ROWS => label(low),
            _ if line == frame.row(0.0) / 4 => format!("{:>7} ", 0),
            _ => " ".repeat(MARGIN),
        };
        out.push(Line { text: margin + &dots.line(line, color), width: MARGIN + COLUMNS });
    }
    let (left, right) = (format!("{left}"), format!("{right}"));
    let gap = COLUMNS.saturating_sub(left.len() + right.len());
    out.push(plain(format!("{:>MARGIN$}{left}{}{right}", "", " ".repeat(gap))));
    out
}

/// The title, with the labels of several curves in the order in which they lie at one end, from above.
fn heading(panel: &Panel, color: bool) -> Vec<Line> {
    let indent = " ".repeat(MARGIN);
    let cut = |text: &str| text.chars().take(COLUMNS).collect::<String>();
    let title = plain(format!("{indent}{}", cut(&panel.title)));
    let ends = |last: bool| -> Option<Vec<(f64, usize)>> {
        let mut ends = Vec::new();
        for (place, curve) in panel.curves.iter().enumerate() {
            let point = if last { curve.points.last() } else { curve.points.first() };
            ends.push((point.map(|point| point.1).filter(|y| y.is_finite())?, place));
        }
        ends.sort_by(|a, b| b.0.total_cmp(&a.0));
        Some(ends)
    };
    let apart = |ends: &Vec<(f64, usize)>| {
        ends.windows(2).map(|pair| pair[0].0 - pair[1].0).fold(f64::INFINITY, f64::min)
    };
    let (first, last) = (ends(false), ends(true));
    let at_left = first.as_ref().map(apart) > last.as_ref().map(apart);
    let Some(order) = (if at_left { first } else { last }) else { return vec![title] };
    if panel.curves.len() < 2 {
        return vec![title];
    }
    let side = if at_left { "left" } else { "right" };
    let labels: Vec<(String, usize)> = order
        .into_iter()
        .map(|(_, place)| {
            let label = &panel.curves[place].label;
            (label.rsplit(" = ").next().unwrap_or(label).to_owned(), place)
        })
        .collect();
    let lead = format!("{side}, down: ");
    let (mut text, mut width) = (lead.clone(), lead.chars().count());
    for (number, (label, place)) in labels.iter().enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        width += comma.len() + label.chars().count();
        if width > COLUMNS {
            break;
        }
        text += comma;
        text += &paint(label, Some(*place), color);
    }
    let width = MARGIN + width.min(COLUMNS);
    vec![title, Line { text: indent + &text, width }]
}

fn paint(text: &str, place: Option<usize>, color: bool) -> String {
    match place.filter(|_| color) {
        Some(place) => format!("\x1b[{}m{text}\x1b[0m", COLORS[place.min(COLORS.len() - 1)]),
        None => text.to_owned(),
    }
}

/// Where values lie among the dots.
struct Frame {
    left: f64,
    right: f64,
    low: f64,
    high: f64,
}

impl Frame {
    fn column(&self, x: f64) -> usize {
        let share = (x - self.left) / (self.right - self.left);
        (share * (COLUMNS * 2 - 1) as f64).round().clamp(0.0, (COLUMNS * 2 - 1) as f64) as usize
    }

    fn row(&self, y: f64) -> usize {
        let share = (self.high - y) / (self.high - self.low);
        (share * (ROWS * 4 - 1) as f64).round().clamp(0.0, (ROWS * 4 - 1) as f64) as usize
    }

    /// The axes, dotted.
    fn axes(&self, dots: &mut Dots) {
        if self.left < 0.0 && self.right > 0.0 {
            let at = self.column(0.0);
            (0..ROWS * 4).step_by(3).for_each(|row| dots.set(row, at, None));
        }
        let at = self.row(0.0);
        (0..COLUMNS * 2).step_by(4).for_each(|column| dots.set(at, column, None));
    }

    /// Steps between neighbouring columns are joined, so that a steep curve has no gaps; what lies
    /// outside is not drawn.
    fn curve(
        &self,
        dots: &mut Dots,
        points: &[(f64, f64)],
        color: usize,
        (drawn, period): (usize, usize),
    ) {
        let inside = |y: f64| self.low <= y && y <= self.high;
        let mut last: Option<f64> = None;
        for (x, y) in points {
            let before = last.replace(*y).filter(|before| before.is_finite()).unwrap_or(*y);
            if !y.is_finite() || !(inside(*y) || inside(before)) {
                continue;
            }
            let (from, to) = (self.row(before), self.row(*y));
            let column = self.column(*x);
            if column % period < drawn || from.abs_diff(to) > 1 {
                for row in from.min(to)..=from.max(to) {
                    dots.set(row, column, Some(color));
                }
            }
        }
    }
}

/// A grid of dots, and the colour of each character.
struct Dots {
    on: Vec<[bool; COLUMNS * 2]>,
    colors: [[Option<usize>; COLUMNS]; ROWS],
}

impl Dots {
    fn new() -> Self {
        Dots { on: vec![[false; COLUMNS * 2]; ROWS * 4], colors: [[None; COLUMNS]; ROWS] }
    }

    fn set(&mut self, row: usize, column: usize, color: Option<usize>) {
        self.on[row][column] = true;
        let cell = &mut self.colors[row / 4][column / 2];
        *cell = color.or(*cell);
    }

    fn line(&self, line: usize, color: bool) -> String {
        let mut text = String::new();
        let mut cell = 0;
        while cell < COLUMNS {
            let own = self.colors[line][cell];
            let mut run = String::new();
            while cell < COLUMNS && self.colors[line][cell] == own {
                run.push(self.character(line, cell));
                cell += 1;
            }
            text.push_str(&paint(&run, own, color));
        }
        text
    }

    /// The braille character of one cell.
    fn character(&self, line: usize, cell: usize) -> char {
        const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let mut code = 0x2800;
        for (down, bits) in BITS.iter().enumerate() {
            for (across, bit) in bits.iter().enumerate() {
                if self.on[line * 4 + down][cell * 2 + across] {
                    code |= bit;
                }
            }
        }
        char::from_u32(code).unwrap_or(' ')
    }
}

/// A number in seven characters and a blank: decimals as they fit, an exponent where none does.
fn label(value: f64) -> String {
    let plain = (0..=3).rev().map(|decimals| format!("{value:.decimals$}"));
    let short = [format!("{value:.1e}"), format!("{value:.0e}")];
    let fits = |text: &String| text.len() <= 7;
    let large = value.abs() >= 1e5;
    let text = plain.filter(|_| !large).chain(short).find(fits).unwrap_or_default();
    format!("{text:>7} ")
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_have_one_width() {
        for (value, text) in [
            (0.5, "  0.500 "),
            (-12.3456, "-12.346 "),
            (1234.5678, "1234.57 "),
            (-99_999.4, " -99999 "),
            (99_999.96, " 100000 "),
            (100_000.0, "  1.0e5 "),
            (-1.25e64, "-1.2e64 "),
            (-1.25e300, " -1e300 "),
            (f64::MAX, "1.8e308 "),
        ] {
            assert_eq!(label(value), text);
        }
    }
}
