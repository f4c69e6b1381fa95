//! Straight-line code: what the engines run.
//!
//! A program has two parts. Its *uniforms* depend on parameters and statistics alone and are
//! computed once per channel; its *steps* depend on the input and run for every element, over
//! registers that are reused as soon as their value is dead.

use std::collections::HashMap;
use std::fmt;

use crate::expr::{Graph, Id, Node};
use crate::op::Op;

/// Whole exponents up to this one become multiplications.
const LARGEST_WHOLE_POWER: f64 = 64.0;

/// Straight-line code for one or more outputs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// Values that are the same for all elements of a channel, in order of evaluation.
    pub uniforms: Vec<Uniform>,
    /// What runs for every element.
    pub steps: Vec<Step>,
    /// How many registers the steps use.
    pub registers: usize,
    /// Where each output is found after the last step.
    pub outputs: Vec<Output>,
}

/// A value per channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Uniform {
    /// A parameter, by its place in the formula's list.
    Parameter(usize),
    /// The mean of the channel.
    Mean,
    /// The biased variance of the channel.
    Variance,
    /// A number.
    Constant(f64),
    /// A primitive on earlier uniforms, by their places; unused ones repeat the first.
    Apply(Op, [usize; 3]),
}

/// One operation on every element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The primitive.
    pub op: Op,
    /// Its arguments; unused ones repeat the first.
    pub args: [Source; 3],
    /// The register that takes the result; it may be one of the arguments.
    pub into: usize,
}

/// Where a step finds an argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// The input.
    X,
    /// The second input.
    Gate,
    /// A value per channel.
    Uniform(usize),
    /// A number.
    Constant(f64),
    /// A register.
    Register(usize),
}

/// One result of a program.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Output {
    /// Where it is found.
    pub source: Source,
    /// Whether NaN in `x` might not reach it by itself, because a choice or a constant hides it.
    pub guard: bool,
    /// The same for NaN in `gate`, where there is one.
    pub guard_gate: bool,
}

impl Program {
    /// Compiles `outputs`; equal sub-expressions are computed once.
    pub fn compile(graph: &Graph, outputs: &[Id]) -> Program {
        let mut graph = graph.clone();
        let outputs: Vec<Id> = lowered(&mut graph, outputs);
        let gated = outputs.iter().any(|output| graph.contains(*output, Node::Gate));
        let mut compiler = Compiler { graph: &graph, ..Compiler::new(&graph) };
        let needed = graph.reachable(&outputs);
        let mut last_use: HashMap<Id, Id> = HashMap::new();
        for id in &needed {
            if let Some((_, args)) = graph.operation(*id) {
                last_use.extend(args.iter().map(|arg| (*arg, *id)));
            }
        }
        for id in &needed {
            compiler.place(*id, &last_use, &outputs);
        }
        let results = outputs
            .iter()
            .map(|id| Output {
                source: compiler.sources[id],
                guard: !carries_nan(&graph, *id, Node::X),
                guard_gate: gated && !carries_nan(&graph, *id, Node::Gate),
            })
            .collect();
        Program { outputs: results, ..compiler.program }
    }
}

struct Compiler<'a> {
    graph: &'a Graph,
    program: Program,
    sources: HashMap<Id, Source>,
    free: Vec<usize>,
}

impl<'a> Compiler<'a> {
    fn new(graph: &'a Graph) -> Self {
        let (program, sources) = (Program::default(), HashMap::new());
        Compiler { graph, program, sources, free: Vec::new() }
    }

    fn place(&mut self, id: Id, last_use: &HashMap<Id, Id>, outputs: &[Id]) {
        let source = match self.graph.node(id) {
            Node::X => Source::X,
            Node::Gate => Source::Gate,
            Node::Constant(bits) => Source::Constant(f64::from_bits(bits)),
            Node::Parameter(place) => self.uniform(Uniform::Parameter(place as usize)),
            Node::Mean => self.uniform(Uniform::Mean),
            Node::Variance => self.uniform(Uniform::Variance),
            Node::Apply(op, args) => {
                let sources = args.map(|arg| self.sources[&arg]);
                let varies = |source: &Source| {
                    matches!(source, Source::X | Source::Gate | Source::Register(_))
                };
                if sources[..op.info().arity].iter().any(varies) {
                    let distinct = args[..op.info().arity].iter().enumerate();
                    for (place, arg) in distinct {
                        let repeated = args[..place].contains(arg);
                        if last_use[arg] == id && !repeated && !outputs.contains(arg) {
                            self.release(self.sources[arg]);
                        }
                    }
                    self.step(op, sources)
                } else {
                    let places = sources.map(|source| self.uniform_place(source));
                    self.uniform(Uniform::Apply(op, places))
                }
            }
        };
        self.sources.insert(id, source);
    }

