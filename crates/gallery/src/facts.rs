//! Properties in words: what an analysis found, and how it is known.

use ogive::formula::{Symmetry, number};
use ogive::{Analysis, Break, Evidence, Extreme, Hole, Monotone, Signals, Smoothness, Trend};

/// One property of an activation.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name: one word or two.
    pub name: &'static str,
    /// What was found, in a sentence or less.
    pub text: String,
}

/// More places than these are not listed.
const MOST_BREAKS: usize = 6;

/// The properties that matter to whoever trains with the activation, in the order of a page.
pub fn facts(analysis: &Analysis) -> Vec<Fact> {
    let rows = [
        ("range", Some(range(analysis))),
        ("limits", Some(limits(analysis))),
        ("shape", Some(shape(analysis))),
        ("smoothness", Some(smoothness(analysis))),
        ("breaks", breaks(analysis)),
        ("undefined", undefined(analysis)),
        ("filled", filled(analysis)),
        ("slope", Some(slope(analysis))),
        ("flat", Some(flat(analysis))),
        ("mean", Some(mean(analysis))),
        ("gain", Some(gain(analysis))),
        ("layers", layers(analysis)),
        ("cost", Some(cost(analysis))),
    ];
    rows.into_iter().filter_map(|(name, text)| Some(Fact { name, text: text? })).collect()
}

fn known(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Proven => "(proven)",
        Evidence::Search => "(by search)",
    }
}

fn both(a: Evidence, b: Evidence) -> Evidence {
    if a == Evidence::Proven { b } else { a }
}

fn place(extreme: &Extreme) -> String {
    let (value, place) = (rounded(extreme.value), rounded(extreme.place));
    let at = if extreme.is_taken { "at" } else { "towards" };
    format!("{value} {at} x = {place}")
}

fn range(analysis: &Analysis) -> String {
    let (low, high) = (&analysis.lowest, &analysis.highest);
    let evidence = known(both(low.evidence, high.evidence));
    format!("from {} to {} {evidence}", place(low), place(high))
}

fn limits(analysis: &Analysis) -> String {
    let [left, right] = analysis.limits.map(rounded);
    format!("{left} at -∞, {right} at +∞")
}

fn shape(analysis: &Analysis) -> String {
    let monotone = match analysis.monotone.found {
        Some(Monotone::Increasing) => "monotone: never falls",
        Some(Monotone::Decreasing) => "monotone: never rises",
        Some(Monotone::Constant) => "constant",
        None => "not monotone",
    };
    let symmetry = match analysis.symmetry.found {
        Some(Symmetry::Even) => "even",
        Some(Symmetry::Odd) => "odd",
        None => "neither odd nor even",
    };
    let (low, high) = (analysis.lowest.value.is_finite(), analysis.highest.value.is_finite());
    let bounded = match (low, high) {
        (true, true) => "bounded",
        (true, false) => "bounded below only",
        (false, true) => "bounded above only",
        (false, false) => "unbounded",
    };
    let [monotone_by, symmetry_by] =
        [analysis.monotone.evidence, analysis.symmetry.evidence].map(known);
    format!("{monotone} {monotone_by}; {symmetry} {symmetry_by}; {bounded}")
}

fn smoothness(analysis: &Analysis) -> String {
    let Some(class) = analysis.smoothness() else {
        return "not known: the value cannot be told everywhere".to_owned();
    };
    let is_kink = |found: &Break| found.sides.iter().all(|side| side.is_finite());
    let broken = !analysis.breaks.list.is_empty();
    let class = match class {
        Smoothness::Discontinuous => "discontinuous",
        Smoothness::C0 if !broken => "C⁰ or smoother",
        Smoothness::C0 if analysis.breaks.kinks().all(is_kink) => "C⁰: continuous, with kinks",
        Smoothness::C0 => "C⁰: continuous, but not the slope",
        Smoothness::C1 if !broken => "C¹ or smoother",
        Smoothness::C2 if !broken => "C² or smoother",
        Smoothness::C1 => "C¹: a continuous slope",
        Smoothness::C2 => "C²: a continuous second derivative",
        Smoothness::Smooth => "smooth: no break up to the third derivative",
    };
    let whole = analysis.breaks.undefined.is_empty();
    let defined = if whole { "" } else { ", where it is defined" };
    format!("{class}{defined} {}", known(analysis.breaks.evidence))
}

