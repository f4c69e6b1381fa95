//! The activation functions of [Ogive](https://docs.rs/ogive): data only.
//!
//! Each entry is a formula with its parameters and its source; everything else is derived. A new
//! activation is one more entry in one of the families, nothing else. Each entry's doc comment is
//! its page: `ogive show NAME` prints it. What is no function of each element, such as the softmax, is a
//! [`Row`] of another [`Kind`].
//!
//! ```
//! let swish = ogive_catalog::find("swish").unwrap();
//! assert_eq!(swish.text, "x*sigmoid(beta*x) | beta = 1 per channel");
//! assert_eq!(ogive_catalog::find("logistic").unwrap().name, "sigmoid");
//! ```
//!
//! Laws that hold for every entry: at a kink the side that the test takes decides the derivative
//! (`relu` has derivative 0 at 0); NaN in gives NaN out, in value and derivative; ±∞ gives the
//! limit; finite input never gives NaN, in value or any derivative. In f64 the last holds for inputs in the
//! range of f32: farther out powers may leave f64.

mod exponential;
mod gated;
mod gated_linear;
mod learnable;
mod learnable_exponential;
mod learnable_gated;
mod learnable_linear;
mod learnable_sigmoidal;
mod linear;
mod periodic;
mod rational;
mod row;
mod shrinking;
mod sigmoidal;
mod smooth;
#[cfg(test)]
mod tests;
mod wider;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

pub use row::{Kind, Row, Wider};

use ogive_formula::{Error, Formula, Library, alternatives, nearest, refused};

/// One activation function.
#[derive(Debug)]
pub struct Entry {
    /// Its name, ASCII.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// The formula with its parameters, in the language of [`ogive_formula::language`].
    pub text: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// Its page: what it is, what it is for, how other libraries differ.
    pub page: &'static str,
    /// Whether its programs become kernels of their own when the crate `ogive` is built; the tile engine,
    /// which is slower, runs the others.
    pub kernels: bool,
    /// Whether these kernels ask whether values have lost digits on the way, as the tile engine does for what
    /// has no kernels: where learned terms may cancel.
    pub asks: bool,
}

/// Declares a family: the doc comment becomes the page, and `kernels` stands behind an entry that gets
/// kernels of its own, `asking_kernels` where they ask. They take some seconds of every build, so few have
/// them.
macro_rules! family {
    (@has) => { [false, false] };
    (@has kernels) => { [true, false] };
    (@has asking_kernels) => { [true, true] };
    ($($(#[doc = $page:literal])+ $name:ident $([$($alias:literal),+])? $text:literal, $source:literal $(, $kernels:ident)?;)+) => {
        pub(crate) static FAMILY: &[crate::Entry] = &[$(crate::Entry {
            name: stringify!($name),
            aliases: &[$($($alias),+)?],
            text: $text,
            source: $source,
            page: concat!($($page, "\n"),+),
            kernels: crate::family!(@has $($kernels)?)[0],
            asks: crate::family!(@has $($kernels)?)[1],
        }),+];
    };
}
pub(crate) use family;

/// The families, in the order of the lists.
static FAMILIES: [&[Entry]; 14] = [
    linear::FAMILY,
    shrinking::FAMILY,
    exponential::FAMILY,
    sigmoidal::FAMILY,
    smooth::FAMILY,
    gated::FAMILY,
    gated_linear::FAMILY,
    periodic::FAMILY,
    learnable::FAMILY,
    learnable_linear::FAMILY,
    learnable_exponential::FAMILY,
    learnable_gated::FAMILY,
    learnable_sigmoidal::FAMILY,
    rational::FAMILY,
];

/// Every entry, family by family: the functions of each element.
pub static ALL: LazyLock<Vec<&'static Entry>> =
    LazyLock::new(|| FAMILIES.into_iter().flatten().collect());

/// Every row: the entries, then what no formula says.
pub static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let entries = ALL.iter().copied().map(Row::Elementwise);
    entries.chain(wider::WIDER.iter().map(Row::Wider)).collect()
});

/// Names and aliases with their formulas, for formulas that call others by name.
static LIBRARY: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    ALL.iter()
        .flat_map(|entry| {
            std::iter::once(entry.name)
                .chain(entry.aliases.iter().copied())
                .map(|name| (name, entry.text))
        })
        .collect()
});

/// The row of that name or alias; case and `-` for `_` are of no account.
pub fn row(name: &str) -> Option<Row> {
    let name = name.to_lowercase().replace('-', "_");
    ROWS.iter().copied().find(|row| row.is_called(&name))
}

/// The entry of that name or alias, as [`row`]; none for what no formula says.
pub fn find(name: &str) -> Option<&'static Entry> {
    match row(name)? {
        Row::Elementwise(entry) => Some(entry),
        Row::Wider(_) => None,
    }
}

/// Names and formulas of all entries: what a formula may call.
pub fn library() -> &'static Library {
    &LIBRARY
}

/// The formula that `text` names or is.
///
/// # Errors
/// If it is neither: a single word gets the nearest names, anything else the formula's error.
pub fn formula(text: &str) -> Result<Formula, Error> {
    let text = text.trim();
    match row(text) {
        Some(Row::Elementwise(entry)) => return entry.formula(),
        Some(Row::Wider(wider)) => return Err(wider.is_no_formula()),
        None => {}
    }
    let word =
        text.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || c == '_' || c == '-');
    let parsed = Formula::parse_with(text, library());
    // `x-1` and `αx` are formulas.
    if word && text.chars().next().is_some_and(char::is_alphabetic) && parsed.is_err() {
        let names = ROWS
            .iter()
            .flat_map(|row| [row.name()].into_iter().chain(row.aliases().iter().copied()));
        let near = nearest(&text.replace('-', "_"), names);
        let error = Error::new(format!("there is no activation `{text}`"));
        if let Some(help) = refused(text) {
            return Err(error.help(help));
        }
        if near.is_empty() && text.contains('-') {
            return parsed;
        }
        let call = format!("{text}(x)");
        if !text.contains('-') && Formula::parse_with(&call, library()).is_ok() {
            return Err(error.help(format!("it is a function of the language: `{call}`")));
        }
        return Err(match near.as_slice() {
            [] => error.help("`ogive list` shows all; or give a formula such as `x*sigmoid(x)`"),
            near => error.help(format!("did you mean {}?", alternatives(near))),
        });
    }
    parsed
}

impl Entry {
    /// The entry's formula, compiled the first time and remembered.
    ///
    /// # Errors
    /// None for the entries of this crate: a test compiles them all.
    pub fn formula(&self) -> Result<Formula, Error> {
        // Rewriting takes milliseconds, and a network asks once for each of its layers.
        static COMPILED: LazyLock<HashMap<&str, OnceLock<Formula>>> =
            LazyLock::new(|| ALL.iter().map(|entry| (entry.name, OnceLock::new())).collect());
        let known = COMPILED.get(self.name);
        if let Some(formula) = known.and_then(OnceLock::get) {
            return Ok(formula.clone());
        }
        let formula = Formula::parse_with(self.text, library())?;
        Ok(known.map_or(formula.clone(), |known| known.get_or_init(|| formula).clone()))
    }

    /// Whether it has a parameter that training changes.
    pub fn is_learnable(&self) -> bool {
        self.formula().is_ok_and(|formula| formula.parameters().iter().any(|p| p.learnable))
    }
}
