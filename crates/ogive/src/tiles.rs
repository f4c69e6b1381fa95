//! The tile engine: runs any program over tiles that stay in the first-level cache.
//!
//! A register is a tile of 256 f64. Each step walks its tiles once, eight lanes at a time, so the
//! cost of choosing the operation is paid once per 256 elements.

use std::cell::Cell;

use ogive_formula::Op;

use crate::lanes::{Block, LANES, Lanes};
use crate::math::{self, Range};

/// Elements of a tile.
pub(crate) const TILE: usize = 256;
/// Blocks of a tile.
const BLOCKS: usize = TILE / LANES;

/// One register. Cells, because a step may write where it reads.
pub(crate) struct Tile([Cell<Block>; BLOCKS]);

impl Tile {
    pub(crate) fn new() -> Self {
        Tile(std::array::from_fn(|_| Cell::new(Block::default())))
    }

    /// Whether one of the first `length` elements is NaN.
    pub(crate) fn has_nan(&self, length: usize) -> bool {
        // 0·x + 1 would be NaN for infinity too; x != x vectorises and is exact.
        let blocks = &self.0[..length.div_ceil(LANES).min(BLOCKS)];
        let count = blocks
            .iter()
            .map(|block| block.get().0.iter().map(|x| u64::from(x.is_nan())).sum::<u64>());
        count.sum::<u64>() > 0
    }

    /// The elements, copied out.
    pub(crate) fn read(&self, into: &mut [f64]) {
        for (part, block) in into.chunks_mut(LANES).zip(&self.0) {
            part.copy_from_slice(&block.get().0[..part.len()]);
        }
    }

    /// Sets the first elements; the rest of the last block repeats the last of them.
    pub(crate) fn write(&self, from: &[f64]) {
        for (part, block) in from.chunks(LANES).zip(&self.0) {
            let mut full = [part[part.len() - 1]; LANES];
            full[..part.len()].copy_from_slice(part);
            block.set(Block(full));
        }
    }
}

/// What a step computes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Code {
    /// A primitive of the formula language.
    Op(Op),
    /// The first argument, but NaN where the second is.
    KeepNan,
}

/// Where a step finds an argument.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arg {
    Tile(usize),
    Number(f64),
}

/// One step with its places resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) code: Code,
    pub(crate) args: [Arg; 3],
    pub(crate) into: usize,
}

/// Runs `steps` over the first `length` elements of the tiles.
#[inline(always)]
pub(crate) fn run<L: Lanes>(l: L, range: Range, steps: &[Step], tiles: &[Tile], length: usize) {
    let machine = Machine { l, range, tiles, blocks: length.div_ceil(LANES).min(BLOCKS) };
    for step in steps {
        machine.step(step);
    }
}

struct Machine<'a, L> {
    l: L,
    range: Range,
    tiles: &'a [Tile],
    blocks: usize,
}

// The loops are macros and not functions of a closure: a closure is compiled without the features of
// the instruction set, so its intrinsics would stay calls. Whether calls are left, the assembly says:
//
//     cargo rustc --release -p ogive --lib -- --emit asm -C codegen-units=1
//
// In `dispatch::avx2::run` and `dispatch::avx512::run` of `target/release/deps/ogive-*.s` there are
// `one_by_one`, for the trigonometric functions of huge arguments, and failed bounds checks.

/// Sets every block of the step's result to an expression of its argument's block.
macro_rules! map1 {
    ($machine:ident, $step:ident, $a:ident => $value:expr) => {{
        let l = $machine.l;
        let into = $machine.blocks($step.into);
        match $step.args[0] {
            Arg::Tile(a) => {
                for (into, a) in into.iter().zip($machine.blocks(a)) {
                    let $a = l.load(&a.get());
                    into.set(l.store($value));
                }
            }
            Arg::Number(a) => {
                let $a = l.splat(a);
                let value = l.store($value);
                for into in into {
                    into.set(value);
                }
            }
        }
    }};
}

/// The same for two arguments.
macro_rules! map2 {
    ($machine:ident, $step:ident, $a:ident, $b:ident => $value:expr) => {{
        let l = $machine.l;
        let into = $machine.blocks($step.into);
        match ($step.args[0], $step.args[1]) {
            (Arg::Tile(a), Arg::Tile(b)) => {
                for ((into, a), b) in into.iter().zip($machine.blocks(a)).zip($machine.blocks(b)) {
                    let ($a, $b) = (l.load(&a.get()), l.load(&b.get()));
                    into.set(l.store($value));
                }
            }
            (Arg::Tile(a), Arg::Number(b)) => {
                let $b = l.splat(b);
                for (into, a) in into.iter().zip($machine.blocks(a)) {
                    let $a = l.load(&a.get());
                    into.set(l.store($value));
                }
            }
            (Arg::Number(a), Arg::Tile(b)) => {
                let $a = l.splat(a);
                for (into, b) in into.iter().zip($machine.blocks(b)) {
                    let $b = l.load(&b.get());
                    into.set(l.store($value));
                }
            }
            (Arg::Number(a), Arg::Number(b)) => {
                let ($a, $b) = (l.splat(a), l.splat(b));
                let value = l.store($value);
                for into in into {
                    into.set(value);
                }
            }
        }
    }};
}

