//! Softmax, its logarithm and softmin, along an axis.

use std::cell::Cell;

use ogive_formula::{Code as Fusion, Op};

use crate::dispatch::{Engine, Kernels};
use crate::drive::expect_length;
use crate::lanes::{Block, LANES, Target, View};
use crate::layout::Layout;
use crate::machine::{Code, Step};
use crate::math::Mode;
use crate::reduce::sum;
use crate::tiles::{DoubleTile, TILE};
use crate::{Element, Error};

/// `y = e^x / Σ e^x` along the channels of `layout`: for `[N, C]` over C. Both slices have the
/// layout's length. The largest x is subtracted first, so nothing overflows.
///
/// ```
/// let mut y = [0.0f32; 4];
/// ogive::softmax(ogive::Layout { outer: 2, channels: 2, inner: 1 }, &[0.0, 0.0, 1000.0, 0.0], &mut y)?;
/// assert_eq!(y, [0.5, 0.5, 1.0, 0.0]);
/// # Ok::<(), ogive::Error>(())
/// ```
///
/// # Errors
/// If the lengths disagree.
pub fn softmax<T: Element>(layout: Layout, x: &[T], y: &mut [T]) -> Result<(), Error> {
    shares(layout, x, y, |value| value)
}

/// `y = e^-x / Σ e^-x` along the channels of `layout`: [`softmax`] of -x, so the smallest x gets the
/// largest share.
///
/// ```
/// let mut y = [0.0f32; 4];
/// ogive::softmin(ogive::Layout { outer: 2, channels: 2, inner: 1 }, &[0.0, 0.0, 1000.0, 0.0], &mut y)?;
/// assert_eq!(y, [0.5, 0.5, 0.0, 1.0]);
/// # Ok::<(), ogive::Error>(())
/// ```
///
/// # Errors
/// If the lengths disagree.
pub fn softmin<T: Element>(layout: Layout, x: &[T], y: &mut [T]) -> Result<(), Error> {
    shares(layout, x, y, |value| -value)
}

/// The softmax of what `of` makes of each x.
fn shares<T: Element>(
    layout: Layout,
    x: &[T],
    y: &mut [T],
    of: impl Fn(f64) -> f64,
) -> Result<(), Error> {
    expect_length("x", x.len(), layout)?;
    expect_length("y", y.len(), layout)?;
    lines(layout, |line, places| {
        gather(x, places.clone(), line);
        for value in line.iter_mut() {
            *value = of(*value);
        }
        let exponentials = exponentials(line, largest(line))?;
        let total = total(&exponentials);
        for (place, value) in places.zip(exponentials) {
            y[place] = T::from_f64(value / total);
        }
        Ok(())
    })
}

/// `y = x - log Σ e^x` along the channels of `layout`.
///
/// # Errors
/// If the lengths disagree.
pub fn log_softmax<T: Element>(layout: Layout, x: &[T], y: &mut [T]) -> Result<(), Error> {
    expect_length("x", x.len(), layout)?;
    expect_length("y", y.len(), layout)?;
    lines(layout, |line, places| {
        gather(x, places.clone(), line);
        let largest = largest(line);
        let mut exponentials = exponentials(line, largest)?;
        // The largest counts 1; without it the logarithm keeps the digits of a small rest.
        if let Some(one) = exponentials.iter_mut().find(|value| **value == 1.0) {
            *one = 0.0;
        }
        let logarithm = libm::log1p(total(&exponentials));
        for (place, value) in places.zip(line.iter()) {
            let (shifted, lost) = difference(*value, largest);
            y[place] = T::from_f64(shifted - (logarithm - lost));
        }
        Ok(())
    })
}

/// `dx = y·(dy - Σ y·dy)` from the output `y` of [`softmax`].
///
/// # Errors
/// If the lengths disagree.
pub fn softmax_backward<T: Element>(
    layout: Layout,
    y: &[T],
    dy: &[T],
    dx: &mut [T],
) -> Result<(), Error> {
    of_shares(layout, y, dy, dx, |difference| difference)
}

/// `dx = -y·(dy - Σ y·dy)` from the output `y` of [`softmin`].
///
/// # Errors
/// If the lengths disagree.
pub fn softmin_backward<T: Element>(
    layout: Layout,
    y: &[T],
    dy: &[T],
    dx: &mut [T],
) -> Result<(), Error> {
    of_shares(layout, y, dy, dx, |difference| -difference)
}

