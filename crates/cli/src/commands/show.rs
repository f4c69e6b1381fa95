//! `ogive show`: what an activation is.

use ogive::formula::{Formula, Point, number};
use ogive::{Activation, Analysis};
use serde_json::json;

use super::activation;
use crate::args::{Show, Stage};
use crate::plot::{Curve, braille};
use crate::printer::{Error, Printer, wrapped};

pub(crate) fn run(args: &Show, printer: &mut Printer) -> Result<(), Error> {
    let activation = activation(&args.subject)?;
    if let Some(path) = &args.svg {
        let picture = picture(&activation);
        ogive_lab::files::write_atomically(path, picture.as_bytes()).map_err(Error::new)?;
    }
    match args.stage {
        Some(stage) => show_stage(stage, activation.formula(), printer),
        None if args.json => show_json(&activation, printer),
        None => show_page(&activation, printer),
    }
}

fn show_stage(stage: Stage, formula: &Formula, printer: &mut Printer) -> Result<(), Error> {
    match stage {
        Stage::Text => printer.line(formula.text()),
        Stage::Expr => {
            printer.line(format_args!("typed   {}", formula.print(formula.typed())))?;
            printer.line(format_args!("stable  {}", formula.print(formula.stable())))
        }
        Stage::Grad => {
            let derivatives = derivatives(formula);
            let width = derivatives.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            for (name, text) in derivatives {
                printer.line(format_args!("{name:<width$}  {text}"))?;
            }
            Ok(())
        }
        Stage::Program => {
            let derivatives = formula.derivatives();
            let forward = formula.program(&[formula.stable()]);
            let mut outputs = vec![derivatives.x];
            outputs.extend(&derivatives.parameters);
            let backward = formula.program(&outputs);
            printer.line(format_args!("forward\n{forward}"))?;
            printer.line(format_args!("backward: dx, then each parameter\n{backward}"))
        }
    }
}

/// The derivatives by name; only those that are not 0 everywhere.
fn derivatives(formula: &Formula) -> Vec<(String, String)> {
    let all = formula.derivatives();
    let names = formula.parameters().iter().map(|parameter| parameter.name.clone());
    let mut found = vec![("d/dx".to_owned(), formula.print(all.x))];
    found.extend(
        [("gate".to_owned(), all.gate)]
            .into_iter()
            .chain(names.zip(all.parameters.iter().copied()))
            .chain([("mean".to_owned(), all.mean), ("var".to_owned(), all.variance)])
            .filter(|(_, id)| formula.graph().value(*id) != Some(0.0))
            .map(|(name, id)| (format!("d/d{name}"), formula.print(id))),
    );
    found
}

fn show_json(activation: &Activation, printer: &mut Printer) -> Result<(), Error> {
    let formula = activation.formula();
    let analysis = Analysis::of(activation)?;
    let finite =
        |value: f64| if value.is_finite() { json!(value) } else { json!(value.to_string()) };
    let parameters: Vec<String> = formula.parameters().iter().map(ToString::to_string).collect();
    let derivatives: serde_json::Map<_, _> =
        derivatives(formula).into_iter().map(|(name, text)| (name, json!(text))).collect();
    printer.json(&json!({
        "name": activation.name(),
        "formula": formula.text(),
        "stable": formula.print(formula.stable()),
        "derivatives": derivatives,
        "parameters": parameters,
        "limits": analysis.limits.map(finite),
        "lowest": [finite(analysis.lowest.0), finite(analysis.lowest.1)],
        "highest": [finite(analysis.highest.0), finite(analysis.highest.1)],
        "kinks": analysis.kinks,
        "gain": analysis.gain,
    }))
}

