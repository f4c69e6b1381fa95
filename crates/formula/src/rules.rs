//! The one table of rewrite rules, and the engine that applies it.
//!
//! Formulas are printed in papers in forms that overflow (`log(1+exp(x))`) or cancel
//! (`x/2*(1+erf(x/sqrt(2)))`). Each rule recognises such a form and puts a primitive in its place
//! that does neither. The rules go one way only, from the leaves up, so they always come to an end.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::parse::template;

/// Name, left side, right side. `a` … `d` stand for any expression; `k` for a positive constant.
/// An earlier rule is tried before a later one. Each holds wherever its left side is
/// defined, at infinity in the limit.
#[rustfmt::skip]
pub static RULES: &[(&str, &str, &str)] = &[
    // exponentials and logarithms
    ("log of exp",           "log(exp(a))",                       "a"),
    ("exp over",             "1/exp(a)",                          "exp(-a)"),
    ("exp less one",         "exp(a) - 1",                        "expm1(a)"),
    ("one less exp",         "1 - exp(a)",                        "-expm1(a)"),
    ("expm1 less argument",  "expm1(a) - a",                      "expm1_rest(a)"),
    ("expm1 of the smaller", "expm1(min(a, b)) - a",              "expm1_rest(min(a, b)) + (min(a, b) - a)"),
    ("scaled exp less",      "b*exp(a) - b",                      "b*expm1(a)"),
    ("log two less exp",     "log(2 - exp(a))",                   "log1p(-expm1(a))"),
    ("log of one and",       "log(1 + a)",                        "log1p(a)"),
    ("log of k and exp",     "log(k + exp(a))",                   "softplus(a - log(k)) + log(k)"),
    ("log of cosh",          "log(cosh(a))",                      "if |a| < 1 { log1p(2*sinh(a/2)^2) } else { |a| + log1p(exp(-2*|a|)) - log(2) }"),
    ("log of one less",      "log(1 - a)",                        "log1p(-a)"),
    ("log of sigmoid",       "log(sigmoid(a))",                   "-softplus(-a)"),
    ("log1p of sigmoid",     "log1p(-sigmoid(a))",                "-softplus(a)"),
    ("softplus",             "log1p(exp(a))",                     "softplus(a)"),
    // sigmoid
    ("exp over one and exp", "exp(a)/(1 + exp(a))",               "sigmoid(a)"),
    ("gated by exp",         "b*exp(a)/(1 + exp(a))",             "b*sigmoid(a)"),
    ("expm1 over",           "expm1(a)/(1 + exp(a))",             "tanh(a/2)"),
    ("over one and exp",     "b/(1 + exp(a))",                    "b*sigmoid(-a)"),
    ("sigmoid complement",   "1 - sigmoid(a)",                    "sigmoid(-a)"),
    ("sigmoid less one",     "sigmoid(a) - 1",                    "-sigmoid(-a)"),
    ("one and tanh",         "1 + tanh(a)",                       "2*sigmoid(2*a)"),
    ("one less tanh",        "1 - tanh(a)",                       "2*sigmoid(-2*a)"),
    ("tanh less one",        "tanh(a) - 1",                       "-2*sigmoid(-2*a)"),
    ("one less tanh square", "1 - tanh(a)^2",                     "4*sigmoid(2*a)*sigmoid(-2*a)"),
    // hyperbolic
    ("tanh of sigmoid",      "2*sigmoid(a) - 1",                  "tanh(a/2)"),
    ("tanh of complement",   "1 - 2*sigmoid(a)",                  "-tanh(a/2)"),
    ("sinh",                 "exp(a) - exp(-a)",                  "2*sinh(a)"),
    ("cosh",                 "exp(a) + exp(-a)",                  "2*cosh(a)"),
    ("tanh",                 "sinh(a)/cosh(a)",                   "tanh(a)"),
    ("tanh of softplus",     "tanh(softplus(a))",                 "tanh_softplus(a)"),
    // the normal distribution
    ("Phi of erf",           "1 + erf(a)",                        "2*Phi(sqrt(2)*a)"),
    ("Phi of minus erf",     "1 - erf(a)",                        "2*Phi(-sqrt(2)*a)"),
    ("Phi of erfc",          "erfc(a)",                           "2*Phi(-sqrt(2)*a)"),
    ("Phi complement",       "1 - Phi(a)",                        "Phi(-a)"),
    // roots and quotients that cancel
    ("square root less",     "sqrt(1 + a^2) - 1",                 "if |a| < 1 { a^2/(1 + sqrt(1 + a^2)) } else { sqrt(1 + a^2) - 1 }"),
    ("squareplus",           "a + sqrt(a^2 + k)",                 "if a > 0 { a + sqrt(a^2 + k) } else { k/(sqrt(a^2 + k) - a) }"),
    ("quotient derivative",  "1/(b + a) - a/(b + a)^2",           "b/(b + a)^2"),
];

