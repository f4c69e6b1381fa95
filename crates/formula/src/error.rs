//! What is wrong with a formula, where, and how to mend it.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use crate::characters::is_invisible;

/// An error in a formula or in a parameter's value.
///
/// `Display` shows the message, the offending line with a caret under the place, and, where one is
/// known, what would mend it.
///
/// ```
/// let error = ogive_formula::Formula::parse("x * tahn(x)").unwrap_err();
/// assert_eq!(error.span(), Some(4..8));
/// assert!(error.to_string().contains("tanh"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    help: Option<String>,
    place: Option<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    text: String,
    span: Range<usize>,
}

/// The longest stretch of a formula that an error repeats, in characters on either side.
const CONTEXT: usize = 36;

impl Error {
    /// An error that belongs to no place in a text.
    pub fn new(message: impl Into<String>) -> Self {
        Error { message: message.into(), help: None, place: None }
    }

    /// An error at the bytes `span` of `text`.
    pub(crate) fn at(text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let place = Place { text: text.to_owned(), span };
        Error { message: message.into(), help: None, place: Some(place) }
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Takes over the help of another error.
    pub(crate) fn help_like(mut self, other: &Error) -> Self {
        self.help.clone_from(&other.help);
        self
    }

    /// What is wrong, in one sentence without the text of the formula.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The bytes of the formula that the message speaks of.
    pub fn span(&self) -> Option<Range<usize>> {
        self.place.as_ref().map(|place| place.span.clone())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if let Some(Place { text, span }) = &self.place {
            // Show the line of the error only, and of a long line only the neighbourhood.
            let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
            let line = text[line_start..].split('\n').next().unwrap_or("");
            let before = text[line_start..span.start].chars().count();
            let end = span.end.min(line_start + line.len()).max(span.start);
            let length = text[span.start..end].chars().count().clamp(1, CONTEXT);
            let skip = before.saturating_sub(CONTEXT);
            let shown: Vec<char> = line
                .chars()
                .skip(skip)
                .take(before - skip + length + CONTEXT)
                .map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c })
                .collect();
            // Columns of a terminal: some letters take two, accents that follow a letter none.
            let columns = |of: &[char]| of.iter().filter_map(|c| c.width()).sum::<usize>();
            let (lead, marked) = shown.split_at((before - skip).min(shown.len()));
            let width = columns(&marked[..length.min(marked.len())]).max(1);
            let (more_before, indent) = if skip > 0 { ("…", 1) } else { ("", 0) };
            let more_behind = if line.chars().count() > skip + shown.len() { "…" } else { "" };
            let text: String = shown.iter().collect();
            write!(f, "\n  {more_before}{text}{more_behind}")?;
            write!(f, "\n  {}{}", " ".repeat(indent + columns(lead)), "^".repeat(width))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The names nearest to `name`, at most three, best first.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let mut score = strsim::damerau_levenshtein(&wanted, &lower) as f64;
            if wanted.len() >= 3 && (lower.contains(&wanted) || wanted.contains(&lower)) {
                score = score.min(1.5);
            }
            (score, candidate)
        })
        .filter(|(score, _)| *score <= (wanted.chars().count() as f64 / 2.0).clamp(1.0, 3.0))
        .collect();
    // Of equally near names, one of the same length comes first: letters swapped, none left out.
    let other_length = |candidate: &str| candidate.len().abs_diff(name.len());
    scored.sort_by(|a, b| {
        a.0.total_cmp(&b.0).then(other_length(a.1).cmp(&other_length(b.1))).then(a.1.cmp(b.1))
    });
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// `a`, `a or b`, `a, b or c`: for a help line.
pub fn alternatives(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(|name| format!("`{name}`")).collect();
            format!("{} or `{last}`", rest.join(", "))
        }
    }
}
