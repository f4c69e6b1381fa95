//! What papers, Python and other languages write means the same here.

use ogive_formula::Formula;

/// The expression as typed, and the parameters.
fn read(text: &str) -> String {
    let formula = Formula::parse_with(text, ogive_catalog::library());
    let formula = formula.unwrap_or_else(|error| panic!("{error}"));
    let parameters: Vec<String> = formula.parameters().iter().map(ToString::to_string).collect();
    format!("{} | {}", formula.print(formula.typed()), parameters.join(", "))
}

#[test]
fn other_spellings_are_the_same_expression() {
    for (plain, others) in [
        ("alpha*sigmoid(beta*x)", &["α*σ(β*x)", "α·σ(β·x)", "α × torch.sigmoid(β × x)"][..]),
        ("x*Phi(x)", &["x*Φ(x)", "x·Φ(x)", "x*ndtr(x)", "x*cdf(x)"]),
        ("x*phi(x)", &["x*φ(x)", "x*ϕ(x)", "x*pdf(x)"]),
        (
            "x/(1 + exp(-x))",
            &["x/(1+e^-x)", "x/(1+e^{-x})", "x ÷ (1 + e**(−x))", "x/(1 + np.exp(-x))"],
        ),
        (
            "where(x > 0, x, alpha*expm1(x))",
            &[
                "if x > 0 { x } else { alpha*expm1(x) }",
                "x > 0 ? x : alpha*expm1(x)",
                "x if x > 0 else alpha*expm1(x)",
                "torch.where(x > 0, x, α*torch.expm1(x))",
                "np.where(0 < x, x, alpha*np.expm1(x))",
                "if (x > 0) { x } else { alpha*expm1(x) }",
            ],
        ),
        ("if x >= 0 { x } else { 0 }", &["x ≥ 0 ? x : 0", "where(0 ≤ x, x, 0)"]),
        ("if x == 0 { 1 } else { x }", &["if x != 0 { x } else { 1 }", "x ≠ 0 ? x : 1"]),
        ("x^2*|x|", &["x**2*abs(x)", "pow(x, 2)*np.abs(x)", "torch.square(x)*math.fabs(x)"]),
        (
            "clamp(x, -1, 1)",
            &[
                "torch.clamp(x, min=-1, max=1)",
                "np.clip(x, -1, 1)",
                "if x > -1 { if x < 1 { x } else { 1 } } else { -1 }",
            ],
        ),
        ("min(max(x, -1), 1)", &["np.minimum(np.maximum(x, -1), 1)"]),
        ("log(x) + atan(x) + sign(x)", &["ln(x) + arctan(x) + sgn(x)"]),
        ("x*tanh(softplus(x))", &["x*torch.tanh(F.softplus(x))"]),
        (
            "x*sigmoid(x)",
            &["p = sigmoid(x); x*p", "p = sigmoid(x)\nx*p", "p = σ(x);\n return x*p;"],
        ),
        ("1000*x", &["1_000*x", "1e3*x", "1E+3 * x", "1000.*x"]),
        ("pi*x", &["π*x", "math.pi*x", "np.pi*x"]),
        ("-x^2", &["-(x^2)", "-x**2"]),
        ("x^-2", &["x^(-2)", "x**-2"]),
        ("x - (1 - x)", &["x-(1-x)"]),
        ("max(max(x, 1), 2)", &["max(x, 1, 2)"]),
        ("alpha*x | alpha = 2 per channel, >= 0.01", &["α*x | α = 2, per channel, >= 0.01"]),
        ("alpha*x + beta*x^2 | alpha = 1, beta = 2", &["α*x + β*x^2 | α = 1; β = 2"]),
    ] {
        for other in others {
            assert_eq!(read(other), read(plain), "{other}");
        }
    }
}

