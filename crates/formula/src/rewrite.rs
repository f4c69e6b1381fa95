//! Sharing: a formula and its derivatives are rewritten together.
//!
//! Recognition has made each of them stable where it could. Here all of them go into one e-graph (crate
//! `egg`), every rule of [`crate::rules`] says what else is equal, interval arithmetic says which sums
//! may cancel, and the cheapest choice for all of them together comes out: work that they share counts
//! once, and a sum that may cancel costs more than most functions.
//!
//! Everything here is bounded by counts and not by time, so that the same text always gives the same
//! program.

mod extract;
mod term;
mod validate;

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use egg::{
    ConditionalApplier, EGraph, ENodeOrVar, Language, Pattern, PatternAst, RecExpr, Rewrite,
    Runner, Subst, Var,
};

use crate::Parameter;
use crate::expr::{Graph, Id, Node};
use crate::program::leaf_range;
use crate::rules::{CONSTANT, Domain, NAMES, RULES, Rule};
use extract::{Extracted, NO_NUMBER, cost, extract, in_common};
use term::{Head, INPUTS, Leaves, Samples, Term};
pub(crate) use validate::difference;

/// The most nodes that an e-graph may grow to.
const MOST_NODES: usize = 3000;
/// Larger expressions are left as recognition has made them.
const LARGEST: usize = 200;
/// How often all rules are applied.
const ROUNDS: usize = 10;
/// A rewriting is worth its change of form if it saves this share of the cost.
const WORTHWHILE: f64 = 0.03;

static COMPILED: LazyLock<Vec<Rewrite<Term, Leaves>>> =
    LazyLock::new(|| RULES.iter().map(compiled).collect());

/// The rules that put a part of the term in its place: they add nothing.
static SHRINKING: LazyLock<Vec<Rewrite<Term, Leaves>>> = LazyLock::new(|| {
    RULES.iter().filter(|rule| NAMES.contains(&rule.right)).map(compiled).collect()
});

/// The same expressions, rewritten together where that is worth it. `others` has another way to write
/// each, not always a better one.
pub(crate) fn shared(
    graph: &mut Graph,
    roots: &[Id],
    parameters: &[Parameter],
    others: impl FnOnce(&mut Graph) -> Vec<Id>,
) -> Vec<Id> {
    if graph.reachable(roots).len() > LARGEST {
        return roots.to_vec();
    }
    let equal = others(graph);
    let nodes = graph.reachable(&[roots, &equal].concat());
    if nodes.len() > 2 * LARGEST {
        return roots.to_vec();
    }
    let leaves = nodes.iter().filter(|id| graph.operation(**id).is_none());
    let of = leaves.map(|id| {
        let leaf = graph.node(*id);
        (leaf, leaf_range(leaf, parameters), samples(leaf, parameters))
    });
    let mut egraph = EGraph::new(Leaves { of: of.collect() });
    let mut classes: HashMap<Id, egg::Id> = HashMap::new();
    for id in &nodes {
        classes.insert(*id, egraph.add(term(graph, *id, &classes)));
    }
    egraph.rebuild();
    let starts: Vec<egg::Id> = roots.iter().map(|root| classes[root]).collect();
    let as_written: Vec<(egg::Id, Term)> =
        graph.reachable(roots).iter().map(|id| (classes[id], term(graph, *id, &classes))).collect();
    for (start, other) in starts.iter().zip(&equal) {
        egraph.union(*start, classes[other]);
    }
    egraph.rebuild();
    let runner = Runner::default()
        .with_egraph(egraph)
        .with_iter_limit(ROUNDS)
        .with_node_limit(MOST_NODES)
        .with_time_limit(Duration::MAX)
        .run(COMPILED.iter());
    // What the last round has brought, half of 2·a and the like, is known by another name.
    let runner = Runner::default()
        .with_egraph(runner.egraph)
        .with_iter_limit(ROUNDS)
        .with_node_limit(usize::MAX)
        .with_time_limit(Duration::MAX)
        .run(SHRINKING.iter());
    let egraph = runner.egraph;
    let Some(after) = extract(&egraph, &starts) else { return roots.to_vec() };
    // What the rules have found out counts for both.
    let cost_as_written = |(class, term): &(egg::Id, Term)| match cost(&egraph, *class, term) {
        // That is no choice here.
        NO_NUMBER => 1,
        cost => cost,
    };
    let apart: u32 = as_written.iter().map(cost_as_written).sum();
    let head_and_arg = |(_, term): &(egg::Id, Term)| {
        (term.head, term.children().first().map(|arg| egraph.find(*arg)))
    };
    let before = apart - in_common(as_written.iter().map(head_and_arg));
    if f64::from(after.cost) > (1.0 - WORTHWHILE) * f64::from(before) {
        return roots.to_vec();
    }
    rebuilt(graph, &after)
}

/// A node as a term, whose arguments have their classes.
fn term(graph: &Graph, id: Id, classes: &HashMap<Id, egg::Id>) -> Term {
    let Some((op, args)) = graph.operation(id) else { return Term::leaf(graph.node(id)) };
    let args: Vec<egg::Id> = args.iter().map(|arg| classes[arg]).collect();
    Term::apply(op, &args)
}

