//! Any bytes as a text: an answer at once, and what is printed reads back.

#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use ogive_formula::{Error, Formula, Id, Node};

/// The longest that a text may take here. Coverage and assertions slow the compiler some five times: 100
/// milliseconds are meant.
const AT_ONCE: Duration = Duration::from_millis(500);
fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (start, started) = (Instant::now(), on_processor());
    let parsed = parse(&text);
    // Other work on the machine is of no account, where the system tells them apart.
    let took = match (started, on_processor()) {
        (Some(started), Some(ended)) => ended - started,
        _ => start.elapsed(),
    };
    assert!(took <= AT_ONCE, "{took:?} for {text:?}");
    match parsed {
        Ok(formula) => reads_back(&formula),
        Err(error) => is_placed(&error, &text),
    }
});

/// How long this thread has had a processor, as Linux says.
fn on_processor() -> Option<Duration> {
    let known = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(known.split(' ').next()?.parse().ok()?))
}

fn parse(text: &str) -> Result<Formula, Error> {
    Formula::parse_with(text, ogive_catalog::library())
}

/// An error shows a place of the text, and no more of the text than that needs.
fn is_placed(error: &Error, text: &str) {
    let shown = error.to_string();
    assert!(shown.len() < 2000, "a message of {} bytes for {text:?}", shown.len());
    if let Some(span) = error.span() {
        assert!(text.get(span.clone()).is_some(), "{span:?} is no part of {text:?}");
    }
}

fn reads_back(formula: &Formula) {
    let printed = formula.print(formula.typed());
    let again = parse(&printed).unwrap_or_else(|error| panic!("{error}\nfrom {printed:?}"));
    let [before, after] = [formula, &again].map(|known| shape(known, known.typed()));
    assert_eq!(before, after, "{printed}");
    assert_eq!(again.print(again.typed()), printed);
    for id in [formula.stable(), formula.derivatives().x] {
        let printed = formula.print(id);
        let _ = formula.mathml(id);
        match parse(&printed) {
            Ok(again) => assert_eq!(shape(formula, id), shape(&again, again.typed()), "{printed}"),
            Err(error) => {
                let known = ["this divides by zero", "the formula does not use `x`"];
                assert!(known.contains(&error.message()), "{error}\nfrom {printed:?}");
            }
        }
    }
    declares_again(formula, &printed);
}

/// Parameters are printed as they are declared; a family of coefficients is declared as one.
fn declares_again(formula: &Formula, printed: &str) {
    let parameters = formula.parameters();
    if parameters.is_empty() || parameters.iter().any(|known| known.name.contains('[')) {
        return;
    }
    let declarations: Vec<String> = parameters.iter().map(ToString::to_string).collect();
    let text = format!("{printed} | {}", declarations.join(", "));
    let again = parse(&text).unwrap_or_else(|error| panic!("{error}\nfrom {text:?}"));
    let shown: Vec<String> = again.parameters().iter().map(ToString::to_string).collect();
    assert_eq!(shown, declarations, "{text}");
}

/// The expression as nested brackets, by names and bits; only its beginning where it is large.
fn shape(formula: &Formula, id: Id) -> String {
    fn write(formula: &Formula, id: Id, budget: &mut usize) -> String {
        if *budget == 0 {
            return "…".to_owned();
        }
        *budget -= 1;
        match (formula.graph().operation(id), formula.graph().node(id)) {
            (Some((op, args)), _) => {
                let args: Vec<String> =
                    args.iter().map(|arg| write(formula, *arg, budget)).collect();
                format!("({op:?} {})", args.join(" "))
            }
            (None, Node::Parameter(place)) => formula.parameters()[place as usize].name.clone(),
            (None, leaf) => format!("{leaf:?}"),
        }
    }
    write(formula, id, &mut 2000)
}
