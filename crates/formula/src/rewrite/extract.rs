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
/// A sum that is a smaller share of its terms has cancelled.
const LOST: f64 = 1.0 / 1024.0;
/// A logarithm's argument that is nearer to its zero or its pole is no better.
const NEAR: f64 = 1e-6;

/// What nobody would choose.
const NO_NUMBER: u32 = 100_000;

/// Arguments from which exponentials leave f64.
const FAR: f64 = 700.0;

/// What a function costs that may leave the range of f64 where the formula as a whole does not.
const OVERFLOWS: u32 = 60;

/// How often every choice is tried again with the others fixed.
const ROUNDS: usize = 3;

/// Cycles of one term, without its arguments.
fn cost(egraph: &EGraph<Term, Leaves>, id: Id, term: &Term) -> u32 {
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
            1 + doubt(lost(samples(a), samples(b), samples(id)))
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

/// What is chosen for some roots: each class that they need with its term, arguments first.
pub(super) struct Extracted {
    pub(super) terms: Vec<(Id, Term)>,
    /// Cycles of all of them together.
    pub(super) cost: u32,
}

/// Chooses a term for every class that `roots` need; none if one has no expression without a cycle.
pub(super) fn extract(egraph: &EGraph<Term, Leaves>, roots: &[Id]) -> Option<Extracted> {
    let classes = Classes::new(egraph);
    let roots: Vec<usize> = roots.iter().map(|root| classes.places[&egraph.find(*root)]).collect();
    let candidates =
        [classes.by_sets(), classes.by_trees()].into_iter().filter_map(|mut choice| {
            classes.needed(&roots, &choice)?;
            for _ in 0..ROUNDS {
                if !classes.improve(&roots, &mut choice) {
                    break;
                }
            }
            Some((classes.total(&roots, &choice), choice))
        });
    let (cost, choice) = candidates.min_by_key(|candidate| candidate.0)?;
    let chosen =
        |place: usize| Some((classes.ids[place], classes.terms[place][choice[place]?].term));
    let terms = classes.needed(&roots, &choice)?.into_iter().map(chosen).collect::<Option<_>>()?;
    Some(Extracted { terms, cost })
}

/// The chosen term of each class, by their places; none where nothing is known to end.
type Choice = Vec<Option<usize>>;

/// A term with its arguments as places of classes.
struct Candidate {
    term: Term,
    args: Vec<usize>,
    /// Cycles, without the arguments.
    cost: u32,
}

/// An e-graph as the search sees it: its classes in a row, sorted by their numbers.
struct Classes {
    ids: Vec<Id>,
    places: HashMap<Id, usize>,
    terms: Vec<Vec<Candidate>>,
}

impl Classes {
    fn new(egraph: &EGraph<Term, Leaves>) -> Classes {
        let mut ids: Vec<Id> = egraph.classes().map(|class| class.id).collect();
        ids.sort_unstable();
        let places: HashMap<Id, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let terms = ids.iter().map(|id| {
            let candidate = |term: &Term| Candidate {
                term: *term,
                args: term.children().iter().map(|arg| places[&egraph.find(*arg)]).collect(),
                cost: cost(egraph, *id, term),
            };
            egraph[*id].nodes.iter().map(candidate).collect()
        });
        let terms = terms.collect();
        Classes { ids, places, terms }
    }

    fn chosen(&self, place: usize, choice: &Choice) -> Option<&Candidate> {
        Some(&self.terms[place][choice[place]?])
    }

    /// The cost of what `roots` need.
    fn total(&self, roots: &[usize], choice: &Choice) -> u32 {
        let cost = |place: &usize| self.chosen(*place, choice).map_or(0, |chosen| chosen.cost);
        self.needed(roots, choice).map_or(u32::MAX, |needed| needed.iter().map(cost).sum())
    }

    /// The classes that `roots` need, arguments first; none if there is a cycle.
    fn needed(&self, roots: &[usize], choice: &Choice) -> Option<Vec<usize>> {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            Unseen,
            Open,
            Done,
        }
        let (mut states, mut order) = (vec![State::Unseen; self.ids.len()], Vec::new());
        let mut stack: Vec<(usize, bool)> = roots.iter().rev().map(|root| (*root, false)).collect();
        while let Some((place, is_finished)) = stack.pop() {
            if is_finished {
                states[place] = State::Done;
                order.push(place);
                continue;
            }
            match states[place] {
                State::Done => continue,
                State::Open => return None,
                State::Unseen => states[place] = State::Open,
            }
            stack.push((place, true));
            for arg in &self.chosen(place, choice)?.args {
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
        let mut best: Vec<Option<(u64, usize)>> = vec![None; self.ids.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for (place, terms) in self.terms.iter().enumerate() {
                for (at, term) in terms.iter().enumerate() {
                    let args = term.args.iter().map(|arg| best[*arg].map(|known| known.0));
                    let Some(below) = args.sum::<Option<u64>>() else { continue };
                    let found = below.saturating_add(u64::from(term.cost));
                    if best[place].is_none_or(|known| found < known.0) {
                        best[place] = Some((found, at));
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
        let words = self.ids.len().div_ceil(64);
        let mut best: Vec<Option<(u32, Vec<u64>, usize)>> = vec![None; self.ids.len()];
        let mut own = vec![0u32; self.ids.len()];
        let mut below = vec![0u64; words];
        let mut changed = true;
        while changed {
            changed = false;
            for (place, terms) in self.terms.iter().enumerate() {
                for (at, term) in terms.iter().enumerate() {
                    below.fill(0);
                    let reachable = term.args.iter().all(|arg| match &best[*arg] {
                        Some((_, set, _)) => {
                            below.iter_mut().zip(set).for_each(|(all, set)| *all |= set);
                            true
                        }
                        None => false,
                    });
                    if !reachable || below[place / 64] >> (place % 64) & 1 == 1 {
                        continue;
                    }
                    let total = term.cost + cost_of(&below, &own);
                    if best[place].as_ref().is_none_or(|(known, ..)| total < *known) {
                        let mut set = below.clone();
                        set[place / 64] |= 1 << (place % 64);
                        best[place] = Some((total, set, at));
                        own[place] = term.cost;
                        changed = true;
                    }
                }
            }
        }
        best.into_iter().map(|best| best.map(|(.., at)| at)).collect()
    }

    /// Tries every other term of every class in use; whether one was better.
    fn improve(&self, roots: &[usize], choice: &mut Choice) -> bool {
        let Some(used) = self.needed(roots, choice) else { return false };
        let mut least = self.total(roots, choice);
        let mut is_better = false;
        for place in used {
            for (at, term) in self.terms[place].iter().enumerate() {
                let before = choice[place];
                if before == Some(at) || term.args.iter().any(|arg| choice[*arg].is_none()) {
                    continue;
                }
                choice[place] = Some(at);
                let found = self.total(roots, choice);
                if found < least {
                    (least, is_better) = (found, true);
                } else {
                    choice[place] = before;
                }
            }
        }
        is_better
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
