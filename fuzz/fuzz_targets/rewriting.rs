//! Stable forms of value and derivatives against the forms as typed, both in multiprecision.

#![no_main]

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use ogive_check::Reference;
use ogive_formula::{Formula, Point, Quantity};
use ogive_fuzz::agreement::{Candidate, is_undecided, quantities};
use ogive_fuzz::{expression, point};

/// How many points each formula is looked at.
const POINTS: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let _ = run(&mut Unstructured::new(bytes));
});

fn run(bytes: &mut Unstructured) -> Result<()> {
    let leaves = expression::Leaves { gate: false, statistics: false };
    let text = expression::formula(bytes, leaves)?;
    let formula = Formula::parse(&text).unwrap_or_else(|error| panic!("{error}\nfrom {text}"));
    // Which side of an extreme counts on a tie may change with what is known of the sides.
    let has_ties = text.contains("min(") || text.contains("max(");
    assert!(has_ties || formula.notes().is_empty(), "{text}\n{}", formula.notes().join("\n"));
    let count = formula.parameters().len();
    let pairs: Vec<(Quantity, Candidate, Reference)> = quantities(&formula)
        .into_iter()
        .filter_map(|quantity| {
            let (stable, typed) =
                (formula.stable_quantity(quantity)?, formula.textbook_quantity(quantity)?);
            let reference = Reference::of(formula.graph(), typed, count);
            (stable != typed).then(|| (quantity, Candidate::new(&formula, stable), reference))
        })
        .collect();
    for _ in 0..POINTS {
        let parameters: Vec<f64> =
            point::parameters(bytes, &formula, 1)?.into_iter().flatten().collect();
        let at =
            Point { x: point::number(bytes)?.into(), parameters: &parameters, ..Point::default() };
        for (quantity, stable, typed) in &pairs {
            let wanted = typed.at(&at).y;
            if let Err(got) = stable.agrees(&wanted, &at)
                && !is_undecided(&formula, &at)
            {
                panic!("{quantity:?} of {text} at {at:?} is {got}, not {wanted}");
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    Ok(())
}
