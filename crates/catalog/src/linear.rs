//! Made of straight pieces.

crate::family! {
    /// The rectifier: passes what is positive, drops the rest. The baseline of every comparison.
    /// A unit whose input stays negative gets no gradient any more ("dying ReLU").
    relu "if x > 0 { x } else { 0 }", "Nair & Hinton 2010, ICML", kernels;

    /// A rectifier that lets a little of the negative side through, so that no unit dies.
    /// The slope is a setting, not learned: 0.01 here and in PyTorch, 0.2 in Keras. `prelu` learns it.
    leaky_relu "if x > 0 { x } else { alpha*x } | alpha = 0.01 fixed", "Maas, Hannun & Ng 2013, ICML workshop", kernels;

    /// A rectifier that saturates at 6, for arithmetic of few bits.
    relu6 "clamp(x, 0, 6)", "Krizhevsky 2010, technical report", kernels;

    /// The identity cut off at -1 and 1: a tanh of straight pieces.
    hard_tanh ["hardtanh"] "clamp(x, -1, 1)", "Collobert 2004, PhD thesis, Paris VI", kernels;

    /// A sigmoid of three straight pieces, as PyTorch, JAX and Keras 3 define it.
    /// ONNX's default is another function: `clamp(0.2*x + 0.5, 0, 1)`.
    hard_sigmoid ["hardsigmoid"] "clamp(x + 3, 0, 6)/6", "Courbariaux, Bengio & David 2015, arXiv:1511.00363", kernels;

    /// `silu` with its sigmoid replaced by `hard_sigmoid`; made for mobile networks.
    hard_swish ["hardswish", "hard_silu"] "x*clamp(x + 3, 0, 6)/6", "Howard et al. 2019, arXiv:1905.02244", kernels;

    /// The square of the rectifier; found by search over transformer components (Primer).
    relu_squared ["relu2", "squared_relu"] "if x > 0 { x^2 } else { 0 }", "So et al. 2021, arXiv:2109.08668", kernels;

    /// A leaky rectifier whose slope is drawn from [lower, upper] in training, here with the mean of the two, as
    /// PyTorch has it in evaluation: 11/48. The paper draws a divisor from [3, 8] and divides by the mean of
    /// these, so its slope is 1/5.5. Nothing random is drawn here in training either: where it is wanted, give
    /// the slopes as a second input, `if x > 0 { x } else { gate*x }`.
    rrelu "if x > 0 { x } else { (lower + upper)/2*x } | lower = 1/8 fixed, upper = 1/3 fixed", "Xu et al. 2015, arXiv:1505.00853", kernels;

    /// The identity above theta, a constant below: with a jump, unless the constant is theta. PyTorch has no
    /// defaults; these were those of the example in its documentation for years. Its names are `threshold` and
    /// `value`.
    threshold "if x > theta { x } else { value } | theta = 0.1 fixed, value = 20 fixed", "PyTorch, torch.nn.Threshold", kernels;

    /// The identity above theta, 0 below: a rectifier that jumps, made for autoencoders without biases.
    /// Keras and ONNX start at theta = 1 too. The gradient with respect to theta is 0, so it is a setting.
    thresholded_relu "if x > theta { x } else { 0 } | theta = 1 fixed", "Konda, Memisevic & Krueger 2014, arXiv:1402.3337", kernels;

    /// `mish` of straight pieces and one parabola: x/2·clamp(x + 2, 0, 2), as in timm. Its lowest
    /// value is -1/2, lower than that of `mish`.
    hard_mish ["hardmish"] "x*clamp(x + 2, 0, 2)/2", "Diganta Misra, H-Mish, 2020; PyTorch Image Models (timm)";
}
