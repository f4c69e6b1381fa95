//! Text to tokens, each with its place.

use std::ops::Range;

use crate::Error;
use crate::characters::{
    POSITIVE, fraction, greek, is_blank, is_name, plain, sign, subscript, superscript, unexpected,
    word,
};
use crate::latex;
use crate::number::{number, number_length, suffix_length};

/// The longest formula, in bytes.
pub(crate) const LONGEST: usize = 64 * 1024;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Number(f64),
    /// A name in ASCII; a Greek letter or a module prefix is already translated.
    Name(String),
    /// What stands between quotes: the value of an option.
    Text(String),
    Sign(&'static str),
    End,
}

/// A token and the bytes it came from; a name's include the modules in front of it.
pub(crate) type Spanned = (Token, Range<usize>);

/// Longer signs stand before their beginnings.
#[rustfmt::skip]
const SIGNS: [&str; 34] = [
    "===", "!==", "**", "<=", ">=", "==", "!=", "=>", "=<", "<>", "->", "&&", ":=", "//", "+", "-", "*", "/", "^",
    "(", ")", "{", "}", "[", "]", "<", ">", "=", ",", ";", "|", "?", ":", "&",
];

/// Modules, types and objects whose prefix says nothing: `torch.exp` is `exp`, `self.alpha` is
/// `alpha`.
#[rustfmt::skip]
const MODULES: [&str; 32] = [
    "torch", "nn", "functional", "F", "special", "np", "numpy", "jnp", "jax", "lax", "scipy", "math",
    "cmath", "tf", "keras", "activations", "ops", "K", "backend", "flax", "linen", "mx", "paddle",
    "cp", "Math", "std", "f32", "f64", "self", "cls", "layers",
    "stats",
];

/// Words behind which a line goes on.
const OPEN_WORDS: [&str; 6] = ["if", "else", "and", "or", "not", "return"];

/// What opens and closes a quoted word, the typographic quotes included.
const QUOTES: [char; 6] = ['\'', '"', '‘', '’', '“', '”'];

