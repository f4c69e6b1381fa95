//! Made of straight pieces.

crate::family! {
    /// The rectifier: passes what is positive, drops the rest. The baseline of every comparison.
    /// A unit whose input stays negative gets no gradient any more ("dying ReLU").
    relu "if x > 0 { x } else { 0 }", "Nair & Hinton 2010, ICML";

    /// A rectifier that lets a little of the negative side through, so that no unit dies.
    /// The slope is a setting, not learned: 0.01 here and in PyTorch, 0.2 in Keras. `prelu` learns it.
    leaky_relu "if x > 0 { x } else { alpha*x } | alpha = 0.01 fixed", "Maas, Hannun & Ng 2013, ICML workshop";

    /// A rectifier that saturates at 6, for arithmetic of few bits.
    relu6 "clamp(x, 0, 6)", "Krizhevsky 2010, technical report";

    /// The identity cut off at -1 and 1: a tanh of straight pieces.
    hard_tanh ["hardtanh"] "clamp(x, -1, 1)", "Collobert 2004, PhD thesis, Paris VI";

    /// A sigmoid of three straight pieces, as PyTorch, JAX and Keras 3 define it.
    /// ONNX's default is another function: `clamp(0.2*x + 0.5, 0, 1)`.
    hard_sigmoid ["hardsigmoid"] "clamp(x + 3, 0, 6)/6", "Courbariaux, Bengio & David 2015, arXiv:1511.00363";

    /// `silu` with its sigmoid replaced by `hard_sigmoid`; made for mobile networks.
    hard_swish ["hardswish", "hard_silu"] "x*clamp(x + 3, 0, 6)/6", "Howard et al. 2019, arXiv:1905.02244";

    /// The square of the rectifier; found by search over transformer components (Primer).
    relu_squared ["relu2", "squared_relu"] "if x > 0 { x^2 } else { 0 }", "So et al. 2021, arXiv:2109.08668";
}
