//! What leaves a program: a value, NaN where the input is, times the gradient of the output; stored
//! or summed.

#![allow(unsafe_code, reason = "reads of views whose length is checked once")]

use crate::lanes::{Arithmetic, Block, Float, LANES, Lanes, SINGLES, Singles, View, prefetch};

/// One result of a program in f64.
#[derive(Clone, Copy)]
pub(crate) struct Outcome<'a> {
    pub(crate) value: View<'a, Block>,
    /// Where this is NaN, the result is.
    pub(crate) guard: View<'a, Block>,
    /// What the value is multiplied by.
    pub(crate) scale: View<'a, Block>,
}

impl Outcome<'_> {
    #[inline(always)]
    fn check(&self, blocks: usize) {
        let views = [self.value, self.guard, self.scale];
        assert!(views.iter().all(|view| view.has(blocks)), "a result is shorter than its output");
    }

    /// # Safety
    /// [`Outcome::check`] must have found this place.
    #[inline(always)]
    unsafe fn at<L: Lanes>(&self, l: L, block: usize) -> L::V {
        // SAFETY: the caller has checked that each view has this place.
        let (value, guard, scale) = unsafe {
            let (value, guard) = (self.value.at(block), self.guard.at(block));
            (l.load(value), l.load(guard), l.load(self.scale.at(block)))
        };
        l.select(l.equal(guard, guard), l.mul(value, scale), guard)
    }
}

