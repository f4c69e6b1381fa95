//! `ogive list`: the catalogue.

use ogive::catalog::{Entry, Kind, ROWS, Row, Wider};
use serde_json::{Value, json};

use super::short;
use crate::args::List;
use crate::printer::{Error, Printer, WIDTH};

pub(crate) fn run(args: &List, printer: &mut Printer) -> Result<(), Error> {
    let rows: Vec<Row> =
        ROWS.iter().copied().filter(|row| !args.learnable || learns(*row)).collect();
    if args.json {
        for row in rows {
            let object = match row {
                Row::Elementwise(entry) => of_entry(entry)?,
                Row::Wider(wider) => of_wider(wider),
            };
            printer.json(&object)?;
        }
        return Ok(());
    }
    let width = ROWS.iter().map(|row| row.name().len()).max().unwrap_or(0);
    let (formulas, wider): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.kind() == Kind::Elementwise);
    for row in formulas {
        let mark = if learns(row) { "*" } else { " " };
        let text = short(row.text(), WIDTH - width - 3);
        printer.line(format_args!("{mark} {:<width$} {text}", row.name()))?;
    }
    if !args.learnable {
        printer.line("\n* has learnable parameters. `ogive show NAME` tells all of one.")?;
        printer.line("No function of each element; `ogive show NAME` tells how it is used:\n")?;
    }
    for row in wider {
        let kind = row.kind().words();
        let text = short(row.text(), WIDTH - width - 18);
        printer.line(format_args!("  {:<width$} {kind:<13}  {text}", row.name()))?;
    }
    Ok(())
}

fn learns(row: Row) -> bool {
    matches!(row, Row::Elementwise(entry) if entry.is_learnable())
}

fn of_entry(entry: &Entry) -> Result<Value, Error> {
    let formula = entry.formula().map_err(Error::new)?;
    let parameters: Vec<_> = formula
        .parameters()
        .iter()
        .map(|parameter| {
            json!({
                "name": parameter.name,
                "initial": parameter.initial,
                "learnable": parameter.learnable,
                "granularity": parameter.granularity.to_string(),
                "constraint": parameter.constraint.to_string(),
            })
        })
        .collect();
    Ok(json!({
        "name": entry.name,
        "aliases": entry.aliases,
        "kind": Kind::Elementwise.words(),
        "formula": entry.text,
        "learnable": entry.is_learnable(),
        "gated": formula.has_gate(),
        "statistics": formula.has_statistics(),
        "kernels": entry.kernels,
        "parameters": parameters,
        "source": entry.source,
    }))
}

/// A row that is no formula, as `show` has it too.
pub(super) fn of_wider(wider: &Wider) -> Value {
    json!({
        "name": wider.name,
        "aliases": wider.aliases,
        "kind": wider.kind.words(),
        "definition": wider.text,
        "usage": wider.usage,
        "source": wider.source,
    })
}
