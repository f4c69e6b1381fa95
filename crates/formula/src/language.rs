#![doc = include_str!("../language.md")]

/// This description as Markdown, for pages that show it.
///
/// ```
/// assert!(ogive_formula::language::TEXT.starts_with("# The language of formulas"));
/// ```
pub const TEXT: &str = include_str!("../language.md");
