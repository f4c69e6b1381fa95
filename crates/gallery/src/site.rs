//! The site: a page for each entry of the catalogue, an index, and one style sheet.

use std::fs;
use std::path::Path;

use ogive::catalog::{ALL, Entry, ROWS, Row};
use ogive::{Activation, Analysis};

use crate::records::Records;
use crate::{index, language, page};

/// An entry with all that its page says.
pub(crate) struct Subject {
    pub(crate) entry: &'static Entry,
    pub(crate) activation: Activation,
    pub(crate) analysis: Analysis,
}

/// Writes the gallery into `folder`, which is made if it is not there: `index.html`, a page for each row
/// of the catalogue, with a picture for each formula, `language.html`, `style.css` and the font of its
/// formulas. Pages refer to nothing else. `records` is a folder with the project's records; without it
/// pages say nothing of measured accuracy and speed.
///
/// # Errors
/// If a file cannot be read or written, with its path.
pub fn write(folder: &Path, records: Option<&Path>) -> Result<(), String> {
    let records = records.map(Records::read).transpose()?.unwrap_or_default();
    let failed =
        |path: &Path, error: std::io::Error| format!("cannot write {}: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let put_bytes = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| failed(&path, error))
    };
    let put = |name: &str, text: &str| put_bytes(name, text.as_bytes());
    let mut subjects = Vec::new();
    for entry in ALL.iter() {
        let activation = Activation::new(entry.name).map_err(|error| error.to_string())?;
        let analysis = Analysis::of(&activation).map_err(|error| error.to_string())?;
        subjects.push(Subject { entry, activation, analysis });
    }
    for (place, row) in ROWS.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| ROWS[place].name());
        let after = ROWS.get(place + 1).map(Row::name);
        let content = match row {
            // Entries are the first rows, in this order.
            Row::Elementwise(_) => page::of_formula(&subjects[place], &records),
            Row::Wider(wider) => page::of_wider(wider),
        };
        put(&format!("{}.html", row.name()), &page::page(*row, &content, [before, after]))?;
    }
    for subject in &subjects {
        let picture = crate::portrait(&subject.activation, &subject.analysis).svg();
        put(&format!("{}.svg", subject.entry.name), &picture)?;
    }
    put("index.html", &index::index(&subjects))?;
    put("language.html", &language::page())?;
    put_bytes("math.woff2", include_bytes!("../font/math.woff2"))?;
    put("style.css", include_str!("style.css"))
}

/// A page around this body.
pub(crate) fn frame(title: &str, body: &str) -> String {
    let title = ogive_picture::escape(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"style.css\">\n</head>\n\
         <body>\n{body}</body>\n</html>\n"
    )
}
