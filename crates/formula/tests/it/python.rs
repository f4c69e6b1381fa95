//! Python's modules, methods, keywords and functions are read.

use ogive_formula::Formula;

use crate::spellings::same;

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn python_is_read() {
    same(&[
        ("x*(x > 0)", &["x * (x > 0).float()"]),
        ("max(x, 0)", &["torch.max(x, torch.zeros_like(x))"]),
        ("alpha*x | alpha = 0.5", &["def f(x, *, alpha=0.5): return alpha*x"]),
        ("exp(x)", &["torch.exp(x)", "x.exp()", "np.exp(x)", "jax.numpy.exp(x)"]),
        (
            "sigmoid(x)",
            &[
                "x.sigmoid()",
                "torch.special.expit(x)",
                "jax.nn.sigmoid(x)",
                "nn.Sigmoid()(x)",
                "torch.sigmoid_(x)",
            ],
        ),
        (
            "softplus(x)",
            &["tf.math.softplus(x)", "torch.nn.functional.softplus(x)", "nn.Softplus()(x)"],
        ),
        (
            "relu(x)",
            &[
                "tf.nn.relu(x)",
                "F.relu(x, inplace=True)",
                "F.relu(x, True)",
                "ReLU(x)",
                "nn.ReLU(inplace=True)(x)",
            ],
        ),
        ("erf(x)", &["torch.special.erf(x)", "torch.erf(x)", "math.erf(x)", "erff(x)"]),
        (
            "x^2",
            &[
                "x**2",
                "torch.pow(x, 2)",
                "x.pow(2)",
                "torch.pow(x, exponent=2)",
                "x.square()",
                "x.powi(2)",
            ],
        ),
        ("max(a*x, x) | a = 0.1", &["f(x, a=0.1) = max(a*x, x)", "f(x; a = 0.1) = max(a*x, x)"]),
        (
            "max(x, 0)",
            &["x.max(0.0)", "np.fmax(x, 0)", "np.maximum(x, 0)", "torch.maximum(input=x, other=0)"],
        ),
        (
            "if x > 0 { x } else { 0 }",
            &["x.clamp(min=0)", "torch.clamp(x, min=0)", "np.clip(x, 0, None)", "x.clamp_(min=0.)"],
        ),
        ("if x < 6 { x } else { 6 }", &["x.clamp(max=6)", "np.clip(x, a_min=None, a_max=6)"]),
        (
            "clamp(x, -2, 2)",
            &[
                "F.hardtanh(x, -2, 2)",
                "F.hardtanh(x, min_val=-2, max_val=2)",
                "x.clamp(-2, 2)",
                "clamp(x, max=2, min=-2)",
            ],
        ),
        ("clamp(x, -1, 1)", &["F.hardtanh(x)", "nn.Hardtanh()(x)"]),
        (
            "if x > 0.5 { x - 0.5 } else { if x < -0.5 { x + 0.5 } else { 0 } }",
            &["F.softshrink(x)", "F.softshrink(x, lambd=0.5)", "nn.Softshrink()(x)"],
        ),
        (
            "if |x| > 2 { x } else { 0 }",
            &["F.hardshrink(x, 2)", "nn.Hardshrink(lambd=2)(x)", "ops.hard_shrink(x, threshold=2)"],
        ),
        (
            "if x > 0.1 { x } else { 20 }",
            &[
                "F.threshold(x, 0.1, 20)",
                "F.threshold(x, threshold=0.1, value=20)",
                "nn.Threshold(0.1, 20)(x)",
                "F.threshold(x, 0.1, 20, inplace=True)",
            ],
        ),
        ("x - tanh(x)", &["F.tanhshrink(x)", "nn.Tanhshrink()(x)"]),
        (
            "clamp(x + 3, 0, 6)/6",
            &["x.add(3.).clamp_(0., 6.).div_(6.)", "F.relu6(x + 3)/6", "relu6(x+3.)/6."],
        ),
        (
            "x*tanh(softplus(x))",
            &[
                "x.mul(F.softplus(x).tanh())",
                "x * torch.tanh(F.softplus(x))",
                "x * (torch.tanh(torch.nn.functional.softplus(x)))",
            ],
        ),
        (
            "x*sigmoid(x)",
            &[
                "lambda x: x * torch.sigmoid(x)",
                "silu = lambda z: z * torch.sigmoid(z)",
                "def silu(x):\n    return x * torch.sigmoid(x)\n",
                "def forward(self, input: torch.Tensor) -> torch.Tensor:\n    \"\"\"The swish.\"\"\"\n    gate_value = torch.sigmoid(input)  # opens\n    return input * gate_value\n",
            ],
        ),
        (
            "alpha*x | alpha = 0.5",
            &[
                "def f(x, alpha=0.5): return alpha * x",
                "lambda x, alpha=0.5: alpha*x",
                "def f(x, alpha: float = 0.5, inplace: bool = False):\n  return self.alpha*x",
            ],
        ),
        ("lambda*x*(1 + lambda*x)", &["t = lambda*x; t*(1 + t)", "t = λ x; t*(1 + t)"]),
        (
            "if x > 0 { x } else { 0 }",
            &[
                "def f(x):\n    if x > 0:\n        return x\n    else:\n        return 0\n",
                "def f(x):\n    if x > 0:\n        return x\n    return 0",
                "if (x > 0) { return x; } else { return 0; }",
                "if x > 0 then x else 0",
            ],
        ),
        (
            "if x > 1 { 1 } else { if x > 0 { x } else { 0 } }",
            &["def f(x):\n  if x > 1: return 1\n  elif x > 0: return x\n  else: return 0"],
        ),
        (
            "if x > 0 { if x < 1 { x } else { 0 } } else { 0 }",
            &[
                "x if 0 < x < 1 else 0",
                "x if x > 0 and x < 1 else 0",
                "np.where((x > 0) & (x < 1), x, 0)",
                "x > 0 && x < 1 ? x : 0",
            ],
        ),
        (
            "if x < 0 { x } else { if x > 1 { x } else { 0 } }",
            &["x if x < 0 or x > 1 else 0", "if x < 0 || x > 1 { x } else { 0 }"],
        ),
        ("if x > 0 { 0 } else { x }", &["x if not x > 0 else 0"]),
        (
            "x*sqrt(2/pi)",
            &["x * math.sqrt(2/math.pi)", "x*math.sqrt(2. / math.pi)", "x * np.sqrt(2 / np.pi)"],
        ),
        ("alpha*x", &["self.alpha * x", "alpha * x  # the slope"]),
        ("0.5*x", &["0.5f*x", "0.5_f32*x", ".5 * x", "torch.mul(0.5, x)"]),
        ("log(exp(x) + exp(0))", &["jnp.logaddexp(x, 0)"]),
        ("exp(x)", &["std::exp(x)", "Math.exp(x)", "expf(x)", "f32::exp(x)"]),
        ("if x > 0 { 1 } else { 0 }", &["(x > 0)", "x > 0"]),
        ("x - mean(x)", &["x - x.mean(dim=0)", "x - torch.mean(x, dim=0, keepdim=True)"]),
        ("x/sqrt(var(x))", &["x/x.std(unbiased=False)", "x / std(x)"]),
    ]);
}