/// Metavariables of a rule, by their place among the pattern graph's parameters.
const NAMES: [&str; 5] = ["a", "b", "c", "d", "k"];
/// The place of `k`, which matches positive constants only.
const POSITIVE: usize = 4;

struct Rule {
    left: Id,
    right: Id,
}

struct Compiled {
    patterns: Graph,
    rules: Vec<Rule>,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let mut patterns = Graph::default();
    let names: Vec<(&str, Id)> = NAMES
        .iter()
        .enumerate()
        .map(|(place, name)| (*name, patterns.intern(Node::Parameter(place as u32))))
        .collect();
    let rules = RULES
        .iter()
        .map(|(name, left, right)| {
            let mut side = |text: &str| {
                template(&mut patterns, text, &names, true)
                    .unwrap_or_else(|error| panic!("rule `{name}`: {error}"))
            };
            Rule { left: side(left), right: side(right) }
        })
        .collect();
    Compiled { patterns, rules }
});

/// What a pattern's metavariables stand for.
type Bindings = [Option<Id>; NAMES.len()];

/// The stable form of `root`: canonical, with every rule applied from the leaves up.
pub(crate) fn recognise(graph: &mut Graph, root: Id) -> Id {
    let mut done: HashMap<Id, Id> = HashMap::new();
    for id in graph.reachable(&[root]) {
        let mut stable = match graph.operation(id) {
            None => id,
            Some((op, args)) => {
                let args: Vec<Id> = args.iter().map(|arg| done[arg]).collect();
                graph.simplified(op, &args)
            }
        };
        while let Some(better) = rewritten(graph, stable) {
            stable = better;
        }
        done.insert(id, stable);
    }
    done[&root]
}

fn rewritten(graph: &mut Graph, id: Id) -> Option<Id> {
    let Compiled { patterns, rules } = &*COMPILED;
    graph.operation(id)?;
    for rule in rules {
        let mut bound = Bindings::default();
        if matches(graph, patterns, rule.left, id, &mut bound) {
            return Some(instance(graph, patterns, rule.right, &bound)).filter(|new| *new != id);
        }
    }
    None
}

fn matches(graph: &mut Graph, patterns: &Graph, pattern: Id, id: Id, bound: &mut Bindings) -> bool {
    match patterns.node(pattern) {
        Node::Parameter(place) => {
            let place = place as usize;
            let allowed = place != POSITIVE || graph.value(id).is_some_and(|k| k > 0.0);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Point;

    /// Both sides of every rule agree where both are well conditioned.
    #[test]
    fn both_sides_of_every_rule_agree() {
        let Compiled { patterns, rules } = &*COMPILED;
        for ((name, ..), rule) in RULES.iter().zip(rules) {
            let mut compared = 0;
            for step in 0..200 {
                let at = |k: f64| ((f64::from(step) + 0.5) * k).sin() * 3.0;
                let parameters = [at(0.7), at(1.3), at(2.1), at(3.7), at(0.9).abs() + 0.1];
                let point = Point { parameters: &parameters, ..Point::default() };
                let left = patterns.evaluate(rule.left, &point);
                let right = patterns.evaluate(rule.right, &point);
                if left.is_finite() {
                    let close = (left - right).abs() <= 1e-11 * (1.0 + left.abs());
                    assert!(close, "`{name}` at {parameters:?}: {left} against {right}");
                    compared += 1;
                }
            }
            assert!(compared >= 50, "`{name}` was compared at {compared} points only");
        }
    }
}
