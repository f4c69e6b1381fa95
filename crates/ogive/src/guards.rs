//! What every `unsafe` of this crate takes for granted, and the test that fails where it is not so.
//!
//! | where                         | takes for granted                              | guarded by                                 |
//! |-------------------------------|------------------------------------------------|--------------------------------------------|
//! | `lanes/view.rs`, `View::at`   | `has` tells how many places there are          | `views_know_how_much_they_have`            |
//! | `lanes/view.rs`, `Target::at` | the same; a place is its own elements          | `targets_know_how_much_they_have`          |
//! | `machine.rs`, the loops       | sources and targets are as long as the tile    | `steps_refuse_short_memory`                |
//! | `machine/fine.rs`             | the same, of both parts                        | `steps_refuse_short_memory`                |
//! | `outcome.rs`, `store!`, `sum` | value, guard and scale are as long as the tile | `outcomes_refuse_short_memory`             |
//! | `outcome.rs`, sums of f64     | every row is as long as what is summed         | `outcomes_refuse_short_memory`             |
//! | `outcome.rs`, rows of f32     | both rows are as long as the output            | `rows_refuse_short_memory`                 |
//! | `lanes/view.rs`, parts        | the place is there                             | `parts_of_views_lie_in_them`               |
//! | `hot/kernels.rs`, the loops   | arguments and the result are as long as the    | `hand_tuned_kernels_refuse_short_memory`   |
//! |                               | work; a stream is aligned                      |                                            |
//! | `fused/*`, the loops          | inputs and stores have the tile, uniforms a    | `compiled_programs_refuse_short_memory`    |
//! |                               | period of it                                   |                                            |
//! | `fused/on_pairs.rs`, `again`  | the machine has the instructions               | it runs for the same ones                  |
//! | `dispatch.rs`, calls          | the machine has the instructions               | `engines_of_other_machines_are_refused`    |
//! | `dispatch.rs`, `assume`       | the same                                       | the same, and `dispatch/tests.rs`          |
//! | `lanes/*`, loads and stores   | a block is 64 bytes, an array of f32 32        | `lanes/tests.rs`, `tests/it/memory.rs`     |
//! | `lanes/*`, lookups            | no index leaves the table                      | `lanes/tests.rs`, whose indices are any    |
//! | `lanes/view.rs`, `prefetch`   | nothing: a hint may name any address           | `tests/it/memory.rs`, also in valgrind     |
//! | `pages.rs`, `madvise`         | the pages lie in the vector's memory           | `advice_is_about_the_vector_alone`         |
//! | all of it, on slices          | nothing beyond the caller's elements is used   | `tests/it/memory.rs`, also in valgrind     |

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ogive_formula::{Code as Fusion, Op, Pair};

use crate::dispatch::{Kernels, Single, compiled};
use crate::fused::{
    DoublesIo, Half, InDoubles, InSingles, Io, OnPairs, Shape, TileSums, run_doubles, run_pairs,
    run_singles,
};
use crate::hot::ByHand;
use crate::hot::kernels::{LIST, MOST_ARGS, Work};
use crate::lanes::{Block, LANES, Lanes, SINGLES, Scalar, Singles, Target, View};
use crate::machine::{Code, Step};
use crate::math::Mode;
use crate::outcome::Outcome;
use crate::pairs::{Pair as PairOf, Pairs};
use crate::tiles::{SINGLE_TILE, SingleTile};
use crate::{Activation, Engine};

/// The work must panic, and say this.
fn assert_refused(what: &str, says: &str, work: impl FnOnce()) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(work)) else { panic!("{what} ran") };
    let message = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default();
    assert!(message.contains(says), "{what}: {message}");
}

fn cells<B: Copy>(blocks: usize, block: B) -> Vec<Cell<B>> {
    vec![Cell::new(block); blocks]
}

