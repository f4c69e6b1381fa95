//! Expression to steps: one step per node, each into a register of its own.

use std::collections::HashMap;

use super::checks::{Asked, Checks, DECIDED, MAGNIFIED, Spare};
use super::{Check, Code, Program, Source, Step, Uniform};
use crate::expr::{Graph, Id, Node};
use crate::op::Op;
use crate::rounding;

/// Whole exponents up to this one become multiplications.
const LARGEST_WHOLE_POWER: f64 = 64.0;
/// Powers of two up to this one, 2^16, and their reciprocals change places in products.
const LARGEST_SHIFT: f64 = 65536.0;

/// The steps and uniforms of `outputs`, and where each output is found.
pub(super) fn lower(
    graph: &Graph,
    outputs: &[Id],
    checks: Option<&Checks>,
) -> (Program, Vec<Source>) {
    let (program, sources) = (Program::default(), HashMap::new());
    let mut lowering = Lowering { graph, checks, program, sources };
    lowering.place_all(outputs);
    let places = outputs.iter().map(|output| lowering.output(*output)).collect();
    (lowering.program, places)
}

struct Lowering<'a> {
    graph: &'a Graph,
    checks: Option<&'a Checks>,
    program: Program,
    sources: HashMap<Id, Source>,
}

impl Lowering<'_> {
    /// Places what is below `roots` and has no place yet.
    fn place_all(&mut self, roots: &[Id]) {
        for id in self.graph.reachable(roots) {
            if !self.sources.contains_key(&id) {
                self.place(id);
            }
        }
    }

    fn place(&mut self, id: Id) {
        let source = match self.graph.node(id) {
            Node::X => Source::X,
            Node::Gate => Source::Gate,
            Node::Constant(bits) => Source::Constant(f64::from_bits(bits)),
            Node::Parameter(place) => self.uniform(Uniform::Parameter(place as usize)),
            Node::Mean => self.uniform(Uniform::Mean),
            Node::Variance => self.uniform(Uniform::Variance),
            Node::Apply(op, args) => {
                let sources = args.map(|arg| self.sources[&arg]);
                if sources[..op.info().arity].iter().any(Source::varies) {
                    let value = self.step(op, sources);
                    self.checked(id, value)
                } else {
                    let places = sources.map(|source| self.uniform_place(source));
                    self.uniform(Uniform::Apply(op, places))
                }
            }
        };
        self.sources.insert(id, source);
    }

    fn step(&mut self, op: Op, [a, b, c]: [Source; 3]) -> Source {
        // A division by what is the same for all elements is done once for all of them.
        let (op, b) = match (op, b) {
            (Op::Div, Source::Uniform(_)) => {
                let one = self.uniform_place(Source::Constant(1.0));
                let place = self.uniform_place(b);
                (Op::Mul, self.uniform(Uniform::Apply(Op::Div, [one, place, one])))
            }
            other => other,
        };
        self.push(Code::Op(op), [a, b, c, a])
    }

    fn push(&mut self, code: Code, args: [Source; 4]) -> Source {
        let into = self.program.registers;
        self.program.registers += 1;
        self.program.steps.push(Step { code, args, into: [into; 2] });
        Source::Register(into)
    }

    /// The value of a node after what the checks ask of it.
    fn checked(&mut self, id: Id, mut value: Source) -> Source {
        let Some(checks) = self.checks else { return value };
        for asked in checks.of(id) {
            value = match *asked {
                Asked::Uncancelled { bits, against } => {
                    let against = self.size(against);
                    let code = Code::Check(Check::Uncancelled(bits));
                    self.push(code, [value, against, value, value])
                }
                Asked::UncancelledBy { bits, number } => {
                    let code = Code::Check(Check::Uncancelled(bits));
                    self.push(code, [value, Source::Constant(number), value, value])
                }
                Asked::InRange => self.push(Code::Check(Check::InRange), [value; 4]),
                Asked::Restored { by } => {
                    let by = self.sources[&by];
                    self.push(Code::Check(Check::Restored), [value, by, value, value])
                }
                Asked::Ordered { a, b } => {
                    // ∞ - ∞ is NaN.
                    let [a, b] = [a, b].map(|side| self.sources[&side]);
                    let difference = self.push(Code::Op(Op::Sub), [a, b, a, a]);
                    self.push(Code::KeepNan, [value, difference, value, value])
                }
                Asked::Decided { a, b } => {
                    let [a, b] = [a, b].map(|side| self.sources[&side]);
                    let difference = self.push(Code::Op(Op::Sub), [a, b, a, a]);
                    let code = Code::Check(Check::Uncancelled(Spare::alike(DECIDED)));
                    let decided = self.push(code, [difference, b, b, b]);
                    self.push(Code::KeepNan, [value, decided, value, value])
                }
                Asked::Signed { a, size, bits } => {
                    let (a, size) = (self.sources[&a], self.size(size));
                    let code = Code::Check(Check::Uncancelled(bits));
                    let decided = self.push(code, [a, size, a, a]);
                    self.push(Code::KeepNan, [value, decided, value, value])
                }
                Asked::AboveMinusOne { a } => {
                    let a = self.sources[&a];
                    let one = Source::Constant(1.0);
                    let sum = self.push(Code::Op(Op::Add), [one, a, one, one]);
                    let code = Code::Check(Check::Uncancelled(Spare::alike(MAGNIFIED)));
                    let found = self.push(code, [sum, a, sum, sum]);
                    self.push(Code::KeepNan, [value, found, value, value])
                }
                Asked::Moderate { a } => self.moderate(value, self.sources[&a]),
                Asked::ModerateProduct { a } => {
                    let a = self.sources[&a];
                    let product = self.push(Code::Op(Op::Mul), [value, a, value, value]);
                    self.moderate(value, product)
                }
                Asked::KeepNan { of } => {
                    let of = self.sources[&of];
                    self.push(Code::KeepNan, [value, of, value, value])
                }
            };
        }
        value
    }

    /// What a value is held against, of which the results need not be made.
    fn size(&mut self, id: Id) -> Source {
        self.place_all(&[id]);
        self.sources[&id]
    }

    /// The value, unless `size` is so large that it is in doubt.
    fn moderate(&mut self, value: Source, size: Source) -> Source {
        let one = Source::Constant(1.0);
        let code = Code::Check(Check::Uncancelled(Spare::alike(MAGNIFIED)));
        let found = self.push(code, [one, size, one, one]);
        self.push(Code::KeepNan, [value, found, value, value])
    }

    fn output(&mut self, id: Id) -> Source {
        let value = self.sources[&id];
        match self.checks {
            Some(checks) if value.varies() && checks.may_overflow(id) => {
                self.push(Code::Check(Check::Finite), [value; 4])
            }
            _ => value,
        }
    }

    fn uniform(&mut self, uniform: Uniform) -> Source {
        let uniforms = &mut self.program.uniforms;
        let known = uniforms.iter().position(|known| *known == uniform);
        Source::Uniform(known.unwrap_or_else(|| {
            uniforms.push(uniform);
            uniforms.len() - 1
        }))
    }

    fn uniform_place(&mut self, source: Source) -> usize {
        let source = match source {
            Source::Constant(value) => self.uniform(Uniform::Constant(value)),
            other => other,
        };
        match source {
            Source::Uniform(place) => place,
            _ => unreachable!("a uniform has uniform arguments"),
        }
    }
}

