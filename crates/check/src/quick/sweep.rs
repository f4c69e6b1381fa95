//! Runs a tape on many inputs at once, operation by operation, with dual numbers over any number
//! that keeps an error bound.

use std::f64::consts::PI;

use ogive_formula::{Op, Point};

use super::bounded::Bounded;
use super::number::Number;
use super::rules::{compare, pow_slopes, takes_second, unary};
use crate::tape::{GATE, MEAN, PARAMETERS, Step, Tape, VARIANCE, X};

/// How many inputs one run takes: their numbers stay in the caches.
pub(crate) const TILE: usize = 256;

/// The derivative of every element of a step in one leaf.
enum Tangent<N> {
    /// Zero: the leaf does not occur.
    Absent,
    /// One: the step is the leaf.
    Unit,
    Tile(Vec<N>),
}

impl<N: Number> Tangent<N> {
    #[inline]
    fn at(&self, place: usize) -> Option<N> {
        match self {
            Tangent::Absent => None,
            Tangent::Unit => Some(N::exactly(1.0)),
            Tangent::Tile(tile) => Some(tile[place]),
        }
    }

    fn is_absent(&self) -> bool {
        matches!(self, Tangent::Absent)
    }
}

/// The numbers of one tape: a tile per step and leaf.
pub(crate) struct Sweep<N> {
    values: Vec<Vec<N>>,
    /// By step, then by wanted leaf.
    tangents: Vec<Vec<Tangent<N>>>,
    /// Steps that are the same for every input: run once.
    fixed: Vec<bool>,
    slopes: Vec<N>,
    chosen: Vec<Choice>,
}

/// Which argument a choice takes.
#[derive(Clone, Copy)]
enum Choice {
    First,
    Second,
    Unknown,
}

impl<N: Number> Sweep<N> {
    /// For the derivatives in the `wanted` leaves; parameters and statistics are those of `point`.
    pub(crate) fn new(tape: &Tape, wanted: &[usize], point: &Point) -> Self {
        let count = tape.steps.len();
        let mut sweep = Sweep {
            values: vec![vec![N::unknown(); TILE]; count],
            tangents: Vec::with_capacity(count),
            fixed: Vec::with_capacity(count),
            slopes: vec![N::unknown(); TILE],
            chosen: vec![Choice::Unknown; TILE],
        };
        for (place, step) in tape.steps.iter().enumerate() {
            let (fixed, tangents) = sweep.shape(step, wanted);
            sweep.fixed.push(fixed);
            sweep.tangents.push(tangents);
            match step {
                // It stands for π.
                Step::Constant(value) if value.abs() == PI => {
                    sweep.values[place].fill(N::rounded(*value));
                }
                Step::Constant(value) => sweep.values[place].fill(N::exactly(*value)),
                Step::Leaf(leaf) => {
                    let value = match *leaf {
                        X | GATE => continue,
                        MEAN => point.mean,
                        VARIANCE => point.variance,
                        parameter => point.parameters[parameter - PARAMETERS],
                    };
                    sweep.values[place].fill(N::exactly(value));
                }
                Step::Apply { .. } if fixed => sweep.step(place, step, TILE),
                Step::Apply { .. } => {}
            }
        }
        sweep
    }

    /// Whether a step is the same for every input, and which derivatives it has.
    fn shape(&self, step: &Step, wanted: &[usize]) -> (bool, Vec<Tangent<N>>) {
        match step {
            Step::Constant(_) => (true, wanted.iter().map(|_| Tangent::Absent).collect()),
            Step::Leaf(leaf) => {
                let own = |of: &usize| if of == leaf { Tangent::Unit } else { Tangent::Absent };
                (!matches!(*leaf, X | GATE), wanted.iter().map(own).collect())
            }
            Step::Apply { op, args, .. } => {
                let args = &args[..op.info().arity];
                let through = if *op == Op::Select { &args[1..] } else { args };
                let tangent = |leaf: usize| {
                    let absent = through.iter().all(|arg| self.tangents[*arg][leaf].is_absent());
                    if absent || op.is_comparison() || *op == Op::Sign {
                        Tangent::Absent
                    } else {
                        Tangent::Tile(vec![N::unknown(); TILE])
                    }
                };
                let fixed = args.iter().all(|arg| self.fixed[*arg]);
                (fixed, (0..wanted.len()).map(tangent).collect())
            }
        }
    }

