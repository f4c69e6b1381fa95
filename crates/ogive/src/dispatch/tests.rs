//! Every function of every instruction set, against the portable ones.

use std::cell::Cell;

use ogive_formula::{Code as Fusion, Op, Pair, TABLE};

use super::{Engine, Kernels, Single, compiled};
use crate::hot::PROGRAMS;
use crate::hot::kernels::{self, LIST, MOST_ARGS, Work};
use crate::lanes::{Block, LANES, SINGLES, Target, View};
use crate::machine::{Code, Step};
use crate::math::Mode;
use crate::outcome::Outcome;
use crate::tiles::{DoubleTile, SINGLE_TILE, SingleTile, TILE};

/// Numbers of all sizes and kinds; `seed` sets where each stands.
fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let kinds = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, 1e-310, 1e-42];
    let ends = [f64::MAX, f64::MIN_POSITIVE, 3.4028235677973366e38, 7.006492321624086e-46, -1e30];
    let mut state = seed;
    let number = |place: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let share = (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0;
        match (place as u64 + seed) % 19 {
            kind @ 0..8 => kinds[kind as usize],
            end @ 8..13 => ends[end as usize - 8] * share.signum(),
            13 => share * 800.0,
            14 => share * 1e-9,
            15 => share.signum(),
            _ => share * 9.0,
        }
    };
    (0..count).map(number).collect()
}

fn assert_same(what: &str, name: &str, got: &[f64], wanted: &[f64]) {
    for (place, (got, wanted)) in got.iter().zip(wanted).enumerate() {
        let same = got.to_bits() == wanted.to_bits() || (got.is_nan() && wanted.is_nan());
        assert!(same, "{what} on {name}, place {place}: {got:e} and not {wanted:e}");
    }
    assert_eq!(got.len(), wanted.len(), "{what} on {name}");
}

/// What each set of functions gives is what the portable one gives.
fn assert_all_agree(what: &str, results: impl Fn(Kernels) -> Vec<f64>) {
    let wanted = results(Engine::Scalar.kernels().unwrap());
    for (name, kernels) in compiled() {
        assert_same(what, &name, &results(kernels), &wanted);
    }
}

/// The codes that lanes of either kind run.
fn simple() -> Vec<Code> {
    let comparisons = [Op::Less, Op::LessEqual, Op::Equal];
    let fusions =
        [Fusion::MulAdd, Fusion::MulSub, Fusion::NegMulAdd, Fusion::Clamp, Fusion::KeepNan];
    let fusions = fusions.into_iter().chain(comparisons.map(Fusion::SelectIf));
    let own = [
        Code::AtLeast,
        Code::AtLeastZero,
        Code::AtMost,
        Code::Within,
        Code::WithinZero,
        Code::MulParts,
        Code::Copy,
    ];
    let ops = [Op::Add, Op::Sub, Op::Mul, Op::Min, Op::Max, Op::Select, Op::Neg, Op::Abs, Op::Sign];
    let ops = ops.into_iter().chain(comparisons).map(Fusion::Op);
    fusions.chain(ops).map(Code::Program).chain(own).collect()
}

/// The numbers that a plan gives to the codes that take one, in the place of the first and the third
/// argument.
fn bounds(code: Code) -> Option<[f64; 2]> {
    match code {
        Code::AtLeastZero | Code::WithinZero => Some([0.0, 6.0]),
        Code::AtLeast | Code::AtMost | Code::Within => Some([-1.5, 2.0]),
        _ => None,
    }
}

/// Every step that f64 lanes run, some of them twice.
fn for_doubles() -> impl Iterator<Item = Code> {
    let ops = TABLE.iter().map(|row| Fusion::Op(row.op));
    let pairs = [Pair::Sigmoids, Pair::Exponentials, Pair::Normal, Pair::TanhSoftplus, Pair::Waves];
    ops.chain(pairs.map(Fusion::Pair)).map(Code::Program).chain(simple())
}

