//! The results as JSON and CSV, and what is refused.

use crate::fixture;
use ogive_lab::results::Results;
use ogive_lab::verdict::Verdict;

#[test]
fn json_comes_back_as_it_went() {
    let results = fixture::results();
    let text = results.to_json().expect("the fixture is finite");
    assert_eq!(Results::from_json(&text).expect("it was just written"), results);
    assert_eq!(text, fixture::results().to_json().expect("the fixture is finite"), "same bytes");
}

#[test]
fn json_refuses_what_is_not_a_number() {
    let mut results = fixture::results();
    results.arms[1].mean = f64::NAN;
    let message = results.to_json().expect_err("NaN is not JSON").to_string();
    assert!(message.contains("results.json"), "{message}");
    let other = fixture::results().to_json().unwrap().replacen("\"schema\": 1", "\"schema\": 9", 1);
    let message = Results::from_json(&other).expect_err("another version").to_string();
    assert!(message.contains("found schema 9, expected 1"), "{message}");
}

#[test]
fn only_timings_depend_on_the_clock() {
    let text = fixture::results().to_json().unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
    let without = {
        let mut value = value.clone();
        value.as_object_mut().unwrap().remove("timings");
        value.to_string()
    };
    assert!(!without.contains("seconds") && !without.contains("machine"));
}

#[test]
fn csv_has_a_row_per_arm_and_seed() {
    let text = fixture::results().to_csv().unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 11);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 40);
    assert_eq!(&rows[33][0], fixture::LONG);
    assert_eq!((&rows[33][5], &rows[33][8]), ("true", "10"));
    assert_eq!(&rows[0][9], "0", "the baseline does not differ from itself");
}

#[test]
fn runs_are_judged_when_results_are_made() {
    let results = fixture::results();
    let verdicts: Vec<&str> = results.arms.iter().map(|arm| arm.verdict.word()).collect();
    assert_eq!(verdicts, ["baseline", "better", "worse", "undecided"]);
    assert_eq!(results.arms[0].difference, None);
    let difference = results.arms[1].difference.unwrap();
    assert!(difference.new_data_low.unwrap() < difference.low, "new data is less certain");
    assert!(
        results.verdict.contains("prelu, which learns its shape, beats relu in test accuracy"),
        "{}",
        results.verdict
    );
}

#[test]
fn a_measure_that_should_be_low_is_turned() {
    let mut results = fixture::results();
    results.settings.measure.higher_is_better = false;
    let again = Results::new(results.settings, results.arms, &[], results.timings).unwrap();
    assert_eq!(again.arms[1].verdict, Verdict::Worse);
    assert_eq!(again.arms[2].verdict, Verdict::Better);
    assert_eq!(again.ranked().last().unwrap().name, "prelu");
}

#[test]
fn inconsistent_runs_are_refused() {
    let refuse = |change: fn(&mut Results), expected: &str| {
        let mut results = fixture::results();
        change(&mut results);
        let message = Results::new(results.settings, results.arms, &[], results.timings)
            .expect_err("inconsistent")
            .to_string();
        assert!(message.contains(expected), "{message}");
    };
    refuse(|results| results.settings.baseline = "tanh".into(), "\"tanh\" is not among the arms");
    refuse(|results| results.settings.band = f64::NAN, "band is NaN");
    refuse(|results| results.settings.seeds.clear(), "no seed was finished");
    refuse(|results| results.arms[1].name = "relu".into(), "two arms are called \"relu\"");
    refuse(|results| results.arms[1].runs.swap(0, 1), "not those of the final seeds");
    refuse(|results| results.arms[2].runs[4].test = f64::INFINITY, "\"sigmoid\" is not finite");
}

#[test]
fn warnings_say_what_to_beware_of() {
    let mut results = fixture::results();
    results.settings.tuned = false;
    results.settings.interrupted = true;
    results.settings.seeds.truncate(7);
    let warnings = results.warnings().join("\n");
    for expected in ["stopped early", "edge of the grid", "failed", "shared", "7 seeds are few"] {
        assert!(warnings.contains(expected), "{expected}: {warnings}");
    }
}
