//! Writes the gallery: `ogive-gallery FOLDER [RECORDS]`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [folder] => ogive_gallery::write(Path::new(folder), None),
        [folder, records] => ogive_gallery::write(Path::new(folder), Some(Path::new(records))),
        _ => Err("usage: ogive-gallery FOLDER [RECORDS]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
