//! Letters and signs beyond ASCII: what papers use, and what they mean here.

use unicode_normalization::UnicodeNormalization as _;
use unicode_width::UnicodeWidthChar as _;

/// Greek letters and their names.
#[rustfmt::skip]
const GREEK: [(char, &str); 29] = [
    ('α', "alpha"), ('β', "beta"), ('γ', "gamma"), ('δ', "delta"), ('ε', "epsilon"), ('ϵ', "epsilon"),
    ('ζ', "zeta"), ('η', "eta"), ('θ', "theta"), ('ι', "iota"), ('κ', "kappa"), ('λ', "lambda"),
    ('μ', "mu"), ('µ', "mu"), ('ν', "nu"), ('ξ', "xi"), ('π', "pi"), ('ρ', "rho"), ('σ', "sigma"),
    ('ς', "sigma"), ('τ', "tau"), ('υ', "upsilon"), ('φ', "phi"), ('ϕ', "phi"), ('χ', "chi"),
    ('ψ', "psi"), ('ω', "omega"), ('Φ', "Phi"), ('Σ', "Sigma"),
];

/// Signs and what a keyboard writes for them.
#[rustfmt::skip]
const SIGNS: [(char, &str); 20] = [
    ('−', "-"), ('–', "-"), ('·', "*"), ('⋅', "*"), ('∙', "*"), ('×', "*"), ('∗', "*"), ('⊙', "*"), ('⊗', "*"),
    ('÷', "/"), ('∕', "/"), ('⁄', "/"), ('≤', "<="), ('⩽', "<="), ('≥', ">="), ('⩾', ">="), ('≠', "!="),
    ('∣', "|"), ('≔', "="), ('√', "√"),
];

/// Words that have a sign of their own.
const WORDS: [(char, &str); 3] = [('∧', "and"), ('∨', "or"), ('¬', "not")];

/// Fractions of one character.
#[rustfmt::skip]
const FRACTIONS: [(char, f64); 15] = [
    ('½', 1.0/2.0), ('⅓', 1.0/3.0), ('⅔', 2.0/3.0), ('¼', 1.0/4.0), ('¾', 3.0/4.0), ('⅕', 1.0/5.0), ('⅖', 2.0/5.0),
    ('⅗', 3.0/5.0), ('⅘', 4.0/5.0), ('⅙', 1.0/6.0), ('⅚', 5.0/6.0), ('⅛', 1.0/8.0), ('⅜', 3.0/8.0), ('⅝', 5.0/8.0),
    ('⅞', 7.0/8.0),
];

/// What stands raised, and what it is elsewhere.
const SUPERSCRIPTS: [&str; 2] = ["⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣᵃᵇᶜᵏᵐⁿᵖᵗᵅᵝᵞ", "0123456789+-()xabckmnptαβγ"];
const SUBSCRIPTS: &str = "₀₁₂₃₄₅₆₇₈₉";

/// Cyrillic letters that look like Latin ones.
const CONFUSABLE: [(char, char); 7] =
    [('х', 'x'), ('а', 'a'), ('е', 'e'), ('с', 'c'), ('о', 'o'), ('р', 'p'), ('у', 'y')];

/// The name of a Greek letter.
pub(crate) fn greek(c: char) -> Option<&'static str> {
    GREEK.iter().find(|(letter, _)| *letter == c).map(|row| row.1)
}

/// Whether `name` is the name of a Greek letter.
pub(crate) fn is_greek(name: &str) -> bool {
    GREEK.iter().any(|(_, known)| *known == name)
}

pub(crate) fn sign(c: char) -> Option<&'static str> {
    SIGNS.iter().find(|(other, _)| *other == c).map(|row| row.1)
}

pub(crate) fn word(c: char) -> Option<&'static str> {
    WORDS.iter().find(|(other, _)| *other == c).map(|row| row.1)
}

pub(crate) fn fraction(c: char) -> Option<f64> {
    FRACTIONS.iter().find(|row| row.0 == c).map(|row| row.1)
}

/// The digit, sign or letter that stands raised.
pub(crate) fn superscript(c: char) -> Option<char> {
    let [raised, plain] = SUPERSCRIPTS.map(str::chars);
    raised.zip(plain).find(|row| row.0 == c).map(|row| row.1)
}

