//! The crate's one error.

use std::fmt;

/// Why an activation could not be made or run: what, where, what was expected, how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Error(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<ogive_formula::Error> for Error {
    fn from(error: ogive_formula::Error) -> Self {
        Error(error.to_string())
    }
}
