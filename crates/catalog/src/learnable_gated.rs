//! Gates whose sharpness or height the network learns.

crate::family! {
    /// `silu` times a number above 1. The authors choose it between 1 and 2 for a network; here it is
    /// learned from 1.25 on, their best.
    e_swish ["eswish"] "beta*x*sigmoid(x) | beta = 1.25", "Alcaide 2018, arXiv:1801.07145";

    /// A smooth choice between the lines p_1·x and p_2·x; beta says how smooth, 0 is their mean. Starts as
    /// `silu`. The authors' code draws p_1 and p_2 from N(0, 1). Where beta comes from the layer's input it
    /// is `meta_acon`.
    acon_c ["acon"] "(p_1 - p_2)*x*sigmoid(beta*(p_1 - p_2)*x) + p_2*x | p_1 = 1 per channel, p_2 = 0 per channel, beta = 1 per channel", "Ma et al. 2021, arXiv:2009.04759";

    /// A smooth `leaky_relu` of slope alpha, bent as the error function. The authors start with mu = 10^6, where
    /// nothing of the bend is to be seen and the gradient of mu is 0 for all |x| above 10^-5: for a bend that
    /// is learned start with 1 or 2.
    smu "((1 + alpha)*x + (1 - alpha)*x*erf(mu*(1 - alpha)*x))/2 | alpha = 0.25 fixed, mu = 1e6", "Biswas et al. 2021, arXiv:2111.04682";
}
