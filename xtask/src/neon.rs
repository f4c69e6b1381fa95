//! The tests of the engine for 64-bit ARM: cross-compiled, and run by an emulator. Its results must
//! also have the bits of this machine's.

use std::process::Command;

use crate::tools;

const TARGET: &str = "aarch64-unknown-linux-gnu";
const COMPILER: &str = "aarch64-linux-gnu-gcc";
/// The names that distributions give the emulator.
const EMULATORS: [&str; 2] = ["qemu-aarch64-static", "qemu-aarch64"];
/// Where Debian's cross compiler keeps the C library of the target.
const LIBRARIES: &str = "/usr/aarch64-linux-gnu";

/// All tests of the engine but the longest, by minutes: of the judge, as where the bits are those of this
/// machine so is the verdict; of the analysis, which runs no kernels; and the fingerprints, which follow.
#[rustfmt::skip]
const TESTS: [&str; 17] = [
    "test", "--package", "ogive", "--lib", "--test", "it", "--target", TARGET,
    "--", "--skip", "judge::every_entry", "--skip", "judge::parameters_away", "--skip", "analysis",
    "--skip", "fingerprints",
];

/// Prints the fingerprints of all results.
const FINGERPRINTS: [&str; 2] = ["fingerprints", "--nocapture"];
/// The same for 64-bit ARM, by cargo.
#[rustfmt::skip]
const THERE: [&str; 9] = [
    "test", "--quiet", "--package", "ogive", "--test", "it", "--target", TARGET, "--",
];

/// What is needed that this machine lacks, as an error.
pub(crate) fn ready() -> Result<(), String> {
    if cfg!(target_arch = "aarch64") {
        return Ok(());
    }
    let emulator = EMULATORS.into_iter().any(tools::has);
    let library = std::path::Path::new(LIBRARIES).is_dir();
    let debian = "apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross";
    tools::expect(
        "neon",
        &[
            (
                tools::has_target(TARGET),
                "Rust's standard library for 64-bit ARM",
                "rustup target add aarch64-unknown-linux-gnu",
            ),
            (
                emulator,
                "qemu-aarch64, an emulator of user programs",
                "apt-get install qemu-user-static",
            ),
            (tools::has(COMPILER), "aarch64-linux-gnu-gcc, a C compiler", debian),
            (library, "its C library", debian),
        ],
    )
}

pub(crate) fn run() -> Result<(), String> {
    if cfg!(target_arch = "aarch64") {
        // This machine needs no emulator.
        return tools::cargo("neon", &TESTS[..6], &[]);
    }
    ready()?;
    let emulator = EMULATORS.into_iter().find(|name| tools::has(name)).unwrap_or(EMULATORS[0]);
    let runner = format!("{emulator} -L {LIBRARIES}");
    let environment = [
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER", COMPILER),
        ("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER", runner.as_str()),
        // The build of MPFR asks for no other name; that of any other C code does.
        ("CC", COMPILER),
        ("HOST_CC", "cc"),
    ];
    tools::cargo("neon", &TESTS, &environment)?;
    let here = fingerprints(&mut Command::new(tools::program("ogive", "it", true)?))?;
    let mut cargo = Command::new(env!("CARGO"));
    let there = fingerprints(cargo.args(THERE).envs(environment))?;
    let differing: Vec<String> = here
        .iter()
        .zip(&there)
        .filter(|(here, there)| here != there)
        .map(|(here, there)| format!("\n  here  {here}\n  there {there}"))
        .collect();
    if here.is_empty() || here.len() != there.len() {
        return Err(format!("{} fingerprints here, {} on 64-bit ARM", here.len(), there.len()));
    }
    if !differing.is_empty() {
        return Err(format!(
            "64-bit ARM gives other bits than this machine:{}",
            differing.concat()
        ));
    }
    println!("{} fingerprints on 64-bit ARM are those of this machine", here.len());
    Ok(())
}

fn fingerprints(program: &mut Command) -> Result<Vec<String>, String> {
    let output = program
        .args(FINGERPRINTS)
        .output()
        .map_err(|error| format!("cannot run the fingerprints: {error}"))?;
    if !output.status.success() {
        return Err(format!("fingerprints: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter_map(|line| line.split_once("fingerprint of "));
    Ok(lines.map(|(_, rest)| rest.to_owned()).collect())
}
