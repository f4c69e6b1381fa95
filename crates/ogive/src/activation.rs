//! An activation on slices: programs, parameters, statistics; forward and backward.

use std::sync::Arc;

use ogive_formula::{Formula, Parameter, Programs};

use crate::dispatch::Engine;
use crate::drive::{Inputs, Pass, Read, expect_length};
use crate::layout::Layout;
use crate::plan::Compiled;
use crate::prepared::{Prepared, Program};
use crate::statistics::Statistics;
use crate::{Element, Error};

/// An activation function, compiled: what a formula becomes.
///
/// ```
/// use ogive::{Activation, Call, Layout};
///
/// let prelu = Activation::new("prelu")?;
/// let layout = Layout { outer: 2, channels: 2, inner: 1 };
/// let x = [1.0f32, -2.0, -3.0, 4.0];
/// let call = Call { layout, x: &x, gate: None, parameters: &[vec![0.25, 0.5]], statistics: None };
///
/// let mut y = [0.0; 4];
/// prelu.forward(&call, &mut y)?;
/// assert_eq!(y, [1.0, -1.0, -0.75, 4.0]);
///
/// let mut dx = [0.0; 4];
/// let gradients = prelu.backward(&call, &[1.0; 4], &mut dx, None)?;
/// assert_eq!(dx, [1.0, 0.5, 0.25, 1.0]);
/// assert_eq!(gradients, [vec![-3.0, -2.0]]);
/// # Ok::<(), ogive::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Activation {
    name: String,
    formula: Formula,
    programs: Arc<CompiledPrograms>,
    engine: Option<Engine>,
}

/// [`Programs`], with their kernels.
#[derive(Debug)]
struct CompiledPrograms {
    forward: Program,
    backward: Program,
    /// Reduce and map, for a formula with statistics.
    through: Option<[Program; 2]>,
}

impl CompiledPrograms {
    fn of(formula: &Formula) -> Self {
        let Programs { forward, backward, through } = Programs::of(formula);
        let program = |task| Program::new(Compiled::new(task, formula));
        CompiledPrograms {
            forward: program(forward),
            backward: program(backward),
            through: through.map(|through| [through.reduce, through.map].map(program)),
        }
    }

    fn on_tiles(&self) -> Self {
        CompiledPrograms {
            forward: self.forward.on_tiles(),
            backward: self.backward.on_tiles(),
            through: self.through.as_ref().map(|passes| passes.each_ref().map(Program::on_tiles)),
        }
    }
}

/// What a forward or backward pass runs on.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a, T> {
    /// How the elements divide into channels.
    pub layout: Layout,
    /// The input.
    pub x: &'a [T],
    /// The second input, for a formula with a gate; as long as `x`.
    pub gate: Option<&'a [T]>,
    /// The values of each parameter, learnable and fixed, in the formula's order: one value, or one
    /// for each channel. [`Activation::initial_parameters`] gives the initial ones.
    pub parameters: &'a [Vec<f64>],
    /// Mean and variance per channel, for a formula that uses them.
    pub statistics: Option<&'a Statistics>,
}

/// What reaches x through the mean and the variance of its channel, summed over those elements that the
/// mean and the variance are of: with n of them it adds mean/n + 2·variance·(x - mean)/n to ∂x.
#[derive(Clone, Debug, PartialEq)]
pub struct Through {
    /// The gradient of each channel's mean.
    pub mean: Vec<f64>,
    /// The gradient of each channel's variance.
    pub variance: Vec<f64>,
    /// How many elements each channel's statistics are of.
    pub count: f64,
}

impl Activation {
    /// The activation of that name in the catalogue, or of that formula.
    ///
    /// # Errors
    /// If it is neither; see [`ogive_catalog::formula`].
    pub fn new(name_or_formula: &str) -> Result<Self, Error> {
        let text = name_or_formula.trim();
        let name = ogive_catalog::find(text).map_or(text, |entry| entry.name);
        Ok(Activation::from_formula(name, ogive_catalog::formula(text)?))
    }

    /// A compiled formula under a name of its own.
    pub fn from_formula(name: &str, formula: Formula) -> Self {
        let programs = Arc::new(CompiledPrograms::of(&formula));
        Activation { name: name.to_owned(), formula, programs, engine: None }
    }

