//! The values of the learnable parameters.

use std::sync::Arc;

use burn::tensor::{DType, Tensor, TensorData};
use ogive::formula::Constraint;
use ogive_layer::{Error as Wrong, allowed, raw};

use crate::constraint::project;
use crate::module::Activation;
use crate::{Error, call, reparametrise};

impl Activation {
    /// The module with every parameter moved to the nearest value that its constraint allows. Call
    /// it after each step of the optimizer: `model.activation = model.activation.constrained()`.
    #[must_use]
    pub fn constrained(mut self) -> Self {
        let constraints: Vec<Constraint> =
            self.plan.learnable().map(|(_, known)| self.plan.bounds(known)).collect();
        self.parameters = self.parameters.replaced(|place, parameter| match constraints[place] {
            Constraint::Free => parameter,
            constraint => parameter.map(|tensor| {
                let learns = tensor.is_require_grad();
                project(tensor.detach(), constraint).detach().set_require_grad(learns)
            }),
        });
        self
    }

    /// The module with these values of a learnable parameter, in one row as
    /// [`parameter`](Self::parameter) has them, instead of the present ones.
    ///
    /// # Errors
    /// If there is no such parameter, it has another number of values, a value is not finite or not one
    /// that the constraint allows (a bound rounded to f32 is taken for the bound), or the parameter is
    /// reparametrised and a value is on its bound.
    pub fn with_values(mut self, name: &str, values: Tensor<1>) -> Result<Self, Error> {
        let plan = Arc::clone(&self.plan);
        let mut learnable = plan.learnable().map(|(_, known)| known).enumerate();
        let Some((place, known)) = learnable.find(|(_, known)| known.name == name) else {
            let known = self.plan.learnable().map(|(_, known)| known.name.clone());
            let (activation, parameter) = (self.name().to_owned(), name.to_owned());
            let known = known.collect();
            return Err(Wrong::Parameter { activation, parameter, known }.into());
        };
        let (expected, [found]) = (self.plan.width(known), values.dims());
        if expected != found {
            return Err(Wrong::Values { parameter: name.to_owned(), expected, found }.into());
        }
        let exact = values.dtype() == DType::F64;
        let form = self.plan.form(known);
        let numbers = call::numbers(values.into_data()).into_iter().map(|value| {
            let value = allowed(value, known, exact)?;
            if form == Constraint::Free {
                return Ok(value);
            }
            raw(value, form).ok_or_else(|| Wrong::on_bound(known, value).into())
        });
        let data = TensorData::new(numbers.collect::<Result<Vec<f64>, Error>>()?, [expected]);
        // Values are rounded inwards.
        let bounds = self.plan.bounds(known);
        self.parameters = self.parameters.replaced(|at, parameter| {
            if at != place {
                return parameter;
            }
            parameter.map(|old| {
                let learns = old.is_require_grad();
                let new = Tensor::from_data(data.clone(), (&old.device(), old.dtype()));
                project(new, bounds).detach().set_require_grad(learns)
            })
        });
        Ok(self)
    }

    /// The present values of a learnable parameter in one row: one, or one for each channel, group, or
    /// element of a sample. Of a [reparametrised](crate::ActivationConfig::reparametrised) one they are
    /// computed, and what has a gradient is what they are computed from.
    pub fn parameter(&self, name: &str) -> Option<Tensor<1>> {
        self.parameters().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and present values of all learnable parameters.
    pub fn parameters(&self) -> Vec<(&str, Tensor<1>)> {
        let names = self.plan.learnable().map(|(_, known)| known.name.as_str());
        names.zip(self.values()).collect()
    }

    /// The present values in order.
    pub(crate) fn values(&self) -> impl Iterator<Item = Tensor<1>> {
        let known = self.plan.learnable().map(|(_, known)| self.plan.form(known));
        known.zip(self.parameters.tensors()).map(|(form, kept)| reparametrise::values(kept, form))
    }
}
