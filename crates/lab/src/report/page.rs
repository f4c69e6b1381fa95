//! The frame of the report: verdict, table of arms, sections in order, settings, caveats.

use std::fmt::Write;

use super::markup::{Cell, escape, prose, section, table};
use super::{cost, curves, dots, forest, shapes, tuning, units};
use crate::numbers::{duration, enumerate, fixed, p_value, significant, thousands};
use crate::results::{Arm, Difference, Results};
use crate::verdict::{Verdict, fewest_seeds};

/// The whole page.
pub(super) fn page(results: &Results) -> String {
    let settings = &results.settings;
    let title = format!("Activations on {}", settings.data.name);
    let title = escape(&title);
    let style = include_str!("style.css");
    let verdict = prose(&results.verdict);
    let mut body = format!("<h1>{title}</h1>\n<p class=\"verdict\">{verdict}</p>\n");
    body.push_str(&warnings(results));
    body.push_str(&arms(results));
    body.push_str(&differences(results));
    body.push_str(&section(
        "Every run",
        "One dot per run, lines join runs of the same seed, the bar is the mean of the finished runs. \
         Crosses are failed runs: they count as guesses in all numbers.",
        &dots::dots(results),
    ));
    body.push_str(&curves::curves(results));
    body.push_str(&shapes::shapes(results));
    body.push_str(&units::units(results));
    body.push_str(&cost::cost(results));
    body.push_str(&tuning::tuning(results));
    body.push_str(&section("Settings and environment", "", &settings_list(results)));
    body.push_str(&section("What these numbers cover", "", &caveats(results)));
    // The policy makes the promise of the page checkable: a browser would refuse to fetch anything.
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n\
         <footer>Made by ogive. All numbers of this page are in results.json and results.csv.</footer>\n\
         </body>\n</html>\n"
    )
}

fn warnings(results: &Results) -> String {
    let items = list_items(&results.warnings());
    if items.is_empty() {
        items
    } else {
        format!("<div class=\"warnings\"><ul>\n{items}</ul></div>\n")
    }
}

fn arms(results: &Results) -> String {
    let (measure, decimals) = (&results.settings.measure, results.decimals());
    let unit = |unit: &str| if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    let score = format!("test {}{}", measure.name, unit(&measure.unit));
    let gain = format!("gain [95 % interval]{}", unit(&measure.difference_unit));
    let header =
        ["activation", &score, &gain, "p (Holm)", "verdict", "learning rate", "relative time"];
    let row = |arm: &Arm| {
        let number = |text: Option<String>| Cell::Number(text.unwrap_or_default());
        let difference = arm.difference.as_ref();
        let score = match arm.sd {
            Some(sd) => format!("{} ± {}", fixed(arm.mean, decimals), fixed(sd, decimals)),
            None => fixed(arm.mean, decimals),
        };
        vec![
            Cell::arm(arm),
            Cell::Number(score),
            number(difference.map(|difference| forest::interval(difference, decimals))),
            number(difference.map(|difference| p_value(difference.p_holm))),
            Cell::Text(arm.verdict.word().to_owned(), arm.verdict.word()),
            Cell::Number(significant(arm.learning_rate, 3)),
            number(cost::ratio(results.timing(arm))),
        ]
    };
    table(&header, &results.ranked().into_iter().map(row).collect::<Vec<_>>(), true)
}

fn differences(results: &Results) -> String {
    let (settings, decimals) = (&results.settings, results.decimals());
    let compared: Vec<(&Arm, Difference)> = results
        .ranked()
        .into_iter()
        .filter_map(|arm| arm.difference.map(|difference| (arm, difference)))
        .collect();
    if compared.is_empty() {
        return String::new();
    }
    let new_data = compared.iter().any(|(_, difference)| difference.new_data_low.is_some());
    let mut header = vec!["activation", "gain, another seed", "gain, new data", "p", "p (Holm)"];
    header.push("seeds to decide");
    let mut rows: Vec<Vec<Cell>> = compared
        .iter()
        .map(|(arm, difference)| {
            vec![
                Cell::Head(arm.name.clone(), None),
                Cell::Number(forest::interval(difference, decimals)),
                Cell::Number(forest::new_data(difference, decimals)),
                Cell::Number(p_value(difference.p)),
                Cell::Number(p_value(difference.p_holm)),
                Cell::Number(seeds_to_decide(arm.verdict)),
            ]
        })
        .collect();
    if !new_data {
        header.remove(2);
        for row in &mut rows {
            row.remove(2);
        }
    }
    let mut note = format!(
        "Gain over {} at the same seed. Thick line: 95 % interval for another seed on this split. ",
        settings.baseline
    );
    if new_data {
        note.push_str("Thin line: 95 % interval for new seeds and new data. ");
    }
    let band = settings.measure.difference_with_unit(settings.band);
    let _ = write!(
        note,
        "Shaded: differences within ±{band}, which do not matter. Arrows mark intervals that leave the \
         plot."
    );
    if !settings.measure.higher_is_better {
        note.push_str(
            " The measure is better when lower; gains are turned so that positive is better.",
        );
    }
    section("Differences", &note, &(forest::forest(results) + &table(&header, &rows, true)))
}

