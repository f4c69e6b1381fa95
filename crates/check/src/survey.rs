//! A formula at millions of inputs, or at every one there is, on several engines at once.

use std::collections::HashMap;

use ogive_formula::{Formula, Point};
use rayon::prelude::*;
use rug::Float;

use crate::inputs::Random;
use crate::quick::{Bounded, Quick};
use crate::tally::{Tally, rows};
use crate::tape::{GATE, MEAN, PARAMETERS, VARIANCE, X};
use crate::ulp::{distance, round};
use crate::verdict::{measured, settled};
use crate::{Case, Element, Engine, Exact, Outputs, Reference, Row, Skip, Task};

/// How many inputs are judged at a time: few enough that an engine keeps to one thread.
const CHUNK: usize = 16 * 1024;

/// Which inputs a survey goes through.
#[derive(Clone, Copy, Debug)]
pub enum Inputs<'a, T> {
    /// These.
    List(&'a [T]),
    /// Every bit pattern of the type.
    Every,
}

impl<T: Element> Inputs<'_, T> {
    /// How many there are.
    ///
    /// # Panics
    /// If they are all the bit patterns of a type of 64 bits, which nobody lives to see the end of.
    pub fn count(&self) -> u64 {
        match self {
            Inputs::List(list) => list.len() as u64,
            Inputs::Every => {
                assert!(T::BITS < 64, "{} has too many numbers to go through", T::NAME);
                1 << T::BITS
            }
        }
    }

    fn chunk(&self, place: u64) -> Vec<T> {
        let start = place * CHUNK as u64;
        let end = (start + CHUNK as u64).min(self.count());
        match self {
            Inputs::List(list) => list[start as usize..end as usize].to_vec(),
            Inputs::Every => (start..end).map(T::from_bits).collect(),
        }
    }
}

/// What a survey is about: a formula at fixed parameters, with the fast reference to judge it.
///
/// Where [`Case`] asks multiprecision about every input, a survey asks it only where a reference in
/// f64, which carries a proven bound on its error, is not certain to 10^-4 of a unit of the type.
/// Distances are never too small, and too large by no more than that. The type f64 itself has no
/// faster reference: there every input goes to multiprecision. Whether zeros carry the right sign is
/// left to [`Case`].
///
/// ```
/// use ogive_check::{Engine, Inputs, Outputs, Skip, Survey, Task};
/// use ogive_formula::Formula;
///
/// /// Silu as one would write it in f32.
/// struct Hasty;
///
/// impl Engine<f32> for Hasty {
///     fn name(&self) -> String {
///         "hasty".to_owned()
///     }
///
///     fn run(&self, task: &Task<f32>) -> Result<Outputs<f32>, Skip> {
///         let y = task.x.iter().map(|x| x / (1.0 + (-x).exp())).collect();
///         Ok(Outputs { y, ..Outputs::default() })
///     }
/// }
///
/// let silu = Formula::parse("x/(1 + exp(-x))")?;
/// let x: Vec<f32> = (-8000..8000).map(|k| k as f32 / 100.0).collect();
/// let rows = Survey::new("silu", &silu).judge(&Inputs::List(&x), &[&Hasty], &|| {})?;
/// assert!(rows[0].max_ulp > 1.0 && rows[0].multiprecision < 100, "{}", rows[0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Survey {
    name: String,
    formula: Formula,
    parameters: Vec<f64>,
    inputs_only: bool,
}

/// One of the results that an engine gives.
#[derive(Clone, Debug)]
pub(crate) struct Quantity {
    pub(crate) name: String,
    /// The leaf that it is the derivative in; none for the value.
    leaf: Option<usize>,
}

impl Survey {
    /// The formula at its initial parameters, with mean 0 and variance 1.
    pub fn new(name: &str, formula: &Formula) -> Self {
        let parameters = formula.parameters().iter().map(|known| known.initial).collect();
        let (name, formula) = (name.to_owned(), formula.clone());
        Survey { name, formula, parameters, inputs_only: false }
    }

