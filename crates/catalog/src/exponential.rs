//! Straight above zero, an exponential or a logarithm below.

crate::family! {
    /// The identity above zero, an exponential that saturates at -alpha below: activations with mean
    /// near zero. Evaluated with expm1, so small negative inputs keep their digits, and its gradient
    /// is finite everywhere (a naive gradient is NaN from x = 89 on).
    elu "if x > 0 { x } else { alpha*expm1(x) } | alpha = 1 fixed", "Clevert, Unterthiner & Hochreiter 2015, arXiv:1511.07289", kernels;

    /// `elu` made continuously differentiable for every alpha.
    celu "if x > 0 { x } else { alpha*expm1(x/alpha) } | alpha = 1 fixed", "Barron 2017, arXiv:1704.07483", kernels;

    /// `elu` scaled so that activations keep mean 0 and variance 1 from layer to layer, given
    /// LeCun-normal weights.
    selu "1.0507009873554805*(if x > 0 { x } else { 1.6732632423543772*expm1(x) })", "Klambauer et al. 2017, arXiv:1706.02515", kernels;

    /// The smooth rectifier log(1 + e^x), accurate everywhere: no switch to the identity at a
    /// threshold, as other libraries have it.
    softplus "log(1 + exp(beta*x))/beta | beta = 1 fixed, > 0", "Dugas et al. 2001, NIPS", kernels;

    /// A smooth rectifier without an exponential; b sets how wide the bend is.
    squareplus "(x + sqrt(x^2 + b))/2 | b = 4 fixed, > 0", "Barron 2021, arXiv:2112.11687", kernels;
}
