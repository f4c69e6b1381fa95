//! How many bits each sum may lose.
//!
//! Values have 53 bits, results in f32 need some 29 of them: 24 can be spared, which what magnifies
//! rounding on the way from the input to the result shares. A sum that is alone on its way has most of
//! them; to ask no more of it than that spares nearly all inputs near its root a second look.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::terms::{Terms, needs, passes};
use super::{DECIDED, MAGNIFIED};
use crate::expr::{Graph, Id};
use crate::op::Op;
use crate::rounding::{Traits, magnifies};

/// How many bits may be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spare {
    /// Where results are in f32 or less.
    pub single: u8,
    /// The same where numbers have two parts.
    pub single_in_parts: u8,
    /// Where results stay in f64; numbers have two parts then.
    pub double: u8,
}

impl Spare {
    /// The same number of bits for all.
    pub(in crate::program) const fn alike(bits: u8) -> Spare {
        Spare { single: bits, single_in_parts: bits, double: bits }
    }
}

/// What results in f32 can spare.
const SPARED: u8 = 24;
/// The most that one sum may lose: its terms come with a few roundings each.
const MOST: u8 = 20;
/// The least that is left to a sum: ways with more than two of them that are asked are rare, and that all lose much at
/// one input is rarer.
const LEAST: u8 = 10;
/// What an exponential may lose, whose argument may be some hundreds.
const BY_EXPONENTIAL: u8 = 10;
/// What is lost where a little rounding of the argument is the more of the result the larger it is.
const BY_ANGLE: u8 = 20;
/// What results in f32 can spare where numbers have two parts, and the most that one sum may lose: 56 bits of
/// functions are right, and nearly all of what is no function of a function.
const OF_FUNCTIONS: (u8, u8) = (28, 27);
/// The same of results in f32 and in f64 for sums of what is made by arithmetic alone: some hundred bits are
/// right.
const OF_ARITHMETIC: [(u8, u8); 2] = [(64, 60), (40, 36)];

/// What lies on the longest way to a value or from it.
#[derive(Clone, Copy, Default)]
struct Way {
    /// How often a function is called for what sums have been asked: what is lost in one of them and
    /// then in another by arithmetic alone is known to the other.
    sums: u8,
    /// Whether a sum has been asked since.
    is_asked: bool,
    bits: u8,
    /// The same where numbers have two parts.
    bits_in_parts: u8,
    /// Whether something has one part, whatever the numbers have.
    is_rough: bool,
}

impl Way {
    fn joined(self, other: Way, join: fn(u8, u8) -> u8) -> Way {
        Way {
            sums: join(self.sums, other.sums),
            is_asked: self.is_asked || other.is_asked,
            bits: join(self.bits, other.bits),
            bits_in_parts: join(self.bits_in_parts, other.bits_in_parts),
            is_rough: self.is_rough || other.is_rough,
        }
    }

    fn longest(self, other: Way) -> Way {
        self.joined(other, u8::max)
    }

    fn then(self, other: Way) -> Way {
        self.joined(other, u8::saturating_add)
    }

    /// The way through a function.
    fn called(self) -> Way {
        Way { sums: self.sums.saturating_add(self.is_asked.into()), is_asked: false, ..self }
    }
}

/// How many bits an operation may lose, but for a sum, where its arguments have been rounded.
fn lost_by(op: Op, args: &[Traits]) -> u8 {
    match op {
        // A near decision needs nearly all bits.
        Op::Less | Op::LessEqual | Op::Equal => SPARED,
        Op::Sin | Op::Cos | Op::Tan | Op::Pow => BY_ANGLE,
        Op::Log | Op::Log1p if magnifies(op, args) => MAGNIFIED,
        Op::Exp
        | Op::Expm1
        | Op::Expm1Rest
        | Op::Sinh
        | Op::Cosh
        | Op::Sigmoid
        | Op::Softplus
        | Op::TanhSoftplus
        | Op::TanhSoftplusSlope
        | Op::Phi
        | Op::Density
        | Op::Erfc => BY_EXPONENTIAL,
        _ => 0,
    }
}

/// Whether it has one part where numbers have two.
fn is_rough(op: Op) -> bool {
    matches!(
        op,
        Op::Log
            | Op::Log1p
            | Op::Tan
            | Op::Atan
            | Op::Sinh
            | Op::Cosh
            | Op::Erf
            | Op::Erfc
            | Op::Pow
    )
}

/// How many bits may be lost where something is asked.
#[derive(Default)]
pub(super) struct Spares {
    /// By the sum.
    pub(super) of_sums: HashMap<Id, Spare>,
    /// By the sign: by its argument.
    pub(super) of_signs: HashMap<Id, Spare>,
}