    /// Leaves out the derivatives in parameters and statistics, which cost an engine more than the
    /// others together: each element needs parameters of its own.
    #[must_use]
    pub fn inputs_only(self) -> Self {
        Survey { inputs_only: true, ..self }
    }

    /// How many times `judge` calls its `progress` for these inputs.
    pub fn steps<T: Element>(&self, inputs: &Inputs<T>) -> u64 {
        if T::BITS == 64 { 1 } else { inputs.count().div_ceil(CHUNK as u64) }
    }

    /// Judges all engines, each input on one of this machine's cores: one row per quantity for all
    /// engines that give the same bits as the first at every input, and one for each that does not.
    ///
    /// # Errors
    /// If an engine skips the formula.
    ///
    /// # Panics
    /// If an engine gives back another number of results than it was given inputs.
    pub fn judge<T: Element>(
        &self,
        inputs: &Inputs<T>,
        engines: &[&(dyn Engine<T> + Sync)],
        progress: &(dyn Fn() + Sync),
    ) -> Result<Vec<Row>, Skip> {
        // Engines compute with parameters of the type.
        let parameters: Vec<f64> =
            self.parameters.iter().map(|value| T::narrow(*value).widen()).collect();
        let quantities = self.quantities(&inputs.chunk(0)[..1], &parameters, engines)?;
        let of_inputs = |quantity: &Quantity| matches!(quantity.leaf, None | Some(X | GATE));
        if !self.inputs_only && quantities.iter().all(of_inputs) {
            return self.clone().inputs_only().judge(inputs, engines, progress);
        }
        if T::BITS == 64 {
            let tally = self.by_multiprecision(inputs, &parameters, engines, &quantities)?;
            progress();
            return Ok(tally);
        }
        let steps = self.steps(inputs);
        let work = || Worker::<T>::new(self, &parameters, &quantities);
        let judged = (0..steps).into_par_iter().map_init(work, |worker, step| {
            let first = step * CHUNK as u64;
            let tallies = worker.judge(first, &inputs.chunk(step), engines);
            progress();
            tallies
        });
        let merged =
            judged.try_reduce(Vec::new, |left, right| Ok(Tally::merged_lists(left, right)))?;
        let names: Vec<String> = engines.iter().map(|engine| engine.name()).collect();
        Ok(rows::<T>(&self.name, &names, &quantities, &merged))
    }

    /// What all engines give back for one input.
    fn quantities<T: Element>(
        &self,
        x: &[T],
        parameters: &[f64],
        engines: &[&(dyn Engine<T> + Sync)],
    ) -> Result<Vec<Quantity>, Skip> {
        let formula = &self.formula;
        let quantity = |name: &str, leaf| Quantity { name: name.to_owned(), leaf };
        let mut all = vec![quantity("y", None), quantity("dx", Some(X))];
        if formula.has_gate() {
            all.push(quantity("dgate", Some(GATE)));
        }
        if !self.inputs_only {
            let learnable = formula.parameters().iter().enumerate().filter(|(_, p)| p.learnable);
            all.extend(learnable.map(|(place, parameter)| {
                quantity(&format!("dp:{}", parameter.name), Some(PARAMETERS + place))
            }));
            if formula.has_statistics() {
                let both = [("dmean", MEAN), ("dvariance", VARIANCE)];
                all.extend(both.map(|(name, leaf)| quantity(name, Some(leaf))));
            }
        }
        let gate = gates(formula, x, 0);
        for engine in engines {
            let outputs = engine.run(&self.task(x, &gate, parameters))?;
            all.retain(|quantity| !quantity.of(&outputs).is_empty());
        }
        Ok(all)
    }

    fn task<'a, T>(&'a self, x: &'a [T], gate: &'a [T], parameters: &'a [f64]) -> Task<'a, T> {
        let Survey { formula, inputs_only, .. } = self;
        Task { formula, x, gate, parameters, mean: 0.0, variance: 1.0, inputs_only: *inputs_only }
    }