fn breaks(analysis: &Analysis) -> Option<String> {
    let mut list: Vec<&Break> = analysis.breaks.list.iter().collect();
    list.sort_by(|a, b| a.x.abs().total_cmp(&b.x.abs()));
    let more = list.len().saturating_sub(MOST_BREAKS);
    list.truncate(MOST_BREAKS);
    list.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut texts: Vec<String> = list.iter().map(|found| one_break(found)).collect();
    match (more, analysis.breaks.is_complete) {
        _ if texts.is_empty() => {}
        (0, true) => {}
        (0, false) => texts.push("perhaps more farther out".to_owned()),
        (_, false) => texts.push("and more farther out".to_owned()),
        (more, true) => texts.push(format!("and {more} farther out")),
    }
    (!texts.is_empty()).then(|| texts.join("; "))
}

fn one_break(found: &Break) -> String {
    let what = ["value", "slope", "second derivative", "third derivative"][found.order.min(3)];
    let x = rounded(found.x);
    let point = found.point.map(|value| format!(", where it is {}", rounded(value)));
    let point = point.unwrap_or_default();
    match found.sides {
        [left, right] if left.is_nan() && right.is_nan() => {
            format!("{what} without a limit at x = {x}")
        }
        [left, right] if left.is_nan() => {
            format!(
                "{what} without a limit from the left at x = {x}, {} from the right",
                rounded(right)
            )
        }
        [left, right] if right.is_nan() => {
            format!(
                "{what} without a limit from the right at x = {x}, {} from the left",
                rounded(left)
            )
        }
        [left, right] if point.is_empty() || left != right => {
            let [left, mut right] = [left, right].map(rounded);
            if left == right && found.jump().is_finite() {
                // Too small a jump for the digits that are shown.
                let sign = if found.jump() < 0.0 { "-" } else { "+" };
                right = format!("{left} {sign} {}", rounded(found.jump().abs()));
            }
            format!("{what} from {left} to {right} at x = {x}{point}")
        }
        [left, _] => format!("{what} {} around x = {x}{point}", rounded(left)),
    }
}

/// A stretch of the line.
fn stretch([low, high]: &[f64; 2]) -> String {
    match (low.is_finite(), high.is_finite()) {
        (false, true) => format!("for x < {}", rounded(*high)),
        (true, false) => format!("for x > {}", rounded(*low)),
        (true, true) => format!("between x = {} and {}", rounded(*low), rounded(*high)),
        (false, false) => "everywhere".to_owned(),
    }
}

fn undefined(analysis: &Analysis) -> Option<String> {
    listed(analysis.breaks.undefined.iter().map(stretch).collect())
}

/// Single places without a value, which have the limit.
fn filled(analysis: &Analysis) -> Option<String> {
    let place = |hole: &Hole| format!("{} at x = {}", rounded(hole.limit), rounded(hole.x));
    listed(analysis.breaks.holes.iter().map(place).collect())
        .map(|places| format!("{places}, by the limit: the formula has no value there"))
}

