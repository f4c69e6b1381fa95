//! The cheapest choice of a term for every class, where shared work counts once.

use std::collections::{HashMap, HashSet};

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

/// The chosen term of each class.
pub(super) type Choice = HashMap<Id, Term>;

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

/// Chooses a term for every class below `roots`; none if a root has no expression without a cycle.
pub(super) fn extract(egraph: &EGraph<Term, Leaves>, roots: &[Id]) -> Option<Choice> {
    let roots: Vec<Id> = roots.iter().map(|root| egraph.find(*root)).collect();
    let candidates = [by_sets(egraph), by_trees(egraph)].into_iter().filter_map(|mut choice| {
        needed(egraph, &roots, &choice)?;
        for _ in 0..ROUNDS {
            if !improve(egraph, &roots, &mut choice) {
                break;
            }
        }
        Some(choice)
    });
    candidates.min_by_key(|choice| total(egraph, &roots, choice))
}

/// The cost of what `roots` need.
pub(super) fn total(egraph: &EGraph<Term, Leaves>, roots: &[Id], choice: &Choice) -> u32 {
    needed(egraph, roots, choice)
        .map_or(u32::MAX, |needed| needed.iter().map(|id| cost(egraph, *id, &choice[id])).sum())
}

/// The classes that `roots` need, arguments first; none if there is a cycle.
pub(super) fn needed(
    egraph: &EGraph<Term, Leaves>,
    roots: &[Id],
    choice: &Choice,
) -> Option<Vec<Id>> {
    let (mut open, mut done, mut order) = (HashSet::new(), HashSet::new(), Vec::new());
    let mut stack: Vec<(Id, bool)> =
        roots.iter().rev().map(|root| (egraph.find(*root), false)).collect();
    while let Some((id, is_finished)) = stack.pop() {
        if is_finished {
            open.remove(&id);
            done.insert(id);
            order.push(id);
            continue;
        }
        if done.contains(&id) {
            continue;
        }
        if !open.insert(id) {
            return None;
        }
        stack.push((id, true));
        for arg in choice.get(&id)?.children() {
            let arg = egraph.find(*arg);
            if open.contains(&arg) {
                return None;
            }
            if !done.contains(&arg) {
                stack.push((arg, false));
            }
        }
    }
    Some(order)
}

/// For each class the term that is cheapest as a tree, where shared work counts every time. There is
/// never a cycle: an operation costs more than its arguments.
fn by_trees(egraph: &EGraph<Term, Leaves>) -> Choice {
    let mut ids: Vec<Id> = egraph.classes().map(|class| class.id).collect();
    ids.sort_unstable();
    let mut best: HashMap<Id, (u64, Term)> = HashMap::new();
    let mut changed = true;
    while changed {
        changed = false;
        for id in &ids {
            for term in &egraph[*id].nodes {
                let args = term.children().iter().map(|arg| best.get(&egraph.find(*arg)));
                let below = args.map(|known| known.map(|known| known.0)).sum::<Option<u64>>();
                let Some(below) = below else { continue };
                let found = below.saturating_add(u64::from(cost(egraph, *id, term)));
                if best.get(id).is_none_or(|known| found < known.0) {
                    best.insert(*id, (found, *term));
                    changed = true;
                }
            }
        }
    }
    best.into_iter().map(|(id, (_, term))| (id, term)).collect()
}

/// For each class the term whose own work and that of all below it is least, each counted once. What
/// was cheapest for one class may have become a cycle by the choice for another.
fn by_sets(egraph: &EGraph<Term, Leaves>) -> Choice {
    let mut ids: Vec<Id> = egraph.classes().map(|class| class.id).collect();
    ids.sort_unstable();
    let place: HashMap<Id, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let words = ids.len().div_ceil(64);
    let mut best: Vec<Option<(u32, Vec<u64>, Term)>> = vec![None; ids.len()];
    let mut own = vec![0u32; ids.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for (at, id) in ids.iter().enumerate() {
            for term in &egraph[*id].nodes {
                let args: Vec<usize> =
                    term.children().iter().map(|arg| place[&egraph.find(*arg)]).collect();
                let mut below = vec![0u64; words];
                let reachable = args.iter().all(|arg| match &best[*arg] {
                    Some((_, set, _)) => {
                        below.iter_mut().zip(set).for_each(|(all, set)| *all |= set);
                        true
                    }
                    None => false,
                });
                if !reachable || below[at / 64] >> (at % 64) & 1 == 1 {
                    continue;
                }
                let own_cost = cost(egraph, *id, term);
                let total = own_cost + cost_of(&below, &own);
                if best[at].as_ref().is_none_or(|(known, ..)| total < *known) {
                    below[at / 64] |= 1 << (at % 64);
                    best[at] = Some((total, below, *term));
                    own[at] = own_cost;
                    changed = true;
                }
            }
        }
    }
    let chosen = ids.iter().zip(best);
    chosen.filter_map(|(id, best)| best.map(|(_, _, term)| (*id, term))).collect()
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

/// Tries every other term of every class in use; whether one was better.
fn improve(egraph: &EGraph<Term, Leaves>, roots: &[Id], choice: &mut Choice) -> bool {
    let Some(used) = needed(egraph, roots, choice) else { return false };
    let mut least = total(egraph, roots, choice);
    let mut is_better = false;
    for id in used {
        for term in &egraph[id].nodes {
            let before = choice[&id];
            let known = term.children().iter().all(|arg| choice.contains_key(&egraph.find(*arg)));
            if *term == before || !known {
                continue;
            }
            choice.insert(id, *term);
            let found = total(egraph, roots, choice);
            if found < least {
                (least, is_better) = (found, true);
            } else {
                choice.insert(id, before);
            }
        }
    }
    is_better
}
