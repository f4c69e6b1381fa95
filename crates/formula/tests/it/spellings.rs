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
        ("alpha*x | alpha = 2 in 4 groups, in [1, 3]", &["α*x | α = 2, in [1, 3], in 4 groups"]),
        ("alpha*x | alpha = 2 in 1 group", &["α*x | α = 2 in 1 groups"]),
        ("alpha*x | alpha = 2 per element, >= 0.01", &["α*x | α = 2, per element, >= 0.01"]),
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

/// Each of the second texts is read as the first.
pub(crate) fn same(table: &[(&str, &[&str])]) {
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

#[test]
fn what_people_paste_is_read() {
    same(&[
        ("x/(1 + e^(-x))", &["x/(1+e⁻ˣ)", "x => x/(1 + e^(-x))", "t -> t/(1+e⁻ᵗ)"]),
        ("x/(1 + e^(-beta*x))", &["x/(1+e⁻ᵝˣ)", "x/(1+e⁽⁻ᵝˣ⁾)"]),
        ("0.3333333333333333*x + 0.125*x", &["⅓x + ⅛x"]),
        ("relu(x)*2", &["[x]_+*2", "(x)_{+}*2", r"[x]_+ \cdot 2", r"\left[x\right]_{+} \cdot 2"]),
        ("x*log(|x|)", &["x*log|x|", "x ln|x|", r"x\ln|x|", r"x \ln \lvert x \rvert"]),
        ("x*log(x)", &[r"x\ln x", r"x \log x"]),
        ("log(2*x)", &[r"\ln 2x"]),
        ("(1/2)*x + (1/2)*|x|", &[r"\frac12 x + \frac12 |x|", "(1/2) x + (1/2) |x|"]),
        ("|x|*|x - 1|", &["|x| |x - 1|", r"|x||x-1|"]),
        ("x > 0 || x < -1 ? x : 0", &["x > 0 or x < -1 ? x : 0"]),
        (
            "(x > 0)*x",
            &[
                r"\mathbb{1}(x>0)x",
                r"\mathbb{1}_{x>0}x",
                r"\mathbb 1_{\{x > 0\}} x",
                r"\mathbf{1}_{x>0} x",
            ],
        ),
        ("x*sigmoid(x)", &[r"f(x) = x\sigma(x) \\", r"x\sigma(x), \\[2pt]"]),
        ("x*Phi(x)", &["x*norm.cdf(x)", "x*scipy.stats.norm.cdf(x)"]),
        ("if x > -1 { x } else { -1 }", &["torch.clamp(x, -1)", "x.clamp(-1)"]),
        ("leaky_relu(x, 0.3)", &["keras.layers.LeakyReLU()(x)", "tf.keras.layers.LeakyReLU()(x)"]),
        ("x*relu(x - 1)^3", &["x*(x-1)_+^3", r"x\cdot(x-1)_+^3"]),
        ("relu(x)*x", &["[x]_+ x"]),
        ("x*(x > 1 or x < -1 or x == 0)", &["x*((x > 1) | (x < -1) | (x == 0))"]),
        ("|x > 1 or x < -1 ? x : 0|", &["|x > 1 || x < -1 ? x : 0|"]),
        ("|if x > 1 or x < -1 { x } else { 0 }|", &["|if x > 1 || x < -1 { x } else { 0 }|"]),
        ("|x|*tanh(x)", &["|x| tanh(x)", r"$|x|\tanh(x)$"]),
        ("|x - 2*sigma| | sigma = 1", &["|x - 2σ| | sigma = 1"]),
        ("sigma*x + sigma*|x| | sigma = 2", &["sigma*x + sigma|x| | sigma = 2"]),
        ("norm = x - 1; x*clamp(norm, 0, 1)", &["norm = x - 1; x*norm.clamp(0, 1)"]),
        ("alpha*(x > 0) | alpha = 2", &[r"\alpha\mathbb{1}_{x>0} | \alpha = 2"]),
        ("x*(sigmoid(x) > 0.5)", &[r"x\mathbb{1}(\sigma(x) > 0.5)"]),
        ("x*(x > 0)", &[r"x\mathbb{1}_{\left[x > 0\right]}"]),
        ("x*sigmoid(x)", &["(x) => x*sigmoid(x)", "f = t => t*sigmoid(t)"]),
        ("alpha*x", &["(t, alpha) => alpha*t"]),
        ("if x == 0 { 1 } else { sin(pi*x)/(pi*x) }", &["np.sinc(x)", "x.sinc()"]),
        ("atan(x) + sign(x)", &[r"\arctan x + \sgn x"]),
        ("sigmoid(x)^2", &["σ²(x)", "σ＾2(x)"]),
        ("clamp(x, -1, 1)", &["jax.lax.clamp(-1.0, x, 1.0)"]),
        ("x^2", &[r"f(x) = x^2 \quad (3)", r"x^2 \qquad (3)"]),
        ("pi*x", &["M_PI*x", "Math.PI*x", "PI*x"]),
        ("1/cosh(x)", &["sech(x)", "np.sech(x)"]),
        ("sign(x)*|x|^(1/3)", &["np.cbrt(x)", "x.cbrt()"]),
    ]);
}
