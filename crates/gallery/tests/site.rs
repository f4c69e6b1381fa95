//! The site: a page for every entry, complete in itself; and the words of properties.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use ogive::{Activation, Analysis, catalog};

/// A fresh folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ogive-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("a file for the test");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let lead = format!(" {name}=\"");
    html.split(&lead).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_entry_has_a_page_that_needs_nothing_from_elsewhere() {
    let records = Folder::new("records");
    records.put(
        "2026-01-02-check.txt",
        "# command: ogive check NAME --exhaustive\nmish y 0.49954 -3.7e1 4294967296 2 pass\n\
         # command: ogive check all --dtype f64\nmish y 1.5 -3.7e1 4294967296 2 pass\n",
    );
    records.put(
        "2026-01-03-check.txt",
        "# command: ogive check all --inputs 10000000\nmish y 0.25 -3.7e1 10000000 2 pass\n\
         mish dx 0.49123 -3.7e1 10000000 2 pass\nmish is fast\n",
    );
    records.put(
        "2026-01-02-speed.txt",
        "## 64 elements, 1 thread, outputs reused\nmish 5.65 6.28 3.57 5.34 6.16 1.64\nmish is fast\n",
    );
    let folder = Folder::new("site");
    ogive_gallery::write(&folder.0, Some(&records.0)).expect("a site");
    let files: BTreeSet<String> = fs::read_dir(&folder.0)
        .expect("the site")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files.len(), catalog::ROWS.len() + catalog::ALL.len() + 4);
    for row in catalog::ROWS.iter() {
        assert!(files.contains(&format!("{}.html", row.name())), "{} has no page", row.name());
        let drawn = files.contains(&format!("{}.svg", row.name()));
        assert_eq!(drawn, row.kind() == catalog::Kind::Elementwise, "{}", row.name());
    }
    let is_page = |name: &&String| Path::new(name).extension().is_some_and(|end| end == "html");
    for name in files.iter().filter(is_page) {
        let html = fs::read_to_string(folder.0.join(name)).expect("a page");
        for place in attributes(&html, "href") {
            assert!(files.contains(place) || place == "data:,", "{name} leads to {place}");
        }
        for foreign in ["<script", "http://", "https://", "@import", " src="] {
            assert!(!html.contains(foreign), "{name} has {foreign}");
        }
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        let formulas = html.matches("<math ").count();
        let row = name.strip_suffix(".html").and_then(catalog::row);
        let without = row.is_none_or(|row| row.kind() != catalog::Kind::Elementwise);
        assert!(without || formulas >= 2, "{name} has {formulas} formulas");
        let empty = [">NaN", ">inf", "()</code>"].into_iter().find(|text| html.contains(text));
        assert!(empty.is_none() || name == "language.html", "{name} has {empty:?}");
    }
    let style = fs::read_to_string(folder.0.join("style.css")).expect("the style");
    let urls: Vec<&str> = style.split("url(").skip(1).filter_map(|s| s.split(')').next()).collect();
    assert_eq!(urls, ["\"math.woff2\""]);
    assert!(files.contains("math.woff2") && !style.contains("@import"));
    let mish = fs::read_to_string(folder.0.join("mish.html")).expect("a page");
    for wanted in [
        "<td>0.49954</td><td>all numbers of f32</td><td>2026-01-02</td>",
        "<td>0.49123</td><td>10\u{202f}000\u{202f}000</td><td>2026-01-03</td>",
        "<td>6.28</td>",
        "Record of 2026-01-02",
        "x*tanh(softplus(x))",
    ] {
        assert!(mish.contains(wanted), "{wanted}");
    }
    assert!(!mish.contains("1.50000"), "the error in f64 is not that in f32");
    assert!(!mish.contains("What is computed"), "the stable form is written as the formula is");
    let xielu = fs::read_to_string(folder.0.join("xielu.html")).expect("a page");
    let slopes = xielu.split("<h2>Derivatives</h2>").nth(1).expect("derivatives");
    let slope = slopes.split("</math>").next().expect("a formula");
    assert_eq!(slope.matches("<mtable").count(), 1, "{slope}");
    let language = fs::read_to_string(folder.0.join("language.html")).expect("the language");
    for wanted in ["<h1>The language of formulas</h1>", "<h2>LaTeX</h2>", "Formula::parse("] {
        assert!(language.contains(wanted), "{wanted}");
    }
    assert!(!language.contains("# Ok::"), "lines for tests alone");
    let index = fs::read_to_string(folder.0.join("index.html")).expect("the index");
    for (name, classes) in [
        ("relu", "monotone memory"),
        ("sigmoid", "bounded smooth monotone"),
        ("silu", "smooth gated"),
        ("swish", "learnable smooth gated"),
    ] {
        let card = format!("<li class=\"card {classes}\"><a href=\"{name}.html\">");
        assert!(index.contains(&card), "{card}");
    }
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let folder = Folder::new("taken");
    folder.put("file", "");
    let told = ogive_gallery::write(&folder.0.join("file"), None).unwrap_err();
    assert!(told.contains("taken") && told.contains("file"), "{told}");
}

