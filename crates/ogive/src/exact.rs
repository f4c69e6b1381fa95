//! One element at a time and exact: for what f64 lanes cannot tell.
//!
//! A formula that nobody has judged asks questions of its values on the way
//! ([`Program::compile_checked`](ogive_formula::Program::compile_checked)). An element that fails one
//! on numbers of two parts too is evaluated here: in interval arithmetic first, which clears most suspicions, and then as typed, with
//! more and more digits, until two evaluations agree; where all of them lose a term, in the stable form.
//! That costs microseconds and milliseconds; the stable forms see to it that it is rare.

mod call;
mod far;
mod functions;
mod number;
mod numbers;
mod tape;
mod uniforms;

use ogive_formula::{Bounds, Enclosure, Formula, Id, Interval, Point, Quantity};

pub(crate) use call::{InCall, Place};
use numbers::Numbers;
use tape::{Found, Tape};
pub(crate) use uniforms::settle;

/// Bits of the evaluations, one after the other; numbers of f64 may be so small that they take more. Few
/// results need the last: what is left of terms like e^1000 and e^-1000.
const PRECISIONS: [usize; 7] = [128, 256, 512, 1024, 2048, 4096, 8192];
const IN_SINGLES: usize = 5;
const IN_DOUBLES: usize = 6;
/// So many bits are for results in f32.
const IN_SINGLE: i32 = 32;
/// A value that changes by more than this, when a constant of it is moved by its rounding, is made of that.
const ROUNDED: f64 = 1e-6;
/// What no gradient of f32 brings back into f32, 2^-320.
const NOTHING: f64 = 4.6816763546921983e-97;
/// As many bits as f64 has, all but the last.
pub(crate) const MOST_BITS: i32 = 52;

/// What evaluates the quantities of one program exactly.
#[derive(Debug)]
pub(crate) struct Exact {
    /// As computed, in intervals: they clear what only looked doubtful.
    enclosure: Enclosure,
    /// The same in f64, one by one.
    stable: Vec<Tape>,
    /// The same with the constants that the compiler has rounded moved a little, where it has any.
    moved: Vec<Option<Tape>>,
    /// As typed, with the derivatives of the textbook.
    textbook: Vec<Tape>,
}

impl Exact {
    /// Takes the quantities that are the formula's own; what the statistics add is none.
    pub(crate) fn new(formula: &Formula, quantities: &[Quantity]) -> Exact {
        let graph = formula.graph();
        let roots = |of: fn(&Formula, Quantity) -> Option<Id>| -> Vec<Id> {
            quantities.iter().filter_map(|quantity| of(formula, *quantity)).collect()
        };
        let tapes = |roots: &[Id]| -> Vec<Tape> {
            roots.iter().map(|root| Tape::new(graph, *root)).collect()
        };
        let stable = roots(Formula::stable_quantity);
        let is_rounded = |number: f64| formula.is_rounded(number);
        let enclosure = Enclosure::of_all(graph, &stable).with_rounded(is_rounded);
        let stable: Vec<Tape> = tapes(&stable);
        Exact {
            enclosure,
            moved: stable.iter().map(|tape| tape.moved(is_rounded)).collect(),
            stable,
            textbook: tapes(&roots(Formula::textbook_quantity)),
        }
    }

    /// The value of each quantity at `point` to at least `bits`; NaN where it is undefined.
    #[cold]
    pub(crate) fn at(&self, point: &Point, bits: i32) -> Vec<f64> {
        let width = (-f64::from(bits)).exp2();
        let floor = if bits <= IN_SINGLE { NOTHING } else { 0.0 };
        let known = self.enclosed(point, Interval::point(point.x));
        let around = Interval::new(point.x.next_down(), point.x.next_up());
        let around = if known.iter().any(Interval::is_empty) {
            self.enclosed(point, around)
        } else {
            vec![]
        };
        let settled = |place: usize, range: &Interval| {
            if range.is_empty() {
                // To intervals 1/0 is no number; as IEEE 754 has it, `1/(1 + 1/x)` is 0 at 0. What is a
                // number by neither, nor beside, is none: log(-1).
                let is_none =
                    || around[place].is_empty() && self.stable[place].in_doubles(point).is_nan();
                return is_none().then_some(f64::NAN);
            }
            let middle = 0.5 * range.low + 0.5 * range.high;
            let is_narrow = range.width() <= width * middle.abs();
            let is_nothing = range.largest() < floor;
            (is_nothing || (is_narrow && middle.is_finite())).then_some(middle)
        };
        let count = if bits <= IN_SINGLE { IN_SINGLES } else { IN_DOUBLES };
        let in_digits = |place: usize| {
            let textbook = &self.textbook[place];
            let (value, is_settled) = match textbook.exactly(point, &PRECISIONS[..count]) {
                Found::Settled(value) => (value, true),
                Found::Short(value) => self.of_stable(place, point, value, count),
            };
            let has_limit = value.is_nan() || (value.is_infinite() && !is_settled);
            if !has_limit || !point.x.is_finite() {
                return value;
            }
            let limit = textbook.limit(point);
            if limit.is_nan() { value } else { limit }
        };
        known
            .iter()
            .enumerate()
            .map(|(place, range)| settled(place, range).unwrap_or_else(|| in_digits(place)))
            .collect()
    }

