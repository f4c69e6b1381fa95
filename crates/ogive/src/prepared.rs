//! A program made ready for what a call gives to all elements, and kept for the next call that gives the
//! same: with few elements that takes longer than they do.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::plan::{Compiled, Plan};
use crate::precision::Single;
use crate::statistics::Statistics;

/// What one call runs.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) plan: Plan,
    /// The same in f32 lanes, where they are as good.
    pub(crate) single: Option<Single>,
}

/// What a program was made ready for.
#[derive(Debug, PartialEq)]
struct Given {
    /// The bits of the parameters' values, and of the statistics.
    values: Vec<Vec<u64>>,
    is_fine: bool,
}

impl Given {
    fn lists<'a>(
        parameters: &'a [Vec<f64>],
        statistics: Option<&'a Statistics>,
    ) -> impl Iterator<Item = &'a Vec<f64>> {
        let of_statistics = statistics.into_iter().flat_map(|known| [&known.mean, &known.variance]);
        parameters.iter().chain(of_statistics)
    }

    fn new(parameters: &[Vec<f64>], statistics: Option<&Statistics>, is_fine: bool) -> Given {
        let bits = |list: &Vec<f64>| list.iter().map(|value| value.to_bits()).collect();
        Given { values: Given::lists(parameters, statistics).map(bits).collect(), is_fine }
    }

    fn is(&self, parameters: &[Vec<f64>], statistics: Option<&Statistics>, is_fine: bool) -> bool {
        let same = |(known, list): (&Vec<u64>, &Vec<f64>)| {
            known.len() == list.len()
                && known.iter().zip(list).all(|(bits, value)| *bits == value.to_bits())
        };
        let count = parameters.len() + if statistics.is_some() { 2 } else { 0 };
        self.is_fine == is_fine
            && self.values.len() == count
            && self.values.iter().zip(Given::lists(parameters, statistics)).all(same)
    }
}

/// A program of an activation.
pub(crate) struct Program {
    compiled: Compiled,
    last: Mutex<Option<(Given, Arc<Prepared>)>>,
}

impl Program {
    /// Nothing is ready yet.
    pub(crate) fn new(compiled: Compiled) -> Program {
        Program { compiled, last: Mutex::default() }
    }

    /// The same program on the tile engine.
    pub(crate) fn on_tiles(&self) -> Program {
        Program::new(self.compiled.on_tiles())
    }

    /// Whether it is one of those of the catalogue that have kernels.
    pub(crate) fn is_compiled(&self) -> bool {
        self.compiled.is_compiled()
    }

    /// Whether it asks whether values have lost digits.
    pub(crate) fn asks(&self) -> bool {
        self.compiled.asks()
    }

    /// The program for these parameters and statistics, and for results that stay in f64 where it is to be
    /// `fine`.
    pub(crate) fn prepared(
        &self,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
        is_fine: bool,
    ) -> Arc<Prepared> {
        // Nothing panics while it is locked.
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((given, prepared)) = &*last()
            && given.is(parameters, statistics, is_fine)
        {
            return Arc::clone(prepared);
        }
        let prepared = Arc::new(self.fresh(parameters, statistics, is_fine));
        // What an exact evaluation remembers of a call takes more memory than the next call should find.
        if prepared.plan.exact.is_none() {
            let given = Given::new(parameters, statistics, is_fine);
            let before = last().replace((given, Arc::clone(&prepared)));
            // Nobody waits for that.
            drop(before);
        }
        prepared
    }

    /// The same for one call only.
    pub(crate) fn fresh(
        &self,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
        is_fine: bool,
    ) -> Prepared {
        let plan = Plan::new(&self.compiled, parameters, statistics, is_fine);
        let single = Single::of(&plan, self.compiled.stored());
        Prepared { plan, single }
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("compiled", &self.compiled).finish_non_exhaustive()
    }
}
