//! Of two inputs: one is passed on as far as the other opens. Libraries split the channels of one tensor
//! in two for it; here both halves are inputs, `x` and `gate`, and which is which is the caller's choice.

crate::family! {
    /// The gated linear unit. PyTorch's `glu` takes the first half of the channels as x and the second as gate.
    glu "x*sigmoid(gate)", "Dauphin et al. 2016, arXiv:1612.08083", kernels;

    /// The product of both inputs, without a nonlinearity: the simplest gate.
    bilinear "x*gate", "Mnih & Hinton 2007, ICML; Shazeer 2020, arXiv:2002.05202";

    /// A gated linear unit with a rectifier for the gate.
    reglu "x*relu(gate)", "Shazeer 2020, arXiv:2002.05202", kernels;

    /// A gated linear unit with the exact `gelu` for the gate. Some models (T5 1.1, Gemma) mean `gelu_tanh` by
    /// it: `x*gelu_tanh(gate)`.
    geglu ["gelu_and_mul"] "x*gelu(gate)", "Shazeer 2020, arXiv:2002.05202", kernels;

    /// A gated linear unit with `silu` for the gate: the feed-forward layers of Llama, PaLM and many others.
    /// Which half of the channels is the gate differs: the first in the paper's formula, in vLLM's `SiluAndMul`
    /// and wherever `gate_proj` stands before `up_proj`; the second where `torch.nn.functional.glu` is taken
    /// for the pattern.
    swiglu ["silu_and_mul"] "x*silu(gate)", "Shazeer 2020, arXiv:2002.05202", kernels;
}
