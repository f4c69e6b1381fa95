//! Regularisation of what activations learn.

use candle_core::{Result, Tensor, TensorId};

use crate::error::{Error, wrapped};
use crate::module::Activation;

/// A term of the loss that keeps the parameters of activations near 0, or near where they were:
/// l1·Σ|v - v₀| + l2·Σ(v - v₀)², over every value.
///
/// Of a parameter that is [reparametrised](crate::ActivationConfig::reparametrised) the raw numbers are
/// penalised, not the values.
///
/// ```
/// use candle_core::{DType, Device};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::{Penalty, Prelu};
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let prelu = Prelu::new().with_channels(4).init(vb)?;
/// let term = Penalty::l2(0.5).of([&prelu])?.unwrap();
/// assert_eq!(term.to_scalar::<f32>()?, 0.5 * 4.0 * 0.0625);
/// // Made before training, it knows the initial values.
/// let term = Penalty::l2(0.5).towards([&prelu])?.of([&prelu])?.unwrap();
/// assert_eq!(term.to_scalar::<f32>()?, 0.0);
/// # Ok::<(), candle_core::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Penalty {
    l1: f64,
    l2: f64,
    /// The values that cost nothing, by the variable; 0 where there are none.
    targets: Option<Vec<(TensorId, Tensor)>>,
}

impl Penalty {
    /// So much for each unit of distance.
    pub fn l1(weight: f64) -> Self {
        Penalty { l1: weight, ..Penalty::default() }
    }

    /// So much for each unit of squared distance.
    pub fn l2(weight: f64) -> Self {
        Penalty { l2: weight, ..Penalty::default() }
    }

    /// And so much for each unit of distance.
    #[must_use]
    pub fn and_l1(self, weight: f64) -> Self {
        Penalty { l1: weight, ..self }
    }

    /// Distances are from the present values of these activations.
    ///
    /// # Errors
    /// If Candle cannot copy them.
    pub fn towards<'a>(
        self,
        activations: impl IntoIterator<Item = &'a Activation>,
    ) -> Result<Self> {
        let kept = activations.into_iter().flat_map(|activation| &activation.kept);
        let targets = kept.map(|kept| Ok((kept.id(), kept.detach().copy()?)));
        Ok(Penalty { targets: Some(targets.collect::<Result<_>>()?), ..self })
    }

    /// The term for these activations, a scalar to add to the loss; `None` where they learn nothing.
    ///
    /// # Errors
    /// If there are targets, and none for a parameter of these activations.
    pub fn of<'a>(
        &self,
        activations: impl IntoIterator<Item = &'a Activation>,
    ) -> Result<Option<Tensor>> {
        let mut term: Option<Tensor> = None;
        for activation in activations {
            for (name, kept) in activation.variables() {
                let distance = match &self.targets {
                    None => kept.clone(),
                    Some(targets) => {
                        let found = targets.iter().find(|(id, _)| *id == kept.id());
                        let parameter = || name.to_owned();
                        let (_, target) = found
                            .ok_or_else(|| wrapped(Error::Target { parameter: parameter() }))?;
                        (kept - target)?
                    }
                };
                let own = ((distance.abs()?.sum_all()? * self.l1)?
                    + (distance.sqr()?.sum_all()? * self.l2)?)?;
                term = Some(match term {
                    None => own,
                    Some(before) => (before + own)?,
                });
            }
        }
        Ok(term)
    }
}