    /// As [`Exact::at`] of the first quantity, and what that has cost.
    pub(crate) fn with_effort(&self, point: &Point, bits: i32) -> (f64, u64) {
        let effort = || Numbers::lend(|numbers| numbers.effort);
        let before = effort();
        let value = self.at(point, bits)[0];
        (value, effort() - before)
    }

    /// What the stable form says where all evaluations as typed have lost something: `1 - Phi(50)` is lost in
    /// thousands of bits, of which `Phi(-50)` needs none. `typed` is what those have left. Also whether it is
    /// certain.
    fn of_stable(&self, place: usize, point: &Point, typed: f64, count: usize) -> (f64, bool) {
        let precisions = &PRECISIONS[..count];
        // What the rounding of a constant has made, log(2) to 53 bits, is nothing.
        let is_of_rounding = |value: f64| {
            let moved =
                self.moved[place].as_ref().map(|tape| tape.exactly(point, precisions).value());
            moved.is_some_and(|moved| (moved - value).abs() > ROUNDED * value.abs())
        };
        match self.stable[place].exactly(point, precisions) {
            Found::Settled(value) if !is_of_rounding(value) => (value, value.is_finite()),
            _ if typed.is_finite() => (typed, true),
            Found::Settled(value) => (value, false),
            Found::Short(_) => {
                (self.textbook[place].exactly(point, &PRECISIONS[count - 1..]).value(), false)
            }
        }
    }

