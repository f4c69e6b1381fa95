//! Expression to steps: one step per node, each into a register of its own.

use std::collections::HashMap;

use super::checks::{Asked, Checks};
use super::{Check, Code, Program, Source, Step, Uniform};
use crate::expr::{Graph, Id, Node};
use crate::op::Op;

/// Whole exponents up to this one become multiplications.
const LARGEST_WHOLE_POWER: f64 = 64.0;

/// The steps and uniforms of `outputs`, and where each output is found.
pub(super) fn lower(
    graph: &Graph,
    outputs: &[Id],
    checks: Option<&Checks>,
) -> (Program, Vec<Source>) {
    let (program, sources) = (Program::default(), HashMap::new());
    let mut lowering = Lowering { graph, checks, program, sources };
    for id in graph.reachable(outputs) {
        lowering.place(id);
    }
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
                    let against = self.sources[&against];
                    let code = Code::Check(Check::Uncancelled(bits));
                    self.push(code, [value, against, value, value])
                }
                Asked::UncancelledBy { bits, number } => {
                    let code = Code::Check(Check::Uncancelled(bits));
                    self.push(code, [value, Source::Constant(number), value, value])
                }
                Asked::InRange => self.push(Code::Check(Check::InRange), [value; 4]),
                Asked::Ordered { a, b } => {
                    // ∞ - ∞ is NaN.
                    let [a, b] = [a, b].map(|side| self.sources[&side]);
                    let difference = self.push(Code::Op(Op::Sub), [a, b, a, a]);
                    self.push(Code::KeepNan, [value, difference, value, value])
                }
                Asked::KeepNan { of } => {
                    let of = self.sources[&of];
                    self.push(Code::KeepNan, [value, of, value, value])
                }
            };
        }
        value
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

/// Replaces powers with a whole exponent by multiplications.
pub(super) fn lowered(graph: &mut Graph, roots: &[Id]) -> Vec<Id> {
    let mut done: HashMap<Id, Id> = HashMap::new();
    for id in graph.reachable(roots) {
        let new = match graph.operation(id) {
            None => id,
            Some((op, args)) => {
                let args: Vec<Id> = args.iter().map(|arg| done[arg]).collect();
                let exponent = args.get(1).and_then(|b| graph.value(*b));
                match exponent {
                    Some(n)
                        if op == Op::Pow
                            && n.fract() == 0.0
                            && n != 0.0
                            && n.abs() <= LARGEST_WHOLE_POWER =>
                    {
                        whole_power(graph, args[0], n)
                    }
                    _ => graph.apply(op, &args),
                }
            }
        };
        done.insert(id, new);
    }
    roots.iter().map(|root| done[root]).collect()
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
