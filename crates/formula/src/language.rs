//! The language of formulas.
//!
//! # The core
//!
//! * **Input**: `x` is the input, `gate` a second input of the same shape (the GLU family).
//! * **Arithmetic**: numbers, `pi`, `e`; `+ - * / ^ **`, unary minus; `|x|` for the absolute value.
//!   A division by the number 0 is refused.
//! * **Functions**: `exp expm1 expm1_rest log log1p sqrt abs sign sin cos tan atan sinh cosh tanh sigmoid
//!   softplus erf erfc Phi phi relu square min max clamp pow`; `Phi` is the normal distribution
//!   function and `phi` its density; `expm1_rest(a)` is e^a - 1 - a. The names of the catalogue can be called too: `silu(beta*x)`.
//! * **Choice**: `if x > 0 { x } else { 0 }`, `x > 0 ? x : 0`, `where(x > 0, x, 0)` and
//!   `x if x > 0 else 0` are the same. At a kink the side that the test takes decides the
//!   derivative, so `relu` has derivative 0 at 0. `max(a, b)` and
//!   `min(a, b)` ask whether the side that sees `x` is larger. A comparison used as a number counts
//!   1 or 0. Comparisons may be chained (`0 < x < 1`) and joined by `and`, `or`, `not`, `&&`, `||`.
//! * **Bindings**: `p = sigmoid(x); x*p`; a line break ends a binding too.
//! * **Statistics**: `mean(x)`, `var(x)` (biased) and `std(x)` are taken per channel over all other
//!   axes of the batch.
//! * **Parameters**: every other name is a learnable number. It is declared behind a bar:
//!   `x*sigmoid(beta*x) | beta = 1 per channel, >= 0.01`. Options: `per channel`, `fixed` (a
//!   setting, not learned), `>= number`, `> 0`, `in [low, high]`. A name that is not declared
//!   starts at 1; [`Formula::parse_strict`](crate::Formula::parse_strict) refuses it. What looks like
//!   a mistake must be declared: a function and its argument run together (`sqrt2`, `tanhx`), and `l`
//!   or `r` as the exponent of a parameter. Papers write `t^r` for a parameter of the right side, which
//!   is `t_r` here; after `| r = 2` it is a power.
//! * **Coefficients**: `poly(a, x) | a = [0, 1, 0.5]` is `a[0] + a[1]*x + a[2]*x^2`.
//!
//! ```
//! use ogive_formula::Formula;
//!
//! let swish = Formula::parse("p = sigmoid(beta*x); x*p | beta = 1.5 per channel, >= 0.01")?;
//! assert_eq!(swish.print(swish.typed()), "x*sigmoid(beta*x)");
//! assert_eq!(swish.parameters()[0].to_string(), "beta = 1.5 per channel, >= 0.01");
//! # Ok::<(), ogive_formula::Error>(())
//! ```
//!
//! # As papers print it
//!
//! Greek letters are their names (`α` is `alpha`), and `σ(x)` is the sigmoid. `e^x` and `e^{-x}` are
//! `exp`. Superscripts (`x²`), `√`, `½`, `·`, `×`, `⊙`, `≤`, subscripts (`α₁` is `alpha_1`) and the
//! letters of mathematical alphabets (`𝑥`) mean what they look like. `f(x) = …` may stand in front; with
//! `f(z) = …` the input is called `z`.
//!
//! A product needs no sign where nothing else can be meant: `2x`, `0.5 x tanh(x)`, `(x+1)(x-1)`, `αx`,
//! `α(e^x - 1)`, `x σ(x)`. What can be read in two ways is refused: `1/2x`, `e^2x`, and `a(x+1)`,
//! which might call a function.
//!
//! ```
//! use ogive_formula::Formula;
//!
//! let printed = Formula::parse("0.5x(1 + tanh[√(2/π)(x + 0.044715x³)])")?;
//! let typed = Formula::parse("0.5*x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))")?;
//! assert_eq!(printed.print(printed.typed()), typed.print(typed.typed()));
//! assert!(Formula::parse("1/2x").is_err());
//! # Ok::<(), ogive_formula::Error>(())
//! ```
//!
//! # As code writes it
//!
//! The prefixes of modules say nothing: `torch.exp`, `np.where`, `F.softplus`, `jax.nn.sigmoid`,
//! `std::exp`; `self.alpha` is the parameter `alpha`. Functions have their names in any case
//! (`LeakyReLU`), and are methods too: `x.clamp(min=0).sqrt()`. Around the expression may stand
//! `lambda x:`, or `def f(x, alpha=0.5):` with bindings, `if …: return …` and `return`; a default declares the
//! parameter. Comments begin with `#`.
//!
//! A call sets parameters of a catalogue formula, by their names, by Python's names for them or in their
//! order: `F.elu(x, alpha=0.5)`, `F.leaky_relu(x, negative_slope=0.2)`, `F.leaky_relu(x, 0.2)`,
//! `nn.Softplus(beta=2)(x)`, `F.softshrink(x, lambd=0.5)`, `F.threshold(x, 0.1, 20)`. Bounds that are
//! numbers must be in order: `clamp(x, 6, 0)` is refused. `F.gelu(x, approximate='tanh')` is `gelu_tanh(x)`, and so is
//! `jax.nn.gelu(x)`, as JAX means it.
//!
//! ```
//! use ogive_formula::Formula;
//!
//! for text in [
//!     "x > 0 ? x : α*(e^x - 1)",
//!     "torch.where(x > 0, x, alpha * torch.expm1(x))",
//!     "def elu(x):\n    if x > 0:\n        return x\n    return self.alpha * (x.exp() - 1)",
//! ] {
//!     let elu = Formula::parse(text)?;
//!     assert_eq!(elu.print(elu.stable()), "if x > 0 { x } else { alpha*expm1(x) }");
//! }
//! # Ok::<(), ogive_formula::Error>(())
//! ```
//!
//! # LaTeX
//!
//! A text with a command, or that begins with `$`, is LaTeX: fractions, roots, `\left( \right)`,
//! `|x|` and `\lvert x \rvert`, Greek letters, `\mathrm{erf}` and `\operatorname{softplus}`,
//! `\max\{0, x\}`, `\sin^2(x)`, functions without brackets (`\tanh x`), and choices by
//! `\begin{cases}`, whose rows must hold for every `x` between them. Letters that touch are a product
//! (`ax` is `a*x`), subscripts belong to the name (`\alpha_{1}` is `alpha_1`). Declarations stand behind a
//! bar as everywhere.
//!
//! ```
//! use ogive_formula::Formula;
//!
//! let snake = Formula::parse(r"f(x) = x + \frac{1}{a}\sin^2(ax) | a = 0.5 per channel")?;
//! assert_eq!(snake.print(snake.typed()), "x + 1/a*sin(a*x)^2");
//! let elu = r"\begin{cases} x & \text{if } x > 0 \\ \alpha(e^x - 1) & \text{otherwise} \end{cases}";
//! let elu = Formula::parse(elu)?;
//! assert_eq!(elu.print(elu.typed()), "if x > 0 { x } else { alpha*(exp(x) - 1) }");
//! # Ok::<(), ogive_formula::Error>(())
//! ```
//!
//! # Mistakes
//!
//! An error shows the place in the text as it was typed, what was expected there, and what mends it:
//!
//! ```
//! let error = ogive_formula::Formula::parse(r"\frac{\alpha}{2} \cdot tahn(x)").unwrap_err();
//! assert_eq!(error.to_string(), r"there is no function `tahn`
//!   \frac{\alpha}{2} \cdot tahn(x)
//!                          ^^^^
//!   help: did you mean `tanh`, `tan` or `atan`?");
//! ```
//!
//! A text has at most 64 KiB, 1000 operations and 128 levels of nesting; anything larger is refused
//! at once.
