//! The rule, its words, and its false alarms.

use crate::fixture::{self, normal};
use ogive_lab::random::{Purpose, Stream};
use ogive_lab::results::{Measure, Results};
use ogive_lab::statistics::paired_differences;
use ogive_lab::verdict::{Comparison, Verdict, fewest_seeds, judge, verdict_sentence};

fn one(differences: &[f64], band: f64) -> Verdict {
    let comparison = Comparison { differences: differences.to_vec(), new_data: None };
    judge(&[comparison], band)[0].verdict
}

#[test]
fn the_rule() {
    let gain = [0.5, 0.6, 0.4, 0.7, 0.5, 0.55, 0.45, 0.6, 0.5, 0.4];
    let loss: Vec<f64> = gain.iter().map(|gain| -gain).collect();
    assert_eq!(one(&gain, 0.1), Verdict::Better);
    assert_eq!(one(&loss, 0.1), Verdict::Worse);
    assert_eq!(one(&gain, 1.0), Verdict::Equivalent, "real, but it does not matter");
    assert_eq!(one(&gain[..5], 0.1), Verdict::Described, "no p from 5 seeds is below 0.05");
    assert_eq!(one(&gain[..6], 0.1), Verdict::Better);
    assert_eq!(one(&gain[..1], 0.1), Verdict::Described);
    assert_eq!(one(&[0.0; 10], 0.0), Verdict::Equivalent, "identical arms");
    assert!(matches!(
        one(&[1.0, -0.9, 0.8, -1.1, 0.7, -0.2], 0.1),
        Verdict::Undecided { seeds_needed: Some(_) }
    ));
}

#[test]
fn both_looks_must_agree() {
    // The t interval excludes 0 and the raw p is 4/128, but Holm over three comparisons is not enough.
    let clear = [0.5, 0.6, 0.4, 0.7, 0.5, 0.55, -0.05];
    let noise = [1.0, -0.9, 0.8, -1.1, 0.7, -0.2, 0.1];
    let comparison =
        |differences: [f64; 7]| Comparison { differences: differences.into(), new_data: None };
    let judged = judge(&[comparison(clear), comparison(noise), comparison(noise)], 0.1);
    let difference = judged[0].difference.unwrap();
    assert!(difference.low > 0.0 && difference.p < 0.05 && difference.p_holm > 0.05);
    assert!(matches!(judged[0].verdict, Verdict::Undecided { seeds_needed: Some(8) }));
}

#[test]
fn many_comparisons_need_more_seeds() {
    // The smallest n with k·2^(1-n) < 0.05.
    for (comparisons, seeds) in
        [(0, 6), (1, 6), (2, 7), (3, 7), (4, 8), (12, 9), (25, 10), (26, 11)]
    {
        assert_eq!(fewest_seeds(comparisons), seeds, "{comparisons}");
    }
    let gain = Comparison { differences: vec![0.5, 0.6, 0.4, 0.7, 0.5, 0.55], new_data: None };
    assert_eq!(judge(std::slice::from_ref(&gain), 0.1)[0].verdict, Verdict::Better);
    assert_eq!(judge(&[gain.clone(), gain], 0.1)[0].verdict, Verdict::Described);
}

/// 2,000 comparisons of three identical arms over 10 seeds, scores as on a test set of 360 rows: seeds
/// differ, arms share the seed's luck and add their own.
#[test]
fn false_alarms_stay_below_five_percent() {
    let (comparisons, seeds) = (2_000, 10);
    let mut alarms = 0;
    for comparison in 0..comparisons {
        let mut stream = Stream::new(comparison, Purpose::Simulation, 0, 0);
        let shared: Vec<f64> = (0..seeds).map(|_| 97.0 + 0.4 * normal(&mut stream)).collect();
        let arms: Vec<Vec<f64>> = (0..3)
            .map(|_| shared.iter().map(|score| score + 0.4 * normal(&mut stream)).collect())
            .map(|arm: Vec<f64>| arm.iter().map(|score| (score * 3.6).round() / 3.6).collect())
            .collect();
        let declared: Vec<Comparison> = arms[1..]
            .iter()
            .map(|arm| paired_differences(&arms[0], arm, true))
            .map(|differences| Comparison { differences, new_data: None })
            .collect();
        let judged = judge(&declared, 0.1);
        let alarm = |verdict| matches!(verdict, Verdict::Better | Verdict::Worse);
        alarms += u32::from(judged.iter().any(|judgement| alarm(judgement.verdict)));
    }
    assert!(alarms <= 100, "{alarms} of {comparisons}");
    assert!(alarms >= 20, "{alarms}: a rule that never speaks would pass too");
}

/// The fixture with other verdicts; arms beyond those given are removed.
fn with_verdicts(verdicts: &[Verdict]) -> Results {
    let mut results = fixture::results();
    results.arms[3].name = "swish".into();
    results.arms.truncate(verdicts.len() + 1);
    for (arm, verdict) in results.arms[1..].iter_mut().zip(verdicts) {
        arm.verdict = *verdict;
    }
    results
}

#[test]
fn sentences() {
    use Verdict::{Better, Described, Equivalent, Undecided, Worse};
    let open = Undecided { seeds_needed: Some(34) };
    let never = Undecided { seeds_needed: None };
    let cases: &[&[Verdict]] = &[
        &[],
        &[Better],
        &[Worse],
        &[Equivalent],
        &[open],
        &[never],
        &[Better, Better, Better],
        &[Better, Worse, Equivalent],
        &[Worse, Worse, Worse],
        &[Equivalent, open, never],
        &[open, Worse, open],
    ];
    let mut text = String::new();
    for verdicts in cases {
        let results = with_verdicts(verdicts);
        text += &(verdict_sentence(&results.settings, &results.arms) + "\n");
    }
    let mut shared = with_verdicts(&[Better]);
    shared.settings.tuned = false;
    text += &(verdict_sentence(&shared.settings, &shared.arms) + "\n");
    let mut smoke = with_verdicts(&[Described, Described]);
    for seeds in [3, 1] {
        smoke.settings.seeds.truncate(seeds);
        text += &(verdict_sentence(&smoke.settings, &smoke.arms) + "\n");
    }
    let mut regression = with_verdicts(&[Better, Worse]);
    regression.settings.measure = Measure::root_mean_squared_error(3.1);
    for arm in &mut regression.arms {
        arm.mean /= 100.0;
        arm.sd = Some(0.01);
        if let Some(difference) = &mut arm.difference {
            difference.mean /= 50.0;
            difference.new_data_low = Some(-0.2);
        }
    }
    text += &(verdict_sentence(&regression.settings, &regression.arms) + "\n");
    let mut many = with_verdicts(&[Better]);
    let winner = many.arms[1].clone();
    for number in 0..7 {
        let mut arm = winner.clone();
        arm.name = format!("winner-{number}");
        arm.learnable = number % 2 == 0;
        many.arms.push(arm);
    }
    text += &(verdict_sentence(&many.settings, &many.arms) + "\n");
    let mut rival = with_verdicts(&[Better, Better]);
    rival.arms[2].difference = rival.arms[1].difference;
    text += &(verdict_sentence(&rival.settings, &rival.arms) + "\n");
    insta::assert_snapshot!(text);
}