/// The first few of them.
fn listed(mut texts: Vec<String>) -> Option<String> {
    if texts.len() > MOST_BREAKS {
        texts.truncate(MOST_BREAKS);
        texts.push("and more".to_owned());
    }
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn slope(analysis: &Analysis) -> String {
    let steepest = &analysis.lipschitz;
    let evidence = known(steepest.evidence);
    if steepest.value.is_infinite() {
        let jumps = analysis.breaks.jumps().any(|found| !found.is_pole());
        let why = if jumps { "the value jumps" } else { "|f′| has no bound" };
        return format!("no Lipschitz constant: {why} {evidence}");
    }
    format!("Lipschitz constant {} {evidence}", place(steepest))
}

fn flat(analysis: &Analysis) -> String {
    let texts: Vec<String> =
        analysis.saturation.intervals.iter().take(MOST_BREAKS).map(stretch).collect();
    let evidence = known(analysis.saturation.evidence);
    if texts.is_empty() {
        return format!("|f′| < 1e-6 on no stretch of 0.01 or more {evidence}");
    }
    format!("|f′| < 1e-6 {} {evidence}", texts.join(", "))
}

fn mean(analysis: &Analysis) -> String {
    let mean = analysis.moments.mean;
    if !mean.is_finite() {
        return "no mean output for inputs from N(0, 1)".to_owned();
    }
    let centred = if mean.abs() < 1e-9 { ": zero-centred" } else { "" };
    let mean = if mean.abs() < 1e-9 { 0.0 } else { mean };
    format!("{} for inputs from N(0, 1){centred}", rounded(mean))
}

fn gain(analysis: &Analysis) -> String {
    match analysis.moments.gain {
        Some(gain) => format!("{gain:.4} for inputs from N(0, 1)"),
        None => "none for inputs from N(0, 1)".to_owned(),
    }
}

/// With weights scaled by the gain: what a second moment of 1 and a gradient become.
fn layers(analysis: &Analysis) -> Option<String> {
    const SAME: f64 = 1e-6;
    let drift = analysis.moments.second_moment_slope?;
    let growth = analysis.moments.gradient_growth?;
    let second = second_moments(drift, analysis.moments.signals?);
    let gradients = if (growth - 1.0).abs() < SAME {
        "gradients keep their size (χ = 1)".to_owned()
    } else if growth == 0.0 {
        "no gradient passes (χ = 0)".to_owned()
    } else if growth.is_infinite() {
        "gradients grow without bound (χ = +∞)".to_owned()
    } else if growth > 1.0 {
        format!("gradients grow (χ = {growth:.3} per layer)")
    } else {
        format!("gradients fade (χ = {growth:.3} per layer)")
    };
    Some(format!("at this gain {second}; {gradients}"))
}

fn second_moments(drift: f64, signals: Signals) -> String {
    let range = |ends: [f64; 2]| format!("from {} to {}", rounded(ends[0]), rounded(ends[1]));
    if signals.beyond == [None; 2] {
        return format!("second moments stay as they are, {}", range(signals.kept));
    }
    if signals.kept[0] < signals.kept[1] {
        let beyond = ["smaller", "larger"].into_iter().zip(signals.beyond);
        let changes = beyond.filter_map(|(which, trend)| match trend? {
            Trend::Shrinks => Some(format!(", {which} ones shrink")),
            Trend::Grows => Some(format!(", {which} ones grow")),
        });
        let changes: String = changes.collect();
        return format!("second moments {} stay as they are{changes}", range(signals.kept));
    }
    if drift.abs() >= 1.0 {
        return format!("second moment 1 is an unstable fixed point (slope {drift:.3})");
    }
    let reached = if signals.returning[0] < signals.returning[1] {
        format!(", reached {}", range(signals.returning))
    } else {
        String::new()
    };
    format!("second moment 1 is a stable fixed point (slope {drift:.3}){reached}")
}

fn cost(analysis: &Analysis) -> String {
    let cost = &analysis.cost;
    let operations = if cost.operations == 1 { "operation" } else { "operations" };
    let share = if cost.memory_share >= 1.0 {
        "memory decides the time".to_owned()
    } else {
        format!("{:.0} % of memory speed", 100.0 * cost.memory_share)
    };
    format!(
        "{} {operations}, {:.1} cycles a number; {share} in f32 (predicted for one 3 GHz core with eight \
         f64 lanes and 10 GB/s; `ogive bench` measures)",
        cost.operations, cost.cycles
    )
}

/// A number to six digits; "none" for NaN.
pub fn rounded(value: f64) -> String {
    if value.is_nan() {
        return "none".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+∞" } else { "-∞" }.to_owned();
    }
    let digits: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    number(if digits == 0.0 { 0.0 } else { digits })
}
