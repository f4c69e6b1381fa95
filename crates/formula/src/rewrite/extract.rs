//! The cheapest choice of a term for every class, where shared work counts once.

use std::collections::HashMap;

use egg::{EGraph, Id, Language};

use super::term::{Head, Leaves, Samples, Term};
use crate::expr::Node;
use crate::op::Op;
use crate::rounding::{Traits, magnifies};

/// What a sum costs beside its operation where it may cancel: the question whether it has.
const MAY_CANCEL: u32 = 60;
/// What it costs for each sample where it does cancel: the exact evaluation of such numbers.
const CANCELS: u32 = 100;
/// What it costs more where a wave touches 0 and turns there: bits are lost twice as far around.
const TOUCHES: u32 = 60;
/// A sum that is a smaller share of its terms has cancelled.
const LOST: f64 = 1.0 / 1024.0;
/// A logarithm's argument that is nearer to its zero or its pole is no better.
const NEAR: f64 = 1e-6;

/// What nobody would choose.
pub(super) const NO_NUMBER: u32 = 100_000;

/// Arguments from which exponentials leave f64.
const FAR: f64 = 700.0;

/// What a function costs that may leave the range of f64 where the formula as a whole does not.
const OVERFLOWS: u32 = 60;

/// What a sine and a cosine of one argument have in common: they are one step.
const SAVED: u32 = 20;

/// How often every choice is tried again with the others fixed.
const ROUNDS: usize = 3;

/// Cycles of one term, without its arguments.
pub(super) fn cost(egraph: &EGraph<Term, Leaves>, id: Id, term: &Term) -> u32 {
    let Head::Apply(op) = term.head else { return 0 };
    let args: Vec<Traits> = term.children().iter().map(|arg| egraph[*arg].data.traits).collect();
    let samples = |id: Id| -> &Samples { &egraph[id].data.samples };
    let cost = op.info().cost;
    // What the question costs whether bits were lost, and the exact evaluation where they were.
    let doubt = |lost: usize| MAY_CANCEL + CANCELS * lost as u32;
    match (op, term.children()) {
        // Numbers that make none together: 1e200*1e200 and the like.
        (Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Pow, _)
            if args.iter().all(|arg| arg.number.is_some()) =>
        {
            NO_NUMBER
        }
        (Op::Add | Op::Sub, &[a, b]) if magnifies(op, &args) => {
            let touches = if touches(egraph, id) { TOUCHES } else { 0 };
            1 + touches + doubt(lost(samples(a), samples(b), samples(id)))
        }
        (Op::Log, _) if magnifies(op, &args) => cost + doubt(near(samples(id).iter().copied())),
        (Op::Log1p, &[a]) if magnifies(op, &args) => {
            cost + doubt(near(samples(a).iter().map(|value| 1.0 + value)))
        }
        // A whole power is products.
        (Op::Pow, _) => match args[1].number {
            Some(n) if n.fract() == 0.0 && n.abs() <= 64.0 => {
                n.abs().log2().ceil().max(1.0) as u32 + if n < 0.0 { 8 } else { 0 }
            }
            _ => cost,
        },
        (Op::Exp | Op::Expm1, _) if args[0].range.high > FAR => cost + OVERFLOWS,
        (Op::Sinh | Op::Cosh, _) if args[0].range.largest() > FAR => cost + OVERFLOWS,
        // A division by a number or a parameter becomes a product.
        (Op::Div, &[_, b]) if args[1].is_exact && is_uniform(egraph, b) => 1,
        _ => cost,
    }
}

fn is_uniform(egraph: &EGraph<Term, Leaves>, id: Id) -> bool {
    egraph[id]
        .nodes
        .iter()
        .any(|term| matches!(term.head, Head::Leaf(leaf) if !matches!(leaf, Node::X | Node::Gate)))
}

/// Whether a sum with a sine or a cosine reaches 0 without passing it, as 1 + sin(a) does, and as b + b·sin(a)
/// does for being b times that.
fn touches(egraph: &EGraph<Term, Leaves>, sum: Id) -> bool {
    let has = |class: Id, is: &dyn Fn(&Term) -> bool| egraph[class].nodes.iter().any(is);
    let is_wave = |term: &Term| matches!(term.head, Head::Apply(Op::Sin | Op::Cos));
    let is_sum = |term: &Term| {
        matches!(term.head, Head::Apply(Op::Add | Op::Sub))
            && term.children().iter().any(|part| has(*part, &is_wave))
    };
    let turns_at_0 = |class: Id| {
        let range = egraph[class].data.traits.range;
        (range.low == 0.0 || range.high == 0.0) && has(class, &is_sum)
    };
    let is_multiple = |term: &Term| match (term.head, term.children()) {
        (Head::Apply(Op::Mul), factors) => factors.iter().any(|factor| turns_at_0(*factor)),
        (Head::Apply(Op::Div), [above, _]) => turns_at_0(*above),
        _ => false,
    };
    turns_at_0(sum) || has(sum, &is_multiple)
}

