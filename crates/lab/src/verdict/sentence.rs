//! One English sentence for a whole comparison.

use super::{Verdict, fewest_seeds};
use crate::numbers::{clip, enumerate, quoted, signed};
use crate::results::{Arm, Settings, decimals};

/// Names longer than this are formulas, and are cut.
const NAME_WIDTH: usize = 36;
/// More arms than this are counted instead of named.
const MOST_NAMED: usize = 4;

/// The sentence that opens the report: on which data, over how many seeds, what beats the baseline,
/// and which of that learns its shape.
pub fn verdict_sentence(settings: &Settings, arms: &[Arm]) -> String {
    let seeds = settings.seeds.len();
    let baseline = name(&settings.baseline);
    let others: Vec<&Arm> = arms.iter().filter(|arm| arm.verdict != Verdict::Baseline).collect();
    let data = clip(&settings.data.name, NAME_WIDTH);
    if others.is_empty() {
        return format!("On {data} only the baseline {baseline} was run, so nothing was compared.");
    }
    if seeds < fewest_seeds(others.len()) {
        return smoke(settings, arms, others.len(), &data);
    }
    let rates = if settings.tuned { "" } else { " at one shared learning rate" };
    let mut clauses = vec![main_clause(settings, arms, &others, &baseline)];
    clauses.extend(learning_clause(arms, &others));
    clauses.extend(new_data_clause(&others));
    let clauses = clauses.join("; ");
    format!("On {data}, over {seeds} paired seeds on this split{rates}, {clauses}.")
}

fn smoke(settings: &Settings, arms: &[Arm], comparisons: usize, data: &str) -> String {
    let (measure, seeds) = (&settings.measure, settings.seeds.len());
    let sign = if measure.higher_is_better { 1.0 } else { -1.0 };
    let run = match seeds {
        1 => "One seed".to_owned(),
        _ => format!("{seeds} seeds"),
    };
    let (are, give) = if seeds == 1 { ("is", "gives") } else { ("are", "give") };
    let best = arms.iter().max_by(|a, b| (sign * a.mean).total_cmp(&(sign * b.mean)));
    let best = best.map_or_else(String::new, |arm| {
        let rank = if measure.higher_is_better { "highest" } else { "lowest" };
        let score = measure.with_unit(arm.mean, decimals(measure, arms));
        format!(" ({rank} mean test {}: {}, {score})", measure.name, name(&arm.name))
    });
    let fewest = fewest_seeds(comparisons);
    let what = match comparisons {
        1 => "one comparison".to_owned(),
        more => format!("{more} comparisons"),
    };
    format!(
        "{run} on {data} {are} a smoke test and {give} no verdict{best}; {fewest} seeds are the \
         fewest that can decide {what}."
    )
}