    /// Runs on up to [`TILE`] finite inputs; `gate` is as long as `x`, or empty.
    pub(crate) fn run(&mut self, tape: &Tape, x: &[f64], gate: &[f64]) {
        for (place, step) in tape.steps.iter().enumerate() {
            match step {
                Step::Leaf(leaf @ (X | GATE)) => {
                    let from = if *leaf == X { x } else { gate };
                    for (value, from) in self.values[place].iter_mut().zip(from) {
                        *value = N::input(*from);
                    }
                }
                Step::Apply { .. } if !self.fixed[place] => self.step(place, step, x.len()),
                _ => {}
            }
        }
    }

    /// The value of the last step at an input.
    pub(crate) fn value(&self, at: usize) -> Bounded {
        self.values.last().map_or(Bounded::exactly(0.0), |tile| tile[at].finished())
    }

    /// Its derivative in a wanted leaf.
    pub(crate) fn tangent(&self, leaf: usize, at: usize) -> Bounded {
        let tangent = self.tangents.last().and_then(|tangents| tangents[leaf].at(at));
        tangent.map_or(Bounded::exactly(0.0), Number::finished)
    }

    fn step(&mut self, place: usize, step: &Step, length: usize) {
        let Step::Apply { op, args, varies } = step else { return };
        let (op, [a, b, c]) = (*op, *args);
        let (values, rest) = self.values.split_at_mut(place);
        let (tangents, made) = self.tangents.split_at_mut(place);
        let (y, made) = (&mut rest[0][..length], &mut made[0]);
        let id = place as u32;
        let [va, vb, vc] = [a, b, c].map(|arg| &values[arg][..length]);
        let chosen = &mut self.chosen[..length];
        match op {
            Op::Less | Op::LessEqual | Op::Equal => {
                for ((y, a), b) in y.iter_mut().zip(va).zip(vb) {
                    *y = compare(op, *a, *b)
                        .map_or(N::unknown(), |truth| N::exactly(f64::from(u8::from(truth))));
                }
            }
            Op::Select => {
                for (chosen, test) in chosen.iter_mut().zip(va) {
                    *chosen = match test.order(N::exactly(0.0)) {
                        Some(std::cmp::Ordering::Equal) => Choice::Second,
                        Some(_) => Choice::First,
                        None => Choice::Unknown,
                    };
                }
                choose(chosen, vb, vc, y);
                choose_tangents(chosen, &tangents[b], &tangents[c], made);
            }
            Op::Min | Op::Max => {
                for ((chosen, a), b) in chosen.iter_mut().zip(va).zip(vb) {
                    *chosen = match takes_second(op, *a, *b, *varies) {
                        Some(true) => Choice::Second,
                        Some(false) => Choice::First,
                        None => Choice::Unknown,
                    };
                }
                choose(chosen, va, vb, y);
                choose_tangents(chosen, &tangents[a], &tangents[b], made);
            }
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Pow => {
                let sides = [&tangents[a], &tangents[b]];
                match op {
                    Op::Add => {
                        pairs(va, vb, y, N::add);
                        combine(sides, made, length, |_, t| t, |_, t| t);
                    }
                    Op::Sub => {
                        pairs(va, vb, y, N::sub);
                        combine(sides, made, length, |_, t| t, |_, t| t.neg());
                    }
                    Op::Mul => {
                        pairs(va, vb, y, N::mul);
                        combine(sides, made, length, |i, t| t.mul(vb[i]), |i, t| t.mul(va[i]));
                    }
                    Op::Div => {
                        pairs(va, vb, y, N::div);
                        // (a' - y·b')/b: what cancels does so before the division.
                        combine(sides, made, length, |_, t| t, |i, t| y[i].mul(t).neg());
                        for made in made {
                            let Tangent::Tile(made) = made else { continue };
                            for (made, b) in made.iter_mut().zip(vb) {
                                *made = made.div(*b);
                            }
                        }
                    }
                    _ => {
                        pairs(va, vb, y, N::power);
                        let slopes = |i: usize| pow_slopes(va[i], vb[i], y[i]);
                        let base = |i: usize, t: N| slopes(i)[0].mul(t);
                        let exponent = |i: usize, t: N| slopes(i)[1].mul(t);
                        combine(sides, made, length, base, exponent);
                    }
                }
            }
            _ => {
                let slopes = &mut self.slopes[..length];
                each(op, va, y, slopes, id);
                for (made, tangent) in made.iter_mut().zip(&tangents[a]) {
                    let Tangent::Tile(made) = made else { continue };
                    match tangent {
                        Tangent::Tile(tangent) => {
                            pairs(slopes, &tangent[..length], &mut made[..length], N::mul);
                        }
                        _ => made[..length].copy_from_slice(slopes),
                    }
                }
            }
        }
    }
}

