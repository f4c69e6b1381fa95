//! Derivatives by the compiler, as stable and as textbook forms, against dual numbers on the form as
//! typed, all in multiprecision.

#![no_main]

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use ogive_check::{Exact, Reference};
use ogive_formula::{Formula, Point, Quantity};
use ogive_fuzz::agreement::{Candidate, is_undecided, near, quantities};
use ogive_fuzz::{expression, point};
use rug::Float;

/// How many points each formula is looked at.
const POINTS: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let _ = run(&mut Unstructured::new(bytes));
});

fn run(bytes: &mut Unstructured) -> Result<()> {
    let leaves = expression::Leaves { gate: true, statistics: true };
    let text = expression::formula(bytes, leaves)?;
    let formula = Formula::parse(&text).unwrap_or_else(|error| panic!("{error}\nfrom {text}"));
    let reference = Reference::new(&formula);
    let forms: Vec<(Quantity, [Candidate; 2])> = quantities(&formula)
        .into_iter()
        .filter(|quantity| *quantity != Quantity::Value)
        .filter_map(|quantity| {
            let (stable, textbook) =
                (formula.stable_quantity(quantity)?, formula.textbook_quantity(quantity)?);
            Some((quantity, [stable, textbook].map(|id| Candidate::new(&formula, id))))
        })
        .collect();
    for _ in 0..POINTS {
        let parameters: Vec<f64> =
            point::parameters(bytes, &formula, 1)?.into_iter().flatten().collect();
        let at = Point {
            x: point::number(bytes)?.into(),
            gate: point::number(bytes)?.into(),
            parameters: &parameters,
            mean: point::number(bytes)?.into(),
            variance: point::number(bytes)?.abs().into(),
        };
        let exact = reference.at(&at);
        for (quantity, [stable, textbook]) in &forms {
            let wanted = of(&exact, *quantity);
            if !wanted.is_finite() {
                // There is no derivative.
                continue;
            }
            let by_book = textbook.value(&at);
            let is_right = !by_book.is_finite() || near(wanted, &by_book, &Float::new(64));
            assert!(
                is_right || is_undecided(&formula, &at),
                "{quantity:?} of {text} at {at:?} by the textbook is {by_book}, not {wanted}"
            );
            if let Err(got) = stable.agrees(wanted, &at)
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

fn of(exact: &Exact, quantity: Quantity) -> &Float {
    match quantity {
        Quantity::X => &exact.dx,
        Quantity::Gate => &exact.dgate,
        Quantity::Mean => &exact.dmean,
        Quantity::Variance => &exact.dvariance,
        Quantity::Parameter(place) => &exact.dparameters[place],
        Quantity::Value | Quantity::Correction => &exact.y,
    }
}
