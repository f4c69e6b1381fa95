//! The gallery: a page for each activation of the catalogue, and a check of all pages in a browser.

mod browser;
mod probe;

use std::path::Path;
use std::process::Command;

use crate::tools;

/// Where the gallery goes unless told otherwise, and where it is checked.
const FOLDER: &str = "target/gallery";

/// Writes the gallery.
pub(crate) fn write(folder: Option<&str>) -> Result<(), String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--package", "ogive-gallery", "--"]);
    write_with(&mut cargo, folder.unwrap_or(FOLDER))
}

fn write_with(program: &mut Command, folder: &str) -> Result<(), String> {
    let status = program
        .args([folder, "records"])
        .status()
        .map_err(|error| format!("cannot run the gallery: {error}"))?;
    if !status.success() {
        return Err("docs: see above".to_owned());
    }
    println!("gallery: {folder}/index.html");
    Ok(())
}

/// What is needed that this machine lacks, as an error.
pub(crate) fn ready() -> Result<(), String> {
    let found = browser::name().is_some();
    let what = "chromium, the browser";
    tools::expect("docs --check", &[(found, what, "apt-get install chromium")])
}

/// Writes the gallery and looks at each page at the width of a phone and of a screen: a page must not
/// be wider than its window, and nothing on it may be missing or fail.
pub(crate) fn check() -> Result<(), String> {
    ready()?;
    // Who checks has built it with all else.
    write_with(&mut Command::new(tools::program("gallery", "ogive-gallery", false)?), FOLDER)?;
    let copy = std::env::temp_dir().join(format!("ogive-gallery-{}", std::process::id()));
    let outcome = probe::prepare(Path::new(FOLDER), &copy).and_then(|files| {
        let seen = browser::look(&copy)?;
        probe::judge(&files, &seen)
    });
    // The copy is of no use to anyone.
    let _ = std::fs::remove_dir_all(&copy);
    println!("gallery: {} pages are as they should be", outcome?);
    Ok(())
}