/// At how many samples a sum of these two terms has cancelled.
fn lost(a: &Samples, b: &Samples, sum: &Samples) -> usize {
    let samples = a.iter().zip(b).zip(sum);
    let cancelled = samples.filter(|((a, b), sum)| {
        let terms = a.abs().max(b.abs());
        terms > 0.0 && (sum.is_nan() || sum.abs() < LOST * terms)
    });
    cancelled.count()
}

/// How many values are so near to 0 that much is lost.
fn near(values: impl Iterator<Item = f64>) -> usize {
    values.filter(|value| value.abs() < NEAR).count()
}

/// What terms have in common beside their arguments, by their heads and their first arguments.
pub(super) fn in_common<A: PartialEq>(terms: impl Iterator<Item = (Head, A)>) -> u32 {
    let is_wave = |(head, _): &(Head, A)| matches!(head, Head::Apply(Op::Sin | Op::Cos));
    let waves: Vec<(Head, A)> = terms.filter(is_wave).collect();
    let is_cosine = |(head, _): &&(Head, A)| matches!(head, Head::Apply(Op::Cos));
    let has_sine = |(_, arg): &&(Head, A)| {
        waves.iter().any(|(head, of)| matches!(head, Head::Apply(Op::Sin)) && of == arg)
    };
    SAVED * waves.iter().filter(is_cosine).filter(has_sine).count() as u32
}

/// What is chosen for some roots.
pub(super) struct Extracted {
    /// A term of each class that they need, arguments first and as places in this list.
    pub(super) terms: Vec<(Head, Vec<usize>)>,
    /// The places of the roots.
    pub(super) roots: Vec<usize>,
    /// Cycles of all of them together.
    pub(super) cost: u32,
}

/// Chooses a term for every class that `roots` need; none if one has no expression without a cycle.
pub(super) fn extract(egraph: &EGraph<Term, Leaves>, roots: &[Id]) -> Option<Extracted> {
    let (classes, places) = Classes::new(egraph);
    let roots: Vec<usize> = roots.iter().map(|root| places[&egraph.find(*root)]).collect();
    let choices = [classes.by_sets(), classes.by_trees()];
    let choices = choices.into_iter().filter_map(|choice| classes.improved(&roots, choice));
    let (cost, choice) = choices.min_by_key(|(cost, _)| *cost)?;
    let needed = classes.needed(&roots, &choice)?;
    let place: HashMap<usize, usize> =
        needed.iter().enumerate().map(|(place, class)| (*class, place)).collect();
    let chosen = |class: &usize| {
        let member = classes.chosen(*class, &choice)?;
        Some((member.head, member.args.iter().map(|arg| place[arg]).collect()))
    };
    let terms = needed.iter().map(chosen).collect::<Option<_>>()?;
    Some(Extracted { terms, roots: roots.iter().map(|root| place[root]).collect(), cost })
}

/// The place of the chosen member of each class; none in a class without an expression that ends.
type Choice = Vec<Option<usize>>;

/// A term of a class.
struct Member {
    head: Head,
    /// The classes of its arguments.
    args: Vec<usize>,
    /// Cycles, without the arguments.
    cost: u32,
}

/// An e-graph as the search sees it: the members of its classes, which are sorted by their numbers.
struct Classes(Vec<Vec<Member>>);

impl Classes {
    /// Also where each class has gone.
    fn new(egraph: &EGraph<Term, Leaves>) -> (Classes, HashMap<Id, usize>) {
        let mut ids: Vec<Id> = egraph.classes().map(|class| class.id).collect();
        ids.sort_unstable();
        let places: HashMap<Id, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let members = ids.iter().map(|id| {
            let member = |term: &Term| Member {
                head: term.head,
                args: term.children().iter().map(|arg| places[&egraph.find(*arg)]).collect(),
                cost: cost(egraph, *id, term),
            };
            egraph[*id].nodes.iter().map(member).collect()
        });
        (Classes(members.collect()), places)
    }

    fn chosen(&self, class: usize, choice: &Choice) -> Option<&Member> {
        Some(&self.0[class][choice[class]?])
    }

    /// The cost of what `roots` need; none if there is a cycle.
    fn total(&self, roots: &[usize], choice: &Choice) -> Option<u32> {
        let needed = self.needed(roots, choice)?.into_iter();
        let chosen: Vec<&Member> =
            needed.map(|class| self.chosen(class, choice)).collect::<Option<_>>()?;
        let apart: u32 = chosen.iter().map(|member| member.cost).sum();
        Some(apart - in_common(chosen.iter().map(|member| (member.head, member.args.first()))))
    }

