//! The verdict for the terminal: a table of at most 80 columns, the sentence, the warnings.

use crate::numbers::{clip, fixed, p_value, signed};
use crate::results::{Arm, Results};
use crate::verdict::Verdict;

/// The widest line, whatever the names are.
const WIDTH: usize = 80;
/// Blank columns between columns.
const GAP: usize = 2;
/// A name column narrower than this says nothing: other columns are left out first.
const NARROWEST_NAME: usize = 12;

/// The table, the sentence and the warnings, each line at most 80 columns wide.
///
/// Arms come from the best mean to the worst. With `color`, ANSI colours mark the verdicts; the words
/// say the same without.
pub fn terminal(results: &Results, color: bool) -> String {
    let paint = |text: &str, code: &str| {
        if color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    };
    let (header, rows) = cells(results);
    let mut shown: Vec<usize> = (1..header.len()).collect();
    let width_of = |column: usize| {
        let cells = rows.iter().map(|(_, row)| &row[column]).chain([&header[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let taken =
        |shown: &[usize]| -> usize { shown.iter().map(|column| width_of(*column) + GAP).sum() };
    // Numbers of another order of magnitude may be wide: then p goes first, the difference next.
    for dropped in [3, 2] {
        if taken(&shown) + NARROWEST_NAME > WIDTH {
            shown.retain(|column| *column != dropped);
        }
    }
    let name_width = width_of(0).min(WIDTH.saturating_sub(taken(&shown)));

    let line = |row: &[String], verdict: Option<Verdict>| {
        let mut text = format!("{:<name_width$}", clip(&row[0], name_width));
        for &column in &shown {
            let (cell, width) = (&row[column], width_of(column));
            let last = column + 1 == row.len();
            let padded = if last { cell.clone() } else { format!("{cell:>width$}") };
            let code = verdict.filter(|_| last).and_then(code);
            text.push_str(&" ".repeat(GAP));
            text.push_str(&code.map_or(padded.clone(), |code| paint(&padded, code)));
        }
        text.trim_end().to_owned()
    };
    let mut lines = vec![line(&header, None)];
    lines.push("-".repeat(name_width + taken(&shown)));
    lines.extend(rows.iter().map(|(verdict, row)| line(row, Some(*verdict))));
    lines.push(String::new());
    lines.extend(wrap(&results.verdict, "").iter().map(|line| paint(line, "1")));
    for warning in results.warnings() {
        lines.extend(wrap(&format!("! {warning}"), "  ").iter().map(|line| paint(line, "33")));
    }
    lines.join("\n") + "\n"
}

type Row = Vec<String>;

/// The header and one row per arm: name, score, difference, p, verdict.
fn cells(results: &Results) -> (Row, Vec<(Verdict, Row)>) {
    let measure = &results.settings.measure;
    let decimals = results.decimals();
    let unit = |unit: &str| if unit.is_empty() { String::new() } else { format!(", {unit}") };
    let header = vec![
        "activation".to_owned(),
        format!("{}{}", measure.short_name(), unit(&measure.unit)),
        format!("gain{} [95 %]", unit(&measure.difference_unit)),
        "p (Holm)".to_owned(),
        "verdict".to_owned(),
    ];
    let row = |arm: &Arm| {
        let difference = arm.difference.map(|difference| {
            let [mean, low, high] = [difference.mean, difference.low, difference.high]
                .map(|value| signed(value, decimals));
            format!("{mean} [{low}, {high}]")
        });
        vec![
            arm.name.clone(),
            match arm.sd {
                Some(sd) => format!("{} ± {}", fixed(arm.mean, decimals), fixed(sd, decimals)),
                None => fixed(arm.mean, decimals),
            },
            difference.unwrap_or_default(),
            arm.difference.map(|difference| p_value(difference.p_holm)).unwrap_or_default(),
            arm.verdict.word().to_owned(),
        ]
    };
    (header, results.ranked().into_iter().map(|arm| (arm.verdict, row(arm))).collect())
}

/// The ANSI colour of a verdict.
fn code(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Better => Some("32"),
        Verdict::Worse => Some("31"),
        Verdict::Equivalent => Some("36"),
        Verdict::Baseline | Verdict::Described => Some("2"),
        Verdict::Undecided { .. } => None,
    }
}

/// Lines of at most 80 characters; all but the first begin with `indent`.
fn wrap(text: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        // A word that fits on no line (a formula without spaces) is cut.
        let word = clip(word, WIDTH - indent.len());
        let length = line.chars().count();
        if length > indent.len() && length + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, indent.to_owned()));
        } else if !line.is_empty() && line != indent {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
}
