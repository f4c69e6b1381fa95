//! What a program computes of parameters and statistics, once for all elements of a channel.

use ogive_formula::{Code as Fusion, Point, Program, Source, Uniform};

use crate::dispatch::Engine;
use crate::exact;
use crate::lanes::{LANES, Target, View};
use crate::machine::{Code, Step};
use crate::statistics::Statistics;
use crate::tiles::{DoubleTile, TILE};

/// Which uniforms the steps and outputs read.
pub(crate) fn used(program: &Program) -> Vec<bool> {
    let mut used = vec![false; program.uniforms.len()];
    let sources = program.steps.iter().flat_map(|step| &step.args[..step.code.arity()]);
    for source in sources.chain(program.outputs.iter().map(|output| &output.source)) {
        if let Source::Uniform(place) = source {
            used[*place] = true;
        }
    }
    used
}

/// Uniforms: one value each, or one for each channel.
pub(crate) struct Uniforms {
    pub(crate) values: Vec<Vec<f64>>,
    /// What each value lacks, where results stay in f64.
    pub(crate) rests: Option<Vec<Vec<f64>>>,
}

impl Uniforms {
    /// Those of a program. Of a formula that nobody has judged they are `checked`: what cancels or
    /// overflows is computed again with more digits. Those that are to be `fine` have two parts.
    pub(crate) fn of(
        program: &Program,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
        [checked, fine]: [bool; 2],
    ) -> Uniforms {
        let none = [f64::NAN];
        let mean = statistics.map_or(none.as_slice(), |known| &known.mean);
        let variance = statistics.map_or(none.as_slice(), |known| &known.variance);
        let lengths = lengths(program, parameters, mean.len());
        let mut done: Vec<Vec<f64>> =
            lengths.iter().map(|length| Vec::with_capacity(*length)).collect();
        let mut settled: Vec<Vec<usize>> = vec![Vec::new(); lengths.len()];
        let at =
            |values: &[f64], channel: usize| values[if values.len() == 1 { 0 } else { channel }];
        let (mut of_channel, mut values) = (Vec::new(), Vec::new());
        for channel in 0..lengths.iter().copied().max().unwrap_or(0) {
            of_channel.clear();
            of_channel.extend(parameters.iter().map(|values| at(values, channel)));
            let point = Point {
                parameters: &of_channel,
                mean: at(mean, channel),
                variance: at(variance, channel),
                ..Point::default()
            };
            evaluate(program, &point, &mut values);
            if checked {
                for place in exact::settle(program, &point, &mut values) {
                    settled[place].push(channel);
                }
            }
            for ((into, length), value) in done.iter_mut().zip(&lengths).zip(&values) {
                if channel < *length {
                    into.push(*value);
                }
            }
        }
        let rests = fine.then(|| rests(program, &mut done, &settled));
        Uniforms { values: done, rests }
    }
}

/// Computes the values again in two parts: the nearest f64 takes the place of each, and what that lacks is
/// returned. What is `settled`, in channels in ascending order, has its digits already, and lacks nothing.
fn rests(program: &Program, values: &mut [Vec<f64>], settled: &[Vec<usize>]) -> Vec<Vec<f64>> {
    let mut rests: Vec<Vec<f64>> = values.iter().map(|values| vec![0.0; values.len()]).collect();
    let kernels = Engine::Scalar.kernels().expect("every machine has the portable engine");
    let tiles: Vec<DoubleTile> = (0..2 * values.len()).map(|_| DoubleTile::new()).collect();
    let sources: Vec<View<_>> = tiles.iter().map(|tile| View::of_cells(&tile.0)).collect();
    let targets: Vec<Target<_>> = tiles.iter().map(|tile| Target::of_cells(&tile.0)).collect();
    let channels = values.iter().map(Vec::len).max().unwrap_or(0);
    for start in (0..channels).step_by(TILE) {
        let length = TILE.min(channels - start);
        for (place, uniform) in program.uniforms.iter().enumerate() {
            let (tile, low_tile) = (&tiles[place], &tiles[values.len() + place]);
            let values = &mut values[place];
            let range = if values.len() == 1 { 0..1 } else { start..start + length };
            let Uniform::Apply(op, [a, b, c]) = *uniform else {
                match values[range] {
                    [value] => tile.write(&[value; TILE]),
                    ref several => tile.write(several),
                }
                continue;
            };
            let code = Code::Program(Fusion::Op(op));
            let step = Step { code, args: [a, b, c, a], into: [place; 2] };
            kernels.run_fine(&[step], (&sources, &targets, length.div_ceil(LANES)));
            let [mut high, mut low] = [[0.0; TILE]; 2];
            tile.read(&mut high);
            low_tile.read(&mut low);
            for (at, (value, rest)) in
                values[range.clone()].iter_mut().zip(&mut rests[place][range.clone()]).enumerate()
            {
                let sum = high[at] + low[at];
                let is_settled = settled[place].binary_search(&(range.start + at)).is_ok();
                (high[at], low[at]) = if is_settled || !sum.is_finite() {
                    (*value, 0.0)
                } else {
                    (sum, low[at] - (sum - high[at]))
                };
                (*value, *rest) = (high[at], low[at]);
            }
            if let [value] = values[..] {
                (high, low) = ([value; TILE], [low[0]; TILE]);
            }
            tile.write(&high);
            low_tile.write(&low);
        }
    }
    rests
}

/// In how many channels each uniform differs.
fn lengths(program: &Program, parameters: &[Vec<f64>], statistics: usize) -> Vec<usize> {
    let mut lengths: Vec<usize> = Vec::with_capacity(program.uniforms.len());
    for uniform in &program.uniforms {
        lengths.push(match *uniform {
            Uniform::Parameter(place) => parameters[place].len(),
            Uniform::Mean | Uniform::Variance => statistics,
            Uniform::Constant(_) => 1,
            Uniform::Apply(op, args) => {
                args[..op.info().arity].iter().map(|arg| lengths[*arg]).max().unwrap_or(1)
            }
        });
    }
    lengths
}

/// Puts the value of each uniform in one channel into `values`.
fn evaluate(program: &Program, point: &Point, values: &mut Vec<f64>) {
    values.clear();
    for uniform in &program.uniforms {
        values.push(match *uniform {
            Uniform::Parameter(place) => point.parameters[place],
            Uniform::Mean => point.mean,
            Uniform::Variance => point.variance,
            Uniform::Constant(value) => value,
            Uniform::Apply(op, args) => {
                let [a, b, c] = args.map(|arg| values[arg]);
                (op.info().value)(a, b, c)
            }
        });
    }
}
