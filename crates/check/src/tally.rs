//! What is found of one quantity in one engine, added up over chunks.

use crate::survey::Quantity;
use crate::{Difference, Element, Row};

/// Counts and maxima over some inputs.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    max_ulp: f64,
    at_x: Option<f64>,
    inputs: u64,
    nan_errors: u64,
    nan_at: Option<f64>,
    pub(crate) unknown: u64,
    pub(crate) multiprecision: u64,
    pub(crate) misrounded: u64,
    pub(crate) ties: u64,
    differences: u64,
    /// The first input at which two engines differ, this one's value and the other's.
    first_difference: Option<[f64; 3]>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally {
            max_ulp: 0.0,
            at_x: None,
            inputs: 0,
            nan_errors: 0,
            nan_at: None,
            unknown: 0,
            multiprecision: 0,
            misrounded: 0,
            ties: 0,
            differences: 0,
            first_difference: None,
        }
    }
}

impl Tally {
    /// One more input: its distance, or none if NaN stands where it should not, or the reverse.
    #[inline]
    pub(crate) fn count(&mut self, x: f64, ulp: Option<f64>) {
        self.inputs += 1;
        self.at_x.get_or_insert(x);
        match ulp {
            None => {
                self.nan_errors += 1;
                self.nan_at.get_or_insert(x);
            }
            Some(ulp) if ulp > self.max_ulp => (self.max_ulp, self.at_x) = (ulp, Some(x)),
            Some(_) => {}
        }
    }

    /// Counts where an engine gives other bits than the first one.
    pub(crate) fn compare<T: Element>(&mut self, x: &[T], got: &[T], leader: &[T]) {
        for ((x, got), leader) in x.iter().zip(got).zip(leader) {
            if got.to_bits() != leader.to_bits() {
                self.differences += 1;
                let all = [x.widen(), got.widen(), leader.widen()];
                self.first_difference.get_or_insert(all);
            }
        }
    }

    pub(crate) fn differs(&self) -> bool {
        self.differences > 0
    }

    pub(crate) fn difference(&self, other: String) -> Option<Difference> {
        let [at_x, value, other_value] = self.first_difference?;
        Some(Difference { count: self.differences, at_x, value, other, other_value })
    }

    /// Both, of which `self` stands first.
    fn merged(self, later: &Tally) -> Tally {
        let further = later.max_ulp > self.max_ulp;
        Tally {
            max_ulp: self.max_ulp.max(later.max_ulp),
            at_x: if further { later.at_x } else { self.at_x.or(later.at_x) },
            inputs: self.inputs + later.inputs,
            nan_errors: self.nan_errors + later.nan_errors,
            nan_at: self.nan_at.or(later.nan_at),
            unknown: self.unknown + later.unknown,
            multiprecision: self.multiprecision + later.multiprecision,
            misrounded: self.misrounded + later.misrounded,
            ties: self.ties + later.ties,
            differences: self.differences + later.differences,
            first_difference: self.first_difference.or(later.first_difference),
        }
    }

    /// Lists by engine and quantity; an empty one is nothing at all.
    pub(crate) fn merged_lists(left: Vec<Vec<Tally>>, right: Vec<Vec<Tally>>) -> Vec<Vec<Tally>> {
        if left.is_empty() {
            return right;
        }
        if right.is_empty() {
            return left;
        }
        let of_engine = |(left, right): (Vec<Tally>, Vec<Tally>)| -> Vec<Tally> {
            left.into_iter().zip(&right).map(|(left, right)| left.merged(right)).collect()
        };
        left.into_iter().zip(right).map(of_engine).collect()
    }
}

/// One row per quantity for all engines that agree with the first, and one for each that does not.
pub(crate) fn rows<T: Element>(
    name: &str,
    engines: &[String],
    quantities: &[Quantity],
    tallies: &[Vec<Tally>],
) -> Vec<Row> {
    let mut rows = Vec::new();
    for (place, quantity) in quantities.iter().enumerate() {
        let of = |engine: usize| &tallies[engine][place];
        let (agreeing, others): (Vec<usize>, Vec<usize>) =
            (0..tallies.len()).partition(|engine| !of(*engine).differs());
        let row = |engine: String, tally: &Tally| Row {
            name: name.to_owned(),
            dtype: T::NAME,
            engine,
            quantity: quantity.name.clone(),
            max_ulp: tally.max_ulp,
            at_x: tally.at_x.unwrap_or(0.0),
            inputs: tally.inputs,
            nan_errors: tally.nan_errors,
            nan_at: tally.nan_at,
            zero_signs: 0,
            unknown: tally.unknown,
            multiprecision: tally.multiprecision,
            misrounded: tally.misrounded,
            ties: tally.ties,
            difference: tally.difference(engines[0].clone()),
        };
        let names: Vec<&str> = agreeing.iter().map(|engine| engines[*engine].as_str()).collect();
        rows.extend(agreeing.first().map(|first| row(names.join(" "), of(*first))));
        rows.extend(others.iter().map(|other| row(engines[*other].clone(), of(*other))));
    }
    rows
}
