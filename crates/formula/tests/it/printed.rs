//! Reads `formulas.txt`: formulas as papers and source code print them.
//!
//! Tests of other crates take this file in with `#[path]`.

/// One formula.
#[allow(dead_code, reason = "not every test asks for the meaning")]
pub(crate) struct Printed {
    /// Where it is printed.
    pub(crate) source: &'static str,
    /// As it is printed.
    pub(crate) text: String,
    /// The same in the plain language.
    pub(crate) meaning: &'static str,
    /// Whether the two are the same expression, node for node, and not only the same numbers.
    pub(crate) is_same_node: bool,
}

/// Every formula of the file, in its order.
///
/// # Panics
/// If a record is not made of its three lines.
pub(crate) fn printed() -> Vec<Printed> {
    let lines = include_str!("../formulas.txt").lines().filter(|line| !line.starts_with('#'));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.chunks(3).map(record).collect()
}

fn record(lines: &[&'static str]) -> Printed {
    let field = |place: usize, name: &str| {
        lines.get(place).and_then(|line| line.strip_prefix(name)).map(str::trim)
    };
    let (means, equals) = (field(2, "means "), field(2, "equals "));
    match (field(0, "source "), field(1, "text "), means.or(equals)) {
        (Some(source), Some(text), Some(meaning)) => {
            let text = text.replace('⏎', "\n");
            Printed { source, text, meaning, is_same_node: means.is_some() }
        }
        _ => panic!("not a record of source, text and means: {lines:?}"),
    }
}
