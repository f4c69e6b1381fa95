//! Waves and bells: not monotone on purpose.

crate::family! {
    /// A bell around 0: what radial basis functions and some coordinate networks use. The width is fixed;
    /// `exp(-(x/w)^2)` learns one.
    gaussian "exp(-x^2)", "Broomhead & Lowe 1988, Complex Systems 2; Ramasinghe & Lucey 2021, arXiv:2111.15135";

    /// sin(omega·x), for networks that represent images and fields (SIREN). Weights must be drawn for it:
    /// uniform within √(6/fan_in)/omega, and 1/fan_in in the first layer. There is no limit at ±∞; NaN says so.
    sine ["siren"] "sin(omega*x) | omega = 30 fixed", "Sitzmann et al. 2020, arXiv:2006.09661";

    /// The growing cosine unit x·cos(x): one neuron can learn the exclusive or. Unbounded, and its slope is too.
    gcu "x*cos(x)", "Noel et al. 2021, arXiv:2108.12943";

    /// x + sin²(a·x)/a: a line with a learned ripple, for signals that repeat (audio). `a` sets the
    /// frequency and starts at 1; the authors take 5 to 50 where the period is known to be short. At a = 0
    /// it is the identity.
    snake "x + sin(a*x)^2/a | a = 1 per channel", "Ziyin, Hartwig & Ueda 2020, arXiv:2006.08195";

    /// `snake` with a height of its own: alpha is the frequency of the ripple, 1/beta its height. As in
    /// BigVGAN, whose code adds 1e-9 to beta; that it learns the logarithms of both is an option there.
    snake_beta ["snakebeta"] "x + sin(alpha*x)^2/(beta + 1e-9) | alpha = 1 per channel, beta = 1 per channel", "Lee et al. 2022, arXiv:2206.04658";
}
