//! How an activation is configured.

use std::sync::Arc;

use candle_core::{DType, Result, Var};
use candle_nn::{Init, VarBuilder};
use ogive::formula::Parameter;
use ogive_layer::{Settings, identity};
use serde::{Deserialize, Serialize};

use crate::error::{Error, wrapped};
use crate::module::Activation;
use crate::reparametrise::digits;

/// The names of running statistics, as Candle's `BatchNorm` has them.
const STATE: [&str; 2] = ["running_mean", "running_var"];

/// Configuration of an [`Activation`].
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::ActivationConfig;
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// // Any formula will do, and what it declares can be overruled.
/// let swish = ActivationConfig::new("x*sigmoid(beta*x) | beta = 1 per channel, >= 0.1")
///     .with_parameter("beta", 1.5)
///     .shared()
///     .init(vb.pp("swish"))?;
/// assert_eq!(swish.parameter("beta").unwrap()?.to_vec1::<f32>()?, [1.5]);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActivationConfig {
    settings: Settings,
}

ogive_layer::configuration!(ActivationConfig);

impl ActivationConfig {
    /// Builds the module: takes its parameters from `vb` under their names, and running statistics, where
    /// the formula uses them, as `running_mean` and `running_var`; in f32, or f64 where `vb` is of that. A
    /// `VarMap` makes those that it lacks, with their initial values, and beside them a mark of one number
    /// with the name of the activation or its formula, so that `VarMap::load` refuses what another
    /// activation has saved (it stops at the first variable that a file lacks; what it met before is set
    /// already). Where nothing is kept there is no mark, and other sources than a `VarMap` need none; to
    /// fill a `VarMap` from a file without marks, set its variables one by one with `VarMap::set_one`.
    ///
    /// # Errors
    /// If there is no such activation or its formula is wrong; a named parameter is not known, is fixed
    /// where a granularity is given, or its constraint excludes the value; the number of channels or the
    /// shape of a sample is needed and missing (or 0), or the two contradict each other; groups do not
    /// divide the channels; the momentum is out of range; or `vb` lacks a tensor, or has one of another
    /// shape.
    pub fn init(&self, vb: VarBuilder) -> Result<Activation> {
        let plan = self.settings.plan().map_err(wrapped)?;
        let dtype = if vb.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
        let variable = |width: usize, name: &str, start: f64| {
            vb.get_with_hints_dtype(width, name, Init::Const(start), dtype)
        };
        let has_statistics = plan.activation().has_statistics();
        let is_state = |known: &Parameter| has_statistics && STATE.contains(&known.name.as_str());
        if let Some((_, known)) = plan.learnable().find(|(_, known)| is_state(known)) {
            return Err(wrapped(Error::Name { parameter: known.name.clone() }));
        }
        let starts = plan.starts(digits(dtype)).map_err(wrapped)?;
        let parameters = starts.iter().map(|(name, width, start)| variable(*width, name, *start));
        let parameters = parameters.collect::<Result<Vec<_>>>()?;
        let has_state = !parameters.is_empty() || has_statistics;
        // What comes from elsewhere has none, and what keeps nothing needs none.
        let mark = has_state.then(|| variable(1, &identity(plan.activation()), 0.0).ok()).flatten();
        let running = if has_statistics {
            let state = |name, start| Var::from_tensor(&variable(plan.channels(), name, start)?);
            let [mean, variance] = STATE;
            Some([state(mean, 0.0)?, state(variance, 1.0)?])
        } else {
            None
        };
        Ok(Activation::assemble(Arc::new(plan), parameters, running, mark))
    }
}
