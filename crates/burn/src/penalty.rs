//! Regularisation of what activations learn.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::Tensor;

use crate::Error;
use crate::collect::{self, Found};

/// A term of the loss that keeps the parameters of all [`Activation`](crate::Activation)s in a module
/// near 0, or near where they were: l1·Σ|v - v₀| + l2·Σ(v - v₀)², over every value.
///
/// Of a parameter that is [reparametrised](crate::ActivationConfig::reparametrised) the raw numbers are
/// penalised, not the values: without [`towards`](Self::towards) it is drawn to where the raw number is 0,
/// which is m + log 2 for `>= m` and the middle of a range.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use ogive_burn::{Penalty, Prelu};
///
/// let device = Device::flex().autodiff();
/// let prelu = Prelu::new().with_channels(4).init(&device)?;
/// let loss = || Tensor::<1>::zeros([1], &device);
/// let penalty = Penalty::l2(0.5);
/// assert_eq!(penalty.added_to(loss(), &prelu).into_scalar::<f32>(), 0.5 * 4.0 * 0.0625);
/// // Made before training, it knows the initial values.
/// let penalty = Penalty::l2(0.5).towards(&prelu);
/// assert_eq!(penalty.added_to(loss(), &prelu).into_scalar::<f32>(), 0.0);
/// # Ok::<(), ogive_burn::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Penalty {
    l1: f64,
    l2: f64,
    /// The values that cost nothing, by the path of each parameter; 0 where there are none.
    targets: Option<BTreeMap<String, Tensor<1>>>,
}

impl Penalty {
    /// So much for each unit of distance.
    pub fn l1(weight: f64) -> Self {
        Penalty::default().and_l1(weight)
    }

    /// So much for the square of each distance.
    pub fn l2(weight: f64) -> Self {
        Penalty::default().and_l2(weight)
    }

    /// The same with another weight of the distance.
    #[must_use]
    pub fn and_l1(mut self, weight: f64) -> Self {
        self.l1 = weight;
        self
    }

    /// The same with another weight of the square.
    #[must_use]
    pub fn and_l2(mut self, weight: f64) -> Self {
        self.l2 = weight;
        self
    }

    /// The same, towards the present values of a module instead of 0: make it of a new module, before a
    /// record is loaded, and it pulls towards the initial values. Parameters are known by their paths in
    /// the module, so what is penalised has the structure of this one.
    #[must_use]
    pub fn towards<M: Module>(mut self, module: &M) -> Self {
        let found = collect::parameters(module).into_iter();
        let constants = found.map(|Found { path, value, .. }| (path, value.detach()));
        self.targets = Some(constants.collect());
        self
    }

    /// `loss`, `[1]`, and the penalty of the module together.
    ///
    /// # Panics
    /// Where [`try_added_to`](Self::try_added_to) gives an error, with its message.
    pub fn added_to<M: Module>(&self, loss: Tensor<1>, module: &M) -> Tensor<1> {
        self.try_added_to(loss, module).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same as [`added_to`](Self::added_to).
    ///
    /// # Errors
    /// If [`towards`](Self::towards) was given a module that has no parameter of the same path, or one
    /// with another number of values.
    pub fn try_added_to<M: Module>(&self, loss: Tensor<1>, module: &M) -> Result<Tensor<1>, Error> {
        let device = loss.device();
        let mut found = collect::parameters(module).into_iter();
        found.try_fold(loss, |loss, Found { path, value, .. }| {
            let value = value.to_device(&device);
            let distance = match self.target(&path, &value)? {
                Some(target) => value - target.to_device(&device),
                None => value,
            };
            let mut loss = loss;
            if self.l1 != 0.0 {
                let term = distance.clone().abs().sum().mul_scalar(self.l1);
                loss = loss.clone() + term.cast(loss.dtype());
            }
            if self.l2 != 0.0 {
                let term = distance.clone().mul(distance).sum().mul_scalar(self.l2);
                loss = loss.clone() + term.cast(loss.dtype());
            }
            Ok(loss)
        })
    }

    /// What these values of the parameter at a path are drawn to; `None` is 0.
    fn target(&self, path: &str, value: &Tensor<1>) -> Result<Option<Tensor<1>>, Error> {
        let Some(targets) = &self.targets else { return Ok(None) };
        let Some(target) = targets.get(path) else {
            let known = targets.keys().cloned().collect();
            return Err(Error::TargetMissing { parameter: path.to_owned(), known });
        };
        let ([expected], [found]) = (value.dims(), target.dims());
        if expected != found {
            return Err(Error::TargetLength { parameter: path.to_owned(), expected, found });
        }
        Ok(Some(target.clone()))
    }
}
