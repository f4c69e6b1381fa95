//! HTML text: escaping, tables, sections.

use std::fmt::Write;

pub(super) use ogive_picture::{escape, minus};

use crate::results::Arm;

/// Escaped prose in which a number and its unit stay on one line.
pub(super) fn prose(text: &str) -> String {
    escape(text).replace(" %", "\u{a0}%").replace(" pp", "\u{a0}pp")
}

/// A cell of a table: its text is escaped, its class given.
pub(super) enum Cell {
    /// The head of a row: a name, and below it a formula if it differs.
    Head(String, Option<String>),
    /// Words.
    Text(String, &'static str),
    /// A number, set right and with a true minus sign.
    Number(String),
    /// A number on a background from 0 (none) to 4 (alarming).
    Heat(String, u8),
}

impl Cell {
    /// The head of an arm's row.
    pub(super) fn arm(arm: &Arm) -> Self {
        let formula =
            (arm.formula != arm.name && !arm.formula.is_empty()).then(|| arm.formula.clone());
        Self::Head(arm.name.clone(), formula)
    }

    fn numeric(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Heat(..))
    }
}

/// A table whose first column heads the rows. With `cards`, rows become cards on a narrow screen.
///
/// The roles repeat what the elements say, because a table laid out as cards loses them.
pub(super) fn table(header: &[&str], rows: &[Vec<Cell>], cards: bool) -> String {
    let class = if cards { " class=\"cards\"" } else { "" };
    let mut html =
        format!("<div class=\"scroll\"><table{class} role=\"table\">\n<thead><tr role=\"row\">");
    for (index, name) in header.iter().enumerate() {
        let numeric = rows.iter().any(|row| row.get(index).is_some_and(Cell::numeric));
        let class = if numeric { " class=\"number\"" } else { "" };
        let name = escape(name);
        let _ = write!(html, "<th scope=\"col\" role=\"columnheader\"{class}>{name}</th>");
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        html.push_str("<tr role=\"row\">");
        for (cell, label) in row.iter().zip(header) {
            let label = escape(label);
            let _ = match cell {
                Cell::Head(name, formula) => {
                    let code =
                        formula.as_ref().map(|text| format!(" <code>{}</code>", escape(text)));
                    let code = code.unwrap_or_default();
                    // A formula that is its own name reads better as code.
                    let name = if name.contains(' ') {
                        format!("<code class=\"name\">{}</code>", escape(name))
                    } else {
                        escape(name)
                    };
                    write!(html, "<th scope=\"row\" role=\"rowheader\">{name}{code}</th>")
                }
                Cell::Text(text, class) => write!(
                    html,
                    "<td role=\"cell\" data-label=\"{label}\"{}>{}</td>",
                    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") },
                    if class.is_empty() || text.is_empty() {
                        escape(text)
                    } else {
                        format!("<span>{}</span>", escape(text))
                    }
                ),
                Cell::Number(text) => write!(
                    html,
                    "<td role=\"cell\" data-label=\"{label}\" class=\"number\">{}</td>",
                    minus(&escape(text))
                ),
                Cell::Heat(text, heat) => write!(
                    html,
                    "<td role=\"cell\" data-label=\"{label}\" class=\"number heat-{heat}\">{}</td>",
                    minus(&escape(text))
                ),
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table></div>\n");
    html
}

/// A section: its heading, a note that says how to read it, its content. Empty content, no section.
pub(super) fn section(heading: &str, note: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    let (heading, note) = (escape(heading), prose(note));
    let note = if note.is_empty() { note } else { format!("<p class=\"note\">{note}</p>\n") };
    format!("<section>\n<h2>{heading}</h2>\n{note}{content}</section>\n")
}

/// A figure with a caption above it; no caption if it is empty.
pub(super) fn figure(caption: &str, svg: &str) -> String {
    let caption = escape(caption);
    let caption = match caption.as_str() {
        "" => caption,
        _ => format!("<figcaption>{caption}</figcaption>"),
    };
    format!("<figure>{caption}{svg}</figure>\n")
}