/// How many bits what is asked by `terms` can lose, of all `nodes`, where arguments come first.
pub(super) fn spares(
    graph: &Graph,
    nodes: &BTreeSet<Id>,
    terms: &Terms,
    known: impl Fn(&[Id]) -> Vec<Traits>,
) -> Spares {
    // What no function has been called for keeps nearly all digits that two parts have.
    let mut of_functions: HashSet<Id> = HashSet::new();
    let mut own: HashMap<Id, Way> = HashMap::new();
    for id in nodes {
        let Some((op, args)) = graph.operation(*id) else {
            // Of a constant that the compiler has rounded one part is known.
            let is_rough = known(&[*id]).iter().any(|leaf| !leaf.is_exact);
            own.insert(*id, Way { is_rough, ..Way::default() });
            continue;
        };
        let depends = args.iter().any(|arg| of_functions.contains(arg));
        if depends || op.is_function() {
            of_functions.insert(*id);
        }
        let traits = known(args);
        if !graph.varies(*id) {
            // What cancels here is computed again, and rounded.
            let is_sum = matches!(op, Op::Add | Op::Sub) && magnifies(op, &traits);
            let is_rough = is_rough(op) || is_sum;
            own.insert(*id, Way { is_rough, ..Way::default() });
            continue;
        }
        let lost = lost_by(op, &traits);
        let bits = if traits.iter().all(|arg| arg.is_exact) { 0 } else { lost };
        let bits_in_parts = if depends { lost } else { 0 };
        let is_rough = is_rough(op);
        own.insert(
            *id,
            Way {
                sums: 0,
                is_asked: terms.of_sums.contains_key(id),
                bits,
                bits_in_parts,
                is_rough,
            },
        );
    }
    // Both without the value's own sum.
    let mut below: HashMap<Id, Way> = HashMap::new();
    for id in nodes {
        let longest = ways(graph, *id)
            .map(|(arg, is_called)| {
                let way = below[&arg].then(own[&arg]);
                if is_called { way.called() } else { way }
            })
            .fold(Way::default(), Way::longest);
        below.insert(*id, longest);
    }
    let mut above: HashMap<Id, Way> = HashMap::new();
    for id in nodes.iter().rev() {
        let way = above.get(id).copied().unwrap_or_default().then(own[id]);
        for (arg, is_called) in ways(graph, *id) {
            let known = above.entry(arg).or_default();
            *known = known.longest(if is_called { way.called() } else { way });
        }
        // A sign passes no error on, but needs nearly all bits of its argument.
        if let Some([arg, ..]) = graph.matches(*id, Op::Sign) {
            let known = above.entry(arg).or_default();
            *known = known.longest(Way { sums: 1, bits: SPARED, ..Way::default() });
        }
    }
    let of_sum = |id: &Id| {
        let above = above.get(id).copied().unwrap_or_default();
        let way = below[id].then(own[id]).then(above);
        let sums = way.sums + 1;
        let share = |(spared, most): (u8, u8), lost: u8| {
            (spared.saturating_sub(lost) / sums).clamp(LEAST, most)
        };
        let single = share((SPARED, MOST), way.bits);
        if way.is_rough {
            return Spare { single, single_in_parts: single, double: LEAST };
        }
        let (in_parts, double) = if of_functions.contains(id) {
            (share(OF_FUNCTIONS, way.bits_in_parts), LEAST)
        } else {
            let [single, double] = OF_ARITHMETIC;
            (share(single, way.bits), share(double, way.bits))
        };
        Spare { single, single_in_parts: in_parts.max(single), double }
    };
    // A sign needs to be right, no more: but for what functions below may have lost.
    let of_sign = |id: &Id| {
        let arg = graph.matches(*id, Op::Sign).map_or(*id, |[arg, ..]| arg);
        let way = below[&arg].then(own[&arg]);
        Spare::alike(if way.sums == 0 && way.bits == 0 { DECIDED } else { LEAST })
    };
    Spares {
        of_sums: terms.of_sums.keys().map(|id| (*id, of_sum(id))).collect(),
        of_signs: terms.of_signs.keys().map(|id| (*id, of_sign(id))).collect(),
    }
}

/// The arguments of a value, and whether it calls a function for them.
fn ways(graph: &Graph, id: Id) -> impl Iterator<Item = (Id, bool)> {
    let operation = graph.operation(id).into_iter();
    operation.flat_map(|(op, args)| {
        let passing = passes(op, args).iter().map(|arg| (*arg, false));
        passing.chain(needs(op, args).iter().map(|arg| (*arg, true)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Check, Code, Formula, Programs};

    /// What the sums of a formula may lose, in the order of their computation.
    fn spared(text: &str) -> Vec<[u8; 2]> {
        let formula = Formula::parse(text).unwrap();
        let program = Programs::of(&formula).forward.checked(&formula).program;
        let of_step = |code: Code| match code {
            Code::Check(Check::Uncancelled(spare)) if spare != Spare::alike(BY_ANGLE) => {
                Some(spare)
            }
            _ => None,
        };
        let spares = program.steps.iter().filter_map(|step| of_step(step.code));
        spares.map(|spare| [spare.single, spare.single_in_parts]).collect()
    }

    #[test]
    fn sums_share_what_a_result_can_spare() {
        // One sum of functions of the input itself; one of functions in one part.
        assert_eq!(spared("x - 2*tanh(x)"), [[20, 27]]);
        assert_eq!(spared("x - atan(x)"), [[20, 20]]);
        // Exponentials and angles whose argument has been rounded lose some bits where that has one part.
        assert_eq!(spared("x - a*exp(b*x) | a = 1, b = 1"), [[14, 27]]);
        assert_eq!(spared("2 - a*sin(b*x) | a = 1, b = 1"), [[10, 27]]);
        // So does what is a function of a function where it has two parts.
        assert_eq!(spared("sin(1000*sigmoid(x)) - 0.5"), [[10, 10]]);
        assert_eq!(spared("exp(9*tanh(x)) - x"), [[14, 18]]);
        // A logarithm near 1 has its own question.
        assert_eq!(spared("log(sigmoid(x) + 0.5) - 0.2499*x").last(), Some(&[10, 10]));
        // Two sums, one in the other; beside each other; and with a function between them.
        assert_eq!(spared("(x - 2*tanh(x))*x^2 - sigmoid(x)"), [[20, 27]]);
        assert_eq!(spared("(x - 2*tanh(x))*(x - sigmoid(x))"), [[20, 27]; 2]);
        assert_eq!(spared("atan(x - sigmoid(x)) - x"), [[12, 12]; 2]);
        // Arithmetic alone keeps nearly all digits of both parts.
        assert_eq!(spared("a + x*(b + x) | a = 1, b = 1"), [[20, 60]]);
    }
}
