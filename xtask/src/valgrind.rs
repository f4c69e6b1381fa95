//! The tests that touch the ends of memory, run by valgrind: the engines take no element that is not
//! the caller's.
//!
//! Valgrind shows programs a processor without AVX-512, so that engine is not looked at; it is written
//! by the same macros as the others. Tests that compare the sign of zero are left out: valgrind 3.19
//! gives that of `c - a*b` wrong.

use std::process::Command;

use crate::tools;

/// The tests it runs: their target, and what their names begin with.
#[rustfmt::skip]
const TESTS: [(&str, &[&str]); 2] = [
    ("it",    &["memory::"]),
    ("ogive", &["dispatch::tests::outcomes", "dispatch::tests::rows", "guards::", "reduce::"]),
];

/// What is needed that this machine lacks, as an error.
pub(crate) fn ready() -> Result<(), String> {
    let machine = cfg!(all(target_arch = "x86_64", target_os = "linux"));
    tools::expect(
        "valgrind",
        &[
            (machine, "Linux on x86-64", "a machine of that kind"),
            (tools::has("valgrind"), "valgrind", "apt-get install valgrind"),
        ],
    )
}

pub(crate) fn run() -> Result<(), String> {
    ready()?;
    for (target, tests) in TESTS {
        let program = tools::program("ogive", target, true)?;
        for name in tests {
            let listed = Command::new(&program).args(["--list", name]).output();
            let listed = listed.map_err(|error| format!("cannot list the tests: {error}"))?;
            if !String::from_utf8_lossy(&listed.stdout).contains(": test") {
                return Err(format!("valgrind: there is no test `{name}` in `{target}`"));
            }
        }
        let status = Command::new("valgrind")
            .args(["--quiet", "--error-exitcode=1"])
            .arg(program)
            // Valgrind runs one thread at a time whatever the tests do.
            .arg("--test-threads=1")
            .args(tests)
            .current_dir("crates/ogive")
            .status()
            .map_err(|error| format!("cannot run valgrind: {error}"))?;
        if !status.success() {
            return Err("valgrind: see above".to_owned());
        }
    }
    Ok(())
}
