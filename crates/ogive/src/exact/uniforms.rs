//! What depends on parameters and statistics alone, where f64 loses its digits.

use ogive_formula::{Interval, Point, Program, Uniform, interval};

use super::tape::Tape;
use super::{IN_DOUBLES, PRECISIONS};

/// A value that intervals enclose to this share is good as it is.
const GOOD: f64 = 3.552713678800501e-15; // 2^-48

/// The values of a program's uniforms in one channel, as f64 has computed them: those that cancel or
/// overflow are computed anew, with as many digits as they need. Returns their places.
pub(crate) fn settle(program: &Program, point: &Point, values: &mut [f64]) -> Vec<usize> {
    let mut ranges: Vec<Interval> = Vec::with_capacity(values.len());
    for uniform in &program.uniforms {
        ranges.push(match *uniform {
            Uniform::Parameter(place) => Interval::point(point.parameters[place]),
            Uniform::Mean => Interval::point(point.mean),
            Uniform::Variance => Interval::point(point.variance),
            Uniform::Constant(value) => Interval::point(value),
            Uniform::Apply(op, args) => {
                let args = args.map(|arg| ranges[arg]);
                interval(op, &args[..op.info().arity])
            }
        });
    }
    let is_good = |range: &Interval| {
        let size = range.largest();
        range.is_empty() || range.width() <= GOOD * size
    };
    let mut settled = Vec::new();
    for (place, value) in values.iter_mut().enumerate().filter(|(at, _)| !is_good(&ranges[*at])) {
        let found =
            Tape::of_uniform(program, place).exactly(point, &PRECISIONS[..IN_DOUBLES]).value();
        if !found.is_nan() {
            *value = found;
            settled.push(place);
        }
    }
    settled
}
