//! The page of a row of the catalogue.

use std::fmt::Write;

use ogive::catalog::{ROWS, Row, Wider};
use ogive::formula::{Constraint, Formula, Granularity, Id};
use ogive_picture::{escape, minus};

use crate::facts::facts;
use crate::records::Records;
use crate::site::{Subject, frame};

/// How many numbers there are in f32.
const ALL_OF_F32: u64 = 1 << 32;

/// The page of a row, with links to the rows before and after.
pub(crate) fn page(row: Row, content: &str, around: [Option<&str>; 2]) -> String {
    let name = row.name();
    let aliases = match row.aliases() {
        [] => String::new(),
        aliases => format!("<p class=\"aliases\">also {}</p>\n", aliases.join(", ")),
    };
    let link = |name: Option<&str>, words: &str| {
        name.map_or(String::new(), |name| format!("<a href=\"{name}.html\">{words}</a>"))
    };
    let [before, after] = around;
    let before_words = before.map_or(String::new(), |name| format!("← {name}"));
    let after_words = after.map_or(String::new(), |name| format!("{name} →"));
    let body = format!(
        "<nav><a href=\"index.html\">All activations</a><span>{}{}</span></nav>\n<main>\n\
         <h1>{name}</h1>\n{aliases}<p class=\"lead\">{}</p>\n{content}{}</main>\n",
        link(before, &before_words),
        link(after, &after_words),
        prose_with_links(row.page().trim(), name),
        section("Source", &format!("<p>{}</p>\n", escape(row.source()))),
    );
    frame(&format!("{name}: an activation function"), &body)
}

/// What is said of a formula.
pub(crate) fn of_formula(subject: &Subject, records: &Records) -> String {
    let Subject { entry, activation, .. } = subject;
    let formula = activation.formula();
    [
        equations(formula),
        section("Shape", &figure(subject)),
        section("Parameters", &parameters(formula)),
        section("Properties", &properties(subject)),
        section("Accuracy", &accuracy(entry.name, records)),
        section("Speed", &speed(entry.name, records)),
        section("Use", &code(subject)),
    ]
    .concat()
}

/// What is said of a row that is no formula.
pub(crate) fn of_wider(wider: &Wider) -> String {
    let Wider { name, text, usage, .. } = wider;
    let definition = format!("<pre tabindex=\"0\"><code>{}</code></pre>\n", escape(text));
    let kind = format!(
        "<p>{} It is no function of each element ({}), so no command evaluates it by its name.</p>\n",
        prose_with_links(usage, name),
        wider.kind.words(),
    );
    section("Definition", &definition) + &section("Use", &kind)
}

/// Escaped text, in which what stands between backticks is code.
pub(crate) fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let mark = |(place, part): (usize, &str)| match place % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    parts.map(mark).collect()
}

/// The same, in which the names of other rows lead to their pages.
fn prose_with_links(text: &str, own: &str) -> String {
    let mut html = prose(text);
    for name in ROWS.iter().map(Row::name).filter(|name| *name != own) {
        let code = format!("<code>{name}</code>");
        html = html.replace(&code, &format!("<a href=\"{name}.html\">{code}</a>"));
    }
    html
}

fn section(heading: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<section>\n<h2>{heading}</h2>\n{content}</section>\n")
}

/// An equation, and below it what its names stand for.
fn math(left: &str, right: &[String]) -> String {
    let element = |content: &str| format!("<math displaystyle=\"true\">{content}</math>");
    let (first, parts) =
        right.split_first().map_or(("", &right[..0]), |(one, rest)| (one.as_str(), rest));
    let main = element(&format!("<mrow>{left}<mo>=</mo>{first}</mrow>"));
    let mut html = format!("<div class=\"math\" tabindex=\"0\">{main}</div>\n");
    if !parts.is_empty() {
        let parts: String = parts.iter().map(|part| element(part)).collect();
        let _ = writeln!(html, "<div class=\"where\"><span>where</span>{parts}</div>");
    }
    html
}

fn equations(formula: &Formula) -> String {
    let value = "<mi>f</mi><mo>&#x2061;</mo><mrow><mo stretchy=\"false\">(</mo><mi>x</mi><mo stretchy=\"false\">)</mo></mrow>";
    let [typed, stable] = [formula.typed(), formula.stable()].map(|id| formula.mathml(id));
    let mut forms = math(value, &typed);
    // A primitive may be written as what it was found in.
    if typed != stable {
        forms += "<p class=\"note\">What is computed neither overflows nor cancels:</p>\n";
        forms += &math(value, &stable);
    }
    let by = |name: &str| {
        format!(
            "<mfrac><mrow><mo>&#x2202;</mo><mi>f</mi></mrow><mrow><mo>&#x2202;</mo>{name}</mrow></mfrac>"
        )
    };
    let all = formula.derivatives();
    let zero = |id: Id| formula.graph().value(id) == Some(0.0);
    let mut slopes = math(&by("<mi>x</mi>"), &formula.mathml_to_read(all.x));
    let parameters = formula.parameters().iter().zip(&all.parameters);
    for (parameter, id) in parameters.filter(|(parameter, id)| parameter.learnable && !zero(**id)) {
        let name = ogive::formula::mathml_name(&parameter.name);
        slopes += &math(&by(&name), &formula.mathml_to_read(*id));
    }
    for (name, id) in [("gate", all.gate), ("mean", all.mean), ("var", all.variance)] {
        if !zero(id) {
            slopes += &math(&by(&format!("<mi>{name}</mi>")), &formula.mathml_to_read(id));
        }
    }
    section("Formula", &forms) + &section("Derivatives", &slopes)
}

