//! A formula at a set of inputs, with the exact results.

use std::num::NonZero;
use std::thread;

use ogive_formula::{Formula, Point};
use rug::Float;

use crate::inputs::{Random, kink_places};
use crate::ulp::{deviation, distance, last_place, round};
use crate::{Element, Engine, Exact, Outputs, Reference, Row, Skip, Task, Tolerance};

/// A formula with inputs and the exact results at them, ready to judge any number of engines.
pub struct Case<T> {
    name: String,
    formula: Formula,
    reference: Reference,
    x: Vec<T>,
    gate: Vec<T>,
    parameters: Vec<f64>,
    mean: f64,
    variance: f64,
    kinks: Vec<T>,
    exact: Vec<Exact>,
}

/// How many bits above the smallest subnormal a result may be and still have lost digits, because a
/// factor of it (e^x in x²·e^x) became subnormal before it.
const FADING: i32 = 20;

impl<T: Element> Case<T> {
    /// The formula at its initial parameters, rounded to `T`, with mean 0 and variance 1.
    pub fn new(name: &str, formula: &Formula, x: &[T]) -> Self {
        let initial = formula.parameters().iter().map(|known| T::narrow(known.initial).widen());
        Case::with(name, formula, x, &initial.collect::<Vec<f64>>(), 0.0, 1.0)
    }

    /// The formula at these parameters and statistics. An engine that keeps parameters in `T` can
    /// only be right if they are numbers of `T`.
    ///
    /// # Panics
    /// If there is not one value per parameter.
    pub fn with(
        name: &str,
        formula: &Formula,
        x: &[T],
        parameters: &[f64],
        mean: f64,
        variance: f64,
    ) -> Self {
        let mut random = Random::new(5);
        let gate = |_: &T| T::narrow(6.0 * random.unit() - 3.0);
        let gate = if formula.has_gate() { x.iter().map(gate).collect() } else { Vec::new() };
        // 70 bits below the smallest subnormal nothing can be seen any more.
        let reference = Reference::new(formula).with_floor(T::LOWEST - 70);
        let mut case = Case {
            name: name.to_owned(),
            formula: formula.clone(),
            reference,
            x: x.to_vec(),
            gate,
            parameters: parameters.to_vec(),
            mean,
            variance,
            kinks: kink_places(formula).into_iter().map(T::narrow).collect(),
            exact: Vec::new(),
        };
        case.exact = case.all_exact();
        case
    }

