//! Whether a function is odd or even: its mirror image in canonical form, compared with itself.

use std::collections::HashMap;

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
        let mut done: HashMap<Id, Id> = HashMap::new();
        for id in self.reachable(&[root]) {
            let sorted = match self.operation(id) {
                Some((op, args)) => {
                    let mut args: Vec<Id> = args.iter().map(|arg| done[arg]).collect();
                    if op.commutes() {
                        args.sort_unstable();
                    }
                    self.apply(op, &args)
                }
                None => id,
            };
            done.insert(id, sorted);
        }
        done[&root]
    }

    /// The expression with -x in the place of x, simplified.
    fn mirrored(&mut self, root: Id) -> Id {
        let mut done: HashMap<Id, Id> = HashMap::new();
        for id in self.reachable(&[root]) {
            let image = match (self.node(id), self.operation(id)) {
                // The mean of what is mirrored is mirrored, its variance is not.
                (Node::X | Node::Mean, _) => self.simplified(Op::Neg, &[id]),
                (_, Some((op, args))) => {
                    let args: Vec<Id> = args.iter().map(|arg| done[arg]).collect();
                    self.image_of(op, &args)
                }
                _ => id,
            };
            done.insert(id, image);
        }
        done[&root]
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
