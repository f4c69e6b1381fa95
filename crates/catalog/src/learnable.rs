//! With parameters that the network learns.

crate::family! {
    /// A rectifier that learns the slope of its negative side, one per channel. Keep weight decay off
    /// the slope: decay pulls it to 0, that is, to `relu`. Some Keras recipes keep it at 0.01 or more:
    /// declare `alpha = 0.25 per channel, >= 0.01`. PyTorch shares one slope by default.
    prelu "max(0, x) + alpha*min(0, x) | alpha = 0.25 per channel", "He et al. 2015, arXiv:1502.01852", kernels;

    /// The data-adaptive rectifier of Deep Interest Networks: the place of the bend follows the
    /// batch. In training mean and variance are the batch's, per channel, and the gradient flows
    /// through them; in evaluation they are moving averages. There is no learned scale or shift
    /// inside the gate. Where other libraries differ: DeepCTR and FuxiCTR have epsilon = 1e-9,
    /// TorchEasyRec has 1e-5 and learns a scale and a shift inside the gate; the code that came with the
    /// paper leaves the statistics in evaluation mode while training, so that they never move, and
    /// learns a scale that starts at 0. `DiceVariant` of the Burn module has the first three.
    dice "p = sigmoid((x - mean(x))/sqrt(var(x) + epsilon)); p*x + (1 - p)*alpha*x | alpha = 0 per channel, epsilon = 1e-8 fixed, > 0", "Zhou et al. 2018, arXiv:1706.06978", kernels;

    /// A sigmoid stretched to (-1, 1): 2/(1 + e^(-alpha·x)) - 1 = tanh(alpha·x/2). It circulates in
    /// articles under the name "Dice"; it is not the function of the Deep Interest Network paper, which
    /// is `dice`.
    dice_bipolar "2/(1 + exp(-alpha*x)) - 1 | alpha = 0.2", "no paper; see dice", kernels;

    /// A rectifier with a learned slope above zero, that is, a layer with a learned gain.
    scaled_relu "alpha*max(0, x) | alpha = 1", "see relu", kernels;

    /// A sigmoid with a learned slope (a layer-wise locally adaptive activation).
    parametric_sigmoid "sigmoid(alpha*x) | alpha = 1", "Jagtap, Kawaguchi & Karniadakis 2019, arXiv:1909.12228", kernels;

    /// A tanh with a learned slope: the slope takes over part of the work of the learning rate.
    parametric_tanh "tanh(alpha*x) | alpha = 1", "Jagtap, Kawaguchi & Karniadakis 2019, arXiv:1909.12228", kernels;

    /// x·sigmoid(beta·x): beta = 0 is x/2, beta = 1 is `silu`, a large beta approaches `relu`.
    swish ["swish_beta"] "x*sigmoid(beta*x) | beta = 1 per channel", "Ramachandran, Zoph & Le 2017, arXiv:1710.05941", kernels;

    /// A square above zero, an integrated exponential below, joined to a line of slope beta.
    /// The curvatures are softplus of the learned numbers: alpha_p starts at 0.8, as does
    /// alpha_n = beta + softplus(q). beta is not learned.
    xielu "if x > 0 { softplus(p)*x^2 + beta*x } else { (beta + softplus(q))*(expm1(min(x, -1e-6)) - x) + beta*x } | p = log(exp(0.8) - 1), q = log(exp(0.3) - 1), beta = 0.5 fixed", "Huang & Schlag 2024, arXiv:2411.13010", kernels;
}
