//! From the cells of the target column to classes or numbers.

use std::collections::BTreeMap;

use super::csv::{finite, list};
use super::{Target, Task};
use crate::Error;

/// Integers with more different values than this are taken for numbers, not for classes.
const MOST_INTEGER_CLASSES: usize = 20;
/// Each class needs a row in training, validation and test.
const FEWEST_PER_CLASS: usize = 3;

/// The target column as text, with the line of the file each cell stood on.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
    pub(super) lines: Vec<u64>,
}

/// Reads the column as `task`, or as what it looks like.
pub(super) fn read_target(
    column: &Column,
    file: &str,
    task: Option<Task>,
) -> Result<Target, Error> {
    let numbers: Option<Vec<f64>> = column.cells.iter().map(|cell| cell.parse().ok()).collect();
    let task = task.unwrap_or_else(|| match &numbers {
        Some(numbers) if !looks_like_classes(numbers) => Task::Regression,
        _ => Task::Classification,
    });
    match task {
        Task::Regression => read_numbers(column, file),
        Task::Classification => read_classes(column, numbers.as_deref(), file),
    }
}

fn looks_like_classes(numbers: &[f64]) -> bool {
    let mut distinct: Vec<f64> = numbers.to_vec();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    distinct.len() <= MOST_INTEGER_CLASSES && distinct.iter().all(|number| number.fract() == 0.0)
}

fn read_numbers(column: &Column, file: &str) -> Result<Target, Error> {
    let mut values = Vec::with_capacity(column.cells.len());
    for (cell, line) in column.cells.iter().zip(&column.lines) {
        let at = || format!("{file}, line {line}, target column {:?}", column.name);
        let Ok(value) = cell.parse::<f64>() else {
            let remedy = "write a number, or ask for classification";
            return Err(Error::input(at(), format!("{cell:?} is not a number"), remedy));
        };
        values.push(finite(value, cell, at)?);
    }
    if values.iter().all(|value| *value == values[0]) {
        let problem = format!("every row has the same value, {}", values[0]);
        return Err(Error::input(
            format!("{file}, target column {:?}", column.name),
            problem,
            "choose a target that varies",
        ));
    }
    Ok(Target::Numbers(values))
}

fn read_classes(column: &Column, numbers: Option<&[f64]>, file: &str) -> Result<Target, Error> {
    // "1" and "1.0" are one class: numbers are compared as numbers and named in their shortest form.
    let cells: Vec<String> = match numbers {
        Some(numbers) => numbers.iter().map(|number| format!("{}", number + 0.0)).collect(),
        None => column.cells.clone(),
    };
    if let Some(row) = numbers.and_then(|all| all.iter().position(|number| !number.is_finite())) {
        return Err(Error::input(
            format!("{file}, line {}, target column {:?}", column.lines[row], column.name),
            format!("{:?} is not a finite number", column.cells[row]),
            "write the name of a class",
        ));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in &cells {
        *counts.entry(cell).or_default() += 1;
    }
    let place = || format!("{file}, target column {:?}", column.name);
    if let Some((only, _)) = counts.iter().next()
        && counts.len() == 1
    {
        let problem = format!("every row has the same class, {only:?}");
        return Err(Error::input(place(), problem, "choose a target with two classes or more"));
    }
    let rare: Vec<String> = counts
        .iter()
        .filter(|(_, count)| **count < FEWEST_PER_CLASS)
        .map(|(name, _)| (*name).to_owned())
        .collect();
    if !rare.is_empty() {
        return Err(Error::input(
            place(),
            format!(
                "{} of {} classes have fewer than {FEWEST_PER_CLASS} rows: {}",
                rare.len(),
                counts.len(),
                list(&rare)
            ),
            "merge or drop rare classes, or ask for regression if the target is a quantity",
        ));
    }
    let mut names: Vec<String> = counts.keys().map(|name| (*name).to_owned()).collect();
    if numbers.is_some() {
        let value = |name: &String| name.parse::<f64>().unwrap_or(f64::NAN);
        names.sort_by(|a, b| value(a).total_cmp(&value(b)));
    }
    let index: BTreeMap<&str, u32> =
        names.iter().zip(0..).map(|(name, index)| (name.as_str(), index)).collect();
    let labels = cells.iter().map(|cell| index[cell.as_str()]).collect();
    Ok(Target::Classes { labels, names })
}
