//! How long an activation takes beside a copy of memory, measured together.

mod buffer;
mod machine;
mod rounds;
mod shape;
mod streams;

use ogive::{Activation, Call, Element, Layout, Statistics};
use rayon::prelude::*;

use crate::printer::Error;
use buffer::Buffer;
use rounds::interleaved;

pub(crate) use machine::{cores, processor};
pub(crate) use rounds::{Spread, Times, seconds};
pub(crate) use shape::Shape;
pub(crate) use streams::{COPY, Streams};

/// What the rounds take turns with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Phase {
    Copy,
    Forward,
    Backward,
}

impl Phase {
    const ALL: [Phase; 3] = [Phase::Copy, Phase::Forward, Phase::Backward];
}

/// Fewer elements than this are copied by one thread: to share them takes longer than to copy them.
const SHARED: usize = 128 * 1024;

/// Measures for so many seconds on the threads of the pool that this is called in. With `fresh` each
/// call writes to memory of its own, straight from the system.
pub(crate) fn measure<T: Element>(
    activation: &Activation,
    layout: Layout,
    fresh: bool,
    seconds: f64,
) -> Result<Times, Error> {
    let length = layout.length()?;
    let [x, dy] = [1, 2].map(|stream| Buffer::<T>::normal(length, stream));
    let gate = activation.has_gate().then(|| Buffer::<T>::normal(length, 3));
    let parameters = parameters(activation, layout.channels);
    let of_batch = |x: &[T]| -> Result<Option<Statistics>, ogive::Error> {
        activation.has_statistics().then(|| Statistics::of(layout, x)).transpose()
    };
    let statistics = of_batch(x.slice())?;
    let call = Call {
        layout,
        x: x.slice(),
        gate: gate.as_ref().map(Buffer::slice),
        parameters: &parameters,
        statistics: statistics.as_ref(),
    };
    let new = || Buffer::<T>::zeros(length);
    let (mut y, mut dx) = (new(), new());
    let mut dgate = gate.as_ref().map(|_| new());
    let run = |phase: Phase| -> Result<(), ogive::Error> {
        match phase {
            Phase::Copy => {
                renew(&mut y, fresh);
                copy(call.x, y.slice_mut());
            }
            Phase::Forward => {
                renew(&mut y, fresh);
                let statistics = of_batch(call.x)?;
                let call = Call { statistics: statistics.as_ref(), ..call };
                activation.forward(&call, y.slice_mut())?;
            }
            Phase::Backward => {
                renew(&mut dx, fresh);
                if let Some(dgate) = &mut dgate {
                    renew(dgate, fresh);
                }
                let dgate = dgate.as_mut().map(Buffer::slice_mut);
                activation.backward(&call, dy.slice(), dx.slice_mut(), dgate)?;
            }
        }
        Ok(())
    };
    Ok(interleaved(length, seconds, run)?)
}

/// Gives the memory back and takes other, where that is asked for.
fn renew<T: Element>(buffer: &mut Buffer<T>, fresh: bool) {
    if fresh {
        let length = buffer.slice().len();
        // First gone, then new: a network frees the outputs of the step before, too.
        *buffer = Buffer::zeros(0);
        *buffer = Buffer::zeros(length);
    }
}

/// The initial parameters; one value per channel unless the formula has a single one.
fn parameters(activation: &Activation, channels: usize) -> Vec<Vec<f64>> {
    let by_channel = |parameter: &ogive::formula::Parameter| {
        parameter.granularity != ogive::formula::Granularity::Shared
    };
    activation
        .parameters()
        .iter()
        .map(|one| vec![one.initial; if by_channel(one) { channels } else { 1 }])
        .collect()
}

fn copy<T: Element>(from: &[T], to: &mut [T]) {
    let threads = rayon::current_num_threads();
    if from.len() < SHARED || threads == 1 {
        return to.copy_from_slice(from);
    }
    let chunk = from.len().div_ceil(4 * threads);
    from.par_chunks(chunk)
        .zip(to.par_chunks_mut(chunk))
        .for_each(|(from, to)| to.copy_from_slice(from));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_copies_on_any_number_of_threads() {
        for length in [1, 1000, SHARED - 1, SHARED + 7] {
            let from = Buffer::<f32>::normal(length, 1);
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let mut to = Buffer::<f32>::zeros(length);
                pool.install(|| copy(from.slice(), to.slice_mut()));
                assert!(from.slice() == to.slice(), "{length} on {threads}");
            }
        }
    }

    #[test]
    fn every_kind_of_activation_is_measured() {
        for (name, channels) in [("relu", 1), ("prelu", 10), ("dice", 10), ("x*sigmoid(gate)", 1)] {
            let layout = Layout { outer: 100, channels, inner: 1 };
            let activation = Activation::new(name).unwrap();
            for fresh in [false, true] {
                let times = measure::<half::bf16>(&activation, layout, fresh, 0.0).unwrap();
                for spread in [times.copy, times.forward, times.backward] {
                    assert!(0.0 < spread.minimum && spread.minimum <= spread.median, "{name}");
                }
            }
        }
    }
}
