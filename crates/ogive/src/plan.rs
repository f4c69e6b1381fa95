//! A program with its parameters: what one call runs on every tile.

use ogive_formula::{Op, Program, Source, Uniform};

use crate::layout::Layout;
use crate::statistics::Statistics;
use crate::tiles::{Arg, Code, Step, TILE, Tile};

/// The tile that holds the input.
pub(crate) const X: usize = 0;
/// The tile that holds the second input.
pub(crate) const GATE: usize = 1;
/// The tile that holds the gradient of the output.
pub(crate) const DY: usize = 2;

/// What the outputs of a program are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Results as they are.
    Values,
    /// Derivatives, to be multiplied by the gradient of the result.
    Derivatives,
    /// Derivatives, but the last output is added to the first as it is.
    Corrected,
}

/// A program whose uniforms are computed and whose registers have places.
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// How many tiles a run needs.
    pub(crate) tiles: usize,
    /// The tile of each output.
    pub(crate) outputs: Vec<usize>,
    /// Uniforms that differ between channels: their tile and their values.
    channelled: Vec<(usize, Vec<f64>)>,
}

impl Plan {
    /// Fixes the parameters of `program` and says what its outputs are.
    pub(crate) fn new(
        program: &Program,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
        kind: Kind,
    ) -> Plan {
        let values = uniforms(program, parameters, statistics);
        let mut plan =
            Plan { steps: Vec::new(), tiles: DY + 1, outputs: Vec::new(), channelled: Vec::new() };
        let uniforms: Vec<Arg> = values
            .into_iter()
            .zip(used(program))
            .map(|(values, used)| match (values.as_slice(), used) {
                ([one], _) => Arg::Number(*one),
                (_, false) => Arg::Number(f64::NAN),
                (_, true) => {
                    let tile = plan.fresh();
                    plan.channelled.push((tile, values));
                    Arg::Tile(tile)
                }
            })
            .collect();
        let first = plan.tiles;
        plan.tiles += program.registers;
        let resolve = |source: Source| match source {
            Source::X => Arg::Tile(X),
            Source::Gate => Arg::Tile(GATE),
            Source::Uniform(place) => uniforms[place],
            Source::Constant(value) => Arg::Number(value),
            Source::Register(register) => Arg::Tile(first + register),
        };
        for step in &program.steps {
            let args = step.args.map(resolve);
            plan.steps.push(Step { code: Code::Op(step.op), args, into: first + step.into });
        }
        for (place, output) in program.outputs.iter().enumerate() {
            let mut arg = resolve(output.source);
            for (guard, input) in [(output.guard, X), (output.guard_gate, GATE)] {
                if guard {
                    arg = Arg::Tile(plan.append(Code::KeepNan, arg, Arg::Tile(input)));
                }
            }
            let corrects = kind == Kind::Corrected && place + 1 == program.outputs.len();
            if kind != Kind::Values && !corrects {
                arg = Arg::Tile(plan.append(Code::Op(Op::Mul), arg, Arg::Tile(DY)));
            }
            let tile = match arg {
                Arg::Tile(tile) => tile,
                // A constant output: fill a tile with it.
                Arg::Number(_) => plan.append(Code::Op(Op::Add), arg, Arg::Number(0.0)),
            };
            plan.outputs.push(tile);
        }
        if kind == Kind::Corrected
            && let (Some(correction), Some(first)) = (plan.outputs.pop(), plan.outputs.first())
        {
            plan.outputs[0] =
                plan.append(Code::Op(Op::Add), Arg::Tile(*first), Arg::Tile(correction));
        }
        plan
    }

    fn fresh(&mut self) -> usize {
        self.tiles += 1;
        self.tiles - 1
    }

    /// Appends a step; returns the tile that takes its result.
    fn append(&mut self, code: Code, a: Arg, b: Arg) -> usize {
        let into = self.fresh();
        self.steps.push(Step { code, args: [a, b, a], into });
        into
    }

    /// Fills the tiles of the uniforms that differ between channels for the elements
    /// `start..start+length`. `fresh` says that the tiles hold nothing yet.
    pub(crate) fn fill(
        &self,
        layout: Layout,
        start: usize,
        length: usize,
        tiles: &[Tile],
        fresh: bool,
    ) {
        // Where the channels' period divides the tile, or one channel fills it, the tile is right
        // already.
        let whole = layout.inner * layout.channels;
        let same_phase = TILE.is_multiple_of(whole);
        let same_channel =
            start >= TILE && (start - TILE) / layout.inner == (start + length - 1) / layout.inner;
        if !fresh && (same_phase || same_channel) {
            return;
        }
        let length = if same_phase { TILE } else { length };
        let mut buffer = [0.0; TILE];
        let part = &mut buffer[..length];
        for (tile, values) in &self.channelled {
            if layout.inner == 1 {
                let mut at = 0;
                while at < length {
                    let channel = (start + at) % layout.channels;
                    let count = (layout.channels - channel).min(length - at);
                    part[at..at + count].copy_from_slice(&values[channel..channel + count]);
                    at += count;
                }
            } else {
                layout.stretches(0, start, length, |channel, range| {
                    part[range].fill(values[channel]);
                });
            }
            tiles[*tile].write(part);
        }
    }
}

/// Which uniforms the steps and outputs read.
fn used(program: &Program) -> Vec<bool> {
    let mut used = vec![false; program.uniforms.len()];
    let sources = program.steps.iter().flat_map(|step| &step.args[..step.op.info().arity]);
    for source in sources.chain(program.outputs.iter().map(|output| &output.source)) {
        if let Source::Uniform(place) = source {
            used[*place] = true;
        }
    }
    used
}

/// The values of a program's uniforms: one each, or one for each channel.
fn uniforms(
    program: &Program,
    parameters: &[Vec<f64>],
    statistics: Option<&Statistics>,
) -> Vec<Vec<f64>> {
    let statistic = |values: fn(&Statistics) -> &Vec<f64>| {
        statistics.map_or_else(|| vec![f64::NAN], |statistics| values(statistics).clone())
    };
    let mut done: Vec<Vec<f64>> = Vec::new();
    for uniform in &program.uniforms {
        let values = match *uniform {
            Uniform::Parameter(place) => parameters[place].clone(),
            Uniform::Mean => statistic(|statistics| &statistics.mean),
            Uniform::Variance => statistic(|statistics| &statistics.variance),
            Uniform::Constant(value) => vec![value],
            Uniform::Apply(op, args) => {
                let info = op.info();
                let args = &args[..info.arity];
                let length = args.iter().map(|arg| done[*arg].len()).max().unwrap_or(1);
                let at = |arg: Option<&usize>, channel: usize| {
                    arg.map_or(0.0, |arg| {
                        let values = &done[*arg];
                        values[if values.len() == 1 { 0 } else { channel }]
                    })
                };
                (0..length)
                    .map(|channel| {
                        let [a, b, c] = [0, 1, 2].map(|place| at(args.get(place), channel));
                        (info.value)(a, b, c)
                    })
                    .collect()
            }
        };
        done.push(values);
    }
    done
}