/// The gradient through shares; `of` is applied to dy less its mean.
fn of_shares<T: Element>(
    layout: Layout,
    y: &[T],
    dy: &[T],
    dx: &mut [T],
    of: impl Fn(f64) -> f64,
) -> Result<(), Error> {
    expect_length("y", y.len(), layout)?;
    expect_length("dy", dy.len(), layout)?;
    expect_length("dx", dx.len(), layout)?;
    lines(layout, |line, places| {
        // Shares sum to 1, so every dy may be taken from that of the largest. A share near 1 is rounded, and
        // its dy would leave that rounding where the small ones belong.
        let Some(largest) =
            places.clone().reduce(|a, b| if y[b].to_f64() > y[a].to_f64() { b } else { a })
        else {
            return Ok(());
        };
        let from = dy[largest].to_f64();
        line.clear();
        line.extend(places.clone().map(|place| y[place].to_f64() * (dy[place].to_f64() - from)));
        let total = sum(line);
        for place in places {
            dx[place] = T::from_f64(y[place].to_f64() * of(dy[place].to_f64() - from - total));
        }
        Ok(())
    })
}

/// `dx = dy - e^y·Σ dy` from the output `y` of [`log_softmax`].
///
/// # Errors
/// If the lengths disagree.
pub fn log_softmax_backward<T: Element>(
    layout: Layout,
    y: &[T],
    dy: &[T],
    dx: &mut [T],
) -> Result<(), Error> {
    expect_length("y", y.len(), layout)?;
    expect_length("dy", dy.len(), layout)?;
    expect_length("dx", dx.len(), layout)?;
    lines(layout, |line, places| {
        gather(dy, places.clone(), line);
        let total = sum(line);
        gather(y, places.clone(), line);
        let probabilities = exponentials(line, 0.0)?;
        for (place, probability) in places.zip(probabilities) {
            dx[place] = T::from_f64(dy[place].to_f64() - probability * total);
        }
        Ok(())
    })
}

/// Calls `each` with a buffer and the places of every line along the channels.
fn lines(
    layout: Layout,
    mut each: impl FnMut(&mut Vec<f64>, std::iter::StepBy<std::ops::Range<usize>>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut line = Vec::with_capacity(layout.channels);
    let block = layout.channels * layout.inner;
    if block == 0 {
        return Ok(());
    }
    for start in (0..layout.outer).map(|outer| outer * block) {
        for first in start..start + layout.inner {
            each(&mut line, (first..start + block).step_by(layout.inner))?;
        }
    }
    Ok(())
}

fn gather<T: Element>(from: &[T], places: impl Iterator<Item = usize>, into: &mut Vec<f64>) {
    into.clear();
    into.extend(places.map(|place| from[place].to_f64()));
}

/// The largest; NaN if one is.
fn largest(line: &[f64]) -> f64 {
    line.iter().fold(f64::NEG_INFINITY, |a, b| if a.is_nan() || *b <= a { a } else { *b })
}

/// e^(x - shift) of every element, by the engine's own exponential.
fn exponentials(line: &[f64], shift: f64) -> Result<Vec<f64>, Error> {
    let kernels: Kernels = Engine::chosen()?.kernels()?;
    let constant = Cell::new(Block([shift; LANES]));
    let tile = DoubleTile::new();
    let sources = [View::of_cells(&tile.0), View::everywhere(&constant)];
    let targets = [Target::of_cells(&tile.0)];
    let step = |op| Step { code: Code::Program(Fusion::Op(op)), args: [0, 1, 0, 0], into: [0; 2] };
    let mut out = line.to_vec();
    for part in out.chunks_mut(TILE) {
        tile.write(part);
        let memory = (&sources[..], &targets[..], part.len().div_ceil(LANES));
        kernels.run(Mode::Plain, &[step(Op::Sub), step(Op::Exp)], memory);
        tile.read(part);
    }
    // Far below the largest x a rounding of the difference is many units of its exponential.
    for (exponential, value) in out.iter_mut().zip(line) {
        *exponential += *exponential * difference(*value, shift).1;
    }
    Ok(out)
}

/// The difference, and what rounding took from it; nothing where that is no number.
fn difference(a: f64, b: f64) -> (f64, f64) {
    let rounded = a - b;
    let subtracted = a - rounded;
    let lost = (a - (rounded + subtracted)) + (subtracted - b);
    (rounded, if lost.is_finite() { lost } else { 0.0 })
}

/// The sum, with what roundings take from it added at the end.
fn total(values: &[f64]) -> f64 {
    let (mut total, mut rest) = (0.0, 0.0);
    for value in values {
        // Of two numbers that are not negative, either may be the larger.
        let sum: f64 = total + value;
        let added = sum - total;
        rest += (total - (sum - added)) + (value - added);
        total = sum;
    }
    total + rest
}
