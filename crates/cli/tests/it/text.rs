//! What `list`, `show` and the help print.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::{Folder, assert_narrow, call, call_with, ogive, output};

#[test]
fn the_catalogue() {
    let text = output(&["list"]);
    assert_narrow(&text);
    insta::assert_snapshot!("list", text);
    let learnable = output(&["list", "--learnable"]);
    assert!(learnable.lines().all(|line| line.starts_with("* ")));
    let marked = text.lines().filter(|line| line.starts_with("* ") && !line.contains("ogive show"));
    assert_eq!(learnable.lines().count(), marked.count());
}

#[test]
fn the_catalogue_as_json() {
    let text = output(&["list", "--json"]);
    insta::assert_snapshot!("list_json", text.lines().next().unwrap());
    let entries = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let names: Vec<String> = entries.map(|entry| entry["name"].as_str().unwrap().into()).collect();
    let list = output(&["list"]);
    let listed = |name: &&String| {
        list.lines()
            .any(|line| line.get(2..).is_some_and(|rest| rest.starts_with(&format!("{name} "))))
    };
    assert_eq!(names.iter().filter(listed).count(), names.len());
    // Every one has a page, and it fits.
    for name in names {
        assert_narrow(&output(&["show", &name]));
        let json = output(&["show", &name, "--json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["name"], name.as_str());
    }
}

#[test]
fn what_no_formula_says() {
    insta::assert_snapshot!("show_softmax", output(&["show", "softmax"]));
    assert!(output(&["show", "LogSoftmax"]).starts_with("log_softmax (also logsoftmax)"));
    let kinds = |text: &str| text.matches("\"kind\":\"along an axis\"").count();
    assert_eq!(kinds(&output(&["list", "--json"])), 3);
    for arguments in
        [&["eval", "softmax"][..], &["check", "softmax"], &["show", "softmax", "--stage", "grad"]]
    {
        let outcome = call(arguments);
        assert_eq!(outcome.code, Some(2), "{arguments:?}");
        assert!(outcome.err.contains("taken along an axis"), "{}", outcome.err);
        assert!(outcome.err.contains("`ogive show softmax`"), "{}", outcome.err);
    }
}

#[test]
fn pages() {
    insta::assert_snapshot!("show_relu_squared", output(&["show", "relu_squared"]));
    insta::assert_snapshot!("show_dice_grad", output(&["show", "dice", "--stage", "grad"]));
    insta::assert_snapshot!("show_gelu_program", output(&["show", "gelu", "--stage", "program"]));
    let expr = output(&["show", "x*tanh(log(1+exp(x)))", "--stage", "expr"]);
    assert!(expr.contains("stable  ") && expr.contains("softplus"), "{expr}");
    assert_eq!(output(&["show", " x + 1 ", "--stage", "text"]), "x + 1\n");
    assert_eq!(output(&["show", "-abs(x)", "--stage", "text"]), "-abs(x)\n");
}

#[test]
fn a_long_parameter_name_keeps_its_distance() {
    let formula = "x*a_rather_long_name | a_rather_long_name = 1";
    let page = output(&["show", formula]);
    assert_narrow(&page);
    assert!(page.contains("\nd/da_rather_long_name\n            x\n"), "{page}");
    let grad = output(&["show", formula, "--stage", "grad"]);
    assert!(grad.lines().any(|line| line == "d/da_rather_long_name  x"), "{grad}");
}

#[test]
fn long_formulas_are_broken_behind_operators() {
    let formula = "x*erf(a*exp(b*x))";
    let page = output(&["show", formula]);
    assert_narrow(&page);
    for stage in ["expr", "grad"] {
        assert_narrow(&output(&["show", formula, "--stage", stage]));
    }
    insta::assert_snapshot!("show_erfact_grad", output(&["show", formula, "--stage", "grad"]));
}

#[test]
fn huge_values_fit_the_page() {
    for formula in ["exp(exp(x))", "-exp(exp(x))", "exp(100*x)", "123456*x"] {
        let page = output(&["show", formula]);
        assert_narrow(&page);
        assert!(page.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)), "{page}");
    }
}