#[test]
fn views_know_how_much_they_have() {
    let blocks = [Block::default(); 3];
    assert!(View::of_slice(&blocks).has(3) && !View::of_slice(&blocks).has(4));
    let of_cells = cells(2, Block::default());
    assert!(View::of_cells(&of_cells).has(2) && !View::of_cells(&of_cells).has(3));
    assert!(View::everywhere(&of_cells[0]).has(usize::MAX));
    // What does not fill a block is not there.
    let elements = [0.0; 3 * LANES + 7];
    let view: View<Half> = View::of_elements(&elements);
    assert!(view.has(3) && !view.has(4));
    let view: View<Single> = View::of_elements(&elements[..SINGLES - 1]);
    assert!(view.has(0) && !view.has(1));
}

#[test]
fn targets_know_how_much_they_have() {
    let of_cells = cells(2, Block::default());
    let target = Target::of_cells(&of_cells);
    assert!(target.has(2) && !target.has(3) && target.view().has(2) && !target.view().has(3));
    let mut elements = [0.0; 3 * LANES + 7];
    let target: Target<Half> =
        Target::of_elements(Cell::from_mut(elements.as_mut_slice()).as_slice_of_cells());
    assert!(target.has(3) && !target.has(4) && target.view().has(3) && !target.view().has(4));
    // SAFETY: it has three places, and nobody else uses them.
    *unsafe { target.at(2) } = [1.0; LANES];
    let written = |place: usize| (2 * LANES..3 * LANES).contains(&place);
    assert!((0..elements.len()).all(|place| (elements[place] == 1.0) == written(place)));
}

#[test]
fn steps_refuse_short_memory() {
    let (short, long) = (cells(3, Block::default()), cells(4, Block::default()));
    let (short_single, long_single) = (cells(3, [0.0; SINGLES]), cells(4, [0.0; SINGLES]));
    let op = |op| Code::Program(Fusion::Op(op));
    let codes = [op(Op::Add), op(Op::Div), op(Op::Exp), Code::Program(Fusion::Pair(Pair::Normal))];
    for (name, kernels) in compiled() {
        for code in codes {
            let run = |source, target| {
                let sources = [View::of_cells(source); 4];
                let targets = [Target::of_cells(target); 2];
                let step = Step { code, args: [0, 1, 2, 3], into: [0, 1] };
                kernels.run(Mode::Plain, &[step], (&sources, &targets, 4));
            };
            let what = format!("{code:?} on {name}");
            assert_refused(&what, "a source is shorter", || run(&short, &long));
            assert_refused(&what, "a target is shorter", || run(&long, &short));
            run(&long, &long);
        }
        for code in codes {
            let run = |[high, low]: [&[Cell<Block>]; 2], into: [&[Cell<Block>]; 2]| {
                let sources = [high, high, high, high, low, low, low, low].map(View::of_cells);
                let targets = [into[0], into[0], into[1], into[1]].map(Target::of_cells);
                let step = Step { code, args: [0, 1, 2, 3], into: [0, 1] };
                kernels.run_fine(&[step], (&sources, &targets, 4));
            };
            let what = format!("{code:?} in two parts on {name}");
            for parts in [[&short[..], &long[..]], [&long, &short]] {
                assert_refused(&what, "a source is shorter", || run(parts, [&long, &long]));
                assert_refused(&what, "a target is shorter", || run([&long, &long], parts));
            }
            run([&long, &long], [&long, &long]);
        }
        let join = |high: &[Cell<Block>], low: &[Cell<Block>], scale: &[Cell<Block>]| {
            kernels.join([high, low].map(Target::of_cells), View::of_cells(scale), 4);
        };
        let what = format!("two parts to one on {name}");
        assert_refused(&what, "a part is shorter", || join(&short, &long, &long));
        assert_refused(&what, "a part is shorter", || join(&long, &short, &long));
        assert_refused(&what, "a factor is shorter", || join(&long, &long, &short));
        join(&long, &long, &long);
        let run = |source, target| {
            let sources = [View::of_cells(source); 2];
            let targets = [Target::of_cells(target)];
            let step = Step { code: codes[0], args: [0, 1, 0, 0], into: [0; 2] };
            kernels.run_single(&[step], (&sources, &targets, 4));
        };
        let what = format!("f32 on {name}");
        assert_refused(&what, "a source is shorter", || run(&short_single, &long_single));
        assert_refused(&what, "a target is shorter", || run(&long_single, &short_single));
        run(&long_single, &long_single);
    }
}