    /// Runs on this engine instead of the one chosen for the machine.
    ///
    /// # Errors
    /// If the machine cannot run it.
    pub fn with_engine(mut self, engine: Engine) -> Result<Self, Error> {
        engine.kernels()?;
        self.engine = Some(engine);
        Ok(self)
    }

    /// Runs on the tile engine alone, which takes any program, without the kernels that the catalogue's
    /// programs are compiled to. Results in f32 are correctly rounded here but for one in some thousands,
    /// and there within 1 ulp; other element types run here anyway.
    #[must_use]
    pub fn on_tiles(mut self) -> Self {
        self.programs = Arc::new(self.programs.on_tiles());
        self
    }

    /// Whether its programs are compiled into kernels, as those of the most used entries of the catalogue
    /// are ([`ogive_catalog::Entry::kernels`]) and of formulas that say the same. Others run on the tile
    /// engine.
    pub fn is_compiled(&self) -> bool {
        self.programs.forward.is_compiled() && self.programs.backward.is_compiled()
    }

    /// Whether its programs ask, as they run, whether a value may have lost digits, so that it is evaluated
    /// again with more of them: those of formulas that are none of the catalogue's most used, and of
    /// entries whose learned terms may cancel ([`ogive_catalog::Entry::asks`]).
    pub fn asks(&self) -> bool {
        self.programs.forward.asks() || self.programs.backward.asks()
    }

    /// Its name in the catalogue, or the formula's text.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The formula and everything derived from it.
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// The parameters, learnable and fixed.
    pub fn parameters(&self) -> &[Parameter] {
        self.formula.parameters()
    }

    /// Sets the initial value of a parameter.
    ///
    /// # Errors
    /// If there is no such parameter, or it may not take that value.
    pub fn set_parameter(&mut self, name: &str, value: f64) -> Result<(), Error> {
        Ok(self.formula.set_parameter(name, value)?)
    }

    /// One initial value for each parameter, as [`Call::parameters`] takes them.
    pub fn initial_parameters(&self) -> Vec<Vec<f64>> {
        self.parameters().iter().map(|parameter| vec![parameter.initial]).collect()
    }

    /// Whether it takes a second input.
    pub fn has_gate(&self) -> bool {
        self.formula.has_gate()
    }

    /// Whether it uses the mean or the variance of its input.
    pub fn has_statistics(&self) -> bool {
        self.formula.has_statistics()
    }

    /// Computes `y`, which is as long as `x`.
    ///
    /// # Errors
    /// If lengths disagree with the layout, or a parameter, the gate or the statistics are missing
    /// or of the wrong length.
    pub fn forward<T: Element>(&self, call: &Call<T>, y: &mut [T]) -> Result<(), Error> {
        self.check(call)?;
        expect_length("y", y.len(), call.layout)?;
        self.run_forward(call, Read::From(call.x), y)
    }

    /// Replaces `x` by `y`; for a formula without a gate.
    ///
    /// # Errors
    /// As [`Activation::forward`].
    pub fn forward_in_place<T: Element>(
        &self,
        layout: Layout,
        parameters: &[Vec<f64>],
        statistics: Option<&Statistics>,
        x: &mut [T],
    ) -> Result<(), Error> {
        let call = Call { layout, x: &*x, gate: None, parameters, statistics };
        self.check(&call)?;
        let call = Call { layout, x: &[], gate: None, parameters, statistics };
        self.run_forward(&call, Read::InPlace, x)
    }

    fn run_forward<T: Element>(
        &self,
        call: &Call<T>,
        x: Read<T>,
        y: &mut [T],
    ) -> Result<(), Error> {
        if y.is_empty() {
            return Ok(());
        }
        let program = &self.programs.forward;
        let prepared = program.prepared(call.parameters, self.used(call), T::IS_FINE);
        let gate = call.gate.map_or(Read::Nothing, Read::From);
        let inputs = Inputs { x, gate, dy: Read::Nothing };
        self.pass(&prepared, call.layout)?.run(y.len(), inputs, vec![y], &[]);
        Ok(())
    }

