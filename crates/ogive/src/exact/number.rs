//! A number of any size.

use astro_float_num::{BigFloat, RoundingMode, Sign};

pub(super) const NEAREST: RoundingMode = RoundingMode::None;
/// Two evaluations agree if they differ by less than this share, in bits.
pub(super) const AGREED: i32 = 70;
const TWO_64: f64 = 18446744073709551616.0;

/// A number of any size.
#[derive(Clone, Debug)]
pub(crate) enum Number {
    /// One that so many bits and an exponent of 32 hold.
    Near(BigFloat),
    /// ±e^log, which is too large or too small for that: e^(10^10).
    Far { is_negative: bool, log: Box<Number> },
}

/// An f64 as it is, in as many bits as it has at least.
pub(super) fn from_f64(value: f64, precision: usize) -> BigFloat {
    if value.is_subnormal() {
        // The crate takes the exponent of these for one less than it is.
        let power = BigFloat::from_f64(TWO_64.recip(), precision);
        return BigFloat::from_f64(value * TWO_64, precision).mul(&power, precision, NEAREST);
    }
    BigFloat::from_f64(value, precision)
}

/// The nearest f64.
pub(super) fn to_f64(number: &BigFloat) -> f64 {
    let Some((words, _, sign, exponent, _)) = number.as_raw_parts() else {
        return match (number.is_inf_pos(), number.is_inf_neg()) {
            (true, _) => f64::INFINITY,
            (_, true) => f64::NEG_INFINITY,
            _ => f64::NAN,
        };
    };
    // The last word is the highest; its first bit is ½ of the number's binade.
    let Some((top, below)) = words.split_last() else { return 0.0 };
    let sticky = u64::from(below.iter().any(|word| *word != 0));
    // How many of its bits are below the last place of a subnormal number.
    let lost = -1010 - i64::from(exponent);
    let size = if lost > 11 {
        f64::from_bits(without_last_bits(u128::from(*top) << 64 | u128::from(sticky), 64 + lost))
    } else {
        libm::ldexp((*top | sticky) as f64, exponent.saturating_sub(64))
    };
    if sign == Sign::Neg { -size } else { size }
}

/// `bits`, of which the highest is set, in units of `2^count`, rounded to nearest even.
fn without_last_bits(bits: u128, count: i64) -> u64 {
    if count > 128 {
        return 0;
    }
    let (kept, rest) =
        if count == 128 { (0, bits) } else { (bits >> count, bits << (128 - count)) };
    let half = 1 << 127;
    let rises = rest > half || (rest == half && kept & 1 == 1);
    kept as u64 + u64::from(rises)
}

impl Number {
    /// The nearest f64.
    pub(crate) fn to_f64(&self) -> f64 {
        match self {
            Number::Near(number) => to_f64(number),
            Number::Far { is_negative, log } => {
                let size = if log.is_negative() { 0.0 } else { f64::INFINITY };
                if *is_negative { -size } else { size }
            }
        }
    }

    pub(crate) fn is_nan(&self) -> bool {
        matches!(self, Number::Near(number) if number.is_nan())
    }

    pub(super) fn is_zero(&self) -> bool {
        matches!(self, Number::Near(number) if number.is_zero())
    }

    pub(super) fn is_negative(&self) -> bool {
        match self {
            Number::Near(number) => number.is_negative(),
            Number::Far { is_negative, .. } => *is_negative,
        }
    }

    /// Whether two evaluations say the same.
    pub(super) fn agree(a: &Number, b: &Number) -> bool {
        let (Number::Near(near_a), Number::Near(near_b)) = (a, b) else {
            // Far beyond f64 only the side counts.
            return a.to_f64() == b.to_f64();
        };
        let (a, b) = (near_a, near_b);
        if a.is_nan() || b.is_nan() {
            return a.is_nan() && b.is_nan();
        }
        if a.is_inf() || b.is_inf() {
            return a.cmp(b) == Some(0);
        }
        // Digits that are 0 so far say nothing of those that follow.
        if a.is_zero() || b.is_zero() {
            return false;
        }
        let difference = a.sub(b, 128, NEAREST);
        match (difference.exponent(), b.exponent()) {
            _ if difference.is_zero() => true,
            (Some(difference), Some(size)) => difference < size.saturating_sub(AGREED),
            _ => false,
        }
    }

    /// Whether both are far beyond f64 on the same side, and so far that terms which are lost in their
    /// logarithms do not bring them back.
    pub(super) fn are_as_far(a: &Number, b: &Number) -> bool {
        match (a, b) {
            (Number::Far { log: log_a, .. }, Number::Far { log: log_b, .. }) => {
                let logs_agree = match (&**log_a, &**log_b) {
                    (Number::Near(_), Number::Near(_)) => Number::agree(log_a, log_b),
                    _ => Number::are_as_far(log_a, log_b),
                };
                a.is_negative() == b.is_negative() && logs_agree
            }
            _ => false,
        }
    }

    /// Whether all that is left of a value is noise: it is smaller by most of the bits that were added.
    pub(super) fn shrinks(before: &Number, now: &Number, added: usize) -> bool {
        let (Number::Near(before), Number::Near(now)) = (before, now) else { return false };
        match (before.exponent(), now.exponent()) {
            _ if now.is_zero() => true,
            (Some(before), Some(now)) => i64::from(before) - i64::from(now) > added as i64 / 2,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NEAREST, TWO_64, from_f64, to_f64};

    #[test]
    fn an_f64_comes_back_as_it_was() {
        let powers = (0..64u32).map(|place| 1u64 << place).chain([0]);
        for bits in powers.flat_map(|bits| [bits, bits | 1, bits.wrapping_sub(1), bits | 1 << 63]) {
            let value = f64::from_bits(bits);
            let back = to_f64(&from_f64(value, 128));
            assert!(back == value || (back.is_nan() && value.is_nan()), "{value:e}: {back:e}");
        }
    }

    #[test]
    fn a_subnormal_result_is_rounded_once() {
        let tiny = from_f64(5e-324, 128);
        // Just below one and a half of the smallest number; that itself, and just above; below half of it.
        let share = |share: f64, rest: f64| {
            let share = from_f64(share, 128).add(&from_f64(rest / TWO_64, 128), 128, NEAREST);
            to_f64(&share.mul(&tiny, 192, NEAREST))
        };
        assert_eq!(share(1.5, -1.0), 5e-324);
        assert_eq!(share(1.5, 0.0), 1e-323);
        assert_eq!(share(1.5, 1.0), 1e-323);
        assert_eq!(share(2.5, 0.0), 1e-323);
        assert_eq!(share(0.5, 0.0), 0.0);
        assert_eq!(share(0.5, 1.0), 5e-324);
        assert_eq!(share(0.2, 0.0), 0.0);
        // The largest that is rounded so, and the first that is normal.
        assert_eq!(share(4503599627370495.25, 0.0), f64::MIN_POSITIVE - 5e-324);
        assert_eq!(share(4503599627370495.5, 0.0), f64::MIN_POSITIVE);
    }
}