    fn step(&mut self, op: Op, args: [Source; 3]) -> Source {
        let into = self.free.pop().unwrap_or_else(|| {
            self.program.registers += 1;
            self.program.registers - 1
        });
        self.program.steps.push(Step { op, args, into });
        Source::Register(into)
    }

    fn release(&mut self, source: Source) {
        if let Source::Register(register) = source {
            self.free.push(register);
        }
    }

    fn uniform(&mut self, uniform: Uniform) -> Source {
        self.program.uniforms.push(uniform);
        Source::Uniform(self.program.uniforms.len() - 1)
    }

    fn uniform_place(&mut self, source: Source) -> usize {
        match source {
            Source::Uniform(place) => place,
            Source::Constant(value) => {
                let constant = Uniform::Constant(value);
                let uniforms = &mut self.program.uniforms;
                let known = uniforms.iter().position(|known| *known == constant);
                known.unwrap_or_else(|| {
                    uniforms.push(constant);
                    uniforms.len() - 1
                })
            }
            Source::X | Source::Gate | Source::Register(_) => {
                unreachable!("a uniform has uniform arguments")
            }
        }
    }
}

/// Replaces powers with a whole exponent by multiplications.
fn lowered(graph: &mut Graph, roots: &[Id]) -> Vec<Id> {
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

/// Whether NaN in `input` makes the expression NaN whatever the parameters are.
fn carries_nan(graph: &Graph, root: Id, input: Node) -> bool {
    let mut carries: HashMap<Id, bool> = HashMap::new();
    for id in graph.reachable(&[root]) {
        let here = match graph.node(id) {
            leaf if leaf == input => true,
            Node::Apply(Op::Select, [_, a, b]) => carries[&a] && carries[&b],
            Node::Apply(op, _) if op.is_comparison() => false,
            Node::Apply(op, args) => {
                // pow(1, NaN) and pow(NaN, 0) are 1.
                op != Op::Pow && args[..op.info().arity].iter().any(|arg| carries[arg])
            }
            _ => false,
        };
        carries.insert(id, here);
    }
    carries[&root]
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, uniform) in self.uniforms.iter().enumerate() {
            write!(f, "u{place} = ")?;
            match uniform {
                Uniform::Parameter(place) => writeln!(f, "parameter {place}")?,
                Uniform::Mean => writeln!(f, "mean(x)")?,
                Uniform::Variance => writeln!(f, "var(x)")?,
                Uniform::Constant(value) => writeln!(f, "{}", crate::print::number(*value))?,
                Uniform::Apply(op, args) => {
                    let args: Vec<String> =
                        args[..op.info().arity].iter().map(|arg| format!("u{arg}")).collect();
                    writeln!(f, "{} {}", op.info().name, args.join(" "))?;
                }
            }
        }
        for step in &self.steps {
            let args: Vec<String> =
                step.args[..step.op.info().arity].iter().map(Source::to_string).collect();
            writeln!(f, "r{} = {} {}", step.into, step.op.info().name, args.join(" "))?;
        }
        for (place, output) in self.outputs.iter().enumerate() {
            let guard = if output.guard { "  (NaN of x kept)" } else { "" };
            writeln!(f, "out{place} = {}{guard}", output.source)?;
        }
        Ok(())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::X => write!(f, "x"),
            Source::Gate => write!(f, "gate"),
            Source::Uniform(place) => write!(f, "u{place}"),
            Source::Constant(value) => write!(f, "{}", crate::print::number(*value)),
            Source::Register(place) => write!(f, "r{place}"),
        }
    }
}
