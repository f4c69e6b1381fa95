//! Which sums to ask whether they have cancelled, and what to hold them against.
//!
//! What rounding has done to a sum on the way to it is a share of what the sum would be if no sign
//! were in it: of its *size*, as in running error analysis (Higham, Accuracy and Stability of
//! Numerical Algorithms, 2nd edition, section 3.3). So of sums in sums, products and quotients only
//! the last is asked, and what has cancelled in one is no doubt where another term is larger by far.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::expr::{Graph, Id};
use crate::op::Op;
use crate::rounding::{Traits, magnifies};

/// The arguments whose relative errors become those of the result, and none much larger where it is no
/// sum.
pub(super) fn passes(op: Op, args: &[Id]) -> &[Id] {
    match op {
        Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Neg | Op::Abs => args,
        Op::Select => &args[1..],
        _ => &[],
    }
}

/// The arguments that must be good by themselves: of a function, of a choice.
pub(super) fn needs(op: Op, args: &[Id]) -> &[Id] {
    match op {
        Op::Select => &args[..1],
        // Whether a sign is the right one is a question of its own.
        Op::Sign => &[],
        _ if passes(op, args).is_empty() => args,
        _ => &[],
    }
}

/// What values are held against.
#[derive(Default)]
pub(super) struct Terms {
    /// By the sum that is asked.
    pub(super) of_sums: BTreeMap<Id, Id>,
    /// By the sign: what its argument is held against.
    pub(super) of_signs: BTreeMap<Id, Id>,
}

/// What each sum that may lose bits, and what a sign is taken of, is to be held against; of all `nodes`,
/// where arguments come first.
pub(super) fn terms(
    graph: &mut Graph,
    nodes: &BTreeSet<Id>,
    outputs: &[Id],
    known: &HashMap<Id, Traits>,
) -> Terms {
    let doubtful = doubtful(graph, nodes, known);
    let asked = asked(graph, nodes, outputs, &doubtful);
    let signs: Vec<[Id; 2]> = nodes
        .iter()
        .filter_map(|id| graph.matches(*id, Op::Sign).map(|[arg, ..]| [*id, arg]))
        .filter(|[_, arg]| doubtful.contains(arg))
        .collect();
    let mut sizes = Sizes { doubtful: &doubtful, known, found: HashMap::new() };
    let mut against = BTreeMap::new();
    for id in asked {
        let Some((_, &[a, b])) = graph.operation(id) else { continue };
        let term = if doubtful.contains(&a) || doubtful.contains(&b) {
            sizes.of(graph, id)
        } else if graph.matches(b, Op::Mul).is_some() {
            // Where much cancels the terms are alike; a product goes on into the sum's step.
            a
        } else {
            b
        };
        against.insert(id, term);
    }
    let signs = signs.into_iter().map(|[id, arg]| (id, sizes.of(graph, arg))).collect();
    Terms { of_sums: against, of_signs: signs }
}

/// The values that may have lost bits in a sum.
fn doubtful(graph: &Graph, nodes: &BTreeSet<Id>, known: &HashMap<Id, Traits>) -> HashSet<Id> {
    let mut found = HashSet::new();
    for id in nodes.iter().filter(|id| graph.varies(**id)) {
        let Some((op, args)) = graph.operation(*id) else { continue };
        let traits: Vec<Traits> = args.iter().map(|arg| known[arg]).collect();
        let cancels = matches!(op, Op::Add | Op::Sub) && magnifies(op, &traits);
        if cancels || passes(op, args).iter().any(|arg| found.contains(arg)) {
            found.insert(*id);
        }
    }
    found
}

/// The sums that results, functions and choices need as they are.
fn asked(
    graph: &Graph,
    nodes: &BTreeSet<Id>,
    outputs: &[Id],
    doubtful: &HashSet<Id>,
) -> BTreeSet<Id> {
    let operations = nodes.iter().filter_map(|id| graph.operation(*id));
    // Of a denominator of which nothing is left no size says what the quotient has lost.
    let asks = |(op, args): (Op, &'_ [Id])| match op {
        Op::Div => vec![args[1]],
        _ => needs(op, args).to_vec(),
    };
    let mut open: Vec<Id> = operations.flat_map(asks).collect();
    open.extend(outputs);
    let (mut seen, mut found) = (HashSet::new(), BTreeSet::new());
    while let Some(id) = open.pop() {
        if !doubtful.contains(&id) || !seen.insert(id) {
            continue;
        }
        match graph.operation(id) {
            Some((Op::Add | Op::Sub, _)) => _ = found.insert(id),
            Some((op, args)) => open.extend(passes(op, args)),
            None => {}
        }
    }
    found
}

