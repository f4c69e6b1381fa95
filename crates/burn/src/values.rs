//! The values of the learnable parameters.

use burn::tensor::{DType, Tensor, TensorData};
use ogive::formula::Constraint;

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
        let exact = values.dtype() == DType::F64;
        let numbers = call::numbers(values.into_data());
        let (place, bounds, kept) = self.plan.kept(name, &numbers, exact)?;
        let data = TensorData::new(kept, [numbers.len()]);
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