fn show_page(activation: &Activation, printer: &mut Printer) -> Result<(), Error> {
    let formula = activation.formula();
    let analysis = Analysis::of(activation)?;
    let entry = ogive::catalog::find(activation.name());
    if let Some(entry) = entry {
        let aliases = if entry.aliases.is_empty() {
            String::new()
        } else {
            format!(" (also {})", entry.aliases.join(", "))
        };
        let heading = format!("{}{aliases}", entry.name);
        let bold = if printer.color() { format!("\x1b[1m{heading}\x1b[0m") } else { heading };
        printer.line(bold)?;
        printer.line(format_args!("\n{}\n", wrapped(entry.page, 78, "  ")))?;
    }
    let mut row = |name: &str, text: &str| {
        let body = wrapped(text, 80, &" ".repeat(12));
        // A name that fills its column stands on a line of its own.
        let name = if name.chars().count() < 12 { name } else { &format!("{name}\n{:12}", "") };
        printer.line(format_args!("{name:<12}{}", body.trim_start()))
    };
    row("formula", formula.text())?;
    row("stable", &formula.print(formula.stable()))?;
    for (name, text) in derivatives(formula) {
        row(&name, &text)?;
    }
    for (place, parameter) in formula.parameters().iter().enumerate() {
        let note = if parameter.declared { "" } else { " (not declared: starts at 1)" };
        row(if place == 0 { "parameters" } else { "" }, &format!("{parameter}{note}"))?;
    }
    let at = |(value, place): (f64, f64)| {
        if place.is_finite() {
            format!("{} at x = {}", rounded(value), rounded(place))
        } else {
            format!("{} towards x = {}", rounded(value), infinity(place))
        }
    };
    row("range", &format!("from {} to {}", at(analysis.lowest), at(analysis.highest)))?;
    let [left, right] = analysis.limits.map(rounded);
    row("limits", &format!("{left} at -∞, {right} at +∞"))?;
    let kinks: Vec<String> = analysis.kinks.iter().map(|kink| rounded(*kink)).collect();
    row("kinks", &if kinks.is_empty() { "none".to_owned() } else { kinks.join(", ") })?;
    let gain = analysis.gain.map_or("none".to_owned(), |gain| format!("{gain:.4}"));
    row("gain", &format!("{gain} for inputs from N(0, 1)"))?;
    if let Some(entry) = entry {
        row("accuracy", "f32 within 1 ulp of the exact value, derivatives too")?;
        row("source", entry.source)?;
    }
    printer.line(
        "            (range, limits, kinks, gain: numerically, at the initial parameters)\n",
    )?;
    let [value, slope] = curves(formula);
    let (value, slope) = (braille(&value, 31, 8), braille(&slope, 31, 8));
    for (left, right) in value.iter().zip(&slope) {
        printer.line(format_args!("{left:<40}{right}").to_string().trim_end())?;
    }
    Ok(())
}

fn infinity(value: f64) -> &'static str {
    if value > 0.0 { "+∞" } else { "-∞" }
}

/// A number to six digits.
fn rounded(value: f64) -> String {
    if value.is_nan() {
        return "none".to_owned();
    }
    if value.is_infinite() {
        return infinity(value).to_owned();
    }
    let digits: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    number(if digits == 0.0 { 0.0 } else { digits })
}

/// The activation and its derivative over [-5, 5].
fn curves(formula: &Formula) -> [Curve<'static>; 2] {
    let parameters: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
    let points = |id| {
        (-100..=100)
            .map(|k| f64::from(k) / 20.0)
            .map(|x| {
                let point =
                    Point { x, gate: 1.0, parameters: &parameters, mean: 0.0, variance: 1.0 };
                (x, formula.evaluate(id, &point))
            })
            .collect()
    };
    [
        Curve { name: "f(x)", points: points(formula.stable()) },
        Curve { name: "f'(x)", points: points(formula.derivatives().x) },
    ]
}

/// The curve and its derivative as an SVG picture.
fn picture(activation: &Activation) -> String {
    let [value, slope] = curves(activation.formula());
    ogive_lab::report::plot(activation.name(), &value.points, &slope.points)
}
