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
/// use candle_core::{DType, Device, Tensor};
/// use candle_nn::{VarBuilder, VarMap};
/// use ogive_candle::{Penalty, Prelu};
///
/// let variables = VarMap::new();
/// let vb = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
/// let prelu = Prelu::new().with_channels(4).init(vb)?;
/// let loss = Tensor::new(1.0f32, &Device::Cpu)?;
/// let all = Penalty::l2(0.5).added_to(&loss, [&prelu])?;
/// assert_eq!(all.to_scalar::<f32>()?, 1.0 + 0.5 * 4.0 * 0.0625);
/// // Made before training, it knows the initial values.
/// let penalty = Penalty::l2(0.5).towards([&prelu])?;
/// assert_eq!(penalty.added_to(&loss, [&prelu])?.to_scalar::<f32>()?, 1.0);
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

    /// And so much for each unit of squared distance.
    #[must_use]
    pub fn and_l2(self, weight: f64) -> Self {
        Penalty { l2: weight, ..self }
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

    /// The loss with the term for these activations, in the dtype of the loss.
    ///
    /// # Errors
    /// If there are targets, and none for a parameter of these activations.
    pub fn added_to<'a>(
        &self,
        loss: &Tensor,
        activations: impl IntoIterator<Item = &'a Activation>,
    ) -> Result<Tensor> {
        let mut sum = loss.clone();
        for activation in activations {
            for (name, kept) in activation.variables() {
                let distance = self.distance(name, kept)?;
                // The slope of |v| at 0 is 0; Candle's own `abs` has 1 there.
                let length = (&distance * distance.sign()?.detach())?;
                for (weight, term) in [(self.l1, length), (self.l2, distance.sqr()?)] {
                    if weight != 0.0 {
                        let term = (term.sum_all()? * weight)?.to_dtype(loss.dtype())?;
                        sum = sum.broadcast_add(&term)?;
                    }
                }
            }
        }
        Ok(sum)
    }

    /// How far a parameter is from where it costs nothing.
    fn distance(&self, name: &str, kept: &Tensor) -> Result<Tensor> {
        let Some(targets) = &self.targets else { return Ok(kept.clone()) };
        let found = targets.iter().find(|(id, _)| *id == kept.id());
        let missing = || wrapped(Error::Target { parameter: name.to_owned() });
        let (_, target) = found.ok_or_else(missing)?;
        kept - target
    }
}
