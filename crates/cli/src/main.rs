//! The `ogive` program.
//!
//! Exit code 0: fine. 1: a check failed. 2: bad input or use, or a file that cannot be read or written. 130: interrupted
//! twice.

mod args;
mod bench;
mod broken;
mod commands;
mod judged;
mod printer;
mod progress;

use std::process::ExitCode;

use args::{Args, Command};
use printer::{Printer, tell};

fn main() -> ExitCode {
    let args = Args::of_process();
    let mut printer = Printer::stdout();
    let mut failed = false;
    let outcome = match args.command {
        Command::List(args) => commands::list::run(&args, &mut printer),
        Command::Show(args) => commands::show::run(&args, &mut printer),
        Command::Eval(args) => commands::eval::run(&args, &mut printer),
        Command::Check(args) => {
            commands::check::run(&args, &mut printer).map(|passes| failed = !passes)
        }
        Command::Bench(args) => commands::bench::run(&args, &mut printer),
        Command::Compare(args) => commands::compare::run(&args, &mut printer),
    };
    match outcome.and_then(|()| printer.finish()) {
        Ok(()) => ExitCode::from(u8::from(failed)),
        // The reader of a pipe has gone: nobody is left to tell.
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            tell(format_args!("error: {error}"));
            ExitCode::from(2)
        }
    }
}