#[test]
fn settings_of_the_catalogue_are_set_by_the_call() {
    same(&[
        (
            "if x > 0 { x } else { 0.2*x }",
            &[
                "F.leaky_relu(x, 0.2)",
                "F.leaky_relu(x, negative_slope=0.2)",
                "leaky_relu(x, alpha=0.2)",
                "nn.LeakyReLU(0.2)(x)",
                "nn.LeakyReLU(0.2, True)(x)",
                "F.leaky_relu(x, 0.2, self.inplace)",
                "LeakyReLU(x, slope=0.2)",
                "tf.nn.leaky_relu(x)",
                "tf.nn.leaky_relu(x, alpha=0.2)",
            ],
        ),
        ("leaky_relu(x)", &["jax.nn.leaky_relu(x)", "nn.LeakyReLU()(x)"]),
        (
            "if x > 0 { x } else { 0.5*expm1(x) }",
            &["F.elu(x, alpha=0.5)", "F.elu(x, 0.5)", "nn.ELU(alpha=0.5)(x)"],
        ),
        ("if x > 0 { x } else { a*expm1(x) }", &["F.elu(x, alpha=a)", "F.elu(x, self.a)"]),
        (
            "log(1 + exp(2*x))/2",
            &[
                "F.softplus(x, beta=2)",
                "F.softplus(x, 2)",
                "F.softplus(x, beta=2, threshold=20)",
                "nn.Softplus(beta=2)(x)",
            ],
        ),
        ("softplus(x)", &["F.softplus(x, threshold=20)"]),
        (
            "log(1 + exp(1*x))/1",
            &["F.softplus(x, 1, 20)", "nn.Softplus(1, 20)(x)", "F.softplus(x, 1, 10*2)"],
        ),
        ("softplus(x)", &["F.softplus(x, threshold=17.5)", "F.softplus(x, threshold=None)"]),
        ("log(1 + exp(2*x))/2", &["F.softplus(x, 2, None)", "F.softplus(x, 2, threshold=30)"]),
        (
            "x*Phi(x)",
            &[
                "F.gelu(x)",
                "nn.GELU()(x)",
                "F.gelu(x, approximate='none')",
                "jax.nn.gelu(x, approximate=False)",
            ],
        ),
        (
            "gelu_tanh(x)",
            &[
                "F.gelu(x, approximate='tanh')",
                "F.gelu(x, 'tanh')",
                "nn.GELU('tanh')(x)",
                "jax.nn.gelu(x, True)",
                "nn.GELU(approximate=\"tanh\")(x)",
                "jax.nn.gelu(x)",
                "tf.nn.gelu(x, approximate=True)",
                "F.gelu(x, approximate=‘tanh’)",
            ],
        ),
        // In these libraries it has no slope that is learned.
        ("silu(x)", &["jax.nn.swish(x)", "tf.nn.swish(x)", "keras.activations.swish(x)"]),
        ("swish(x)", &["Swish(x)"]),
        ("if x > 0 { x } else { 0 }", &["x.clamp_min(0)", "torch.clamp_min(x, 0)"]),
        (
            "if x > 0 { x } else { 0.1*x }",
            &["x.where(x > 0, 0.1*x)", "torch.where(x > 0, x, 0.1*x)"],
        ),
        ("clamp(x, 0, 6)", &["F.relu6(x)", "nn.ReLU6()(x)"]),
        (
            "if x > 0 { x } else { 2*expm1(x/2) }",
            &["F.celu(x, alpha=2)", "F.celu(x, 2.)", "nn.CELU(2)(x)"],
        ),
        ("-log(1 + exp(-x))", &["F.logsigmoid(x)", "nn.LogSigmoid()(x)"]),
        ("x/(1 + |x|)", &["F.softsign(x)", "nn.Softsign()(x)"]),
        ("max(0, x) + w*min(0, x)", &["F.prelu(x, w)", "F.prelu(x, self.w)"]),
        ("gelu_tanh(x)", &["nn.gelu(x)", "linen.gelu(x)"]),
        ("x*Phi(x)", &["nn.GELU()(x)"]),
        ("clamp(0.2*x + 0.5, 0, 1)", &["K.hard_sigmoid(x)", "tf.keras.backend.hard_sigmoid(x)"]),
        ("0.00001*x", &["1e-5f*x", "1e-5F*x"]),
        ("alpha*x", &[r"f(\alpha, x) = \alpha x", "def f(alpha, x): return alpha*x"]),
        ("elu(x)", &["ELU(x)", "\\text{ELU}(x)", "\\operatorname{elu}(x)"]),
    ]);
    for (text, says) in [
        ("softplus(x, beta=-1)", "`beta` cannot be -1"),
        ("elu(x, beta=2)", "`elu` has no setting `beta`"),
        ("elu(x, 1, 2)", "`elu` takes 2 arguments, here it has 3"),
        ("elu(x, 1, alpha=2)", "`elu` has its `alpha` twice"),
        ("elu(x, alpha='small')", "`'small'` is no value for `elu`"),
        ("torch.std(x)*x", "divides by n - 1"),
    ] {
        let error = Formula::parse_with(text, ogive_catalog::library()).unwrap_err().to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}