/// The sizes that have been asked for.
struct Sizes<'a> {
    doubtful: &'a HashSet<Id>,
    known: &'a HashMap<Id, Traits>,
    found: HashMap<Id, Id>,
}

impl Sizes<'_> {
    fn of(&mut self, graph: &mut Graph, value: Id) -> Id {
        for id in graph.reachable(&[value]) {
            if !self.found.contains_key(&id) {
                let size = self.made(graph, id);
                self.found.insert(id, size);
            }
        }
        self.found[&value]
    }

    /// The size of a value whose arguments have theirs.
    fn made(&self, graph: &mut Graph, id: Id) -> Id {
        let operation = graph.operation(id).map(|(op, args)| (op, args.to_vec()));
        let is_doubtful = self.doubtful.contains(&id);
        // A product goes on into the step of a sum of sizes.
        let Some((op, args)) = operation.filter(|(op, _)| is_doubtful || *op == Op::Mul) else {
            return self.magnitude(graph, id);
        };
        let of = |arg: Id| self.found[&arg];
        match op {
            Op::Mul if self.is_positive(id) && !is_doubtful => id,
            Op::Add | Op::Sub => graph.apply(Op::Add, &[of(args[0]), of(args[1])]),
            Op::Mul => graph.apply(Op::Mul, &[of(args[0]), of(args[1])]),
            Op::Div => self.of_quotient(graph, id, [args[0], args[1]]),
            Op::Select => graph.apply(Op::Select, &[args[0], of(args[1]), of(args[2])]),
            _ => of(args[0]),
        }
    }

    /// The size of a denominator is a multiple of its magnitude, and so is that of the quotient.
    fn of_quotient(&self, graph: &mut Graph, id: Id, [a, b]: [Id; 2]) -> Id {
        let [of_a, of_b] = [a, b].map(|arg| self.found[&arg]);
        let by = self.magnitude(graph, b);
        let of_this = if self.doubtful.contains(&a) {
            graph.apply(Op::Div, &[of_a, by])
        } else {
            self.magnitude(graph, id)
        };
        if !self.doubtful.contains(&b) {
            return of_this;
        }
        let times = if graph.value(a) == Some(1.0) {
            let reciprocal = self.magnitude(graph, id);
            graph.apply(Op::Mul, &[of_b, reciprocal])
        } else {
            graph.apply(Op::Div, &[of_b, by])
        };
        graph.apply(Op::Mul, &[times, of_this])
    }

    fn is_positive(&self, id: Id) -> bool {
        self.known[&id].range.low >= 0.0
    }

    fn magnitude(&self, graph: &mut Graph, id: Id) -> Id {
        match graph.value(id) {
            Some(number) => graph.constant(number.abs()),
            // What is the same for all elements costs nothing, and a parameter may be anything.
            None if graph.varies(id) && self.is_positive(id) => id,
            None if graph.matches(id, Op::Sign).is_some() => graph.constant(1.0),
            None => graph.apply(Op::Abs, &[id]),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Check, Code, Formula, Op, Programs};

    /// How many questions about lost bits the program of a formula asks, and how many divisions it has.
    fn counted(text: &str, is_backward: bool) -> [usize; 2] {
        let formula = Formula::parse(text).unwrap();
        let Programs { forward, backward, .. } = Programs::of(&formula);
        let program = if is_backward { backward } else { forward }.checked(&formula).program;
        let count = |is: fn(Code) -> bool| program.steps.iter().filter(|s| is(s.code)).count();
        let questions = count(|code| matches!(code, Code::Check(Check::Uncancelled(_))));
        [questions, count(|code| code == Code::Op(Op::Div))]
    }

    #[test]
    fn only_the_last_of_nested_sums_is_asked() {
        let pau = "poly(a, x)/(1 + |x*poly(b, x)|) | a = [1, 2, 3, 4, 5, 6], b = [1, 2, 3, 4]";
        assert_eq!(counted(pau, false), [2, 1]);
        // Those two, dx, and the sign that belongs to the derivative of an absolute value.
        assert_eq!(counted(pau, true), [4, 2]);
        // What a function is called for is asked, and so is what decides.
        assert_eq!(counted("x - tanh(x*(1 - a*x)) | a = 1", false), [2, 0]);
        assert_eq!(counted("if x^2 > a + x { a - x^2 } else { x } | a = 1", false), [2, 0]);
        // Neither terms of one sign nor numbers as they are given lose anything.
        assert_eq!(counted("x^2 + exp(x) + |x - a| | a = 1", false), [0, 0]);
    }
}