fn settings_list(results: &Results) -> String {
    let (settings, timings) = (&results.settings, &results.timings);
    let data = &settings.data;
    let classes = data.classes.map_or(String::new(), |classes| format!(", {classes} classes"));
    let rates: Vec<String> =
        settings.learning_rates.iter().map(|rate| significant(*rate, 3)).collect();
    let widths: Vec<String> = settings.widths.iter().map(ToString::to_string).collect();
    let versions: Vec<String> =
        settings.versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let measure = &settings.measure;
    let mut items = vec![
        ("task", settings.task.clone()),
        (
            "data",
            format!(
                "{}: {} rows, {} columns{classes}",
                data.name,
                thousands(data.rows as u64),
                data.columns
            ),
        ),
        (
            "split",
            format!(
                "{} training, {} validation, {} test rows (seed {})",
                thousands(data.train as u64),
                thousands(data.validation as u64),
                thousands(data.test as u64),
                data.split_seed
            ),
        ),
        ("network", format!("widths {}", widths.join(" – "))),
        (
            "training",
            format!(
                "{} epochs, batches of {}, {}",
                settings.epochs, settings.batch_size, settings.optimizer
            ),
        ),
        (
            "learning rates",
            format!(
                "{} ({})",
                rates.join(", "),
                if settings.tuned { "tuned per activation" } else { "shared" }
            ),
        ),
        ("seeds", seeds(&settings.seeds)),
        ("tuning seeds", seeds(&settings.tuning_seeds)),
        ("baseline", settings.baseline.clone()),
        (
            "equivalence band",
            format!("±{} {}", significant(settings.band, 4), measure.difference_unit)
                .trim_end()
                .to_owned(),
        ),
        (
            "measure",
            format!(
                "test {}, {} is better, chance level {}",
                measure.name,
                if measure.higher_is_better { "higher" } else { "lower" },
                measure.with_unit(measure.chance, results.decimals())
            ),
        ),
        ("versions", versions.join(", ")),
        ("machine", timings.machine.clone()),
        (
            "time",
            format!(
                "{}; runs side by side: {}; threads per run: {}",
                duration(timings.total_seconds),
                timings.jobs,
                timings.threads
            ),
        ),
    ];
    items.extend(data.attribution.clone().map(|credit| ("credit", credit)));
    let mut list = String::from("<dl class=\"settings\">\n");
    for (term, text) in items.into_iter().filter(|(_, text)| !text.is_empty()) {
        let _ = writeln!(list, "<dt>{term}</dt><dd>{}</dd>", escape(&text));
    }
    list + "</dl>\n"
}

fn seeds_to_decide(verdict: Verdict) -> String {
    match verdict {
        Verdict::Undecided { seeds_needed: Some(seeds) } => {
            format!("about {}", thousands(seeds.into()))
        }
        Verdict::Undecided { seeds_needed: None } => "more than 10,000".to_owned(),
        _ => String::new(),
    }
}

/// "0 to 9" for a run of consecutive seeds, otherwise the list.
fn seeds(seeds: &[u64]) -> String {
    let consecutive = seeds.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]));
    match seeds {
        [first, .., last] if consecutive && seeds.len() > 3 => format!("{first} to {last}"),
        _ => enumerate(&seeds.iter().map(ToString::to_string).collect::<Vec<_>>()),
    }
}

fn caveats(results: &Results) -> String {
    let settings = &results.settings;
    let measure = &settings.measure;
    let others = results.arms.len().saturating_sub(1);
    let comparisons =
        if others == 1 { "comparison".into() } else { format!("{others} comparisons") };
    let rates = if settings.tuned {
        "Each activation was run at its own best learning rate, chosen from one grid on validation rows \
         with seeds that the verdict does not use."
    } else {
        "All activations were run at one shared learning rate. A tuned comparison answers another \
         question and may rank them differently."
    };
    let items = [
        format!(
            "Runs are paired: at one seed every activation starts from the same weights and sees the same \
             rows in the same order. Differences are taken seed by seed to {}, the named baseline; two \
             other activations are not compared with each other.",
            settings.baseline
        ),
        "The interval for another seed covers repeating this comparison on this very split. The interval \
         for new data treats the test rows as a sample too; it is wider, and the one to use when the \
         network will meet other data. Neither covers another data set, network or budget."
            .to_owned(),
        format!(
            "Better or worse needs two things: the 95 % t interval excludes zero, and the sign-flip p \
             (exact up to 40 seeds), Holm-adjusted over the {comparisons}, is below 0.05. Equivalent: the \
             whole interval lies within the band. With fewer than {} seeds no verdict is possible. Seeds \
             to decide: with that many, 80 % of repetitions would, if mean and spread are as observed.",
            fewest_seeds(others)
        ),
        "The gain of the best of many is flattered by choosing it; run the winner again with fresh seeds \
         before building on it."
            .to_owned(),
        "The epoch and the learning rate were chosen on validation rows. The test rows were looked at once \
         per run."
            .to_owned(),
        rates.to_owned(),
        format!(
            "Failed runs count {} and are never dropped.",
            measure.of_failure(results.decimals())
        ),
    ];
    let items = list_items(&items);
    format!("<ul>\n{items}</ul>\n")
}

fn list_items(texts: &[String]) -> String {
    texts.iter().map(|text| format!("<li>{}</li>\n", prose(text))).collect::<Vec<_>>().concat()
}
