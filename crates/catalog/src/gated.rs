//! The input times a gate that the input itself opens.

crate::family! {
    /// x·Φ(x), the exact form: Φ through a function that keeps its relative accuracy in the negative
    /// tail, where x/2*(1 + erf(x/sqrt(2))) gives 0 from -6 on. Its gradient belongs to this form and
    /// not to the tanh approximation.
    gelu "x*Phi(x)", "Hendrycks & Gimpel 2016, arXiv:1606.08415";

    /// The tanh approximation of `gelu`; differs from it by up to 4.73e-4. JAX's `gelu` means this one.
    gelu_tanh ["new_gelu"] "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))", "Hendrycks & Gimpel 2016, arXiv:1606.08415";

    /// The sigmoid approximation of `gelu`; differs from it by up to 2.03e-2.
    quick_gelu "x*sigmoid(1.702*x)", "Hendrycks & Gimpel 2016, arXiv:1606.08415";

    /// x·sigmoid(x): smooth, not monotone, minimum -0.2785 at -1.278. `swish` learns its slope.
    silu ["swish_1"] "x*sigmoid(x)", "Elfwing, Uchibe & Doya 2017, arXiv:1702.03118";

    /// x·tanh(softplus(x)): close to `silu`, minimum -0.3088 at -1.192.
    mish "x*tanh(softplus(x))", "Misra 2019, arXiv:1908.08681";
}