    /// For f64: every input by multiprecision.
    fn by_multiprecision<T: Element>(
        &self,
        inputs: &Inputs<T>,
        parameters: &[f64],
        engines: &[&(dyn Engine<T> + Sync)],
        quantities: &[Quantity],
    ) -> Result<Vec<Row>, Skip> {
        let Inputs::List(x) = inputs else { unreachable!("`count` refuses them") };
        let case = Case::with(&self.name, &self.formula, x, parameters, 0.0, 1.0);
        let known = |row: &Row| quantities.iter().any(|quantity| quantity.name == row.quantity);
        let mut all: Vec<(Vec<Row>, Outputs<T>)> = Vec::new();
        for engine in engines {
            let outputs = engine.run(&case.task())?;
            let name = engine.name();
            let mut rows: Vec<Row> =
                case.judge_outputs(&name, &outputs).into_iter().filter(known).collect();
            let Some((leading, leader)) = all.first_mut() else {
                all.push((rows, outputs));
                continue;
            };
            for (row, leading) in rows.iter_mut().zip(leading) {
                let Some(quantity) = quantities.iter().find(|known| known.name == row.quantity)
                else {
                    continue;
                };
                let mut tally = Tally::default();
                tally.compare(x, quantity.of(&outputs), quantity.of(leader));
                match tally.difference(engines[0].name()) {
                    None => leading.engine = format!("{} {name}", leading.engine),
                    difference => row.difference = difference,
                }
            }
            rows.retain(|row| row.difference.is_some());
            all.push((rows, outputs));
        }
        Ok(all.into_iter().flat_map(|(rows, _)| rows).collect())
    }
}

impl Quantity {
    /// What an engine gives back of it; empty if nothing.
    fn of<'a, T>(&self, outputs: &'a Outputs<T>) -> &'a [T] {
        let list = match self.leaf {
            None => Some(&outputs.y),
            Some(X) => Some(&outputs.dx),
            Some(GATE) => outputs.dgate.as_ref(),
            Some(MEAN) => outputs.dmean.as_ref(),
            Some(VARIANCE) => outputs.dvariance.as_ref(),
            Some(parameter) => outputs.dparameters.get(parameter - PARAMETERS),
        };
        list.map_or(&[], Vec::as_slice)
    }

    fn exact<'a>(&self, exact: &'a Exact) -> &'a Float {
        match self.leaf {
            None => &exact.y,
            Some(X) => &exact.dx,
            Some(GATE) => &exact.dgate,
            Some(MEAN) => &exact.dmean,
            Some(VARIANCE) => &exact.dvariance,
            Some(parameter) => &exact.dparameters[parameter - PARAMETERS],
        }
    }
}

/// The second input of each element, from -3 to 3; none for a formula without a gate.
fn gates<T: Element>(formula: &Formula, x: &[T], first: u64) -> Vec<T> {
    let gate = |place: u64| T::narrow(6.0 * Random::new(place).unit() - 3.0);
    let count = if formula.has_gate() { x.len() as u64 } else { 0 };
    (first..first + count).map(gate).collect()
}

/// What one thread needs to judge chunks.
struct Worker<'a, T> {
    survey: &'a Survey,
    parameters: &'a [f64],
    quantities: &'a [Quantity],
    quick: Quick,
    reference: Reference,
    known: Vec<Vec<Bounded>>,
    marker: std::marker::PhantomData<T>,
}

/// One chunk with what multiprecision has said of it.
struct Chunk<'a, T> {
    x: &'a [T],
    gate: &'a [T],
    exact: HashMap<usize, Exact>,
}

impl<'a, T: Element> Worker<'a, T> {
    fn new(survey: &'a Survey, parameters: &'a [f64], quantities: &'a [Quantity]) -> Self {
        let wanted: Vec<usize> = quantities.iter().filter_map(|quantity| quantity.leaf).collect();
        let point = Point { parameters, mean: 0.0, variance: 1.0, ..Point::default() };
        Worker {
            survey,
            parameters,
            quantities,
            quick: Quick::new(&survey.formula, &wanted, &point),
            reference: Reference::new(&survey.formula).with_floor(T::LOWEST - 70),
            known: vec![Vec::new(); quantities.len()],
            marker: std::marker::PhantomData,
        }
    }

