//! LaTeX is read.

use crate::spellings::same;

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
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
        // Letters of mathematical alphabets, behind the bar too.
        ("a*x + b | a = 2", &["$𝑎x + b | 𝑎 = 2$"]),
        ("tanh(beta/2*x)", &[r"\tanh\frac{\beta}{2}x", r"\tanh \tfrac \beta 2 x"]),
        ("tanh(sqrt(2)*x)", &[r"\tanh\sqrt{2}x", r"\tanh\sqrt 2 x"]),
        ("sin(2*pi*x)*exp(-x)", &[r"\sin 2\pi x \exp(-x)"]),
        ("tanh(x/2)*(1 + x)", &[r"\tanh\frac{x}{2}(1 + x)"]),
        ("exp(-(x^2/(2*sigma^2)))", &[r"\exp\left(-\frac{x^2}{2\sigma^2}\right)"]),
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
