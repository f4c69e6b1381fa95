//! The index: a card for each entry, with filters that need no script.

use std::fmt::Write;

use ogive::catalog::{Kind, ROWS, Row};
use ogive::formula::{Formula, Id, Node, Op};
use ogive_picture::{Curve, Figure, Panel};

use crate::site::{Subject, frame};

/// A filter: the class of the cards that pass, its words, what it means.
const FILTERS: [(&str, &str, &str); 7] = [
    ("learnable", "learnable", "has a parameter that training changes"),
    ("bounded", "bounded", "values have both bounds"),
    ("smooth", "smooth", "no break in the value or its first derivatives"),
    ("monotone", "monotone", "never falls, or never rises"),
    ("gated", "gated", "x times a function of x or of a gate"),
    ("memory", "at memory speed", "predicted to be done before memory is"),
    ("wider", "more than a formula", "along an axis, or with layers around it"),
];

pub(crate) fn index(subjects: &[Subject]) -> String {
    let mut body = String::from(
        "<header class=\"top\"><h1>Activation functions</h1>\n<p>Every entry of Ogive’s catalogue: formula, \
         derivatives, proven properties, measured accuracy and speed. Any other formula can be given in \
         <a href=\"language.html\">the language of formulas</a>.</p></header>\n<main>\n\
         <fieldset class=\"filters\"><legend>Show only what is</legend>\n",
    );
    for (class, words, meaning) in FILTERS {
        let _ = writeln!(
            body,
            "<label title=\"{meaning}\"><input type=\"checkbox\" id=\"{class}\">{words}</label>"
        );
    }
    body.push_str("</fieldset>\n<ul class=\"cards\">\n");
    for subject in subjects {
        body.push_str(&card(subject));
    }
    for row in ROWS.iter().filter(|row| row.kind() != Kind::Elementwise) {
        body.push_str(&list_item(*row, "wider", "", row.kind().words()));
    }
    body.push_str("</ul>\n<p class=\"count\"></p>\n</main>\n");
    frame("Activation functions", &body)
}

fn card(subject: &Subject) -> String {
    let Subject { entry, activation, analysis } = subject;
    let formula = activation.formula();
    let holds = [
        entry.is_learnable(),
        analysis.is_bounded(),
        analysis.breaks.list.is_empty(),
        analysis.monotone.found.is_some(),
        is_gated(formula),
        analysis.cost.memory_share >= 1.0,
        false,
    ];
    let passed: Vec<&(&str, &str, &str)> =
        FILTERS.iter().zip(holds).filter(|(_, holds)| *holds).map(|(filter, _)| filter).collect();
    let classes: Vec<&str> = passed.iter().map(|filter| filter.0).collect();
    let words: Vec<&str> = passed.iter().map(|filter| filter.1).collect();
    list_item(Row::Elementwise(entry), &classes.join(" "), &thumbnail(subject), &words.join(" · "))
}

/// A card: its classes, its picture if it has one, and its tags.
fn list_item(row: Row, classes: &str, picture: &str, tags: &str) -> String {
    let (name, page) = (row.name(), row.page());
    let first = page.split_inclusive(['.', ':', ';']).next().unwrap_or(page).trim();
    let first = first.trim_end_matches([':', ';', '.']);
    format!(
        "<li class=\"card {classes}\"><a href=\"{name}.html\">{picture}<strong>{name}</strong></a><p>{}.</p><p class=\"tags\">{tags}</p></li>\n",
        crate::page::prose(first),
    )
}

/// The curve alone, small.
fn thumbnail(subject: &Subject) -> String {
    let figure = crate::portrait(&subject.activation, &subject.analysis);
    let points = figure.panels.into_iter().next().and_then(|panel| panel.curves.into_iter().next());
    let curve = points.unwrap_or_else(|| Curve { label: String::new(), points: Vec::new() });
    let panel = Panel { title: String::new(), curves: vec![curve] };
    Figure { title: subject.entry.name.to_owned(), panels: vec![panel] }.thumbnail()
}

/// Whether the formula is x times something that depends on x, but for constant factors.
fn is_gated(formula: &Formula) -> bool {
    let graph = formula.graph();
    let is_x = |id: Id| graph.node(id) == Node::X;
    let constant = |id: Id| !graph.varies(id);
    let mut root = formula.stable();
    loop {
        match graph.operation(root) {
            Some((Op::Mul, &[a, b])) if constant(a) => root = b,
            Some((Op::Mul | Op::Div, &[a, b])) if constant(b) => root = a,
            Some((Op::Mul, &[a, b])) => return is_x(a) || is_x(b),
            _ => return formula.has_gate(),
        }
    }
}