#[test]
fn papers_leave_out_the_sign_of_a_product() {
    same(&[
        ("2*x", &["2x", "2 x", "2·x"]),
        ("2*(x + 1)", &["2(x+1)", "2 (x + 1)"]),
        ("0.5*x*tanh(x)", &["0.5 x tanh(x)", "½ x tanh(x)", "½x·tanh(x)"]),
        ("(x + 1)*(x - 1)", &["(x+1)(x-1)"]),
        ("alpha*x", &["αx", "α x", "alpha x"]),
        ("alpha*(exp(x) - 1)", &["α(e^x − 1)", "α (exp(x) - 1)"]),
        ("x*exp(-x)", &["x e^{-x}", "x e^(-x)", "x exp(-x)"]),
        ("x*sigmoid(x)", &["x σ(x)", "xσ(x)", "x sigmoid(x)"]),
        ("x*sigmoid(beta*x)", &["x σ(βx)", "xσ(βx)"]),
        ("x*(x + 1)", &["x(x + 1)"]),
        ("x*(1 + x)*(1 - x)", &["x(1+x)(1-x)"]),
        ("p = tanh(x); p*(1 - x)", &["p = tanh(x); p(1 - x)"]),
        ("2*x/3", &["2x/3"]),
        ("3*x^2", &["3x^2", "3x²", "3 x²"]),
        ("x^2*tanh(x)", &["x² tanh(x)", "x²tanh(x)", "x^2 tanh(x)"]),
        ("exp(x)*(1 + x)", &["e^x(1 + x)"]),
        ("a*x + b", &["a x + b"]),
        ("alpha*x | alpha = 2", &["α x | α = 2"]),
        ("slope*x | slope = 2", &["slope x | slope = 2"]),
        ("sqrt(2/pi)*x", &["√(2/π) x", "√(2/π)x"]),
        ("sqrt(2)*x", &["√2 x", "√2·x"]),
        ("sqrt(x^2 + 1)", &["√(x²+1)", "√(x^2 + 1)"]),
        ("sin(x)^2", &["sin²(x)", "sin^2(x)", "sin² (x)"]),
        ("x + sin(alpha*x)^2/alpha", &["x + sin²(αx)/α"]),
        ("x^-1", &["x⁻¹"]),
        ("x^10", &["x¹⁰"]),
        ("alpha_1*x + alpha_pos", &["α₁x + α_pos", "α_1 x + α_{pos}", "alpha_{1}*x + alpha_pos"]),
        (
            "0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))",
            &[
                "0.5x(1 + tanh[√(2/π)(x + 0.044715x³)])",
                "½ x (1 + tanh(√(2/π) (x + 0.044715 x^3)))",
            ],
        ),
        ("x*sigmoid(x)", &["𝑥𝜎(𝑥)", "x\u{a0}σ(x)", "\u{feff}x*σ(x)", "x\u{200b} σ（x）"]),
    ]);
}

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
        ("max(x, 0)", &["x.max(0.0)", "np.maximum(x, 0)", "torch.maximum(input=x, other=0)"]),
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
                "nn.GELU(approximate=\"tanh\")(x)",
                "jax.nn.gelu(x)",
                "tf.nn.gelu(x, approximate=True)",
                "F.gelu(x, approximate=‘tanh’)",
            ],
        ),
        ("max(0, x) + w*min(0, x)", &["F.prelu(x, w)", "F.prelu(x, self.w)"]),
        ("elu(x)", &["ELU(x)", "\\text{ELU}(x)", "\\operatorname{elu}(x)"]),
    ]);
    for (text, says) in [
        ("softplus(x, beta=-1)", "`beta` cannot be -1"),
        ("elu(x, beta=2)", "`elu` has no setting `beta`"),
        ("elu(x, 1, 2)", "`elu` takes 2 arguments, here it has 3"),
        ("elu(x, 1, alpha=2)", "`elu` has its `alpha` twice"),
        ("elu(x, alpha='small')", "`small` is no value for `elu`"),
        ("torch.std(x)*x", "divides by n - 1"),
    ] {
        let error = Formula::parse_with(text, ogive_catalog::library()).unwrap_err().to_string();
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn latex_is_read() {
    same(&[
        (
            "x*sigmoid(x)",
            &[
                r"x\sigma(x)",
                r"$x \cdot \sigma(x)$",
                r"f(x) = x\,\sigma\left(x\right)",
                r"\mathrm{Swish}(x) = x \sigma(x).",
                r"\begin{equation} f(x) = x\sigma(x) \label{eq:silu} \end{equation}",
                r"$$\mathbf{x} \odot \sigma(\mathbf{x})$$",
            ],
        ),
        (
            "x/(1 + exp(-beta*x))",
            &[
                r"\frac{x}{1+e^{-\beta x}}",
                r"\dfrac{x}{1 + \exp(-\beta x)}",
                r"$\tfrac{x}{1+\exp\left(-\beta x\right)}$",
                r"\frac x{1+e^{-\beta x}}",
            ],
        ),
        (
            "x*tanh(log(1 + exp(x)))",
            &[
                r"x \tanh(\ln(1+e^x))",
                r"x\tanh\left(\ln\left(1+e^{x}\right)\right)",
                r"x \cdot \tanh \ln (1 + e^x)",
                r"f(z) = z\tanh(\log(1+\exp z))",
            ],
        ),
        (
            "max(0, x)",
            &[
                "max{0, x}",
                r"\max(0, x)",
                r"\max\{0,x\}",
                r"\max\left(0, x\right)",
                r"\operatorname{max}(0,x)",
            ],
        ),
        ("relu(x)", &[r"\mathrm{ReLU}(x)", r"\text{ReLU}(x)"]),
        (
            "if x > 0 { x } else { alpha*(exp(x) - 1) }",
            &[
                r"\begin{cases} x & \text{if } x > 0 \\ \alpha(e^x - 1) & \text{otherwise} \end{cases}",
                r"f(x) = \begin{cases} x, & x > 0 \\ \alpha (\exp(x) - 1), & x \leq 0 \end{cases}",
                r"f(x) = \left\{ \begin{array}{ll} x & \mbox{if $x > 0$} \\ \alpha (e^{x} - 1) & \mbox{if $x \le 0$} \end{array} \right.",
                "f(x)=\\begin{cases}\n  x & \\mathrm{if}\\ x>0\\\\\n  \\alpha\\left(e^{x}-1\\right) & \\mathrm{if}\\ x\\leq 0\n\\end{cases}",
            ],
        ),
        (
            "if x < -1 { -1 } else { if x > 1 { 1 } else { x } }",
            &[r"\begin{cases} -1 & x < -1 \\ 1 & x > 1 \\ x & \text{otherwise} \end{cases}"],
        ),
        (
            "1.05*(if x > 0 { x } else { 1.67*(exp(x) - 1) })",
            &[
                r"1.05 \begin{cases} x & \text{if } x > 0 \\ 1.67 (e^x - 1) & \text{if } x \leqslant 0 \end{cases}",
            ],
        ),
        (
            "x/2*(1 + erf(x/sqrt(2)))",
            &[
                r"\frac{x}{2}\left(1+\operatorname{erf}\left(\frac{x}{\sqrt{2}}\right)\right)",
                r"\frac{x}{2} \left[1 + \mathrm{erf}\left( x / \sqrt{2} \right)\right]",
                r"\frac x2 (1+{\rm erf}(x/\sqrt2))",
            ],
        ),
        ("1/2*x*Phi(x)", &[r"\frac12 x\Phi(x)", r"\frac{1}{2}x\,\Phi(x)"]),
        (
            "x/(1 + abs(x))",
            &[r"\frac{x}{1+|x|}", r"\frac{x}{1 + \left|x\right|}", r"\frac{x}{1+\lvert x \rvert}"],
        ),
        (
            "x + 1/a*sin(a*x)^2",
            &[
                r"x + \frac{1}{a}\sin^2(ax)",
                r"x+\frac1a \sin^{2}(a x)",
                r"x + \frac{1}{a} \sin^2 ax",
            ],
        ),
        ("alpha_1*x + alpha_2", &[r"\alpha_1 x + \alpha_2", r"\alpha_{1} x + \alpha_{2}"]),
        ("alpha_pos*x", &[r"\alpha_{\text{pos}} x", r"\alpha_{\mathrm{pos}}x"]),
        (
            "beta*x | beta = 2 per channel, > 0",
            &[r"\beta x | \beta = 2 per channel, > 0", r"$\beta x$ | beta = 2 per channel, > 0"],
        ),
        ("slope*x | slope = 2", &[r"slope \cdot x | slope = 2", r"\mathrm{slope}\,x | slope = 2"]),
        ("lambda*x^3", &[r"\lambda x^3", r"\lambda\,x^{3}"]),
        ("x^2*pi", &[r"x^2\pi", r"{x}^{2} \times \pi"]),
        ("exp(2)*x", &["$e^2x$"]),
        (
            "if x >= 0 { x } else { 0 }",
            &[r"\begin{cases} x & \text{for } x \ge 0 \\ 0 & \text{else} \end{cases}"],
        ),
        (
            "if x > 0 { if x < 1 { x } else { 0 } } else { 0 }",
            &[
                r"\begin{cases} x & \text{if } 0 < x < 1, \\ 0 & \text{otherwise.} \end{cases}",
                r"\begin{cases} x & \text{if } 0 < x \text{ and } x < 1 \\ 0 & \text{otherwise} \end{cases}",
            ],
        ),
        ("x*exp(-x)", &["$xe^{-x}$"]),
        ("gate*sigmoid(x)", &[r"gate \odot \sigma(x)", r"\mathrm{gate}\,\sigma(x)"]),
    ]);
}

fn same(table: &[(&str, &[&str])]) {
    for (plain, others) in table {
        for other in *others {
            assert_eq!(read(other), read(plain), "{other}");
        }
    }
}

#[test]
fn precedence_is_that_of_mathematics() {
    for (text, same) in [
        ("-x^2", "-(x^2)"),
        ("2^x^3", "2^(x^3)"),
        ("x - 1 - 2", "(x - 1) - 2"),
        ("x/2/3", "(x/2)/3"),
        ("x/2*3", "(x/2)*3"),
        ("1 + 2*x", "1 + (2*x)"),
        ("2*-x", "2*(-x)"),
        ("x^-x", "x^(-x)"),
        ("|x| + |x - 1|", "abs(x) + abs(x - 1)"),
        ("||x| - 1|", "abs(abs(x) - 1)"),
        ("|2*|x||", "abs(2*abs(x))"),
        ("|2*|x > 0||", "abs(2*abs(x > 0))"),
        ("x > 0 ? 1 : x > -1 ? 2 : 3", "x > 0 ? 1 : (x > -1 ? 2 : 3)"),
        ("x*(x > 0)", "x*(if x > 0 { 1 } else { 0 })"),
    ] {
        assert_eq!(read(text), read(same), "{text}");
    }
    assert_ne!(read("x - (1 - x)"), read("x - 1 - x"));
    assert_ne!(read("(-x)^2"), read("-x^2"));
}
