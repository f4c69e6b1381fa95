//! `ogive show`: what an activation is.

use ogive::catalog::{Row, Wider};
use ogive::formula::{Formula, Symmetry};
use ogive::{Activation, Analysis, Evidence, Extreme, Monotone, Smoothness};
use ogive_gallery::{facts, portrait};
use serde_json::{Value, json};

use super::activation;
use crate::args::{Show, Stage};
use crate::broken::broken;
use crate::printer::{Error, Printer, WIDTH, wrapped};

/// The column of the page where what is said begins.
const COLUMN: usize = 12;

pub(crate) fn run(args: &Show, printer: &mut Printer) -> Result<(), Error> {
    if let Some(Row::Wider(wider)) = ogive::catalog::row(args.subject.activation.trim()) {
        let only_page = args.stage.is_none() && args.svg.is_none();
        if only_page && args.subject.parameters.is_empty() {
            return show_wider(wider, args.json, printer);
        }
    }
    let activation = activation(&args.subject)?;
    if let Some(path) = &args.svg {
        let picture = portrait(&activation, &Analysis::of(&activation)?).svg();
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
            for (name, id) in [("typed", formula.typed()), ("stable", formula.stable())] {
                printer.line(format_args!("{name:<8}{}", broken(&formula.print(id), WIDTH, 8)))?;
            }
            Ok(())
        }
        Stage::Grad => {
            let derivatives = derivatives(formula);
            let width = derivatives.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
            for (name, text) in derivatives {
                let text = broken(&text, WIDTH.max(2 * width), width + 2);
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

/// The derivatives by name, by what learns; only those that are not 0 everywhere.
fn derivatives(formula: &Formula) -> Vec<(String, String)> {
    let all = formula.derivatives();
    // Of a setting nothing is computed.
    let names = formula.parameters().iter().zip(&all.parameters);
    let names = names.filter(|(parameter, _)| parameter.learnable);
    let names = names.map(|(parameter, id)| (parameter.name.clone(), *id));
    let mut found = vec![("d/dx".to_owned(), formula.print(all.x))];
    found.extend(
        [("gate".to_owned(), all.gate)]
            .into_iter()
            .chain(names)
            .chain([("mean".to_owned(), all.mean), ("var".to_owned(), all.variance)])
            .filter(|(_, id)| formula.graph().value(*id) != Some(0.0))
            .map(|(name, id)| (format!("d/d{name}"), formula.print(id))),
    );
    found
}

fn show_json(activation: &Activation, printer: &mut Printer) -> Result<(), Error> {
    let formula = activation.formula();
    let analysis = Analysis::of(activation)?;
    let parameters: Vec<String> = formula.parameters().iter().map(ToString::to_string).collect();
    let derivatives: serde_json::Map<_, _> =
        derivatives(formula).into_iter().map(|(name, text)| (name, json!(text))).collect();
    let mut object = json!({
        "name": activation.name(),
        "formula": formula.text(),
        "typed": formula.print(formula.typed()),
        "stable": formula.print(formula.stable()),
        "derivatives": derivatives,
        "parameters": parameters,
        "notes": formula.notes(),
    });
    if let (Some(object), serde_json::Value::Object(found)) =
        (object.as_object_mut(), properties(&analysis))
    {
        object.extend(found);
    }
    printer.json(&object)
}

/// A number of JSON, or what it is called where JSON has none.
fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { json!(value.to_string()) }
}

fn proven(evidence: Evidence) -> Value {
    json!(evidence == Evidence::Proven)
}

fn extreme(found: &Extreme) -> Value {
    let Extreme { value, place, is_taken, evidence } = *found;
    let proven = proven(evidence);
    json!({ "value": finite(value), "x": finite(place), "taken": is_taken, "proven": proven })
}

/// What the analysis found, with names as in the library.
fn properties(analysis: &Analysis) -> Value {
    let monotone = analysis.monotone.found.map(|found| match found {
        Monotone::Increasing => "increasing",
        Monotone::Decreasing => "decreasing",
        Monotone::Constant => "constant",
    });
    let symmetry = analysis.symmetry.found.map(|found| match found {
        Symmetry::Odd => "odd",
        Symmetry::Even => "even",
    });
    let smoothness = analysis.smoothness().map(|class| match class {
        Smoothness::Discontinuous => "discontinuous",
        Smoothness::C0 => "C0",
        Smoothness::C1 => "C1",
        Smoothness::C2 => "C2",
        Smoothness::Smooth => "smooth",
    });
    let breaks: Vec<Value> = analysis
        .breaks
        .list
        .iter()
        .map(|found| {
            let [left, right] = found.sides.map(finite);
            let point = found.point.map(finite);
            json!({ "x": found.x, "order": found.order, "left": left, "right": right, "point": point })
        })
        .collect();
    let holes = analysis.breaks.holes.iter();
    let holes: Vec<Value> =
        holes.map(|hole| json!({ "x": hole.x, "limit": finite(hole.limit) })).collect();
    let pairs = |list: &[[f64; 2]]| -> Vec<[Value; 2]> {
        list.iter().map(|ends| ends.map(finite)).collect()
    };
    let (moments, cost) = (&analysis.moments, &analysis.cost);
    json!({
        "limits": analysis.limits.map(finite),
        "lowest": extreme(&analysis.lowest),
        "highest": extreme(&analysis.highest),
        "bounded": analysis.is_bounded(),
        "monotone": { "found": monotone, "proven": proven(analysis.monotone.evidence) },
        "symmetry": { "found": symmetry, "proven": proven(analysis.symmetry.evidence) },
        "smoothness": { "class": smoothness, "proven": proven(analysis.breaks.evidence) },
        "breaks": breaks,
        "holes": holes,
        "undefined": pairs(&analysis.breaks.undefined),
        "lipschitz": extreme(&analysis.lipschitz),
        "flat": {
            "intervals": pairs(&analysis.saturation.intervals),
            "proven": proven(analysis.saturation.evidence),
        },
        "mean": finite(moments.mean),
        "second_moment": finite(moments.second),
        "gain": moments.gain,
        "gradient_growth": moments.gradient_growth,
        "second_moment_slope": moments.second_moment_slope,
        "second_moments": moments.signals.map(|signals| {
            json!({ "kept": signals.kept, "returning": signals.returning })
        }),
        "cost": {
            "operations": cost.operations,
            "cycles": cost.cycles,
            "memory_share": cost.memory_share,
        },
    })
}

fn show_page(activation: &Activation, printer: &mut Printer) -> Result<(), Error> {
    let formula = activation.formula();
    let analysis = Analysis::of(activation)?;
    let entry = ogive::catalog::find(activation.name());
    if let Some(entry) = entry {
        heading(Row::Elementwise(entry), printer)?;
    }
    formulas(formula, printer)?;
    let mut row = |name: &str, text: &str| fact_row(name, text, printer);
    for note in formula.notes() {
        row("note", note)?;
    }
    for (place, parameter) in formula.parameters().iter().enumerate() {
        let note = if parameter.declared { "" } else { " (not declared)" };
        row(if place == 0 { "parameters" } else { "" }, &format!("{parameter}{note}"))?;
    }
    for fact in facts(&analysis) {
        row(fact.name, &fact.text)?;
    }
    if let Some(entry) = entry {
        row("accuracy", "f32 within 1 ulp of the exact value, derivatives too (`ogive check`)")?;
        row("source", entry.source)?;
    } else {
        let accuracy = if activation.asks() {
            "what may have lost digits in f32 is evaluated again exactly; `ogive check` measures how far \
             it can be trusted"
        } else {
            "f32 within 1 ulp of the exact value, as the entry of the catalogue that it is"
        };
        row("accuracy", accuracy)?;
    }
    let note = "Proven: by interval arithmetic, for every x in the range of f32; at the initial \
                parameters, with mean 0, variance 1 and gate 1.";
    printer.line(format_args!("\n{}\n", wrapped(note, WIDTH, "  ")))?;
    let picture = portrait(activation, &analysis);
    if picture.panels.iter().any(|panel| panel.curves.len() > 1) {
        let note = "Above several curves: their settings in the order in which they lie at that end, from \
                    above down. The solid one has the initial value.";
        printer.line(format_args!("{}\n", wrapped(note, WIDTH, "  ")))?;
    }
    for line in picture.terminal(printer.color()) {
        printer.line(line)?;
    }
    Ok(())
}

/// Name, other names and what it is.
fn heading(row: Row, printer: &mut Printer) -> Result<(), Error> {
    let aliases = match row.aliases() {
        [] => String::new(),
        aliases => format!(" (also {})", aliases.join(", ")),
    };
    let heading = format!("{}{aliases}", row.name());
    let bold = if printer.color() { format!("\x1b[1m{heading}\x1b[0m") } else { heading };
    printer.line(bold)?;
    printer.line(format_args!("\n{}\n", wrapped(row.page(), 78, "  ")))
}

fn fact_row(name: &str, text: &str, printer: &mut Printer) -> Result<(), Error> {
    let body = wrapped(text, WIDTH, &" ".repeat(COLUMN));
    printer.line(format_args!("{name:<COLUMN$}{}", body.trim_start()))
}

/// What no formula says: how it is used.
fn show_wider(wider: &'static Wider, json: bool, printer: &mut Printer) -> Result<(), Error> {
    if json {
        return printer.json(&super::list::of_wider(wider));
    }
    heading(Row::Wider(wider), printer)?;
    for (name, text) in [
        ("definition", wider.text),
        ("kind", wider.kind.words()),
        ("use", wider.usage),
        ("source", wider.source),
    ] {
        fact_row(name, text, printer)?;
    }
    Ok(())
}

/// The formula, its forms and its derivatives.
fn formulas(formula: &Formula, printer: &mut Printer) -> Result<(), Error> {
    let (typed, stable) = (formula.print(formula.typed()), formula.print(formula.stable()));
    let one_line = formula.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rows = vec![("formula".to_owned(), one_line)];
    if typed != stable {
        rows.push(("typed".to_owned(), typed));
    }
    rows.push(("stable".to_owned(), stable));
    rows.append(&mut derivatives(formula));
    for (name, text) in rows {
        // A name that fills its column stands on a line of its own.
        let full = name.chars().count() >= COLUMN;
        let name = if full { format!("{name}\n{:COLUMN$}", "") } else { name };
        printer.line(format_args!("{name:<COLUMN$}{}", broken(&text, WIDTH, COLUMN)))?;
    }
    Ok(())
}
