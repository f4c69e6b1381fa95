//! The activation functions of [Ogive](https://docs.rs/ogive): data only.
//!
//! Each entry is a formula with its parameters and its source; everything else is derived. A new
//! activation is one more entry in one of the families, nothing else. Each entry's doc comment is
//! its page: `ogive show NAME` prints it.
//!
//! ```
//! let swish = ogive_catalog::find("swish").unwrap();
//! assert_eq!(swish.text, "x*sigmoid(beta*x) | beta = 1 per channel");
//! assert_eq!(ogive_catalog::find("logistic").unwrap().name, "sigmoid");
//! ```
//!
//! Laws that hold for every entry: at a kink the side that the test takes decides the derivative
//! (`relu` has derivative 0 at 0); NaN in gives NaN out, in value and derivative; ±∞ gives the
//! limit; finite input never gives NaN, in value or any derivative.

mod exponential;
mod gated;
mod learnable;
mod linear;
mod sigmoidal;

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

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
}

/// Declares a family: the doc comment becomes the page.
macro_rules! family {
    ($($(#[doc = $page:literal])+ $name:ident $([$($alias:literal),+])? $text:literal, $source:literal;)+) => {
        pub(crate) static FAMILY: &[crate::Entry] = &[$(crate::Entry {
            name: stringify!($name),
            aliases: &[$($($alias),+)?],
            text: $text,
            source: $source,
            page: concat!($($page, "\n"),+),
        }),+];
    };
}
pub(crate) use family;

/// Every entry, family by family.
pub static ALL: LazyLock<Vec<&'static Entry>> = LazyLock::new(|| {
    let families =
        [linear::FAMILY, exponential::FAMILY, sigmoidal::FAMILY, gated::FAMILY, learnable::FAMILY];
    families.into_iter().flatten().collect()
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

/// The entry of that name or alias; case and `-` for `_` are of no account.
pub fn find(name: &str) -> Option<&'static Entry> {
    let name = name.to_lowercase().replace('-', "_");
    let same = |known: &&str| *known == name;
    ALL.iter().copied().find(|entry| same(&entry.name) || entry.aliases.iter().any(same))
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
    if let Some(entry) = find(text) {
        return entry.formula();
    }
    let word = text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if word && text.chars().next().is_some_and(char::is_alphabetic) && text != "x" {
        let names = LIBRARY.iter().map(|(name, _)| *name);
        let near = nearest(&text.replace('-', "_"), names);
        let error = Error::new(format!("there is no activation `{text}`"));
        if let Some(help) = refused(text) {
            return Err(error.help(help));
        }
        let call = format!("{text}(x)");
        if Formula::parse_with(&call, library()).is_ok() {
            return Err(error.help(format!("it is a function of the language: `{call}`")));
        }
        return Err(match near.as_slice() {
            [] => error.help("`ogive list` shows all; or give a formula such as `x*sigmoid(x)`"),
            near => error.help(format!("did you mean {}?", alternatives(near))),
        });
    }
    Formula::parse_with(text, library())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_compiles_has_a_page_and_a_name_of_its_own() {
        let mut names = std::collections::HashSet::new();
        for entry in ALL.iter() {
            entry.formula().unwrap_or_else(|error| panic!("{}: {error}", entry.name));
            assert!(
                entry.page.len() > 40 && !entry.source.is_empty(),
                "{} has no page",
                entry.name
            );
            for name in entry.aliases.iter().chain([&entry.name]) {
                assert!(names.insert(*name), "`{name}` stands twice");
            }
        }
    }

    #[test]
    fn an_unknown_name_gets_the_nearest() {
        let error = formula("gelo").unwrap_err().to_string();
        assert!(error.contains("`gelu`"), "{error}");
        assert!(formula("Leaky-ReLU").is_ok());
        for (name, help) in [
            ("softshrink", "it is a function of the language: `softshrink(x)`"),
            ("SwiGLU", "of two inputs, `x` and `gate`, it is `x*gate*sigmoid(gate)`"),
        ] {
            let error = formula(name).unwrap_err().to_string();
            assert!(error.ends_with(help), "{error}");
        }
        assert!(formula("qqqqqq").unwrap_err().to_string().contains("ogive list"));
    }
}
