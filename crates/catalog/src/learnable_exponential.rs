//! Exponentials whose height and width the network learns.

crate::family! {
    /// `elu` with three learned shapes in two numbers: a/b is the slope above zero, a the depth below, b the
    /// width of the bend. The slope has no jump at 0. Both must be positive: project them after each
    /// step of the optimizer.
    pelu "if x >= 0 { a/b*x } else { a*expm1(x/b) } | a = 1, > 0, b = 1, > 0", "Trottier, Giguere & Chaib-draa 2016, arXiv:1605.09332";

    /// Rectifiers and `elu` in one family: depth alpha and rate beta are learned. Some start alpha at 1, that
    /// is, as `elu`; the authors take 0.25 and 1 in deep networks.
    mpelu "if x > 0 { x } else { alpha*expm1(beta*x) } | alpha = 0.25 per channel, beta = 1 per channel", "Li et al. 2016, arXiv:1606.00305";
}