/// What beats the baseline, or that nothing does and how the rest stands.
fn main_clause(settings: &Settings, arms: &[Arm], others: &[&Arm], baseline: &str) -> String {
    let measure = &settings.measure;
    let decimals = decimals(measure, arms);
    let band = measure.difference_with_unit(settings.band);
    let gain = |arm: &Arm| {
        let mean = arm.difference.map_or(0.0, |difference| difference.mean);
        // As in the table: a gain is positive, of an error too, where the word has to say so.
        let word = if measure.higher_is_better { "" } else { "gain " };
        let gain = format!("{word}{} {}", signed(mean, decimals), measure.difference_unit);
        gain.trim_end().to_owned()
    };
    let (what, measure_name) = (others.len(), format!("test {}", measure.name));
    if let [only] = others {
        let arm = name(&only.name);
        return match only.verdict {
            Verdict::Better => {
                let learns = learns(arms, only);
                format!("{arm}{learns} beats {baseline} in {measure_name} ({})", gain(only))
            }
            Verdict::Worse => {
                format!("{arm} is worse than {baseline} in {measure_name} ({})", gain(only))
            }
            Verdict::Equivalent => format!(
                "{arm} and {baseline} are equivalent in {measure_name} (the difference lies within \
                 ±{band})"
            ),
            _ => format!(
                "it stays undecided whether {arm} or {baseline} is better in {measure_name}{}",
                seeds_hint(others)
            ),
        };
    }
    let mut winners = with(others, |verdict| verdict == Verdict::Better);
    winners.sort_by(|a, b| mean_difference(b).total_cmp(&mean_difference(a)));
    let losers = with(others, |verdict| verdict == Verdict::Worse);
    let equals = with(others, |verdict| verdict == Verdict::Equivalent);
    let open =
        with(others, |verdict| matches!(verdict, Verdict::Undecided { .. } | Verdict::Described));
    let head = match winners.as_slice() {
        [] => format!("none of the {what} others is shown to beat {baseline} in {measure_name}"),
        [only] => {
            let (arm, learns) = (name(&only.name), learns(arms, only));
            format!("{arm}{learns} beats {baseline} in {measure_name} ({})", gain(only))
        }
        [best, ..] if winners.len() > MOST_NAMED => {
            let share = match winners.len() {
                all if all == what => format!("all {all} others"),
                some => format!("{some} of the {what} others"),
            };
            let best = format!("{} ({})", name(&best.name), gain(best));
            format!("{share} beat {baseline} in {measure_name}, most of all {best}")
        }
        _ => {
            let gains: Vec<String> =
                winners.iter().map(|arm| format!("{} ({})", name(&arm.name), gain(arm))).collect();
            format!("{} beat {baseline} in {measure_name}", enumerate(&gains))
        }
    };
    let rest: Vec<String> = [
        state(&losers, "worse"),
        state(&equals, &format!("equivalent (within ±{band})")),
        state(&open, "undecided").map(|text| text + &seeds_hint(&open)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if rest.is_empty() { head } else { format!("{head}, while {}", enumerate(&rest)) }
}

/// "a is worse", "a and b are worse", "7 are worse".
fn state(arms: &[&Arm], word: &str) -> Option<String> {
    let names: Vec<String> = arms.iter().map(|arm| name(&arm.name)).collect();
    match names.len() {
        0 => None,
        1 => Some(format!("{} is {word}", names[0])),
        many if many > MOST_NAMED => Some(format!("{many} are {word}")),
        _ => Some(format!("{} are {word}", enumerate(&names))),
    }
}

/// How many seeds would probably settle what is open, if that can be said.
fn seeds_hint(open: &[&Arm]) -> String {
    let needed: Option<Vec<u32>> = open
        .iter()
        .map(|arm| match arm.verdict {
            Verdict::Undecided { seeds_needed } => seeds_needed,
            _ => None,
        })
        .collect();
    match needed.as_deref() {
        Some([only]) => format!(" (about {only} seeds would probably decide)"),
        Some([first, more @ ..]) => {
            let most = more.iter().fold(*first, |most, next| most.max(*next));
            format!(" (about {most} seeds would probably decide each)")
        }
        _ => String::new(),
    }
}

/// Whether some arms learn their shape and the baseline does not, so that learning is in question.
fn learning_matters(arms: &[Arm]) -> bool {
    let baseline_learns = arms.iter().any(|arm| arm.verdict == Verdict::Baseline && arm.learnable);
    !baseline_learns && arms.iter().any(|arm| arm.learnable)
}

/// What to say behind the name of the only winner.
fn learns(arms: &[Arm], winner: &Arm) -> &'static str {
    if winner.learnable && learning_matters(arms) { ", which learns its shape," } else { "" }
}

/// Which of several winners learn their shape, or that none does; silent about the only winner, of
/// whom it is said already. That learning is why they win is not claimed: the same formula with its
/// parameters fixed was not run.
fn learning_clause(arms: &[Arm], others: &[&Arm]) -> Option<String> {
    if !learning_matters(arms) {
        return None;
    }
    let winners = with(others, |verdict| verdict == Verdict::Better);
    let learners: Vec<&Arm> = winners.iter().copied().filter(|arm| arm.learnable).collect();
    match (learners.as_slice(), winners.len()) {
        ([], _) => {
            Some("no activation that learns its shape was shown to beat the baseline".to_owned())
        }
        (_, 1) => None,
        ([only], _) => Some(format!("of the winners, {} learns its shape", name(&only.name))),
        (many, all) if many.len() == all => Some("all winners learn their shape".to_owned()),
        (many, _) if many.len() > MOST_NAMED => {
            Some(format!("{} of the winners learn their shape", many.len()))
        }
        (many, _) => {
            let names: Vec<String> = many.iter().map(|arm| name(&arm.name)).collect();
            Some(format!("of the winners, {} learn their shape", enumerate(&names)))
        }
    }
}

/// A gain on this test set that new data could undo is said to be one.
fn new_data_clause(others: &[&Arm]) -> Option<String> {
    let winners = with(others, |verdict| verdict == Verdict::Better);
    let uncertain = |arm: &&&Arm| {
        arm.difference.and_then(|difference| difference.new_data_low).is_some_and(|low| low <= 0.0)
    };
    match (winners.iter().filter(uncertain).count(), winners.len()) {
        (0, _) => None,
        (1, 1) => Some("on new data the gain could be zero".to_owned()),
        (some, all) if some == all => Some("on new data these gains could be zero".to_owned()),
        _ => Some("on new data some of these gains could be zero".to_owned()),
    }
}

fn with<'a>(arms: &[&'a Arm], wanted: impl Fn(Verdict) -> bool) -> Vec<&'a Arm> {
    arms.iter().copied().filter(|arm| wanted(arm.verdict)).collect()
}

fn mean_difference(arm: &Arm) -> f64 {
    arm.difference.map_or(0.0, |difference| difference.mean)
}

fn name(name: &str) -> String {
    quoted(name, NAME_WIDTH)
}
