//! Results as JSON, CSV and files.

use std::path::Path;

use super::{Results, SCHEMA};
use crate::Error;
use crate::files::write_atomically;
use crate::numbers::clip;
use crate::statistics::paired_differences;

impl Results {
    /// The results as indented JSON with fields in a fixed order.
    ///
    /// # Errors
    /// A number that must be finite is not: JSON has no such numbers, and a reader must not find a
    /// hole in their place.
    pub fn to_json(&self) -> Result<String, Error> {
        let text = serde_json::to_string_pretty(self).map_err(|error| unreadable(&error))?;
        // NaN and infinity are written as null, which reads back only where a number is optional.
        serde_json::from_str::<Self>(&text).map_err(|error| unreadable(&error))?;
        Ok(text + "\n")
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// The text is not such a file, or of another version.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let results: Self = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        if results.schema != SCHEMA {
            let problem = format!("found schema {}, expected {SCHEMA}", results.schema);
            return Err(Error::input("results.json", problem, "use the version that wrote it"));
        }
        Ok(results)
    }

    /// Writes `results.json`, `results.csv` and `report.html` into a folder that exists.
    ///
    /// Each file is replaced in one step, so a reader never sees half of one.
    ///
    /// # Errors
    /// A number is not finite (see [`to_json`](Self::to_json)), or the folder cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), Error> {
        write_atomically(&folder.join("results.json"), self.to_json()?.as_bytes())?;
        write_atomically(&folder.join("results.csv"), self.to_csv()?.as_bytes())?;
        write_atomically(&folder.join("report.html"), crate::report::html(self).as_bytes())
    }

    /// One row per arm and seed, with a header: for other tools to read.
    ///
    /// `difference` is the paired difference to the baseline at that seed, positive meaning better.
    ///
    /// # Errors
    /// None in practice: the rows are written to memory.
    pub fn to_csv(&self) -> Result<String, Error> {
        let failed = |error: &dyn std::fmt::Display| {
            Error::input("results.csv", clip(&error.to_string(), 200), "report this as a defect")
        };
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = [
            "arm",
            "formula",
            "learnable",
            "learning_rate",
            "seed",
            "failed",
            "epoch",
            "validation",
            "test",
            "difference",
            "verdict",
        ];
        writer.write_record(header).map_err(|error| failed(&error))?;
        let baseline: Vec<f64> = self
            .baseline()
            .map(|arm| arm.runs.iter().map(|run| run.test).collect())
            .unwrap_or_default();
        for arm in &self.arms {
            let scores: Vec<f64> = arm.runs.iter().map(|run| run.test).collect();
            let higher = self.settings.measure.higher_is_better;
            let differences = paired_differences(&baseline, &scores, higher);
            for (run, difference) in arm.runs.iter().zip(differences) {
                let row = [
                    arm.name.clone(),
                    arm.formula.clone(),
                    arm.learnable.to_string(),
                    arm.learning_rate.to_string(),
                    run.seed.to_string(),
                    run.failed.to_string(),
                    run.epoch.to_string(),
                    run.validation.to_string(),
                    run.test.to_string(),
                    difference.to_string(),
                    arm.verdict.word().to_owned(),
                ];
                writer.write_record(row).map_err(|error| failed(&error))?;
            }
        }
        let bytes = writer.into_inner().map_err(|error| failed(&error))?;
        String::from_utf8(bytes).map_err(|error| failed(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> Error {
    let remedy = "a number may be infinite or missing, or the file is not from this program";
    Error::input("results.json", error.to_string(), remedy)
}