#[test]
fn properties_in_words() {
    let texts = |text: &str| -> Vec<String> {
        let analysis =
            Analysis::of(&Activation::new(text).expect("a formula")).expect("an analysis");
        let facts = ogive_gallery::facts(&analysis);
        facts.into_iter().map(|fact| format!("{}: {}", fact.name, fact.text)).collect()
    };
    for (formula, wanted) in [
        ("relu", "breaks: slope from 0 to 1 at x = 0"),
        ("relu", "flat: |f′| < 1e-6 for x < 0 (proven)"),
        ("tanh", "shape: monotone: never falls (proven); odd (proven); bounded"),
        ("tanh", "mean: 0 for inputs from N(0, 1): zero-centred"),
        ("where(x > 0, 1, 0) + 0*x", "breaks: value from 0 to 1 at x = 0"),
        ("where(x > 0, 1, 0) + 0*x", "slope: no Lipschitz constant: the value jumps (proven)"),
        ("log(x)", "undefined: for x < 0"),
        ("1/x", "breaks: value from -∞ to +∞ at x = 0"),
        ("1/x^2", "breaks: value from +∞ to +∞ at x = 0"),
        ("if x > 1 { x + 1e-7 } else { x }", "breaks: value from 1 to 1 + 1e-7 at x = 1"),
        ("if x > 2 { x - 1e-8*(x - 2) } else { x }", "breaks: slope from 1 to 1 - 1e-8 at x = 2"),
        ("x + sqrt(x^2 - 4)", "undefined: between x = -2 and 2"),
        ("sin(x)/x", "filled: 1 at x = 0, by the limit: the formula has no value there"),
        ("sin(x)/x", "smoothness: C¹ or smoother (by search)"),
        ("sin(1/x)", "breaks: value without a limit at x = 0"),
        ("x == 0", "breaks: value 0 around x = 0, where it is 1"),
        ("x == 0", "range: from 0 towards x = 0 to 1 at x = 0 (proven)"),
        ("sqrt(|x|)", "smoothness: C⁰: continuous, but not the slope (by search)"),
    ] {
        let found = texts(formula);
        assert!(found.iter().any(|text| text == wanted), "{formula}: {found:#?}");
    }
    assert!(texts("|sin(x)|").iter().any(|text| text.ends_with("and more farther out")));
    let selu = texts("selu").join("\n");
    assert!(
        selu.contains("second moment 1 is a stable fixed point (slope 0.783), reached"),
        "{selu}"
    );
    let layers = |text: &str| texts(text).into_iter().find(|text| text.starts_with("layers"));
    let told = |text: &str| layers(text).expect("layers");
    let kept = "layers: at this gain second moments";
    assert!(told("relu").starts_with(&format!("{kept} stay as they are, from 0.0001 to 10000; ")));
    let relu6 = told("relu6");
    assert!(relu6.contains(" from 0.0001 to 1 stay as they are, larger ones shrink; "), "{relu6}");
    assert!(told("sqrt(|x|)").ends_with("gradients grow without bound (χ = +∞)"));
}

#[test]
fn settings_without_values_are_not_drawn() {
    let snake = Activation::new("x + sin(alpha*x)^2/alpha").expect("a formula");
    let picture = ogive_gallery::portrait(&snake, &Analysis::of(&snake).expect("an analysis"));
    let labels: Vec<&str> =
        picture.panels[2].curves.iter().map(|curve| curve.label.as_str()).collect();
    assert_eq!(labels, ["alpha = 1", "alpha = 2", "alpha = 4"]);
}