/// The values of a leaf where every expression is sampled: a parameter is near its initial value, but not
/// at it, which may be a special one.
fn samples(leaf: Node, parameters: &[Parameter]) -> Samples {
    let value = match leaf {
        Node::X => return INPUTS,
        Node::Gate => 0.7,
        Node::Mean => 0.1,
        Node::Variance => 1.3,
        Node::Constant(bits) => f64::from_bits(bits),
        Node::Parameter(place) => {
            let parameter = &parameters[place as usize];
            let moved = parameter.initial + 0.061 * (f64::from(place) + 1.0);
            if parameter.constraint.allows(moved) { moved } else { parameter.initial }
        }
        Node::Apply(..) => f64::NAN,
    };
    [value; INPUTS.len()]
}

/// The chosen terms as nodes of the graph.
fn rebuilt(graph: &mut Graph, chosen: &Extracted) -> Vec<Id> {
    let mut nodes: Vec<Id> = Vec::new();
    for (head, args) in &chosen.terms {
        nodes.push(match head {
            Head::Leaf(leaf) => graph.intern(*leaf),
            Head::Apply(op) => {
                let args: Vec<Id> = args.iter().map(|arg| nodes[*arg]).collect();
                graph.simplified(*op, &args)
            }
        });
    }
    chosen.roots.iter().map(|root| nodes[*root]).collect()
}

/// A row of the table for egg.
fn compiled(rule: &Rule) -> Rewrite<Term, Leaves> {
    let mut graph = Graph::default();
    let sides = rule.sides(&mut graph, false);
    let [left, right] = sides.map(|side| pattern(&graph, side));
    let has_constant = graph.contains(sides[0], Node::Parameter(CONSTANT as u32));
    let domain = rule.restricted_to();
    let condition = move |egraph: &mut EGraph<Term, Leaves>, _: egg::Id, found: &Subst| {
        (!has_constant || egraph[found[variable(CONSTANT)]].data.traits.number.is_some())
            && domain.is_none_or(|domain| holds(egraph, domain, found))
    };
    let applier = ConditionalApplier { condition, applier: right };
    Rewrite::new(rule.name, left, applier)
        .unwrap_or_else(|error| panic!("rule `{}`: {error}", rule.name))
}

/// Whether interval arithmetic proves that a name is in its domain.
fn holds(egraph: &EGraph<Term, Leaves>, domain: Domain, found: &Subst) -> bool {
    let range = egraph[found[variable(domain.place)]].data.traits.range;
    let end = if domain.positive { range.low } else { range.high };
    !range.is_empty() && domain.allows(end)
}

fn variable(place: usize) -> Var {
    format!("?{}", NAMES[place]).parse().expect("a name behind a question mark is a variable")
}

fn pattern(graph: &Graph, root: Id) -> Pattern<Term> {
    let mut ast: PatternAst<Term> = RecExpr::default();
    let mut places: HashMap<Id, egg::Id> = HashMap::new();
    for id in graph.reachable(&[root]) {
        let node = match graph.node(id) {
            Node::Parameter(place) => ENodeOrVar::Var(variable(place as usize)),
            Node::Apply(op, args) => {
                let args: Vec<egg::Id> =
                    args[..op.info().arity].iter().map(|arg| places[arg]).collect();
                ENodeOrVar::ENode(Term::apply(op, &args))
            }
            leaf => ENodeOrVar::ENode(Term::leaf(leaf)),
        };
        places.insert(id, ast.add(node));
    }
    Pattern::new(ast)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Formula;

    fn derivative(text: &str, parameter: Option<usize>) -> String {
        let formula = Formula::parse(text).unwrap();
        assert_eq!(formula.notes(), [""; 0], "{text}");
        let derivatives = formula.derivatives();
        formula.print(parameter.map_or(derivatives.x, |place| derivatives.parameters[place]))
    }

    /// A derivative by x, or by the first parameter, and what it is after sharing.
    #[test]
    fn what_cancels_is_rewritten() {
        for (text, parameter, wanted) in [
            ("x/sqrt(1 + a*x^2) | a = 1, >= 0", None, "1/(sqrt(1 + a*x^2)*(1 + a*x^2))"),
            ("x - tanh(x)", None, "tanh(x)^2"),
            ("log(x + sqrt(x^2 + 1))", None, "1/sqrt(1 + x^2)"),
            ("log(cosh(x))", None, "tanh(x)"),
            ("x > 0 ? x : a*(exp(x/a) - 1)", None, "if x > 0 { 1 } else { exp(x/a) }"),
            (
                "1/(1 + exp(-x))*(1 - 1/(1 + exp(-x)))",
                None,
                "-(tanh(0.5*x)*(sigmoid(x)*sigmoid(-x)))",
            ),
            (
                "log(1 + exp(b*x))/b",
                Some(0),
                "(-(abs(b*x)*sigmoid(-abs(b*x))) - softplus(-abs(b*x)))/b^2",
            ),
        ] {
            assert_eq!(derivative(text, parameter), wanted, "{text}");
        }
    }

    #[test]
    fn the_same_text_has_the_same_form() {
        let text = "x*sigmoid(a*x) + b*log(1 + exp(x/b)) - x*tanh(x)";
        assert_eq!(derivative(text, Some(1)), derivative(text, Some(1)));
    }

    #[test]
    fn all_rules_compile() {
        assert_eq!(COMPILED.len(), RULES.len());
    }
}