    /// The classes that `roots` need, arguments first; none if there is a cycle.
    fn needed(&self, roots: &[usize], choice: &Choice) -> Option<Vec<usize>> {
        #[derive(Clone, Copy)]
        enum State {
            Unseen,
            Open,
            Done,
        }
        let (mut states, mut order) = (vec![State::Unseen; self.0.len()], Vec::new());
        let mut stack: Vec<(usize, bool)> = roots.iter().rev().map(|root| (*root, false)).collect();
        while let Some((class, is_finished)) = stack.pop() {
            if is_finished {
                states[class] = State::Done;
                order.push(class);
                continue;
            }
            match states[class] {
                State::Done => continue,
                State::Open => return None,
                State::Unseen => states[class] = State::Open,
            }
            stack.push((class, true));
            for arg in &self.chosen(class, choice)?.args {
                match states[*arg] {
                    State::Done => {}
                    State::Open => return None,
                    State::Unseen => stack.push((*arg, false)),
                }
            }
        }
        Some(order)
    }

    /// For each class the term that is cheapest as a tree, where shared work counts every time. There is
    /// never a cycle: an operation costs more than its arguments.
    fn by_trees(&self) -> Choice {
        let mut best: Vec<Option<(u64, usize)>> = vec![None; self.0.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for (class, members) in self.0.iter().enumerate() {
                for (at, member) in members.iter().enumerate() {
                    let args = member.args.iter().map(|arg| best[*arg].map(|known| known.0));
                    let Some(below) = args.sum::<Option<u64>>() else { continue };
                    let found = below.saturating_add(u64::from(member.cost));
                    if best[class].is_none_or(|known| found < known.0) {
                        best[class] = Some((found, at));
                        changed = true;
                    }
                }
            }
        }
        best.into_iter().map(|best| best.map(|(_, at)| at)).collect()
    }

    /// For each class the term whose own work and that of all below it is least, each counted once. What
    /// was cheapest for one class may have become a cycle by the choice for another.
    fn by_sets(&self) -> Choice {
        let words = self.0.len().div_ceil(64);
        let mut best: Vec<Option<(u32, Vec<u64>, usize)>> = vec![None; self.0.len()];
        let mut own = vec![0u32; self.0.len()];
        let mut below = vec![0u64; words];
        let mut changed = true;
        while changed {
            changed = false;
            for (class, members) in self.0.iter().enumerate() {
                for (at, member) in members.iter().enumerate() {
                    below.fill(0);
                    let reachable = member.args.iter().all(|arg| match &best[*arg] {
                        Some((_, set, _)) => {
                            below.iter_mut().zip(set).for_each(|(all, set)| *all |= set);
                            true
                        }
                        None => false,
                    });
                    if !reachable || below[class / 64] >> (class % 64) & 1 == 1 {
                        continue;
                    }
                    let total = member.cost + cost_of(&below, &own);
                    if best[class].as_ref().is_none_or(|(known, ..)| total < *known) {
                        let mut set = below.clone();
                        set[class / 64] |= 1 << (class % 64);
                        best[class] = Some((total, set, at));
                        own[class] = member.cost;
                        changed = true;
                    }
                }
            }
        }
        best.into_iter().map(|best| best.map(|(.., at)| at)).collect()
    }

    /// The choice after every other member of every class in use was tried with the others fixed, and its
    /// cost; none if the choice had a cycle.
    fn improved(&self, roots: &[usize], mut choice: Choice) -> Option<(u32, Choice)> {
        let mut least = self.total(roots, &choice)?;
        for _ in 0..ROUNDS {
            let before = least;
            let needed = self.needed(roots, &choice)?;
            for class in &needed {
                for (at, member) in self.0[*class].iter().enumerate() {
                    let known = choice[*class];
                    if known == Some(at) || member.args.iter().any(|arg| choice[*arg].is_none()) {
                        continue;
                    }
                    choice[*class] = Some(at);
                    let found = match self.total(roots, &choice) {
                        None => self.without_cycle(roots, member, &needed, &mut choice, least),
                        found => found.filter(|found| *found < least),
                    };
                    match found {
                        Some(found) => least = found,
                        None => choice[*class] = known,
                    }
                }
            }
            if least == before {
                break;
            }
        }
        Some((least, choice))
    }

    /// The cost after another choice for one argument of a `member` that has just been chosen and made a cycle,
    /// where that is cheaper than `least`: 2·(sin a·cos a) stands for sin 2a only once the product is not half of it.
    /// The argument is one that nothing else `needed` when the round began.
    fn without_cycle(
        &self,
        roots: &[usize],
        member: &Member,
        needed: &[usize],
        choice: &mut Choice,
        least: u32,
    ) -> Option<u32> {
        for arg in member.args.iter().filter(|arg| !needed.contains(arg)) {
            let known = choice[*arg];
            for other in (0..self.0[*arg].len()).filter(|other| known != Some(*other)) {
                choice[*arg] = Some(other);
                let found = self.total(roots, choice).filter(|found| *found < least);
                if found.is_some() {
                    return found;
                }
            }
            choice[*arg] = known;
        }
        None
    }
}

fn cost_of(set: &[u64], own: &[u32]) -> u32 {
    let mut total = 0;
    for (word, bits) in set.iter().enumerate() {
        let mut bits = *bits;
        while bits != 0 {
            total += own[word * 64 + bits.trailing_zeros() as usize];
            bits &= bits - 1;
        }
    }
    total
}
