//! Reverse-mode differentiation: one sweep from the result to the leaves.
//!
//! Each primitive's derivative comes from its row in [`crate::op`]. Three kinds have none there and
//! are written here: a choice passes the gradient to the side it takes, so that the other side
//! cannot turn it into NaN; `min` and `max` are choices in disguise.

use std::collections::{BTreeSet, HashMap};

use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::parse::template;
use crate::recognise::recognise;

/// How derivatives are written down.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// Canonical and recognised: what engines compute.
    Stable,
    /// As the chain rule has it, and not one constant folded: right to any number of digits.
    Textbook,
}

/// ∂`root`/∂`leaf` for each of `leaves`.
pub(crate) fn gradients(graph: &mut Graph, root: Id, leaves: &[Id], form: Form) -> Vec<Id> {
    let active = depending_on(graph, root, leaves);
    let mut adjoints: HashMap<Id, Id> = HashMap::from([(root, graph.constant(1.0))]);
    let mut sweep = Sweep { graph, form };
    for id in active.iter().rev() {
        let Some(adjoint) = adjoints.get(id).copied() else { continue };
        let Some((op, args)) = sweep.graph.operation(*id) else { continue };
        let args = args.to_vec();
        for (place, arg) in args.iter().enumerate().filter(|(_, arg)| active.contains(arg)) {
            let share = match op {
                Op::Select => sweep.share_of_choice(&args, place, adjoint),
                Op::Min | Op::Max => sweep.share_of_extreme(op, &args, place, adjoint),
                _ => sweep.share_of_primitive(op, &args, place, *id, adjoint),
            };
            // What only decides has no share, whatever comes from behind it.
            if sweep.graph.value(share) == Some(0.0) {
                continue;
            }
            let total = match adjoints.get(arg) {
                Some(sum) => sweep.apply(Op::Add, &[*sum, share]),
                None => share,
            };
            adjoints.insert(*arg, total);
        }
    }
    let zero = graph.constant(0.0);
    leaves
        .iter()
        .map(|leaf| {
            let adjoint = adjoints.get(leaf).copied().unwrap_or(zero);
            if form == Form::Stable { recognise(graph, adjoint) } else { adjoint }
        })
        .collect()
}

impl Graph {
    /// ∂`root`/∂`leaf` in stable form, with all other leaves held fixed.
    pub fn derivative(&mut self, root: Id, leaf: Node) -> Id {
        let leaf = self.intern(leaf);
        gradients(self, root, &[leaf], Form::Stable)[0]
    }
}

/// The nodes below `root` through which a leaf can change it.
fn depending_on(graph: &Graph, root: Id, leaves: &[Id]) -> BTreeSet<Id> {
    let mut active = BTreeSet::new();
    for id in graph.reachable(&[root]) {
        let below = graph.operation(id);
        if leaves.contains(&id)
            || below.is_some_and(|(_, args)| args.iter().any(|arg| active.contains(arg)))
        {
            active.insert(id);
        }
    }
    active
}

struct Sweep<'a> {
    graph: &'a mut Graph,
    form: Form,
}

impl Sweep<'_> {
    fn apply(&mut self, op: Op, args: &[Id]) -> Id {
        match self.form {
            Form::Stable => self.graph.simplified(op, args),
            Form::Textbook => self.graph.apply(op, args),
        }
    }

    fn share_of_primitive(&mut self, op: Op, args: &[Id], place: usize, y: Id, adjoint: Id) -> Id {
        let text = op.info().derivative[place];
        let names = [("a", args[0]), ("b", *args.get(1).unwrap_or(&args[0])), ("y", y)];
        let derivative = template(self.graph, text, &names, self.form == Form::Stable)
            .unwrap_or_else(|error| panic!("derivative of `{}`: {error}", op.info().name));
        self.product(adjoint, derivative)
    }

    /// `a*b`, where a choice that contributes nothing on one side is not multiplied there: 0·∞ is NaN.
    fn product(&mut self, a: Id, b: Id) -> Id {
        let zero = self.graph.constant(0.0);
        if a == zero || b == zero {
            return zero;
        }
        for (choice, other) in [(a, b), (b, a)] {
            let Some([test, then, otherwise]) = self.graph.matches(choice, Op::Select) else {
                continue;
            };
            if then == zero || otherwise == zero {
                let then = if then == zero { zero } else { self.product(then, other) };
                let otherwise =
                    if otherwise == zero { zero } else { self.product(otherwise, other) };
                return self.apply(Op::Select, &[test, then, otherwise]);
            }
        }
        self.apply(Op::Mul, &[a, b])
    }

    fn share_of_choice(&mut self, args: &[Id], place: usize, adjoint: Id) -> Id {
        let zero = self.graph.constant(0.0);
        match place {
            0 => zero,
            1 => self.apply(Op::Select, &[args[0], adjoint, zero]),
            _ => self.apply(Op::Select, &[args[0], zero, adjoint]),
        }
    }

    /// `max(a, b)` is `if a > b { a } else { b }` and `min(a, b)` is `if a > b { b } else { a }`, where
    /// a is the side that sees the input. So `max(0, x)` has derivative 0 at 0, and
    /// `max(0, x) + alpha*min(0, x)` has alpha.
    fn share_of_extreme(&mut self, op: Op, args: &[Id], place: usize, adjoint: Id) -> Id {
        let seeing = usize::from(self.graph.varies(args[1]) && !self.graph.varies(args[0]));
        let test = self.apply(Op::Less, &[args[1 - seeing], args[seeing]]);
        let taken_if_larger = (place == seeing) == (op == Op::Max);
        self.share_of_choice(&[test], if taken_if_larger { 1 } else { 2 }, adjoint)
    }
}
