//! Dependencies between the crates run one way.

use std::process::Command;

use serde_json::Value;

/// Each crate and the crates of this workspace that it may use.
#[rustfmt::skip]
const ARROWS: [(&str, &[&str]); 13] = [
    ("ogive-formula", &[]),
    ("ogive-catalog", &["ogive-formula"]),
    ("ogive-check",   &["ogive-formula"]),
    ("ogive-macros",  &["ogive-catalog"]),
    ("ogive",         &["ogive-formula", "ogive-catalog", "ogive-macros"]),
    ("ogive-layer",   &["ogive", "ogive-catalog"]),
    ("ogive-burn",    &["ogive", "ogive-layer"]),
    ("ogive-candle",  &["ogive", "ogive-layer"]),
    ("ogive-picture", &[]),
    ("ogive-gallery", &["ogive", "ogive-picture"]),
    ("ogive-lab",     &["ogive", "ogive-burn", "ogive-picture"]),
    ("ogive-cli",     &["ogive", "ogive-lab", "ogive-check", "ogive-gallery"]),
    ("xtask",         &[]),
];

/// Tests may also use the judge and what stands to the left of their crate.
const TESTS: [&str; 3] = ["ogive-check", "ogive-catalog", "ogive-formula"];
/// One crate runs the README's examples of all.
const EXAMPLES: (&str, &str) = ("ogive-burn", "ogive-candle");

pub(crate) fn check() -> Result<(), String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .map_err(|error| format!("cannot run cargo metadata: {error}"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("cannot read cargo metadata: {error}"))?;
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let names: Vec<String> = packages.iter().map(|package| text(package, "name")).collect();
    let mut wrong = Vec::new();
    for package in &packages {
        let name = text(package, "name");
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("`{name}` has no row in xtask/src/arrows.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = text(dependency, "name");
            let for_tests = dependency["kind"] == "dev"
                && (TESTS.contains(&used.as_str()) || EXAMPLES == (name.as_str(), used.as_str()));
            if names.contains(&used) && !allowed.contains(&used.as_str()) && !for_tests {
                wrong.push(format!("`{name}` must not depend on `{used}`"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}
