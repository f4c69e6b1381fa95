//! Zero near zero: what sparse coding shrinks with.

crate::family! {
    /// Drops what is small: 0 within lambda of 0, the identity outside, with jumps between. The denoiser of
    /// wavelets by keeping or killing. The gradient with respect to lambda is 0, so it is a setting.
    hard_shrink ["hardshrink"] "if |x| > lambda { x } else { 0 } | lambda = 0.5 fixed, >= 0", "Donoho & Johnstone 1994, Biometrika 81", kernels;

    /// Moves everything by lambda towards 0, and what is within lambda to 0: the step of algorithms for sparse
    /// codes (ISTA). Continuous, unlike `hard_shrink`.
    soft_shrink ["softshrink"] "if x > lambda { x - lambda } else { if x < -lambda { x + lambda } else { 0 } } | lambda = 0.5 fixed, >= 0", "Donoho 1995, IEEE Transactions on Information Theory 41", kernels;

    /// What a tanh takes away: x³/3 near 0, x - 1 and x + 1 far out. Near 0 the difference cancels; its series
    /// stands there, where other libraries keep the noise.
    tanhshrink ["tanh_shrink"] "x - tanh(x)", "PyTorch, torch.nn.Tanhshrink", kernels;
}
