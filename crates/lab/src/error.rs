//! The one error type of this crate.
//!
//! Every message answers four questions: where, what was found, what was expected, how to mend it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the lab could not do what it was asked.
///
/// The kind is private: a caller shows the message, which names the place, the problem and the remedy.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Input { place: String, problem: String, remedy: String },
    File { action: &'static str, path: PathBuf, source: io::Error },
    Activation(ogive::Error),
}

impl Error {
    /// Input that cannot be used: `place` says where, `problem` what was found and expected, `remedy`
    /// how to mend it. Each is a clause without a full stop.
    pub(crate) fn input(
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let kind =
            Kind::Input { place: place.into(), problem: problem.into(), remedy: remedy.into() };
        Self { kind }
    }

    /// A file operation that failed; `action` is an infinitive such as `"read"`.
    pub(crate) fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        Self { kind: Kind::File { action, path: path.to_owned(), source } }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Input { place, problem, remedy } => {
                write!(formatter, "{place}: {problem}; {remedy}")
            }
            // It shows the formula with a caret under the place: nothing may move it.
            Kind::Activation(source) => source.fmt(formatter),
            Kind::File { action, path, source } => {
                write!(formatter, "cannot {action} {}: {source}; ", path.display())?;
                formatter.write_str(match source.kind() {
                    io::ErrorKind::NotFound => "check the path",
                    io::ErrorKind::PermissionDenied => "check the permissions of the file",
                    _ => "check the path, the permissions and the space on the disk",
                })
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Input { .. } => None,
            Kind::File { source, .. } => Some(source),
            Kind::Activation(source) => Some(source),
        }
    }
}

impl From<ogive::Error> for Error {
    fn from(source: ogive::Error) -> Self {
        Self { kind: Kind::Activation(source) }
    }
}
