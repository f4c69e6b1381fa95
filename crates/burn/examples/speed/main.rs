//! How fast PReLU and Dice train beside the same functions of Burn's own, and how much memory they take.
//!
//! ```text
//! cargo run -p ogive-burn --release --example speed
//! ```
//!
//! A step is the result of a layer and the gradients of its input and its slopes. The two layers and a copy
//! of memory of the same size take turns. Times are those of the processor, all threads together, medians
//! over the turns. Where a layer does little with each number, a step is as fast as memory is: the
//! result takes one copy, the gradients read two arrays and write one, and the gradient of ones that arrives
//! has to be written: three copies at least.
//!
//! Memory is the most that was allocated at once during a step above what stood before it, counted by the
//! allocator, in units of the input. At the end of a step the result and the gradient of the input exist, 2
//! units. Ogive allocates the result; the gradient of the input takes the place of the gradient that
//! arrives.
//!
//! Both layers of a pair compute the same function: their results are compared first.

#![allow(clippy::print_stdout, reason = "the table is what the example is for")]

mod clock;
mod memory;
mod rivals;

use std::error::Error;
use std::hint::black_box;

use burn::tensor::{Device, Tensor};
use rivals::{Layers, Step, burn_prelu, composed_dice, input, ogive};

/// Turns whose times count; some before them warm up.
const TURNS: usize = 41;

fn main() -> Result<(), Box<dyn Error>> {
    let device = Device::flex().autodiff();
    println!("{:27}median ms                 ratio  memory, inputs", "");
    println!("{:27}Burn's  Ogive's    copy         Burn's  Ogive's", "layer  input");
    images(&device)?;
    rows(&device)
}

/// `[batch, channels, height, width]`.
fn images(device: &Device) -> Result<(), Box<dyn Error>> {
    let x = input([64, 64, 32, 32], device);
    let layers = Layers::new(64, device)?;
    pair("prelu", &x, || burn_prelu(&layers.burn_prelu, &x), || ogive(&layers.prelu, &x))?;
    pair("dice", &x, || composed_dice(&layers.slopes, &x), || ogive(&layers.dice, &x))
}

/// `[batch, channels]`.
fn rows(device: &Device) -> Result<(), Box<dyn Error>> {
    let x = input([4096, 128], device);
    let layers = Layers::new(128, device)?;
    pair("prelu", &x, || burn_prelu(&layers.burn_prelu, &x), || ogive(&layers.prelu, &x))?;
    pair("dice", &x, || composed_dice(&layers.slopes, &x), || ogive(&layers.dice, &x))
}

/// Measures both and prints a line.
fn pair<const D: usize>(
    name: &str,
    x: &Tensor<D>,
    theirs: impl Fn() -> Step<D>,
    ours: impl Fn() -> Step<D>,
) -> Result<(), Box<dyn Error>> {
    let off = difference(theirs(), ours());
    if off > 1e-4 {
        return Err(format!("{name}: the two differ by {off:e}").into());
    }
    let count = x.shape().num_elements();
    let (from, mut to) = (vec![1f32; count], vec![0f32; count]);
    let mut times = [const { Vec::new() }; 3];
    for turn in 0..TURNS + 4 {
        let copy = || black_box(&mut to).copy_from_slice(black_box(&from));
        let found = [each(count, &theirs), each(count, &ours), each(count, copy)];
        if turn >= 4 {
            times.iter_mut().zip(found).for_each(|(times, found)| times.push(found));
        }
    }
    let of_inputs = |bytes: usize| bytes as f64 / (4 * count) as f64;
    let [memory, own_memory] = [memory::peak(&theirs).1, memory::peak(&ours).1].map(of_inputs);
    let [median, own_median, copy] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[TURNS / 2]
    });
    println!(
        "{name:<7}{:<18}{median:>8.2}{own_median:>9.2}{copy:>8.2}{:>8.1}{memory:>7.2}{own_memory:>9.2}",
        format!("{:?}", x.dims()),
        median / own_median,
    );
    Ok(())
}

/// Milliseconds of one run of several: looking at the clock takes as long as some thousand numbers do.
fn each<R>(count: usize, mut run: impl FnMut() -> R) -> f64 {
    let runs = ((1 << 22) / count).max(1);
    let start = clock::now();
    for _ in 0..runs {
        black_box(run());
    }
    (clock::now() - start) / runs as f64
}

/// The largest difference of results and gradients, relative to the largest number.
fn difference<const D: usize>(theirs: Step<D>, ours: Step<D>) -> f32 {
    let ((y, dx, dslopes), (own_y, own_dx, own_dslopes)) = (theirs, ours);
    let flat = |tensor: Tensor<D>| tensor.flatten::<1>(0, D - 1);
    let mut worst = 0f32;
    for (theirs, ours) in [(flat(y), flat(own_y)), (flat(dx), flat(own_dx)), (dslopes, own_dslopes)]
    {
        let scale = theirs.clone().abs().max().into_scalar::<f32>();
        worst = worst.max((theirs - ours).abs().max().into_scalar::<f32>() / scale);
    }
    worst
}
