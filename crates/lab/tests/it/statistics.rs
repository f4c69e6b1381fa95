//! Statistics, against scipy 1.17 and statsmodels.

use ogive_lab::statistics::{
    MOST_SEEDS, holm, mean, new_data_interval, paired_differences, paired_interval, seeds_needed,
    sign_flip_p, standard_deviation, student_quantile,
};

fn assert_close(found: f64, expected: f64) {
    let error = (found - expected).abs();
    assert!(error <= 1e-9 * expected.abs().max(1.0), "found {found}, expected {expected}");
}

/// `scipy.stats.t.ppf(p, df)`.
#[test]
fn student_quantiles() {
    #[rustfmt::skip]
    let table = [
        (0.975,    1.0, 12.706204736174694),
        (0.975,    2.0,  4.302652729749462),
        (0.975,    4.0,  2.7764451051977934),
        (0.975,    9.0,  2.262157162798205),
        (0.975,   29.0,  2.045229642132703),
        (0.975,  359.0,  1.9665939377682302),
        (0.975, 9999.0,  1.960201263621357),
        (0.995,    9.0,  3.249835541592126),
        (0.025,    9.0, -2.2621571627982053),
        (0.6,      3.0,  0.2766706623326898),
    ];
    for (probability, degrees, expected) in table {
        assert_close(student_quantile(probability, degrees).unwrap(), expected);
    }
    for (probability, degrees) in
        [(0.0, 3.0), (1.0, 3.0), (f64::NAN, 3.0), (0.5, 0.0), (0.5, f64::NAN)]
    {
        assert_eq!(student_quantile(probability, degrees), None);
    }
}

/// Differences with mean, interval of `scipy.stats.ttest_1samp(d, 0).confidence_interval()`, and p of
/// `scipy.stats.permutation_test((d,), mean, permutation_type="samples", n_resamples=inf)`, which
/// agrees with a count over integers (so ties are counted as ties).
#[test]
fn paired_intervals_and_sign_flips() {
    #[rustfmt::skip]
    let table: [(&[f64], f64, f64, f64, f64); 5] = [
        (&[0.3, -0.1, 0.25, 0.4, 0.05, 0.2], 0.18333333333333335, -0.006340848624237949, 0.37300751529090465, 0.09375),
        (&[1.0, 2.0, 3.0], 2.0, -0.4841377117503298, 4.48413771175033, 0.25),
        (&[0.28, -0.28, 0.56, 0.0, 0.28, 0.84, -0.28, 0.28, 0.0, 0.56], 0.224, -0.03970711646976455, 0.4877071164697646, 0.140625),
        (&[-1.0, -2.0, -1.5, -0.2, 0.1, -3.0, -2.2, -0.7], -1.3125, -2.197754970558006, -0.42724502944199405, 0.015625),
        (&[0.1, -0.2, 0.3, -0.4, 0.5, 0.6, -0.7, 0.8, 0.9, -1.0, 1.1, 1.2, 0.05], 0.25, -0.16611537033439744, 0.6661153703343974, 0.218505859375),
    ];
    for (differences, mean, low, high, p) in table {
        let interval = paired_interval(differences).unwrap();
        assert_close(interval.mean, mean);
        assert_close(interval.low, low);
        assert_close(interval.high, high);
        assert_eq!(sign_flip_p(differences), Some(p));
    }
}

#[test]
fn differences_without_spread() {
    // 0.1 cannot be written in binary: its sums are rounded, and still there is no spread.
    let equal = [0.1; 10];
    let interval = paired_interval(&equal).unwrap();
    assert_eq!((interval.mean, interval.low, interval.high), (0.1, 0.1, 0.1));
    assert_eq!(sign_flip_p(&equal), Some(2.0 / 1024.0));
    assert_eq!(sign_flip_p(&[0.0; 8]), Some(1.0));
    assert_eq!(paired_interval(&[0.0; 8]).unwrap().high, 0.0);
}

#[test]
fn many_seeds_stay_exact_or_are_drawn() {
    assert_eq!(sign_flip_p(&[0.7; 30]), Some(2.0 / 2_f64.powi(30)));
    let drawn = sign_flip_p(&[0.7; 60]).unwrap();
    assert_eq!(drawn, 1.0 / (f64::from(1 << 20) + 1.0), "no draw reaches it, and p is not 0");
}

