//! Expressions back to text that the parser reads as the same expression.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::expr::{Graph, Id, Node};
use crate::op::Op;

/// Above this many nodes a shared sub-expression is printed once, as a binding.
const PLAIN: u64 = 32;

/// How tightly a piece of text holds together; a looser piece needs brackets in a tighter place.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Tightness {
    Choice,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// The expression at `root` as text; `names` are the formula's parameters.
pub(crate) fn print(graph: &Graph, root: Id, names: &[String]) -> String {
    let mut printer = Printer { graph, names, bound: HashMap::new() };
    let mut text = String::new();
    for (name, id) in bindings(graph, root, names, |_| 1) {
        let (body, _) = printer.render(id);
        let _ = write!(text, "{name} = {body}; ");
        printer.bound.insert(id, name);
    }
    text + &printer.render(root).0
}

/// Operations written more than once below a large `root`, in order of evaluation, with fresh names.
/// `repeats` says how often an operation is written with each of its arguments.
pub(crate) fn bindings(
    graph: &Graph,
    root: Id,
    names: &[String],
    repeats: impl Fn(Op) -> usize,
) -> Vec<(String, Id)> {
    if length(graph, root, &repeats) <= PLAIN {
        return Vec::new();
    }
    let reachable = graph.reachable(&[root]);
    let mut uses: HashMap<Id, usize> = HashMap::new();
    for id in reachable.iter().rev() {
        if let Some((op, args)) = graph.operation(*id) {
            // A comparison cannot be bound; its arguments are printed as often as it is.
            let times = if op.is_comparison() { uses.get(id).copied().unwrap_or(1) } else { 1 };
            for arg in args {
                *uses.entry(*arg).or_default() += times * repeats(op);
            }
        }
    }
    let fresh = (1..)
        .map(|number| format!("t{number}"))
        .filter(|name| !names.iter().any(|taken| taken == name));
    let shared = reachable.into_iter().filter(|id| {
        uses.get(id).is_some_and(|count| *count > 1)
            && graph.operation(*id).is_some_and(|(op, _)| !op.is_comparison())
    });
    fresh.zip(shared).collect()
}

/// How many nodes would be written if none had a name.
fn length(graph: &Graph, root: Id, repeats: &impl Fn(Op) -> usize) -> u64 {
    let mut lengths: HashMap<Id, u64> = HashMap::new();
    for id in graph.reachable(&[root]) {
        let below = graph.operation(id).map_or(0, |(op, args)| {
            let once = args.iter().fold(0u64, |sum, arg| sum.saturating_add(lengths[arg]));
            once.saturating_mul(repeats(op) as u64)
        });
        lengths.insert(id, below.saturating_add(1));
    }
    lengths[&root]
}

struct Printer<'a> {
    graph: &'a Graph,
    names: &'a [String],
    bound: HashMap<Id, String>,
}

impl Printer<'_> {
    fn render(&self, id: Id) -> (String, Tightness) {
        if let Some(name) = self.bound.get(&id) {
            return (name.clone(), Tightness::Atom);
        }
        let atom = |text: &str| (text.to_owned(), Tightness::Atom);
        match self.graph.node(id) {
            Node::X => atom("x"),
            Node::Gate => atom("gate"),
            Node::Mean => atom("mean(x)"),
            Node::Variance => atom("var(x)"),
            Node::Parameter(place) => atom(&self.names[place as usize]),
            Node::Constant(bits) => {
                let value = f64::from_bits(bits);
                let tight =
                    if value.is_sign_negative() { Tightness::Sign } else { Tightness::Atom };
                (number(value), tight)
            }
            Node::Apply(op, args) => self.operation(op, args),
        }
    }

    fn operation(&self, op: Op, [a, b, c]: [Id; 3]) -> (String, Tightness) {
        use Tightness::{Atom, Choice, Power, Product, Sign, Sum};
        let infix = |left, right, own: Tightness| {
            let (left, right) = (self.at_least(a, left), self.at_least(b, right));
            let sign = op.info().name;
            let text =
                if own == Sum { format!("{left} {sign} {right}") } else { left + sign + &right };
            (text, own)
        };
        match op {
            Op::Add | Op::Sub => infix(Sum, Product, Sum),
            Op::Mul | Op::Div => infix(Product, Sign, Product),
            Op::Pow => infix(Atom, Sign, Power),
            Op::Neg => (format!("-{}", self.at_least(a, Power)), Sign),
            Op::Less | Op::LessEqual | Op::Equal => {
                let (left, right) = (self.at_least(a, Sum), self.at_least(b, Sum));
                let flip = op != Op::Equal && self.graph.value(a).is_some();
                let text = match (flip, op) {
                    (true, Op::Less) => format!("{right} > {left}"),
                    (true, _) => format!("{right} >= {left}"),
                    (false, _) => format!("{left} {} {right}", op.info().name),
                };
                (text, Choice)
            }
            Op::Select => {
                let test = self.render(a).0;
                let (then, other) = (self.render(b).0, self.render(c).0);
                (format!("if {test} {{ {then} }} else {{ {other} }}"), Choice)
            }
            _ => {
                let args = [a, b, c];
                let args: Vec<String> =
                    args[..op.info().arity].iter().map(|arg| self.render(*arg).0).collect();
                (format!("{}({})", op.info().name, args.join(", ")), Atom)
            }
        }
    }

    fn at_least(&self, id: Id, wanted: Tightness) -> String {
        let (text, tightness) = self.render(id);
        if tightness < wanted { format!("({text})") } else { text }
    }
}

/// A number as the shortest text that reads back to the same bits.
pub fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value}")
    } else {
        format!("{value:?}")
    }
}
