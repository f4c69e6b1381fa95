//! The project's own tasks.

mod arrows;
mod docs;
mod neon;
mod tools;
mod valgrind;
mod verify;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>
  verify          all that CI runs; what this machine has no tools for is skipped
  docs [FOLDER]   the gallery of the catalogue, in target/gallery or that folder
  docs --check    the same, and every page in a browser
  neon            the tests of the engine for 64-bit ARM, in an emulator
  valgrind        the tests that touch the ends of memory, in valgrind";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["verify"] => verify::run(),
        ["docs"] => docs::write(None),
        ["docs", "--check"] => docs::check(),
        ["docs", folder] if !folder.starts_with('-') => docs::write(Some(folder)),
        ["neon"] => neon::run(),
        ["valgrind"] => valgrind::run(),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
