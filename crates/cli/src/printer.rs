//! What goes to the standard output: text for people, or one JSON object per line.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

/// Why a command ended; the message goes to the standard error.
#[derive(Debug)]
pub(crate) struct Error {
    message: String,
    broken_pipe: bool,
}

impl Error {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Error { message: message.to_string(), broken_pipe: false }
    }

    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }
}

/// Columns of a terminal.
pub(crate) const WIDTH: usize = 80;

/// The longest line of a message, in characters.
const LONGEST: usize = 240;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A message repeats what was typed: that may be long, and must not steer the terminal.
        for (place, line) in self.message.lines().enumerate() {
            let mut shown: String =
                line.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
            if line.chars().nth(LONGEST).is_some() {
                shown.push('…');
            }
            write!(f, "{}{shown}", if place > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

/// A line for the standard error. If nobody reads that, nobody needs to know.
pub(crate) fn tell(text: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        let broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        Error { message: format!("cannot write the output: {error}"), broken_pipe }
    }
}

impl From<ogive_lab::Error> for Error {
    fn from(error: ogive_lab::Error) -> Self {
        Error::new(error)
    }
}

impl From<ogive::Error> for Error {
    fn from(error: ogive::Error) -> Self {
        Error::new(error)
    }
}

/// The standard output.
pub(crate) struct Printer {
    out: BufWriter<StdoutLock<'static>>,
    color: bool,
}

impl Printer {
    pub(crate) fn stdout() -> Self {
        let out = io::stdout().lock();
        let color = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Printer { out: BufWriter::new(out), color }
    }

    /// Whether colours are wanted.
    pub(crate) fn color(&self) -> bool {
        self.color
    }

    /// One line of text.
    pub(crate) fn line(&mut self, text: impl fmt::Display) -> Result<(), Error> {
        Ok(writeln!(self.out, "{text}")?)
    }

    /// One JSON object on a line of its own.
    pub(crate) fn json(&mut self, value: &serde_json::Value) -> Result<(), Error> {
        self.line(value)
    }

    /// Writes out what is buffered.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        Ok(self.out.flush()?)
    }
}

/// A float as C99 writes it, exactly: `0x1.8p+1`.
pub(crate) fn hex(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}inf");
    }
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i64, bits & 0x000f_ffff_ffff_ffff);
    if exponent == 0 && fraction == 0 {
        return format!("{sign}0x0p+0");
    }
    let (lead, exponent) = if exponent == 0 { (0, -1022) } else { (1, exponent - 1023) };
    let digits = format!("{fraction:013x}");
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}0x{lead}{point}{digits}p{exponent:+}")
}

/// Text in lines of at most `width` characters, broken at spaces.
pub(crate) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && indent.len() + line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.iter().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn hex_floats_are_those_of_c99() {
        for (value, text) in [
            (3.0, "0x1.8p+1"),
            (-0.0, "-0x0p+0"),
            (1.0, "0x1p+0"),
            (0.1, "0x1.999999999999ap-4"),
            (f64::from(f32::from_bits(1)), "0x1p-149"),
            (f64::from_bits(1), "0x0.0000000000001p-1022"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(hex(value), text);
        }
    }
}
