//! What the project's records say of an entry: accuracy and speed, as measured.

use std::fs;
use std::path::{Path, PathBuf};

/// The latest records of accuracy and speed.
#[derive(Default)]
pub(crate) struct Records {
    accuracy: Option<Record>,
    speed: Option<Record>,
}

struct Record {
    /// The day in the file's name.
    date: String,
    text: String,
}

/// The largest error of one quantity.
pub(crate) struct Error {
    /// `y`, `dx` or `dp:NAME`.
    pub(crate) quantity: String,
    pub(crate) ulp: f64,
    pub(crate) inputs: String,
}

/// How often a peer's time is Ogive's: forward, then forward and backward.
pub(crate) struct Ratios {
    /// Of what size and on how many threads.
    pub(crate) setting: String,
    /// Three peers, twice.
    pub(crate) ratios: Vec<String>,
}

impl Records {
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let failed = |path: &Path, error| format!("cannot read {}: {error}", path.display());
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .map_err(|error| failed(folder, error))?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        paths.sort();
        let latest = |kind: &str| -> Result<Option<Record>, String> {
            let ends = |path: &&PathBuf| path.to_string_lossy().ends_with(&format!("-{kind}.txt"));
            let Some(path) = paths.iter().rev().find(ends) else { return Ok(None) };
            let text = fs::read_to_string(path).map_err(|error| failed(path, error))?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let date = name.unwrap_or_default().chars().take(10).collect();
            Ok(Some(Record { date, text }))
        };
        Ok(Records { accuracy: latest("accuracy")?, speed: latest("speed")? })
    }

    /// The day of the record and the errors of the entry in f32; none if there is no record of it.
    pub(crate) fn accuracy(&self, name: &str) -> Option<(&str, Vec<Error>)> {
        let record = self.accuracy.as_ref()?;
        let mut errors = Vec::new();
        for line in record.text.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [found, "f32", _, quantity, ulp, "ulp", "at", _, inputs, "inputs"] = words[..]
                && found == name
                && !errors.iter().any(|known: &Error| known.quantity == quantity)
                && let Ok(ulp) = ulp.parse()
            {
                let (quantity, inputs) = (quantity.to_owned(), inputs.to_owned());
                errors.push(Error { quantity, ulp, inputs });
            }
        }
        (!errors.is_empty()).then_some((record.date.as_str(), errors))
    }

    /// The day of the record and the entry's ratios, by setting.
    pub(crate) fn speed(&self, name: &str) -> Option<(&str, Vec<Ratios>)> {
        let record = self.speed.as_ref()?;
        let (mut setting, mut rows) = (String::new(), Vec::new());
        for line in record.text.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                heading.split(", outputs").next().unwrap_or(heading).clone_into(&mut setting);
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let numbers = || words[1..].iter().all(|word| word.parse::<f64>().is_ok());
            let known = rows.iter().any(|row: &Ratios| row.setting == setting);
            if words.len() == 7 && words[0] == name && numbers() && !known {
                let ratios = words[1..].iter().map(|word| (*word).to_owned()).collect();
                rows.push(Ratios { setting: setting.clone(), ratios });
            }
        }
        (!rows.is_empty()).then_some((record.date.as_str(), rows))
    }
}
