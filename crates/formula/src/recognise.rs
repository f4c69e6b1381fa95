//! Recognition: rules put stable primitives in the place of forms that overflow or cancel.

use std::sync::LazyLock;

use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::rules::{CONSTANT, Domain, NAMES, RULES, Stage};

struct Directed {
    sides: [Id; 2],
    domain: Option<Domain>,
}

struct Compiled {
    patterns: Graph,
    rules: Vec<Directed>,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let mut patterns = Graph::default();
    let rules = RULES.iter().filter(|rule| rule.stage == Stage::Recognise);
    let rules = rules.map(|rule| {
        let sides = rule.sides(&mut patterns, true);
        Directed { sides, domain: rule.restricted_to() }
    });
    let rules = rules.collect();
    Compiled { patterns, rules }
});

/// What a pattern's metavariables stand for.
type Bindings = [Option<Id>; NAMES.len()];

/// The canonical form of `root`, with no rule applied.
pub(crate) fn canonical(graph: &mut Graph, root: Id) -> Id {
    graph.remade(root, |graph, id, operation| match operation {
        None => id,
        Some((op, args)) => graph.simplified(op, args),
    })
}

/// The stable form of `root`: canonical, with every rule applied from the leaves up.
pub(crate) fn recognise(graph: &mut Graph, root: Id) -> Id {
    graph.remade(root, |graph, id, operation| {
        let Some((op, args)) = operation else { return id };
        let mut stable = graph.simplified(op, args);
        while let Some(better) = better(graph, stable) {
            stable = better;
        }
        stable
    })
}

/// The node by the first rule that applies to it, or to what a sign or a number stands before: the
/// canonical form has moved those out of it.
fn better(graph: &mut Graph, id: Id) -> Option<Id> {
    if let Some(found) = rewritten(graph, id) {
        return Some(found);
    }
    let (op, args) = graph.operation(id)?;
    let args = args.to_vec();
    match (op, &args[..]) {
        (Op::Neg, &[inner]) => {
            let inner = rewritten(graph, inner)?;
            Some(graph.simplified(Op::Neg, &[inner]))
        }
        (Op::Mul, &[factor, inner]) if graph.value(factor).is_some() => {
            let inner = rewritten(graph, inner)?;
            Some(graph.simplified(Op::Mul, &[factor, inner]))
        }
        _ => None,
    }
}

fn rewritten(graph: &mut Graph, id: Id) -> Option<Id> {
    let Compiled { patterns, rules } = &*COMPILED;
    graph.operation(id)?;
    for rule in rules {
        let mut bound = Bindings::default();
        let [left, right] = rule.sides;
        if matches(graph, patterns, left, id, &mut bound) && allowed(graph, rule.domain, &bound) {
            return Some(instance(graph, patterns, right, &bound)).filter(|new| *new != id);
        }
    }
    None
}

/// Whether the number that a rule asks about is in its domain.
fn allowed(graph: &Graph, domain: Option<Domain>, bound: &Bindings) -> bool {
    let Some(domain) = domain else { return true };
    let value = bound[domain.place].and_then(|id| graph.value(id));
    value.is_some_and(|value| domain.allows(value))
}

fn matches(graph: &mut Graph, patterns: &Graph, pattern: Id, id: Id, bound: &mut Bindings) -> bool {
    match patterns.node(pattern) {
        Node::Parameter(place) => {
            let place = place as usize;
            let allowed = place != CONSTANT || graph.value(id).is_some();
            allowed && *bound[place].get_or_insert(id) == id
        }
        Node::Constant(bits) => {
            let wanted = f64::from_bits(bits);
            graph.value(id).is_some_and(|v| (v - wanted).abs() <= 4.0 * f64::EPSILON * wanted.abs())
        }
        Node::Apply(op, wanted) => {
            // `-a` also stands for `-2*x` and the like, whose sign hides in a factor.
            if op == Op::Neg && graph.matches(id, Op::Neg).is_none() {
                let negated = graph.simplified(Op::Neg, &[id]);
                return graph.matches(negated, Op::Neg).is_none()
                    && matches(graph, patterns, wanted[0], negated, bound);
            }
            let Some(found) = graph.matches(id, op) else { return false };
            let arity = op.info().arity;
            let before = *bound;
            let all = |graph: &mut Graph, bound: &mut Bindings, order: [usize; 3]| {
                (0..arity).all(|at| matches(graph, patterns, wanted[at], found[order[at]], bound))
            };
            if all(graph, bound, [0, 1, 2]) {
                return true;
            }
            *bound = before;
            op.commutes() && all(graph, bound, [1, 0, 2])
        }
        other => graph.node(id) == other,
    }
}

fn instance(graph: &mut Graph, patterns: &Graph, pattern: Id, bound: &Bindings) -> Id {
    match patterns.node(pattern) {
        Node::Parameter(place) => bound[place as usize].expect("the left side binds every name"),
        Node::Apply(op, args) => {
            let args: Vec<Id> = args[..op.info().arity]
                .iter()
                .map(|arg| instance(graph, patterns, *arg, bound))
                .collect();
            graph.simplified(op, &args)
        }
        leaf => graph.intern(leaf),
    }
}