#[test]
fn hand_tuned_kernels_refuse_short_memory() {
    let (short, long) = (cells(3, [0.5f32; SINGLES]), cells(4, [0.5f32; SINGLES]));
    let aligned = SingleTile::new();
    // One of these is the start of a block of 64 bytes at most.
    let mut elements = [0f32; 5 * SINGLES];
    let elements = Cell::from_mut(&mut elements[..]).as_slice_of_cells();
    let first = usize::from(Target::<[f32; SINGLES]>::of_elements(elements).is_aligned());
    let unaligned = &elements[first..];
    for (name, kernels) in compiled() {
        for (place, by_hand) in LIST.iter().enumerate() {
            let run = |args: [&[Cell<_>]; MOST_ARGS], into: &[Cell<_>], stream| {
                let (args, into) = (args.map(View::of_cells), Target::of_cells(into));
                kernels.by_hand(place, &Work { args, into, blocks: 4, stream });
            };
            let what = format!("{by_hand:?} on {name}");
            let takes = match by_hand {
                ByHand::Hot(_) => 1,
                ByHand::Slope(_) => 2,
                ByHand::Scaled(_) => 3,
                ByHand::Periodic(_) => 5,
            };
            for arg in 0..takes {
                let mut args = [&long[..]; MOST_ARGS];
                args[arg] = &short;
                assert_refused(&what, "or the result is shorter", || run(args, &long, false));
            }
            let into_short = || run([&long; MOST_ARGS], &short, false);
            assert_refused(&what, "or the result is shorter", into_short);
            run([&long; MOST_ARGS], &aligned.0[..4], true);
            let stream = || {
                let (args, into) =
                    ([View::of_cells(&long); MOST_ARGS], Target::of_elements(unaligned));
                kernels.by_hand(place, &Work { args, into, blocks: 4, stream: true });
            };
            assert_refused(&what, "only aligned", stream);
        }
    }
}

/// One element more than three blocks.
const LENGTH: usize = 3 * LANES + 1;

type Function = fn(Kernels, Outcome);

#[test]
fn outcomes_refuse_short_memory() {
    let (short, long) = (cells(3, Block::default()), cells(4, Block::default()));
    let (short, long) = (View::of_cells(&short), View::of_cells(&long));
    let functions: [(&str, Function); 4] = [
        ("store_f32", |kernels, from| _ = kernels.store_f32(from, &mut [0.0; LENGTH])),
        ("store_odd", |kernels, from| _ = kernels.store_odd(from, &mut [0.0; LENGTH])),
        ("store_f64", |kernels, from| _ = kernels.store_f64(from, &mut [0.0; LENGTH])),
        ("sum", |kernels, from| _ = kernels.sum(from, LENGTH)),
    ];
    for (name, kernels) in compiled() {
        for (function, call) in functions {
            let what = format!("{function} on {name}");
            for (value, guard, scale) in
                [(short, long, long), (long, short, long), (long, long, short)]
            {
                assert_refused(&what, "a result is shorter", || {
                    call(kernels, Outcome { value, guard, scale });
                });
            }
            call(kernels, Outcome { value: long, guard: long, scale: long });
        }
        let totals = [("total", Kernels::total as fn(_, _, _) -> f64), ("squares", squares)];
        for (function, call) in totals {
            assert_refused(&format!("{function} on {name}"), "there are fewer elements", || {
                call(kernels, short, LENGTH);
            });
            call(kernels, long, LENGTH);
        }
        let mut sums = [0.0; LENGTH];
        let fewer = "there are fewer elements";
        assert_refused(&name, fewer, || kernels.add_tile(&mut sums, short));
        for (tile, from) in [(short, long), (long, short)] {
            assert_refused(&name, fewer, || kernels.add_tile_squares(&mut sums, tile, from));
        }
        kernels.add_tile(&mut sums, long);
        kernels.add_tile_squares(&mut sums, long, long);
    }
}