    /// Computes `dx`, `dgate` where it is given, and the summed gradient of each parameter, from the
    /// gradient `dy` of the output. The gradient of a parameter has as many values as were given for
    /// it, none for a fixed parameter. Statistics of the batch itself (`of_batch`) pass their part of
    /// the gradient on to `dx`.
    ///
    /// One pass over memory; with statistics of the batch two, one that sums and one that maps.
    ///
    /// # Errors
    /// As [`Activation::forward`].
    pub fn backward<T: Element>(
        &self,
        call: &Call<T>,
        dy: &[T],
        dx: &mut [T],
        dgate: Option<&mut [T]>,
    ) -> Result<Vec<Vec<f64>>, Error> {
        expect_length("dy", dy.len(), call.layout)?;
        self.run_backward(call, Read::From(dy), dx, dgate, |own| own)
    }

    /// As [`Activation::backward_in_place`], where the statistics are of more than the elements of this call:
    /// `exchange` gets what this call sends through them and returns what all send that share them,
    /// and of how many elements in each channel the statistics are. It is not called where the
    /// statistics are not those of the batch.
    ///
    /// # Errors
    /// As [`Activation::forward`].
    pub fn backward_through<T: Element>(
        &self,
        call: &Call<T>,
        dy_then_dx: &mut [T],
        dgate: Option<&mut [T]>,
        exchange: impl FnOnce(Through) -> Through,
    ) -> Result<Vec<Vec<f64>>, Error> {
        self.run_backward(call, Read::InPlace, dy_then_dx, dgate, exchange)
    }

    /// As [`Activation::backward`], but `dx` takes the place of `dy`.
    ///
    /// # Errors
    /// As [`Activation::forward`].
    pub fn backward_in_place<T: Element>(
        &self,
        call: &Call<T>,
        dy_then_dx: &mut [T],
        dgate: Option<&mut [T]>,
    ) -> Result<Vec<Vec<f64>>, Error> {
        self.backward_through(call, dy_then_dx, dgate, |own| own)
    }

    fn run_backward<T: Element>(
        &self,
        call: &Call<T>,
        dy: Read<T>,
        dx: &mut [T],
        dgate: Option<&mut [T]>,
        exchange: impl FnOnce(Through) -> Through,
    ) -> Result<Vec<Vec<f64>>, Error> {
        self.check(call)?;
        expect_length("dx", dx.len(), call.layout)?;
        let mut unwanted;
        let dgate = match (self.has_gate(), dgate) {
            (true, Some(dgate)) => {
                expect_length("dgate", dgate.len(), call.layout)?;
                Some(dgate)
            }
            // The program computes it all the same; a caller who does not want it is rare.
            (true, None) => {
                unwanted = T::zeros(dx.len());
                Some(unwanted.as_mut_slice())
            }
            (false, Some(_)) => return Err(Error::new(format!("`{}` takes no gate", self.name))),
            (false, None) => None,
        };
        let learnable = || {
            self.parameters()
                .iter()
                .zip(call.parameters)
                .filter(|(parameter, _)| parameter.learnable)
        };
        if call.x.is_empty() {
            // Others may wait for what this call has to send.
            let of_batch = self.used(call).is_some_and(|statistics| statistics.of_batch);
            if of_batch && self.programs.through.is_some() {
                let zeros = vec![0.0; call.layout.channels];
                exchange(Through { mean: zeros.clone(), variance: zeros, count: 0.0 });
            }
            let zeros = |(parameter, values): (&Parameter, &Vec<f64>)| {
                vec![0.0; if parameter.learnable { values.len() } else { 0 }]
            };
            return Ok(self.parameters().iter().zip(call.parameters).map(zeros).collect());
        }
        let mut shared: Vec<bool> = learnable().map(|(_, values)| values.len() == 1).collect();
        let statistics = self.used(call);
        let of_batch = statistics.filter(|statistics| statistics.of_batch);
        let sums = match of_batch.zip(self.programs.through.as_ref()) {
            None => {
                let program = &self.programs.backward;
                let prepared = program.prepared(call.parameters, statistics, T::IS_FINE);
                let stores: Vec<&mut [T]> = std::iter::once(dx).chain(dgate).collect();
                self.differentiate(&prepared, call, dy, stores, &shared)?
            }
            Some((statistics, [reduce, map])) => {
                shared.extend([false, false]);
                let dy_slice: Read<T> = match dy {
                    Read::InPlace => Read::From(dx),
                    other => other,
                };
                let prepared = reduce.prepared(call.parameters, Some(statistics), T::IS_FINE);
                let mut sums =
                    self.differentiate(&prepared, call, dy_slice, Vec::new(), &shared)?;
                let variance = sums.pop().unwrap_or_default();
                let mean = sums.pop().unwrap_or_default();
                let count = (call.layout.outer * call.layout.inner) as f64;
                let through = exchange(Through { mean, variance, count });
                expect_channels("the gradient of the mean", &through.mean, call)?;
                expect_channels("the gradient of the variance", &through.variance, call)?;
                let parameters = corrected(call, &through);
                // The gradients are among its parameters: no other call has the same.
                let prepared = map.fresh(&parameters, Some(statistics), T::IS_FINE);
                let stores: Vec<&mut [T]> = std::iter::once(dx).chain(dgate).collect();
                self.differentiate(&prepared, call, dy, stores, &[])?;
                sums
            }
        };
        let mut sums = sums.into_iter();
        let mut of = |parameter: &Parameter| {
            if parameter.learnable { sums.next().unwrap_or_default() } else { Vec::new() }
        };
        Ok(self.parameters().iter().map(&mut of).collect())
    }

