//! S-shapes whose slope, height and place the network learns.

crate::family! {
    /// A tanh with learned slope and height: `parametric_tanh` with a gain behind it. Starts as `tanh`.
    scaled_parametric_tanh "beta*tanh(alpha*x) | alpha = 1, beta = 1", "Kunc & Klema 2024, arXiv:2402.09092";

    /// gamma·tanh(alpha·x) + beta: stands in the place of layer normalisation in transformers (Dynamic Tanh). One
    /// alpha for the layer, a scale and a shift for each channel. alpha starts at 0.5; the authors take less
    /// in wide language models.
    dyt ["dynamic_tanh"] "gamma*tanh(alpha*x) + beta | alpha = 0.5, gamma = 1 per channel, beta = 0 per channel", "Zhu et al. 2025, arXiv:2503.10622";

    /// A sigmoid with learned height, slope, place and shift: alpha·sigmoid(beta·x + gamma) + delta, the
    /// transformative adaptive activation function. Any function can stand in the place of the sigmoid:
    /// `alpha*silu(beta*x + gamma) + delta`. Starts as `sigmoid`.
    taaf_sigmoid "alpha*sigmoid(beta*x + gamma) + delta | alpha = 1, beta = 1, gamma = 0, delta = 0", "Kunc & Klema 2021, PLOS ONE 16(1); arXiv:2402.09092";

    /// A tanh with learned height, slope, place and shift; see `taaf_sigmoid`. Starts as `tanh`.
    taaf_tanh "alpha*tanh(beta*x + gamma) + delta | alpha = 1, beta = 1, gamma = 0, delta = 0", "Kunc & Klema 2021, PLOS ONE 16(1); arXiv:2402.09092";
}
