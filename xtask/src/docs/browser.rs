//! Chromium without a window.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::tools;

/// The names that distributions give it.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// It runs alone, asks nobody for anything, and waits for the pages.
#[rustfmt::skip]
const FLAGS: [&str; 13] = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--allow-file-access-from-files", "--window-size=1400,1000", "--virtual-time-budget=60000",
    "--enable-logging=stderr", "--dump-dom",
];

/// What the browser saw: the document in the end, and what it complained of.
pub(super) struct Seen {
    pub(super) document: String,
    pub(super) complaints: Vec<String>,
}

pub(super) fn name() -> Option<&'static str> {
    NAMES.into_iter().find(|name| tools::has(name))
}

/// Opens `harness.html` of the folder and waits until it is done.
pub(super) fn look(folder: &Path) -> Result<Seen, String> {
    let name = name().ok_or("no browser")?;
    let output = Command::new(name)
        .args(FLAGS)
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", folder.join("harness.html").display()))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run {name}: {error}"))?;
    let log = String::from_utf8_lossy(&output.stderr);
    let complaints =
        log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect();
    Ok(Seen { document: String::from_utf8_lossy(&output.stdout).into_owned(), complaints })
}
