//! Curves in the terminal, in braille: each character holds two by four dots.

/// A curve to draw: its values at evenly spaced places.
pub(crate) struct Curve<'a> {
    /// What it is, for the heading.
    pub(crate) name: &'a str,
    /// (x, y), ascending in x.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Draws a curve into `columns` by `rows` characters with a frame of numbers: `columns` + 8 wide.
pub(crate) fn braille(curve: &Curve, columns: usize, rows: usize) -> Vec<String> {
    let (wide, high) = (columns * 2, rows * 4);
    let ys = curve.points.iter().map(|point| point.1).filter(|y| y.is_finite());
    let (mut low, mut top) = ys.fold((0.0f64, 0.0f64), |(low, top), y| (low.min(y), top.max(y)));
    if top - low < 1e-12 {
        (low, top) = (low - 1.0, top + 1.0);
    }
    let (left, right) = (curve.points[0].0, curve.points[curve.points.len() - 1].0);
    let column = |x: f64| ((x - left) / (right - left) * (wide - 1) as f64).round() as usize;
    let row = |y: f64| ((top - y) / (top - low) * (high - 1) as f64).round() as usize;
    let mut dots = vec![vec![false; wide]; high];
    // The axes, dotted.
    if left < 0.0 && right > 0.0 {
        let at = column(0.0);
        dots.iter_mut().step_by(3).for_each(|line| line[at] = true);
    }
    dots[row(0.0)].iter_mut().step_by(4).for_each(|dot| *dot = true);
    // Steps between neighbouring columns are joined, so that a steep curve has no gaps.
    let mut last: Option<usize> = None;
    for (x, y) in &curve.points {
        if !y.is_finite() {
            last = None;
            continue;
        }
        let (at, here) = (column(*x), row(*y));
        let from = last.unwrap_or(here);
        for line in &mut dots[from.min(here)..=from.max(here)] {
            line[at] = true;
        }
        last = Some(here);
    }
    let mut out = vec![format!("{:>8}{}", "", curve.name)];
    for line in 0..rows {
        let margin = if line == 0 {
            label(top)
        } else if line + 1 == rows {
            label(low)
        } else {
            " ".repeat(8)
        };
        let cells: String = (0..columns).map(|cell| character(&dots, line, cell)).collect();
        out.push(margin + &cells);
    }
    let (left, right) = (format!("{left}"), format!("{right}"));
    let gap = columns - left.len() - right.len();
    out.push(format!("{:>8}{left}{}{right}", "", " ".repeat(gap)));
    out
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

/// The braille character of one cell.
fn character(dots: &[Vec<bool>], line: usize, cell: usize) -> char {
    const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    let mut code = 0x2800;
    for (down, bits) in BITS.iter().enumerate() {
        for (across, bit) in bits.iter().enumerate() {
            if dots[line * 4 + down][cell * 2 + across] {
                code |= bit;
            }
        }
    }
    char::from_u32(code).unwrap_or(' ')
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