/// The expressions at `roots` in a graph of their own: powers with a whole exponent are multiplications,
/// and what may stand in any order stands in one. So texts that say the same have the same program,
/// whatever was written first.
pub(super) fn lowered(graph: &Graph, roots: &[Id]) -> (Graph, Vec<Id>) {
    let hashes = hashes(graph, roots);
    let mut new = Graph::default();
    let mut done: HashMap<Id, Id> = HashMap::new();
    let mut open: Vec<(Id, bool)> = roots.iter().rev().map(|root| (*root, false)).collect();
    while let Some((id, are_args_done)) = open.pop() {
        if done.contains_key(&id) {
            continue;
        }
        let Some((op, args)) = graph.operation(id) else {
            done.insert(id, new.intern(graph.node(id)));
            continue;
        };
        let mut args = args.to_vec();
        if op.commutes() {
            args.sort_by_key(|arg| (rank(graph.node(*arg)), hashes[arg]));
        }
        if !are_args_done {
            open.push((id, true));
            open.extend(args.iter().rev().map(|arg| (*arg, false)));
            continue;
        }
        let exponent = args.get(1).and_then(|b| graph.value(*b));
        let args: Vec<Id> = args.iter().map(|arg| done[arg]).collect();
        let node = match exponent {
            Some(n) if op == Op::Pow && is_whole(n) => whole_power(&mut new, args[0], n),
            _ if op == Op::Mul => product(&mut new, [args[0], args[1]]),
            _ => new.apply(op, &args),
        };
        done.insert(id, node);
    }
    let roots = roots.iter().map(|root| done[root]).collect();
    (new, roots)
}

