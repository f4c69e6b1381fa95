//! Programs that a task needs beside cargo: whether they are there, and how to get them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::verify::NDARRAY;

/// Whether a program runs.
pub(crate) fn has(program: &str) -> bool {
    let silent = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    silent.is_ok()
}

/// Whether the standard library of a target is there for the compiler in use.
pub(crate) fn has_target(target: &str) -> bool {
    let output =
        Command::new("rustc").args(["--print", "target-libdir", "--target", target]).output();
    output.is_ok_and(|output| {
        let folder = String::from_utf8_lossy(&output.stdout);
        output.status.success() && Path::new(folder.trim()).is_dir()
    })
}

/// An error that lists what is missing, each as what it is and how to install it.
pub(crate) fn expect(task: &str, needs: &[(bool, &str, &str)]) -> Result<(), String> {
    let missing: Vec<String> = needs
        .iter()
        .filter(|(found, ..)| !found)
        .map(|(_, what, how)| format!("\n  {what} (install it with: {how})"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("`cargo xtask {task}` needs what this machine lacks:{}", missing.concat()))
}

/// Runs cargo with these arguments and this environment.
pub(crate) fn cargo(
    what: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<(), String> {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{what}: see above")) }
}

/// A program of a package, built as for the tests of the whole workspace: the program itself, or that which
/// tests a target. A package alone would be built of dependencies with other features, which takes minutes.
pub(crate) fn program(package: &str, target: &str, tests: bool) -> Result<PathBuf, String> {
    let output = Command::new(env!("CARGO"))
        .args(["test", "--workspace", NDARRAY, "--no-run", "--message-format=json"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err("the tests do not compile: see above".to_owned());
    }
    let manifest = format!("crates/{package}/Cargo.toml");
    let is_wanted = |artifact: &Value| {
        artifact["target"]["name"] == target
            && artifact["profile"]["test"] == tests
            && artifact["manifest_path"].as_str().is_some_and(|path| path.ends_with(&manifest))
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(is_wanted)
        .find_map(|artifact| artifact["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| format!("cargo built no `{target}` in `{package}`"))
}
