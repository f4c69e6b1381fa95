//! `ogive check`: how far are the engines from the exact results, and do they agree?

use half::{bf16, f16};
use ogive::{Activation, Element, Engine};
use ogive_check::{Difference, Inputs, Row, Survey, inputs};
use serde_json::{Value, json};

use super::{named, short, tell_undeclared};
use crate::args::{Check, Dtype};
use crate::judged::Judged;
use crate::printer::{Error, Printer, hex};
use crate::progress::Bars;

/// Inputs of f32 and of f64, where the command line does not say.
const INPUTS: [u64; 2] = [1_000_000, 20_000];
/// More would not fit the memory; `--exhaustive` needs none.
const MOST: u64 = 200_000_000;

/// From this many steps on, a log is told of progress.
const LONG: u64 = 10_000;

/// Says whether all rows pass.
pub(crate) fn run(args: &Check, printer: &mut Printer) -> Result<bool, Error> {
    let activations = activations(args)?;
    let engines = engines(&args.engine)?;
    let count = count(args)?;
    if !args.json {
        heading(args, &engines, printer)?;
    }
    match args.dtype {
        Dtype::F32 => check::<f32>(args, &activations, &engines, count, printer),
        Dtype::F64 => check::<f64>(args, &activations, &engines, count, printer),
        Dtype::Bf16 => check::<bf16>(args, &activations, &engines, count, printer),
        Dtype::F16 => check::<f16>(args, &activations, &engines, count, printer),
    }
}

fn activations(args: &Check) -> Result<Vec<Activation>, Error> {
    if args.activation != "all" {
        let activation = named(&args.activation, &args.parameters)?;
        tell_undeclared(&activation, &args.parameters);
        return Ok(vec![activation]);
    }
    if let Some(setting) = args.parameters.first() {
        return Err(Error::new(format!(
            "--param {setting}: `all` has no parameters of its own\n  help: set a parameter of one \
             activation, such as `ogive check swish --param beta=1.5`"
        )));
    }
    ogive::catalog::ALL.iter().map(|entry| Ok(Activation::new(entry.name)?)).collect()
}

/// The engines by name, each once, in the order given.
fn engines(names: &[String]) -> Result<Vec<Engine>, Error> {
    let mut found: Vec<Engine> = Vec::new();
    for name in names {
        let named = match name.trim() {
            "all" => Engine::ALL.iter().copied().filter(|engine| engine.is_available()).collect(),
            "auto" => vec![Engine::chosen()?],
            name => vec![name.parse()?],
        };
        found.extend(named);
    }
    let mut once = Vec::new();
    for engine in found {
        if !once.contains(&engine) {
            once.push(engine);
        }
    }
    Ok(once)
}

/// How many inputs; none for every bit pattern.
fn count(args: &Check) -> Result<Option<usize>, Error> {
    let wide = args.dtype == Dtype::F64;
    if args.exhaustive && wide {
        return Err(Error::new(
            "--exhaustive: f64 has 2^64 numbers; expected --dtype f32, bf16 or f16\n  help: \
             `--inputs N` judges a sample",
        ));
    }
    match args.inputs {
        _ if args.exhaustive => Ok(None),
        Some(count) if (1..=MOST).contains(&count) => Ok(Some(count as usize)),
        Some(count) => {
            Err(Error::new(format!("--inputs {count}: expected a number from 1 to {MOST}")))
        }
        None => Ok(Some(INPUTS[usize::from(wide)] as usize)),
    }
}

fn heading(args: &Check, engines: &[Engine], printer: &mut Printer) -> Result<(), Error> {
    let names: Vec<String> = engines.iter().map(ToString::to_string).collect();
    let dtype = args.dtype.name();
    printer.line(format_args!("{dtype} on {}; by MPFR: inputs that multiprecision decided", {
        names.join(", ")
    }))?;
    printer.line(format_args!(
        "\n{:<18} {:<12} {:>9} {:>13} {:>10} {:>8} pass",
        "name", "quantity", "max ulp", "at x", "inputs", "by MPFR"
    ))?;
    printer.line("-".repeat(80))
}

