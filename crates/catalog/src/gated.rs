//! The input times a gate that the input itself opens.

crate::family! {
    /// x·Φ(x), the exact form: Φ through a function that keeps its relative accuracy in the negative
    /// tail, where x/2*(1 + erf(x/sqrt(2))) gives 0 from -6 on. Its gradient belongs to this form and
    /// not to the tanh approximation.
    gelu "x*Phi(x)", "Hendrycks & Gimpel 2016, arXiv:1606.08415", kernels;

    /// The tanh approximation of `gelu`; differs from it by up to 4.73e-4. JAX's `gelu` means this one.
    gelu_tanh ["new_gelu"] "x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))", "Hendrycks & Gimpel 2016, arXiv:1606.08415", kernels;

    /// The sigmoid approximation of `gelu`; differs from it by up to 2.03e-2.
    quick_gelu "x*sigmoid(1.702*x)", "Hendrycks & Gimpel 2016, arXiv:1606.08415", kernels;

    /// x·sigmoid(x): smooth, not monotone, minimum -0.2785 at -1.278. `swish` learns its slope.
    silu ["swish_1"] "x*sigmoid(x)", "Elfwing, Uchibe & Doya 2017, arXiv:1702.03118", kernels;

    /// x·tanh(softplus(x)): close to `silu`, minimum -0.3088 at -1.192.
    mish "x*tanh(softplus(x))", "Misra 2019, arXiv:1908.08681", kernels;

    /// x·tanh(x): even, so both signs of the input are passed on as magnitudes; near 0 it is a parabola.
    lisht "x*tanh(x)", "Roy et al. 2019, arXiv:1901.05894";

    /// x·tanh(e^x): nearer to the identity above zero than `silu` and `mish`, minimum -0.3533 at -1.079.
    /// Published twice: as TanhExp in 2020, as TeLU in 2024.
    telu ["tanhexp", "tanh_exp"] "x*tanh(exp(x))", "Liu & Di 2020, arXiv:2003.09855; Fernandez & Mali 2024, arXiv:2412.20269";

    /// x·erf(softplus(x)): of the family of `mish`, with the error function for the tanh.
    serf "x*erf(softplus(x))", "Nag & Bhattacharyya 2021, arXiv:2108.09598";

    /// x·log(1 + sigmoid(x)): not monotone, and above zero its slope ends at log(2) = 0.69.
    logish "x*log(1 + sigmoid(x))", "Zhu et al. 2021, Neurocomputing 458";

    /// x·tanh(log(1 + sigmoid(x))): `logish` with a tanh around the logarithm; above zero its slope ends at 0.6.
    smish "x*tanh(log(1 + sigmoid(x)))", "Wang, Ren & Wang 2022, Electronics 11(4)";

    /// x·log(2 - e^(-e^x)): not monotone, and above zero its slope ends at log(2) = 0.69.
    gish "x*log(2 - exp(-exp(x)))", "Kaytan, Aydilek & Yeroglu 2023, Neural Computing and Applications 35";

    /// x/(1 - x·e^(-(x + e^x))): the collapsing linear unit, the identity above zero but for a smooth bend.
    colu "x/(1 - x*exp(-(x + exp(x))))", "Vagerwal 2021, arXiv:2112.12078";

    /// `silu` above zero, `elu` times a sigmoid below: its slope is 1/2 at 0 from both sides.
    elish "if x >= 0 { x*sigmoid(x) } else { expm1(x)*sigmoid(x) }", "Basirat & Roth 2018, arXiv:1808.00783";
}