    /// The quantities where the input is in `x`.
    fn enclosed(&self, point: &Point, x: Interval) -> Vec<Interval> {
        let parameters: Vec<Interval> =
            point.parameters.iter().map(|value| Interval::point(*value)).collect();
        let [gate, mean, variance] = [point.gate, point.mean, point.variance].map(Interval::point);
        self.enclosure.all_over(&Bounds { x, gate, parameters: &parameters, mean, variance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, quantity: Quantity, x: f64) -> f64 {
        let formula = Formula::parse(text).unwrap();
        let parameters: Vec<f64> = formula.parameters().iter().map(|p| p.initial).collect();
        let point = Point { x, parameters: &parameters, ..Point::default() };
        Exact::new(&formula, &[quantity]).at(&point, 50)[0]
    }

    fn close(got: f64, known: f64) {
        assert!((got - known).abs() <= 2e-16 * known.abs(), "{got:e}, not {known:e}");
    }

    #[test]
    fn what_cancels_is_right_to_the_last_place() {
        let value = Quantity::Value;
        close(at("x - tanh(x)", value, 2f64.powi(-100)), 2f64.powi(-300) / 3.0);
        for x in [-3100.0, -3110.0, -1e6] {
            close(at("log(1 - exp(-exp(x)))", value, x), x);
            close(at("log(1 - exp(-exp(x)))", Quantity::X, x), 1.0);
        }
        close(at("x - sin(x)", value, 1e-5), 1e-15 / 6.0 - 1e-25 / 120.0);
        close(at("(1 - cos(x))/x^2", value, 1e-8), 0.5 - 1e-16 / 24.0);
        close(at("log(x + sqrt(x^2 + 1))", value, 1e-20), 1e-20);
        close(at("exp(x)/(exp(x) + exp(-x))", value, 1e4), 1.0);
        close(at("exp(x)/(2 + exp(0.875*x))", value, 720.0), 90f64.exp());
        assert_eq!(at("erf(x) - tanh(x)", value, 0.0), 0.0);
        assert!(at("log(x)", value, -1.0).is_nan());
        // The tail of the normal distribution is thousands of bits below 1.
        close(at("phi(x)/(1 - Phi(x))", value, 55.0), 55.01816981696603);
        close(at("phi(x)/(1 - Phi(x))", value, 1e30), 1e30);
        assert_eq!(at("log(1 + exp(x) + exp(-x)) - |x|", value, 1000.0), 0.0);
        assert_eq!(at("x*erfc(exp(-x))", value, f64::INFINITY), f64::INFINITY);
        assert_eq!(at("erfc(x)", value, f64::INFINITY), 0.0);
        // e^(10^10) is too large for numbers of any length, and must not become 1/∞.
        assert_eq!(at("1/(1 + log(1 + exp(x)) - x)", value, 1e10), 1.0);
        assert_eq!(at("1/(1 + log(1/exp(-x)) - x)", value, 1e10), 1.0);
        // The digits of e^(e^10) do not say where on the circle it is.
        assert!(at("sin(exp(exp(x)))", value, 10.0).is_nan());
        assert!(at("cos(exp(exp(x)))", value, 30.0).is_nan());
        assert_eq!(at("exp(x)/(exp(x) + exp(-x) + 1)", Quantity::X, 740.0), (-740f64).exp());
        assert_eq!(at("exp(x)/(exp(x) + exp(-x) + 1)", Quantity::X, 1000.0), 0.0);
        // Nor does e^(10^10) have any, but what becomes of it has.
        let slope = |text: &str, x: f64| at(text, Quantity::X, x);
        assert_eq!(slope("x*tanh(exp(x))", 1e10), 1.0);
        assert_eq!(slope("x^2*tanh(exp(x))", 1e10), 2e10);
        assert_eq!(slope("x*exp(-exp(-x))", 1e30), 1.0);
        assert_eq!(slope("x*exp(-exp(-x))", -1e30), 0.0);
        assert_eq!(slope("x*erf(exp(x))", 3e38), 1.0);
        assert_eq!(slope("x*(1 + exp(-x))^(-2)", -1e10), 0.0);
        assert_eq!(at("exp(x)/exp(x - 1)", value, 1e10), 1f64.exp());
        assert_eq!(at("log(log(exp(exp(x))))", value, 1e12), 1e12);
        assert_eq!(at("sqrt(exp(2*x))*exp(-x)", value, 3e15), 1.0);
        assert_eq!(at("exp(x)*(exp(-x) - 2*exp(-2*x))", value, 3e15), 1.0);
        assert_eq!(at("(exp(x) + 2*exp(x))/exp(x)", value, 1e12), 3.0);
        assert_eq!(at("if exp(exp(x)) > exp(x) { 1 } else { x }", value, 1e12), 1.0);
        assert_eq!(at("erfc(x)*exp(x^2)*x", value, 1e9), 0.5641895835477563);
        assert_eq!(at("Phi(-x)/phi(x)*x", value, 1e30), 1.0);
        assert_eq!(at("exp(x)*softplus(-x) + exp(x)*sigmoid(-x)", value, 1e11), 2.0);
        assert_eq!(at("x/(x + 1/x)", value, 0.0), 0.0);
        // To 53 bits log(2) and π/2 leave something; as typed nothing is left.
        assert_eq!(at("softplus(x) - log(2)", value, 0.0), 0.0);
        assert_eq!(at("0.5*(1 + cos(pi*x))", value, 1.0), 0.0);
        assert_eq!(at("(softplus(x) - log(2))/x", value, 0.0), 0.5);
        close(at("sin(pi*x)/(x - 1)", value, 1.0), -std::f64::consts::PI);
        // Two sums cancel 128 bits each.
        close(slope("x/(exp(x) - 1)", -2f64.powi(-128)), -0.5);
        // Terms are lost in a logarithm that leaves f64 by far with or without them.
        assert_eq!(at("exp(exp(1/x))/x", value, 1e-5), f64::INFINITY);
        assert_eq!(at("exp(-exp(1/x))/x", value, 1e-5), 0.0);
        // What has a limit where it has no value has that.
        assert_eq!(at("sin(x)/x", value, 0.0), 1.0);
        assert_eq!(at("x*log(x)", value, 0.0), 0.0);
        assert_eq!(at("(exp(x) - exp(2))/(x - 2)", value, 2.0), 2f64.exp());
        assert_eq!(at("(x^2 - 4)/(x - 2)", value, 2.0), 4.0);
        assert_eq!(slope("x*sqrt(|x|)", 0.0), 0.0);
        assert_eq!(slope("x/(x + 1/x)", 0.0), 0.0);
        assert_eq!(slope("erf(x/x/x/x)", 0.0), 0.0);
        assert!(at("|x|/x", value, 0.0).is_nan());
        assert!(at("x*sin(1/x)/x", value, 0.0).is_nan());
        assert_eq!(at("if 1/x > x { 3 - x } else { x }", value, 0.0), 3.0);
    }

    #[test]
    fn derivatives_are_of_the_form_as_typed() {
        close(at("x - tanh(x)", Quantity::X, 1e-20), 1e-40);
        close(at("log(1 + exp(b*x))/b | b = 2", Quantity::Parameter(0), 40.0), {
            // -(z·sigmoid(-z) + softplus(-z))/b² at z = 80, where both are e^-80 to the last place
            -(81.0 * (-80f64).exp()) / 4.0
        });
        close(at("x/sqrt(1 + x^2)", Quantity::X, 1e9), 1e-27 - 1.5e-45);
        close(at("erf(x)", Quantity::X, 3.0), 2.0 / std::f64::consts::PI.sqrt() * (-9f64).exp());
    }
}