fn figure(subject: &Subject) -> String {
    let drawn = crate::portrait(&subject.activation, &subject.analysis);
    let name = subject.entry.name;
    let mut panels = String::new();
    for panel in &drawn.panels {
        let title = format!("{name}: {}", panel.title);
        panels += &ogive_picture::Figure { title, panels: vec![panel.clone()] }.inline();
    }
    format!(
        "<div class=\"panels\">{panels}</div>\n<p class=\"note\"><a href=\"{name}.svg\">The picture as a file</a> for \
         a paper: it prints in grey.</p>\n"
    )
}

fn parameters(formula: &Formula) -> String {
    let mut rows = String::new();
    for parameter in formula.parameters() {
        let granularity = match parameter.granularity {
            Granularity::Shared => "one".to_owned(),
            granularity => format!("one {granularity}").replace("one in", "one for each of"),
        };
        let learned = if parameter.learnable { "learned" } else { "a setting" };
        let bounds = match parameter.constraint {
            Constraint::Free => "any number".to_owned(),
            constraint => minus(&constraint.to_string()),
        };
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{granularity}</td><td>{learned}</td><td>{}</td></tr>",
            escape(&parameter.name),
            minus(&crate::rounded(parameter.initial)),
            escape(&bounds),
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    table(&["name", "starts at", "values", "training", "range"], &rows)
}

fn table(header: &[&str], rows: &str) -> String {
    let header: Vec<String> =
        header.iter().map(|name| format!("<th scope=\"col\">{name}</th>")).collect();
    let header = header.concat();
    format!(
        "<div class=\"scroll\"><table><thead><tr>{header}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
}

fn properties(subject: &Subject) -> String {
    let mut list = String::from("<dl>\n");
    for fact in facts(&subject.analysis) {
        // A command among the words is code.
        let text = escape(&minus(&fact.text));
        let text = text.replace("`ogive bench`", "<code>ogive bench</code>");
        let _ = writeln!(list, "<dt>{}</dt><dd>{text}</dd>", fact.name);
    }
    list + "</dl>\n<p class=\"note\">Proven: by interval arithmetic, for every x in the range of f32; at the initial \
            parameters, with mean 0, variance 1 and gate 1.</p>\n"
}

fn accuracy(name: &str, records: &Records) -> String {
    let mut rows = String::new();
    for error in records.accuracy(name) {
        let what = match error.quantity {
            "y" => "value".to_owned(),
            "dx" => "∂f/∂x".to_owned(),
            other => format!("∂f/∂{}", other.trim_start_matches("dp:").trim_start_matches('d')),
        };
        let inputs = match error.inputs {
            ALL_OF_F32 => "all numbers of f32".to_owned(),
            some => thousands(some),
        };
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{:.5}</td><td>{inputs}</td><td>{}</td></tr>",
            escape(&what),
            error.ulp,
            error.date,
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    let note = format!(
        "<p class=\"note\">f32 on every engine, against multiprecision; 0.5 is correct rounding. \
         <code>ogive check {name}</code> measures it again.</p>\n"
    );
    table(&["quantity", "largest error, ulp", "inputs", "measured"], &rows) + &note
}

/// A number in groups of three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

fn speed(name: &str, records: &Records) -> String {
    let Some((date, settings)) = records.speed(name) else { return String::new() };
    let mut rows = String::new();
    for row in settings {
        let cells = format!("<td>{}</td>", row.ratios.join("</td><td>"));
        let _ = writeln!(rows, "<tr><th scope=\"row\">{}</th>{cells}</tr>", escape(&row.setting));
    }
    let header = [
        "setting",
        "PyTorch",
        "torch.compile",
        "JAX",
        "PyTorch, both",
        "torch.compile, both",
        "JAX, both",
    ];
    let note = format!(
        "<p class=\"note\">A peer’s time divided by Ogive’s: above 1 Ogive is faster. First forward, then \
         forward and backward (both). Record of {date}.</p>\n"
    );
    table(&header, &rows) + &note
}

/// What runs an activation, for one that stands for all of its kind: heading; `silu` for those without
/// parameters per channel or statistics, `dice` for the others, `glu` for those of two inputs. Tests
/// compile and run these files.
#[rustfmt::skip]
const CODE: [(&str, &str, &str, &str); 3] = [
    ("On slices", include_str!("../code/slices.rs"), include_str!("../code/slices_of_batches.rs"), include_str!("../code/slices_of_two.rs")),
    ("In Burn",   include_str!("../code/burn.rs"),   include_str!("../code/burn_by_channel.rs"),   include_str!("../code/burn_of_two.rs")),
    ("In Candle", include_str!("../code/candle.rs"), include_str!("../code/candle_by_channel.rs"), include_str!("../code/candle_of_two.rs")),
];

fn code(subject: &Subject) -> String {
    let (name, activation) = (subject.entry.name, &subject.activation);
    let channels = activation.parameters().iter().any(|p| p.granularity == Granularity::PerChannel);
    let block = |heading: &str, text: &str| {
        format!(
            "<h3>{heading}</h3>\n<pre tabindex=\"0\"><code>{}</code></pre>\n",
            escape_lines(text)
        )
    };
    let mut blocks = String::new();
    for (heading, plain, by_channel, of_two) in CODE {
        // Slices have a layout for channels; modules must know how many there are.
        let sees_channels = channels && heading != "On slices";
        let text = if activation.has_gate() {
            of_two.replace("glu", name)
        } else if activation.has_statistics() || sees_channels {
            by_channel.replace("dice", name)
        } else {
            plain.replace("silu", name)
        };
        blocks += &block(heading, &text);
    }
    blocks + &block("As a formula", subject.entry.text)
}

/// Escaped, with its lines as they are.
fn escape_lines(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}