#[test]
fn a_set_parameter_is_shown() {
    let page = output(&["show", "prelu", "--param", "alpha=0.5"]);
    assert!(page.contains("0.5"), "{page}");
    let json: serde_json::Value =
        serde_json::from_str(&output(&["show", "prelu", "--param", "alpha = -2", "--json"]))
            .unwrap();
    assert_eq!(json["limits"][0], "inf");
}

#[test]
fn properties_as_json() {
    let of = |formula: &str| -> serde_json::Value {
        serde_json::from_str(&output(&["show", formula, "--json"])).unwrap()
    };
    let silu = of("silu");
    let near =
        |value: &serde_json::Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 1e-5;
    assert!(near(&silu["lowest"]["value"], -0.278_465) && near(&silu["lowest"]["x"], -1.278_465));
    assert!(near(&silu["lipschitz"]["value"], 1.099_839), "{silu}");
    assert_eq!(silu["highest"]["value"], "inf");
    assert_eq!(silu["smoothness"]["class"], "smooth");
    assert_eq!(silu["smoothness"]["proven"], true);
    assert!(near(&silu["gradient_growth"], 1.066_634), "{silu}");
    let step = of("where(x > 0, 1, 0) + 0*x");
    assert_eq!(step["breaks"][0]["order"], 0);
    assert_eq!((&step["bounded"], &step["lipschitz"]["value"]), (&true.into(), &"inf".into()));
    let log = of("log(x)");
    assert_eq!(log["undefined"][0].to_string(), "[\"-inf\",0.0]");
    assert_eq!(of("tanh")["symmetry"]["found"], "odd");
    assert_eq!(of("relu")["flat"]["intervals"][0].to_string(), "[\"-inf\",0.0]");
}

#[test]
fn a_parameter_has_a_picture_of_its_own() {
    let page = output(&["show", "swish"]);
    assert_narrow(&page);
    assert!(page.contains("f(x) by beta") && page.contains("left, down: 4, 2, 1, 0"), "{page}");
}

#[test]
fn a_picture() {
    let folder = Folder::new("svg");
    let outcome = call_with(&folder.0, &["show", "mish", "--svg", "mish.svg"], "");
    assert_eq!(outcome.code, Some(0), "{}", outcome.err);
    assert!(folder.read("mish.svg").contains("<svg"));
    let outcome = call_with(&folder.0, &["show", "mish", "--svg", "no/mish.svg"], "");
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert!(outcome.err.contains("no/mish.svg"), "{}", outcome.err);
}

#[test]
fn help() {
    for command in ["", "list", "show", "eval", "check", "bench", "compare"] {
        let mut arguments = vec![command, "--help"];
        arguments.retain(|argument| !argument.is_empty());
        let text = output(&arguments);
        // clap leaves blanks on empty lines.
        let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_narrow(&text);
        let name = if command.is_empty() { "ogive" } else { command };
        insta::assert_snapshot!(format!("help_{name}"), text);
    }
    let outcome = call(&[]);
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""));
    assert!(outcome.err.contains("Usage: ogive <COMMAND>"));
}

#[test]
fn a_reader_may_leave_early() {
    // Far more than a pipe holds, so that the program must notice.
    let numbers = "0.5\n".repeat(50_000);
    let folder = Folder::new("pipe");
    folder.write("numbers", &numbers);
    for arguments in [&["eval", "gelu", "--grad", "--json"][..], &["list"], &["show", "mish"]] {
        let mut command = ogive(&folder.0, arguments);
        command.stdin(std::fs::File::open(folder.0.join("numbers")).unwrap());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        // The reader is dropped, and the pipe closed, after one line.
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}: {err}");
        assert_eq!(err, "", "{arguments:?}");
    }
}

#[test]
fn nobody_need_read_the_errors() {
    let folder = Folder::new("stderr");
    let compare =
        ["compare", "relu", "--widths", "4", "--epochs", "1", "--seeds", "2", "--lr", "0.01"];
    for (arguments, code) in [(&compare[..], 0), (&["show", "tahn"], 2)] {
        let mut command = ogive(&folder.0, arguments);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{arguments:?}");
    }
    assert!(folder.0.join("ogive-report/report.html").exists());
}
