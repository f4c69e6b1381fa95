//! The sign-flip test of paired differences.
//!
//! If arm and baseline are interchangeable, each difference could as well have had the other sign. So
//! all 2ⁿ sign patterns are equally likely, and p is the share of them whose sum is at least as far
//! from 0 as the observed one. No distribution is assumed.
//!
//! Counting 2ⁿ patterns does not need 2ⁿ steps: the sums of the first half and of the second half of
//! the differences are listed (2^(n/2) each), one list is sorted, and for each sum of the other a
//! binary search counts the partners that carry it far enough. This is exact up to 40 seeds; beyond,
//! patterns are drawn.

use crate::random::{Purpose, Stream};

/// Most differences whose sign patterns are counted exactly.
const EXACT: usize = 40;
/// Sign patterns drawn when there are more.
const DRAWS: u32 = 1 << 20;
/// Sums closer than this share of Σ|d| are ties: scores are multiples of 1/rows, their sums meet
/// often, and rounding must not break a tie.
const TIE: f64 = 1e-9;

/// The two-sided p of the sign-flip test on the sum of the differences.
///
/// Exact for up to 40 differences; beyond that from 2²⁰ draws of one fixed stream, with the +1
/// correction that keeps p above 0. No differences, or all zero, give 1. `None` if one is not finite.
pub fn sign_flip_p(differences: &[f64]) -> Option<f64> {
    let total: f64 = differences.iter().map(|difference| difference.abs()).sum();
    if !total.is_finite() {
        return None;
    }
    let observed = differences.iter().sum::<f64>().abs();
    let threshold = observed - TIE * total;
    if threshold <= 0.0 {
        return Some(1.0);
    }
    Some(if differences.len() <= EXACT {
        exact(differences, threshold)
    } else {
        drawn(differences, threshold)
    })
}

fn exact(differences: &[f64], threshold: f64) -> f64 {
    let (first, second) = differences.split_at(differences.len() / 2);
    let mut second = signed_sums(second);
    second.sort_unstable_by(f64::total_cmp);
    let far: usize = signed_sums(first)
        .into_iter()
        .map(|sum| {
            let above = second.len() - second.partition_point(|other| sum + other < threshold);
            let below = second.partition_point(|other| sum + other <= -threshold);
            above + below
        })
        .sum();
    far as f64 / 2_f64.powi(differences.len() as i32)
}

/// The sums of all sign patterns of the differences.
fn signed_sums(differences: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0];
    for difference in differences {
        sums = sums.iter().flat_map(|sum| [sum + difference, sum - difference]).collect();
    }
    sums
}

fn drawn(differences: &[f64], threshold: f64) -> f64 {
    let mut stream = Stream::new(0, Purpose::SignFlips, 0, differences.len() as u64);
    let mut far = 0_u32;
    for _ in 0..DRAWS {
        let mut sum = 0.0;
        for word in differences.chunks(64) {
            let bits = stream.bits();
            for (place, difference) in word.iter().enumerate() {
                sum += if bits >> place & 1 == 1 { *difference } else { -difference };
            }
        }
        far += u32::from(f64::abs(sum) >= threshold);
    }
    f64::from(far + 1) / f64::from(DRAWS + 1)
}

#[cfg(test)]
mod tests {
    use super::{drawn, exact};

    #[test]
    fn draws_agree_with_the_exact_count() {
        let differences: Vec<f64> = (0..24).map(|i| f64::from(i % 7) - 2.1).collect();
        let threshold = differences.iter().sum::<f64>().abs();
        let (exact, drawn) = (exact(&differences, threshold), drawn(&differences, threshold));
        let error = (exact * (1.0 - exact) / f64::from(super::DRAWS)).sqrt();
        assert!((exact - drawn).abs() < 5.0 * error, "{exact} {drawn}");
    }
}