/// Splits `text` into tokens; the last is always [`Token::End`]. In LaTeX, where letters that touch
/// are a product, `known` says which words are names.
pub(crate) fn tokens(text: &str, known: &dyn Fn(&str) -> bool) -> Result<Vec<Spanned>, Error> {
    if text.len() > LONGEST {
        return Err(Error::new(format!(
            "the formula has {} bytes; at most {LONGEST} are accepted",
            text.len()
        ))
        .help("if this is a file of data or code, pass the formula alone"));
    }
    // What could not be decoded is no part of a name either.
    if let Some(at) = text.find(char::REPLACEMENT_CHARACTER) {
        let (message, help) = unexpected(char::REPLACEMENT_CHARACTER);
        let end = at + char::REPLACEMENT_CHARACTER.len_utf8();
        return Err(Error::at(text, at..end, message).help(help));
    }
    if latex::is_latex(text) {
        return latex::tokens(text, known);
    }
    let mut reader = Reader { text, at: 0, found: Vec::new(), statement: Statement::default() };
    while reader.at < text.len() {
        reader.token()?;
    }
    reader.found.push((Token::End, text.len()..text.len()));
    Ok(reader.found)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    found: Vec<Spanned>,
    statement: Statement,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn push(&mut self, token: Token, start: usize) {
        self.found.push((token, start..self.at));
    }

    fn token(&mut self) -> Result<(), Error> {
        let (rest, start) = (self.rest(), self.at);
        let Some(first) = rest.chars().next() else { return Ok(()) };
        let c = plain(first).unwrap_or(first);
        if is_blank(first) {
            // A line break ends a binding, as `;` does.
            self.at += first.len_utf8();
            if first == '\n' && self.statement.ends_after(self.found.last()) {
                self.statement = Statement::default();
                self.push(Token::Sign(";"), start);
            }
        } else if first == '#' {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("\"\"\"") || rest.starts_with("'''") {
            let Some(length) = rest[3..].find(&rest[..3]) else {
                return Err(Error::at(self.text, start..start + 3, "this text has no end")
                    .help(format!("it ends with {}", &rest[..3])));
            };
            self.at += length + 6;
        } else if QUOTES.contains(&first) {
            self.quoted()?;
        } else if rest.starts_with("\\\n") || rest.starts_with("\\\r\n") {
            self.at += 1;
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit()))
        {
            self.at += number_length(rest);
            let value = number(self.text, start..self.at)?;
            self.at += suffix_length(&self.text[start..self.at], self.rest());
            self.push(Token::Number(value), start);
        } else if let Some(length) = positive_part(self.text, start, self.found.last()) {
            self.at += length;
            self.push(Token::Sign("_+"), start);
        } else if first.is_ascii_alphabetic() || first == '_' {
            self.name();
        } else if c.is_ascii_alphabetic() || greek(c).is_some() {
            // Letters of a formula, set as such: each is a name.
            self.at += first.len_utf8();
            let letter = greek(c).map_or(c.to_string(), str::to_owned);
            let name = letter + &self.index();
            self.push(Token::Name(name), start);
        } else if superscript(first).is_some() {
            self.raised()?;
        } else if let Some(value) = fraction(first) {
            self.at += first.len_utf8();
            self.push(Token::Number(value), start);
        } else if let Some(digit) = c.to_digit(10).filter(|_| c != first) {
            self.at += first.len_utf8();
            self.push(Token::Number(f64::from(digit)), start);
        } else if let Some(name) = word(first) {
            self.at += first.len_utf8();
            self.push(Token::Name(name.to_owned()), start);
        } else {
            return self.sign(first, c);
        }
        Ok(())
    }

    fn sign(&mut self, first: char, c: char) -> Result<(), Error> {
        let (rest, start) = (self.rest(), self.at);
        let mut letters = [0; 4];
        let written = if c == first { rest } else { c.encode_utf8(&mut letters) };
        if first == '.' && rest[1..].starts_with(|d: char| d.is_alphabetic() || d == '_') {
            self.at += 1;
            self.push(Token::Sign("."), start);
        } else if let Some(sign) = sign(c) {
            self.at += first.len_utf8();
            self.push(Token::Sign(sign), start);
        } else if let Some(sign) = SIGNS.iter().find(|sign| written.starts_with(**sign)) {
            self.at += if c == first { sign.len() } else { first.len_utf8() };
            let sign = if *sign == ":=" { "=" } else { *sign };
            self.statement.see(sign);
            self.push(Token::Sign(sign), start);
        } else {
            let (message, help) = unexpected(first);
            let span = start..start + first.len_utf8();
            return Err(Error::at(self.text, span, message).help(help));
        }
        Ok(())
    }

    /// A name with the modules in front of it: `torch.nn.functional.relu`, `std::exp`.
    fn name(&mut self) {
        let start = self.at;
        loop {
            let rest = self.rest();
            let length = rest.find(|d: char| !is_name(d)).unwrap_or(rest.len());
            let (name, behind) = rest.split_at(length);
            let separator = ["::", "."].into_iter().find(|sign| behind.starts_with(sign));
            let separator = separator.map_or(0, str::len);
            let more = behind[separator..].starts_with(|d: char| d.is_alphabetic() || d == '_');
            self.at += length;
            let is_module = match name {
                // The normal distribution of SciPy; elsewhere this is a name.
                "norm" => [".cdf(", ".pdf("].iter().any(|function| behind.starts_with(function)),
                _ => MODULES.contains(&name),
            };
            if separator > 0 && more && is_module {
                self.at += separator;
                continue;
            }
            let name = name.to_owned() + &self.lowered(name.ends_with('_'));
            return self.push(Token::Name(name), start);
        }
    }

    /// What belongs to a Greek letter: `α1`, `α_1`, `α_pos`, `α₁`, `α_{1}`.
    fn index(&mut self) -> String {
        let rest = self.rest();
        let mut length = rest.find(|d: char| !d.is_ascii_digit()).unwrap_or(rest.len());
        if rest[length..].starts_with('_') {
            let after = &rest[length + 1..];
            length += 1 + after.find(|d: char| !is_name(d)).unwrap_or(after.len());
        }
        self.at += length;
        let index = &rest[..length];
        index.to_owned() + &self.lowered(index.ends_with('_'))
    }

    /// A lowered index: digits set low, or, behind `_`, what stands in braces.
    fn lowered(&mut self, behind_underscore: bool) -> String {
        let rest = self.rest();
        if behind_underscore
            && let Some(inside) = rest.strip_prefix('{')
            && let Some(length) = inside.find('}')
            && inside[..length].chars().all(is_name)
        {
            self.at += length + 2;
            return inside[..length].to_owned();
        }
        let digits: String = rest.chars().map_while(subscript).collect();
        self.at += rest.chars().take(digits.len()).map(char::len_utf8).sum::<usize>();
        if digits.is_empty() || behind_underscore { digits } else { format!("_{digits}") }
    }

    /// `²`, `⁻¹`, `⁻ᵝˣ`: a power and its exponent.
    fn raised(&mut self) -> Result<(), Error> {
        let start = self.at;
        let run: String = self.rest().chars().map_while(superscript).collect();
        let length: usize = self.rest().chars().take(run.chars().count()).map(char::len_utf8).sum();
        let refused = |message: &str, help: &str| {
            Err(Error::at(self.text, start..start + length, message).help(help))
        };
        if run == "+" {
            return refused("an exponent `+` is not part of the language", POSITIVE);
        }
        if !run.contains(char::is_alphanumeric) {
            return refused("this exponent has no number", "write it behind `^`: `e^(-x)`");
        }
        let depths = run.chars().scan(0, |depth, c| {
            *depth += i32::from(c == '(') - i32::from(c == ')');
            Some(*depth)
        });
        if depths.clone().any(|depth| depth < 0) || depths.last() != Some(0) {
            let message = "a bracket of this exponent has no partner there";
            return refused(message, "write it behind `^`: `e^(-x)`");
        }
        let is_letter = |c: char| c.is_alphabetic();
        let pairs = run.chars().zip(run.chars().skip(1));
        if pairs.clone().any(|(a, b)| is_letter(a) && b.is_ascii_digit()) {
            let message = "what a digit behind a letter does up here is not clear";
            return refused(message, "write it behind `^`: `e^(-x^2)`");
        }
        // The first character is the power and its bracket, the end of the last one closes it.
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
        self.push(Token::Sign("^"), start);
        self.push(Token::Sign("("), start);
        self.at = start;
        while self.at < start + length {
            let start = self.at;
            let digits = self.rest().chars().map_while(superscript);
            let digits: String = digits.take_while(char::is_ascii_digit).collect();
            let plain = self.rest().chars().next().and_then(superscript).unwrap_or(' ');
            let taken = self.rest().chars().take(digits.chars().count().max(1));
            self.at += taken.map(char::len_utf8).sum::<usize>();
            let token = match plain {
                '0'..='9' => match digits.parse::<f64>() {
                    Ok(value) if value.is_finite() => Token::Number(value),
                    _ => {
                        let message = "this number is too large";
                        return Err(Error::at(self.text, start..self.at, message));
                    }
                },
                '+' => Token::Sign("+"),
                '-' => Token::Sign("-"),
                '(' => Token::Sign("("),
                ')' => Token::Sign(")"),
                letter => Token::Name(greek(letter).map_or(letter.to_string(), str::to_owned)),
            };
            self.push(token, start);
        }
        self.push(Token::Sign(")"), self.at);
        Ok(())
    }

    fn quoted(&mut self) -> Result<(), Error> {
        let (rest, start) = (self.rest(), self.at);
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let span = start..start + first;
        let prime = rest.starts_with('\'') || rest.starts_with('’');
        if let Some((Token::Name(_) | Token::Sign(")"), last)) = self.found.last()
            && prime
            && last.end == start
        {
            let (message, help) = unexpected('\'');
            return Err(Error::at(self.text, span, message).help(help));
        }
        let line = rest[first..].split('\n').next().unwrap_or("");
        let Some(length) = line.find(QUOTES) else {
            return Err(Error::at(self.text, span, "this quote has no partner")
                .help("give the formula without quotes"));
        };
        let closing = line[length..].chars().next().map_or(0, char::len_utf8);
        self.at += first + length + closing;
        self.push(Token::Text(line[..length].to_owned()), start);
        Ok(())
    }
}