#[test]
fn too_little_or_too_wild() {
    assert_eq!(mean(&[]), None);
    assert_eq!(standard_deviation(&[1.0]), None);
    assert_eq!(paired_interval(&[1.0]), None);
    assert_eq!(paired_interval(&[1.0, f64::NAN]), None);
    assert_eq!(paired_interval(&[f64::INFINITY; 3]), None);
    assert_eq!(sign_flip_p(&[]), Some(1.0));
    assert_eq!(sign_flip_p(&[1.0, f64::NAN]), None);
    assert_eq!(paired_differences(&[1.0, 2.0], &[4.0, 3.0], false), [-3.0, -1.0]);
}

/// `statsmodels.stats.multitest.multipletests(p, method="holm")`.
#[test]
fn holm_as_in_statsmodels() {
    #[rustfmt::skip]
    let table: [(&[f64], &[f64]); 4] = [
        (&[0.01, 0.04, 0.03, 0.005], &[0.03, 0.06, 0.06, 0.02]),
        (&[0.5, 0.6, 0.9], &[1.0, 1.0, 1.0]),
        (&[0.02, 0.02, 0.02], &[0.06, 0.06, 0.06]),
        (&[0.001], &[0.001]),
    ];
    for (raw, expected) in table {
        for (found, expected) in holm(raw).into_iter().zip(expected) {
            assert_close(found, *expected);
        }
    }
    assert!(holm(&[]).is_empty());
}

/// Mean squares of `statsmodels` `anova_lm(ols("y ~ C(seed) + C(example)"))`, then the formula; in the
/// first table the seed variance is clipped at 0, in the second both are, in the third neither.
#[test]
fn new_data_crosses_seeds_and_examples() {
    let rows = |table: &[&[f64]]| table.iter().map(|row| row.to_vec()).collect::<Vec<_>>();
    #[rustfmt::skip]
    let table = [
        (rows(&[&[1.0, 0.0, 0.0, 1.0, -1.0, 0.0], &[1.0, 1.0, 0.0, 0.0, 0.0, 0.0], &[0.0, 1.0, -1.0, 1.0, 0.0, 1.0]]),
            0.2777777777777778, -0.5840797243125994, 1.139635279868155),
        (rows(&[&[0.0, 1.0, 0.0, 1.0], &[1.0, 0.0, 1.0, 0.0], &[0.0, 1.0, 1.0, 0.0], &[1.0, 0.0, 0.0, 1.0], &[1.0, 1.0, 0.0, 0.0]]),
            0.5, 0.049934127354363256, 0.9500658726456368),
        (rows(&[&[1.0, 2.0, 3.5], &[2.0, 3.25, 4.0]]), 2.625, -7.378194546231478, 12.628194546231478),
    ];
    for (differences, mean, low, high) in table {
        let interval = new_data_interval(&differences).unwrap();
        assert_close(interval.mean, mean);
        assert_close(interval.low, low);
        assert_close(interval.high, high);
    }
    assert_eq!(new_data_interval(&[]), None);
    assert_eq!(new_data_interval(&rows(&[&[1.0, 2.0]])), None);
    assert_eq!(new_data_interval(&rows(&[&[1.0], &[2.0]])), None);
    assert_eq!(new_data_interval(&rows(&[&[1.0, 2.0], &[2.0]])), None);
    assert_eq!(new_data_interval(&rows(&[&[1.0, 2.0], &[2.0, f64::NAN]])), None);
}

/// Found by trying every n from the number of seeds + 1 upwards in Python, with `scipy.stats.t`.
#[test]
fn seeds_that_would_decide() {
    let digits = [0.28, -0.28, 0.56, 0.0, 0.28, 0.84, -0.28, 0.28, 0.0, 0.56];
    assert_eq!(seeds_needed(&digits, 0.1, 1), Some(24));
    assert_eq!(seeds_needed(&digits, 0.1, 3), Some(32), "Holm asks for more");
    assert_eq!(seeds_needed(&[0.1, -0.12, 0.05, 0.02, -0.03, -0.01], 0.05, 1), Some(26));
    let even = [1.0, -1.0, 1.0, -1.0, 1.0, -1.01];
    assert_eq!(seeds_needed(&even, 0.1, 1), Some(1269), "lands within the band");
    assert_eq!(seeds_needed(&even, 0.0, 1), None, "more than {MOST_SEEDS}");
    let tight = [0.3, -0.1, 0.25, 0.4, 0.05, 0.2];
    assert_eq!(seeds_needed(&tight, 0.1, 1), Some(10));
    assert_eq!(seeds_needed(&tight, 0.1, 40), Some(21));
    for clear in [[0.5, 0.6, 0.4, 0.7, 0.5, 0.55], [0.1; 6]] {
        assert_eq!(seeds_needed(&clear, 0.05, 40), Some(11), "Holm over 40 needs 11 seeds");
    }
    assert_eq!(seeds_needed(&[1.0], 0.1, 1), None);
}