fn squares(kernels: Kernels, values: View<Block>, length: usize) -> f64 {
    kernels.squares(values, 0.5, length)
}

/// One element more than two blocks of f32.
const ROW: usize = 2 * SINGLES + 1;

#[test]
fn rows_refuse_short_memory() {
    let elements = [0.5; 3 * SINGLES];
    let short = || View::of_elements(&elements[..2 * SINGLES]);
    let long = || View::of_elements(&elements);
    for (name, kernels) in compiled() {
        let mut into = [0.0; ROW];
        for (value, scale) in [(short(), long()), (long(), short())] {
            assert_refused(&name, "a result is shorter", || {
                kernels.sum_singles(value, scale, ROW);
            });
            assert_refused(&name, "a result is shorter", || {
                kernels.products(value, scale, &mut into);
            });
        }
        assert_refused(&name, "a result is shorter", || _ = kernels.has_nan(short(), 3));
        kernels.products(long(), long(), &mut into);
        assert_eq!(kernels.sum_singles(long(), long(), ROW), into.iter().sum::<f64>());
        assert!(!kernels.has_nan(long(), 3));
    }
}

#[test]
fn parts_of_views_lie_in_them() {
    let blocks = cells(3, [1.0f32; SINGLES]);
    let view = View::of_cells(&blocks);
    assert!(view.after(2).has(1) && !view.after(2).has(2));
    assert!(view.halves(2).has(2) && !view.halves(2).has(3));
    assert_refused("a part behind the end", "a view ends before", || _ = view.after(4));
    assert_refused("a block behind the end", "a view ends before", || _ = view.halves(3));
    let target = Target::of_cells(&blocks);
    assert!(target.halves(2).has(2) && !target.halves(2).has(3));
    assert_refused("a block behind the end", "a target ends before", || _ = target.halves(3));
}

/// `u·x + gate`, stored, and `x`, summed; both times `dy`.
struct Sample;
impl Shape<2> for Sample {
    const STORED: usize = 1;
    const GATE: bool = true;
    const SCALED: bool = true;
    const CORRECTED: bool = false;
    const GUARDS: [bool; 2] = [false; 2];
    const GATE_GUARDS: [bool; 2] = [false; 2];
}
impl InDoubles<1, 2> for Sample {
    fn evaluate<L: Lanes>(l: L, x: L::V, gate: L::V, [u]: [L::V; 1]) -> [L::V; 2] {
        [l.mul_add(u, x, gate), x]
    }
}
impl InSingles<1, 2> for Sample {
    const RESTS: [bool; 2] = [false; 2];
    fn evaluate<L: Singles>(l: L, x: L::V, gate: L::V, [u]: [L::V; 1]) -> [[L::V; 2]; 2] {
        [[l.mul_add(u, x, gate), x], [l.splat(0.0); 2]]
    }
}
impl OnPairs<1, 2> for Sample {
    fn evaluate<L: Singles>(
        l: &Pairs<L>,
        x: PairOf<L::V>,
        gate: PairOf<L::V>,
        [u]: [PairOf<L::V>; 1],
    ) -> [PairOf<L::V>; 2] {
        [l.mul_add(u, x, gate), x]
    }
}

#[test]
fn compiled_programs_refuse_short_memory() {
    let in_doubles = |io: &mut DoublesIo| run_doubles::<_, Sample, 1, 2>(Scalar::<f64>::new(), io);
    refuses_short_memory("in f64 lanes", &cells(3, Block([2.0; LANES])), in_doubles);
    refuses_short_memory("in f32 lanes", &cells(3, [2.0; SINGLES]), |io| {
        run_singles::<_, Sample, 1, 2>(Scalar::<f32>::new(), io)
    });
    refuses_short_memory("on pairs", &cells(6, Block([2.0; LANES])), |io| {
        // SAFETY: every machine has the portable instructions.
        unsafe { run_pairs::<_, Sample, 1, 2>(Scalar::<f32>::new(), io, in_doubles) }
    });
}