    /// One tally per quantity for each engine.
    fn judge(
        &mut self,
        first: u64,
        x: &[T],
        engines: &[&(dyn Engine<T> + Sync)],
    ) -> Result<Vec<Vec<Tally>>, Skip> {
        let gate = gates(&self.survey.formula, x, first);
        let wide = |list: &[T]| -> Vec<f64> { list.iter().map(|x| x.widen()).collect() };
        self.quick.run(&wide(x), &wide(&gate), settled::<T>, &mut self.known);
        let mut chunk = Chunk { x, gate: &gate, exact: HashMap::new() };
        let mut leader: Option<Outputs<T>> = None;
        let mut all: Vec<Vec<Tally>> = Vec::with_capacity(engines.len());
        for engine in engines {
            let outputs = engine.run(&self.survey.task(x, &gate, self.parameters))?;
            let mut tallies = Vec::with_capacity(self.quantities.len());
            for (place, quantity) in self.quantities.iter().enumerate() {
                let got = quantity.of(&outputs);
                let name = engine.name();
                assert_eq!(got.len(), x.len(), "{name} gives one {} per x", quantity.name);
                let mut compared = Tally::default();
                if let Some(leader) = &leader {
                    compared.compare(x, got, quantity.of(leader));
                }
                if leader.is_some() && !compared.differs() {
                    // The same bits are as far from the truth.
                    tallies.push(all[0][place].clone());
                } else {
                    tallies.push(self.quantity(place, got, &mut chunk, compared));
                }
            }
            all.push(tallies);
            leader.get_or_insert(outputs);
        }
        Ok(all)
    }

    fn quantity(&self, place: usize, got: &[T], chunk: &mut Chunk<T>, mut tally: Tally) -> Tally {
        let quantity = &self.quantities[place];
        let judged_at_nan = matches!(quantity.leaf, None | Some(X));
        for (at, got) in got.iter().enumerate() {
            let x = chunk.x[at].widen();
            let value = got.widen();
            if x.is_nan() {
                if judged_at_nan {
                    tally.count(x, if value.is_nan() { Some(0.0) } else { None });
                }
                continue;
            }
            if !value.is_nan()
                && let Some(ulp) = measured::<T>(value, self.known[place][at])
            {
                tally.count(x, Some(ulp));
                if T::BITS == 16 && ulp > 0.5 {
                    tally.misrounded += 1;
                    let nearest = T::narrow(self.known[place][at].value).widen();
                    tally.ties += u64::from(nearest == value);
                }
                continue;
            }
            self.by_multiprecision(quantity, at, *got, chunk, &mut tally);
        }
        tally
    }

    fn by_multiprecision(
        &self,
        quantity: &Quantity,
        at: usize,
        got: T,
        chunk: &mut Chunk<T>,
        tally: &mut Tally,
    ) {
        tally.multiprecision += 1;
        let (x, value) = (chunk.x[at].widen(), got.widen());
        let gate = chunk.gate.get(at).map_or(0.0, |gate| gate.widen());
        let exact = chunk.exact.entry(at).or_insert_with(|| {
            let parameters = self.parameters;
            self.reference.at(&Point { x, gate, parameters, mean: 0.0, variance: 1.0 })
        });
        let wanted = quantity.exact(exact);
        if wanted.is_nan() {
            tally.unknown += 1;
        } else if value.is_nan() {
            tally.count(x, None);
        } else {
            tally.count(x, Some(distance(got, wanted)));
            let nearest: T = round(wanted);
            if T::BITS == 16 && nearest != got {
                tally.misrounded += 1;
                tally.ties += u64::from(T::narrow(wanted.to_f64()) == got);
            }
        }
    }
}