/// How long the sign of the positive part is that stands behind a bracket: `[x]_+`, `(x)_{+}`.
pub(crate) fn positive_part(text: &str, at: usize, last: Option<&Spanned>) -> Option<usize> {
    let bracket = |span: &Range<usize>| text[span.clone()].ends_with([')', ']']);
    let bracketed = matches!(last, Some((Token::Sign(")" | "]"), span)) if bracket(span));
    let sign = ["_+", "_{+}"].into_iter().find(|sign| text[at..].starts_with(sign));
    sign.filter(|_| bracketed).map(str::len)
}

/// Where in a statement the reader is: a line break ends a complete binding outside brackets.
#[derive(Default)]
struct Statement {
    depth: i32,
    binding: bool,
}

impl Statement {
    fn see(&mut self, sign: &str) {
        match sign {
            "(" | "{" | "[" => self.depth += 1,
            ")" | "}" | "]" => self.depth -= 1,
            ";" => self.binding = false,
            // Inside brackets it is Python's keyword argument.
            "=" => self.binding |= self.depth == 0,
            _ => {}
        }
    }

    fn ends_after(&self, last: Option<&Spanned>) -> bool {
        use Token::{Name, Number, Sign};
        let complete = match last {
            Some((Name(name), _)) => !OPEN_WORDS.contains(&name.as_str()),
            Some((token, _)) => matches!(token, Number(_) | Sign(")" | "}" | "]" | "|")),
            None => false,
        };
        self.depth == 0 && self.binding && complete
    }
}
