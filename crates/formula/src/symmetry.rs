//! Whether a function is odd or even: its mirror image in canonical form, compared with itself.

use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::recognise::recognise;

/// A symmetry of a function about x = 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Symmetry {
    /// f(-x) = f(x).
    Even,
    /// f(-x) = -f(x).
    Odd,
}

impl Graph {
    /// The symmetry of the expression at `root` in x, if its canonical form shows one: for all values
    /// of the parameters. `None` proves nothing.
    pub fn symmetry(&mut self, root: Id) -> Option<Symmetry> {
        let own = recognise(self, root);
        let image = self.mirrored(own);
        let image = recognise(self, image);
        let negated = self.simplified(Op::Neg, &[own]);
        let negated = recognise(self, negated);
        let [own, image, negated] = [own, image, negated].map(|id| self.sorted(id));
        match image {
            _ if image == own => Some(Symmetry::Even),
            _ if image == negated => Some(Symmetry::Odd),
            _ => None,
        }
    }

    /// The expression with the arguments of sums and products in one order.
    fn sorted(&mut self, root: Id) -> Id {
        self.remade(root, |graph, id, operation| {
            let Some((op, args)) = operation else { return id };
            let mut args = args.to_vec();
            if op.commutes() {
                args.sort_unstable();
            }
            graph.apply(op, &args)
        })
    }

    /// The expression with -x in the place of x, simplified.
    fn mirrored(&mut self, root: Id) -> Id {
        self.remade(root, |graph, id, operation| match (graph.node(id), operation) {
            // The mean of what is mirrored is mirrored, its variance is not.
            (Node::X | Node::Mean, _) => graph.simplified(Op::Neg, &[id]),
            (_, Some((op, args))) => graph.image_of(op, args),
            _ => id,
        })
    }

    /// `op` in canonical form, where an odd power passes the sign of its base on.
    fn image_of(&mut self, op: Op, args: &[Id]) -> Id {
        let odd = |n: f64| n.fract() == 0.0 && (n % 2.0).abs() == 1.0;
        if op == Op::Pow && self.value(args[1]).is_some_and(odd) {
            let (base, minus) = self.positive_part(args[0]);
            let power = self.simplified(op, &[base, args[1]]);
            return if minus { self.simplified(Op::Neg, &[power]) } else { power };
        }
        self.simplified(op, args)
    }
}
