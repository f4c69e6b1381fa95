//! All that CI runs, in the order of what fails fastest.

use std::process::Command;
use std::time::Instant;

use crate::arrows;

/// Name, arguments of cargo, environment.
type Check = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

/// Burn's second CPU backend, so that the composed form of the operation is tested too. All checks
/// take it: another set of features would build Burn once more.
const NDARRAY: &str = "--features=ogive-burn/ndarray";

#[rustfmt::skip]
const CHECKS: [Check; 4] = [
    ("format",             &["fmt", "--all", "--check"],                                                  &[]),
    ("lints",              &["clippy", "--workspace", "--all-targets", NDARRAY, "--", "-D", "warnings"],  &[]),
    ("documentation",      &["doc", "--workspace", "--no-deps", NDARRAY],                                 &[("RUSTDOCFLAGS", "-D warnings")]),
    ("tests and doctests", &["test", "--workspace", NDARRAY],                                             &[("INSTA_UPDATE", "no")]),
];

pub(crate) fn run() -> Result<(), String> {
    for tool in ["cc", "make", "m4"] {
        if Command::new(tool).arg("--version").output().is_err() {
            return Err(format!(
                "`{tool}` is not installed; the judge builds MPFR with it (Debian: apt-get install \
                 gcc make m4)"
            ));
        }
    }
    timed("dependency arrows", arrows::check)?;
    for (name, arguments, environment) in CHECKS {
        timed(name, || {
            let status = Command::new(env!("CARGO"))
                .args(arguments)
                .envs(environment.iter().copied())
                .status()
                .map_err(|error| format!("cannot run cargo: {error}"))?;
            if status.success() { Ok(()) } else { Err(format!("{name}: see above")) }
        })?;
    }
    println!("\nverify: all checks passed");
    Ok(())
}

fn timed(name: &str, check: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    println!("\n== {name}");
    let start = Instant::now();
    check()?;
    println!("== {name}: {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