    /// The statistics of a call, where the formula uses any.
    fn used<'a, T>(&self, call: &Call<'a, T>) -> Option<&'a Statistics> {
        call.statistics.filter(|_| self.has_statistics())
    }

    fn differentiate<T: Element>(
        &self,
        prepared: &Prepared,
        call: &Call<T>,
        dy: Read<T>,
        stores: Vec<&mut [T]>,
        shared: &[bool],
    ) -> Result<Vec<Vec<f64>>, Error> {
        let gate = call.gate.map_or(Read::Nothing, Read::From);
        let inputs = Inputs { x: Read::From(call.x), gate, dy };
        Ok(self.pass(prepared, call.layout)?.run(call.x.len(), inputs, stores, shared))
    }

    fn pass<'a>(&self, prepared: &'a Prepared, layout: Layout) -> Result<Pass<'a>, Error> {
        let engine = self.engine.map_or_else(Engine::chosen, Ok)?;
        let Prepared { plan, single } = prepared;
        let single = single.as_ref();
        Ok(Pass { plan, single, kernels: engine.kernels()?, layout, stream: false })
    }

    fn check<T>(&self, call: &Call<T>) -> Result<(), Error> {
        expect_length("x", call.x.len(), call.layout)?;
        match (call.gate, self.has_gate()) {
            (Some(gate), true) => expect_length("gate", gate.len(), call.layout)?,
            (None, true) => return Err(Error::new(format!("`{}` takes a gate", self.name))),
            (Some(_), false) => return Err(Error::new(format!("`{}` takes no gate", self.name))),
            (None, false) => {}
        }
        let channels = call.layout.channels;
        if call.parameters.len() != self.parameters().len() {
            return Err(Error::new(format!(
                "`{}` has {} parameters, {} were given",
                self.name,
                self.parameters().len(),
                call.parameters.len()
            )));
        }
        for (parameter, values) in self.parameters().iter().zip(call.parameters) {
            if values.len() != 1 && values.len() != channels {
                return Err(Error::new(format!(
                    "parameter `{}` has {} values; expected 1 or one for each of {channels} channels",
                    parameter.name,
                    values.len()
                )));
            }
        }
        if !self.has_statistics() {
            return Ok(());
        }
        let Some(statistics) = call.statistics else {
            return Err(Error::new(format!(
                "`{}` uses the mean or variance of its input; give `Statistics::of(…)` of the batch \
                 or running ones",
                self.name
            )));
        };
        if statistics.mean.len() != channels || statistics.variance.len() != channels {
            return Err(Error::new(format!(
                "the statistics are of {} channels, but there are {channels}",
                statistics.mean.len()
            )));
        }
        Ok(())
    }
}

fn expect_channels<T>(what: &str, values: &[f64], call: &Call<T>) -> Result<(), Error> {
    if values.len() == call.layout.channels {
        return Ok(());
    }
    Err(Error::new(format!(
        "{what} has {} values after the exchange, but there are {} channels",
        values.len(),
        call.layout.channels
    )))
}

/// The parameters of the second pass backward through statistics of the batch, which adds
/// dmean/n + 2·dvariance·(x - mean)/n to dx, with n elements per channel.
fn corrected<T>(call: &Call<T>, through: &Through) -> Vec<Vec<f64>> {
    let mut parameters = call.parameters.to_vec();
    parameters.push(through.mean.iter().map(|value| value / through.count).collect());
    parameters.push(through.variance.iter().map(|value| 2.0 * value / through.count).collect());
    parameters
}
