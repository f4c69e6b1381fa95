//! Smooth, with roots, exponentials or logarithms, and without a gate.

crate::family! {
    /// x/√(1 + alpha·x²): an S between ±1/√alpha whose tails are polynomial; a root and a quotient where
    /// `tanh` takes exponentials.
    isru "x/sqrt(1 + alpha*x^2) | alpha = 1 fixed, > 0", "Carlile et al. 2017, arXiv:1710.09967";

    /// The identity above zero, `isru` below: an `elu` without an exponential. Twice continuously
    /// differentiable at 0 for every alpha.
    isrlu "if x >= 0 { x } else { x/sqrt(1 + alpha*x^2) } | alpha = 1 fixed, > 0", "Carlile et al. 2017, arXiv:1710.09967";

    /// A bend of the identity: slope 1/2 on the left, 3/2 on the right, 1 at 0. Never flat.
    bent_identity "(sqrt(x^2 + 1) - 1)/2 + x", "Kunc & Klema 2024, arXiv:2402.09092";

    /// A clip to [0, 1] with rounded corners: two `softplus` less each other. The larger alpha, the sharper.
    soft_clipping "log((1 + exp(alpha*x))/(1 + exp(alpha*(x - 1))))/alpha | alpha = 0.5 fixed, > 0", "Klimek & Perelstein 2018, arXiv:1810.11509";

    /// A `softplus` that is moved and tilted so that it is 0 at 0, with slope -0.08 far left: for the
    /// convolutions of the Zipformer. Its numbers are those of the authors' code, so f(0) is 5.2e-10 and not 0.
    swoosh_r "log(1 + exp(x - 1)) - 0.08*x - 0.313261687", "Yao et al. 2023, arXiv:2310.11230";

    /// As `swoosh_r`, moved farther to the right: for feed-forward modules, which are mostly off.
    /// f(0) is -0.017.
    swoosh_l "log(1 + exp(x - 4)) - 0.08*x - 0.035", "Yao et al. 2023, arXiv:2310.11230";
}
