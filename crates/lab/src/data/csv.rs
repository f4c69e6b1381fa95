//! Reading a CSV file into a data set, with an error for everything that is not a table of numbers.

use std::collections::HashSet;

use super::target::{Column, read_target};
use super::{Dataset, Task};
use crate::Error;

/// Fewer rows than this cannot be split into parts that say anything.
const FEWEST_ROWS: usize = 30;

/// Reads the bytes of a file called `name`.
pub(super) fn read(
    bytes: &[u8],
    name: &str,
    target: &str,
    task: Option<Task>,
) -> Result<Dataset, Error> {
    let text = decode(bytes, name)?;
    if text.trim().is_empty() {
        let remedy = "it needs a header line and rows of numbers below it";
        return Err(Error::input(name, "the file is empty", remedy));
    }
    let mut reader = ::csv::ReaderBuilder::new()
        .flexible(true)
        .trim(::csv::Trim::All)
        .from_reader(text.as_bytes());
    let malformed = |error: ::csv::Error| {
        Error::input(name, format!("not readable as CSV ({error})"), "check the quotes")
    };
    let header: Vec<String> =
        reader.headers().map_err(malformed)?.iter().map(str::to_owned).collect();
    let place = check_header(&header, name, target)?;

    let mut features = Vec::new();
    let mut targets = Column { name: target.to_owned(), cells: Vec::new(), lines: Vec::new() };
    for record in reader.records() {
        let record = record.map_err(malformed)?;
        let line = record.position().map_or(0, ::csv::Position::line);
        if record.len() != header.len() {
            let found = record.len();
            let expected = header.len();
            return Err(Error::input(
                format!("{name}, line {line}"),
                format!("found {found} cells, expected {expected} as in the header"),
                "add or remove cells, and put quotes around cells that contain a comma",
            ));
        }
        for (column, cell) in record.iter().enumerate() {
            let at = || format!("{name}, line {line}, column {:?}", header[column]);
            if cell.is_empty() {
                let remedy = "fill it in, or drop the row or the column";
                return Err(Error::input(at(), "the cell is blank", remedy));
            }
            if column == place {
                targets.cells.push(cell.to_owned());
                targets.lines.push(line);
            } else {
                features.push(parse_feature(cell, at)?);
            }
        }
    }

    let rows = targets.cells.len();
    if rows < FEWEST_ROWS {
        let problem = if rows == 0 {
            "there is a header but no row below it".to_owned()
        } else {
            format!("found {rows} rows, expected at least {FEWEST_ROWS}")
        };
        let remedy = "training, validation and test each need enough rows: add some";
        return Err(Error::input(name, problem, remedy));
    }
    let target = read_target(&targets, name, task)?;
    let mut feature_names = header;
    feature_names.remove(place);
    Ok(Dataset { name: name.to_owned(), attribution: None, feature_names, rows, features, target })
}

/// The text of the file without a byte order mark.
fn decode<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        let remedy = "save the file as UTF-8";
        Error::input(format!("{name}, line {line}"), "the text is not UTF-8", remedy)
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Checks the names of the columns and finds the target among them.
fn check_header(header: &[String], name: &str, target: &str) -> Result<usize, Error> {
    let mut seen = HashSet::new();
    for (index, column) in header.iter().enumerate() {
        if column.is_empty() {
            let place = format!("{name}, header");
            let problem = format!("column {} has no name", index + 1);
            let remedy = "name it or drop it (pandas writes one unless index=False is given)";
            return Err(Error::input(place, problem, remedy));
        }
        if !seen.insert(column) {
            let place = format!("{name}, header");
            let problem = format!("there are two columns called {column:?}");
            return Err(Error::input(place, problem, "give each column its own name"));
        }
    }
    let Some(place) = header.iter().position(|column| column == target) else {
        return Err(missing_target(header, name, target));
    };
    if header.len() == 1 {
        let problem = format!("the target {target:?} is the only column");
        return Err(Error::input(name, problem, "add columns with features to predict it from"));
    }
    Ok(place)
}

fn missing_target(header: &[String], name: &str, target: &str) -> Error {
    let place = format!("{name}, header");
    let columns = list(header);
    let problem = format!("no column is called {target:?}; there are {columns}");
    if header.iter().all(|column| column.parse::<f64>().is_ok()) {
        let remedy = "the first line must name the columns: add a header";
        return Error::input(place, problem, remedy);
    }
    if let [only] = header
        && only.contains([';', '\t'])
    {
        return Error::input(place, problem, "separate the cells by commas");
    }
    let near =
        |column: &&String| strsim::jaro_winkler(&column.to_lowercase(), &target.to_lowercase());
    let nearest = header.iter().max_by(|a, b| near(a).total_cmp(&near(b)));
    let remedy = match nearest {
        Some(nearest) if near(&nearest) > 0.75 => format!("did you mean {nearest:?}?"),
        _ => "name the target column".to_owned(),
    };
    Error::input(place, problem, remedy)
}

/// Names in quotes, the first dozen of them.
pub(super) fn list(names: &[String]) -> String {
    const MOST: usize = 12;
    let mut text: Vec<String> = names.iter().take(MOST).map(|name| format!("{name:?}")).collect();
    if names.len() > MOST {
        text.push(format!("and {} more", names.len() - MOST));
    }
    text.join(", ")
}

fn parse_feature(cell: &str, at: impl Fn() -> String) -> Result<f32, Error> {
    let Ok(value) = cell.parse::<f64>() else {
        let remedy = "encode the column as numbers or drop it";
        return Err(Error::input(at(), format!("{cell:?} is not a number"), remedy));
    };
    finite(value, cell, at)
}

/// The number as the 32-bit float that training uses, if it is one.
pub(super) fn finite(value: f64, cell: &str, at: impl Fn() -> String) -> Result<f32, Error> {
    let narrow = value as f32;
    if !value.is_finite() {
        let remedy = "replace it by a number, or drop the row or the column";
        return Err(Error::input(at(), format!("{cell:?} is not a finite number"), remedy));
    }
    if !narrow.is_finite() {
        let problem = format!("{cell} is larger than a 32-bit float can be (3.4e38)");
        return Err(Error::input(at(), problem, "rescale the column"));
    }
    Ok(narrow)
}