    /// The formula's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What an engine is given.
    pub fn task(&self) -> Task<'_, T> {
        let Case { formula, x, gate, parameters, mean, variance, .. } = self;
        Task { formula, x, gate, parameters, mean: *mean, variance: *variance, inputs_only: false }
    }

    /// The exact results at each input.
    pub fn exact(&self) -> &[Exact] {
        &self.exact
    }

    /// One row per quantity that the engine gives back.
    ///
    /// # Errors
    /// If the engine skips the formula.
    ///
    /// # Panics
    /// If the engine gives back another number of results than it was given inputs.
    pub fn judge(&self, engine: &dyn Engine<T>) -> Result<Vec<Row>, Skip> {
        Ok(self.judge_outputs(&engine.name(), &engine.run(&self.task())?))
    }

    /// The same, for what an engine has given back already.
    pub(crate) fn judge_outputs(&self, name: &str, outputs: &Outputs<T>) -> Vec<Row> {
        let row = |quantity: &str, got: &[T], exact: &dyn Fn(&Exact) -> &Float| {
            self.row(name, quantity, got, exact)
        };
        let mut rows = vec![
            row("y", &outputs.y, &|exact| &exact.y),
            row("dx", &outputs.dx, &|exact| &exact.dx),
        ];
        if let Some(dgate) = outputs.dgate.as_ref().filter(|_| self.formula.has_gate()) {
            rows.push(row("dgate", dgate, &|exact| &exact.dgate));
        }
        let parameters = self.formula.parameters().iter().zip(&outputs.dparameters);
        for (place, (parameter, got)) in parameters.enumerate() {
            if !parameter.learnable || got.is_empty() {
                continue;
            }
            let quantity = format!("dp:{}", parameter.name);
            rows.push(row(&quantity, got, &|exact| &exact.dparameters[place]));
        }
        if self.formula.has_statistics() {
            if let Some(dmean) = &outputs.dmean {
                rows.push(row("dmean", dmean, &|exact| &exact.dmean));
            }
            if let Some(dvariance) = &outputs.dvariance {
                rows.push(row("dvariance", dvariance, &|exact| &exact.dvariance));
            }
        }
        rows
    }

    fn row(
        &self,
        engine: &str,
        quantity: &str,
        got: &[T],
        exact: &dyn Fn(&Exact) -> &Float,
    ) -> Row {
        assert_eq!(got.len(), self.x.len(), "{engine} gives one {quantity} of {} per x", self.name);
        let tolerance = Tolerance::of(T::NAME, quantity);
        let mut row = Row {
            name: self.name.clone(),
            dtype: T::NAME,
            engine: engine.to_owned(),
            quantity: quantity.to_owned(),
            max_ulp: 0.0,
            at_x: self.x.first().map_or(0.0, |x| x.widen()),
            inputs: 0,
            nan_errors: 0,
            nan_at: None,
            zero_signs: 0,
            unknown: 0,
            multiprecision: self.x.len() as u64,
            misrounded: 0,
            ties: 0,
            difference: None,
        };
        for (place, (x, got)) in self.x.iter().zip(got).enumerate() {
            let (x, value) = (x.widen(), got.widen());
            let wanted = exact(&self.exact[place]);
            let judged_at_nan = matches!(quantity, "y" | "dx");
            if wanted.is_nan() && !(x.is_nan() && judged_at_nan) {
                row.unknown += u64::from(!x.is_nan());
                continue;
            }
            row.inputs += 1;
            if wanted.is_nan() != value.is_nan() {
                row.nan_errors += 1;
                row.nan_at.get_or_insert(x);
                continue;
            }
            if x.is_finite() && x.abs() > tolerance.reach {
                continue;
            }
            let zeros = value == 0.0 && round::<T>(wanted).widen() == 0.0;
            if quantity == "y" && zeros && value.is_sign_negative() != wanted.is_sign_negative() {
                row.zero_signs += 1;
            }
            let mut ulp = distance(*got, wanted);
            if tolerance.conditioned && ulp.is_finite() && ulp > row.max_ulp {
                ulp = deviation(*got, wanted, self.unit(place, wanted, exact));
            }
            if ulp > row.max_ulp {
                (row.max_ulp, row.at_x) = (ulp, x);
            }
        }
        row
    }

    /// The exponent of the unit to measure in where the type has nothing wider to compute in: the
    /// last place of the result, or what one step of x or of the gate does to it, or what an intermediate
    /// value that underflows costs. At a kink itself the smoother side counts, so that a derivative from the
    /// wrong side is not excused.
    fn unit(&self, place: usize, wanted: &Float, exact: &dyn Fn(&Exact) -> &Float) -> i32 {
        let x = self.x[place];
        let gate = self.gate.get(place).copied();
        let steps = |[up, down]: [(T, Option<T>); 2], at: T| {
            let [up, down] = [up, down].map(|(x, gate)| {
                let step = Float::with_val(64, exact(&self.exact_at(x, gate)) - wanted);
                step.get_exp().map_or(i32::MIN, |exponent| exponent - 1)
            });
            if self.kinks.contains(&at) { up.min(down) } else { up.max(down) }
        };
        let of_x = steps([(x.up(), gate), (x.down(), gate)], x);
        let of_gate = gate.map(|at| steps([(x, Some(at.up())), (x, Some(at.down()))], at));
        let step = of_x.max(of_gate.unwrap_or(i32::MIN));
        last_place::<T>(wanted).max(step).max(T::LOWEST + FADING)
    }

    fn exact_at(&self, x: T, gate: Option<T>) -> Exact {
        self.reference.at(&Point {
            x: x.widen(),
            gate: gate.map_or(0.0, T::widen),
            parameters: &self.parameters,
            mean: self.mean,
            variance: self.variance,
        })
    }

    /// The exact results at all inputs, on all cores: each is independent of the others.
    fn all_exact(&self) -> Vec<Exact> {
        let places: Vec<usize> = (0..self.x.len()).collect();
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let share = places.len().div_ceil(workers).max(1);
        let this = &self;
        thread::scope(|scope| {
            let started: Vec<_> = places
                .chunks(share)
                .map(|chunk| {
                    let run = move || -> Vec<Exact> {
                        chunk
                            .iter()
                            .map(|place| {
                                this.exact_at(this.x[*place], this.gate.get(*place).copied())
                            })
                            .collect()
                    };
                    scope.spawn(run)
                })
                .collect();
            let joined = started.into_iter().map(|worker| match worker.join() {
                Ok(exact) => exact,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            joined.flatten().collect()
        })
    }
}
