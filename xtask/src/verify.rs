//! All that CI runs, in the order of what fails fastest.

use std::time::Instant;

use crate::{arrows, docs, neon, tools, valgrind};

/// Name, arguments of cargo, environment.
type Check = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// Burn's second CPU backend, so that the composed form of the operation is tested too. All checks
/// take it: another set of features would build Burn once more.
pub(crate) const NDARRAY: &str = "--features=ogive-burn/ndarray";

#[rustfmt::skip]
const CHECKS: [Check; 4] = [
    ("format",             &["fmt", "--all", "--check"],                                                  &[]),
    ("lints",              &["clippy", "--workspace", "--all-targets", NDARRAY, "--", "-D", "warnings"],  &[]),
    ("documentation",      &["doc", "--workspace", "--no-deps", NDARRAY],                                 &[("RUSTDOCFLAGS", "-D warnings")]),
    ("tests and doctests", &["test", "--workspace", NDARRAY],                                             &[("INSTA_UPDATE", "no")]),
];

/// Name, what this machine lacks for it, the check.
type Extra = (&'static str, fn() -> Result<(), String>, fn() -> Result<(), String>);

/// What needs more than a bare machine has.
const EXTRAS: [Extra; 3] = [
    ("pages of the gallery, in a browser", docs::ready, docs::check),
    ("ends of memory, in valgrind", valgrind::ready, valgrind::run),
    ("64-bit ARM, in an emulator", neon::ready, neon::run),
];

pub(crate) fn run() -> Result<(), String> {
    for tool in ["cc", "make", "m4"] {
        if !tools::has(tool) {
            return Err(format!(
                "`{tool}` is not installed; the judge builds MPFR with it (Debian: apt-get install \
                 gcc make m4)"
            ));
        }
    }
    timed("dependency arrows", arrows::check)?;
    for (name, arguments, environment) in CHECKS {
        timed(name, || tools::cargo(name, arguments, environment))?;
    }
    let mut skipped = Vec::new();
    for (name, ready, run) in EXTRAS {
        match ready() {
            Ok(()) => timed(name, run)?,
            Err(missing) => skipped.push(format!("skipped: {name}\n{missing}")),
        }
    }
    if skipped.is_empty() {
        println!("\nverify: all checks passed");
    } else {
        println!("\nverify: all checks passed but those that this machine cannot run");
        println!("\n{}", skipped.join("\n\n"));
    }
    Ok(())
}

fn timed(name: &str, check: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    println!("\n== {name}");
    let start = Instant::now();
    check()?;
    println!("== {name}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
