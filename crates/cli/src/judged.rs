//! An instruction set as the judge sees it.

use ogive::{Activation, Call, Element, Engine, Layout, Statistics};
use ogive_check::{Outputs, Skip, Task};

use crate::printer::Error;

/// One activation, compiled, on one instruction set.
pub(crate) struct Judged {
    engine: Engine,
    activation: Activation,
    /// ∂/∂mean(x) and ∂/∂var(x) as activations of their own: for slices there is only their sum over
    /// a batch, which cannot be judged element by element.
    statistics: Option<[Activation; 2]>,
}

impl Judged {
    pub(crate) fn new(activation: &Activation, engine: Engine) -> Result<Self, Error> {
        let formula = activation.formula();
        let derivatives = formula.derivatives();
        let own = |id| -> Result<Activation, Error> {
            Ok(Activation::new(&formula.print(id))?.with_engine(engine)?)
        };
        let statistics = if activation.has_statistics() {
            Some([own(derivatives.mean)?, own(derivatives.variance)?])
        } else {
            None
        };
        let activation = activation.clone().with_engine(engine)?;
        Ok(Judged { engine, activation, statistics })
    }

    /// The derivative in the mean or the variance, its parameters found by name.
    fn of_statistics<T: Element>(
        &self,
        derivative: &Activation,
        call: &Call<T>,
    ) -> Result<Vec<T>, ogive::Error> {
        let value = |name: &str| {
            let known = self.activation.parameters().iter().position(|known| known.name == name);
            known.map_or_else(Vec::new, |place| call.parameters[place].clone())
        };
        let parameters: Vec<Vec<f64>> =
            derivative.parameters().iter().map(|parameter| value(&parameter.name)).collect();
        let gate = call.gate.filter(|_| derivative.has_gate());
        let mut y = vec![T::default(); call.x.len()];
        derivative.forward(&Call { parameters: &parameters, gate, ..*call }, &mut y)?;
        Ok(y)
    }
}

impl<T: Element + ogive_check::Element> ogive_check::Engine<T> for Judged {
    fn name(&self) -> String {
        self.engine.to_string()
    }

    fn run(&self, task: &Task<T>) -> Result<Outputs<T>, Skip> {
        let skip = |error: ogive::Error| Skip(error.to_string());
        let count = task.x.len();
        // Gradients of parameters are sums over a channel: to see each, every element is a channel.
        let channels = if task.inputs_only { 1 } else { count };
        let parameters: Vec<Vec<f64>> =
            task.parameters.iter().map(|value| vec![*value; channels]).collect();
        let statistics = Statistics {
            mean: vec![task.mean; channels],
            variance: vec![task.variance; channels],
            of_batch: false,
        };
        let call = Call {
            layout: Layout { outer: 1, channels, inner: count / channels },
            x: task.x,
            gate: task.formula.has_gate().then_some(task.gate),
            parameters: &parameters,
            statistics: Some(&statistics),
        };
        let mut y = vec![T::default(); count];
        self.activation.forward(&call, &mut y).map_err(skip)?;
        let mut dx = vec![T::default(); count];
        let mut dgate = call.gate.map(|_| dx.clone());
        let ones = vec![<T as Element>::from_f64(1.0); count];
        let sums =
            self.activation.backward(&call, &ones, &mut dx, dgate.as_deref_mut()).map_err(skip)?;
        let mut outputs = Outputs { y, dx, dgate, ..Outputs::default() };
        if task.inputs_only {
            return Ok(outputs);
        }
        let rounded = |sums: Vec<f64>| sums.into_iter().map(<T as Element>::from_f64).collect();
        outputs.dparameters = sums.into_iter().map(rounded).collect();
        if let Some([mean, variance]) = &self.statistics {
            outputs.dmean = Some(self.of_statistics(mean, &call).map_err(skip)?);
            outputs.dvariance = Some(self.of_statistics(variance, &call).map_err(skip)?);
        }
        Ok(outputs)
    }
}
