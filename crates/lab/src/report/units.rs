//! Units that do not work: dead ones and saturated ones, by layer.

use super::markup::{Cell, section, table};
use crate::numbers::fixed;
use crate::results::{Arm, LayerUnits, Results};

/// Two tables, arms by layers; empty if nothing was recorded.
pub(super) fn units(results: &Results) -> String {
    let arms: Vec<&Arm> =
        results.ranked().into_iter().filter(|arm| !arm.units.is_empty()).collect();
    let layers = arms.iter().map(|arm| arm.units.len()).max().unwrap_or(0);
    if layers == 0 {
        return String::new();
    }
    let mut header = vec!["activation".to_owned()];
    header.extend(
        ["dead", "saturated"]
            .into_iter()
            .flat_map(|what| (1..=layers).map(move |layer| format!("{what}, layer {layer}"))),
    );
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let rows: Vec<Vec<Cell>> = arms
        .iter()
        .map(|arm| {
            let mut row = vec![Cell::Head(arm.name.clone(), None)];
            row.extend(percentages(arm, layers, |units| units.dead));
            row.extend(percentages(arm, layers, |units| units.saturated));
            row
        })
        .collect();
    section(
        "Dead and saturated units",
        "Dead: the derivative is below 1e-6 on every validation row, so the unit cannot learn. \
         Saturated: the share of single outputs at which the activation is flat. Means over seeds.",
        &table(&header, &rows, true),
    )
}

fn percentages(arm: &Arm, layers: usize, share: fn(&LayerUnits) -> f64) -> Vec<Cell> {
    (0..layers)
        .map(|layer| match arm.units.get(layer).map(share) {
            None => Cell::Number(String::new()),
            Some(share) => Cell::Heat(format!("{} %", fixed(100.0 * share, 1)), heat(share)),
        })
        .collect()
}

/// How alarming a share is: the colour only repeats what the number says.
fn heat(share: f64) -> u8 {
    [0.02, 0.1, 0.25, 0.5].iter().filter(|limit| share >= **limit).count() as u8
}
