//! `ogive list`: the catalogue.

use serde_json::json;

use super::short;
use crate::args::List;
use crate::printer::{Error, Printer};

pub(crate) fn run(args: &List, printer: &mut Printer) -> Result<(), Error> {
    let entries =
        ogive::catalog::ALL.iter().filter(|entry| !args.learnable || entry.is_learnable());
    for entry in entries {
        let formula = entry.formula().map_err(Error::new)?;
        if args.json {
            let parameters: Vec<_> = formula
                .parameters()
                .iter()
                .map(|parameter| {
                    json!({
                        "name": parameter.name,
                        "initial": parameter.initial,
                        "learnable": parameter.learnable,
                        "per_channel":
                            parameter.granularity == ogive::formula::Granularity::PerChannel,
                        "constraint": parameter.constraint.to_string(),
                    })
                })
                .collect();
            printer.json(&json!({
                "name": entry.name,
                "aliases": entry.aliases,
                "formula": entry.text,
                "learnable": entry.is_learnable(),
                "gated": formula.has_gate(),
                "statistics": formula.has_statistics(),
                "parameters": parameters,
                "source": entry.source,
            }))?;
            continue;
        }
        let mark = if entry.is_learnable() { "*" } else { " " };
        let text = short(entry.text, 80 - 21);
        printer.line(format_args!("{mark} {:<18} {text}", entry.name))?;
    }
    if !args.json && !args.learnable {
        printer.line("\n* has learnable parameters. `ogive show NAME` tells all of one.")?;
    }
    Ok(())
}