#[test]
fn every_step_in_f64_lanes() {
    for (place, code) in for_doubles().enumerate() {
        for mode in [Mode::Plain, Mode::Saturating(0.0), Mode::Saturating(1.0 / 1024.0)] {
            let results = |kernels: Kernels| {
                let tiles: [DoubleTile; 6] = std::array::from_fn(|_| DoubleTile::new());
                for (port, tile) in tiles[..4].iter().enumerate() {
                    tile.write(&numbers(TILE, (17 * port + place) as u64));
                }
                let mut sources: [View<Block>; 4] =
                    std::array::from_fn(|port| View::of_cells(&tiles[port].0));
                let numbers = bounds(code).map(|two| two.map(|it| Cell::new(Block([it; LANES]))));
                if let Some([first, third]) = &numbers {
                    sources[0] = View::everywhere(first);
                    sources[2] = View::everywhere(third);
                }
                let targets = [4, 5].map(|place: usize| Target::of_cells(&tiles[place].0));
                let step = Step { code, args: [0, 1, 2, 3], into: [0, 1] };
                // Neither the first block alone nor the last.
                for blocks in [1, TILE / LANES] {
                    kernels.run(mode, &[step], (&sources, &targets, blocks));
                }
                let mut found = vec![0.0; 2 * TILE];
                tiles[4].read(&mut found[..TILE]);
                tiles[5].read(&mut found[TILE..]);
                found
            };
            assert_all_agree(&format!("{code:?}, {mode:?}"), results);
        }
    }
}

#[test]
fn every_step_on_numbers_in_two_parts() {
    let are_for_f32 = [Code::MulParts, Code::Copy];
    for (place, code) in for_doubles().filter(|code| !are_for_f32.contains(code)).enumerate() {
        let results = |kernels: Kernels| {
            let tiles: [DoubleTile; 12] = std::array::from_fn(|_| DoubleTile::new());
            for port in 0..4 {
                let values = numbers(TILE, (17 * port + place) as u64);
                let shares = numbers(TILE, (19 * port + place) as u64);
                // What is lost of a number is at most half of its last place.
                let lost = values.iter().zip(shares).map(|(value, share)| {
                    let share = if share.is_finite() { share.sin() } else { 0.0 };
                    let lost = value * share * f64::EPSILON / 2.0;
                    if lost.is_finite() { lost } else { 0.0 }
                });
                tiles[4 + port].write(&lost.collect::<Vec<_>>());
                tiles[port].write(&values);
            }
            let sources: [View<Block>; 8] =
                std::array::from_fn(|port| View::of_cells(&tiles[port].0));
            let targets: [Target<Block>; 4] =
                std::array::from_fn(|place| Target::of_cells(&tiles[8 + place].0));
            let step = Step { code, args: [0, 1, 2, 3], into: [0, 1] };
            for blocks in [1, TILE / LANES] {
                kernels.run_fine(&[step], (&sources, &targets, blocks));
                for parts in [[targets[0], targets[2]], [targets[1], targets[3]]] {
                    kernels.join(parts, sources[3], blocks);
                }
            }
            let mut found = vec![0.0; 4 * TILE];
            for (part, tile) in found.chunks_mut(TILE).zip(&tiles[8..]) {
                tile.read(part);
            }
            found
        };
        assert_all_agree(&format!("{code:?} in two parts"), results);
    }
}

#[test]
fn every_step_in_f32_lanes() {
    for (place, code) in simple().into_iter().enumerate() {
        let results = |kernels: Kernels| {
            let tiles: [SingleTile; 5] = std::array::from_fn(|_| SingleTile::new());
            for (port, tile) in tiles[..4].iter().enumerate() {
                tile.write(&singles(SINGLE_TILE, (17 * port + place) as u64));
            }
            let mut sources: [View<Single>; 4] =
                std::array::from_fn(|port| View::of_cells(&tiles[port].0));
            let numbers = bounds(code).map(|two| two.map(|it| Cell::new([it as f32; SINGLES])));
            if let Some([first, third]) = &numbers {
                sources[0] = View::everywhere(first);
                sources[2] = View::everywhere(third);
            }
            let targets = [Target::of_cells(&tiles[4].0)];
            let step = Step { code, args: [0, 1, 2, 3], into: [0; 2] };
            kernels.run_single(&[step], (&sources, &targets, SINGLE_TILE / SINGLES));
            let mut found = [0.0; SINGLE_TILE];
            tiles[4].read(&mut found);
            found.map(f64::from).to_vec()
        };
        assert_all_agree(&format!("{code:?} in f32"), results);
    }
}

