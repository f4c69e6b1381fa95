//! What the project's records say of an entry: accuracy and speed, as measured.

use std::fs;
use std::path::{Path, PathBuf};

/// The records of accuracy and the latest one of speed.
#[derive(Default)]
pub(crate) struct Records {
    /// What the judge found, from the oldest to the newest.
    checks: Vec<Record>,
    speed: Option<Record>,
}

struct Record {
    /// The day in the file's name.
    date: String,
    text: String,
}

/// The largest error of one quantity in f32.
pub(crate) struct Error<'a> {
    /// `y`, `dx` or `dp:NAME`.
    pub(crate) quantity: &'a str,
    pub(crate) ulp: f64,
    /// How many inputs were judged.
    pub(crate) inputs: u64,
    /// The day of the record.
    pub(crate) date: &'a str,
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
        let of = |kind: &str| -> Result<Vec<Record>, String> {
            let ends = |path: &&PathBuf| path.to_string_lossy().ends_with(&format!("-{kind}.txt"));
            let read = |path: &PathBuf| {
                let text = fs::read_to_string(path).map_err(|error| failed(path, error))?;
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                let date = name.unwrap_or_default().chars().take(10).collect();
                Ok(Record { date, text })
            };
            paths.iter().filter(ends).map(read).collect()
        };
        Ok(Records { checks: of("check")?, speed: of("speed")?.pop() })
    }

    /// The largest errors of the entry in f32: of each quantity those over the most inputs, and of
    /// equally many the newest.
    pub(crate) fn accuracy(&self, name: &str) -> Vec<Error<'_>> {
        let mut errors: Vec<Error> = Vec::new();
        for Record { date, text } in &self.checks {
            // The command says of what the rows behind it are.
            let mut single = false;
            for line in text.lines() {
                if let Some(command) = line.strip_prefix("# command: ") {
                    single = command.contains("ogive check") && !command.contains("--dtype");
                }
                let words: Vec<&str> = line.split_whitespace().collect();
                let [found, quantity, ulp, _, inputs, _, "pass"] = words[..] else { continue };
                if let (true, Ok(ulp), Ok(inputs)) = (single, ulp.parse(), inputs.parse())
                    && found == name
                {
                    let error = Error { quantity, ulp, inputs, date };
                    match errors.iter_mut().find(|known| known.quantity == quantity) {
                        None => errors.push(error),
                        Some(known) if known.inputs <= inputs => *known = error,
                        Some(_) => {}
                    }
                }
            }
        }
        errors
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
