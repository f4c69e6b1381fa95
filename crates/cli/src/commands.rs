//! One file per command.

pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod eval;
pub(crate) mod list;
pub(crate) mod show;

use ogive::Activation;
use ogive::formula::{Formula, Parameter};

use crate::args::Subject;
use crate::printer::{Error, WIDTH, tell, wrapped};

/// The activation that the command line names, with its parameters set.
pub(crate) fn activation(subject: &Subject) -> Result<Activation, Error> {
    let text = subject.activation.trim();
    if subject.strict && ogive::catalog::find(text).is_none() {
        let formula =
            Formula::parse_strict(text, ogive::catalog::library()).map_err(ogive::Error::from)?;
        return with_settings(Activation::from_formula(text, formula), &subject.parameters);
    }
    named(text, &subject.parameters)
}

/// The activation of that name or formula, with these settings `NAME=VALUE`.
pub(crate) fn named(text: &str, settings: &[String]) -> Result<Activation, Error> {
    with_settings(Activation::new(text)?, settings)
}

fn with_settings(mut activation: Activation, settings: &[String]) -> Result<Activation, Error> {
    for setting in settings {
        let (name, value) = name_and_value(setting).ok_or_else(|| {
            Error::new(format!("--param {setting}: expected NAME=VALUE, such as beta=1.5"))
        })?;
        let value = number(value)
            .ok_or_else(|| Error::new(format!("--param {setting}: `{value}` is not a number")))?;
        activation
            .set_parameter(name, value)
            .map_err(|error| Error::new(format!("--param {setting}: {error}")))?;
    }
    Ok(activation)
}

/// More undeclared names than this are counted.
const MOST_NAMES: usize = 4;

/// Says on the standard error which names of a formula were taken as parameters, but for those of
/// `settings`: one of them may be a slip.
pub(crate) fn tell_undeclared(activation: &Activation, settings: &[String]) {
    let set: Vec<&str> =
        settings.iter().filter_map(|setting| Some(name_and_value(setting)?.0)).collect();
    let undeclared: Vec<&Parameter> = activation
        .parameters()
        .iter()
        .filter(|known| !known.declared && !set.contains(&known.name.as_str()))
        .collect();
    let (taken, them) = match undeclared.len() {
        0 => return,
        1 => ("it is taken as a learnable parameter", "it"),
        _ => ("they are taken as learnable parameters", "them"),
    };
    let list = |of: fn(&Parameter) -> String| {
        let shown: Vec<String> =
            undeclared.iter().take(MOST_NAMES).map(|known| of(known)).collect();
        let more = undeclared.len() - shown.len();
        shown.join(", ") + &if more > 0 { format!(", and {more} more") } else { String::new() }
    };
    let names = list(|known| format!("`{}`", short(&known.name, 20)));
    let declared = list(|known| short(&known.to_string(), 24));
    let text = format!(
        "note: {} does not declare {names}; {taken}; declare {them}: … | {declared}",
        short(activation.name(), 40)
    );
    tell(wrapped(&text, WIDTH, "  ").trim_start());
}

/// The text without control characters, cut to `width` characters.
fn short(text: &str, width: usize) -> String {
    let is_long = text.chars().nth(width).is_some();
    let shown = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    if is_long { shown.take(width - 1).chain(['…']).collect() } else { shown.collect() }
}

/// Both sides of `NAME=VALUE`.
fn name_and_value(setting: &str) -> Option<(&str, &str)> {
    setting.split_once('=').map(|(name, value)| (name.trim(), value.trim()))
}

/// A number as people and C99 write it.
pub(crate) fn number(text: &str) -> Option<f64> {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match magnitude.strip_prefix("0x").or_else(|| magnitude.strip_prefix("0X")) {
        Some(digits) => hexadecimal(digits).map(|value| sign * value),
        // `parse` takes a sign of its own: not a second one.
        None if magnitude.starts_with(['+', '-']) => None,
        None => magnitude.parse::<f64>().ok().map(|value| sign * value),
    }
}

/// `1.8p+1`, the part behind `0x` of a C99 float.
fn hexadecimal(text: &str) -> Option<f64> {
    let (digits, exponent) = match text.split_once(['p', 'P']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + fraction.len() == 0 || whole.len() + fraction.len() > 28 {
        return None;
    }
    let mantissa = u128::from_str_radix(&format!("{whole}{fraction}"), 16).ok()?;
    let exponent = exponent.checked_sub(4 * fraction.len() as i32)?;
    // More bits than a float holds: keep 64 and let the last say whether any were lost.
    let excess = (128 - mantissa.leading_zeros()).saturating_sub(64);
    let lost = mantissa & ((1u128 << excess) - 1) != 0;
    let kept = (mantissa >> excess) as u64 | u64::from(lost);
    Some(scaled(kept, exponent + excess as i32))
}

/// `mantissa·2^exponent`, rounded once to nearest even.
fn scaled(mantissa: u64, exponent: i32) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let top = 64 - mantissa.leading_zeros() as i32 + exponent;
    if top > 1024 {
        return f64::INFINITY;
    }
    // Bits that the result keeps: 53, fewer below the normal range.
    let keep = (top + 1074).min(53);
    let drop = 64 - mantissa.leading_zeros() as i32 - keep;
    if keep < 0 {
        return 0.0;
    }
    let rounded = if drop > 0 {
        let drop = drop as u32;
        let (kept, rest) = if drop >= 64 {
            (0, mantissa)
        } else {
            (mantissa >> drop, mantissa & ((1 << drop) - 1))
        };
        let half = 1u64 << (drop - 1).min(63);
        kept + u64::from(rest > half || (rest == half && kept & 1 == 1))
    } else {
        mantissa
    };
    // Both factors are exact and so is their product, in two steps where 2^exponent is subnormal.
    let exponent = exponent + drop.max(0);
    let (first, second) = (exponent / 2, exponent - exponent / 2);
    rounded as f64 * 2f64.powi(first) * 2f64.powi(second)
}

#[cfg(test)]
mod tests {
    use super::number;
    use crate::printer::hex;

    #[test]
    fn hexadecimal_numbers_round_trip() {
        let mut bits = 1u64;
        for _ in 0..20_000 {
            bits = bits.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            for value in [f64::from_bits(bits), f64::from(f32::from_bits((bits >> 32) as u32))] {
                let read = number(&hex(value)).unwrap();
                assert!(read.to_bits() == value.to_bits() || value.is_nan(), "{value:e} {read:e}");
            }
        }
        for bits in
            [0, 1, 2, 3, 0x000f_ffff_ffff_ffff, 0x0010_0000_0000_0000, 0x7fef_ffff_ffff_ffff]
        {
            let value = f64::from_bits(bits);
            assert_eq!(number(&hex(value)).unwrap().to_bits(), bits, "{value:e}");
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [
            ("1e-39", 1e-39),
            ("-0.5", -0.5),
            ("+2", 2.0),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("0x10", 16.0),
            ("0x1.8", 1.5),
            ("0x1.00000000000008p0", 1.0), // a tie, to even
            ("0x1.000000000000081p0", 1.0000000000000002),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["", "x", "1.2.3", "0x", "--1", "0xp1", "1e", "0x1p99999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
