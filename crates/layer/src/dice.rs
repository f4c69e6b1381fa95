//! Dice as different sources have it.

use crate::{Momentum, RunningVariance, Settings};

/// With a learned scale and shift inside the gate, as a batch normalisation has them by default.
const WITH_SCALE: &str = "p = sigmoid(gamma*(x - mean(x))/sqrt(var(x) + epsilon) + beta); \
     p*x + (1 - p)*alpha*x | alpha = 0 per channel, gamma = 1 per channel, beta = 0 per channel, \
     epsilon = 1e-5 fixed, > 0";

/// The Dice of a paper or of a library: what differs are epsilon, the moving averages, the axis of the
/// channels, and what is learned inside the gate.
///
/// `ActivationConfig::dice` of the framework crates takes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiceVariant {
    /// As the paper defines it: epsilon is 1e-8, statistics are those of the mini-batch in training and
    /// moving averages in testing. The paper does not say how fast they move, nor where alpha starts:
    /// here a new value has the weight 0.01, and alpha starts at 0. Channels are on axis 1.
    ///
    /// Zhou et al. 2018, arXiv:1706.06978, section 5.3.
    Paper,
    /// As `DeepCTR` has it: a Keras batch normalisation without scale and shift, so that an old value
    /// has the weight 0.99; epsilon is 1e-9, alpha starts at 0. Channels are on the last axis. For
    /// inputs of two and three axes Keras keeps the biased variance, as here; for four axes its fused
    /// kernel keeps the unbiased one.
    ///
    /// `deepctr/layers/activation.py` of shenweichen/DeepCTR, commit 059ed08.
    DeepCtr,
    /// As `FuxiCTR` has it: a `BatchNorm1d(affine=False)`, where a new value has the weight 0.01 and
    /// the running variance is the unbiased one; epsilon is 1e-9, alpha starts at 0. Inputs are
    /// `[batch, channels]`.
    ///
    /// `fuxictr/pytorch/layers/activations.py` of reczoo/FuxiCTR, commit 0245987.
    FuxiCtr,
    /// As `TorchEasyRec` has it: a `BatchNorm1d` with its defaults, where a new value has the weight 0.1,
    /// the running variance is the unbiased one, epsilon is 1e-5, and a scale `gamma` and a shift `beta`
    /// of each channel are learned inside the gate. Channels are on the last axis. There alpha has no
    /// value until `reset_parameters` is called; here it starts at 0, as it does then.
    ///
    /// `tzrec/modules/activation.py` of alibaba/TorchEasyRec, commit 4d57468.
    TorchEasyRec,
}

impl DiceVariant {
    /// Every variant.
    pub const ALL: &'static [DiceVariant] = &[
        DiceVariant::Paper,
        DiceVariant::DeepCtr,
        DiceVariant::FuxiCtr,
        DiceVariant::TorchEasyRec,
    ];

    /// All but the number of channels.
    pub(crate) fn settings(self) -> Settings {
        #[rustfmt::skip]
        let (formula, epsilon, momentum, variance, axis) = match self {
            DiceVariant::Paper        => ("dice", 1e-8, Momentum::OfNew(0.01), RunningVariance::Biased, 1),
            DiceVariant::DeepCtr      => ("dice", 1e-9, Momentum::OfOld(0.99), RunningVariance::Biased, -1),
            DiceVariant::FuxiCtr      => ("dice", 1e-9, Momentum::OfNew(0.01), RunningVariance::Unbiased, 1),
            DiceVariant::TorchEasyRec => (WITH_SCALE, 1e-5, Momentum::OfNew(0.1), RunningVariance::Unbiased, -1),
        };
        Settings::new(formula)
            .with_parameter("epsilon", epsilon)
            .with_momentum(momentum)
            .with_running_variance(variance)
            .with_channel_axis(axis)
    }
}
