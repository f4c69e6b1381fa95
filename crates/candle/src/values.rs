//! The values of the learnable parameters.

use candle_core::{DType, Result, Tensor, Var};
use ogive::formula::Constraint;

use crate::error::wrapped;
use crate::module::Activation;
use crate::operands::numbers;
use crate::reparametrise;

impl Activation {
    /// Moves every parameter to the nearest value that its constraint allows: for after each step of the
    /// optimizer. What is no variable stays as it is.
    ///
    /// # Errors
    /// If Candle cannot write to a variable.
    pub fn constrain(&self) -> Result<()> {
        for ((_, known), kept) in self.plan.learnable().zip(&self.kept) {
            let bounds = self.plan.bounds(known);
            if bounds != Constraint::Free && kept.is_variable() {
                set(kept, &projected(&kept.detach(), bounds)?)?;
            }
        }
        Ok(())
    }

    /// Sets a learnable parameter to these values, in one row as [`parameter`](Self::parameter) has them.
    ///
    /// # Errors
    /// If there is no such parameter, it is no variable, it has another number of values, a value is not
    /// finite or not one that the constraint allows (a bound rounded to f32 is taken for the bound), or
    /// the parameter is reparametrised and a value is on its bound.
    pub fn set_values(&self, name: &str, values: &Tensor) -> Result<()> {
        let exact = values.dtype() == DType::F64;
        let (place, bounds, new) =
            self.plan.kept(name, &numbers(values)?, exact).map_err(wrapped)?;
        let kept = &self.kept[place];
        let new = Tensor::from_vec(new, kept.shape(), kept.device())?.to_dtype(kept.dtype())?;
        set(kept, &projected(&new, bounds)?)
    }

    /// The present values of a learnable parameter in one row: one, or one for each channel, group, or
    /// element of a sample. Of a [reparametrised](crate::ActivationConfig::reparametrised) one they are
    /// computed, and what has a gradient is what they are computed from. `None` if there is no such
    /// parameter.
    pub fn parameter(&self, name: &str) -> Option<Result<Tensor>> {
        let mut learnable = self.plan.learnable().map(|(_, known)| known).zip(&self.kept);
        let (known, kept) = learnable.find(|(known, _)| known.name == name)?;
        Some(reparametrise::values(kept, self.plan.form(known)))
    }

    /// The names of the learnable parameters with what is kept of them, which an optimizer moves: the
    /// values, or the raw numbers of reparametrised ones.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.plan.learnable().map(|(_, known)| known.name.as_str()).zip(&self.kept)
    }
}

/// Each value moved to the nearest one within the constraint.
fn projected(values: &Tensor, constraint: Constraint) -> Result<Tensor> {
    let (low, high) = reparametrise::bounds(constraint, values.dtype());
    let values = if low > f64::NEG_INFINITY { values.maximum(low)? } else { values.clone() };
    if high < f64::INFINITY { values.minimum(high) } else { Ok(values) }
}

/// Writes to a variable.
fn set(variable: &Tensor, values: &Tensor) -> Result<()> {
    if !variable.is_variable() {
        candle_core::bail!("the parameter is no variable: it comes from no `VarMap`");
    }
    Var::from_tensor(variable)?.set(values)
}
