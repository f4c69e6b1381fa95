//! Each stage against multiprecision: the exact value lies within the bound, wherever one is claimed.

use ogive_formula::{Formula, Point};
use rug::Float;

use super::{Bounded, Quick};
use crate::inputs::{self, Random};
use crate::tape::{GATE, PARAMETERS, X};
use crate::verdict::settled;
use crate::{Element, Reference};

/// Formulas as papers print them: they cancel, overflow and underflow on the way.
const PAPERS: [&str; 31] = [
    "x/(1 + |x|)",
    "1/(1+exp(-x))",
    "exp(x)/(1+exp(x))",
    "(exp(x)-exp(-x))/(exp(x)+exp(-x))",
    "1 - 2/(exp(2*x)+1)",
    "log(1+exp(x))",
    "x*tanh(log(1+exp(x)))",
    "2/(1+exp(-alpha*x))-1 | alpha = 0.2",
    "x/2*(1+erf(x/sqrt(2)))",
    "0.5*x*(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))",
    "max(0,x)+alpha*min(0,x) | alpha = 0.25",
    "x > 0 ? x : alpha*(exp(x)-1) | alpha = 1",
    "x/(1+exp(-beta*x)) | beta = 1.5",
    "-log(1+exp(-x))",
    "(sqrt(x^2+4)+x)/2",
    "x*erf(log(1+exp(x)))",
    "x*atan(x)",
    "gate*x*sigmoid(x)",
    "poly(a, x)/(1 + |poly(b, x)|) | a = [0.02, 0.5, 0.5, 0.02], b = [0, 0.1, 0.3]",
    "x*cos(x) + tan(x)/10",
    "x + sin(a*x)^2/a | a = 0.5",
    "log(cosh(x))",
    "sqrt(1+sinh(x)^2)-1",
    "sqrt(exp(x))",
    "exp(x)^0.1",
    "log(2+exp(x))/log1p(exp(x))",
    "x*tanh(exp(x)) - erfc(x) + expm1(x)",
    "exp(x)/(2+exp(0.9*x))",
    "exp(-x^2) + phi(x)*Phi(x)",
    "sign(x)*log(1 + |x|) + (1 + x^2)^p | p = 1.3",
    "sigmoid(softplus(x)) - log1p(tanh(x)^2)",
];

/// A few hundred numbers of each kind.
fn sample(formula: &Formula) -> Vec<f64> {
    let places = inputs::kink_places(formula);
    let exponents: Vec<f32> = inputs::exponents();
    let sets: [Vec<f32>; 6] = [
        inputs::edges(),
        inputs::kinks(&places, 2),
        exponents.into_iter().step_by(9).collect(),
        inputs::bits(60),
        inputs::uniform(40),
        inputs::normal(30),
    ];
    sets.into_iter().flatten().map(f64::from).filter(|x| x.is_finite()).collect()
}

fn contains(known: Bounded, exact: &Float) -> bool {
    if known.value.is_infinite() && known.error == 0.0 {
        // It stands for anything beyond every f32 of that sign.
        let beyond = Float::with_val(64, Float::i_exp(1, 128));
        return exact.is_sign_negative() == known.value.is_sign_negative()
            && exact.cmp_abs(&beyond).is_some_and(std::cmp::Ordering::is_ge);
    }
    if !known.is_known() {
        return true;
    }
    let distance = Float::with_val(256, exact - known.value).abs();
    // The multiprecision result is itself exact to 90 bits, and to its floor.
    let own = Float::with_val(64, exact.abs_ref()) >> 88;
    let floor = Float::with_val(64, Float::i_exp(1, f32::LOWEST - 69));
    distance <= Float::with_val(64, own + floor) + known.error
}

/// Checks both stages; gives back at how many of how many results one of them is good for f32.
fn check(name: &str, formula: &Formula) -> (usize, usize) {
    let x = sample(formula);
    let mut random = Random::new(7);
    let gate: Vec<f64> = x.iter().map(|_| f32::narrow(random.unit() * 6.0 - 3.0).widen()).collect();
    let parameters: Vec<f64> =
        formula.parameters().iter().map(|known| f32::narrow(known.initial).widen()).collect();
    let point = Point { parameters: &parameters, mean: 0.25, variance: 1.5, ..Point::default() };
    let wanted: Vec<usize> =
        [X, GATE].into_iter().chain(2..PARAMETERS + parameters.len()).collect();
    let reference = Reference::new(formula).with_floor(f32::LOWEST - 70);
    let mut quick = Quick::new(formula, &wanted, &point);
    let stages: [fn(Bounded) -> bool; 3] = [|_| true, |_| false, settled::<f32>];
    let found = stages.map(|settled| {
        let mut lists = vec![Vec::new(); wanted.len() + 1];
        quick.run(&x, &gate, settled, &mut lists);
        lists
    });
    let (mut good, mut all) = (0, 0);
    for (at, x) in x.iter().enumerate() {
        let exact = reference.at(&Point { x: *x, gate: gate[at], ..point });
        let exact = [&exact.y, &exact.dx, &exact.dgate, &exact.dmean, &exact.dvariance]
            .into_iter()
            .chain(&exact.dparameters);
        for (place, exact) in exact.enumerate().filter(|(_, exact)| !exact.is_nan()) {
            for (stage, lists) in found.iter().enumerate() {
                let known = lists[place][at];
                assert!(
                    contains(known, exact),
                    "{name} at {x:e}, quantity {place}, stage {stage}: {known:?} for {exact:.20e}"
                );
            }
            all += 1;
            good += usize::from(settled::<f32>(found[2][place][at]));
        }
    }
    (good, all)
}

#[test]
fn bounds_hold_for_every_entry_of_the_catalogue() {
    for entry in ogive_catalog::ALL.iter() {
        let (good, all) = check(entry.name, &entry.formula().unwrap());
        println!("{:<20} {good} of {all}", entry.name);
        // What is left to multiprecision must be rare.
        assert!(100 * good >= 90 * all, "{}: {good} of {all} are certain", entry.name);
    }
}

#[test]
fn bounds_hold_for_formulas_as_papers_print_them() {
    for text in PAPERS {
        let (good, all) = check(text, &Formula::parse(text).unwrap());
        println!("{good} of {all}  {text}");
        assert!(100 * good >= 60 * all, "{text}: {good} of {all} are certain");
    }
}
