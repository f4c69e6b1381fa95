//! Writing files so that a reader never sees half of one.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Error;

/// Replaces the file at `path` by `bytes`, or leaves it as it was.
///
/// The bytes go to a temporary file in the same folder, are flushed to the disk, and take the name in
/// one step. A crash in between leaves the old file and perhaps a hidden `.NAME.*.part`.
///
/// # Errors
/// The folder does not exist or cannot be written, `path` names a folder, or the disk is full.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let Some(name) = path.file_name() else {
        let problem = "this path has no file name";
        return Err(Error::input(path.display().to_string(), problem, "name a file to write"));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // Two processes, or two threads of one, may write the same file: each needs its own temporary.
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let unique = format!(".{}.{}.{count}.part", name.to_string_lossy(), std::process::id());
    let temporary = folder.join(unique);

    let written = write_and_flush(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if let Err(source) = written {
        // The original problem is the one to report, whether or not tidying up works.
        let _ = fs::remove_file(&temporary);
        return Err(Error::file("write", path, source));
    }
    // The rename itself is durable once the folder is flushed; not every platform can open a folder,
    // and the file is already complete, so a failure here is not an error.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn write_and_flush(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