impl<L: Lanes> Machine<'_, L> {
    #[inline(always)]
    fn step(&self, step: &Step) {
        let l = self.l;
        let Code::Op(op) = step.code else {
            return map2!(self, step, value, x => l.select(l.equal(x, x), value, x));
        };
        match op {
            Op::Add => map2!(self, step, a, b => l.add(a, b)),
            Op::Sub => map2!(self, step, a, b => l.sub(a, b)),
            Op::Mul => map2!(self, step, a, b => l.mul(a, b)),
            Op::Div => map2!(self, step, a, b => l.div(a, b)),
            Op::Min => map2!(self, step, a, b => math::minimum(l, a, b)),
            Op::Max => map2!(self, step, a, b => math::maximum(l, a, b)),
            Op::Less => map2!(self, step, a, b => self.truth(l.less(a, b))),
            Op::LessEqual => map2!(self, step, a, b => self.truth(l.less_equal(a, b))),
            Op::Equal => map2!(self, step, a, b => self.truth(l.equal(a, b))),
            Op::Select => self.select(step),
            Op::Neg => map1!(self, step, a => l.neg(a)),
            Op::Abs => map1!(self, step, a => l.abs(a)),
            Op::Sign => map1!(self, step, a => math::sign(l, a)),
            Op::Sqrt => map1!(self, step, a => l.sqrt(a)),
            Op::Exp => map1!(self, step, a => math::exp(l, math::exponent(l, a, self.range))),
            Op::Expm1 => map1!(self, step, a => math::expm1(l, math::exponent(l, a, self.range))),
            Op::Log => map1!(self, step, a => math::log(l, a)),
            Op::Log1p => map1!(self, step, a => math::log1p(l, a)),
            Op::Tanh => map1!(self, step, a => math::tanh(l, a)),
            Op::Sigmoid => map1!(self, step, a => math::sigmoid(l, a)),
            Op::Softplus => map1!(self, step, a => math::softplus(l, a)),
            Op::Phi => map1!(self, step, a => math::phi(l, a)),
            Op::Density => map1!(self, step, a => math::density(l, a)),
            Op::Pow => map2!(self, step, a, b => math::pow(l, a, b)),
            Op::Sin => map1!(self, step, a => math::sin(l, a)),
            Op::Cos => map1!(self, step, a => math::cos(l, a)),
            Op::Tan => map1!(self, step, a => math::tan(l, a)),
            Op::Atan => map1!(self, step, a => math::atan(l, a)),
            Op::Sinh => map1!(self, step, a => math::sinh(l, a)),
            Op::Cosh => map1!(self, step, a => math::cosh(l, a)),
            Op::Erf => map1!(self, step, a => math::erf(l, a)),
            Op::Erfc => map1!(self, step, a => math::erfc(l, a)),
        }
    }

    #[inline(always)]
    fn truth(&self, test: L::M) -> L::V {
        self.l.select(test, self.l.splat(1.0), self.l.splat(0.0))
    }

    #[inline(always)]
    fn blocks(&self, tile: usize) -> &[Cell<Block>] {
        &self.tiles[tile].0[..self.blocks]
    }

    #[inline(always)]
    fn fetch(&self, arg: Arg, block: usize) -> L::V {
        match arg {
            Arg::Tile(tile) => self.l.load(&self.tiles[tile].0[block].get()),
            Arg::Number(value) => self.l.splat(value),
        }
    }

    #[inline(always)]
    fn select(&self, step: &Step) {
        let l = self.l;
        let zero = l.splat(0.0);
        let [test, then, otherwise] = step.args;
        for (block, into) in self.blocks(step.into).iter().enumerate() {
            let fails = l.equal(self.fetch(test, block), zero);
            let value = l.select(fails, self.fetch(otherwise, block), self.fetch(then, block));
            into.set(l.store(value));
        }
    }
}

/// Fills a tile with f32 elements; the rest of the last block repeats the last of them.
#[inline(always)]
pub(crate) fn load_f32<L: Lanes>(l: L, from: &[f32], into: &Tile) {
    let (whole, rest) = from.as_chunks::<LANES>();
    for (part, block) in whole.iter().zip(&into.0) {
        block.set(l.store(l.load_f32(part)));
    }
    if let Some(last) = rest.last() {
        let mut full = [*last; LANES];
        full[..rest.len()].copy_from_slice(rest);
        into.0[whole.len()].set(l.store(l.load_f32(&full)));
    }
}

/// Rounds a tile's elements to f32.
#[inline(always)]
pub(crate) fn store_f32<L: Lanes>(l: L, from: &Tile, into: &mut [f32]) {
    let (whole, rest) = into.as_chunks_mut::<LANES>();
    let count = whole.len();
    for (part, block) in whole.iter_mut().zip(&from.0) {
        *part = l.store_f32(l.load(&block.get()));
    }
    if !rest.is_empty() {
        let full = l.store_f32(l.load(&from.0[count].get()));
        rest.copy_from_slice(&full[..rest.len()]);
    }
}
