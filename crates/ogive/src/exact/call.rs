//! The exact evaluation in a call: its parameters and statistics, and what it has said before.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use ogive_formula::{Point, Results};

use super::Exact;
use crate::statistics::Statistics;

/// The exact evaluation with what one call gives to all elements.
#[derive(Clone, Debug)]
pub(crate) struct InCall {
    exact: Arc<Exact>,
    results: Results,
    parameters: Vec<Vec<f64>>,
    statistics: Option<[Vec<f64>; 2]>,
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) channel: usize,
    pub(crate) x: f64,
    pub(crate) gate: f64,
    pub(crate) dy: f64,
}

impl InCall {
    pub(crate) fn new(
        exact: Arc<Exact>,
        results: Results,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
    ) -> InCall {
        let statistics = statistics.map(|known| [known.mean.clone(), known.variance.clone()]);
        InCall { exact, results, parameters: parameters.to_vec(), statistics }
    }

    /// What leaves the program for one element, scaled and corrected.
    pub(crate) fn at(&self, place: Place, bits: i32) -> Vec<f64> {
        let of_channel = |values: &Vec<f64>| match values[..] {
            [] => f64::NAN,
            [value] => value,
            _ => values[place.channel],
        };
        let parameters: Vec<f64> = self.parameters.iter().map(of_channel).collect();
        let [mean, variance] = match &self.statistics {
            Some(statistics) => statistics.each_ref().map(of_channel),
            None => [f64::NAN; 2],
        };
        let Place { x, gate, dy, .. } = place;
        let point = Point { x, gate, parameters: &parameters, mean, variance };
        let mut values = self.exact.at(&point, bits);
        if self.results != Results::Values {
            for value in &mut values {
                *value *= dy;
            }
        }
        if self.results == Results::Corrected
            && let [.., a, b] = parameters[..]
        {
            values.pop();
            values[0] += a + b * (x - mean);
        }
        values
    }
}

/// Values that elements of one chunk have in common, such as that of 0.
#[derive(Debug, Default)]
pub(crate) struct Memory(RefCell<HashMap<[u64; 4], Vec<f64>>>);

/// More are not worth their memory.
const MOST_REMEMBERED: usize = 4096;

impl Memory {
    /// What `exact` says of a place, from memory where it was asked before.
    pub(crate) fn at(&self, exact: &InCall, place: Place, bits: i32) -> Vec<f64> {
        let Place { channel, x, gate, dy } = place;
        let key = [channel as u64, x.to_bits(), gate.to_bits(), dy.to_bits()];
        let mut known = self.0.borrow_mut();
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.entry(key).or_insert_with(|| exact.at(place, bits)).clone()
    }
}