/// A product; one by a small power of two goes to the factor that is the same for all elements, where there is
/// one: 2·(u·x) is (2·u)·x to the last bit, but at the ends of f64, and one step less.
fn product(graph: &mut Graph, [a, b]: [Id; 2]) -> Id {
    let small = LARGEST_SHIFT.recip()..=LARGEST_SHIFT;
    let is_shift = |factor: f64| rounding::is_power_of_two(factor) && small.contains(&factor.abs());
    let is_shift = graph.value(a).is_some_and(is_shift);
    if let Some([p, q, _]) = graph.matches(b, Op::Mul).filter(|_| is_shift)
        && graph.varies(p) != graph.varies(q)
    {
        let [uniform, other] = if graph.varies(p) { [q, p] } else { [p, q] };
        let uniform = graph.apply(Op::Mul, &[a, uniform]);
        return graph.apply(Op::Mul, &[other, uniform]);
    }
    graph.apply(Op::Mul, &[a, b])
}

/// Numbers and parameters before inputs, and those before operations.
fn rank(node: Node) -> u8 {
    match node {
        Node::Constant(_) => 0,
        Node::Parameter(_) => 1,
        Node::Mean | Node::Variance => 2,
        Node::X => 3,
        Node::Gate => 4,
        Node::Apply(..) => 5,
    }
}

/// A number for each expression below `roots` that depends on nothing but what it says.
fn hashes(graph: &Graph, roots: &[Id]) -> HashMap<Id, u64> {
    // FNV-1a over words.
    let mix =
        |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29);
    let mut found: HashMap<Id, u64> = HashMap::new();
    for id in graph.reachable(roots) {
        let node = graph.node(id);
        let start = mix(0xcbf2_9ce4_8422_2325, u64::from(rank(node)));
        let hash = match node {
            Node::Constant(bits) => mix(start, bits),
            Node::Parameter(place) => mix(start, u64::from(place)),
            Node::Variance => mix(start, 1),
            Node::Mean | Node::X | Node::Gate => start,
            Node::Apply(op, args) => {
                let mut below: Vec<u64> =
                    args[..op.info().arity].iter().map(|arg| found[arg]).collect();
                if op.commutes() {
                    below.sort_unstable();
                }
                below.into_iter().fold(mix(start, op as u64), mix)
            }
        };
        found.insert(id, hash);
    }
    found
}

fn is_whole(exponent: f64) -> bool {
    exponent.fract() == 0.0 && exponent != 0.0 && exponent.abs() <= LARGEST_WHOLE_POWER
}

fn whole_power(graph: &mut Graph, base: Id, exponent: f64) -> Id {
    let (mut result, mut square, mut left) = (None, base, exponent.abs() as u32);
    loop {
        if left & 1 == 1 {
            result = Some(match result {
                Some(product) => graph.apply(Op::Mul, &[product, square]),
                None => square,
            });
        }
        left >>= 1;
        if left == 0 {
            break;
        }
        square = graph.apply(Op::Mul, &[square, square]);
    }
    let power = result.unwrap_or(base);
    if exponent > 0.0 {
        return power;
    }
    let one = graph.constant(1.0);
    graph.apply(Op::Div, &[one, power])
}
