//! Expression to steps: one step per node, each into a register of its own.

use std::collections::HashMap;

use super::{Code, Program, Source, Step, Uniform};
use crate::expr::{Graph, Id, Node};
use crate::op::Op;

/// Whole exponents up to this one become multiplications.
const LARGEST_WHOLE_POWER: f64 = 64.0;

/// The steps and uniforms of `outputs`, and where each output is found.
pub(super) fn lower(graph: &Graph, outputs: &[Id]) -> (Program, Vec<Source>) {
    let mut lowering = Lowering { graph, program: Program::default(), sources: HashMap::new() };
    for id in graph.reachable(outputs) {
        lowering.place(id);
    }
    let places = outputs.iter().map(|output| lowering.sources[output]).collect();
    (lowering.program, places)
}

struct Lowering<'a> {
    graph: &'a Graph,
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
                    self.step(op, sources)
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
        let into = self.program.registers;
        self.program.registers += 1;
        self.program.steps.push(Step { code: Code::Op(op), args: [a, b, c, a], into: [into; 2] });
        Source::Register(into)
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
