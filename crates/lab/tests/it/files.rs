//! Writing files in one step.

use ogive_lab::files::write_atomically;
use std::fs;
use std::path::PathBuf;

/// A fresh folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ogive-lab-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_is_replaced_and_nothing_is_left_behind() {
    let folder = Folder::new("replace");
    let path = folder.0.join("results.json");
    write_atomically(&path, b"first").unwrap();
    write_atomically(&path, b"second").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"second");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn results_are_saved_as_three_files() {
    let folder = Folder::new("save");
    crate::fixture::results().save(&folder.0).unwrap();
    let mut names: Vec<_> =
        fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["report.html", "results.csv", "results.json"]);
}

#[test]
fn failure_leaves_the_folder_as_it_was() {
    let folder = Folder::new("failure");
    let path = folder.0.join("taken");
    fs::create_dir(&path).unwrap();
    fs::write(path.join("inside"), b"").unwrap();
    let message = write_atomically(&path, b"bytes").expect_err("it is a folder").to_string();
    assert!(message.contains("cannot write") && message.contains("taken"), "{message}");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    assert!(write_atomically(&folder.0.join("no/such/file"), b"").is_err());
    assert!(write_atomically(std::path::Path::new("/"), b"").is_err());
}
