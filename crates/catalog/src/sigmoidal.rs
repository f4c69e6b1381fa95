//! S-shaped: bounded, or the logarithm of a bounded one.

crate::family! {
    /// The logistic function. Saturates on both sides, which slows deep networks down; the standard
    /// choice for gates and probabilities.
    sigmoid ["logistic"] "1/(1 + exp(-x))", "Verhulst 1838; Rumelhart, Hinton & Williams 1986, Nature 323", kernels;

    /// The hyperbolic tangent: an S between -1 and 1 through the origin with slope 1.
    tanh "tanh(x)", "LeCun et al. 1998, Efficient BackProp", kernels;

    /// x/(1 + |x|): an S whose tails are polynomial, so it saturates slowly.
    softsign "x/(1 + |x|)", "Turian, Bergstra & Bengio 2009, NAACL", kernels;

    /// The logarithm of the sigmoid, for losses on logits.
    log_sigmoid ["logsigmoid"] "-log(1 + exp(-x))", "see sigmoid", kernels;
}