/// Writes a store of one element type; it says whether one is NaN.
macro_rules! store {
    ($(#[$doc:meta])+ $name:ident, $element:ty, $l:ident, $v:ident => $rounded:expr) => {
        $(#[$doc])+
        #[inline(always)]
        pub(crate) fn $name<L: Lanes>($l: L, outcome: Outcome, into: &mut [$element]) -> bool {
            outcome.check(into.len().div_ceil(LANES));
            let (whole, rest) = into.as_chunks_mut::<LANES>();
            let count = whole.len();
            // NaN in one value makes the sum of none's zero NaN.
            let mut seen = $l.splat(0.0);
            for (block, part) in whole.iter_mut().enumerate() {
                // SAFETY: `check` has found every place that the length reaches.
                let $v = unsafe { outcome.at($l, block) };
                // The larger of NaN and what was seen is NaN from then on.
                seen = $l.select($l.equal($v, $v), seen, $v);
                *part = $rounded;
            }
            if !rest.is_empty() {
                // SAFETY: `check` has found every place that the length reaches.
                let $v = unsafe { outcome.at($l, count) };
                seen = $l.select($l.equal($v, $v), seen, $v);
                let full: [$element; LANES] = $rounded;
                rest.copy_from_slice(&full[..rest.len()]);
            }
            $l.some_fails($l.equal(seen, seen))
        }
    };
}

store!(
    /// Rounds once to f32.
    store_f32, f32, l, v => l.store_f32(v)
);
store!(
    /// Stores as f64.
    store_f64, f64, l, v => l.store(v).0
);
store!(
    /// Rounds to f32 such that a rounding to fewer bits gives what one rounding would: where the f64
    /// is between two f32, to the one whose last bit is set.
    store_odd, f32, l, v => l.store_f32(to_odd(l, v))
);

/// The bits that f32 does not have are zero, and the last it has is set if they were not.
#[inline(always)]
fn to_odd<L: Lanes>(l: L, v: L::V) -> L::V {
    let below = l.and(v, l.splat_bits((1 << 29) - 1));
    let above = l.and(v, l.splat_bits(!((1 << 29) - 1)));
    l.select(l.equal(below, l.splat(0.0)), above, l.or(above, l.splat_bits(1 << 29)))
}

/// Sums what a block of each place gives: by lane, even and odd blocks apart, then the lanes by halves;
/// and apart from them the elements of a last block that is not full, one by one.
macro_rules! sum_blocks {
    ($l:ident, $length:ident, $block:ident => $value:expr) => {{
        let whole = $length / LANES;
        let mut sums = [$l.splat(0.0); 2];
        for pair in 0..whole / 2 {
            let $block = 2 * pair;
            let even = $value;
            let $block = 2 * pair + 1;
            let odd = $value;
            sums = [$l.add(sums[0], even), $l.add(sums[1], odd)];
        }
        if !whole.is_multiple_of(2) {
            let $block = whole - 1;
            sums[0] = $l.add(sums[0], $value);
        }
        let total = by_halves($l.store($l.add(sums[0], sums[1])).0);
        if $length.is_multiple_of(LANES) {
            [total, 0.0]
        } else {
            let $block = whole;
            let last = $l.store($value);
            [total, last.0[..$length % LANES].iter().sum::<f64>()]
        }
    }};
}

/// The sums of the first `length` results: of the whole blocks, and of the rest.
#[inline(always)]
pub(crate) fn sum<L: Lanes>(l: L, outcome: Outcome, length: usize) -> [f64; 2] {
    outcome.check(length.div_ceil(LANES));
    // SAFETY: `check` has found every place that the length reaches.
    sum_blocks!(l, length, block => unsafe { outcome.at(l, block) })
}

/// The sum of the first `length` elements.
#[inline(always)]
pub(crate) fn total<L: Lanes>(l: L, values: View<Block>, length: usize) -> f64 {
    assert!(values.has(length.div_ceil(LANES)), "there are fewer elements than to sum");
    // SAFETY: the view has every place that the length reaches.
    let [whole, rest] = sum_blocks!(l, length, block => l.load(unsafe { values.at(block) }));
    whole + rest
}

/// The sum of the squares of their distances from a number.
#[inline(always)]
pub(crate) fn squares<L: Lanes>(l: L, values: View<Block>, from: f64, length: usize) -> f64 {
    assert!(values.has(length.div_ceil(LANES)), "there are fewer elements than to sum");
    let from = l.splat(from);
    let [whole, rest] = sum_blocks!(l, length, block => {
        // SAFETY: the view has every place that the length reaches.
        let distance = l.sub(l.load(unsafe { values.at(block) }), from);
        l.mul(distance, distance)
    });
    whole + rest
}

/// The sum of the products of the first `length` elements of two rows of f32, each product exact.
#[inline(always)]
pub(crate) fn sum_singles<L: Singles>(
    l: L,
    value: View<[f32; SINGLES]>,
    scale: View<[f32; SINGLES]>,
    length: usize,
) -> f64 {
    let blocks = length.div_ceil(SINGLES);
    assert!(value.has(blocks) && scale.has(blocks), "a result is shorter than its sum");
    let d = l.doubles();
    let mut even = [d.splat(0.0); 2];
    let mut odd = even;
    let whole = length / SINGLES;
    for block in (0..whole / 2 * 2).step_by(2) {
        // SAFETY: both rows have `blocks` places, of which this is one.
        let pair = unsafe { [l.load(value.at(block)), l.load(scale.at(block))] };
        even = with_products(l, even, pair[0], pair[1]);
        // SAFETY: both rows have `blocks` places, of which this is one.
        let pair = unsafe { [l.load(value.at(block + 1)), l.load(scale.at(block + 1))] };
        odd = with_products(l, odd, pair[0], pair[1]);
    }
    if !whole.is_multiple_of(2) {
        // SAFETY: both rows have `blocks` places, of which this is one.
        let pair = unsafe { [l.load(value.at(whole - 1)), l.load(scale.at(whole - 1))] };
        even = with_products(l, even, pair[0], pair[1]);
    }
    let total = d.add(d.add(even[0], odd[0]), d.add(even[1], odd[1]));
    let mut rest = 0.0;
    if !length.is_multiple_of(SINGLES) {
        // SAFETY: both rows have `blocks` places, of which this is one.
        let (value, scale) = unsafe { (value.at(whole), scale.at(whole)) };
        for (value, scale) in value.iter().zip(scale).take(length % SINGLES) {
            rest += f64::from(*value) * f64::from(*scale);
        }
    }
    by_halves(d.store(total).0) + rest
}

/// Adds the products of two blocks, each exact.
#[inline(always)]
pub(crate) fn with_products<L: Singles>(
    l: L,
    [low_sum, high_sum]: [<L::Doubles as Arithmetic>::V; 2],
    value: L::V,
    scale: L::V,
) -> [<L::Doubles as Arithmetic>::V; 2] {
    let d = l.doubles();
    let ([low, high], [low_scale, high_scale]) = (l.widen(value), l.widen(scale));
    [d.mul_add(low, low_scale, low_sum), d.mul_add(high, high_scale, high_sum)]
}

#[inline(always)]
pub(crate) fn by_halves([a, b, c, d, e, f, g, h]: [f64; LANES]) -> f64 {
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// The products of the elements of two rows of f32, exact.
#[inline(always)]
pub(crate) fn products<L: Singles>(
    l: L,
    value: View<[f32; SINGLES]>,
    scale: View<[f32; SINGLES]>,
    into: &mut [f64],
) {
    let blocks = into.len().div_ceil(SINGLES);
    assert!(value.has(blocks) && scale.has(blocks), "a result is shorter than its output");
    let d = l.doubles();
    for (block, into) in into.chunks_mut(SINGLES).enumerate() {
        // SAFETY: both rows have `blocks` places, of which this is one.
        let (value, scale) = unsafe { (value.at(block), scale.at(block)) };
        let [low, high] = l.widen(l.load(value));
        let [low_scale, high_scale] = l.widen(l.load(scale));
        let low = d.store(d.mul(low, low_scale)).0;
        let high = d.store(d.mul(high, high_scale)).0;
        for (into, product) in into.iter_mut().zip(low.iter().chain(&high)) {
            *into = *product;
        }
    }
}

/// Whether an element of the first blocks is NaN.
#[inline(always)]
pub(crate) fn has_nan<L: Arithmetic>(l: L, view: View<L::Block>, blocks: usize) -> bool {
    assert!(view.has(blocks), "a result is shorter than the tile");
    let mut seen = l.splat(Float::ZERO);
    for block in 0..blocks {
        // SAFETY: the view has `blocks` places, of which this is one.
        let v = l.load(unsafe { view.at(block) });
        seen = l.select(l.equal(v, v), seen, v);
    }
    l.some_fails(l.equal(seen, seen))
}

/// Puts the square of its distance from another in the place of each value.
#[inline(always)]
pub(crate) fn square_distances<L: Lanes>(l: L, values: &mut [f64], from: &[f64]) {
    let (values, last_values) = values.as_chunks_mut::<LANES>();
    let (from, last_from) = from.as_chunks::<LANES>();
    for (value, from) in values.iter_mut().zip(from) {
        let distance = l.sub(l.load(&Block(*value)), l.load(&Block(*from)));
        *value = l.store(l.mul(distance, distance)).0;
    }
    for (value, from) in last_values.iter_mut().zip(last_from) {
        *value = (*value - *from) * (*value - *from);
    }
}

/// Adds a row of values to a row of sums.
#[inline(always)]
pub(crate) fn add_row<L: Lanes>(l: L, sums: &mut [f64], values: &[f64]) {
    let (sums, last_sums) = sums.as_chunks_mut::<LANES>();
    let (values, last_values) = values.as_chunks::<LANES>();
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum = l.store(l.add(l.load(&Block(*sum)), l.load(&Block(*value)))).0;
    }
    for (sum, value) in last_sums.iter_mut().zip(last_values) {
        *sum += value;
    }
}

/// Adds what a tile's blocks give to a row of sums.
macro_rules! add_blocks {
    ($l:ident, $sums:ident, $block:ident => $value:expr) => {{
        let (whole, rest) = $sums.as_chunks_mut::<LANES>();
        let count = whole.len();
        for ($block, sum) in whole.iter_mut().enumerate() {
            *sum = $l.store($l.add($l.load(&Block(*sum)), $value)).0;
        }
        if !rest.is_empty() {
            let $block = count;
            let last = $l.store($value).0;
            for (sum, value) in rest.iter_mut().zip(last) {
                *sum += value;
            }
        }
    }};
}

/// Adds elements to a row of sums.
#[inline(always)]
pub(crate) fn add_tile<L: Lanes>(l: L, sums: &mut [f64], tile: View<Block>) {
    assert!(tile.has(sums.len().div_ceil(LANES)), "there are fewer elements than to sum");
    // SAFETY: the view has every place that the length reaches.
    add_blocks!(l, sums, block => l.load(unsafe { tile.at(block) }));
}

/// Adds the squares of their distances from others to a row of sums.
#[inline(always)]
pub(crate) fn add_tile_squares<L: Lanes>(
    l: L,
    sums: &mut [f64],
    tile: View<Block>,
    from: View<Block>,
) {
    let blocks = sums.len().div_ceil(LANES);
    assert!(tile.has(blocks) && from.has(blocks), "there are fewer elements than to sum");
    add_blocks!(l, sums, block => {
        // SAFETY: both views have every place that the length reaches.
        let distance = unsafe { l.sub(l.load(tile.at(block)), l.load(from.at(block))) };
        l.mul(distance, distance)
    });
}

/// Fills a tile's blocks with f32 elements; the rest of the last block repeats the last of them.
#[inline(always)]
pub(crate) fn load_f32<L: Lanes>(l: L, from: &[f32], into: &[std::cell::Cell<Block>]) {
    let (whole, rest) = from.as_chunks::<LANES>();
    for (part, block) in whole.iter().zip(into) {
        prefetch(part);
        block.set(l.store(l.load_f32(part)));
    }
    if let Some(last) = rest.last() {
        let mut full = [*last; LANES];
        full[..rest.len()].copy_from_slice(rest);
        into[whole.len()].set(l.store(l.load_f32(&full)));
    }
}
