//! Expressions as a hash-consed graph: equal sub-expressions are one node.
//!
//! A [`Graph`] only ever grows, and a node's arguments always precede it, so ascending order of
//! [`Id`] is an order of evaluation and descending order one of differentiation.

use std::collections::{BTreeSet, HashMap};

use crate::Op;

/// A node of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(u32);

/// What stands at an [`Id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// A number, by its bits so that nodes can be compared and hashed.
    Constant(u64),
    /// The input `x`.
    X,
    /// The second input `gate`.
    Gate,
    /// A parameter, by its place in the formula's list.
    Parameter(u32),
    /// `mean(x)`: the mean of the channel that the element belongs to.
    Mean,
    /// `var(x)`: the biased variance of that channel.
    Variance,
    /// A primitive on as many arguments as it takes; the rest repeat the first.
    Apply(Op, [Id; 3]),
}

/// The values that the leaves of an expression take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Point<'a> {
    /// The value of `x`.
    pub x: f64,
    /// The value of `gate`.
    pub gate: f64,
    /// The values of the parameters, in the formula's order.
    pub parameters: &'a [f64],
    /// The value of `mean(x)`.
    pub mean: f64,
    /// The value of `var(x)`.
    pub variance: f64,
}

/// A growing set of expressions over one list of parameters.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    index: HashMap<Node, Id>,
}

impl Graph {
    /// The node of `node`, made if it is new.
    ///
    /// # Panics
    /// If the graph would have 2^32 nodes, which no accepted text comes near.
    pub fn intern(&mut self, node: Node) -> Id {
        *self.index.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            Id(u32::try_from(self.nodes.len() - 1).expect("a graph is bounded far below 2^32"))
        })
    }

    /// A number.
    pub fn constant(&mut self, value: f64) -> Id {
        self.intern(Node::Constant(value.to_bits()))
    }

    /// `op` on `args`, exactly as given: nothing is simplified.
    ///
    /// # Panics
    /// If the number of arguments is not the arity of `op`.
    pub fn apply(&mut self, op: Op, args: &[Id]) -> Id {
        assert_eq!(args.len(), op.info().arity, "`{}` takes another number", op.info().name);
        let at = |place: usize| *args.get(place).unwrap_or(&args[0]);
        self.intern(Node::Apply(op, [at(0), at(1), at(2)]))
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What stands at `id`.
    pub fn node(&self, id: Id) -> Node {
        self.nodes[id.0 as usize]
    }

    /// The operation and its arguments, unless `id` is a leaf.
    pub fn operation(&self, id: Id) -> Option<(Op, &[Id])> {
        match &self.nodes[id.0 as usize] {
            Node::Apply(op, args) => Some((*op, &args[..op.info().arity])),
            _ => None,
        }
    }

    /// The arguments of `op` if that is what stands at `id`.
    pub fn matches(&self, id: Id, op: Op) -> Option<[Id; 3]> {
        match self.node(id) {
            Node::Apply(found, args) if found == op => Some(args),
            _ => None,
        }
    }

    /// The number at `id`, if it is one.
    pub fn value(&self, id: Id) -> Option<f64> {
        match self.node(id) {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Every node below `roots`, themselves included, in order of evaluation.
    pub fn reachable(&self, roots: &[Id]) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            if found.insert(id)
                && let Some((_, args)) = self.operation(id)
            {
                open.extend_from_slice(args);
            }
        }
        found
    }

    /// The expression at `root`, made anew from the leaves up: `make` is given each node, and of an
    /// operation the arguments as they were made.
    pub(crate) fn remade(
        &mut self,
        root: Id,
        mut make: impl FnMut(&mut Graph, Id, Option<(Op, &[Id])>) -> Id,
    ) -> Id {
        let mut made: HashMap<Id, Id> = HashMap::new();
        for id in self.reachable(&[root]) {
            let new = match self.operation(id) {
                None => make(self, id, None),
                Some((op, args)) => {
                    let args: Vec<Id> = args.iter().map(|arg| made[arg]).collect();
                    make(self, id, Some((op, &args)))
                }
            };
            made.insert(id, new);
        }
        made[&root]
    }

    /// Whether `leaf` occurs below `root`.
    pub fn contains(&self, root: Id, leaf: Node) -> bool {
        self.index.get(&leaf).is_some_and(|id| self.reachable(&[root]).contains(id))
    }

    /// The value of the expression at `point`, in scalar f64: for plots and constants.
    ///
    /// # Panics
    /// If the point has fewer parameters than the expression.
    pub fn evaluate(&self, root: Id, point: &Point) -> f64 {
        let mut values: HashMap<Id, f64> = HashMap::new();
        for id in self.reachable(&[root]) {
            let value = match self.node(id) {
                Node::Constant(bits) => f64::from_bits(bits),
                Node::X => point.x,
                Node::Gate => point.gate,
                Node::Parameter(place) => point.parameters[place as usize],
                Node::Mean => point.mean,
                Node::Variance => point.variance,
                Node::Apply(op, [a, b, c]) => (op.info().value)(values[&a], values[&b], values[&c]),
            };
            values.insert(id, value);
        }
        values[&root]
    }
}
