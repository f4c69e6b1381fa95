//! What a program computes of parameters and statistics, once for all elements of a channel.

use ogive_formula::{Point, Program, Source, Uniform};

use crate::exact;
use crate::statistics::Statistics;

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