/// `run` must refuse memory that is shorter than three blocks of `N` elements, with so many uniforms.
fn refuses_short_memory<const N: usize, U: Copy>(
    how: &str,
    uniforms: &[Cell<U>],
    run: impl Fn(&mut Io<[f32; N], U>) -> bool,
) {
    let (all, less) = (3 * N, 3 * N - 1);
    let elements = vec![1.5; all];
    // How many elements each port, the uniform and the store have.
    let run =
        |length: usize, [x, gate, dy]: [usize; 3], uniform: usize, store: usize, period: usize| {
            let mut stored = vec![0.0; all];
            let cells = Cell::from_mut(&mut stored[..store]).as_slice_of_cells();
            let mut io = Io {
                stream: false,
                length,
                x: View::of_elements(&elements[..x]),
                gate: View::of_elements(&elements[..gate]),
                dy: View::of_elements(&elements[..dy]),
                uniforms: &[View::of_cells(&uniforms[..uniform])],
                period,
                stores: &[Target::of_elements(cells)],
                sums: &mut [TileSums::default()],
                rows: None,
            };
            assert!(!run(&mut io));
            assert_eq!(io.sums[0][0], 1.5 * 1.5 * length as f64);
            // Added to the places of a period, and to nothing behind it.
            let mut rows = [[1.0; SINGLE_TILE]];
            io.rows = Some(&mut rows);
            assert!(!run(&mut io));
            let blocks = length / N;
            for (place, sum) in rows[0].iter().enumerate() {
                let block = place / N;
                let times = (0..blocks).filter(|at| at % period == block).count();
                assert_eq!(*sum, 1.0 + 1.5 * 1.5 * times as f64, "place {place}, period {period}");
            }
            assert!(stored[..length].iter().all(|value| *value == 4.5 * 1.5));
        };
    let most = uniforms.len();
    let never = usize::MAX;
    run(all, [all; 3], most, all, never);
    // Where it comes again after two blocks, it has no more of them.
    let (two, fewer) = (2 * most / 3, 2 * most / 3 - 1);
    run(all, [all; 3], two, all, 2);
    let short_uniform = "a uniform is shorter";
    assert_refused(how, short_uniform, || run(all, [all; 3], fewer, all, 2));
    assert_refused(how, "nothing repeats", || run(all, [all; 3], most, all, 0));
    let refused = |what: &str, says: &str, length, ports, uniform, store| {
        let what = format!("{what} {how}");
        assert_refused(&what, says, || run(length, ports, uniform, store, never));
    };
    let short_input = "an input is shorter";
    refused("x", short_input, all, [less, all, all], most, all);
    refused("the gate", short_input, all, [all, less, all], most, all);
    refused("dy", short_input, all, [all, all, less], most, all);
    refused("a uniform", short_uniform, all, [all; 3], most - 1, all);
    refused("a store", "a store is shorter", all, [all; 3], most, less);
    refused("a broken block", "not whole blocks", less, [all; 3], most, all);
}

#[test]
fn engines_of_other_machines_are_refused() {
    let missing = Engine::ALL.iter().filter(|engine| !engine.is_available());
    // No machine has both NEON and AVX.
    assert!(missing.clone().count() > 0);
    for engine in missing {
        let says = |error: crate::Error| error.to_string().contains("this machine cannot run");
        assert!(engine.kernels().err().is_some_and(says), "{engine}");
        assert!(engine.to_string().parse::<Engine>().err().is_some_and(says), "{engine}");
        let relu = Activation::new("relu").unwrap();
        assert!(relu.with_engine(*engine).err().is_some_and(says), "{engine}");
    }
    assert!(Engine::ALL.iter().any(|engine| engine.is_available()));
}
