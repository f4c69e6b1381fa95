//! Bad input: exit code 2, a message, nothing on the standard output, nothing on the disk.

use std::time::{Duration, Instant};

use crate::{Folder, assert_narrow, call_with};

/// The message of a call that must be refused and must leave the folder as it was.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let before = folder.names();
    let start = Instant::now();
    let outcome = call_with(&folder.0, arguments, "1\n");
    let what: Vec<String> = arguments.iter().map(|text| text.chars().take(60).collect()).collect();
    assert_eq!(outcome.code, Some(2), "{what:?}: {}", outcome.err);
    assert_eq!(outcome.out, "", "{what:?}");
    assert!(outcome.err.starts_with("error: "), "{what:?}: {}", outcome.err);
    assert!(!outcome.err.contains("panicked"), "{what:?}: {}", outcome.err);
    assert!(outcome.err.len() < 1000, "{what:?}: a message of {} bytes", outcome.err.len());
    assert!(start.elapsed() < Duration::from_secs(10), "{what:?}");
    assert_eq!(folder.names(), before, "{what:?}");
    outcome.err
}

#[test]
fn names_and_formulas() {
    let folder = Folder::new("names");
    for command in ["show", "eval", "check", "bench", "compare"] {
        let message = refused(&folder, &[command, "tahn"]);
        let wanted = "error: there is no activation `tahn`\n  help: did you mean `tanh`?\n";
        assert_eq!(message, wanted, "{command}");
        let message = refused(&folder, &[command, "x*tahn(x)"]);
        let wanted = "error: there is no function `tahn`\n  x*tahn(x)\n    ^^^^\n  help: did you \
                      mean `tanh`";
        assert!(message.starts_with(wanted), "{command}: {message}");
        assert_narrow(&message);
        let message = refused(&folder, &[command, ""]);
        assert!(message.starts_with("error: the formula is empty\n"), "{message}");
    }
    let message = refused(&folder, &["compare", "relu", "--baseline", "x*tahn(x)"]);
    assert!(message.contains("\n  x*tahn(x)\n    ^^^^\n"), "{message}");
    let message = refused(&folder, &["compare", "relu", "x*gate"]);
    assert!(message.contains("`x*gate`") && message.contains("second input"), "{message}");
}

#[test]
fn texts_without_end() {
    let folder = Folder::new("long");
    let word = "x".repeat(120_000);
    let sum = format!("x{}", "+x".repeat(60_000));
    let nested = format!("{}x{}", "(".repeat(50_000), ")".repeat(50_000));
    let open = "(".repeat(100_000);
    let deep = format!("{}x{}", "(".repeat(30_000), ")".repeat(30_000));
    let minus = format!("{}x", "-".repeat(60_000));
    let power = format!("x{}", "^x".repeat(30_000));
    for command in ["show", "compare"] {
        for text in [&word, &sum, &nested, &open, &deep, &power] {
            refused(&folder, &[command, text]);
        }
        refused(&folder, &[command, "--", &minus]);
    }
}

#[test]
fn parameters() {
    let folder = Folder::new("parameters");
    let of =
        |formula: &str, setting: &str| refused(&folder, &["show", formula, "--param", setting]);
    let message = of("prelu", "slope=1");
    assert!(message.contains("--param slope=1") && message.contains("`alpha`"), "{message}");
    let message = of("x*sigmoid(b*x) | b = 1, >= 0.5", "b=0.25");
    assert!(message.contains("b=0.25") && message.contains(">= 0.5"), "{message}");
    assert!(of("prelu", "alpha").contains("NAME=VALUE"));
    assert!(of("prelu", "alpha=much").contains("`much` is not a number"));
    of("prelu", "alpha=nan");
    of("prelu", "alpha=");
}

#[test]
fn options_of_compare() {
    let folder = Folder::new("options");
    let of = |options: &[&str]| refused(&folder, &[&["compare", "relu"], options].concat());
    assert!(of(&["--jobs", "0"]).contains("--jobs 0: expected at least 1"));
    for rates in ["quick", "0.1,", "0.1;0.2", ""] {
        assert!(of(&["--lr", rates]).contains("expected `grid` or numbers"), "{rates}");
    }
    assert!(of(&["--lr", "0"]).contains("learning rate 0: it is a number above 0"));
    assert!(of(&["--lr", "0.1,nan"]).contains("learning rate NaN"));
    for time in ["soon", "0", "-5m", "10d", "1e99h", "s", ""] {
        let message = of(&["--budget", time]);
        assert!(message.contains("expected a time such as 90s, 10m or 2h"), "{time}: {message}");
    }
    for band in ["-1", "nan", "inf"] {
        assert!(of(&["--band", band]).contains("expected a number that is 0 or more"), "{band}");
    }
    assert!(of(&["--widths", "0"]).contains("widths"));
    assert!(of(&["--widths", "64,,64"]).contains("--widths"));
    assert!(of(&["--seeds", "0"]).contains("seeds"));
    assert!(of(&["--epochs", "0"]).contains("epochs"));
    assert!(of(&["--batch-size", "1"]).contains("batch"));
    assert!(of(&["--first-seed", "18446744073709551615"]).contains("seed"));
    assert!(of(&["--target", "y"]).contains("--target"));
    assert!(of(&["--data", "table.csv"]).contains("no such file"));
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    assert!(of(&["--data", here]).contains("--target COLUMN"));
    refused(&folder, &["compare"]);
}

#[test]
fn tables() {
    let folder = Folder::new("tables");
    let rows = |row: fn(usize) -> String| (0..40).map(row).collect::<Vec<String>>().concat();
    let good = rows(|k| format!("{},{},{}\n", k % 7, k % 5, k % 2));
    let of = |text: &str, target: &str| {
        folder.write("table.csv", text);
        refused(&folder, &["compare", "relu", "--data", "table.csv", "--target", target])
    };
    let missing = refused(&folder, &["compare", "relu", "--data", "no.csv", "--target", "y"]);
    assert!(missing.contains("cannot read no.csv") && missing.contains("check the path"));
    assert!(of("", "y").contains("table: the file is empty"));
    assert!(of("a,b,y\n", "y").contains("no row below it"));
    let message = of(&format!("a,b,y\n{good}1,2\n"), "y");
    assert!(message.contains("table, line 42: found 2 cells, expected 3"), "{message}");
    let message = of(&format!("width,height,price\n{good}"), "prise");
    assert!(message.contains("did you mean \"price\"?"), "{message}");
    let message = of(&format!("a,b,y\n{good}1,nan,0\n"), "y");
    assert!(message.contains("line 42, column \"b\": \"nan\" is not a finite number"), "{message}");
    let message = of(&format!("a,b,y\n{}", rows(|k| format!("{k},{},1\n", k % 3))), "y");
    assert!(message.contains("every row has the same class"), "{message}");
    let message = refused(&folder, &["compare", "relu", "--data", ".", "--target", "y"]);
    assert!(message.contains("cannot read ."), "{message}");
}

#[test]
fn a_folder_that_cannot_be_written() {
    let folder = Folder::new("unwritable");
    folder.write("file", "kept");
    let message = refused(&folder, &["compare", "relu", "--out", "file/below"]);
    assert!(message.contains("cannot make the folder file/below"), "{message}");
    // Not one run was trained for nothing.
    assert!(!message.contains("runs\n"), "{message}");
    assert_eq!(folder.read("file"), "kept");
}
