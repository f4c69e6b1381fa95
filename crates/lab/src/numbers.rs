//! Numbers and names as a reader wants to see them: shared by the sentence, the table and the report.

pub(crate) use ogive_picture::fixed;

/// Like [`fixed`], with a plus sign for what is positive after rounding.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let positive = !text.starts_with('-') && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if positive { format!("+{text}") } else { text }
}

/// A p value: three decimals, or that it is smaller.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("{p:.3}") }
}

/// `value` with at most this many significant digits and no trailing zeros.
pub(crate) fn significant(value: f64, digits: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { format!("{value}") };
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-5..7).contains(&magnitude) {
        let text = format!("{value:.*e}", digits.saturating_sub(1));
        let Some((mantissa, exponent)) = text.split_once('e') else { return text };
        return format!("{}e{exponent}", without_zeros(mantissa));
    }
    let decimals = (digits as i32 - 1 - magnitude).max(0) as usize;
    without_zeros(&fixed(value, decimals)).to_owned()
}

/// A decimal number without the zeros that end its fraction.
fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A duration in the unit that suits it.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{} µs", significant(s * 1e6, 3)),
        s if s < 1.0 => format!("{} ms", significant(s * 1e3, 3)),
        s if s < 60.0 => format!("{} s", significant(s, 3)),
        s if s < 3600.0 => format!("{} min {} s", (s / 60.0).floor(), fixed((s % 60.0).floor(), 0)),
        s => format!("{} h {} min", (s / 3600.0).floor(), fixed((s % 3600.0 / 60.0).floor(), 0)),
    }
}

/// An integer with commas between thousands.
pub(crate) fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// At most `width` characters of a name, on one line; what is cut is marked by "…".
pub(crate) fn clip(name: &str, width: usize) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    // A name comes from the command line and goes to a terminal: it must not steer it.
    let line: String = line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if line.chars().count() <= width {
        return line;
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A name as it stands in a sentence: a formula is quoted, so that its words are not ours.
pub(crate) fn quoted(name: &str, width: usize) -> String {
    let clipped = clip(name, width);
    if clipped.contains(' ') { format!("“{clipped}”") } else { clipped }
}

/// "a", "a and b", "a, b and c".
pub(crate) fn enumerate(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{clip, duration, enumerate, fixed, signed, significant, thousands};

    #[test]
    fn numbers_read_as_expected() {
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(signed(0.004, 2), "0.00");
        assert_eq!(signed(0.306, 2), "+0.31");
        assert_eq!(signed(-0.306, 2), "-0.31");
        assert_eq!(significant(0.003, 3), "0.003");
        assert_eq!(significant(1234.5, 3), "1234");
        assert_eq!(significant(1e-9, 3), "1e-9");
        assert_eq!(significant(100.0, 3), "100");
        assert_eq!(duration(0.000_042), "42 µs");
        assert_eq!(duration(125.0), "2 min 5 s");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(999), "999");
    }

    #[test]
    fn names_are_cut_and_joined() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdefg", 6), "abcde…");
        assert_eq!(enumerate(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
