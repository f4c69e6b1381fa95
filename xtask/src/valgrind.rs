//! The tests that touch the ends of memory, run by valgrind: the engines take no element that is not
//! the caller's.
//!
//! Valgrind shows programs a processor without AVX-512, so that engine is not looked at; it is written
//! by the same macros as the others. Tests that compare the sign of zero are left out: valgrind 3.19
//! gives that of `c - a*b` wrong.

use crate::tools;

/// The tests it runs: their target, and what their names begin with.
#[rustfmt::skip]
const TESTS: [(&[&str], &[&str]); 2] = [
    (&["--test", "it"], &["memory::"]),
    (&["--lib"],        &["dispatch::tests::outcomes", "dispatch::tests::rows", "guards::", "reduce::"]),
];

const RUNNER: &str = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER";

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
        let mut arguments = vec!["test", "--package", "ogive"];
        arguments.extend(target);
        // Valgrind runs one thread at a time whatever the tests do.
        arguments.extend(["--", "--test-threads=1"]);
        arguments.extend(tests);
        let runner = "valgrind --quiet --error-exitcode=1";
        tools::cargo("valgrind", &arguments, &[(RUNNER, runner)])?;
    }
    Ok(())
}
