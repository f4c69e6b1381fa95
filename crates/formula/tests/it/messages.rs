//! Each mistake gets a message that says what is wrong, where, and how to mend it.

use std::fmt::Write as _;

use ogive_formula::{Error, Formula};

/// The messages for these texts, one after the other.
fn messages(texts: &[&str]) -> String {
    refused(texts, Formula::parse)
}

/// The same where the functions of the catalogue are known.
fn of_the_catalogue(texts: &[&str]) -> String {
    refused(texts, |text| Formula::parse_with(text, ogive_catalog::library()))
}

fn refused(texts: &[&str], parse: impl Fn(&str) -> Result<Formula, Error>) -> String {
    let mut all = String::new();
    for text in texts {
        let error = match parse(text) {
            Err(error) => error,
            Ok(formula) => panic!("`{text}` is read as {}", formula.print(formula.typed())),
        };
        let _ = writeln!(all, "{error}\n");
    }
    all
}

#[test]
fn of_syntax() {
    insta::assert_snapshot!(messages(&[
        "",
        "   ",
        "x*(1 + exp(x)",
        "x*1 + exp(x))",
        "2x)",
        "[x)",
        "x**",
        "x else 2",
        "max(0 x)",
        "max(0, x",
        "|x",
        "x + | + 1",
        "exp x",
        "x = 2",
        "y = x",
        "p = sigmoid(x)",
        "p = sigmoid(x), x*p",
        "y = x = 2",
        "a[b]*x",
        "e^{-x",
        "x; y",
        "*x",
        "x == ",
        "x // 2",
        "x tahn",
        "sigmod x",
        "x 2",
        "the activation is x",
        "tanh(x)\nx",
    ]));
}

#[test]
fn of_products_without_a_sign() {
    insta::assert_snapshot!(messages(&[
        "1/2x",
        "x/2 (1 + tanh(x))",
        "e^2x",
        "e^-αx",
        "x^2σ(x)",
        "xe^{-x}",
        "ax + b",
        "a(x + 1)",
        "alpha(x + 1) | alpha = 2",
        "√x²",
        "sin⁻¹(x)",
        "z*tanh(z)",
    ]));
}

#[test]
fn of_characters() {
    insta::assert_snapshot!(messages(&[
        "x $ 2",
        "x\u{7} + 1",
        "x\0*\0x\0",
        "\u{fffd}\u{fffd}x",
        "x 💥 2",
        "“x*tanh(x)",
        "“x*tanh(x)”",
        "max(-∞, x)",
        "clamp(x, 0, inf)",
        "∑ x",
        "f'(x)",
        "х*2",
        "1e999*x",
        "1e-400*x",
        "x*ｔａｎｈ(x)*💥",
        "α*β*漢字*x",
        "γ*tahn(x)",
        "x\t+ tahn(x)",
        "p = x\nq = tahn(x)\np*q",
        "e\u{301}*tahn(x)",
        "x!",
        "x % 2",
        "x @ w",
    ]));
}

#[test]
fn of_choices() {
    insta::assert_snapshot!(messages(&[
        "if x > 0 {x}",
        "if x > 0 x else 0",
        "if x {1} else {0}",
        "x ? 1 : 0",
        "x > 0 ? x",
        "x if x > 0",
        "where(x, 1, 0)",
        "if x > 0 and x { x } else { 0 }",
        "not x",
        "if x > 0 || { x } else { 0 }",
        "if x = 0 { 1 } else { x }",
        "if x > 0: x",
        "if (if x > 0 { x } else { 1 }) { 1 } else { 0 }",
    ]));
}

#[test]
fn of_names() {
    insta::assert_snapshot!(messages(&[
        "x*tahn(x)",
        "x*Sigmoyd(x)",
        "frobnicate(x)",
        "f(x)",
        "exp",
        "exp*x",
        "exp(x, 2)",
        "max(x)",
        "exp()",
        "clamp(x, 1)",
        "tanh = 2; x*tanh",
        "x = 2; x*3",
        "mean(x^2)*x",
        "mean*x",
        "1 + 2",
        "σ",
        "poly(a, x)",
        "poly(x)",
        "poly(a) | a = [0, 1]",
        "gate*alpha",
        "x/0",
        "x/(1 - 1)",
        "p = beta*x; x",
        "clamp(x, min=0, low=1)",
    ]));
}