/// The digit that stands lowered.
pub(crate) fn subscript(c: char) -> Option<char> {
    let place = SUBSCRIPTS.chars().position(|digit| digit == c)?;
    char::from_digit(place as u32, 10)
}

/// Space, and what takes no room: both come along when a formula is copied from a document.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// What a terminal would draw with no width, or take as a change of direction.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Whether `c` may be part of a name as it stands.
pub(crate) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The letter or sign that a mathematical alphabet (𝑥, 𝛼, ℎ) or a wide one (ｘ, （) stands for.
pub(crate) fn plain(c: char) -> Option<char> {
    let styled =
        matches!(c, '\u{2100}'..='\u{214f}' | '\u{1d400}'..='\u{1d7ff}' | '\u{ff01}'..='\u{ff5e}');
    let mut forms = styled.then(|| std::iter::once(c).nfkc())?;
    let first = forms.next()?;
    (first != c && forms.next().is_none()).then_some(first)
}

/// The ASCII spelling of a name that may be given in Greek.
pub(crate) fn ascii_name(name: &str) -> String {
    name.chars().map(|c| greek(c).map_or(c.to_string(), str::to_owned)).collect()
}

/// What is said of a character that is no part of any formula: the message and the help.
pub(crate) fn unexpected(c: char) -> (String, &'static str) {
    let code = format!("U+{:04X}", c as u32);
    match c {
        '\0' => (
            format!("unexpected character {code}"),
            "the text seems to be UTF-16; save it as UTF-8, or retype it",
        ),
        '\u{fffd}' => (
            "a byte here is not UTF-8".to_owned(),
            "the text comes from another encoding; save it as UTF-8, or retype the character",
        ),
        '∞' => ("infinity is not a number of a formula".to_owned(), INFINITY),
        '∑' | '∏' | '∫' => (format!("`{c}` is not part of the language"), SUM),
        '~' | '!' => {
            (format!("unexpected character `{c}`"), "the opposite of a test is `not x > 0`")
        }
        '%' => ("a remainder is not part of the language".to_owned(), REMAINDER),
        '\'' | '′' => (
            "a derivative is not part of the language".to_owned(),
            "Ogive derives it; another name is written `x1` or `x_1`",
        ),
        _ if c.is_control() => (format!("unexpected control character {code}"), "delete it"),
        _ => match CONFUSABLE.iter().find(|(other, _)| *other == c) {
            Some((_, latin)) => (
                format!("`{c}` is a Cyrillic letter, {code}, that looks like `{latin}`"),
                "type the Latin letter",
            ),
            None if c.is_ascii() => (format!("unexpected character `{c}`"), CHARACTERS),
            None if c.width() == Some(0) => (format!("unexpected character {code}"), "delete it"),
            None => (format!("unexpected character `{c}`, {code}"), CHARACTERS),
        },
    }
}

pub(crate) const INFINITY: &str =
    "leave out the side that has no bound: `max(0, x)`, `clamp(x, min=0)`";
pub(crate) const SUM: &str = "write the terms out; a polynomial is `poly(a, x) | a = [0, 1, 0.5]`";
pub(crate) const POSITIVE: &str = "the positive part is `max(0, x)` or `[x]_+`";
pub(crate) const REMAINDER: &str = "it jumps in every period; what repeats smoothly is `sin(x)`";
const CHARACTERS: &str =
    "a formula is made of names, numbers and + - * / ^ ( ) | { } < > ? : = ; ,";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styled_letters_are_plain_ones() {
        for (styled, wanted) in [('𝑥', 'x'), ('𝛼', 'α'), ('ℎ', 'h'), ('（', '('), ('𝟐', '2')]
        {
            assert_eq!(plain(styled), Some(wanted));
        }
        for c in ['x', '²', 'é', '∞', '💥'] {
            assert_eq!(plain(c), None);
        }
    }

    #[test]
    fn a_digit_keeps_its_value_when_raised_or_lowered() {
        assert_eq!(
            (superscript('³'), subscript('₉'), superscript('3')),
            (Some('3'), Some('9'), None)
        );
    }
}