fn check<T: Element + ogive_check::Element>(
    args: &Check,
    activations: &[Activation],
    engines: &[Engine],
    count: Option<usize>,
    printer: &mut Printer,
) -> Result<bool, Error> {
    let bars = Bars::new();
    let mut passes = true;
    for activation in activations {
        let formula = activation.formula();
        let judged = engines.iter().map(|engine| Judged::new(activation, *engine));
        let judged = judged.collect::<Result<Vec<Judged>, Error>>()?;
        let engines: Vec<&(dyn ogive_check::Engine<T> + Sync)> =
            judged.iter().map(|judged| judged as _).collect();
        let sample: Vec<T> = count.map_or_else(Vec::new, |count| inputs::sample(formula, count));
        let mut survey = Survey::new(activation.name(), formula);
        let mut inputs = Inputs::List(&sample);
        if count.is_none() {
            (survey, inputs) = (survey.inputs_only(), Inputs::Every);
        }
        let steps = survey.steps(&inputs);
        bars.steps(activation.name(), steps, steps > LONG);
        let rows = survey.judge(&inputs, &engines, &|| bars.step());
        bars.clear();
        for row in rows.map_err(Error::new)? {
            passes &= row.passes();
            if args.json {
                printer.json(&object(&row))?;
            } else {
                table_row(&row, engines.len(), printer)?;
            }
        }
        printer.finish()?;
    }
    Ok(passes)
}

fn object(row: &Row) -> Value {
    let number =
        |value: f64| if value.is_finite() { json!(value) } else { json!(value.to_string()) };
    let mut object = json!({
        "name": row.name,
        "dtype": row.dtype,
        "engines": row.engine.split(' ').collect::<Vec<&str>>(),
        "quantity": row.quantity,
        "max_ulp": number(row.max_ulp),
        "at_x": hex(row.at_x),
        "allowed_ulp": row.tolerance().ulp,
        "inputs": row.inputs,
        "by_multiprecision": row.multiprecision,
        "unknown": row.unknown,
        "nan_errors": row.nan_errors,
        "nan_at": row.nan_at.map(hex),
        "difference": row.difference.as_ref().map(|difference| json!({
            "count": difference.count,
            "at_x": hex(difference.at_x),
            "value": hex(difference.value),
            "other": difference.other,
            "other_value": hex(difference.other_value),
        })),
        "pass": row.passes(),
    });
    if matches!(row.dtype, "bf16" | "f16") {
        object["misrounded"] = json!(row.misrounded);
        object["ties"] = json!(row.ties);
    }
    object
}

/// One line of the table, and one for each thing that it has no column for.
fn table_row(row: &Row, engines: usize, printer: &mut Printer) -> Result<(), Error> {
    let ulp = match row.max_ulp {
        ulp if ulp.is_finite() && ulp >= 1000.0 => format!("{ulp:.2e}"),
        ulp => format!("{ulp:.5}"),
    };
    let pass = if row.passes() { "pass" } else { "FAIL" };
    printer.line(format_args!(
        "{:<18} {:<12} {ulp:>9} {:>13} {:>10} {:>8} {pass}",
        short(&row.name, 18),
        short(&row.quantity, 12),
        format!("{:.6e}", row.at_x),
        row.inputs,
        row.multiprecision,
    ))?;
    let mut note = |text: String| printer.line(format_args!("    {text}"));
    if let Some(Difference { count, at_x, value, other, other_value }) = &row.difference {
        note(format!("{}: other bits than {other} at {count} inputs, first at", row.engine))?;
        note(format!("  x = {}: {}, not {}", hex(*at_x), hex(*value), hex(*other_value)))?;
    } else if !row.passes() && row.engine.split(' ').count() < engines {
        note(format!("on {}", row.engine))?;
    }
    if row.max_ulp > row.tolerance().ulp {
        note(format!("{} ulp are allowed; x = {}", row.tolerance().ulp, hex(row.at_x)))?;
    }
    if let Some(first) = row.nan_at {
        note(format!("NaN wrong at {} inputs, first at x = {}", row.nan_errors, hex(first)))?;
    }
    if row.misrounded > 0 {
        let (wrong, ties) = (row.misrounded, row.ties);
        note(format!("{wrong} not the nearest number, {ties} of them ties for f64"))?;
    }
    if row.unknown > 0 {
        note(format!("{} inputs not judged: no exact value is known there", row.unknown))?;
    }
    Ok(())
}
