//! The exact evaluation in a call: its parameters and statistics, and what it has said before.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ogive_formula::{Point, Results};

use super::Exact;
use crate::plan::{Compiled, Plan};
use crate::statistics::Statistics;

/// The exact evaluation with what one call gives to all elements.
#[derive(Clone, Debug)]
pub(crate) struct InCall {
    exact: Arc<Exact>,
    compiled: Compiled,
    parameters: Vec<Vec<f64>>,
    statistics: Option<Statistics>,
    in_parts: Arc<OnceLock<Option<Plan>>>,
    memory: Arc<Memory>,
}

/// Values that elements of one call have in common, such as those of 0: an evaluation may take
/// milliseconds.
type Memory = Mutex<HashMap<[u64; 4], Vec<f64>>>;

/// More are not worth their memory.
const MOST_REMEMBERED: usize = 16384;

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) channel: usize,
    pub(crate) x: f64,
    pub(crate) gate: f64,
    pub(crate) dy: f64,
}

impl Place {
    /// The value of a parameter or a statistic, which is one for all channels or one for each.
    fn of_channel(&self, values: &[f64]) -> f64 {
        match values {
            [] => f64::NAN,
            [value] => *value,
            _ => values[self.channel],
        }
    }
}

impl InCall {
    pub(crate) fn new(
        exact: Arc<Exact>,
        compiled: Compiled,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
    ) -> InCall {
        let (parameters, statistics) = (parameters.to_vec(), statistics.cloned());
        let (in_parts, memory) = (Arc::default(), Arc::default());
        InCall { exact, compiled, parameters, statistics, in_parts, memory }
    }

    /// The call's program on numbers of two parts, for results in f32: most of its doubts are none there,
    /// and an element takes a hundredth of the time. None if that would not help.
    pub(crate) fn in_parts(&self) -> Option<&Plan> {
        let plan = || Plan::in_parts(&self.compiled, &self.parameters, self.statistics.as_ref());
        self.in_parts.get_or_init(plan).as_ref()
    }

    /// What leaves the program for one element, from memory where its values were asked before.
    pub(crate) fn at(&self, place: Place, bits: i32) -> Vec<f64> {
        let Place { channel, x, gate, .. } = place;
        let channel = if self.differs_by_channel() { channel as u64 } else { 0 };
        let key = [channel, x.to_bits(), gate.to_bits(), bits as u64];
        // Nothing panics while the memory is held.
        let memory = || self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let known = memory().get(&key).cloned();
        let values = known.unwrap_or_else(|| {
            // Other threads go on meanwhile; who asks for the same finds the same.
            let values = self.values(place, bits);
            let mut memory = memory();
            if memory.len() >= MOST_REMEMBERED {
                memory.clear();
            }
            memory.insert(key, values.clone());
            values
        });
        self.outcomes(values, place)
    }

    /// How many elements have been evaluated exactly.
    #[cfg(test)]
    pub(crate) fn evaluated(&self) -> usize {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn differs_by_channel(&self) -> bool {
        self.statistics.is_some() || self.parameters.iter().any(|values| values.len() > 1)
    }

    /// The value of each output for one element; `dy` is of no account.
    fn values(&self, place: Place, bits: i32) -> Vec<f64> {
        let parameters: Vec<f64> =
            self.parameters.iter().map(|values| place.of_channel(values)).collect();
        let [mean, variance] = match &self.statistics {
            Some(Statistics { mean, variance, .. }) => {
                [mean, variance].map(|values| place.of_channel(values))
            }
            None => [f64::NAN; 2],
        };
        let Place { x, gate, .. } = place;
        self.exact.at(&Point { x, gate, parameters: &parameters, mean, variance }, bits)
    }

    /// What leaves the program for one element of these values: scaled and corrected.
    fn outcomes(&self, mut values: Vec<f64>, place: Place) -> Vec<f64> {
        let results = self.compiled.results();
        if results != Results::Values {
            for value in &mut values {
                *value *= place.dy;
            }
        }
        if results == Results::Corrected
            && let ([.., a, b], Some(Statistics { mean, .. })) =
                (&self.parameters[..], &self.statistics)
        {
            let [a, b, mean] = [a, b, mean].map(|values| place.of_channel(values));
            values[0] += a + b * (place.x - mean);
        }
        values
    }
}