#[test]
fn every_program_written_by_hand_has_its_kernel() {
    for (key, by_hand, _) in PROGRAMS {
        assert_eq!(LIST[kernels::place(*by_hand)], *by_hand, "{key}");
    }
}

#[test]
fn every_hand_tuned_kernel() {
    for (place, by_hand) in LIST.iter().enumerate() {
        let results = |kernels: Kernels| {
            let rows: [Vec<f32>; MOST_ARGS] =
                std::array::from_fn(|port| singles(SINGLE_TILE, (17 * port + place) as u64));
            let tile = SingleTile::new();
            let args = rows.each_ref().map(|row| View::of_elements(row));
            let into = Target::of_cells(&tile.0);
            let blocks = SINGLE_TILE / SINGLES;
            kernels.by_hand(place, &Work { args, into, blocks, stream: false });
            let mut found = [0.0; SINGLE_TILE];
            tile.read(&mut found);
            found.map(f64::from).to_vec()
        };
        assert_all_agree(&format!("{by_hand:?}"), results);
    }
}

fn singles(count: usize, seed: u64) -> Vec<f32> {
    numbers(count, seed).into_iter().map(|value| value as f32).collect()
}

/// Tiles of an outcome: with and without NaN and infinities.
fn outcome_tiles(seed: u64, is_tame: bool) -> [DoubleTile; 3] {
    std::array::from_fn(|port| {
        let values = numbers(TILE, seed + 5 * port as u64);
        let tame = |x: &f64| if x.abs() < 1e4 { *x } else { 1.25 };
        let values = if is_tame { values.iter().map(tame).collect() } else { values };
        let tile = DoubleTile::new();
        tile.write(&values);
        tile
    })
}

#[test]
fn outcomes_of_every_length() {
    for length in 0..=70usize {
        for tame in [true, false] {
            let results = |kernels: Kernels| {
                let tiles = outcome_tiles(length as u64, tame);
                let [value, guard, scale] = tiles.each_ref().map(|tile| View::of_cells(&tile.0));
                let from = Outcome { value, guard, scale };
                let mut wide = vec![7.0; length];
                let mut nan = vec![kernels.store_f64(from, &mut wide)];
                let mut found = wide;
                let mut single = vec![7.0; length];
                nan.push(kernels.store_f32(from, &mut single));
                found.extend(single.iter().map(|value| f64::from(*value)));
                nan.push(kernels.store_odd(from, &mut single));
                found.extend(single.iter().map(|value| f64::from(*value)));
                found.extend(kernels.sum(from, length));
                found.push(kernels.total(value, length));
                found.push(kernels.squares(value, 0.3, length));
                found.extend(nan.into_iter().map(f64::from));
                found
            };
            assert_all_agree(&format!("an outcome of {length}"), results);
        }
    }
}

#[test]
fn rows_of_every_length() {
    for length in 0..=70usize {
        for seed in [3, 4] {
            let tame = |value: f32| if value.abs() < 1e4 { value } else { 1.25 };
            let row = |seed| singles(length.next_multiple_of(SINGLES), seed);
            let results = |kernels: Kernels| {
                let (mut value, mut scale) = (row(seed), row(seed + 9));
                if seed == 3 {
                    value = value.into_iter().map(tame).collect();
                    scale = scale.into_iter().map(tame).collect();
                }
                let (x, by) = (View::of_elements(&value), View::of_elements(&scale));
                let mut found = vec![7.0; length];
                kernels.products(x, by, &mut found);
                found.push(kernels.sum_singles(x, by, length));
                found.push(f64::from(kernels.has_nan(x, length.div_ceil(SINGLES))));
                let mut sums = numbers(length, 11);
                kernels.add_row(&mut sums, &numbers(length, 12));
                kernels.square_distances(&mut sums, &numbers(length, 13));
                found.extend(sums);
                let tile = DoubleTile::new();
                kernels.load_f32(&value[..length], &tile.0);
                let mut loaded = vec![0.0; length.next_multiple_of(LANES)];
                tile.read(&mut loaded);
                found.extend(loaded);
                found
            };
            assert_all_agree(&format!("rows of {length}"), results);
        }
    }
}