/// A primitive of one argument on every element; each has a loop of its own.
fn each<N: Number>(op: Op, a: &[N], y: &mut [N], slopes: &mut [N], place: u32) {
    macro_rules! loops {
        ($($name:ident)*) => {
            match op {
                $(Op::$name => {
                    for ((a, y), slope) in a.iter().zip(y).zip(slopes) {
                        (*y, *slope) = unary(Op::$name, *a, place);
                    }
                })*
                _ => y.fill(N::unknown()),
            }
        };
    }
    loops!(Neg Abs Sign Sqrt Exp Expm1 Log Log1p Sin Cos Tan Atan Sinh Cosh Tanh Sigmoid Softplus
        Erf Erfc Phi Density);
}

#[inline]
fn pairs<N: Number>(a: &[N], b: &[N], y: &mut [N], apply: impl Fn(N, N) -> N) {
    for ((a, b), y) in a.iter().zip(b).zip(y) {
        *y = apply(*a, *b);
    }
}

/// The sum of what each argument's derivative contributes.
#[inline]
fn combine<N: Number>(
    [a, b]: [&Vec<Tangent<N>>; 2],
    made: &mut [Tangent<N>],
    length: usize,
    first: impl Fn(usize, N) -> N,
    second: impl Fn(usize, N) -> N,
) {
    for ((a, b), made) in a.iter().zip(b).zip(made) {
        let Tangent::Tile(made) = made else { continue };
        for (place, made) in made[..length].iter_mut().enumerate() {
            *made = match (a.at(place), b.at(place)) {
                (Some(a), Some(b)) => first(place, a).add(second(place, b)),
                (Some(a), None) => first(place, a),
                (None, Some(b)) => second(place, b),
                (None, None) => N::exactly(0.0),
            };
        }
    }
}

fn choose<N: Number>(chosen: &[Choice], first: &[N], second: &[N], y: &mut [N]) {
    for (place, (y, choice)) in y.iter_mut().zip(chosen).enumerate() {
        *y = match choice {
            Choice::First => first[place],
            Choice::Second => second[place],
            Choice::Unknown => N::unknown(),
        };
    }
}

fn choose_tangents<N: Number>(
    chosen: &[Choice],
    first: &[Tangent<N>],
    second: &[Tangent<N>],
    made: &mut [Tangent<N>],
) {
    for ((first, second), made) in first.iter().zip(second).zip(made) {
        let Tangent::Tile(made) = made else { continue };
        for (place, (made, choice)) in made.iter_mut().zip(chosen).enumerate() {
            let taken = match choice {
                Choice::First => first.at(place),
                Choice::Second => second.at(place),
                Choice::Unknown => Some(N::unknown()),
            };
            *made = taken.unwrap_or(N::exactly(0.0));
        }
    }
}