#[test]
fn of_python() {
    insta::assert_snapshot!(messages(&[
        "torch.tahn(x)",
        "x.tahn()",
        "x.shape",
        "x.",
        "torch.clamp(x, mni=0)",
        "F.softplus(x, beta=)",
        "relu(x, 2)",
        "relu(x, slope=2)",
        "x.std()",
        "torch.var(x)*x",
        "max(x, y=1, y=2)",
        "def f(): return x",
        "def f(x) return x",
        "def f(x):\n    y = x\n",
        "def f(x):\n    if x > 0:\n        y = x\n    return x",
        "lambda x x*2",
        "lambda: x",
        "class Swish(nn.Module):\n    pass",
        "import torch",
        "softmax(x)",
        "x - x.mean(dim=-1)",
        "x.poly()",
        "x.to(device)",
        "F.dropout(x)",
        "0x10*x",
        "x*1j",
        "2.5J*x",
        "\"\"\"swish",
        "x*F.gelu(x)",
    ]));
}

#[test]
fn of_names_with_their_argument_run_together() {
    insta::assert_snapshot!(messages(&[
        "0.5x(1+erf(x/sqrt2))",
        "f(x, a) = max(ax, x)",
        r"\tanh\beta(x-\mu)",
        r"\sin 2\tanh x",
        r"\sin x\, e^{-x^2}",
        r"\tanh\frac{x}{2} x",
        r"1-\operatorname{sech}^2\beta x",
        r"\operatorname{foo}^2(x)",
        r"\mathrm{ReLU}^2 x",
        "x^+ - a*x",
        "x/x.std(unbiased=True)",
        "x/torch.std(x, correction=1)",
        "def f(x, alpha, b): return alphabx + b",
        "x*tanhx",
        "exp2x - x",
        "x/sqrt2pi",
        "x + ln2",
        "relux + 1",
        "x - log2",
        "x*F.gelu",
        "x + torch.slope",
        "nn.Tanh",
    ]));
    let read = ["x*sqrt2 | sqrt2 = 1.5", "sqrt2 = sqrt(2); x/sqrt2", "σ1*x", "mean1*x", "max1 + x"];
    for text in
        read.into_iter().chain(["phi2*x", "relu6*x", "x*self.slope", "log2(x)", "x*math.pi"])
    {
        assert!(Formula::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn of_functions_without_brackets() {
    insta::assert_snapshot!(messages(&[
        "ln x",
        "x*tanh x",
        "0.5 ln x",
        "sin 2",
        "exp x^2",
        "tanh softplus(x)",
        "F.silu x",
        "F.sigmoid x",
    ]));
}

#[test]
fn of_bounds_in_the_wrong_order() {
    insta::assert_snapshot!(messages(&[
        "clip(x, 1, -1)",
        "x.clamp(6, 0)",
        "torch.clamp(x, max=-2/3, min=0)",
        "F.hardtanh(x, 1, -1)",
        "clamp(x, sqrt(2), 1)",
    ]));
    assert!(Formula::parse("x + clamp(x, 1, 1)").is_ok());
    assert!(Formula::parse("clamp(x, b, a) | a = 0, b = 1").is_ok());
}

#[test]
fn of_superscripts_that_are_names() {
    insta::assert_snapshot!(messages(&[
        "if x >= t^r { t^r + a^r*(x - t^r) } else { x }",
        r"t_i^r + \alpha_i^{r}(x - t_i^r)",
        "x*alpha^l",
    ]));
    for text in ["x^r", "|x|^l", "x*a^p", "x*t^r | r = 2", "x*2^r", "r = 2*k; x*t^r", "x*t^(2*r)"] {
        assert!(Formula::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn of_what_other_libraries_have() {
    insta::assert_snapshot!(messages(&[
        "x.foo()",
        "F.max_pool2d(x)",
        "swiglu(x)",
        "SwiGLU(x)",
        "F.glu(x)",
        "geglu(x)",
        "reglu(x)",
        "F.rrelu(x)",
        "nn.Tanh()",
        "x*nn.Hardtanh(-2, 2)",
        "F.threshold(x)",
        "F.softshrink(x, slope=1)",
        "math.log(x, 2)",
    ]));
}

#[test]
fn of_settings_and_options_of_the_catalogue() {
    insta::assert_snapshot!(of_the_catalogue(&[
        "nn.Softplus(threshold=4)(x)",
        "nn.Softplus(2, 4)(x)",
        "F.softplus(x, beta=2, threshold=17)",
        "F.softplus(x, 1, 20, 30)",
        "F.softplus(x, True, 20)",
        "F.leaky_relu(x, True)",
        "F.leaky_relu(x, False, 0.2)",
        "tf.keras.layers.ReLU(max_value=6)(x)",
        "keras.activations.relu(x, negative_slope=0.2)",
        "relu(x, threshold=0.5)",
        "elu(x, max_value=3)",
        "mish(x, alpha=1.5)",
        "hardtanh(x, max_value=3)",
        "gelu(x, tanh=True)",
        "gelu(x, approximate='foo')",
        "gelu(x, approximate=1)",
        "F.gelu(x, 'True')",
        "F.gelu(x, 'approximate')",
        "F.gelu('tanh', x)",
        "F.gelu(x, 'tanh', approximate='none')",
        "gelu_tanh(x, approximate='none')",
        "gelu(x, True)",
        "nn.GELU(True)(x)",
    ]));
}

#[test]
fn of_what_is_read_in_two_ways() {
    insta::assert_snapshot!(messages(&[
        "np.max(x, 0)",
        "torch.min(x, -1)",
        "x.max(0)",
        r"\theta(x) x",
        "β(x)",
        r"f(\beta) = \beta x",
        "f(t) = x + t",
        "def f(z): return max(0, x)",
        "1e+x",
        "2e-x",
        "1/(1+e-x)",
        "2/(1+e−1.702x) - 1",
        "f(x) = x*tanh(x) (2)",
        "x*tanh(x) (3.2) | a = 1",
        "x*Σ(x)",
    ]));
    for text in ["(exp(x)-1)/(e-1)", "e - x", "x*(2)", "x*tanh(x)(2)"] {
        assert!(Formula::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn of_separators() {
    insta::assert_snapshot!(messages(&[
        "max(0; x)",
        "sigmoid(1,702*x)",
        "x*1,5",
        "clamp(x, 0,5, 1,5)",
        "x, 2",
    ]));
}

#[test]
fn of_latex() {
    insta::assert_snapshot!(messages(&[
        r"\frac{1}",
        r"\frac{1}{x",
        r"\foo x",
        r"\tahn(x)",
        r"\operatorname{tahn}(x)",
        r"x \left( 1 + x",
        r"x \left 1 + x \right)",
        r"x \right)",
        r"x \cdot (1 + e^{-x)}",
        r"\begin{cases} x & x > 0 \\ 0 & x < 0 \end{cases}",
        r"\begin{cases} x & x > 0",
        r"\begin{cases} x & x > 0 \end{cases}",
        r"\begin{cases} x \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{cases} x & \text{otherwise} \\ 0 & x > 0 \end{cases}",
        r"\begin{cases} x & x \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{pmatrix} x \end{pmatrix}",
        "\\ln(x{\\it \u{fffd}\u{fffd}e})",
        r"\frac{x}{\sf\^x - 1}",
        r"\end{cases}",
        r"x_{+}\cdot 2",
        r"\sigma(x)^+",
        r"x\cdot\mathbb{1}_{A}",
        r"\mathbf{1} x",
        r"\sqrt[3]{x}",
        r"\sqrt",
        r"\lambda x^10",
        r"\log_2 x",
        r"\max_k x_k",
        r"\sin^{-1}(x)",
        r"\sum_i x",
        r"\max(-\infty, x)",
        r"\hat{x}",
        r"x \pm \alpha",
        r"\alpha(x+1",
        r"a(x + 1) \cdot \beta",
        r"\alpha x | \beta = 2",
        r"\text{a b c!} x",
        r"\mathrm{",
        r"\frac{d}{dx} \tanh x",
        r"x^",
        r"\frac{\partial f}{\partial x}",
        r"x \in \mathbb{R}",
    ]));
}

#[test]
fn of_numbers_that_cancel() {
    insta::assert_snapshot!(messages(&[
        "(exp(1e-20) - 1)*x",
        "x*log(1 + exp(-50))",
        "x + 0.1 + 0.2 - (0.1 + 0.2 - 0.3)",
        "max(1 - tanh(20), x)",
        r"x \cdot \frac{1}{1 - \tanh(20)}",
    ]));
    for text in ["(exp(1) - 1)*x", "x*sin(pi)", "(2 - 2 + 1)*x", "x + exp(-1000)", "(1.0001 - 1)*x"]
    {
        assert!(Formula::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn of_strict_parsing() {
    let strict = |text: &str| match Formula::parse_strict(text, &[]) {
        Err(error) => error.to_string(),
        Ok(formula) => panic!("`{text}` is read as {}", formula.print(formula.typed())),
    };
    let texts = ["x*sigmoid(bta*x) | beta = 1", "x*slope", "α*x + b | α = 2", r"\beta x"];
    insta::assert_snapshot!(texts.map(strict).join("\n\n"));
    assert!(Formula::parse_strict("x*sigmoid(beta*x) | beta = 1", &[]).is_ok());
    assert!(Formula::parse_strict("def f(x, beta=1): return x*beta", &[]).is_ok());
    assert!(Formula::parse_strict("elu(x)", ogive_catalog::library()).is_ok());
}

#[test]
fn the_caret_stands_under_the_place() {
    for text in ["αβ*tahn(x)", "漢字(x)*tahn(x)", "x\u{200b}*tahn(x)", "\tx*tahn(x)", "𝑥*tahn(x)"]
    {
        let shown = Formula::parse(&text.replace("漢字(x)", "ｘ")).unwrap_err().to_string();
        let mut lines = shown.lines().skip(1);
        let (text, caret) = (lines.next().unwrap(), lines.next().unwrap());
        let columns = unicode_width::UnicodeWidthStr::width(text.split("tahn").next().unwrap());
        assert_eq!(caret, format!("{}^^^^", " ".repeat(columns)), "{shown}");
    }
}

#[test]
fn of_declarations() {
    insta::assert_snapshot!(messages(&[
        "x*sigmoid(x) | beta = 1",
        "alpha*x | alpha = 1, alpha = 2",
        "alpha*x | exp = 1",
        "alpha*x | x = 1",
        "alpha*x | alpha",
        "alpha*x | alpha = ",
        "alpha*x | alpha = 0.25 per row",
        "alpha*x | alpha = 0.25 always",
        "alpha*x | alpha = 0.25 per layer",
        "alpha*x | alpha = 0.25 in 0 groups",
        "alpha*x | alpha = 0.25 in 2.5 groups",
        "alpha*x | alpha = 0.25 in 4",
        "alpha*x | alpha = 0.25 per channel per element",
        "alpha*x | alpha = 0, >= 0.01",
        "alpha*x | alpha = 0, > 0",
        "alpha*x | alpha = 2, in [0, 1]",
        "alpha*x | alpha = 0.5, in [1, 0]",
        "alpha*x | alpha = 0.5, in (0, 1)",
        "alpha*x | alpha = 0.5, > 0.1",
        "alpha*x | alpha = 0.5, <= 1",
        "alpha*x | alpha = x",
        "alpha*x | alpha = beta",
        "alpha*x | alpha = 1/0",
        "alpha*x | alpha = [1, 2]",
        "poly(a, x) | a = [1, 2",
        "poly(a, x) | a = 2",
        "poly(a, x) | a = []",
        "alpha*x | 0.25",
        "x*sigmoid(beta*x) | beta > 0",
        "x*sigmoid(beta*x) | beta per channel, in [2, 3]",
        "alpha*x + beta | alpha = 2, beta >= 1.5",
        "alpha*x | alpha 0.25",
        "alpha*x | alpha <= 1",
        "alpha*x | exp > 1",
        "alpha*x, alpha = 0.25",
    ]));
}

#[test]
fn of_size() {
    let deep = format!("{}x{}", "(".repeat(200), ")".repeat(200));
    let long = "x + ".repeat(20_000) + "x";
    // Equal operations are one: these all differ.
    let many: Vec<String> = (0..1001).map(|n| format!("x*{n}.5")).collect();
    let family = format!("poly(a, x) | a = [0{}]", ", 1".repeat(600));
    insta::assert_snapshot!(messages(&[&deep, &long, &many.join(" + "), &family]));
}

#[test]
fn of_parameters_set_from_outside() {
    let mut formula =
        Formula::parse("alpha*x + beta*max(0, x) | alpha = 0.5, in [0, 1], beta = 2, > 0").unwrap();
    let mut constant = Formula::parse("tanh(x)").unwrap();
    let errors = [
        formula.set_parameter("alhpa", 0.5),
        formula.set_parameter("gamma", 0.5),
        formula.set_parameter("alpha", 1.5),
        formula.set_parameter("β", -1.0),
        formula.set_parameter("beta", f64::NAN),
        constant.set_parameter("alpha", 0.5),
    ];
    let texts: Vec<String> =
        errors.into_iter().map(|error| error.unwrap_err().to_string()).collect();
    insta::assert_snapshot!(texts.join("\n\n"));
    assert!(formula.set_parameter("α", 0.75).is_ok());
    assert_eq!(formula.parameters()[0].initial, 0.75);
}

#[test]
fn the_span_is_in_bytes_of_the_text() {
    let error = Formula::parse("β*tahn(x)").unwrap_err();
    assert_eq!(error.span(), Some(3..7));
    assert_eq!(error.message(), "there is no function `tahn`");
}

#[test]
fn of_other_languages_and_haste() {
    insta::assert_snapshot!(messages(&[
        "if x => 0 { x } else { 0 }",
        "x =< 1 ? x : 1",
        "x <> 0 ? x : 1",
        "x === 0 ? 1 : x",
        "~(x > 0)*x",
        "!(x > 0)*x",
        "x % 2",
        "x mod 2",
        "torch.fmod(x, 2)",
        "torch.floor(x)",
        "|x| x.max(0.0)",
        "|t| t.exp()",
        "log|x|^2",
        "sinc(x)",
        "x.relu",
        "x.foo()",
        "np.piecewise(x, x < 0, 0)",
        "x_{i}*sigmoid(x_{i})",
        "mean(x)",
        "e⁻ + x",
        "x*x => 2",
        "alpha*x | alpha",
        "x | 2",
    ]));
}

#[test]
fn of_what_can_be_read_in_two_ways() {
    insta::assert_snapshot!(messages(&[
        "(x - 1)³_+",
        r"(x-1)^3_+",
        "|1 - 2|x| + x|",
        "alpha*beta*x | alpha | beta",
        r"\mathbb{1}\left(x\right)",
        r"\mathbb{1}_{x>0}(x)",
        r"\mathbb{R}",
        "2⅓ x",
        "e^⅓x",
        "tanh⅓x",
        "e^-2|x|",
        r"\ln 2|x|",
        "σⁿ(x)",
        "σ⁽²⁾(x)",
        "αᵖ*max(0, x)",
        "|x| -x.exp()",
        "e⁻ˣ²",
        "x⁺",
        "(x²⁾ + 1",
        "1/(1 + e⁻ᵗ)",
        r"\varepsilon\tanh(z)",
        "sec(x)",
        "asin(x)",
        "np.arccos(x)",
        "hypot(x, 1)",
        "lgamma(x)",
        "x*math.tau",
        "np.where((x > 1) | (x < -1), |x, 0)",
        "torch.clamp(x, out=x)",
    ]));
}

/// A library's module counts its slopes first, so a number is not where they start.
#[test]
fn of_slopes_that_learn() {
    let library = ogive_catalog::library();
    for text in ["nn.PReLU(init=0.1)(x)", "nn.PReLU(64)(x)", "nn.PReLU(num_parameters=64)(x)"] {
        let error = Formula::parse_with(text, library).unwrap_err().to_string();
        assert!(error.contains("PReLU(x) | alpha = 0.25 per channel"), "{error}");
    }
}

#[test]
fn of_what_newcomers_typed() {
    insta::assert_snapshot!(messages(&[
        "nn.Softplus(2, 20)(x)",
        "foo.where(x > 0, x, 0)",
        "tl.maximum(x, 0)",
        "clamp(0, x, 1)",
        "static_cast<float>(x)",
        "True*x",
        "x σ x",
        r"x \sigma x",
        "max(0,01*x, x)",
        r"\sinh^{-1}(x)",
    ]));
}
