//! How the learning rates were chosen.

use super::markup::{Cell, section, table};
use crate::numbers::{fixed, significant};
use crate::results::{Arm, Results};

/// One row per arm, one column per learning rate; empty if none was tried.
pub(super) fn tuning(results: &Results) -> String {
    let arms: Vec<&Arm> = results.ranked().into_iter().filter(|arm| !arm.grid.is_empty()).collect();
    let settings = &results.settings;
    if arms.is_empty() {
        return String::new();
    }
    let mut rates: Vec<f64> =
        arms.iter().flat_map(|arm| arm.grid.iter().map(|point| point.learning_rate)).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    let rows: Vec<Vec<Cell>> = arms
        .iter()
        .map(|arm| {
            let mut row = vec![Cell::Head(arm.name.clone(), None)];
            row.extend(rates.iter().map(|rate| cell(arm, *rate, results.decimals())));
            let edge = if arm.edge { "at the edge: widen the grid" } else { "inside the grid" };
            row.push(Cell::Text(edge.to_owned(), if arm.edge { "undecided" } else { "" }));
            row
        })
        .collect();
    let mut header = vec!["activation".to_owned()];
    header.extend(rates.iter().map(|rate| significant(*rate, 3)));
    header.push("best rate".to_owned());
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let chosen = if settings.tuned {
        "each activation keeps its own best"
    } else {
        "all activations share one"
    };
    let seeds = settings.tuning_seeds.len();
    let note = format!(
        "Mean validation {} by learning rate over {seeds} tuning seed{} that the verdict does not use; \
         {chosen} (marked ●). Every activation gets the same grid and the same effort.",
        settings.measure.name,
        if seeds == 1 { "" } else { "s" }
    );
    section("Learning rates", &note, &table(&header, &rows, true))
}

fn cell(arm: &Arm, rate: f64, decimals: usize) -> Cell {
    let Some(point) = arm.grid.iter().find(|point| point.learning_rate == rate) else {
        return Cell::Number(String::new());
    };
    let score =
        point.validation.map_or_else(|| "failed".to_owned(), |score| fixed(score, decimals));
    let chosen = if arm.learning_rate == rate { "● " } else { "" };
    let failed = if point.failed > 0 && point.validation.is_some() {
        format!(" ({} failed)", point.failed)
    } else {
        String::new()
    };
    Cell::Number(format!("{chosen}{score}{failed}"))
}
