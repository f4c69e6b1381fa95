//! The rows of the catalogue: functions of each element, and what is wider than that.

use ogive_formula::Error;

use crate::Entry;

/// What a row of the catalogue is a function of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of each element by itself (and of the statistics of its channel): a formula, which everything runs.
    Elementwise,
    /// Of all elements along an axis.
    AlongAxis,
    /// Of whole tensors, with weights or layers of its own.
    Layer,
}

impl Kind {
    /// The kind in words: `elementwise`, `along an axis` or `layer`.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Elementwise => "elementwise",
            Kind::AlongAxis => "along an axis",
            Kind::Layer => "layer",
        }
    }
}

/// What is known under the name of an activation and is wider than one element.
#[derive(Debug)]
pub struct Wider {
    /// Its name, ASCII.
    pub name: &'static str,
    /// Other names of the same.
    pub aliases: &'static [&'static str],
    /// What it is a function of; never [`Kind::Elementwise`].
    pub kind: Kind,
    /// Its definition, for people: no formula of the language.
    pub text: &'static str,
    /// How it is used with this library.
    pub usage: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// Its page.
    pub page: &'static str,
}

impl Wider {
    /// What is said where a formula is wanted.
    pub(crate) fn is_no_formula(&self) -> Error {
        let what = match self.kind {
            Kind::Layer => "has layers of its own".to_owned(),
            kind => format!("is taken {}", kind.words()),
        };
        let name = self.name;
        Error::new(format!("`{name}` {what}: it is no function of each element"))
            .help(format!("`ogive show {name}` says how it is used"))
    }
}

/// One row of the catalogue.
///
/// ```
/// use ogive_catalog::{Kind, row};
///
/// assert_eq!(row("SwiGLU").unwrap().kind(), Kind::Elementwise);
/// assert_eq!(row("log_softmax").unwrap().kind(), Kind::AlongAxis);
/// assert_eq!(row("maxout").unwrap().kind().words(), "layer");
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Row {
    /// A function of each element, by its formula.
    Elementwise(&'static Entry),
    /// What no formula says.
    Wider(&'static Wider),
}

impl Row {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Row::Elementwise(entry) => entry.name,
            Row::Wider(wider) => wider.name,
        }
    }

    /// Other names of the same.
    pub fn aliases(&self) -> &'static [&'static str] {
        match self {
            Row::Elementwise(entry) => entry.aliases,
            Row::Wider(wider) => wider.aliases,
        }
    }

    /// What it is a function of.
    pub fn kind(&self) -> Kind {
        match self {
            Row::Elementwise(_) => Kind::Elementwise,
            Row::Wider(wider) => wider.kind,
        }
    }

    /// Its formula, or its definition for people.
    pub fn text(&self) -> &'static str {
        match self {
            Row::Elementwise(entry) => entry.text,
            Row::Wider(wider) => wider.text,
        }
    }

    /// Where it was published.
    pub fn source(&self) -> &'static str {
        match self {
            Row::Elementwise(entry) => entry.source,
            Row::Wider(wider) => wider.source,
        }
    }

    /// Its page.
    pub fn page(&self) -> &'static str {
        match self {
            Row::Elementwise(entry) => entry.page,
            Row::Wider(wider) => wider.page,
        }
    }

    /// Whether that is its name or an alias.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name() == name || self.aliases().contains(&name)
    }
}
