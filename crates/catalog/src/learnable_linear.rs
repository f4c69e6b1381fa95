//! Straight pieces whose slopes or places the network learns.

crate::family! {
    /// A learned slope on each side: alpha, kept within [0.01, 0.99], below zero; 1 + sigmoid(beta), which is
    /// above 1, above zero. The authors clamp alpha inside the formula, where its gradient is 0 outside; here
    /// it is a range to be kept after each step of the optimizer, by projection. The same function; alpha cannot get
    /// stuck.
    arelu "if x >= 0 { (1 + sigmoid(beta))*x } else { alpha*x } | alpha = 0.9 in [0.01, 0.99], beta = 2", "Chen, Li & Xu 2020, arXiv:2006.13858";

    /// A rectifier with a learned slope on either side, starting as `leaky_relu`.
    dprelu "if x > 0 { a*x } else { b*x } | a = 1, b = 0.01", "Kunc & Klema 2024, arXiv:2402.09092";

    /// Three straight pieces, S-shaped or not: the identity between t_l and t_r, slopes a_l and a_r outside, all
    /// of them learned. The authors start t_l at 0, a_r at 1, and take t_r from the layer's inputs; the Keras
    /// layer draws a_l from [0, 1] and t_r from [0, 5], whose means are taken here.
    srelu "if x >= t_r { t_r + a_r*(x - t_r) } else { if x <= t_l { t_l + a_l*(x - t_l) } else { x } } | t_l = 0 per channel, a_l = 0.5 per channel, t_r = 2.5 per channel, a_r = 1 per channel", "Jin et al. 2015, arXiv:1512.07030";

    /// A rectifier with two learned hinges: a piecewise linear function, learned neuron by neuron. It
    /// starts as `relu`, with the hinges at 0 and -1 so that they do not learn the same; the authors draw
    /// all numbers at random.
    apl "max(0, x) + a_1*max(0, b_1 - x) + a_2*max(0, b_2 - x) | a_1 = 0 per channel, b_1 = 0 per channel, a_2 = 0 per channel, b_2 = -1 per channel", "Agostinelli et al. 2014, arXiv:1412.6830";

    /// A rectifier moved up or down by a learned amount, so that its output can have mean 0. Others mean
    /// `funnel_relu` by FReLU.
    flexible_relu "max(0, x) + b | b = 0 per channel", "Qiu, Xu & Cai 2017, arXiv:1706.08098";

    /// `prelu` with a learned shift before it and another behind, made for binary networks (ReActNet).
    rprelu "y = x - gamma; (if y > 0 { y } else { beta*y }) + zeta | gamma = 0 per channel, beta = 0.25 per channel, zeta = 0 per channel", "Liu et al. 2020, arXiv:2003.03488";

    /// A scaled and moved `relu_squared`. It starts where N(0, 1) becomes mean 0 and variance 1: s = 0.8944 is
    /// 1/√1.25 and b is minus half of it.
    star_relu ["starrelu"] "s*relu(x)^2 + b | s = 0.8944, b = -0.4472", "Yu et al. 2022, arXiv:2210.13452";

    /// A rectifier with a learned threshold: the larger of x and tau. Made to stand behind filter response
    /// normalisation, which has no mean to take away.
    tlu "max(x, tau) | tau = 0 per channel", "Singh & Krishnan 2019, arXiv:1911.09737";
}
