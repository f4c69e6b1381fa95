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

/// The values of a program's uniforms: one each, or one for each channel. Those of a formula that nobody
/// has judged are `checked`: what cancels or overflows is computed again with more digits.
pub(crate) fn values(
    program: &Program,
    parameters: &[Vec<f64>],
    statistics: Option<&Statistics>,
    checked: bool,
) -> Vec<Vec<f64>> {
    let none = [f64::NAN];
    let mean = statistics.map_or(none.as_slice(), |known| &known.mean);
    let variance = statistics.map_or(none.as_slice(), |known| &known.variance);
    let lengths = lengths(program, parameters, mean.len());
    let mut done: Vec<Vec<f64>> =
        lengths.iter().map(|length| Vec::with_capacity(*length)).collect();
    let at = |values: &[f64], channel: usize| values[if values.len() == 1 { 0 } else { channel }];
    for channel in 0..lengths.iter().copied().max().unwrap_or(0) {
        let parameters: Vec<f64> = parameters.iter().map(|values| at(values, channel)).collect();
        let point = Point {
            parameters: &parameters,
            mean: at(mean, channel),
            variance: at(variance, channel),
            ..Point::default()
        };
        let mut values = evaluated(program, &point);
        if checked {
            exact::settle(program, &point, &mut values);
        }
        for ((into, length), value) in done.iter_mut().zip(&lengths).zip(values) {
            if channel < *length {
                into.push(value);
            }
        }
    }
    done
}

/// What rounding took from a value counts if it is less than this share of it; else the value was computed
/// with more digits.
const LOST: f64 = 3.552713678800501e-15; // 2^-48

/// What each value of a uniform lacks: what is left of the same computed in two parts.
pub(crate) fn rests(program: &Program, values: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let steps: Vec<Step> = program
        .uniforms
        .iter()
        .enumerate()
        .filter_map(|(place, uniform)| match *uniform {
            Uniform::Apply(op, [a, b, c]) => {
                let code = Code::Program(Fusion::Op(op));
                Some(Step { code, args: [a, b, c, a], into: [place; 2] })
            }
            _ => None,
        })
        .collect();
    let mut rests: Vec<Vec<f64>> = values.iter().map(|values| vec![0.0; values.len()]).collect();
    if steps.is_empty() {
        return rests;
    }
    let kernels = Engine::Scalar.kernels().expect("every machine has the portable engine");
    let tiles: Vec<DoubleTile> = (0..2 * values.len()).map(|_| DoubleTile::new()).collect();
    let sources: Vec<View<_>> = tiles.iter().map(|tile| View::of_cells(&tile.0)).collect();
    let targets: Vec<Target<_>> = tiles.iter().map(|tile| Target::of_cells(&tile.0)).collect();
    let channels = values.iter().map(Vec::len).max().unwrap_or(0);
    for start in (0..channels).step_by(TILE) {
        let length = TILE.min(channels - start);
        for (tile, values) in tiles.iter().zip(values) {
            match values[..] {
                [value] => tile.write(&[value; TILE]),
                _ => tile.write(&values[start..start + length]),
            }
        }
        kernels.run_fine(&steps, (&sources, &targets, length.div_ceil(LANES)));
        for Step { into: [place, _], .. } in &steps {
            let [mut high, mut low] = [[0.0; TILE]; 2];
            tiles[*place].read(&mut high);
            tiles[values.len() + place].read(&mut low);
            let rests = rests[*place].iter_mut().zip(&values[*place]).skip(start);
            for ((rest, value), (high, low)) in rests.zip(high.iter().zip(low)) {
                let found = (high - value) + low;
                if found.abs() <= LOST * value.abs() {
                    *rest = found;
                }
            }
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

/// The value of each uniform in one channel.
fn evaluated(program: &Program, point: &Point) -> Vec<f64> {
    let mut values: Vec<f64> = Vec::with_capacity(program.uniforms.len());
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
    values
}
