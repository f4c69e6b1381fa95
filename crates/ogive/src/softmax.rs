//! Softmax, its logarithm and softmin, along an axis.

use std::cell::Cell;
use std::iter::StepBy;
use std::ops::Range;

use ogive_formula::{Code as Fusion, Op};
use rayon::prelude::*;

use crate::dispatch::{Engine, Kernels};
use crate::drive::{deserves_threads, expect_length};
use crate::lanes::{Block, LANES, Target, View};
use crate::layout::Layout;
use crate::machine::{Code, Step};
use crate::math::Mode;
use crate::reduce::{CHUNK, sum};
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
    of: impl Fn(f64) -> f64 + Sync,
) -> Result<(), Error> {
    expect_length("x", x.len(), layout)?;
    lines("y", layout, [x], y, |line, [x], y, places| {
        line.gather(places.clone().map(|place| of(x[place].to_f64())));
        line.raise(largest(&line.values));
        let total = total(&line.exponentials);
        for (place, value) in places.zip(&line.exponentials) {
            y[place] = T::from_f64(value / total);
        }
    })
}

/// `y = x - log Σ e^x` along the channels of `layout`.
///
/// # Errors
/// If the lengths disagree.
pub fn log_softmax<T: Element>(layout: Layout, x: &[T], y: &mut [T]) -> Result<(), Error> {
    expect_length("x", x.len(), layout)?;
    lines("y", layout, [x], y, |line, [x], y, places| {
        line.gather(places.clone().map(|place| x[place].to_f64()));
        let largest = largest(&line.values);
        line.raise(largest);
        // The largest counts 1; without it the logarithm keeps the digits of a small rest.
        if let Some(one) = line.exponentials.iter_mut().find(|value| **value == 1.0) {
            *one = 0.0;
        }
        let logarithm = libm::log1p(total(&line.exponentials));
        for (place, value) in places.zip(&line.values) {
            let (shifted, lost) = difference(*value, largest);
            y[place] = T::from_f64(shifted - (logarithm - lost));
        }
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
    of: impl Fn(f64) -> f64 + Sync,
) -> Result<(), Error> {
    expect_length("y", y.len(), layout)?;
    expect_length("dy", dy.len(), layout)?;
    lines("dx", layout, [y, dy], dx, |line, [y, dy], dx, places| {
        // Shares sum to 1, so every dy may be taken from that of the largest. A share near 1 is rounded, and
        // its dy would leave that rounding where the small ones belong.
        let Some(largest) =
            places.clone().reduce(|a, b| if y[b].to_f64() > y[a].to_f64() { b } else { a })
        else {
            return;
        };
        let from = dy[largest].to_f64();
        line.gather(places.clone().map(|place| y[place].to_f64() * (dy[place].to_f64() - from)));
        let total = sum(&line.values);
        for place in places {
            dx[place] = T::from_f64(y[place].to_f64() * of(dy[place].to_f64() - from - total));
        }
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
    lines("dx", layout, [y, dy], dx, |line, [y, dy], dx, places| {
        line.gather(places.clone().map(|place| dy[place].to_f64()));
        let total = sum(&line.values);
        line.gather(places.clone().map(|place| y[place].to_f64()));
        line.raise(0.0);
        for (place, probability) in places.zip(&line.exponentials) {
            dx[place] = T::from_f64(dy[place].to_f64() - probability * total);
        }
    })
}

/// Calls `each` with every line along the channels: the part of each input and of `into` that it is in, and
/// its places there.
fn lines<T: Element, const INPUTS: usize>(
    name: &str,
    layout: Layout,
    inputs: [&[T]; INPUTS],
    into: &mut [T],
    each: impl Fn(&mut Line, [&[T]; INPUTS], &mut [T], StepBy<Range<usize>>) + Sync,
) -> Result<(), Error> {
    expect_length(name, into.len(), layout)?;
    let block = layout.channels * layout.inner;
    if into.is_empty() {
        return Ok(());
    }
    let kernels = Engine::chosen()?.kernels()?;
    let run = |line: &mut Line, (place, into): (usize, &mut [T])| {
        let part = place * block..(place + 1) * block;
        let inputs = inputs.map(|input| &input[part.clone()]);
        for first in 0..layout.inner {
            each(line, inputs, into, (first..block).step_by(layout.inner));
        }
    };
    if deserves_threads(into.len()) {
        // Short lines are handed over many at a time.
        let least = CHUNK.div_ceil(block);
        into.par_chunks_mut(block)
            .with_min_len(least)
            .enumerate()
            .for_each_init(|| Line::new(kernels), run);
    } else {
        let mut line = Line::new(kernels);
        into.chunks_mut(block).enumerate().for_each(|part| run(&mut line, part));
    }
    Ok(())
}

/// One line, and room for what is made of it.
struct Line {
    values: Vec<f64>,
    exponentials: Vec<f64>,
    tile: DoubleTile,
    kernels: Kernels,
}

impl Line {
    fn new(kernels: Kernels) -> Line {
        Line { values: Vec::new(), exponentials: Vec::new(), tile: DoubleTile::new(), kernels }
    }

    fn gather(&mut self, values: impl Iterator<Item = f64>) {
        self.values.clear();
        self.values.extend(values);
    }

    /// e^(x - shift) of every value, by the engine's own exponential.
    fn raise(&mut self, shift: f64) {
        let Line { values, exponentials, tile, kernels } = self;
        let constant = Cell::new(Block([shift; LANES]));
        let sources = [View::of_cells(&tile.0), View::everywhere(&constant)];
        let targets = [Target::of_cells(&tile.0)];
        let step =
            |op| Step { code: Code::Program(Fusion::Op(op)), args: [0, 1, 0, 0], into: [0; 2] };
        let steps = [step(Op::Sub), step(Op::Exp)];
        exponentials.clone_from(values);
        for part in exponentials.chunks_mut(TILE) {
            tile.write(part);
            let memory = (&sources[..], &targets[..], part.len().div_ceil(LANES));
            kernels.run(Mode::Plain, &steps, memory);
            tile.read(part);
        }
        // Far below the largest x a rounding of the difference is many units of its exponential.
        for (exponential, value) in exponentials.iter_mut().zip(values) {
            *exponential += *exponential * difference(*value, shift).1;
        }
    }
}

/// The largest; NaN if one is.
fn largest(line: &[f64]) -> f64 {
    line.iter().fold(f64::NEG_INFINITY, |a, b| if a.is_nan() || *b <= a { a } else { *b })
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
